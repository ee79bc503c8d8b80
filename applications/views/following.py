"""Following what was sent: where it stands, what was said, the letters, the sealed answers, and changing them.

Each view loads the visitor's own, calls one verb and redirects; a refusal becomes a sentence, and typed text stays.
Nothing here reads a decision before its release, nor a triage step: to the applicant these change not one byte.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import answering, corresponding, lifecycle, promises, purging, revising
from applications.letter_forms import LetterForm, seen_in
from applications.models import Application, HistoryEntry, Revision
from applications.models.decisions import Outcome
from applications.states import UNTOLD, Action, Status
from applications.views.own import can_withdraw, left_over_in_words, next_part, own, parts_of
from community.forms import problems_of
from community.requests import SignedInRequest, keeps_text, pressed_on


@require_safe
def application(request: SignedInRequest, code: str) -> HttpResponse:
    """Where one application stands, in the applicant's words."""
    now = timezone.now()
    found = _whole(request, code)
    if not found.is_draft:
        return _draw(request, found, now)
    context = {
        "application": found,
        "posting": found.posting,
        "parts": parts_of(found),
        "left_over": left_over_in_words(found),
        "now": now,
        "is_open": found.posting.is_open_at(now),
        "go_on": next_part(found),
        "deleted_at": purging.deleted_on(found.posting),
    }
    return render(request, "applications/applicant/draft.html", context)


def _whole(request: SignedInRequest, code: str) -> Application:
    """With what its page says beside its own columns, in the one query."""
    return own(request, code, has_changes=F("change"))


def _draw(
    request: SignedInRequest,
    application: Application,
    now: datetime,
    *,
    form: LetterForm | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or LetterForm()
    letters = list(application.letters.all())
    theirs = [letter for letter in letters if letter.from_staff]
    revisions = list(application.revisions.defer("content"))
    context = _standing(application, revisions, now) | {
        "application": application,
        "posting": application.posting,
        "parts": parts_of(application),
        "now": now,
        "is_open": application.posting.is_open_at(now),
        "applied": promises.applied(application.posting),
        "revisions": revisions,
        "letters": letters,
        "seen": len(theirs),
        "has_news": any(letter.read_at is None for letter in theirs),
        "form": form,
        "problems": problems_of(form),
    }
    return render(request, "applications/applicant/application.html", context, status=status)


def _standing(application: Application, revisions: list[Revision], now: datetime) -> dict[str, Any]:
    """What was released, said in order, and what comes next. Reads released decisions only."""
    waits = application.status in UNTOLD
    # To whom nothing was told, nothing was released.
    released = [] if waits else list(application.decisions.filter(released_at__isnull=False).order_by("released_at"))
    told_by = {
        Outcome.OFFER: _("A place was offered to you"),
        Outcome.WAITLIST: _("You were put on the waiting list"),
        Outcome.DECLINE: _("You were not chosen this time"),
    }
    answers: dict[str, str] = {
        Action.ACCEPT: _("You accepted the place"),
        Action.TURN_DOWN: _("You turned the place down"),
        Action.UNDO_ACCEPT: _("You took your answer back"),
        Action.UNDO_TURN_DOWN: _("You took your answer back"),
        Action.LAPSE: _("The offer lapsed"),
    }
    offers = [decision for decision in released if decision.outcome == Outcome.OFFER]
    steps = [(application.created_at, _("You began")), (application.submitted_at, _("You sent it"))]
    if application.look_asked_at:
        steps.append((application.look_asked_at, _("You asked for a human look")))
    steps += [(decision.released_at, told_by[Outcome(decision.outcome)]) for decision in released]
    steps += [(revision.sent_at, _("You sent changed answers")) for revision in revisions[1:]]
    # Without an offer there is nothing to have answered.
    if offers:
        answered = HistoryEntry.objects.filter(application=application, action__in=sorted(answers))
        steps += [(entry.at, answers[entry.action]) for entry in answered]
    if application.withdrawn_at:
        steps.append((application.withdrawn_at, _("You withdrew")))
    offer = offers[-1] if offers and application.status == Status.OFFERED else None
    can_change = not revising.refusal_to_change(application, at=now)
    return {
        "steps": sorted(steps, key=lambda step: step[0]),
        "decisions": released[::-1],
        "offer": offer,
        "offer_is_open": offer is not None and offer.answer_by is not None and now < offer.answer_by,
        "undo_until": answering.can_be_undone_until(application, now),
        "waits": waits,
        "is_late": promises.is_late(application, now),
        "can_withdraw": can_withdraw(application),
        "can_change": can_change,
        "has_late_changes": not can_change and _has_unsent_text(application),
        "deleted_at": purging.deleted_on(application.posting),
    }


def _has_unsent_text(application: Application) -> bool:
    changes = revising.changes_to(application) if application.has_changes else None  # type: ignore[attr-defined]
    return changes is not None and not revising.say_the_same(changes)


# Changing what was sent -------------------------------------------------------------------------------


@pressed_on("application")
def change_answers(request: SignedInRequest, code: str) -> HttpResponse:
    """Begins changes to what was sent, or goes on with those begun; nothing counts before it is sent again."""
    now = timezone.now()
    found = own(request, code)
    if found.is_draft:
        return redirect(found)
    try:
        revising.change_answers(found, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    return redirect("check_answers", code=code)


@require_safe
def sent_answers(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """What was sent, in exactly the bytes that the digest is of: for the applicant, and for staff who read others'."""
    readable = Revision.objects.all()
    if not (request.user.is_staff and request.user.has_perm("applications.view_application")):
        readable = readable.filter(application__applicant=request.user.pk)
    revision = get_object_or_404(readable, application__code=code, number=number)
    response = HttpResponse(revision.content.encode(), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{number}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


# Letters ----------------------------------------------------------------------------------------------


@keeps_text
@pressed_on("application")
def write_letter(request: SignedInRequest, code: str) -> HttpResponse:
    """The applicant writes to the staff. What cannot be taken stays in the form."""
    now = timezone.now()
    found = _whole(request, code)
    if found.is_draft:
        messages.error(request, _("Send your application first, then write to us about it."))
        return redirect(found)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _draw(request, found, now, form=form)
    try:
        corresponding.write_letter(
            found, form.cleaned_data["text"], seen=seen_in(request.POST), by=request.user, at=now
        )
    except lifecycle.Refused as refused:
        form.add_error("text", str(refused))
        return _draw(request, found, now, form=form, status=409)
    messages.success(request, _("Your message is here. A person reads it, and you hear of the answer by e-mail."))
    return redirect(f"{found.get_absolute_url()}#letters")


@pressed_on("application")
def read_letters(request: SignedInRequest, code: str) -> HttpResponse:
    """The applicant says that they have read what the page showed. Opening a page says nothing."""
    now = timezone.now()
    found = own(request, code)
    try:
        corresponding.mark_read(found, seen=seen_in(request.POST), by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    return redirect(found)
