"""What staff can do with a batch of applications: for each step who it would touch, what would happen, and the doing.

Called by the admin's step page and its buttons. A step decides nothing itself: it asks the verbs' own refusals what
they would say, and its `run` calls the verb once for each application (a release: once for the batch).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Count, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from applications import deciding, lifecycle, triage
from applications.admin.forms import MentorsForm, MomentForm, StepForm, WordsForm
from applications.decision_templates import SCREENED_OUT, language_of_words, letter_in, own_words, templates_for
from applications.models import Answer, Application, Assignment, Decision, MessageTemplate
from applications.models.decisions import Outcome
from applications.notifications import language_of, speaking_to
from applications.states import TRANSITIONS, UNDECIDED, Action, Status
from community.membership import mentors
from community.models import Membership, User
from community.moments import in_words

# What one page can list and one press can do while a person waits.
MAX_BATCH = 200
SAMPLES = 3


@dataclass
class Row:
    """One application in a batch, as it is now."""

    application: Application
    staged: Decision | None
    # Why it is left out; empty where the step can be taken.
    refusal: str = ""
    # What would become of it, and what staff should know beside that.
    becomes: str = ""
    remarks: list[str] = field(default_factory=list)
    # The mentors that it would go to.
    mentors: list[User] = field(default_factory=list)

    @property
    def name(self) -> str:
        return named(self.application)

    @property
    def seen(self) -> str:
        """What the page showed, sent back with the press: a press about something else changes nothing."""
        staged = f"{self.staged.pk}@{self.staged.release_at or ''}" if self.staged else ""
        return f"{self.application.code}:{self.application.status}:{staged}:{self.application.digest[:12]}"


@dataclass
class Done:
    """How many were done, and for the others a sentence each with the application's reference."""

    count: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def with_names(applications: Any) -> Any:
    """The queryset with what `named` and `Row` read: a fixed number of queries, whatever the number of rows."""
    return applications.select_related("posting__round", "posting__project", "applicant").prefetch_related(
        Prefetch("answers", Answer.objects.filter(question__key="name"), to_attr="name_answers"),
        Prefetch("decisions", Decision.objects.staged(), to_attr="staged_decisions"),
    )


def named(application: Application) -> str:
    """The answer to "What is your name?", or the address. Reads what `with_names` fetched."""
    answers: list[Answer] = getattr(application, "name_answers", [])
    return str(answers[0].value) if answers else application.applicant.email


def rows_of(codes: Iterable[str]) -> list[Row]:
    """The applications with these references. A draft is no row: nobody but its writer reads it."""
    found = with_names(Application.objects.sent().filter(code__in=list(codes))).order_by("posting__title", "pk")
    return [Row(application, next(iter(application.staged_decisions), None)) for application in found]


class Step:
    slug: ClassVar[str]
    permission: ClassVar[str]
    # In the list's menu and on the button; above the page; on the last button, by number.
    label: ClassVar[str | Promise]
    title: ClassVar[str | Promise]
    explanation: ClassVar[str | Promise]
    confirm: ClassVar[Any]
    done: ClassVar[Any]
    has_form: ClassVar[bool] = False
    # Whether applicants hear of it as soon as it is confirmed.
    tells: ClassVar[bool] = False

    def __init__(self, rows: list[Row], *, by: User, at: datetime, chosen: str = "") -> None:
        self.rows, self.by, self.at, self.chosen = rows, by, at, chosen
        self.values: dict[str, Any] = {}

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        """Whether the application's page shows this step's button."""
        raise NotImplementedError

    def form(self, data: Any = None) -> StepForm | None:
        """What is to be filled in first, if anything."""
        return None

    def look(self, values: dict[str, Any] | None = None) -> None:
        """Says of each row why it is left out, or what would become of it with these cleaned `values`."""
        self.values = values or {}
        for row in self.rows:
            row.refusal = triage.refusal_of_own(row.application, self.by) or self.refusal(row)
            if not row.refusal:
                row.becomes = self.becomes(row)

    def refusal(self, row: Row) -> str:
        raise NotImplementedError

    def becomes(self, row: Row) -> str:
        raise NotImplementedError

    @property
    def included(self) -> list[Row]:
        return [row for row in self.rows if not row.refusal]

    @property
    def left_out(self) -> list[Row]:
        return [row for row in self.rows if row.refusal]

    def samples(self) -> list[tuple[Row, str, str, str]]:
        """(row, subject, body, in which language) of a few messages as they would be sent. The language is a word as
        staff read it; empty where staff wrote the message."""
        return []

    def languages(self) -> str:
        """In which language each of them gets the words, as a sentence; empty where nothing is sent."""
        return ""

    def warnings(self) -> list[str]:
        return []

    def notes(self) -> list[str]:
        """What stands below the fields to fill in."""
        return []

    def run(self, seen: Iterable[str]) -> Done:
        """Takes the step for those that are still as they were `seen`; each other one gets its sentence."""
        wanted = {part.partition(":")[0]: part for part in seen}
        result = Done()
        ready = []
        for row in self.rows:
            if row.application.code not in wanted:
                continue
            if row.refusal:
                result.refused.append((row.application.code, row.refusal))
            elif self.is_stale(row, wanted[row.application.code]):
                result.refused.append((row.application.code, lifecycle.raced()))
            else:
                ready.append(row)
        self.take(ready, result)
        return result

    def is_stale(self, row: Row, seen: str) -> bool:
        return row.seen != seen

    def take(self, rows: list[Row], result: Done) -> None:
        for row in rows:
            try:
                self.take_one(row)
            except lifecycle.Refused as refusal:
                result.refused.append((row.application.code, str(refusal)))
            else:
                result.count += 1

    def take_one(self, row: Row) -> None:
        raise NotImplementedError


