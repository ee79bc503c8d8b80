"""Which answers may be kept by browsers and proxies: only those that are the same for every stranger.

Decided from the answer itself, so that a page needs no mark and a mistake errs towards keeping nothing:
a page that names a person, sets a cookie or carries a form's token is never public.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

FRESH_SECONDS = 60
STALE_SECONDS = 600


class PublicPageMiddleware:
    """Sets Cache-Control on pages that set none: public for strangers, no-store for whoever is signed in.

    Stands outside the session's and the CSRF middleware, so that it sees the cookies they set.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        # Cookie: the same address shows other words to a person who signed in or chose a time zone.
        patch_vary_headers(response, ["Cookie"])
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # On a shared computer the next person's Back button must not bring the page back.
            patch_cache_control(response, private=True, no_store=True)
        elif request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.cookies:
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS, stale_while_revalidate=STALE_SECONDS)
        else:
            # A form's token sets its cookie every time it is used, and so lands here.
            patch_cache_control(response, private=True, no_cache=True)
        return response
