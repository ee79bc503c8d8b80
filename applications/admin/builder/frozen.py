"""Read-only once sent: the builder's admins and inlines, as soon as anybody has sent the form they belong to.

An answer keeps the words that it answered. The way on is a new version (building.new_version).
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext

from applications.building import is_frozen
from applications.models import Form, Section


def tell_if_frozen(request: HttpRequest, form: Form | None) -> None:
    if form is not None and request.method == "GET" and is_frozen(form):
        sentence = gettext(
            "Somebody has sent this form, so its questions can no longer be changed: every answer keeps the words "
            "that it answered."
        )
        if form.superseded_at is None:
            sentence += " " + gettext("Make a new version for those who have not sent yet.")
        messages.warning(request, sentence)


class Frozen:
    """An admin or inline whose rows belong to a form: read-only once that form was sent by anybody."""

    def form_of(self, obj: Any) -> Form | None:
        return obj.form if isinstance(obj, Section) else obj

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        """Asked many times for one page, so the answer is kept with the request, which also checks the POST."""
        form = self.form_of(obj)
        if form is None or form.pk is None:
            return True
        known: dict[int, bool] = request.__dict__.setdefault("frozen_forms", {})
        if form.pk not in known:
            # Django's views of a change are transactions, so what is checked here still holds when they write.
            writes = request.method == "POST" and transaction.get_connection().in_atomic_block
            known[form.pk] = is_frozen(form, hold=writes)
        return not known[form.pk]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]
