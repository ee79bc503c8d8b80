"""The request as it reaches a view behind the sign-in. For annotations: LoginRequiredMiddleware has seen to the rest.

Used by views that no stranger reaches. Never by a view marked `login_not_required`.
"""

from django.http import HttpRequest

from community.models import User


class SignedInRequest(HttpRequest):
    user: User
