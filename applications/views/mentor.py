"""The mentor's own pages: the queue, one blind review, and stepping aside.

Everything here loads through `held_by`: outsiders, the applicant and whoever stepped aside get 404. No page holds what
would name an applicant: no code or key of theirs, no date, no order in which they came.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from applications import lifecycle, reviewing
from applications.codes import new_code
from applications.drafting import Seen
from applications.forms import seen_in
from applications.keeping import is_autosave, keeps_text, tell, told_of
from applications.models import Assignment, Question, Review
from applications.readiness import asked_of
from applications.review_forms import ReviewForm, in_words, name_of
from applications.states import UNDER_REVIEW
from applications.views.conflict import Named, Stored, draw_conflict
from community.membership import is_mentor
from community.models import Criterion, Posting
from community.requests import SignedInRequest, asks_then_does


@dataclass(frozen=True)
class Row:
    """One assignment in the queue, numbered among those of its posting in the random order of their codes."""

    assignment: Assignment
    number: int
    of: int

    @property
    def is_reviewed(self) -> bool:
        return self.assignment.status == Assignment.Status.REVIEWED

    @property
    def is_draft(self) -> bool:
        return not self.is_reviewed and hasattr(self.assignment, "review")


@dataclass(frozen=True)
class Written:
    """One submitted review as its readers see it: no name, and the scores in the rubric's order."""

    label: str
    scores: list[tuple[Criterion, int | None, str]]
    comments: str
    feedback: str


@never_cache
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What there is to read, by posting, what is open first. 404 for who is no mentor and was never asked."""
    assignments = list(
        Assignment.objects.reviewable_by(request.user)
        .select_related("application__posting__round", "review")
        .only("code", "status", "application__status", "application__posting__title", "application__posting__language",
              "application__posting__decides_on", "application__posting__round__name", "review__saved_at")
        .prefetch_related("application__posting__texts")
    )  # fmt: skip
    if not assignments and not _reviews_at_all(request):
        raise Http404
    by_posting: list[tuple[Posting, list[Row]]] = []
    for _pk, group in groupby(
        sorted(assignments, key=lambda it: (it.application.posting.title_here, it.application.posting_id)),
        key=lambda it: it.application.posting_id,
    ):
        # sorted() is stable: within a posting the order is still that of the codes.
        members = list(group)
        rows = [Row(assignment, number, len(members)) for number, assignment in enumerate(members, start=1)]
        rows.sort(key=lambda row: (row.is_reviewed, row.is_draft))
        by_posting.append((members[0].application.posting, rows))
    by_posting.sort(key=lambda part: all(row.is_reviewed for row in part[1]))
    done = sum(assignment.status == Assignment.Status.REVIEWED for assignment in assignments)
    context = {"by_posting": by_posting, "done": done, "total": len(assignments)}
    return render(request, "applications/mentor/review_queue.html", context)


def _reviews_at_all(request: SignedInRequest) -> bool:
    return Assignment.objects.filter(mentor_id=request.user.pk).exists() or is_mentor(
        request.user, timezone.now().date()
    )


def _held(request: SignedInRequest, code: str) -> Assignment:
    """An assignment of the visitor's own, ended or not; 404 for everybody else."""
    assignment: Assignment = get_object_or_404(
        Assignment.objects.held_by(request.user).select_related(
            "application__posting", "application__form", "application__applicant__profile", "review"
        ),
        code=code,
    )
    return assignment


