"""The rows of the builder's pages: how many there may be, and an empty one more for who has no script to add it.

What they say together is checked in formsets.py.
"""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest

from applications.admin.builder.frozen import Frozen
from community.forms import one_direction


class Words(forms.CharField):
    """What applicants read: without the characters that turn the order of what stands beside it."""

    def to_python(self, value: Any) -> str:
        return one_direction(str(super().to_python(value))).strip()


class Row(forms.ModelForm):
    """A row that says nothing but where it stands is an empty one, left so."""

    def has_changed(self) -> bool:
        # Its number is given, and is another one as soon as a second tab has added a row.
        return bool(set(self.changed_data) - (set() if self.instance.pk else {"position"}))


# A row sends up to 18 fields, and a page with more than DATA_UPLOAD_MAX_NUMBER_FIELDS is refused whole.
MOST = 50


class SectionRow(Row):
    class Meta:
        field_classes: ClassVar[Any] = {"title": Words, "introduction": Words}


class Rows(Frozen):
    """An inline of at most MOST rows, and with `?more=2` two empty ones; with a script they are added in place."""

    form: Any = Row
    max_num: Any = MOST

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # Whatever number is sent, no more rows than these are built. Who may add none has a `max_num` of 0.
        return super().get_formset(request, obj, **kwargs, absolute_max=MOST)  # type: ignore[misc]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        more = request.GET.get("more", "")
        return min(int(more), MOST) if more.isdecimal() and len(more) < 4 else 0
