"""Filters of the staff's lists, in the staff's words."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications import promises
from applications.models import Decision, Letter
from applications.models.decisions import Outcome
from applications.states import Status
from community.admin.filters import YesNoFilter
from community.models import Posting

Choices = list[tuple[str, Any]]


class RoleFilter(admin.RelatedFieldListFilter):
    """By posting. Two rounds or projects may seek the same role, so each is named with both."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Choices:
        named = Posting.objects.order_by("title", "-pk").values_list("pk", "title", "project__name", "round__name")
        return [(str(pk), ", ".join(part for part in parts if part)) for pk, *parts in named]


class StatusFilter(admin.SimpleListFilter):
    """Every status but draft: drafts are in no list of staff's."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(status.value, status.label) for status in Status if status != Status.DRAFT]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() and self.value() not in Status.values:
            return queryset.none()
        return queryset.filter(status=self.value()) if self.value() else queryset


class AsksFilter(admin.SimpleListFilter):
    """What somebody should do something about."""

    title = _("asks for")
    parameter_name = "asks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("late", _("an answer that is late")), ("letters", _("messages to be read"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "late":
                late = promises.broken(timezone.now(), applications=queryset)
                return queryset.untold().filter(posting__in=[posting.pk for posting, _number in late])
            case "letters":
                unread = Letter.objects.from_applicants().unread()
                return queryset.filter(Exists(unread.filter(application=OuterRef("pk"))))
        return queryset


class ReviewsFilter(admin.SimpleListFilter):
    title = _("reviews done")
    parameter_name = "reviews"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("none", _("none")), ("one", _("one")), ("more", _("two or more"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "none":
                return queryset.filter(reviews_done=0)
            case "one":
                return queryset.filter(reviews_done=1)
            case "more":
                return queryset.filter(reviews_done__gte=2)
        return queryset


class StagedFilter(admin.SimpleListFilter):
    title = _("staged decision")
    parameter_name = "staged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("none", _("none")), *Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        staged = Decision.objects.staged().filter(application=OuterRef("pk"))
        if self.value() == "none":
            return queryset.filter(~Exists(staged))
        if self.value() in Outcome.values:
            return queryset.filter(Exists(staged.filter(outcome=self.value())))
        return queryset.none() if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    """By what is decided: a message template calls its own “for”."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return list(Outcome.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(outcome=self.value()) if self.value() else queryset


class ReleasedFilter(YesNoFilter):
    title = _("released")
    parameter_name = "released"
    moment = "released_at"


class LookFilter(admin.SimpleListFilter):
    """Whose answers did not fit, and who asked that somebody look at them all the same."""

    title = _("human look")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("asked", _("asked for")), ("none", _("not asked for"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "asked":
                return queryset.filter(look_asked_at__isnull=False)
            case "none":
                return queryset.filter(look_asked_at__isnull=True)
        return queryset


class SendingFilter(admin.SimpleListFilter):
    """Where a message of the outbox stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("waiting", _("waiting")),
            ("failed", _("failed, will be tried again")),
            ("given-up", _("given up")),
            ("sent", _("sent")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.unsent().filter(last_error="")
            case "failed":
                return queryset.unsent().exclude(last_error="")
            case "given-up":
                return queryset.filter(given_up_at__isnull=False, sent_at__isnull=True)
            case "sent":
                return queryset.filter(sent_at__isnull=False)
        return queryset
