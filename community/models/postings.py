"""A posting: one role that is offered, every fact an applicant needs, and the rubric it is judged by."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from community.access import sees_drafts
from community.models.people import Skill, User
from community.models.projects import Project
from community.models.rounds import Round
from community.words import here


class PostingQuerySet(models.QuerySet["Posting"]):
    def open_at(self, now: datetime) -> "PostingQuerySet":
        """Postings that take applications at `now`. The list, filters, feed, sitemap and JSON-LD all read this."""
        return self.filter(state=Posting.State.PUBLISHED, opens_at__lte=now, closes_at__gt=now)

    def opening_after(self, now: datetime) -> "PostingQuerySet":
        """Published ones that do not take applications yet, the next one first."""
        return self.filter(state=Posting.State.PUBLISHED, opens_at__gt=now).order_by("opens_at", "pk")

    def public(self) -> "PostingQuerySet":
        """Postings whose page anyone may read: those once published, also after they closed."""
        return self.exclude(state=Posting.State.DRAFT)

    def visible_to(self, user: User | AnonymousUser) -> "PostingQuerySet":
        """The public ones; for staff who may read postings in the admin also the drafts."""
        return self.all() if sees_drafts(user) else self.public()

    def with_facts(self) -> "PostingQuerySet":
        """With what a list or page shows beside the posting's own columns, in a fixed number of queries."""
        skills = models.Prefetch("posting_skills", PostingSkill.objects.select_related("skill"))
        return self.select_related("round", "project").prefetch_related(skills, "texts")


