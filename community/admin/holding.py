"""A row that a form saves whole and verbs write in too: neither undoes the other."""

from typing import Any

from django.db import connection
from django.http import HttpRequest


class HoldsItsRow:
    """An admin in which whoever saves holds the row first, and reads it then: what a verb wrote meanwhile stands."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        # Django asks in a transaction where it will save.
        if found is None or request.method != "POST" or not connection.in_atomic_block:
            return found
        rows = type(found)._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=found.pk)
        list(rows.order_by().values_list("pk"))
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]
