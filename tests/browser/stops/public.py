"""What everybody may read, and what a stranger is told when nothing is there, or something is wrong."""

from datetime import timedelta

from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views import defaults

from applications import outage
from applications.models import Alert, Application
from applications.states import Status
from community.models import Posting, Profile, Project
from tests.browser.visitor import Walk

OPEN, CLOSED = "backend-engineer-shelfline", "backend-engineer-daftari"
TYPED = {"problem": "The stock service answered in nine seconds.\nI found the query.", "together": "Four of us."}


def what_is_there(walk: Walk) -> None:
    anyone = walk.visitor()
    for name in ("home", "postings", "projects", "people", "how_we_choose", "privacy", "accessibility", "time_zone"):
        anyone.sees(name, reverse(name))
    bob = walk.visitor("bob@example.org")
    for name in ("home", "postings", "projects", "people"):
        bob.sees(f"{name}, signed in", reverse(name))
    anyone.sees("time zone, refused", reverse("time_zone"), {"time_zone": "Nowhere/Land"})
    anyone.sees("postings, filtered", reverse("postings") + "?q=python")
    anyone.sees("postings, none", reverse("postings") + "?q=nothing-of-the-kind")
    anyone.sees("posting", reverse("posting", args=[OPEN]))
    anyone.sees("apply", reverse("apply", args=[OPEN]))
    bob.sees("apply, as its mentor", reverse("apply", args=[OPEN]))
    anyone.sees("posting, closed", reverse("posting", args=[CLOSED]))
    anyone.sees("apply, closed", reverse("apply", args=[CLOSED]))
    anyone.sees("project", Project.objects.order_by("pk")[0].get_absolute_url())
    anyone.sees("person", Profile.objects.get(handle="chidinma-eze").get_absolute_url())
    Posting.objects.filter(slug=OPEN).update(opens_at=timezone.now() + timedelta(days=1))
    anyone.sees("posting, not open yet", reverse("posting", args=[OPEN]))
    anyone.sees("apply, not open yet", reverse("apply", args=[OPEN]))


def where_nothing_is(walk: Walk) -> None:
    anyone = walk.visitor()
    Posting.objects.update(state=Posting.State.DRAFT, published_at=None)
    Profile.objects.update(published_at=None)
    Project.objects.update(is_listed=False)
    for name in ("home", "postings", "projects", "people"):
        anyone.sees(f"{name}, empty", reverse(name))


def alerts(walk: Walk) -> None:
    anyone = walk.visitor()
    address = reverse("alerts") + "?q=python"
    anyone.sees("alerts", address)
    anyone.sees("alerts, refused", address, {"email": ""})
    anyone.sees("alerts, asked", address, {"email": "reader@example.org"})
    alert = Alert.objects.latest("pk")
    confirm, stop = (reverse(name, args=[alert.code]) for name in ("confirm_alert", "stop_alert"))
    anyone.sees("alert to confirm", confirm)
    anyone.sees("alert, confirmed", confirm, {})
    Alert.objects.update(keep_asked_at=timezone.now())
    anyone.sees("alert to keep", confirm)
    anyone.sees("alert, kept", confirm, {})
    anyone.sees("alert to stop", stop)
    anyone.sees("alert, stopped", stop, {})


def what_is_wrong(walk: Walk) -> None:
    """The pages for errors, and those that hand back what was typed."""
    anyone = walk.visitor()
    anyone.sees("404", reverse("home") + "no-such-page/", status=404)
    walk.visitor("charlie@example.org").sees("404, signed in", reverse("review_queue"), status=404)
    walk.visitor("carol@example.org").sees("403", reverse("admin:community_user_add"), status=403)
    walk.visitor("charlie@example.org").sees("405", reverse("hide_profile"), status=405)
    walk.visitor(strict=True).sees("403 csrf", reverse("account_login"), {"login": "x"}, status=403)
    for _ in range(5):
        anyone.does(reverse("account_reset_password"), {"email": "reader@example.org"})
        anyone.does(reverse("account_logout"))
    anyone.sees("429", reverse("account_reset_password"), {"email": "reader@example.org"}, status=429)
    walk.draws("400", lambda request: defaults.bad_request(request, SuspiciousOperation()))
    walk.draws("500", defaults.server_error)
    # The page is the same for everybody, so the site keeps it: here it has to be drawn.
    outage._plain_page.cache_clear()
    walk.draws("503", lambda request: outage.unavailable(request, outage.BUSY_SECONDS))


def what_was_typed(walk: Walk) -> None:
    draft = Application.objects.get(status=Status.DRAFT, applicant__email="alice@example.org")
    page = reverse("edit_section", args=[draft.code, draft.form.parts[1].slug])
    walk.visitor().sees("typed, signed out", page, {**TYPED, "version": "1"}, status=403)
    alice = walk.visitor("alice@example.org", strict=True)
    # A token that grew old: there is a cookie, and the form's own differs.
    alice.client.cookies["csrftoken"] = "a" * 32
    alice.sees("typed, out of date", page, {**TYPED, "csrfmiddlewaretoken": "b" * 32}, status=403)
    for name, address, typed in (
        ("typed, 503", page, TYPED),
        ("pressed, 503", page.partition("edit/")[0] + "check/", {}),
    ):
        request = RequestFactory().post(address, typed)
        request._dont_enforce_csrf_checks = True
        walk.draws(name, lambda _request, request=request: outage.unavailable(request, outage.OUTAGE_SECONDS))


SCENES = (what_is_there, where_nothing_is, alerts, what_is_wrong, what_was_typed)
