"""What is written to the log when things go wrong: what broke and where, and nothing of anybody."""

import io
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine

from applications import drafting
from applications.states import Status
from config.logs import broken, shown
from config.web_log import Logger
from tests import factories
from tests.cast import signed_in

# The line of code that broke is told, so it does not stand there itself.
ADDRESS = "canary@example.org"
SECRETS = ["canary", "SECRETSECRET", "203.0.113.77"]


@pytest.fixture
def written(monkeypatch) -> Iterator[Callable[[], str]]:
    """What has gone to the log so far, in the words in which the site writes it."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logging.config.dictConfig(settings.LOGGING | {"incremental": False})
    (handler,) = (it for it in root.handlers if it.formatter is not None and type(it.formatter).__name__ == "Line")
    stream = io.StringIO()
    handler.setStream(stream)
    yield stream.getvalue
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def names_nobody(text: str) -> bool:
    return not [secret for secret in SECRETS if secret.lower() in text.lower()]


@pytest.mark.django_db
def test_a_refused_form_names_no_address(alice, written) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert (
        browser.post("/alerts/SECRETSECRET/confirm/", headers={"referer": "https://canary.example/"}).status_code == 403
    )
    assert "django.security.csrf: 403: POST /alerts/… (CSRF cookie not set)" in written()
    assert names_nobody(written())


@pytest.mark.django_db
def test_a_fault_tells_where_in_the_code_and_nothing_of_the_row(alice, posting, written, monkeypatch) -> None:
    """PostgreSQL quotes the row in the error's text, SQLite does not: so the text is one of PostgreSQL's."""

    def fail(*args: Any, **words: Any) -> None:
        raise IntegrityError(f"duplicate key\nDETAIL: Key (email)=({ADDRESS}) already exists.")

    monkeypatch.setattr(drafting, "withdraw", fail)
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.SUBMITTED, code="SECRETSECRET"
    )
    browser = signed_in(alice)
    browser.raise_request_exception = False
    assert browser.post(reverse("withdraw", args=[application.code])).status_code == 500
    assert "django.request: 500: POST /applications/…" in written()
    assert "applications/views/applicant.py" in written()
    assert "django.db.utils.IntegrityError" in written()
    assert names_nobody(written())


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_named_by_its_rule(alice) -> None:
    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO community_user (email) VALUES ('{ADDRESS}')")
    told = broken(refused.value)
    assert names_nobody(told)
    of = {"postgresql": "NotNullViolation (23502", "sqlite": "IntegrityError (SQLITE_CONSTRAINT_NOTNULL"}
    assert of[connection.vendor] in told


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/", {"HTTP_HOST": "canary@example.org"}),
        ("/?page=canary%00", {}),
        ("/canary@example.org", {}),
        ("/people/canary/", {}),
        ("/fr/people/canary/", {}),
    ],
)
@pytest.mark.django_db
def test_what_somebody_sent_is_not_quoted(stranger, written, path, more) -> None:
    stranger.raise_request_exception = False
    stranger.get(path, **more)
    assert names_nobody(written())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/healthz", "/healthz"),
        ("/applications/SECRETSECRET/check/", "/applications/…"),
        ("/postings/", "/postings/"),
        ("/fr/people/canary/", "/fr/…"),
        ("/accounts/login/", "/accounts/…"),
        ("/static/css/site.css", "/static/…"),
        ("/canary@example.org", "/…"),
        ("/canary/", "/…"),
    ],
)
def test_of_a_path_the_first_part_is_told_where_it_is_ours(path, told) -> None:
    assert shown(path) == told


@pytest.fixture
def web() -> Iterator[tuple[Logger, io.StringIO]]:
    """gunicorn's log as the site has it, written to a text."""
    log = Logger(Config())
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log.error_log.handlers = [handler]
    yield log, stream
    log.error_log.handlers = []


def test_a_request_that_cannot_be_read_is_not_quoted(web) -> None:
    log, stream = web
    log.warning(f"Invalid request from ip=203.0.113.77: {InvalidRequestLine('GET /canary SECRETSECRET')}")
    assert stream.getvalue() == "a request that cannot be read was refused\n"


def test_a_fault_outside_django_tells_no_address(web) -> None:
    log, stream = web
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        log.exception("Error handling request %s %s", "GET", "/alerts/SECRETSECRET/stop/?q=canary")
    assert re.search(r"a request failed\n.*test_logs\.py.*ValueError", stream.getvalue(), re.DOTALL)
    assert names_nobody(stream.getvalue())


def test_what_keeps_the_site_from_starting_is_told_whole(web) -> None:
    log, stream = web
    try:
        raise ValueError("SECRET_KEY is not set.")
    except ValueError:
        log.exception("Exception in worker process")
    assert "SECRET_KEY is not set." in stream.getvalue()


def test_the_access_log_names_nobody(web) -> None:
    log, _stream = web
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/alerts/SECRETSECRET/stop/?q=canary",
        "PATH_INFO": "/alerts/SECRETSECRET/stop/",
        "QUERY_STRING": "q=canary",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.77",
    }
    settings_of_ours: dict[str, Any] = {}
    with open(settings.BASE_DIR / "config/gunicorn.py") as file:
        exec(file.read(), settings_of_ours)
    answer = SimpleNamespace(status="200 OK", headers=[], sent=10)
    line = settings_of_ours["access_log_format"] % log.atoms(answer, [], environ, timedelta(0))
    assert "GET /alerts/… 200" in line
    assert names_nobody(line)


def test_gunicorn_uses_it() -> None:
    config = Config()
    config.set("logger_class", "config.web_log.Logger")
    assert config.logger_class is Logger
