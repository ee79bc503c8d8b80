"""Which applications staff reach in the admin, and what they may do with them.

Drafts are nowhere to be read; one's own application is not there at all, for no member of the staff.
"""

from typing import Any

from django.http import HttpRequest

from applications.admin.read_only import ReadOnlyAdmin


class WithinReach(ReadOnlyAdmin):
    def has_triage_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("applications.triage_application")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("applications.decide_application")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Nothing about changes that were begun and not sent: that there are any is their writer's alone."""
        return not lookup.startswith("change") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset: Any = super().get_queryset(request)
        return queryset.sent().exclude(applicant=request.user.pk)
