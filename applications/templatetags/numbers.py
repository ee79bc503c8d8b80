"""Numbers that are true and name nobody: how the last round ended, for a page that stands above both apps.

Counts only; nothing is shown before every application of the round has its answer, nor of a round so small that a
count would tell of one person. Never writes.
"""

from typing import Any

from django import template
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application
from applications.states import UNTOLD, Status
from community.models import Round

register = template.Library()

FEWEST_COUNTED = 20
OFFERED = {Status.OFFERED, Status.ACCEPTED, Status.TURNED_DOWN, Status.LAPSED}


@register.inclusion_tag("applications/numbers.html")
def last_round_in_numbers() -> dict[str, Any]:
    """Two queries: the last round whose promised day has come, and its applications by status."""
    last = Round.objects.filter(decides_on__lt=timezone.now().date()).order_by("-decides_on", "-pk").first()
    if last is None:
        return {}
    of_round = Application.objects.sent().filter(posting__round=last)
    counts = dict(of_round.order_by("status").values_list("status").annotate(number=Count("pk")))
    sent = sum(counts.values())
    if sent < FEWEST_COUNTED or any(counts.get(status) for status in UNTOLD):
        return {}
    rows = [
        (_("applied"), sent),
        (_("were offered a place"), sum(counts.get(status, 0) for status in OFFERED)),
        (_("accepted it"), counts.get(Status.ACCEPTED, 0)),
        (_("were not chosen"), counts.get(Status.DECLINED, 0)),
    ]
    return {
        "round": last,
        "sent": sent,
        "rows": [(label, number, round(100 * number / sent)) for label, number in rows],
    }