def _arrow(was: str, becomes: str) -> str:
    return f"{Status(was).label} → {Status(becomes).label}"


class SendToReview(Step):
    slug = "send-to-review"
    permission = "applications.triage_application"
    label = gettext_lazy("Send to review")
    title = gettext_lazy("Send to review")
    explanation = gettext_lazy(
        "Mentors can then be asked to read these. Applicants are told nothing: they still read “Being considered”."
    )
    confirm = ngettext_lazy("Send %(count)d application to review", "Send %(count)d applications to review", "count")
    done = ngettext_lazy(
        "%(count)d application was sent to review.", "%(count)d applications were sent to review.", "count"
    )
    action: ClassVar[Action] = Action.SEND_TO_REVIEW

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return not lifecycle.refusal(row.application.status, cls.action)

    def refusal(self, row: Row) -> str:
        return lifecycle.refusal(row.application.status, self.action)

    def becomes(self, row: Row) -> str:
        return _arrow(row.application.status, TRANSITIONS[self.action].target)

    def take_one(self, row: Row) -> None:
        triage.send_to_review(row.application, by=self.by, at=self.at)


class Shortlist(SendToReview):
    slug = "shortlist"
    label = gettext_lazy("Shortlist")
    title = gettext_lazy("Shortlist")
    explanation = gettext_lazy(
        "Mentors can go on reading these. Applicants are told nothing: they still read “Being considered”."
    )
    confirm = ngettext_lazy("Shortlist %(count)d application", "Shortlist %(count)d applications", "count")
    done = ngettext_lazy("%(count)d application was shortlisted.", "%(count)d applications were shortlisted.", "count")
    action: ClassVar[Action] = Action.SHORTLIST

    def take_one(self, row: Row) -> None:
        triage.shortlist(row.application, by=self.by, at=self.at)


