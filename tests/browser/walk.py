"""Every kind of page of the demo program, for each visitor, in a real Chromium: what test_axe.py looks at.

Loads nothing itself: the demo program has to stand. Error pages that cannot be provoked are drawn from their templates.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, Route

from applications.models import Application, Assignment, Decision, Message
from applications.states import Status
from community.models import Posting, Profile, Project, Round, User

# Templates that a visitor sees only when something is wrong. Those that extend base.html get a request.
FAILURES = ("400.html", "403.html", "403_csrf.html", "429.html", "500.html", "503.html")
SEND = "main form .button:not(.quiet):visible >> nth=0"


@dataclass(frozen=True)
class Stop:
    """One page to look at. `press` is pressed after it has opened, to bring out what the page says then."""

    name: str
    path: str
    press: str = ""


def by_visitor() -> dict[str, list[Stop]]:
    """e-mail address of the visitor ("" a stranger, "admin" the staff's own tool) → the pages."""
    alice = User.objects.get(email="alice@example.org")
    bob = User.objects.get(email="bob@example.org")
    mine = {application.status: application for application in Application.objects.filter(applicant=alice)}
    draft, offered = mine[Status.DRAFT], mine[Status.OFFERED]
    in_review, declined = mine[Status.IN_REVIEW], mine[Status.DECLINED]
    parts = draft.form.parts
    # Codes are random: without this, the first may be one that Bob stepped aside from, which is 404 for him.
    read = Assignment.objects.reviewable_by(bob).filter(application__status=Status.IN_REVIEW)
    unread = read.filter(review=None).first()
    reviewed = read.filter(review__submitted_at__isnull=False).first()
    assert unread is not None
    assert reviewed is not None

    def of(application: Application, name: str, *more: str) -> str:
        return reverse(name, args=[application.code, *more])

    def open_posting() -> Posting:
        return Posting.objects.get(slug="backend-engineer-shelfline")

    stranger = [
        *(Stop(name, reverse(name)) for name in ("home", "postings", "projects", "people", "how_we_choose")),
        *(Stop(name, reverse(name)) for name in ("privacy", "accessibility", "time_zone", "alerts")),
        Stop("alerts, refused", reverse("alerts"), SEND),
        Stop("postings, filtered", reverse("postings") + "?q=python"),
        Stop("postings, none", reverse("postings") + "?q=nothing-of-the-kind"),
        Stop("posting", open_posting().get_absolute_url()),
        Stop("posting, closed", reverse("posting", args=["backend-engineer-daftari"])),
        Stop("apply", reverse("apply", args=[open_posting().slug])),
        Stop("project", Project.objects.order_by("pk")[0].get_absolute_url()),
        Stop("person", Profile.objects.get(handle="chidinma-eze").get_absolute_url()),
        Stop("sign in", reverse("account_login")),
        Stop("sign in, refused", reverse("account_login"), SEND),
        Stop("sign up", reverse("account_signup")),
        Stop("sign in by code", reverse("account_request_login_code")),
        Stop("password reset", reverse("account_reset_password")),
        Stop("404", "/no-such-page/"),
        *(Stop(name, f"/drawn/{name}") for name in FAILURES),
    ]
    applicant = [
        Stop("my applications", reverse("my_applications")),
        Stop("draft", of(draft, "application")),
        *(Stop(f"part {part.slug}", of(draft, "edit_section", part.slug)) for part in parts),
        Stop("part with problems", of(draft, "edit_section", parts[2].slug), SEND),
        Stop("check", of(draft, "check_answers")),
        Stop("discard", of(draft, "discard")),
        Stop("sent", of(in_review, "application")),
        Stop("withdraw", of(in_review, "withdraw")),
        Stop("offered", of(offered, "application")),
        Stop("offer", of(offered, "offer")),
        Stop("declined", of(declined, "application")),
        Stop("posting, applied", draft.posting.get_absolute_url()),
        Stop("profile", reverse("profile")),
        Stop("your data", reverse("your_data")),
        *(Stop(name, reverse(name)) for name in ("account_email", "account_change_password", "account_logout")),
        *(Stop(name, reverse(name)) for name in ("mfa_index", "usersessions_list", "socialaccount_connections")),
        Stop("reauthenticate", reverse("account_reauthenticate")),
    ]
    mentor = [
        Stop("queue", reverse("review_queue")),
        Stop("review", reverse("review", args=[unread.code])),
        Stop("review with problems", reverse("review", args=[unread.code]), "button[name=go][value=submit]"),
        Stop("reviewed", reverse("review", args=[reviewed.code])),
    ]
    nobody = [Stop("no applications", reverse("my_applications")), Stop("no profile", reverse("profile"))]

    def changelist(model: type) -> str:
        return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")

    def change(row: Any) -> str:
        return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])

    waiting = Application.objects.filter(status=Status.SUBMITTED)[0]
    shortlisted = Application.objects.filter(status=Status.SHORTLISTED)[0]
    steps = reverse("admin:index")
    staff = [
        Stop("admin", steps),
        *(Stop(f"list of {model.__name__}", changelist(model)) for model in (Application, Decision, Message, Posting)),
        *(Stop(f"read {row.status}", change(row)) for row in (waiting, shortlisted, declined)),
        Stop("posting in the admin", change(open_posting())),
        Stop("form in the admin", change(draft.form)),
        Stop("round in the admin", change(Round.objects.order_by("pk")[0])),
    ]
    return {"": stranger, alice.email: applicant, bob.email: mentor, "charlie@example.org": nobody, "admin": staff}


def steps_of(page: Page) -> list[Stop]:
    """The pages before each step that the application's page in the admin offers."""
    links = page.locator("ul.steps a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [Stop(f"step {link.split('?')[0].rstrip('/').rsplit('/', 1)[-1]}", link) for link in links]


def in_language(path: str, language: str) -> str:
    """The same page in another language. What a page itself links to has its prefix already."""
    prefix = f"/{language}/"
    return path if language == settings.LANGUAGE_CODE or path.startswith(prefix) else prefix + path.lstrip("/")


def draw(language: str) -> Callable[[Route], None]:
    """Answers /drawn/<template> with that template, as a stranger would get it when something is wrong."""

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        with translation.override(language):
            body = render_to_string(name, request=RequestFactory().get("/"))
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    return answer


@contextmanager
def as_visitor(opened: Any, site: str, email: str, language: str) -> Iterator[Page]:
    """A browser in which this person is signed in, without the way through the form."""
    with opened(locale=language, reduced_motion="reduce") as page:
        if email:
            client = Client()
            client.force_login(User.objects.get(email="carol@example.org" if email == "admin" else email))
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page.route("**/drawn/*", draw(language))
        yield page
