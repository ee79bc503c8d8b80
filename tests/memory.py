"""What a process of the site remembers between requests, and how it is forgotten: pages are counted without it."""

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches


def forget() -> None:
    """From here on this process knows as little as one that has just started."""
    caches["process"].clear()
    ContentType.objects.clear_cache()
