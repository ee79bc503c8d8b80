"""One blind review while it is written: what is kept, what is submitted, and two texts where both were changed.

Whatever can be kept is kept before anything is said to be missing; what was not taken stays on the page.
"""

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applications import lifecycle, reviewing
from applications.codes import new_code
from applications.forms import seen_in
from applications.keeping import is_autosave, tell, told_of
from applications.models import Assignment, Question, Review
from applications.readiness import asked_of
from applications.review_forms import ReviewForm, in_words, name_of
from applications.seen import Seen
from applications.states import UNDER_REVIEW
from applications.views.blind import held, reading
from applications.views.conflict import Named, Stored, draw_conflict
from applications.views.submitted import draw_submitted
from community.requests import SignedInRequest, asks_then_does, keeps_text


@never_cache
@keeps_text
@asks_then_does
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """One application, blind. POST keeps what was written and, if asked to and nothing is missing, submits it."""
    now = timezone.now()
    assignment = held(request, code)
    if request.method != "POST":
        if assignment.application.status not in UNDER_REVIEW:
            messages.info(request, _("That application is no longer under review. Thank you for reading."))
            return redirect("review_queue")
        if assignment.status == Assignment.Status.REVIEWED:
            return draw_submitted(request, assignment)
        return _draw(request, assignment, _form(assignment))

    data, undecided = _as_chosen(request.POST, assignment)
    form = _form(assignment, data)
    form.full_clean()
    seen = Seen(-1) if undecided else seen_in(data)
    if form.unkept and seen.version >= 0:
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
    context = reading(assignment, reviewing.identity_of(assignment.application)) | {
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
