"""What people see while the site cannot answer: 503, when to try again, and what they typed, to send once more.

Drawn while the database is down (handler500 in config/urls.py) and at the gate while too many ask (config/gate.py).
Reads no database, no session and no cache; nothing that names a person or an application gets into the log.
"""

import logging
import sys
from functools import lru_cache
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import server_error as plain_server_error

from applications.keeping import is_autosave, tell, what_was_typed

log = logging.getLogger(__name__)

# A restart takes seconds; a crowd on the last evening passes sooner still.
OUTAGE_SECONDS = 10
BUSY_SECONDS = 5
# A press of a button that may be pressed again without harm: the page offers the same button.
PRESSES = {"check_answers", "apply", "withdraw", "accept_offer", "turn_down_offer"}


def server_error(request: HttpRequest) -> HttpResponseBase:
    """handler500: 503 where the database is what failed, the plain page for any other fault, which is logged whole."""
    error = sys.exc_info()[1]
    if not is_outage(error):
        return plain_server_error(request)
    # Of an address only its first part, where it is one of ours: the rest may be a code, and what is no address of ours
    # may be anything. The error's own text may quote a row.
    first = request.path_info.lstrip("/").partition("/")[0] if _match(request) else "…"
    log.warning("the database did not answer (%s): %s /%s", type(error).__name__, request.method, first)
    response = unavailable(request, OUTAGE_SECONDS)
    # Django would log the whole address with a traceback.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def is_outage(error: BaseException | None) -> bool:
    """Whether `error`, or what caused it, is a database that does not answer."""
    while error is not None:
        # SQLite says OperationalError for a missing table too, which no waiting mends.
        if isinstance(error, OperationalError | InterfaceError) and "no such" not in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest, seconds: int) -> HttpResponse:
    """503: for a press of Save or Send the page has what was typed and the button; for the script a sentence."""
    response: HttpResponse
    if is_autosave(request):
        response = tell(
            503, text=_("The site cannot answer at the moment, so nothing was saved. Your text is kept here.")
        )
    else:
        kept = _what_to_send_again(request)
        page = render_to_string("503_kept.html", kept, request) if kept else _plain_page(translation.get_language())
        response = HttpResponse(page, status=503)
        response["Cache-Control"] = "private, no-store"
    response["Retry-After"] = str(seconds)
    return response


@lru_cache(maxsize=16)
def _plain_page(language: str | None) -> str:
    """The same for everybody who reads `language`: in a crowd, drawing it each time would feed the crowd."""
    return render_to_string("503.html")


def turned_away(environ: dict[str, Any]) -> HttpResponse:
    """The answer for a request that the gate did not let in. Nothing of Django's has seen it yet."""
    request = WSGIRequest(environ)
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        return unavailable(request, BUSY_SECONDS)


class _TokenCheck(CsrfViewMiddleware):
    """Says what is wrong instead of drawing a page about it."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None


def _what_to_send_again(request: HttpRequest) -> dict[str, Any] | None:
    """What the page repeats, or None where it repeats nothing.

    Another site's words never get onto a page of ours: the form's token has to be right, as for saving.
    """
    match = _match(request) if request.method == "POST" else None
    if match is None:
        return None
    keeps_text = getattr(match.func, "keeps_text", False)
    if not keeps_text and match.url_name not in PRESSES:
        return None
    check = _TokenCheck(lambda request: HttpResponse())
    try:
        check.process_request(request)
        if check.process_view(request, match.func, (), {}) is not None:
            return None
        return what_was_typed(request, match.func) | {"keeps_text": keeps_text, "address": request.get_full_path()}
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        # More than the site takes, or cut off on the way.
        return None
