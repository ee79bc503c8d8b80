"""Filters of the staff's lists, in the staff's words. Used by applications' admin, too."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _


class YesNoFilter(admin.SimpleListFilter):
    """Whether something has happened: a moment is there or it is empty."""

    moment: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "yes":
                return queryset.filter(**{f"{self.moment}__isnull": False})
            case "no":
                return queryset.filter(**{f"{self.moment}__isnull": True})
        return queryset


class NamedNoneFilter(admin.RelatedFieldListFilter):
    """By another row, and by having none: “none”, where Django writes a dash."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.empty_value_display = escape(_("none"))


class PublicFilter(YesNoFilter):
    title = _("public")
    parameter_name = "public"
    moment = "published_at"