@never_cache
@keeps_text
@asks_then_does
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """One application, blind. POST keeps what was written and, if asked to and nothing is missing, submits it."""
    now = timezone.now()
    assignment = _held(request, code)
    if request.method != "POST":
        if assignment.application.status not in UNDER_REVIEW:
            messages.info(request, _("That application is no longer under review. Thank you for reading."))
            return redirect("review_queue")
        if assignment.status == Assignment.Status.REVIEWED:
            return _draw_submitted(request, assignment)
        return _draw(request, assignment, _form(assignment))

    data, undecided = _as_chosen(request.POST, assignment)
    form = _form(assignment, data)
    form.full_clean()
    seen = Seen(-1) if undecided else seen_in(data)
    if seen is not None and form.unkept and seen.version >= 0:
        # The page holds text that is nowhere else: it must not take its copy for stored.
        seen = replace(seen, page="")
    is_submitting = request.POST.get("go") == "submit" and not is_autosave(request)
    sendings = len(_sendings(assignment))
    # What the page had shown, that this was sent from.
    if is_outdated := request.POST.get("shown", str(sendings)) != str(sendings):
        # Nobody hands in a judgement of answers that no longer count: what was written is kept as a draft.
        is_submitting = False
    if is_submitting:
        form.tell_missing()
    try:
        kept = reviewing.write_review(
            assignment,
            scores=form.scores,
            comments=None if "comments" in form.unkept else form.comments,
            feedback=None if "feedback" in form.unkept else form.feedback,
            submit=is_submitting and not form.errors,
            by=request.user,
            at=now,
            seen=seen,
            sendings=sendings,
        )
    except lifecycle.Refused as refused:
        if is_autosave(request):
            return tell(409, text=str(refused))
        if isinstance(refused, reviewing.Conflict):
            return _draw_conflict(request, assignment, form, data, refused.stored, undecided)
        return _draw_refused(request, assignment, form, str(refused))
    if is_autosave(request):
        return tell(200, version=kept.version, saved_at=now.isoformat(), problems=told_of(form))
    if is_outdated:
        messages.warning(
            request,
            _("The answers were changed after you opened this page. Your draft is kept: read them again, then submit."),
        )
        return redirect(assignment)
    if form.errors:
        return _draw(request, assignment, form, stored=kept)
    if is_submitting:
        messages.success(request, _("Your review is submitted. Thank you."))
        return redirect(assignment)
    messages.success(request, _("Draft kept. Nobody else sees it until you submit."))
    return redirect("review_queue" if request.POST.get("go") == "later" else assignment)


