"""What every template may name."""

from django.conf import settings
from django.http import HttpRequest


def program(request: HttpRequest) -> dict[str, object]:
    return {"program_name": settings.PROGRAM_NAME, "demo": settings.DEMO, "site_url": settings.SITE_URL}
