"""“Your data”: what is held about the visitor, to read, to take along, or to have erased.

Only ever about the person who is signed in; nobody else's data has an address.
"""

import tempfile
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import alerting, erasing, personal_data
from applications.models import Review
from community import consenting
from community.models import Consent, Profile
from community.requests import SignedInRequest, asks_then_does, pressed_on

# Up to here the archive stays in memory; a larger one goes through a file that nobody else can open.
IN_MEMORY_BYTES = 2 * 1024 * 1024


@require_safe
def your_data(request: SignedInRequest) -> HttpResponse:
    return render(
        request,
        "applications/rights/your_data.html",
        {
            "counts": personal_data.counts(request.user),
            "consents": Consent.objects.filter(person=request.user).order_by("-given_at"),
            "can_erase": not request.user.is_staff,
        },
    )


@require_safe
def download_data(request: SignedInRequest) -> FileResponse:
    """Everything as a ZIP, at once: data.json and the files that the person gave."""
    now = timezone.now()
    # Closed by the response when the last byte is sent.
    packed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    personal_data.archive(request.user, at=now, into=packed)
    packed.seek(0)
    response = FileResponse(packed, as_attachment=True, filename=f"your-data-{now:%Y-%m-%d}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


@pressed_on("your_data")
def withdraw_consent(request: SignedInRequest, purpose: str) -> HttpResponse:
    """Ends a consent and what rests on it: a public profile is hidden. Applications are withdrawn on their own pages."""
    now = timezone.now()
    if purpose == Consent.Purpose.PROFILE:
        for profile in Profile.objects.filter(user=request.user):
            consenting.hide(profile, at=now)
        messages.success(request, _("Your page is hidden. Only you can see it."))
    elif purpose == Consent.Purpose.ALERTS:
        alerting.stop_all(request.user, at=now)
        messages.success(request, _("We will not write to you about new roles any more."))
    else:
        messages.info(request, _("To take this back, withdraw your applications: choose one, then “Withdraw”."))
        return redirect("my_applications")
    return redirect("your_data")


@reauthentication_required(allow_get=True)
@asks_then_does
def erase_data(request: SignedInRequest) -> HttpResponse:
    """GET asks; POST erases, when the person has typed their own address to say that they mean it."""
    if request.user.is_staff and request.method != "POST":
        # Where it is said why not, before anything is asked of them.
        return redirect("your_data")
    typed = request.POST.get("email", "")
    context: dict[str, Any] = {
        "counts": personal_data.counts_to_erase(request.user),
        "has_reviewed": Review.objects.filter(assignment__mentor=request.user).exists(),
    }
    if request.method != "POST":
        return render(request, "applications/rights/erase.html", context)
    if typed.strip().lower() != request.user.email:
        context |= {
            "typed": typed,
            "problems": [("id_email", _("Enter your own e-mail address, as it stands above"))],
        }
        return render(request, "applications/rights/erase.html", context)
    try:
        erasure = erasing.erase(request.user, at=timezone.now())
    except erasing.ErasingRefused as refused:
        messages.error(request, str(refused))
        return redirect("your_data")
    logout(request)
    return render(request, "applications/rights/erased.html", {"erasure": erasure})
