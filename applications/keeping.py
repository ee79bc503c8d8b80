"""What was typed is never lost to a refused request: a sign-in that ran out, or a form's token that grew old.

Both are refused before the view is asked. For a view marked `keeps_text` the refusal is a page that carries the text
and posts it again. It reads no database and names nothing that was not in the request itself.

static/js/keep.js keeps the same promise in the browser: it saves a few seconds after the last keystroke and holds a
copy until the server has the text. A copy is named by the application and part, which only their owner can open. It
goes once the server has the text, after 14 days, and at signing out (Clear-Site-Data): in a cybercafé the next person
sits down at the same browser. Text that was saved elsewhere meanwhile is shown beside the form, never put in unasked.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.defaults import bad_request as plain_bad_request

from community.requests import View, keeps_text

# Fields of ours that hold no answer. The second line goes along unseen: it says which text the answers were typed over.
MACHINERY = {"csrfmiddlewaretoken", "go", "remove", "use"}
UNSEEN = {"version", "page", "differs", "seen", "shown"}
LONG = 80


def keeps_text_beside(*buttons: str) -> Callable[[View], View]:
    """The same for a view that tells its buttons by these names. What was typed comes back without the one pressed."""

    def mark(view: View) -> View:
        view.buttons = frozenset(buttons)  # type: ignore[attr-defined]
        return keeps_text(view)

    return mark


def _keeps_text(request: HttpRequest, view: Any) -> bool:
    return request.method in {"POST", "PATCH"} and getattr(view, "keeps_text", False)


def is_autosave(request: HttpRequest) -> bool:
    """Whether the script asks, which reads the answer itself and shows its `text`."""
    return request.headers.get("X-Keep") == "1"


def tell(status: int, **words: Any) -> JsonResponse:
    response = JsonResponse(words, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def told_of(form: BaseForm) -> dict[str, str]:
    """Field → what cannot be kept of it."""
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def _refuse(request: HttpRequest) -> HttpResponse:
    if not is_autosave(request):
        return _page_with_text(request)
    if request.user.is_authenticated:
        return tell(403, text=_("This page is out of date, so nothing was saved. Press Save to go on."))
    return tell(401, text=_("You are signed out. Sign in in another tab, then come back to this page."))


def what_was_typed(request: HttpRequest, view: Any) -> dict[str, Any]:
    """What came with `request` for `view`, for a page that shows it and posts it again. Files cannot be put into a page."""
    buttons: frozenset[str] = getattr(view, "buttons", frozenset())
    return {
        "typed": [
            (name, value, len(value) > LONG or "\n" in value)
            for name, values in request.POST.lists()
            if name not in MACHINERY | buttons and not _is_unseen(name)
            for value in map(str, values)
            if value
        ],
        "unseen": [(name, value) for name, values in request.POST.lists() if _is_unseen(name) for value in values],
        "files": [file.name for files in request.FILES.lists() for file in files[1]],
        "go": request.POST.get("go", "on"),
    }


def _page_with_text(request: HttpRequest) -> HttpResponse:
    """The text that came with `request`, to copy and to post again to the same address."""
    # `signed_in` tells the page which of the two refusals it is.
    match = request.resolver_match
    context = what_was_typed(request, match and match.func) | {"signed_in": request.user.is_authenticated}
    response = render(request, "applications/applicant/kept_text.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def is_no_answer(name: str) -> bool:
    """Whether a field of this name is the page's own, so that no question can have it."""
    return name in MACHINERY or _is_unseen(name)


def _is_unseen(name: str) -> bool:
    return name in UNSEEN or name.startswith("choose_")


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs a sign-in unless its view says otherwise, as in Django; but what was typed comes back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if _keeps_text(request, view_func):
            return _refuse(request)
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Signing out empties the browser's store of what static/js/keep.js copied there: in a cybercafé the next
        person sits down at the same browser. What was not saved yet is sent first, by that script."""
        match = request.resolver_match
        is_sign_out = request.method == "POST" and match is not None and match.url_name == "account_logout"
        # One that was refused signs nobody out: any other site can send the form, without its token.
        if is_sign_out and response.status_code < 400:
            response["Clear-Site-Data"] = '"storage"'
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The page for a form's token that is old or missing, as after signing in in another tab.

    A request that another site caused (a foreign Origin or Referer) never gets its words onto a page of ours.
    """
    match = request.resolver_match
    is_stale = reason in {REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE} or reason.startswith("CSRF token from")
    if is_stale and match is not None and _keeps_text(request, match.func):
        return _refuse(request)
    return plain_csrf_failure(request, reason=reason)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What could not be read at all, or was more than the site takes."""
    if is_autosave(request):
        return tell(413, text=_("This is more text than the site takes, so it was not saved. Shorten it."))
    return plain_bad_request(request, exception)
