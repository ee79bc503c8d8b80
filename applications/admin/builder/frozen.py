"""Read-only once sent: the builder's admins and inlines, as soon as anybody has sent the form they belong to.

An answer keeps the words that it answered. The way on is a new version (building.new_version).
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
        known: dict[tuple[int, bool], bool] = request.__dict__.setdefault("frozen_forms", {})
        # Django's views of a change are transactions, so what is checked in them still holds when they write.
        writes = request.method == "POST" and transaction.get_connection().in_atomic_block
        if (form.pk, writes) not in known:
            known[form.pk, writes] = is_frozen(form, hold=writes)
        return not known[form.pk, writes]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]


class FrozenPage(Frozen):
    """The page of a form or section. Saved from a tab opened before the form froze, it comes back and says why not."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = self.form_of(self.get_object(request, object_id))  # type: ignore[attr-defined]
        tell_if_frozen(request, form)
        try:
            page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        except PermissionDenied:
            may_look = self.has_view_permission(request)  # type: ignore[attr-defined]
            if request.method != "POST" or form is None or not may_look or not is_frozen(form):
                raise
            messages.error(request, gettext("What you changed was not saved."))
            return HttpResponseRedirect(request.path)
        return page
