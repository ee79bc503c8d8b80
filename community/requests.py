"""The request as it reaches a view: who has signed in, and by which methods it is asked.

Used by the views of both apps. LoginRequiredMiddleware has seen to the sign-in; a view marked `login_not_required`
takes a plain HttpRequest.
"""

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from community.models import User

# GET shows or asks, POST does it.
asks_then_does = require_http_methods(["GET", "HEAD", "POST"])


class SignedInRequest(HttpRequest):
    user: User
