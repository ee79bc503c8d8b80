"""An assignment as the mentor's pages load it, and the application as they show it: without what names its author.

Outsiders, the applicant and whoever stepped aside get 404. Nothing here writes.
"""

from django.shortcuts import get_object_or_404

from applications import reviewing
from applications.models import Assignment
from community.requests import SignedInRequest


def held(request: SignedInRequest, code: str) -> Assignment:
    """An assignment of the visitor's own, ended or not; 404 for everybody else."""
    assignment: Assignment = get_object_or_404(
        Assignment.objects.held_by(request.user).select_related(
            "application__posting__round", "application__form", "application__applicant__profile", "review"
        ),
        code=code,
    )
    return assignment


def reading(assignment: Assignment, identity: reviewing.Identity) -> dict[str, object]:
    """What both faces of the page show: the answers, and what each counts towards."""
    application = assignment.application
    names = {criterion.pk: criterion.name_here for criterion in application.posting.rubric}
    return {
        "assignment": assignment,
        "posting": application.posting,
        "is_reader": True,
        "answers": [
            (question, answer, names.get(question.criterion_id or 0, ""))
            for question, answer in reviewing.blind_answers(application, identity)
        ],
    }
