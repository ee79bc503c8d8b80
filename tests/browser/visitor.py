"""Somebody who goes from page to page: each page that they see is kept as it was sent, for the tests that look at it.

A page is drawn by Django's test client, so that what a button leads to costs no browser, and a scene may move the dates
of the demo program and spoil its rows: whoever calls it takes everything back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpResponseBase
from django.template import Template
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from community.models import User
from tests.cast import as_its_page_sends
from tests.factories import PASSWORD
from tests.memory import forget


@dataclass(frozen=True)
class Seen:
    """One page as it was sent. `view` is the name of its address, empty for what answers no address of its own.

    `queries` is how many statements a process makes for it that remembers nothing; None for what a button led to.
    """

    name: str
    visitor: str
    language: str
    path: str
    html: bytes
    policy: str
    view: str
    templates: frozenset[str]
    queries: int | None = None


@dataclass
class Walk:
    """All pages that were seen so far in one language."""

    language: str
    pages: list[Seen] = field(default_factory=list)

    def visitor(self, email: str = "", *, name: str = "", strict: bool = False) -> "Visitor":
        """Somebody with this address who is signed in; a stranger without. `strict` asks for the forms' tokens."""
        client = Client(enforce_csrf_checks=strict, raise_request_exception=True)
        if email:
            client.force_login(User.objects.get(email=email))
        return Visitor(self, client, name or email.partition("@")[0] or "anyone")

    def whoever_typed_the_password(self, email: str) -> "Visitor":
        """Signed in through the form a moment ago, so that no page asks again who they are."""
        visitor = self.visitor(name=email.partition("@")[0])
        visitor.does(reverse("account_login"), {"login": email, "password": PASSWORD})
        visitor.does(reverse("account_reauthenticate"), {"password": PASSWORD})
        return visitor

    def keeps(
        self,
        name: str,
        visitor: str,
        path: str,
        answer: HttpResponseBase,
        rendered: list[str],
        queries: int | None = None,
    ) -> None:
        # Resolved when it is asked for, which fails where nothing was found.
        match = getattr(answer, "resolver_match", None) if answer.status_code != 404 else None
        self.pages.append(
            Seen(
                name=name,
                visitor=visitor,
                language=self.language,
                path=path,
                html=b"".join(answer),
                policy=answer.headers.get("Content-Security-Policy", ""),
                view=match.view_name if match else "",
                templates=frozenset(rendered),
                queries=queries,
            )
        )

    def draws(self, name: str, answer: Any) -> None:
        """A page that no request brings about here: `answer` takes a request and returns a response."""
        with noting() as rendered:
            response = answer(RequestFactory().get(f"/{self.language}/"))
        self.keeps(name, "anyone", f"/drawn/{name.replace(' ', '-')}/", response, rendered)


@contextmanager
def noting() -> Iterator[list[str]]:
    """The names of all templates that are rendered meanwhile, those included and extended among them."""
    names: list[str] = []

    def note(sender: Any, template: Template, **_more: Any) -> None:
        if template.name:
            names.append(template.name)

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


@dataclass
class Visitor:
    walk: Walk
    client: Client
    name: str

    def sees(
        self, name: str, path: str, data: Mapping[str, Any] | None = None, *, status: int = 200, **options: Any
    ) -> Any:
        """Opens `path`, or posts `data` to it and goes where that leads, and keeps the page. Returns the response."""
        forget()
        with noting() as rendered, CaptureQueriesContext(connection) as queries:
            answer = self._asks(path, data, **options)
        assert answer.status_code == status, f"{name}: {answer.status_code} at {path}, {answer.content[:200]!r}"
        assert answer.headers["Content-Type"].startswith("text/html"), name
        query = answer.request.get("QUERY_STRING", "")
        shown = answer.request["PATH_INFO"] + (f"?{query}" if query else "")
        self.walk.keeps(name, self.name, shown, answer, rendered, len(queries) if data is None else None)
        return answer

    def does(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """The same without looking. Returns the response."""
        answer = self._asks(path, data or {}, **options)
        assert answer.status_code < 400, f"{answer.status_code} at {path}"
        return answer

    def _asks(self, path: str, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if data is None:
            answer = self.client.get(path, **options)
            assert answer.status_code != 302, f"{path} leads to {answer.headers['Location']}"
        else:
            answer = self.client.post(path, as_its_page_sends(path, data), follow=True, **options)
        # A request leaves its own language behind in this thread.
        translation.activate(self.walk.language)
        return answer
