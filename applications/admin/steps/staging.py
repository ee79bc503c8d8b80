"""The steps that write a decision down for staff alone: any outcome, or a decline without a review.

Both call deciding.stage, with the words in each person's language where they are the program's own.
"""

from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _

from applications import deciding, triage
from applications.admin.steps.batch import Row
from applications.admin.steps.foreseeing import name_of, one_of_each, sample, too_many_offers
from applications.admin.steps.forms import StepForm, WordsForm
from applications.admin.steps.step import OneByOne
from applications.decision_templates import SCREENED_OUT, letter_in, own_words, templates_for
from applications.models import MessageTemplate
from applications.models.decisions import Outcome
from applications.notifications import language_of
from applications.states import UNDECIDED, Status
from community.models import User
from community.moments import in_words


class Stage(OneByOne):
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
        return [sample(row, *self._letter(row), self.values.get("answer_by")) for row in one_of_each(self.included)]

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
            read = ", ".join(f"{name_of(code)}: {number}" for code, number in sorted(numbers.items()))
            return _(
                "Words of the staff: everyone gets them as they stand, whatever language they read the site in (%(read)s)."
            ) % {"read": read}
        sent = Counter[str]()
        for code, number in numbers.items():
            sent[letter_in(subject, body, code).language] += number
        read = ", ".join(f"{name_of(code)}: {number}" for code, number in sorted(sent.items()))
        return _(
            "The program's own words: as long as nobody changes them, each person gets them in the language they read "
            "the site in (%(read)s), or in English where they are not translated."
        ) % {"read": read}

    def warnings(self) -> list[str]:
        if self.words is None or self.outcome != Outcome.OFFER:
            return []
        return too_many_offers(self.included, are_staged=False, by=self.by)

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
