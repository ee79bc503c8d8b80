"""The applicant's own pages: beginning, checking, sending, taking back. The form: filling_in.py; what was sent: following.py.

Each view loads through `visible_to`, calls one verb and redirects; a refusal becomes a sentence, and typed text stays.
Nothing here reads a decision before its release.
"""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import drafting, lifecycle, revising
from applications.models import Application, Assignment, Decision, Letter
from applications.models.decisions import Outcome
from applications.questions_default import outline
from applications.readiness import needs_look, problems
from applications.views.own import can_withdraw, in_hand, left_over_in_words, next_part, own, parts_of
from community.models import Posting
from community.requests import SignedInRequest, asks_then_does

# Beginning --------------------------------------------------------------------------------------------


@login_not_required
@asks_then_does
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """GET tells what will be asked; POST begins, or leads to what was begun before."""
    now = timezone.now()
    posting = get_object_or_404(Posting.objects.public().select_related("round", "project"), slug=slug)
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.path)
        return _explain(request, posting, now)
    if request.method != "POST":
        existing = Application.objects.visible_to(request.user).live().filter(posting=posting).first()
        return redirect(existing) if existing else _explain(request, posting, now)
    try:
        application = drafting.begin(posting, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("apply", slug=slug)
    return redirect(next_part(application) if application.is_draft else application)


def _explain(request: HttpRequest, posting: Posting, now: datetime) -> HttpResponse:
    return render(
        request,
        "applications/applicant/apply.html",
        {
            "posting": posting,
            "now": now,
            "is_open": posting.is_open_at(now),
            "is_ahead": posting.is_ahead_at(now),
            "outline": outline(posting),
            "reads_here": request.user.is_authenticated
            and Assignment.objects.held_by(request.user).filter(application__posting=posting).exists(),
        },
    )


@require_safe
def my_applications(request: SignedInRequest) -> HttpResponse:
    """Everything the visitor began or sent, the latest first."""
    now = timezone.now()
    offer = Decision.objects.filter(application=OuterRef("pk"), outcome=Outcome.OFFER, released_at__isnull=False)
    applications = (
        Application.objects.visible_to(request.user)
        .of_its_own()
        .select_related("posting__round", "posting__project")
        .prefetch_related("posting__texts")
        .annotate(
            has_changes=Exists(Application.objects.filter(changes=OuterRef("pk"))),
            has_news=Exists(Letter.objects.from_the_staff().unread().filter(application=OuterRef("pk"))),
        )
        .annotate(answer_by=Subquery(offer.order_by("-released_at").values("answer_by")[:1]))
        .order_by("-created_at", "-pk")
    )
    return render(
        request,
        "applications/applicant/my_applications.html",
        {
            "now": now,
            "items": [(application, application.posting.is_open_at(now)) for application in applications],
        },
    )


# Checking and sending ---------------------------------------------------------------------------------


@asks_then_does
def check_answers(request: SignedInRequest, code: str) -> HttpResponse:
    """GET lists every answer and what is missing; POST sends, once, however often it is pressed."""
    now = timezone.now()
    if request.method == "POST":
        return _send(request, code, now)
    application = in_hand(request, code)
    if application.has_newer_form and application.posting.is_open_at(now):
        return redirect("new_questions", code=code)
    return _draw_check(request, application, now) if application.is_draft else redirect(application)


def _send(request: SignedInRequest, code: str, now: datetime) -> HttpResponse:
    """Reads nothing before the verb does: what is only needed for a refusal is read where it is refused."""
    try:
        sent = drafting.submit(Application(code=code), by=request.user, at=now)
        if sent.submitted_at != now and revising.changes_to(sent) is not None:
            return _send_changes(request, sent, now)
    except drafting.NotReady as refused:
        application = in_hand(request, code)
        if needs_look(application):
            return redirect("eligibility", code=code)
        return _draw_check(request, application, now, told=[(p.field_id, p.text) for p in refused.problems])
    except lifecycle.Refused as refused:
        application = in_hand(request, code)
        if application.has_newer_form and application.posting.is_open_at(now):
            return redirect("new_questions", code=code)
        return _draw_check(request, application, now, told=[("main", str(refused))], status=409)
    if sent.submitted_at == now:
        messages.success(
            request,
            _("Your application is sent. A copy of every answer is on its way to %(email)s.")
            % {"email": request.user.email},
        )
    return redirect(sent)


def _send_changes(request: SignedInRequest, application: Application, now: datetime) -> HttpResponse:
    if revising.send_changes(application, by=request.user, at=now) is None:
        messages.info(request, _("You changed nothing, so what you sent stands as it is."))
    else:
        messages.success(
            request,
            _("Your changes are sent and count from now on. A copy of every answer is on its way to %(email)s.")
            % {"email": request.user.email},
        )
    return redirect(application)


def _draw_check(
    request: SignedInRequest,
    application: Application,
    now: datetime,
    *,
    told: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "applications/applicant/check_answers.html",
        {
            "application": application,
            "posting": application.posting,
            "parts": parts_of(application),
            "missing": problems(application),
            "left_over": left_over_in_words(application),
            "problems": told or [],
            "now": now,
            "is_open": revising.can_be_sent(application, at=now),
        },
        status=status,
    )


# Taking back ------------------------------------------------------------------------------------------


@asks_then_does
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """GET asks, POST withdraws."""
    now = timezone.now()
    application = own(request, code)
    if request.method != "POST":
        if not can_withdraw(application):
            messages.info(request, _("There is nothing to withdraw now."))
            return redirect(application)
        return render(
            request,
            "applications/applicant/withdraw.html",
            {
                "application": application,
                "posting": application.posting,
                "now": now,
                "is_open": application.posting.is_open_at(now),
            },
        )
    try:
        drafting.withdraw(application, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    return redirect(application)


@asks_then_does
def discard(request: SignedInRequest, code: str) -> HttpResponse:
    """GET asks, POST deletes a draft with everything in it."""
    now = timezone.now()
    application = in_hand(request, code)
    if request.method != "POST":
        if not application.is_draft:
            messages.info(request, _("This application was sent. You can withdraw it, but not discard it."))
            return redirect(application)
        return render(
            request,
            "applications/applicant/discard.html",
            {"application": application, "posting": application.posting, "now": now},
        )
    title = application.posting.title_here
    try:
        drafting.discard(application, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect(application)
    if application.changes is not None:
        messages.success(request, _("Your changes are discarded. What you sent stands."))
        return redirect(application)
    messages.success(request, _("Your draft for %(role)s is discarded.") % {"role": title})
    return redirect("my_applications")
