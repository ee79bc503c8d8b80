"""Erasures: that somebody asked to be forgotten and was, and the bare counts that outlive them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.codes import new_code
from community.models import Posting


class Erasure(models.Model):
    """One person's erasure. Holds nothing that leads back to them; its code is on their receipt."""

    code = models.CharField(_("receipt"), max_length=12, unique=True, default=new_code, editable=False)
    erased_at = models.DateTimeField(_("erased"))
    # Name of the model → how many rows went.
    counts = models.JSONField(_("counts"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-erased_at"]

    def __str__(self) -> str:
        return self.code


class ErasedApplication(models.Model):
    """How many applications of a posting were erased at a status, so that its figures stay true."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="erased_applications")
    was = models.CharField(_("status"), max_length=12)
    number = models.PositiveIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("erased applications")
        verbose_name_plural = _("erased applications")
        constraints = [
            models.UniqueConstraint(fields=["posting", "was"], name="erased_applications_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.was}: {self.number}"
