"""For the machine that watches the site: is the database there, does the worker beat, does mail go out?"""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.management.commands.run_worker import HEARTBEAT
from applications.models import Message


@require_safe
@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and ages in seconds (null: none), or 503 where the database does not answer."""
    now = timezone.now()
    try:
        oldest = Message.objects.unsent().order_by("due_at").values_list("due_at", flat=True).first()
        given_up = Message.objects.filter(given_up_at__isnull=False).count()
        beat = cache.get(HEARTBEAT)
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    return JsonResponse(
        {
            "database": True,
            "worker_age_seconds": round((now - beat).total_seconds()) if beat else None,
            "oldest_unsent_message_seconds": max(0, round((now - oldest).total_seconds())) if oldest else None,
            "messages_given_up": given_up,
        }
    )
