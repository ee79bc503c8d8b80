"""The applicant's answer to an offer: the page with both buttons, and one view for each.

Each view loads the visitor's own, calls one verb and redirects; a refusal becomes a sentence. Until its release an
offer is not there.
"""

from datetime import datetime
from typing import Protocol

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import answering, lifecycle
from applications.models import Application
from applications.views.own import own
from community.models import User
from community.requests import SignedInRequest, pressed_on


class Verb(Protocol):
    def __call__(self, application: Application, *, by: User, at: datetime) -> None: ...


@require_safe
def offer(request: SignedInRequest, code: str) -> HttpResponse:
    """Both answers as buttons. Nothing is answered by opening this page: mail scanners open every link."""
    now = timezone.now()
    application = own(request, code)
    waiting = answering.open_offer(application)
    if waiting is None:
        messages.info(request, _("There is no offer waiting for your answer."))
        return redirect(application)
    return render(
        request,
        "applications/applicant/offer.html",
        {
            "application": application,
            "posting": application.posting,
            "offer": waiting,
            "is_open": waiting.answer_by is not None and now < waiting.answer_by,
            "now": now,
        },
    )


@pressed_on("offer")
def accept_offer(request: SignedInRequest, code: str) -> HttpResponse:
    return _answer(request, code, answering.accept_offer)


@pressed_on("offer")
def turn_down_offer(request: SignedInRequest, code: str) -> HttpResponse:
    return _answer(request, code, answering.turn_down_offer)


@pressed_on("application")
def undo_answer(request: SignedInRequest, code: str) -> HttpResponse:
    """Takes back an answer that was pressed by mistake."""
    return _answer(request, code, answering.undo_answer)


def _answer(request: SignedInRequest, code: str, verb: Verb) -> HttpResponse:
    now = timezone.now()
    application = own(request, code)
    try:
        verb(application, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    return redirect(application)
