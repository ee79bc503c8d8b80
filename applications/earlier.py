"""What a person answered before to the same question, offered where the same key is asked again.

Called by the applicant's form, which shows it under an empty field; only a press of a button puts it in.
Reads the person's own answers only; never a consent, which is given anew each time, and never a file.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce

from applications.models import Answer, Application, Question, Section
from applications.notifications import as_text
from applications.readiness import is_empty, problem_with

NEVER = (Question.Kind.CONSENT, Question.Kind.FILE)


@dataclass(frozen=True)
class Earlier:
    key: str
    role: str
    at: datetime
    value: Any
    text: str


def earlier_answers(application: Application, section: Section) -> dict[str, Earlier]:
    """Question key → the newest answer that fits the question as it is asked now. One query, whatever was answered."""
    asked = {question.key: question for question in section.asked if question.kind not in NEVER}
    given = (
        Answer.objects.filter(application__applicant=application.applicant_id, question__key__in=asked)
        .exclude(application__in=[application.pk, application.changes_id or application.pk])
        .exclude(question__kind__in=NEVER)
        .select_related("question", "application__posting")
        .annotate(at=Coalesce("application__submitted_at", "application__created_at"))
        .order_by("-at", "-pk")
    )
    found: dict[str, Earlier] = {}
    for answer in given:
        question = asked[answer.question.key]
        if question.key in found or question.kind != answer.question.kind or is_empty(question, answer.value):
            continue
        if question.kind in (Question.Kind.ONE_OF, Question.Kind.SEVERAL_OF) and problem_with(question, answer.value):
            continue
        found[question.key] = Earlier(
            question.key,
            answer.application.posting.title,
            answer.at,
            answer.value,
            as_text(question, answer.value),
        )
    return found
