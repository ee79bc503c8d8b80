"""What was typed is never lost to a refused request: a sign-in that ran out, or a form's token that grew old.

Both are refused before the view is asked. For a view marked `keeps_text` the refusal is a page that carries the text
and posts it again. It reads no database and names nothing that was not in the request itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.views.csrf import csrf_failure as plain_csrf_failure

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Fields of ours that hold no answer.
MACHINERY = {"csrfmiddlewaretoken", "go", "remove", "version"}
LONG = 80


def keeps_text(view: View) -> View:
    """Marks a view whose POST carries what a person wrote."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def _keeps_text(request: HttpRequest, view: Any) -> bool:
    return request.method == "POST" and getattr(view, "keeps_text", False)


def _page_with_text(request: HttpRequest) -> HttpResponse:
    """The text that came with `request`, to copy and to post again to the same address."""
    typed = [
        (name, value, len(value) > LONG or "\n" in value)
        for name, values in request.POST.lists()
        if name not in MACHINERY
        for value in map(str, values)
        if value
    ]
    response = render(
        request,
        "applications/applicant/kept_text.html",
        {
            "typed": typed,
            "files": [file.name for files in request.FILES.lists() for file in files[1]],
            "go": request.POST.get("go", "on"),
            # Tells the page which of the two refusals it is.
            "signed_in": request.user.is_authenticated,
        },
        status=403,
    )
    response["Cache-Control"] = "private, no-store"
    return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs a sign-in unless its view says otherwise, as in Django; but what was typed comes back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if _keeps_text(request, view_func):
            return _page_with_text(request)
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The page for a form's token that is old or missing, as after signing in in another tab.

    A request that another site caused (a foreign Origin or Referer) never gets its words onto a page of ours.
    """
    match = request.resolver_match
    is_stale = reason in {REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE} or reason.startswith("CSRF token from POST")
    if is_stale and match is not None and _keeps_text(request, match.func):
        return _page_with_text(request)
    return plain_csrf_failure(request, reason=reason)
