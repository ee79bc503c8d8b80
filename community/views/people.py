"""People's public pages, one's own profile, and the visitor's time zone.

A profile is public only by its owner's own press (publish_profile); until then nobody else reaches its page.
"""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from community.consenting import hide, publish
from community.forms import ProfileForm, TimeZoneForm
from community.models import Membership, Profile, User
from community.requests import SignedInRequest, asks_then_does, keeps_text, pressed_on
from community.timezones import COOKIE

PER_PAGE = 24
ZONE_KEPT_SECONDS = 365 * 24 * 60 * 60


@login_not_required
def people(request: HttpRequest) -> HttpResponse:
    held = Prefetch(
        "user__memberships",
        Membership.objects.filter(project__is_listed=True).select_related("project"),
        to_attr="held",
    )
    public = Profile.objects.public().select_related("user").prefetch_related(held)
    page = Paginator(public, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "community/people.html", {"page": page})


@login_not_required
def person(request: HttpRequest, handle: str) -> HttpResponse:
    profile = get_object_or_404(Profile.objects.visible_to(request.user).prefetch_related("skills"), handle=handle)
    memberships = Membership.objects.filter(person=profile.user_id, project__is_listed=True).select_related("project")
    return render(
        request,
        "community/person.html",
        {"profile": profile, "memberships": memberships, "is_own": profile.user_id == request.user.pk},
    )


@keeps_text
def profile(request: SignedInRequest) -> HttpResponse:
    own = Profile.objects.filter(user=request.user).first()
    # A copy: checking writes what was typed into it, and the page's link has to stay the one that stands.
    form = ProfileForm(request.POST or None, instance=copy(own) if own else Profile(user=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = form.save()
        except IntegrityError:
            # Somebody took the handle between looking and writing.
            form.add_error("handle", _("Somebody has this address already. Choose another."))
        else:
            messages.success(
                request, _("Saved. Everyone can see it.") if saved.is_public else _("Saved. Only you see it.")
            )
            return redirect("profile")
    return render(request, "community/profile.html", {"form": form, "profile": own})


@pressed_on("profile")
def publish_profile(request: SignedInRequest) -> HttpResponse:
    own = get_object_or_404(Profile, user=request.user)
    publish(own, at=timezone.now())
    messages.success(request, _("Your page is public now. You can hide it again at any time."))
    return redirect(own)


@pressed_on("profile")
def hide_profile(request: SignedInRequest) -> HttpResponse:
    own = get_object_or_404(Profile, user=request.user)
    hide(own, at=timezone.now())
    messages.success(request, _("Your page is hidden. Only you can see it."))
    return redirect("profile")


@login_not_required
@asks_then_does
def time_zone(request: HttpRequest) -> HttpResponse:
    """GET asks, POST remembers the zone: on the account, or in a cookie for a stranger.

    A page of its own, so that no other page has to carry the form and its token.
    """
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("home")
    if request.method != "POST":
        return render(request, "community/time_zone.html", {"next": back})
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        problems = [("time_zone", _("Choose a time zone from the list."))]
        return render(request, "community/time_zone.html", {"next": back, "problems": problems})
    name = form.cleaned_data["time_zone"]
    answer = HttpResponseRedirect(back)
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(time_zone=name)
    if name and not request.user.is_authenticated:
        answer.set_cookie(COOKIE, name, ZONE_KEPT_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer
