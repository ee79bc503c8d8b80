"""Projects that contributors build, and who belongs to them in which role."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class ProjectQuerySet(models.QuerySet["Project"]):
    def listed(self) -> "ProjectQuerySet":
        return self.filter(is_listed=True)


class Project(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("What it does, for whom, in one sentence."))
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    repository = models.URLField(_("repository"), blank=True)
    website = models.URLField(_("website"), blank=True)
    licence = models.CharField(_("licence"), max_length=60, blank=True, help_text=_("Its SPDX name, such as MIT."))
    countries: "models.Field[Any, Any]" = CountryField(_("used in"), multiple=True, blank=True)
    is_listed = models.BooleanField(_("listed"), default=True, help_text=_("Shown on the public site."))

    objects: ClassVar[Any] = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date) -> "MembershipQuerySet":
        return self.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=on))

    def named(self) -> "MembershipQuerySet":
        """Those of people who chose to be public: only they are named on a page."""
        return self.filter(person__profile__published_at__isnull=False, person__is_active=True)

    def mentors(self) -> "MembershipQuerySet":
        return self.filter(kind=Membership.Kind.MENTOR)


class Membership(models.Model):
    class Kind(models.TextChoices):
        CONTRIBUTOR = "contributor", _("contributor")
        MENTOR = "mentor", _("mentor")
        MAINTAINER = "maintainer", _("maintainer")

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("project")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CONTRIBUTOR)
    role = models.CharField(_("role"), max_length=120, help_text=_("In words, such as Backend Engineer."))
    posting = models.ForeignKey(
        "community.Posting",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("posting"),
        help_text=_("The posting through which the person came, if any."),
    )
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "posting"], name="membership_once_per_person_and_posting"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.project}"
