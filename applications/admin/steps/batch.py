"""The applications that staff chose, as they are now: one row each, in a fixed number of queries.

Read by the steps and by the lists of applications and decisions. Holds no draft, and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from applications.models import Answer, Application, Decision
from community.models import User

# What one page can list and one press can do while a person waits.
MAX_BATCH = 200


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
