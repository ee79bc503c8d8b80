"""The outbox: every message is a row written with the change that it tells of, and sent by the worker."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.applications import Application


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self) -> "MessageQuerySet":
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)

    def due_at(self, now: datetime) -> "MessageQuerySet":
        """Unsent, their time has come, and no worker holds them."""
        return self.unsent().filter(
            models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lte=now), due_at__lte=now
        )


class Message(models.Model):
    # What makes a message the same message: a second write of the same key is refused by the database.
    key = models.CharField(_("key"), max_length=120, unique=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    application = models.ForeignKey(
        Application, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("body"))
    html = models.TextField(_("HTML body"), blank=True)
    is_secret = models.BooleanField(
        _("secret"), default=False, help_text=_("Holds a code or link that signs in: wiped once sent.")
    )
    unsubscribe_link = models.URLField(
        max_length=300, blank=True, help_text=_("Where one press stops letters of this kind (RFC 8058).")
    )
    created_at = models.DateTimeField(_("written"))
    due_at = models.DateTimeField(_("due"))
    claimed_by = models.CharField(max_length=64, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="message_unsent_by_due",
            ),
            # What went to somebody who was not signed in, for when they ask what is held about them.
            models.Index(fields=["to"], condition=models.Q(person__isnull=True), name="message_to_nobody_signed_in"),
            # The outbox as staff read it: unsent first (a descending index has its nulls first), then the newest.
            models.Index(fields=["-sent_at", "-id"], name="message_outbox"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="message_sent_or_given_up_never_both",
            ),
        ]

    def __str__(self) -> str:
        return self.key
