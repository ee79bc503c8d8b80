"""Fields of the admin that say what they are, to a machine too, and addresses that need no https:// typed.

Used by every admin of ours, and by the form builder's. Django's own leave some without a name (WCAG 4.1.2).
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

WHOLE_ADDRESSES: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {models.URLField: {"assume_scheme": "https"}}


class NamedSplitDateTime(AdminSplitDateTime):
    """Django's two boxes for a moment stand without a label each; here each says which it is."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], (gettext("Date"), gettext("Time")), strict=True):
            box["attrs"]["aria-label"] = label
        return context


class NamedMoments:
    """An admin whose moments say whose clocks they are typed on: the reader's own, not those of the deadline."""

    formfield_overrides: "ClassVar[Any]" = {models.DateTimeField: {"widget": NamedSplitDateTime}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(db_field, models.DateTimeField):
            clocks = gettext("In your time zone, %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
            field.help_text = f"{field.help_text} {clocks}".strip()
        return field


class HintedChoices:
    """An admin whose lists of several choices say how to choose them, as Django's do for other rows."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, forms.SelectMultiple) and not field.help_text:
            # Django's own words, and so in every language.
            field.help_text = gettext("Hold down “Control”, or “Command” on a Mac, to select more than one.")
        return field


class NamedFields(forms.BaseInlineFormSet):
    """The rows of a table in the admin: their fields have no label but the column's, which is no label to a machine."""

    def add_fields(self, form: "forms.ModelForm[Any]", index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)


class NamedChoice(AutocompleteSelect):
    """A machine reads what the box shows as its name, and one that shows nothing has none: here it shows the field's."""

    class Media:
        js = ("js/choice.js",)

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-placeholder": capfirst(str(self.field.verbose_name))}


class NamedChoices:
    """An admin or inline whose `autocomplete_fields` are NamedChoice."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = NamedChoice(db_field, self.admin_site)  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
