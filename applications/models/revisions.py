"""Revisions: what was sent, byte for byte, each time it was sent."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.applications import Application


class Revision(models.Model):
    """One sending. Written once by sealing.py and never changed; the last one is what counts."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("application")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    sent_at = models.DateTimeField(_("sent"))
    # Text and not a JSON column: PostgreSQL would write numbers and keys its own way, and the digest is of these bytes.
    content = models.TextField(_("content"))
    digest = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="revision_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"

    @property
    def answers(self) -> list[dict[str, Any]]:
        """[{section, key, label, kind, value}] in the order of the form, in the words that were answered."""
        answers: list[dict[str, Any]] = json.loads(self.content)
        return answers