@never_cache
@require_POST
def recuse(request: SignedInRequest, code: str) -> HttpResponse:
    """Steps aside from an application whose author the mentor knows. A second press finds it done."""
    now = timezone.now()
    mine = Assignment.objects.filter(mentor_id=request.user.pk).exclude(application__applicant_id=request.user.pk)
    assignment = get_object_or_404(mine, code=code)
    try:
        reviewing.recuse(assignment, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("review_queue")
    messages.success(
        request, _("You stepped aside, and the application is gone from your list. Thank you for saying so.")
    )
    return redirect("review_queue")


def _sendings(assignment: Assignment) -> list[datetime]:
    """When the answers were sent: first, and each time the person changed them. Never shown to a mentor."""
    return list(assignment.application.revisions.values_list("sent_at", flat=True))


def _form(assignment: Assignment, data: object = None) -> ReviewForm:
    application = assignment.application
    kept: Review | None = getattr(assignment, "review", None)
    asked = [question for question in _shown(assignment) if question.criterion_id]
    return ReviewForm(application.posting.rubric, asked, kept, reviewing.scores_of(kept), data)


def _as_chosen(typed: QueryDict, assignment: Assignment) -> tuple[QueryDict, list[str]]:
    """What was typed, with the saved one of two that differed put in where that was chosen.

    Also the fields of which there are two texts and neither was chosen yet.
    """
    data, undecided = typed.copy(), []
    differ = typed.getlist("differs")
    stored = _form(assignment).initials() if differ else {}
    for name in stored:
        if name not in differ:
            continue
        choice = typed.get(f"choose_{name}")
        if choice == "saved":
            data[name] = stored[name]
        elif choice != "mine":
            undecided.append(name)
    return data, undecided


def _shown(assignment: Assignment) -> list[Question]:
    return [question for question in asked_of(assignment.application) if question.shown_to_reviewers]


def _draw(
    request: SignedInRequest, assignment: Assignment, form: ReviewForm, *, stored: Review | None = None
) -> HttpResponse:
    kept: Review | None = stored or getattr(assignment, "review", None)
    sendings = _sendings(assignment)
    context = _reading(assignment, reviewing.identity_of(assignment.application)) | {
        "shown": len(sendings),
        "changed_since": kept is not None and bool(sendings) and sendings[-1] > kept.saved_at,
        "form": form,
        "kept": kept,
        "version": kept.version if kept else 0,
        # A name for this opening of the page, for the script.
        "page": new_code(12),
    }
    return render(request, "applications/mentor/review.html", context)


def _draw_conflict(
    request: SignedInRequest,
    assignment: Assignment,
    form: ReviewForm,
    data: QueryDict,
    stored: Review,
    undecided: list[str],
) -> HttpResponse:
    """Both texts and both scores wherever they differ, side by side, to choose from. What was typed goes along."""
    texts = {"comments": (stored.comments, form.comments), "feedback": (stored.feedback, form.feedback)}
    kept = reviewing.scores_of(stored)
    asked = [
        (name_of(criterion), criterion.name_here, *(in_words(criterion, scores) for scores in (kept, form.scores)))
        for criterion in form.rubric
    ] + [(name, str(form.fields[name].label), *texts[name]) for name in texts if name not in form.unkept]
    return draw_conflict(
        request,
        [(Named(name, label), saved, typed) for name, label, saved, typed in asked if saved != typed],
        posting=assignment.application.posting,
        part=_("Your review"),
        stored=Stored(stored.version, stored.saved_at),
        typed=data,
        names=["shown", *form.fields],
        undecided=undecided,
        go="save",
    )


def _draw_submitted(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    """One's own review as it stands, and those of others, which show from now on."""
    application = assignment.application
    identity = reviewing.identity_of(application)
    submitted = (
        Review.objects.filter(
            assignment__application=application,
            assignment__status=Assignment.Status.REVIEWED,
            submitted_at__isnull=False,
        )
        .select_related("assignment")
        .prefetch_related("scores")
        .order_by("assignment__code")
    )
    mine: Written | None = None
    others: list[Written] = []
    for found in submitted:
        if found.assignment_id == assignment.pk:
            mine = _written(found, _("You"), application.posting.rubric)
            continue
        # Another reader may have named in their comments whom they took the applicant for.
        found.comments, found.feedback = identity.hidden_in(found.comments), identity.hidden_in(found.feedback)
        label = _("Reviewer %(letter)s") % {"letter": _letters(len(others))}
        others.append(_written(found, label, application.posting.rubric))
    written = [mine, *others] if mine else others
    table = [
        (criterion, [review.scores[row] for review in written])
        for row, criterion in enumerate(application.posting.rubric)
    ]
    context = _reading(assignment, identity) | {"mine": mine, "others": others, "written": written, "table": table}
    return render(request, "applications/mentor/submitted.html", context)


def _written(review: Review, label: str, rubric: list[Criterion]) -> Written:
    scores = reviewing.scores_of(review)
    return Written(
        label,
        [
            (criterion, scores.get(criterion.pk), dict(criterion.scale).get(scores.get(criterion.pk) or 0, ""))
            for criterion in rubric
        ],
        review.comments,
        review.feedback,
    )


def _letters(index: int) -> str:
    """A, B … Z, AA, AB …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _draw_refused(request: SignedInRequest, assignment: Assignment, form: ReviewForm, refusal: str) -> HttpResponse:
    """What was sent was not taken: the reader gets the text back. A second press of the same button lost nothing."""
    now_kept = Assignment.objects.select_related("review").get(pk=assignment.pk)
    stands = now_kept.review if now_kept.status == Assignment.Status.REVIEWED else None
    if stands and (stands.comments, stands.feedback, reviewing.scores_of(stands)) == (
        form.comments,
        form.feedback,
        form.scores,
    ):
        return redirect(assignment)
    context = {
        "posting": assignment.application.posting,
        "form": form,
        "problems": [("main", refusal)],
    }
    return render(request, "applications/mentor/not_taken.html", context, status=409)


def _reading(assignment: Assignment, identity: reviewing.Identity) -> dict[str, object]:
    """What both faces of the page show: the answers, and what each counts towards."""
    application = assignment.application
    names = {criterion.pk: criterion.name_here for criterion in application.posting.rubric}
    return {
        "assignment": assignment,
        "posting": application.posting,
        "answers": [
            (question, answer, names.get(question.criterion_id or 0, ""))
            for question, answer in reviewing.blind_answers(application, identity)
        ],
    }