class Assign(Step):
    slug = "assign"
    permission = "applications.triage_application"
    label = gettext_lazy("Assign mentors")
    title = gettext_lazy("Assign mentors")
    explanation = gettext_lazy(
        "Each mentor chosen is asked to read each of these, without names, and gets one e-mail a day at most. "
        "What was only submitted goes to review. Applicants are told nothing."
    )
    confirm = ngettext_lazy(
        "Ask for the reviews of %(count)d application", "Ask for the reviews of %(count)d applications", "count"
    )
    done = ngettext_lazy("%(count)d review was asked for.", "%(count)d reviews were asked for.", "count")
    has_form = True

    def __init__(self, rows: list[Row], *, by: User, at: datetime, chosen: str = "") -> None:
        super().__init__(rows, by=by, at=at, chosen=chosen)
        projects = {row.application.posting.project_id for row in rows}
        people = (
            mentors(at.date())
            .select_related("profile")
            .prefetch_related(
                Prefetch(
                    "memberships",
                    Membership.objects.current(at.date()).mentors().select_related("project"),
                    to_attr="mentoring",
                )
            )
            .annotate(
                to_read=Count(
                    "assignments",
                    filter=Q(
                        assignments__status=Assignment.Status.OPEN,
                        assignments__application__status__in=[Status.IN_REVIEW, Status.SHORTLISTED],
                    ),
                )
            )
        )
        self.mentors: dict[str, User] = {}
        self.asked: list[User] = []
        self.never: list[str] = []
        # Mentors of the project that applicants want to join come first, then those with least to read.
        for mentor in sorted(people, key=lambda it: (not projects & {m.project_id for m in it.mentoring}, it.to_read)):
            if sentence := triage.refusal_of_mentor(mentor, is_mentor=True):
                self.never.append(sentence)
            else:
                self.mentors[str(mentor.pk)] = mentor

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return not triage.refusal_to_assign(row.application)

    def form(self, data: Any = None) -> StepForm:
        return MentorsForm(data, mentors=[(pk, self._labelled(mentor)) for pk, mentor in self.mentors.items()])

    def _labelled(self, mentor: Any) -> str:
        load = ngettext("%(count)d to read", "%(count)d to read", mentor.to_read) % {"count": mentor.to_read}
        profile = getattr(mentor, "profile", None)
        who = f"{profile.name} ({mentor.email})" if profile is not None else mentor.email
        return f"{who} · {', '.join(sorted({m.project.name for m in mentor.mentoring}))} · {load}"

    def notes(self) -> list[str]:
        return self.never

    def look(self, values: dict[str, Any] | None = None) -> None:
        self.asked = [self.mentors[pk] for pk in (values or {}).get("mentors", [])]
        pairs = Assignment.objects.filter(
            application__in=[row.application.pk for row in self.rows], mentor__in=self.asked
        )
        self.earlier = {(pair.application_id, pair.mentor_id): pair.status for pair in pairs}
        self.applied = set(
            Application.objects.sent()
            .filter(posting__in={row.application.posting_id for row in self.rows}, applicant__in=self.asked)
            .values_list("posting_id", "applicant_id")
        )
        super().look(values)

    def refusal(self, row: Row) -> str:
        row.remarks = []
        if sentence := triage.refusal_to_assign(row.application):
            return sentence
        if not self.asked:
            return ""
        ready = []
        for mentor in self.asked:
            earlier = self.earlier.get((row.application.pk, mentor.pk))
            sentence = triage.refusal_of_pair(
                row.application,
                mentor,
                earlier=earlier,
                applied=(row.application.posting_id, mentor.pk) in self.applied,
            )
            if not sentence and earlier is not None:
                sentence = _("%(mentor)s was asked already.") % {"mentor": mentor}
            if sentence:
                row.remarks.append(sentence)
            else:
                ready.append(mentor)
        row.mentors = ready
        return "" if ready else " ".join(row.remarks)

    def becomes(self, row: Row) -> str:
        if not self.asked:
            return ""
        asked = _("asked: %(mentors)s") % {"mentors": ", ".join(mentor.email for mentor in row.mentors)}
        if row.application.status == Status.SUBMITTED:
            return f"{_arrow(Status.SUBMITTED, Status.IN_REVIEW)}; {asked}"
        return asked

    def is_stale(self, row: Row, seen: str) -> bool:
        """Never: whoever moved it meanwhile, asking a mentor to read it is still what was meant, or is refused."""
        return False

    def take(self, rows: list[Row], result: Done) -> None:
        for row in rows:
            for mentor in self.asked:
                try:
                    assignment = triage.assign(row.application, mentor, by=self.by, at=self.at)
                except lifecycle.Refused as refusal:
                    result.refused.append((row.application.code, str(refusal)))
                    continue
                # The same moment: made by this very press. Another: it was there before.
                if assignment.assigned_at == self.at:
                    result.count += 1
                else:
                    sentence = _("%(mentor)s was asked already.") % {"mentor": mentor}
                    result.refused.append((row.application.code, sentence))


