"""The visitor's own application, as every page of the applicant loads it, and as they read it back.

Whoever is not its owner gets 404. Nothing here writes, and nothing reads a decision.
"""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications import drafting, revising
from applications.models import Application, Question, Section, Upload
from applications.notifications import as_text
from applications.readiness import asked, needs_look, problem_with
from applications.states import TRANSITIONS, Action
from community.requests import SignedInRequest


@dataclass(frozen=True)
class Row:
    """One question with its answer, as the applicant reads it back."""

    question: Question
    text: str
    upload: Upload | None
    problem: str


@dataclass(frozen=True)
class Part:
    section: Section
    rows: list[Row]
    is_saved: bool

    @property
    def is_done(self) -> bool:
        return self.is_saved and not any(row.problem for row in self.rows)


def own(request: SignedInRequest, code: str, **annotations: Any) -> Application:
    """The visitor's own application; 404 for everybody else. A working copy has no address of its own."""
    application: Application = get_object_or_404(
        Application.objects.visible_to(request.user)
        .of_its_own()
        .select_related("posting__round", "posting__project", "form")
        .annotate(**annotations),
        code=code,
    )
    # One account is one row: the verbs and templates need not fetch it again.
    application.applicant = request.user
    return application


def in_hand(request: SignedInRequest, code: str) -> Application:
    """What the visitor writes in at this address: the draft, or changes begun on what was sent; else what was sent."""
    application = own(request, code)
    return application if application.is_draft else revising.changes_to(application) or application


def parts_of(application: Application) -> list[Part]:
    values = application.values
    # Nothing that was sent is still to be done.
    saved = application.saves if application.is_draft else {}
    return [
        Part(
            section,
            [
                Row(
                    question,
                    as_text(question, value),
                    value if isinstance(value, Upload) else None,
                    # Nothing is wrong with what was sent.
                    problem_with(question, value) if application.is_draft else "",
                )
                for question in here
                for value in [values.get(question.pk)]
            ],
            section.pk in saved,
        )
        for section, here in asked(application.form, values)
        if here
    ]


def left_over_in_words(application: Application) -> list[tuple[Question, str]]:
    """What was written to questions that are no longer asked. It is not sent."""
    return [(question, as_text(question, value)) for question, value in drafting.left_over(application)]


def next_part(application: Application) -> str:
    """Where to go on: what has changed meanwhile, then the first section that is not done, else the check."""
    if application.has_newer_form:
        return reverse("new_questions", args=[application.reference])
    for part in parts_of(application):
        if not part.is_done:
            return reverse("edit_section", args=[application.reference, part.section.slug])
        if part.section.screens and needs_look(application):
            return reverse("eligibility", args=[application.reference])
    return reverse("check_answers", args=[application.reference])


def can_withdraw(application: Application) -> bool:
    return application.status in TRANSITIONS[Action.WITHDRAW].sources
