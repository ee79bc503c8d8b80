"""The request as it reaches a view: who has signed in, and by which methods it is asked.

Used by the views of both apps. LoginRequiredMiddleware has seen to the sign-in; a view marked `login_not_required`
takes a plain HttpRequest.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from community.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# GET shows or asks, POST does it.
asks_then_does = require_http_methods(["GET", "HEAD", "POST"])


class SignedInRequest(HttpRequest):
    user: User


def keeps_text(view: View) -> View:
    """Marks a view whose POST carries what a person wrote. Refused, it comes back (applications/keeping.py)."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def pressed_on(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view that only POST does. `page` names the one that has its button, at the same code where it has one.

    Pressed after the sign-in ran out, the person signs in and comes back by GET: without the press. They are told that
    nothing was done and where to press again; from an empty page they might believe that it was.
    """

    def only_by_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            # Nothing is looked up: whoever may not know of the code is told the same.
            back = reverse(page, args=[kwargs["code"]] if "code" in kwargs else [])
            told = render(request, "405.html", {"back": back}, status=405)
            told["Allow"] = "POST"
            return told

        return answer

    return only_by_post
