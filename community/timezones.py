"""The visitor's own time zone: from the account, else from the cookie that the small form sets.

Without either, no zone is guessed: pages then show a date in the zone in which it was announced.
"""

import zoneinfo
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

COOKIE = "time_zone"


@cache
def known_zones() -> frozenset[str]:
    """Every zone by its name. zoneinfo reads hundreds of files each time it is asked, so it is asked once."""
    return frozenset(zoneinfo.available_timezones())


def zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of this name. One that does not exist, or no longer, counts as none chosen."""
    return zoneinfo.ZoneInfo(name) if name in known_zones() else None


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The zone that this visitor chose, or None."""
    return zone_named(getattr(request.user, "time_zone", "") or request.COOKIES.get(COOKIE, ""))


class TimeZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = zone_of(request)
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)
