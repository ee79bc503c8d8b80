"""The outbox to read: what waits, what failed, what was sent. Nobody writes in a message; one that failed is tried again.

A message that holds a code or a link that signs in shows neither words nor subject: it is its owner's alone. A reminder
of a draft is not there at all: that somebody has begun is theirs alone, too.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import StrIndex
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from applications import outbox
from applications.admin.filters import SendingFilter
from applications.admin.read_only import ReadOnlyAdmin
from applications.models import Application, Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["what", "state", "to", "attempts", "last_error", "due_at", "sent_at"]
    list_filter = [SendingFilter]
    search_fields = ["to", "key"]
    search_help_text = gettext_lazy("By e-mail address or kind of message.")
    # Unsent first, then the newest.
    ordering = [F("sent_at").desc(nulls_first=True), "-pk"]
    fields = ["what", "to", "words", "state", "attempts", "last_error", "created_at", "due_at", "sent_at",
              "given_up_at", "message_id"]  # fmt: skip
    readonly_fields = fields  # type: ignore[assignment]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> Any:
        # By the key, which notifications.reminder gives: no join for a list of hundreds of thousands.
        letters = super().get_queryset(request).exclude(key__startswith="reminder:")
        # Nor what names the reader's own application to others of the staff: it tells who was reading it.
        mine = Application.objects.sent().filter(applicant=request.user.pk)
        naming = mine.annotate(place=StrIndex(OuterRef("body"), F("code"))).filter(place__gt=0)
        return letters.exclude(Q(key__startswith="assignments_ended:") & Exists(naming))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only by the filter beside the list. Django would take any column in the address, and so tell letter by letter
        what a secret message says."""
        return lookup == SendingFilter.parameter_name

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("applications.change_message")

    @admin.display(description=gettext_lazy("subject"))
    def what(self, message: Message) -> str:
        return gettext("(a code or link to sign in)") if message.is_secret else message.subject

    @admin.display(description=gettext_lazy("message"))
    def words(self, message: Message) -> str:
        return gettext("(only its owner reads it)") if message.is_secret else message.body

    @admin.display(description=gettext_lazy("state"))
    def state(self, message: Message) -> str:
        if message.sent_at is not None:
            return gettext("sent")
        if message.given_up_at is not None:
            return gettext("given up")
        return gettext("failed, will be tried again") if message.last_error else gettext("waiting")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Told by its subject, not by its key; one that waits after a failure has the list's action here, too."""
        message = context["original"]
        context |= {
            "subtitle": self.what(message),
            "may_retry": bool(message.last_error) and message.sent_at is None and self.has_retry_permission(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=gettext_lazy("Try again now"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        at = timezone.now()
        chosen = list(queryset.order_by()[:500])
        count = sum(outbox.retry(message, at=at) for message in chosen)
        if count:
            text = ngettext("%(count)d message will be sent now.", "%(count)d messages will be sent now.", count)
            messages.success(request, text % {"count": count})
        if left := len(chosen) - count:
            text = ngettext(
                "%(count)d message was sent already or is being sent.",
                "%(count)d messages were sent already or are being sent.",
                left,
            )
            messages.warning(request, text % {"count": left})
