"""The steps with what is staged: take it back, release it now, or have the worker release it at a set time.

A release is one call of its verb for the whole batch.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from applications import deciding, lifecycle
from applications.admin.steps.batch import Row
from applications.admin.steps.foreseeing import one_of_each, sample, too_many_offers
from applications.admin.steps.forms import MomentForm, StepForm
from applications.admin.steps.step import Done, OneByOne, Step, arrow
from applications.models import Decision
from applications.models.decisions import Outcome
from applications.states import TRANSITIONS
from community.moments import in_words


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


class Unstage(OfStaged, OneByOne):
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
        change = arrow(row.application.status, TRANSITIONS[action].target)
        if row.staged.release_at is not None:
            when = in_words(row.staged.release_at, row.application.posting.time_zone)
            row.remarks = [_("Had been set for %(when)s.") % {"when": when}]
        return change

    def samples(self) -> list[tuple[Row, str, str, str]]:
        return [
            sample(row, row.staged.subject, row.staged.body, row.staged.answer_by)
            for row in one_of_each(self.included)
            if row.staged is not None
        ]

    def warnings(self) -> list[str]:
        offers = [row for row in self.included if row.staged is not None and row.staged.outcome == Outcome.OFFER]
        return too_many_offers(offers, are_staged=True, by=self.by)

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
