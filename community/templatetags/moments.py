"""Tags that show a moment in the visitor's own zone, in UTC, and as a distance.

`{% moment posting.closes_at posting.time_zone %}`: the second value is used when the visitor chose no zone.
Distances read `now` from the context, so that a page agrees with itself; without it they ask the clock.
"""

from datetime import UTC, datetime, tzinfo

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from community import moments
from community.timezones import zone_of

register = template.Library()


def _zone(context: Context, given: tzinfo | None) -> tzinfo:
    request = context.get("request")
    chosen = zone_of(request) if request is not None else None
    return chosen or given or UTC


def _now(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


def _kept_together(words: str) -> str:
    """A zone that stood alone on the next line would look like a word of its own."""
    time, _space, zone = words.rpartition(" ")
    return f"{time}\N{NO-BREAK SPACE}{zone}"


def _time(at: datetime, zone: tzinfo, pattern: str | Promise, style: str = "") -> SafeString:
    words = _kept_together(moments.local_words(at, zone, pattern))
    styled = format_html(' class="{}"', style) if style else ""
    return format_html('<time{} datetime="{}">{}</time>', styled, at.astimezone(UTC).isoformat(), words)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, zone: tzinfo | None = None) -> str:
    """<time>Tue 1 December 2026, 23:59 WAT</time> (22:59 UTC); nothing for no moment."""
    if not at:
        return ""
    shown_in = _zone(context, zone)
    # The brackets stay with what they hold where Arabic turns the line around.
    utc = moments.utc_words(at, shown_in)
    shown = _time(at, shown_in, moments.LONG)
    if not utc:
        return shown
    # Left to itself it would take the direction of the Latin letters in it, and turn against its neighbour.
    turned = mark_safe(' dir="rtl"') if get_language_bidi() else ""
    return format_html('{} <bdi class="soft"{}>({})</bdi>', shown, turned, utc)


@register.simple_tag(takes_context=True)
def short_moment(context: Context, at: datetime | None, zone: tzinfo | None = None) -> str:
    """For lists and sentences: <time>Tue 1 Dec, 23:59 WAT</time>, short enough to stand whole on any line.

    Another year than this one is named, and the words may then break.
    """
    if not at:
        return ""
    shown_in = _zone(context, zone)
    if at.astimezone(shown_in).year != _now(context).astimezone(shown_in).year:
        return _time(at, shown_in, moments.LONG)
    return _time(at, shown_in, moments.SHORT, "whole")


@register.simple_tag(takes_context=True)
def zone_key(context: Context, zone: tzinfo | None = None) -> str:
    """Africa/Lagos: by which clock the page tells moments, for a script that tells one too."""
    return str(_zone(context, zone))


@register.simple_tag(takes_context=True)
def distance(context: Context, at: datetime | None) -> str:
    """in 3 days; 3 days ago."""
    return "" if not at else moments.distance(at, _now(context))


@register.simple_tag(takes_context=True)
def time_left(context: Context, at: datetime | None) -> str:
    """9 days left; closed."""
    return "" if not at else moments.time_left(at, _now(context))
