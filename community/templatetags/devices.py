"""A device as its owner would name it. Reads what the browser says of itself, which proves nothing."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# What browsers are built on names itself too, so the particular ones come first.
BROWSERS = {
    "EdgA": "Edge", "Edg": "Edge", "OPR": "Opera", "Opera": "Opera", "SamsungBrowser": "Samsung Internet",
    "UCBrowser": "UC Browser", "FxiOS": "Firefox", "Firefox": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome",
    "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS X": "macOS", "KAIOS": "KaiOS", "Linux": "Linux",
}  # fmt: skip


@register.simple_tag
def device(user_agent: str) -> str:
    """Chrome, Android."""
    named = [next((name for mark, name in known.items() if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, named)) or _("Unknown device")
