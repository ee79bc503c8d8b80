"""import_posting FILE…: postings from the text of job advertisements, with every line that found no place named.

Each file is all or nothing. A refused file changes nothing and says why; the others are still imported.
Never overwrites: a title that exists already gets an address of its own (backend-engineer-2), and that is said.
"""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Field, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_countries import countries

from applications.questions_default import ensure_form
from community import importing, publishing
from community.models import Posting, PostingSkill, Project, Round, Skill
from community.rubric_default import ensure_rubric

LARGEST_BYTES = 200_000
END_OF_DAY = time(23, 59)


class FileRefused(Exception):
    """This file could not be imported; the text says why and what to do."""


class Command(BaseCommand):
    help = "Make a posting from the text of a job advertisement, plain or Markdown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--round", metavar="SLUG", help="the round; gives the dates that are not given here")
        parser.add_argument("--project", metavar="SLUG", help="the project to join; without it the program itself")
        parser.add_argument("--discipline", choices=Posting.Discipline.values, help="without it, as the title says")
        parser.add_argument("--opens", metavar="ISO", help="2026-11-02T09:00; no offset: the round's zone")
        parser.add_argument("--closes", metavar="ISO", help="a day alone means its last minute, 23:59")
        parser.add_argument("--decides", metavar="ISO", help="the day by which everyone hears")
        parser.add_argument("--hours", type=int, metavar="N", help="hours a week")
        parser.add_argument("--weeks", type=int, metavar="N", help="length in weeks")
        parser.add_argument("--places", type=int, metavar="N")
        pay = parser.add_mutually_exclusive_group()
        pay.add_argument("--unpaid", action="store_true")
        pay.add_argument("--stipend", metavar='"USD 150 month"', help="currency, amount, and month, week or total")
        parser.add_argument("--allowance", default="", help="beside the pay, such as: 10 GB of data a month")
        parser.add_argument("--countries", metavar="africa|any|KE,NG,…", help="who may apply")
        parser.add_argument("--publish", action="store_true", help="publish at once; refused while a fact is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        given = self._given(options)
        refused = []
        for name in options["files"]:
            try:
                self._import(name, given, publish=options["publish"], at=now)
            except FileRefused as refusal:
                refused.append(_("%(file)s: %(reason)s") % {"file": name, "reason": refusal})
        if refused:
            raise CommandError("\n".join([*refused, _("Nothing was saved of what is named here.")]))

    def _given(self, options: dict[str, Any]) -> dict[str, Any]:
        """The posting's fields as the options give them, each checked, before any file is read."""
        intake = _by_slug(Round, options["round"], "--round")
        zone = ZoneInfo(intake.time_zone if intake else "UTC")
        given: dict[str, Any] = {
            "round": intake,
            "project": _by_slug(Project, options["project"], "--project"),
            "discipline": options["discipline"] or "",
            "opens_at": _moment(options["opens"], "--opens", zone, time.min),
            "closes_at": _moment(options["closes"], "--closes", zone, END_OF_DAY),
            "decides_on": _day(options["decides"], "--decides", zone),
            "hours_per_week": options["hours"],
            "weeks": options["weeks"],
            "places": options["places"],
            "allowance": options["allowance"],
            "pay": Posting.Pay.UNPAID if options["unpaid"] else "",
        }
        return given | _stipend(options["stipend"]) | _eligibility(options["countries"])

    def _import(self, name: str, given: dict[str, Any], *, publish: bool, at: datetime) -> None:
        try:
            understood = importing.understand(_read(name))
        except importing.NotAPosting as refusal:
            raise FileRefused(str(refusal)) from refusal
        with transaction.atomic():
            posting = self._posting(understood, given)
            if publish:
                try:
                    publishing.publish(posting, by=None, at=at)
                except publishing.PublishingRefused as refusal:
                    missing = "".join(f"\n  - {problem.text}" for problem in refusal.problems)
                    raise FileRefused(f"{refusal}{missing}") from refusal
        self._report(name, understood, posting)

    def _posting(self, understood: importing.Understood, given: dict[str, Any]) -> Posting:
        same_title = Posting.objects.filter(title=understood.title).exists()
        posting = Posting(
            **{
                **given,
                "title": understood.title,
                "slug": _free_slug(understood.title),
                "project": given["project"] or _program_itself(),
                "discipline": given["discipline"] or understood.discipline,
                "summary": understood.summary,
                "description": understood.description,
                "responsibilities": understood.responsibilities,
                "qualifications": understood.qualifications,
                "closing_words": understood.closing_words,
            }
        )
        publishing.dates_from_round(posting)
        try:
            posting.full_clean()
        except ValidationError as error:
            raise FileRefused(" ".join(_sentences(error))) from error
        posting.save()
        PostingSkill.objects.bulk_create(
            PostingSkill(posting=posting, skill=skill) for skill in _skills(understood.skills)
        )
        ensure_rubric(posting)
        ensure_form(posting)
        if same_title:
            self.stdout.write(
                _(
                    "There is a posting called “%(title)s” already. It was left as it is; this one is at another address."
                )
                % {"title": posting.title}
            )
        return posting

    def _report(self, name: str, understood: importing.Understood, posting: Posting) -> None:
        def items(text: str) -> int:
            return sum(1 for line in text.splitlines() if line.startswith("- ") or line[:1].isdigit())

        rows = [
            (_("Title"), understood.title),
            (_("Discipline"), posting.get_discipline_display() or _("not understood; choose it with --discipline")),
            (_("Project"), str(posting.project)),
            (_("Summary"), understood.summary or _("none: the text has no description")),
            (_("Description"), _("%(count)d characters") % {"count": len(understood.description)}),
            (_("Responsibilities"), _("%(count)d points") % {"count": items(understood.responsibilities)}),
            (_("Qualifications"), _("%(count)d points") % {"count": items(understood.qualifications)}),
            (_("Closing words"), _("%(count)d characters") % {"count": len(understood.closing_words)}),
            (_("Skills"), ", ".join(understood.skills) or _("none recognised")),
            (_("State"), posting.get_state_display()),
            (_("Address"), f"{settings.SITE_URL}{posting.get_absolute_url()}"),
        ]
        self.stdout.write(self.style.MIGRATE_HEADING(name))
        for label, text in rows:
            self.stdout.write(f"  {label}: {text}")
        if understood.unplaced:
            text = _("Lines that fitted no part. They stand on the page all the same:")
            self.stdout.write(self.style.WARNING(f"  {text}"))
            for line in understood.unplaced:
                self.stdout.write(f"    {line}")
        if posting.state == Posting.State.DRAFT:
            missing = publishing.problems(posting, at=timezone.now())
            if missing:
                self.stdout.write("  " + _("Before it can be published:"))
                for problem in missing:
                    self.stdout.write(f"    {problem.text}")


def _read(name: str) -> str:
    path = Path(name)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileRefused(_("The file is larger than 200 kB. Cut it down to the advertisement itself."))
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(_("This is not text in UTF-8. Save it as plain text in UTF-8 and try again.")) from error
    except OSError as error:
        raise FileRefused(_("The file can't be read: %(reason)s.") % {"reason": error.strerror}) from error


def _by_slug(model: type[Round] | type[Project], slug: str | None, option: str) -> Any:
    if not slug:
        return None
    found = model.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(model.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise CommandError(
            _("%(option)s %(slug)s: there is none. There are: %(known)s.")
            % {"option": option, "slug": slug, "known": known or _("none yet; make one in the admin")}
        )
    return found


def _moment(text: str | None, option: str, zone: ZoneInfo, of_day: time) -> datetime | None:
    """An ISO moment; without an offset on the clocks of `zone`; a day alone at the time `of_day`."""
    if not text:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(text), of_day) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("%(option)s %(text)s: enter a moment such as 2026-12-01T23:59 or 2026-12-01T23:59+01:00.")
            % {"option": option, "text": text}
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _day(text: str | None, option: str, zone: ZoneInfo) -> date | None:
    moment = _moment(text, option, zone, time.min)
    return moment.astimezone(zone).date() if moment else None


def _stipend(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        currency, amount, period = text.split()
        return {
            "pay": Posting.Pay.STIPEND,
            "stipend_amount": Decimal(amount),
            "stipend_currency": currency.upper(),
            "stipend_period": Posting.Period(period.lower()).value,
        }
    except (ValueError, InvalidOperation) as error:
        raise CommandError(
            _('--stipend %(text)s: enter currency, amount and period, such as "USD 150 month".') % {"text": text}
        ) from error


def _eligibility(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    if text.lower() == "africa":
        return {"eligibility": Posting.Eligibility.AFRICA}
    if text.lower() in {"any", "anywhere"}:
        return {"eligibility": Posting.Eligibility.ANYWHERE}
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in dict(countries)]
    if unknown or not codes:
        raise CommandError(
            _("--countries %(text)s: enter africa, any, or two-letter codes such as KE,NG. Unknown: %(unknown)s.")
            % {"text": text, "unknown": ", ".join(unknown)}
        )
    return {"eligibility": Posting.Eligibility.COUNTRIES, "countries": codes}


def _free_slug(title: str) -> str:
    base = slugify(title)[:120] or "role"
    slug, number = base, 1
    while slug in publishing.TAKEN_SLUGS or Posting.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _program_itself() -> Project:
    """The project of a role that names none: the program itself, made the first time."""
    name = settings.PROGRAM_NAME[:80]
    found: Project | None = Project.objects.filter(Q(slug="program") | Q(name=name)).first()
    return found or Project.objects.create(
        slug="program", name=name, summary=_("The program itself: work that several of its projects share.")
    )


def _skills(names: Iterable[str]) -> list[Skill]:
    """The skills of these names, whatever their case; those that are unknown are made."""
    found = []
    for name in names:
        skill = Skill.objects.filter(name__iexact=name).first()
        found.append(skill or Skill.objects.create(name=name, slug=_skill_slug(name)))
    return found


def _skill_slug(name: str) -> str:
    """C++ and C# must not both become c."""
    return slugify(name.replace("+", "plus").replace("#", "sharp").replace(".", "-"))[:60]


def _sentences(error: ValidationError) -> list[str]:
    """Each with the name that staff know its field by."""
    return [
        f"{cast('Field[Any, Any]', Posting._meta.get_field(name)).verbose_name}: {text}"
        if name != NON_FIELD_ERRORS
        else text
        for name, texts in error.message_dict.items()
        for text in texts
    ]
