"""Job alerts: asking for one, confirming it, stopping it. Open to everyone; a GET only ever asks."""

from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from applications import alerting
from applications.alert_forms import AlertForm
from applications.models import Alert
from community import filtering
from community.forms import PostingFilters
from community.requests import asks_then_does


@login_not_required
@asks_then_does
def alerts(request: HttpRequest) -> HttpResponse:
    """Asks for an address, for the filter that stands in this page's own address."""
    filters = PostingFilters(request.GET)
    chosen = {name: value for name, value in filters.cleaned_data.items() if value} if filters.is_valid() else {}
    email = request.user.email if request.user.is_authenticated else ""
    form = AlertForm(request.POST or None, initial={"email": email})
    if request.method == "POST" and form.is_valid():
        by = request.user if request.user.is_authenticated else None
        alerting.ask(form.cleaned_data["email"], chosen, by=by, at=timezone.now())
        return render(request, "applications/alerts/asked.html", {"email": form.cleaned_data["email"]})
    return render(
        request,
        "applications/alerts/alerts.html",
        {"form": form, "chosen": filtering.in_words(chosen), "back": filtering.query(chosen)},
    )


@login_not_required
@asks_then_does
def confirm_alert(request: HttpRequest, code: str) -> HttpResponse:
    alert = get_object_or_404(Alert.objects.select_related("person"), code=code)
    if alert.ended_at is not None:
        return redirect("stop_alert", code)
    if request.method == "POST":
        alerting.confirm(alert, at=timezone.now())
    return _told(request, "confirm", alert, is_done=request.method == "POST")


# A mail program that offers "unsubscribe" posts here without ever having loaded a page of ours (RFC 8058, 3.1).
@csrf_exempt
@login_not_required
@asks_then_does
def stop_alert(request: HttpRequest, code: str) -> HttpResponse:
    alert = get_object_or_404(Alert.objects.select_related("person"), code=code)
    if request.method == "POST":
        alerting.stop(alert, at=timezone.now())
    return _told(request, "stop", alert, is_done=request.method == "POST" or alert.ended_at is not None)


def _told(request: HttpRequest, page: str, alert: Alert, *, is_done: bool) -> HttpResponse:
    """The page names the filter, since one address may have several; never the address, which a link may not give away."""
    chosen = filtering.in_words(dict(parse_qsl(alert.query)))
    context = {"alert": alert, "chosen": chosen, "is_done": is_done}
    return render(request, f"applications/alerts/{page}.html", context)
