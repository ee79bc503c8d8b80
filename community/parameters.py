"""What an address asks for, made fit to be looked up: what no honest link holds is taken out before a view reads it.

PostgreSQL takes a null byte for an error in any text, so each of the many lists and filters, the admin's above all,
would answer 500 to it. Here it goes as it goes from every answer. A number that no date and no column holds is a bad
request, whichever list finds out. Reads no database.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.views.defaults import bad_request

NULL = "%00"
# Django's admin takes an empty one for the name of a field.
EMPTY = {"_to_field=", "_to_field"}


class ParametersMiddleware:
    """Stands before whatever reads `request.GET`, which is parsed from this text when it is first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if NULL in query or "_to_field" in query:
            # What stood around one may be one when it is gone.
            while NULL in query:
                query = query.replace(NULL, "")
            request.META["QUERY_STRING"] = "&".join(part for part in query.split("&") if part not in EMPTY)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, OverflowError) and request.method in {"GET", "HEAD"} and request.GET:
            return bad_request(request, exception)
        return None