class Stage(Step):
    slug = "stage"
    permission = "applications.decide_application"
    label = gettext_lazy("Stage a decision")
    title = gettext_lazy("Stage a decision")
    explanation = gettext_lazy(
        "The decision and its words are kept for staff. Nobody who applied sees anything until you release it."
    )
    confirm = ngettext_lazy("Stage %(count)d decision", "Stage %(count)d decisions", "count")
    done = ngettext_lazy(
        "%(count)d decision was staged. Nothing was sent: release it when you are ready.",
        "%(count)d decisions were staged. Nothing was sent: release them when you are ready.",
        "count",
    )
    has_form = True
    outcomes: ClassVar[list[Outcome]] = [Outcome.OFFER, Outcome.WAITLIST, Outcome.DECLINE]

    def __init__(self, rows: list[Row], *, by: User, at: datetime, chosen: str = "") -> None:
        super().__init__(rows, by=by, at=at, chosen=chosen)
        self.templates = templates_for(self.outcomes)
        self.words = self.chosen_words()

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return row.staged is None and row.application.status in UNDECIDED

    def chosen_words(self) -> MessageTemplate | None:
        """The template chosen by its key, empty words for `own-…`; None while nothing is chosen."""
        outcome = self.chosen.removeprefix("own-")
        if outcome != self.chosen and outcome in self.outcomes:
            return MessageTemplate(outcome=outcome)
        return self.templates.get(self.chosen)

    @property
    def outcome(self) -> Outcome:
        assert self.words is not None
        return Outcome(self.words.outcome)

    def picks(self) -> list[tuple[Outcome, int, list[tuple[str, MessageTemplate]]]]:
        """For each outcome how many of the batch can be given it, and the words to choose from."""
        return [
            (
                outcome,
                sum(not self._refusal(row, outcome) for row in self.rows),
                [(key, template) for key, template in self.templates.items() if template.outcome == outcome],
            )
            for outcome in self.outcomes
        ]

    def form(self, data: Any = None) -> StepForm | None:
        if self.words is None:
            return None
        here = letter_in(self.words.subject, self.words.body, get_language() or "")
        return WordsForm(data, outcome=self.outcome, at=self.at, initial={"subject": here.subject, "body": here.body})

    def _refusal(self, row: Row, outcome: Outcome) -> str:
        return triage.refusal_of_own(row.application, self.by) or deciding.refusal_to_stage(
            row.application, outcome, by=self.by, is_staged=row.staged is not None
        )

    def refusal(self, row: Row) -> str:
        if self.words is not None:
            return self._refusal(row, self.outcome)
        refusals = [self._refusal(row, outcome) for outcome in self.outcomes]
        return refusals[-1] if all(refusals) else ""

    def becomes(self, row: Row) -> str:
        if self.words is None:
            return ""
        answer_by = self.values.get("answer_by")
        if answer_by is None:
            return _("%(outcome)s, staged") % {"outcome": self.outcome.label}
        return _("%(outcome)s, staged; answer by %(date)s") % {
            "outcome": self.outcome.label,
            "date": in_words(answer_by, row.application.posting.time_zone),
        }

    def samples(self) -> list[tuple[Row, str, str, str]]:
        if "body" not in self.values:
            return []
        return [_sample(row, *self._letter(row), self.values.get("answer_by")) for row in _one_of_each(self.included)]

    def _letter(self, row: Row) -> tuple[str, str]:
        """The words for this person: the program's own in their language, and what staff wrote as it is."""
        letter = letter_in(self.values["subject"], self.values["body"], language_of(row.application.applicant))
        return letter.subject, letter.body

    def languages(self) -> str:
        if self.words is None or not self.included:
            return ""
        subject = self.values.get("subject", self.words.subject)
        body = self.values.get("body", self.words.body)
        numbers = Counter(language_of(row.application.applicant) for row in self.included)
        if own_words(subject, body) is None:
            read = ", ".join(f"{_name_of(code)}: {number}" for code, number in sorted(numbers.items()))
            return _(
                "Words of the staff: everyone gets them as they stand, whatever language they read the site in (%(read)s)."
            ) % {"read": read}
        sent = Counter[str]()
        for code, number in numbers.items():
            sent[letter_in(subject, body, code).language] += number
        read = ", ".join(f"{_name_of(code)}: {number}" for code, number in sorted(sent.items()))
        return _(
            "The program's own words: as long as nobody changes them, each person gets them in the language they read "
            "the site in (%(read)s), or in English where they are not translated."
        ) % {"read": read}

    def warnings(self) -> list[str]:
        if self.words is None or self.outcome != Outcome.OFFER:
            return []
        return too_many_offers(self.included, are_staged=False)

    def take_one(self, row: Row) -> None:
        subject, body = self._letter(row)
        deciding.stage(
            row.application,
            self.outcome,
            subject=subject,
            body=body,
            answer_by=self.values.get("answer_by"),
            by=self.by,
            at=self.at,
        )


