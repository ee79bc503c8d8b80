"""What every step is: it says of each application why it is left out or what would become of it, and takes the rest.

Each step is a subclass that asks the verbs' own refusals and calls one verb for each row. It decides nothing itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi

from applications import lifecycle, triage
from applications.admin.steps.batch import Row
from applications.admin.steps.forms import StepForm
from applications.models import MessageTemplate
from applications.models.decisions import Outcome
from applications.states import Status
from community.models import User


@dataclass
class Done:
    """How many were done, and for the others a sentence each with the application's reference."""

    count: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


class Step(ABC):
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
    # The words of a decision, where the step gives one and they are chosen.
    words: MessageTemplate | None = None

    def __init__(self, rows: list[Row], *, by: User, at: datetime, chosen: str = "") -> None:
        self.rows, self.by, self.at, self.chosen = rows, by, at, chosen
        self.values: dict[str, Any] = {}

    @classmethod
    @abstractmethod
    def leads_somewhere(cls, row: Row) -> bool:
        """Whether the application's page shows this step's button."""

    def picks(self) -> list[tuple[Outcome, int, list[tuple[str, MessageTemplate]]]]:
        """What is to be chosen before the form is there: for each outcome how many of the batch can be given it, and
        the words to choose from, each with its key."""
        return []

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

    @abstractmethod
    def refusal(self, row: Row) -> str:
        """Why this row is left out, as a sentence; empty where it is not."""

    @abstractmethod
    def becomes(self, row: Row) -> str:
        """What would become of a row that is not left out."""

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

    @abstractmethod
    def take(self, rows: list[Row], result: Done) -> None:
        """Calls the verb for these, and adds to `result` how many were done and what it refused."""


class OneByOne(Step):
    """A step whose verb takes one application: what it refuses holds up no other."""

    @abstractmethod
    def take_one(self, row: Row) -> None:
        """Calls the verb, which may raise lifecycle.Refused."""

    def take(self, rows: list[Row], result: Done) -> None:
        for row in rows:
            try:
                self.take_one(row)
            except lifecycle.Refused as refusal:
                result.refused.append((row.application.code, str(refusal)))
            else:
                result.count += 1


def arrow(was: str, becomes: str) -> str:
    """Both in words, the arrow pointing the way the reader's language runs."""
    return f"{Status(was).label} {'←' if get_language_bidi() else '→'} {Status(becomes).label}"
