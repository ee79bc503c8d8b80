"""Who may see what is not public yet: drafts of postings, unlisted projects. A leaf: imports no models.

Querysets read these predicates (`Posting.objects.visible_to(user)`), templates use them for banners.
It never decides about applications; that is applications/access.py.
"""

from django.contrib.auth.models import AnonymousUser, PermissionsMixin


def sees_drafts(user: PermissionsMixin | AnonymousUser) -> bool:
    """Staff who may open postings in the admin may read them on the site before they are published."""
    return bool(getattr(user, "is_staff", False)) and user.has_perm("community.view_posting")