class ScreenOut(Stage):
    slug = "screen-out"
    label = gettext_lazy("Screen out")
    title = gettext_lazy("Screen out")
    explanation = gettext_lazy(
        "A decline without a review, for what was only submitted. It is staged like any decision: "
        "nobody who applied sees anything until you release it."
    )
    outcomes: ClassVar[list[Outcome]] = [Outcome.DECLINE]

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return row.staged is None and row.application.status == Status.SUBMITTED

    def chosen_words(self) -> MessageTemplate | None:
        if self.chosen:
            return super().chosen_words()
        templates = list(self.templates.values())
        meant = [
            template
            for template in templates
            if template.name == SCREENED_OUT.name or own_words(template.subject, template.body) is SCREENED_OUT
        ]
        return next(iter(meant or templates), None)

    def refusal(self, row: Row) -> str:
        if row.application.status != Status.SUBMITTED:
            return _(
                "This application is “%(status)s”: only what was just submitted is screened out. Stage a decline instead."
            ) % {"status": Status(row.application.status).label}
        return super().refusal(row)


def _name_of(language: str) -> str:
    return str(get_language_info(language)["name_translated"])


def _one_of_each(rows: list[Row]) -> list[Row]:
    """SAMPLES of them: the first who reads each language, then the first of the others."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(language_of(row.application.applicant), row)
    leading = list(first.values())
    return (leading + [row for row in rows if row not in leading])[:SAMPLES]


def _sample(row: Row, subject: str, body: str, answer_by: datetime | None) -> tuple[Row, str, str, str]:
    language = language_of_words(subject, body)
    with speaking_to(row.application.applicant):
        subject = deciding.render(subject, row.application, answer_by=answer_by)
        body = deciding.render(body, row.application, answer_by=answer_by)
    return row, subject, body, _name_of(language) if language else ""


def too_many_offers(rows: list[Row], *, are_staged: bool) -> list[str]:
    """A sentence for each posting that would have more offers than places. `are_staged`: `rows` are counted already."""
    batch: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        batch[row.application.posting_id].append(row)
    full = deciding.places_of(batch)
    sentences = []
    for pk, of_posting in batch.items():
        known = full[pk]
        others = known.staged - (len(of_posting) if are_staged else 0)
        if known.taken + len(of_posting) + max(others, 0) > known.places:
            sentences.append(
                _(
                    "%(posting)s has places: %(places)d. Offered or accepted already: %(taken)d. In this batch: %(batch)d. "
                    "Staged beside it: %(others)d. More people than places would be offered one."
                )
                % {
                    "posting": of_posting[0].application.posting.title,
                    "places": known.places,
                    "taken": known.taken,
                    "batch": len(of_posting),
                    "others": max(others, 0),
                }
            )
    return sentences


class OfStaged(Step):
    """A step with decisions that are staged."""

    permission = "applications.decide_application"

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return row.staged is not None

    def refusal(self, row: Row) -> str:
        if row.staged is None:
            return _("No decision is staged for this application, or it was released or taken back meanwhile.")
        return ""

    def decisions(self, rows: list[Row]) -> list[Decision]:
        return [row.staged for row in rows if row.staged is not None]


class Unstage(OfStaged):
    slug = "take-back"
    label = gettext_lazy("Take back the staged decision")
    title = gettext_lazy("Take back staged decisions")
    explanation = gettext_lazy("The decision and its words are dropped, and so is a set time. Nothing is sent.")
    confirm = ngettext_lazy("Take back %(count)d decision", "Take back %(count)d decisions", "count")
    done = ngettext_lazy("%(count)d decision was taken back.", "%(count)d decisions were taken back.", "count")

    def becomes(self, row: Row) -> str:
        assert row.staged is not None
        return _("%(outcome)s taken back") % {"outcome": row.staged.get_outcome_display()}

    def take_one(self, row: Row) -> None:
        assert row.staged is not None
        deciding.unstage(row.staged, by=self.by, at=self.at)


class Release(OfStaged):
    slug = "release"
    label = gettext_lazy("Release now")
    title = gettext_lazy("Release decisions now")
    explanation = gettext_lazy(
        "Each of these people sees the decision at once and gets its message by e-mail. This cannot be taken back."
    )
    confirm = ngettext_lazy("Release %(count)d decision now", "Release %(count)d decisions now", "count")
    done = ngettext_lazy(
        "%(count)d decision was released; the message is on its way.",
        "%(count)d decisions were released; the messages are on their way.",
        "count",
    )
    tells = True

    def moment(self) -> datetime:
        return self.at

    def refusal(self, row: Row) -> str:
        if row.staged is None:
            return super().refusal(row)
        return deciding.refusal_to_release(row.staged, row.application, by=self.by, at=self.moment())

    def becomes(self, row: Row) -> str:
        assert row.staged is not None
        action = deciding.ACTION_OF[Outcome(row.staged.outcome)]
        change = _arrow(row.application.status, TRANSITIONS[action].target)
        if row.staged.release_at is not None:
            when = in_words(row.staged.release_at, row.application.posting.time_zone)
            row.remarks = [_("Had been set for %(when)s.") % {"when": when}]
        return change

    def samples(self) -> list[tuple[Row, str, str, str]]:
        return [
            _sample(row, row.staged.subject, row.staged.body, row.staged.answer_by)
            for row in _one_of_each(self.included)
            if row.staged is not None
        ]

    def warnings(self) -> list[str]:
        offers = [row for row in self.included if row.staged is not None and row.staged.outcome == Outcome.OFFER]
        return too_many_offers(offers, are_staged=True)

    def take(self, rows: list[Row], result: Done) -> None:
        self._note(deciding.release(self.decisions(rows), by=self.by, at=self.at), rows, result)

    def _note(self, released: deciding.Released, rows: list[Row], result: Done) -> None:
        codes = {row.application.pk: row.application.code for row in rows}
        result.count += released.count
        result.refused += [(codes[decision.application_id], sentence) for decision, sentence in released.skipped]


class Schedule(Release):
    slug = "schedule"
    label = gettext_lazy("Release at a set time")
    title = gettext_lazy("Release decisions at a set time")
    explanation = gettext_lazy(
        "At that time each of these people sees the decision and gets its message by e-mail. Until then you can "
        "take it back or set another time."
    )
    confirm = ngettext_lazy("Set the time of %(count)d decision", "Set the time of %(count)d decisions", "count")
    done = ngettext_lazy("The time of %(count)d decision was set.", "The time of %(count)d decisions was set.", "count")
    has_form = True
    tells = False

    def form(self, data: Any = None) -> StepForm:
        return MomentForm(data, at=self.at)

    def refusal(self, row: Row) -> str:
        if row.staged is not None and "release_at" in self.values:
            sentence = deciding.refusal_to_schedule(row.staged, self.values["release_at"])
            return sentence or super().refusal(row)
        return super().refusal(row)

    def moment(self) -> datetime:
        release_at: datetime | None = self.values.get("release_at")
        return release_at or self.at

    def becomes(self, row: Row) -> str:
        change = super().becomes(row)
        if "release_at" not in self.values:
            return change
        release_at = self.values["release_at"]
        if release_at is None:
            return _("no set time any more")
        return f"{change}, {in_words(release_at, row.application.posting.time_zone)}"

    def take(self, rows: list[Row], result: Done) -> None:
        try:
            done = deciding.schedule(self.decisions(rows), self.values["release_at"], by=self.by, at=self.at)
        except lifecycle.Refused as refusal:
            result.refused += [(row.application.code, str(refusal)) for row in rows]
            return
        self._note(done, rows, result)


# In the order in which they are taken.
STEPS: dict[str, type[Step]] = {
    step.slug: step for step in (SendToReview, Assign, Shortlist, ScreenOut, Stage, Unstage, Release, Schedule)
}


def possible(row: Row, *, by: User) -> list[type[Step]]:
    """The steps that `by` may take and that lead somewhere from where the application stands, for its page."""
    return [kind for kind in STEPS.values() if by.has_perm(kind.permission) and kind.leads_somewhere(row)]
