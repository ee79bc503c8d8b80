"""What the applications show on pages that stand above both apps: the visitor's own links, the Apply box.

Called by templates only. At most one query each, none for a stranger. Never writes.
"""

from datetime import datetime
from typing import Any

from django import template
from django.core.cache import caches
from django.template import RequestContext
from django.utils import timezone

from applications.models import Application, Assignment
from community.models import Membership, Posting, User

register = template.Library()


def _visitor(context: RequestContext) -> User | None:
    """Who is looking, if they are signed in. Error pages have no request: they are shown as to a stranger."""
    user = getattr(context.get("request"), "user", None)
    return user if user is not None and user.is_authenticated else None


def _reviews(person: User) -> bool:
    """Whether the review queue is anything to this person: a mentor, or somebody asked to read.

    Looked up for every page of everybody who is signed in, so it may be a minute old.
    """
    readers: Any = caches["process"].get_or_set("readers", _readers, 60)
    return person.pk in readers


def _readers() -> set[int]:
    mentors = Membership.objects.current(timezone.now().date()).mentors().order_by().values_list("person_id")
    asked = Assignment.objects.exclude(status=Assignment.Status.RECUSED).order_by().values_list("mentor_id")
    return {pk for (pk,) in mentors.union(asked)}


@register.inclusion_tag("includes/your_links.html", takes_context=True)
def your_links(context: RequestContext) -> dict[str, Any]:
    """The visitor's own part of the navigation. A page that only readers see says so (`is_reader`): no need to ask."""
    request = context.get("request")
    person = _visitor(context)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "person": person,
        "reviews": person is not None and (bool(context.get("is_reader")) or _reviews(person)),
        "path": request.path if request is not None else "",
    }


@register.inclusion_tag("applications/applicant/apply_box.html", takes_context=True)
def apply_box(context: RequestContext, posting: Posting) -> dict[str, Any]:
    """The one clear action on a posting's page, as it is for this visitor now."""
    now = context.get("now")
    if not isinstance(now, datetime):
        now = timezone.now()
    person = _visitor(context)
    own = Application.objects.visible_to(person).live().filter(posting=posting).first() if person else None
    return {
        "request": context.get("request"),
        "posting": posting,
        "application": own,
        "now": now,
        "is_open": posting.is_open_at(now),
        "is_ahead": posting.is_ahead_at(now),
    }
