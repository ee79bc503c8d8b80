"""What the applications show on pages that stand above both apps: the visitor's own links, the Apply box.

Called by templates only. One query at most for a tag. Never writes.
"""

from typing import Any

from django import template
from django.template import RequestContext

from applications.models import Assignment

register = template.Library()


@register.inclusion_tag("includes/your_links.html", takes_context=True)
def your_links(context: RequestContext) -> dict[str, Any]:
    """The visitor's own part of the navigation. Error pages have no request: they show a stranger's."""
    request = context.get("request")
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "person": user if signed_in else None,
        "reviews": signed_in and Assignment.objects.filter(mentor=user).exists(),
        "path": request.path if request is not None else "",
    }
