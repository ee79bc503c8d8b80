"""While the database is down: 503, when to try again, and nothing typed is lost. Then everything goes on by itself."""

import json
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from applications.models import Application
from applications.outage import is_outage, turned_away
from applications.states import Status
from tests import factories
from tests.chaos.chaos import Browser, form, form_with_files
from tests.chaos.stack import Stack

SCRIPT = '"><script>alert(1)</script>'


# The page, with the database's connection broken in this process -------------------------------------------


@pytest.fixture
def draft(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice)


@pytest.fixture
def down(monkeypatch):
    """Every statement fails as it does where the server has gone."""

    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly, Amina Canary")

    def go_down() -> None:
        monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)

    return go_down


def browser(person: Any, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(person)
    return client


def url(draft: Application) -> str:
    return reverse("edit_section", args=[draft.code, "about-you"])


@pytest.mark.django_db
def test_every_page_says_when_to_try_again(alice, draft, down, caplog) -> None:
    client = browser(alice)
    down()
    for path in ("/", "/postings/", "/applications/", draft.get_absolute_url(), url(draft), "/admin/"):
        page = client.get(path)
        assert page.status_code == 503, path
        assert page["Retry-After"] == "10"
        assert page["Cache-Control"] == "private, no-store"
        assert "We are busy just now" in page.text
        assert "<form" not in page.text
    assert draft.code not in caplog.text
    assert "Canary" not in caplog.text
    assert "the database did not answer (OperationalError): GET /applications" in caplog.text


@pytest.mark.django_db
def test_what_was_typed_is_on_the_page_and_saves_later(alice, draft, caplog, monkeypatch) -> None:
    client = browser(alice)
    text = f"A long story\n{SCRIPT}"
    with monkeypatch.context() as broken:
        broken.setattr(
            "django.db.backends.utils.CursorWrapper.execute", mock.Mock(side_effect=OperationalError("gone"))
        )
        page = client.post(url(draft) + "?from=check", {"name": text, "version": "4", "page": "ABC-1", "go": "check"})
    assert page.status_code == 503
    assert "A long story\n&quot;&gt;&lt;script&gt;" in page.text
    assert f'action="{url(draft)}?from=check"' in page.text
    assert '<input type="hidden" name="version" value="4">' in page.text
    assert '<button class="button" name="go" value="check">Save</button>' in page.text
    assert "A long story" not in caplog.text
    assert client.post(url(draft), {"name": "A long story", "go": "later"}).status_code == 302


@pytest.mark.django_db
def test_what_staff_wrote_is_on_the_page_without_the_button_that_was_pressed(carol, posting, down) -> None:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    letter = reverse("admin:applications_application_letter", args=[application.pk])
    step = f"/admin/applications/application/step/stage/?codes={application.code}&words=own-decline"
    client = browser(carol)
    down()
    page = client.post(letter, {"text": "Dear Amina", "seen": "1"})
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "Dear Amina" in page.text
    assert '<input type="hidden" name="seen" value="1">' in page.text
    page = client.post(step, {"subject": "Our answer", "body": "Words of care", "confirm": "Stage one decision"})
    assert page.status_code == 503
    assert "Our answer" in page.text
    assert "Words of care" in page.text
    # Pressed again it leads to the check: nobody decides from a page that says Save.
    assert "Stage one decision" not in page.text
    assert escape(step) in page.text


@pytest.mark.django_db
def test_a_file_is_named_since_a_page_cannot_hold_it(alice, draft, down) -> None:
    client = browser(alice)
    down()
    page = client.post(url(draft), {"name": "Amina", "cv": SimpleUploadedFile("my cv.pdf", factories.PDF)})
    assert page.status_code == 503
    assert "<bdi>my cv.pdf</bdi>" in page.text


@pytest.mark.django_db
def test_sending_has_its_button_again(alice, draft, down) -> None:
    client = browser(alice)
    down()
    page = client.post(reverse("check_answers", args=[draft.code]))
    assert page.status_code == 503
    assert f'action="/applications/{draft.code}/check/"' in page.text
    assert "Try again</button>" in page.text


@pytest.mark.django_db
def test_the_script_is_told_in_json(alice, draft, down) -> None:
    client = browser(alice)
    down()
    answer = client.post(url(draft), {"name": "Amina"}, headers={"x-keep": "1"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "nothing was saved" in json.loads(answer.content)["text"]


@pytest.mark.django_db
def test_passwords_are_never_put_into_a_page(down) -> None:
    down()
    page = Client(raise_request_exception=False).post(
        reverse("account_login"), {"login": "alice@example.org", "password": "open-source-together"}
    )
    assert page.status_code == 503
    assert "open-source-together" not in page.text


@pytest.mark.django_db
def test_another_sites_words_stay_off_the_page(alice, draft, down) -> None:
    client = browser(alice, enforce_csrf_checks=True)
    down()
    page = client.post(url(draft), {"name": "Words of an evil site", "csrfmiddlewaretoken": "a" * 32})
    assert page.status_code == 503
    assert "evil" not in page.text


@pytest.mark.django_db
def test_healthz_says_so(down) -> None:
    down()
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": False}


@pytest.mark.django_db
def test_another_fault_is_still_a_500_and_logged_whole(stranger, monkeypatch, caplog) -> None:
    stranger.raise_request_exception = False
    monkeypatch.setattr(
        "django.db.backends.utils.CursorWrapper.execute", mock.Mock(side_effect=ProgrammingError("no column"))
    )
    assert stranger.get("/").status_code == 500
    assert "no column" in caplog.text


def test_an_outage_is_seen_through_what_wraps_it() -> None:
    error = ValueError("wrapped")
    error.__cause__ = OperationalError("gone")
    assert is_outage(error)
    assert not is_outage(ValueError("plain"))
    assert not is_outage(OperationalError("no such table: applications_application"))
    assert not is_outage(None)


def test_the_gates_refusal_reads_no_database(rf) -> None:
    """This test has no database: a query would fail it."""
    request = rf.post("/fr/applications/2345678923/edit/about-you/", {"name": "Amina"})
    response = turned_away(request.environ)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    # No token came with it.
    assert "Amina" not in response.text


# The real thing: gunicorn before a PostgreSQL that is killed and started again ------------------------------


@pytest.mark.postgres
@pytest.mark.slow
def test_killed_and_started_again_behind_the_site() -> None:
    with Stack() as stack:
        world = json.loads(stack.run("tests.chaos.people", "drafts", "2"))
        person = world["people"][0]
        stack.start_site()
        stack.wait_until()
        alice = Browser(stack.port, person["session"])
        path = f"/applications/{person['code']}/edit/about-you/"
        check = f"/applications/{person['code']}/check/"
        assert alice.ask("GET", path)[0] == 200
        stack.database.kill()
        for address in ("/applications/", path, check, "/healthz", "/postings/?q=x"):
            assert alice.ask("GET", address)[0] == 503, address
        status, _where, page = alice.ask("POST", path, *form_with_files({"name": ["Zawadi Canary"]}, {}))
        assert (status, "Zawadi Canary" in page) == (503, True)
        status, _where, page = alice.ask("POST", check, *form({}))
        assert (status, "Try again" in page) == (503, True)
        assert stack.status("/static/css/site.css") == 200
        stack.database.start()
        stack.wait_until(200, seconds=10)
        # No restart of the site, and the first answers are already good.
        assert [alice.ask("GET", path)[0] for _again in range(20)] == [200] * 20
        status, where, _page = alice.ask("POST", check, *form({}))
        assert (status, where) == (302, f"/applications/{person['code']}/")
        said = stack.said()
        found = json.loads(
            stack.run("tests.chaos.people", "verify", said=json.dumps({"acknowledged": [{**person, "file": ""}]}))
        )
    assert not any(what for name, what in found.items() if not name.startswith("_"))
    assert "Canary" not in said
    assert person["code"] not in said
