"""The projects that contributors build, and who belongs to them. Open to everyone; they never write.

Only people with a public profile are named. The others are a number.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from community.models import Membership, Posting, Project

PER_PAGE = 24
MOST_NAMED = 60


@login_not_required
def projects(request: HttpRequest) -> HttpResponse:
    page = Paginator(Project.objects.listed(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "community/projects.html", {"page": page})


@login_not_required
def project(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(Project.objects.listed(), slug=slug)
    memberships = Membership.objects.filter(project=found)
    named = list(
        memberships.named()
        .select_related("person__profile")
        .order_by(F("ended_on").desc(nulls_first=True), "started_on", "pk")[:MOST_NAMED]
    )
    everyone = memberships.values("person").distinct().count()
    return render(
        request,
        "community/project.html",
        {
            "now": now,
            "project": found,
            "memberships": named,
            "unnamed_count": everyone - len({membership.person_id for membership in named}),
            "postings": Posting.objects.open_at(now).filter(project=found).with_facts(),
        },
    )
