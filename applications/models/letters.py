"""Letters: what the applicant and the staff write to each other about one application."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.applications import Application


class LetterQuerySet(models.QuerySet["Letter"]):
    def from_applicants(self) -> "LetterQuerySet":
        return self.filter(from_staff=False)

    def from_the_staff(self) -> "LetterQuerySet":
        return self.filter(from_staff=True)

    def unread(self) -> "LetterQuerySet":
        return self.filter(read_at__isnull=True)


class Letter(models.Model):
    """One letter. `read_at`: when the other side said so, by a press or by answering; opening a page says nothing."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="letters", verbose_name=_("application")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Empty: the account was erased."),
    )
    from_staff = models.BooleanField(_("from the staff"))
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[Any] = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["written_at", "pk"]
        indexes = [
            # What staff have to answer: the few among the many.
            models.Index(
                fields=["application"],
                condition=models.Q(from_staff=False, read_at__isnull=True),
                name="letter_unread_by_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}, {self.written_at:%Y-%m-%d %H:%M}"
