"""Moments in words: a date in a zone with the zone's name, the same in UTC, and how far away it is.

Pure: every function is told the moment, the zone and, for distances, what time it is now.
Templates use the tags in templatetags/moments.py; e-mails call `in_words`.
"""

from datetime import UTC, datetime, timedelta, tzinfo

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

# Letters of Django's date filter; a translation may change their order and what stands between.
LONG = pgettext_lazy("date format", "D j F Y, H:i")
SHORT = pgettext_lazy("date format", "D j M, H:i")


def zone_label(local: datetime) -> str:
    """The zone of an aware datetime as people name it: WAT, EAT, SAST.

    Zones without a name of their own (Port Louis, Casablanca) have only a number for one; they become UTC+4.
    """
    name = local.tzname() or ""
    if name[:1] not in {"+", "-"}:
        return name
    minutes = int((local.utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def local_words(at: datetime, zone: tzinfo, pattern: str | Promise = LONG) -> str:
    """`at` on the clocks of `zone`: Tue 1 December 2026, 23:59 WAT."""
    local = at.astimezone(zone)
    return f"{date_format(local, str(pattern))} {zone_label(local)}"


def utc_words(at: datetime, zone: tzinfo) -> str:
    """The same moment in UTC: 22:59 UTC, with its day where that differs; empty if `zone` is UTC already."""
    local, utc = at.astimezone(zone), at.astimezone(UTC)
    if zone_label(local) == "UTC":
        return ""
    return f"{date_format(utc, 'H:i' if utc.date() == local.date() else str(SHORT))} UTC"


def in_words(at: datetime, zone: tzinfo) -> str:
    """For plain text: Tue 1 December 2026, 23:59 WAT (22:59 UTC)."""
    utc = utc_words(at, zone)
    return f"{local_words(at, zone)} ({utc})" if utc else local_words(at, zone)


def amount(span: timedelta) -> str:
    """A length of time in its largest fitting unit: whole days from two days on, hours from one hour on, minutes.

    Always rounded down, so that nobody is told they have more time than they have.
    """
    minutes = int(abs(span) / timedelta(minutes=1))
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if hours >= 1:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if minutes >= 1:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("less than a minute")


def distance(at: datetime, now: datetime) -> str:
    """How far `at` is from `now`: in 3 days, 5 hours ago."""
    if at >= now:
        return _("in %(amount)s") % {"amount": amount(at - now)}
    return _("%(amount)s ago") % {"amount": amount(now - at)}


def time_left(at: datetime, now: datetime) -> str:
    """What is left until `at`: 9 days left; closed, once it has passed."""
    if at <= now:
        return _("closed")
    return _("%(amount)s left") % {"amount": amount(at - now)}
