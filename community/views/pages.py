"""The pages about the program itself: the first page, the notices, and what crawlers ask for.

Open to everyone, and never write. Numbers are counted when the page is drawn; one that is zero is left out.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap as draw_sitemap
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from community.feeds import SITEMAPS, PostingFeed
from community.models import Membership, Posting, Project

ROLES_ON_HOME = 5
PROJECTS_ON_HOME = 6

posting_feed = login_not_required(PostingFeed())


def _contact() -> str:
    """An address that somebody reads, if letters are sent from one; empty for a no-reply address."""
    address = settings.DEFAULT_FROM_EMAIL
    return "" if "no-reply" in address or "noreply" in address else address


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    is_open = Posting.objects.open_at(now)
    people = Membership.objects.filter(kind=Membership.Kind.CONTRIBUTOR).aggregate(
        contributors=Count("person", distinct=True),
        countries=Count("person__profile__country", distinct=True, filter=~Q(person__profile__country="")),
    )
    return render(
        request,
        "community/home.html",
        {
            "now": now,
            "postings": is_open.with_facts()[:ROLES_ON_HOME],
            "open_count": is_open.count(),
            "people": people,
            "projects": Project.objects.listed()[:PROJECTS_ON_HOME],
            "project_count": Project.objects.listed().count(),
        },
    )


@login_not_required
def how_we_choose(request: HttpRequest) -> HttpResponse:
    return render(request, "community/how_we_choose.html")


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "community/privacy.html", {"contact": _contact()})


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "community/accessibility.html", {"contact": _contact()})


@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    return draw_sitemap(request, SITEMAPS)