class Posting(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")

    class Discipline(models.TextChoices):
        BACKEND = "backend", _("Backend")
        FRONTEND = "frontend", _("Frontend")
        MOBILE = "mobile", _("Mobile")
        DATABASE = "database", _("Databases")
        DATA = "data", _("Data and machine learning")
        OPERATIONS = "operations", _("Operations and security")
        DESIGN = "design", _("Design and research")
        DOCUMENTATION = "documentation", _("Documentation and translation")
        COMMUNITY = "community", _("Community and outreach")

    class Pay(models.TextChoices):
        UNPAID = "unpaid", _("Unpaid")
        STIPEND = "stipend", _("Stipend")

    class Period(models.TextChoices):
        MONTH = "month", _("a month")
        WEEK = "week", _("a week")
        TOTAL = "total", _("in all")

    class Eligibility(models.TextChoices):
        AFRICA = "africa", _("any African country")
        ANYWHERE = "anywhere", _("anywhere in the world")
        COUNTRIES = "countries", _("the countries named")

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="postings", null=True, blank=True, verbose_name=_("round")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="postings", null=True, blank=True, verbose_name=_("project")
    )
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True, help_text=_("One sentence for the lists."))
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    responsibilities = models.TextField(_("responsibilities"), blank=True, help_text=_("Markdown, one a line with -."))
    qualifications = models.TextField(_("qualifications"), blank=True, help_text=_("Markdown, one a line with -."))
    closing_words = models.TextField(_("closing words"), blank=True, help_text=_("Markdown."))
    skills = models.ManyToManyField(
        Skill, through="PostingSkill", related_name="postings", blank=True, verbose_name=_("skills")
    )
    places = models.PositiveSmallIntegerField(_("places"), null=True, blank=True, validators=[MinValueValidator(1)])
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    weeks = models.PositiveSmallIntegerField(
        _("length in weeks"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(104)]
    )
    pay = models.CharField(_("pay"), max_length=10, choices=Pay, blank=True)
    stipend_amount = models.DecimalField(_("stipend"), max_digits=10, decimal_places=2, null=True, blank=True)
    stipend_currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("Such as USD or KES."))
    stipend_period = models.CharField(_("paid"), max_length=10, choices=Period, blank=True)
    allowance = models.CharField(
        _("allowance"), max_length=120, blank=True, help_text=_("Beside the pay, such as 10 GB of data a month.")
    )
    eligibility = models.CharField(_("open to people in"), max_length=10, choices=Eligibility, blank=True)
    countries: "models.Field[Any, Any]" = CountryField(_("countries"), multiple=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True, help_text=_("Empty: as the round."))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True, help_text=_("Empty: as the round."))
    decides_on = models.DateField(
        _("decisions promised by"), null=True, blank=True, help_text=_("Empty: as the round.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en",
        help_text=_("The language that these texts are written in, as a code such as en, fr, pt, sw or ar."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[Any] = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["closes_at", "title", "pk"]
        indexes = [models.Index(fields=["state", "closes_at"], name="posting_by_state_and_close")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at"))
                | models.Q(closes_at__isnull=True)
                | models.Q(opens_at__isnull=True),
                name="posting_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True)
                | (~models.Q(state="draft") & models.Q(published_at__isnull=False)),
                name="posting_draft_iff_never_published",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(opens_at__isnull=False, closes_at__isnull=False, decides_on__isnull=False),
                name="posting_published_has_its_dates",
            ),
            models.CheckConstraint(
                condition=~models.Q(pay="unpaid") | models.Q(stipend_amount__isnull=True),
                name="posting_unpaid_has_no_stipend",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("posting", args=[self.slug])

    @property
    def time_zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this posting's dates are announced."""
        return zoneinfo.ZoneInfo(self.round.time_zone if self.round else "UTC")

    def is_open_at(self, now: datetime) -> bool:
        """This row's view of `PostingQuerySet.open_at`."""
        return (
            self.state == self.State.PUBLISHED
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= now < self.closes_at
        )

    @property
    def pay_in_words(self) -> str:
        """Unpaid; or the stipend as the page, the lists and the letters name it: USD 150 a month."""
        if self.pay != self.Pay.STIPEND or self.stipend_amount is None:
            return self.get_pay_display()
        whole = self.stipend_amount == int(self.stipend_amount)
        return gettext("%(currency)s %(amount)s %(period)s") % {
            "currency": self.stipend_currency,
            "amount": number_format(self.stipend_amount, decimal_pos=0 if whole else 2, force_grouping=True),
            "period": self.get_stipend_period_display(),
        }

    @property
    def where_in_words(self) -> str:
        """Who may apply, by country: any African country; Kenya, Nigeria."""
        if self.eligibility == self.Eligibility.COUNTRIES:
            return pgettext("in a list", ", ").join(sorted(str(country.name) for country in self.countries))
        return self.get_eligibility_display()

    def is_promise_past_at(self, now: datetime) -> bool:
        """Whether the day by which an answer was promised has ended, in the posting's zone."""
        return self.decides_on is not None and now.astimezone(self.time_zone).date() > self.decides_on

    def is_ahead_at(self, now: datetime) -> bool:
        """Published, and not open yet."""
        return self.state == self.State.PUBLISHED and self.opens_at is not None and now < self.opens_at

    @property
    def wording(self) -> "Wording":
        """The texts in the language of the page, each falling back to the posting's own where none was given."""
        told = {name: getattr(self, name) for name in TEXTS}
        language = get_language() or self.language
        if language == self.language:
            return Wording(**told)
        given = self._told_in(language)
        translated = {name: text for name in TEXTS if given and (text := getattr(given, name))}
        return Wording(**(told | translated), untranslated=frozenset(n for n in TEXTS if told[n]) - set(translated))

    @property
    def title_here(self) -> str:
        """The title in the language of the page, or the posting's own."""
        language = get_language() or self.language
        given = None if language == self.language else self._told_in(language)
        return given.title if given and given.title else self.title

    def _told_in(self, language: str) -> "PostingText | None":
        return next((text for text in self._told_elsewise if text.language == language), None)

    @cached_property
    def _told_elsewise(self) -> list["PostingText"]:
        return list(self.texts.all()) if self.pk is not None else []

    @cached_property
    def rubric(self) -> list["Criterion"]:
        """The criteria in their order."""
        return list(self.criteria.all())


# What a posting says in sentences, and so can say in another language.
TEXTS = ("title", "summary", "description", "responsibilities", "qualifications", "closing_words")


@dataclass(frozen=True)
class Wording:
    """A posting's texts for a reader; `untranslated` names those that stand in the posting's own language instead."""

    title: str
    summary: str
    description: str
    responsibilities: str
    qualifications: str
    closing_words: str
    untranslated: frozenset[str] = frozenset()

    @property
    def lead(self) -> str:
        """The summary, unless the description begins with it, as an imported one does: nobody wants to read it twice."""
        return "" if self.description.startswith(self.summary) else self.summary


class PostingText(models.Model):
    """A posting's texts in another language. What is left empty is shown in the posting's own."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, help_text=_("A code such as fr, pt, sw or ar."))
    title = models.CharField(_("title"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    responsibilities = models.TextField(_("responsibilities"), blank=True)
    qualifications = models.TextField(_("qualifications"), blank=True)
    closing_words = models.TextField(_("closing words"), blank=True)

    class Meta:
        verbose_name = _("text in another language")
        verbose_name_plural = _("texts in other languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "language"], name="posting_text_once_per_language"),
        ]

    def __str__(self) -> str:
        return self.language


class PostingSkill(models.Model):
    class Level(models.TextChoices):
        BASIC = "basic", _("first steps")
        WORKING = "working", _("can work with it")
        STRONG = "strong", _("at home in it")

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="posting_skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, verbose_name=_("skill"))
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.WORKING)

    class Meta:
        verbose_name = _("skill asked for")
        verbose_name_plural = _("skills asked for")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "skill"], name="posting_names_a_skill_once"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} ({self.get_level_display()})"


def validate_levels(text: str) -> None:
    """Raises ValidationError unless `text` holds 2 to 7 lines with words."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= 7:
        raise ValidationError(_("Describe two to seven levels, one a line, the lowest first."))


class Criterion(models.Model):
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("what is looked for"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    levels = models.TextField(
        _("levels"),
        validators=[validate_levels],
        help_text=_("What each score means, one a line, the lowest (1) first."),
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "name"], name="criterion_named_once_in_a_posting"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="criterion_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name_here(self) -> str:
        return here(self.name)

    @property
    def description_here(self) -> str:
        return here(self.description)

    @cached_property
    def scale(self) -> list[tuple[int, str]]:
        """The scores and what each means: (1, the lowest) first."""
        lines = [line.strip() for line in self.levels.splitlines() if line.strip()]
        return [(score, here(line)) for score, line in enumerate(lines, start=1)]
