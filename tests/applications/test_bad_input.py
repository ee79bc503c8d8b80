"""What no honest browser sends: refused with a sentence or a 404, never an error, and nothing half-written.

One section's own fields are in test_edit_section.py, files in test_files.py and test_uploads.py. Here: every address
that takes a code, versions that were tampered with, the other forms that take text, and the public pages' parameters.
"""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse

from applications import urls
from applications.models import Answer, Application, Review, SavedSection
from applications.states import Status
from community.models import Profile
from tests import factories

pytestmark = pytest.mark.django_db

NONSENSE = {
    "code": "2345678923", "upload_code": "no-such-file", "question": "cv", "section": "about-you", "number": 1,
    "purpose": "news",
}  # fmt: skip
# Their code is a secret that came by mail: whoever has it may.
BY_SECRET = {"confirm_alert", "stop_alert"}
WITH_CODE = sorted(
    (str(pattern.name), tuple(pattern.pattern.converters))
    for pattern in urls.urlpatterns
    if isinstance(pattern, URLPattern) and "code" in pattern.pattern.converters and pattern.name not in BY_SECRET
)
VERSIONS = ["-1", "0.5", "1e3", "9" * 30, "٣", "1 OR 1=1", "\x00", "null", "", "\u202e1"]


def rows() -> dict[str, list[Any]]:
    """Everything that is stored of the two apps."""
    held = [*apps.get_app_config("applications").get_models(), *apps.get_app_config("community").get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in held}


@pytest.fixture
def foreign(posting, alice, bob) -> dict[str, Any]:
    """A code of each kind that is somebody's, and the rest of its address."""
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    upload = factories.UploadFactory(application=application)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    section = application.form.parts[0].slug
    known = {"code": application.code, "upload_code": upload.code, "section": section, "review": assignment.code}
    return NONSENSE | known


def test_there_are_addresses_to_try() -> None:
    assert len(WITH_CODE) > 15


@pytest.mark.parametrize(("name", "parts"), WITH_CODE, ids=[name for name, _parts in WITH_CODE])
def test_a_foreign_code_and_one_of_nobodys_are_the_same_404(as_charlie, foreign, name, parts) -> None:
    own = {**foreign, "code": foreign["review"]} if name in {"review", "recuse"} else foreign
    before = rows()
    answers = []
    for values in (own, NONSENSE):
        where = reverse(name, kwargs={part: values[part] for part in parts})
        for ask in (as_charlie.get, as_charlie.post):
            answers.append(ask(where).status_code)
    assert set(answers) <= {404, 405}
    assert answers[:2] == answers[2:]
    assert 404 in answers
    assert rows() == before


@pytest.mark.parametrize("code", ["%00", "%e2%80%ae2345678923", "2" * 5000, "..%2f..%2fetc", "%ff%fe", "1'--", "👍"])
def test_a_code_that_is_none_does_not_exist(as_alice, code) -> None:
    for address in (f"/applications/{code}/", f"/applications/{code}/check/", f"/review/{code}/"):
        assert as_alice.get(address).status_code == 404
        assert as_alice.post(address).status_code in {404, 405}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tampered_version_never_overwrites_silently(as_alice, alice, posting, version) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    where = reverse("edit_section", args=[draft.code, draft.form.parts[0].slug])
    as_alice.post(where, {"name": "Kept words", "go": "later"})
    as_alice.post(where, {"name": "Kept words", "go": "later"})
    before = list(Answer.objects.values_list("question__key", "value"))
    page = as_alice.post(where, {"name": "Other words", "version": version, "page": "\x00-x", "go": "later"})
    assert page.status_code == 409
    assert "Kept words" in page.text
    assert "Other words" in page.text
    assert list(Answer.objects.values_list("question__key", "value")) == before
    assert SavedSection.objects.count() == 1


@pytest.fixture
def review(posting, bob) -> str:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    return reverse("review", args=[factories.AssignmentFactory(application=application, mentor=bob).code])


@pytest.mark.parametrize(
    ("sent", "status", "kept"),
    [
        ("x" * 1_000_000, 200, ""),
        ("before%00after", 200, "beforeafter"),
        # Half of a character: no UTF-8.
        ("half%ED%A0%80", 302, "half\ufffd\ufffd\ufffd"),
    ],
    ids=["too long", "a null byte", "half a character"],
)
def test_a_review_of_bad_text_is_no_error(as_bob, review, sent, status, kept) -> None:
    as_bob.raise_request_exception = False
    body = f"comments={sent}&feedback={sent}&go=save"
    page = as_bob.post(review, body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == status
    assert list(Review.objects.values_list("comments", "feedback")) == [(kept, kept)]


def test_two_thousand_fields_are_refused_by_every_form(alice, bob, posting, review) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    fields = {f"field_{number}": "x" for number in range(2000)}
    for person, where in (
        (alice, reverse("check_answers", args=[draft.code])),
        (alice, reverse("profile")),
        (bob, review),
        (None, reverse("account_login")),
        (None, reverse("account_signup")),
        (None, reverse("time_zone")),
    ):
        # The form's token is what reads the fields first.
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies["csrftoken"] = "a" * 32
        if person:
            client.force_login(person)
        before = rows()
        page = client.post(where, fields)
        assert page.status_code == 400, where
        assert "We could not read that" in page.text
        assert rows() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Amina \u202egnp.exe", ["Amina gnp.exe"]),
        ("\u2066\u2067Amina", ["Amina"]),
        ("Ami\x00na", []),
        ("x" * 1_000_000, []),
    ],
    ids=["turned round", "kept apart", "a null byte", "a flood"],
)
def test_a_profile_takes_no_trick_of_direction_nor_a_flood(as_alice, typed, kept) -> None:
    as_alice.raise_request_exception = False
    page = as_alice.post(reverse("profile"), {"name": typed, "headline": typed, "bio": typed})
    assert page.status_code == (302 if kept else 200)
    assert list(Profile.objects.values_list("name", "headline", "bio")) == [(name, name, name) for name in kept]


@pytest.mark.parametrize("words", ["%00", "%ff", "%ed%a0%80", "x" * 4000, "'%22%3e%3cscript%3e", "%e2%80%ae", "%25"])
def test_parameters_of_public_pages_are_never_an_error(stranger, posting, words) -> None:
    stranger.raise_request_exception = False
    for page in ("/postings/", "/people/", "/projects/", "/postings/feed/"):
        for name in ("q", "skill", "discipline", "project", "round", "page"):
            answer = stranger.get(f"{page}?{name}={words}")
            assert answer.status_code in {200, 400, 404}, (page, name)
            assert "<script>" not in answer.text


def test_unreadable_bodies_write_nothing(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    where = reverse("edit_section", args=[draft.code, draft.form.parts[0].slug])
    as_alice.raise_request_exception = False
    before = rows()
    for kind, body in (
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=Amina"),
        ("application/json", b'{"name": "Amina"}'),
    ):
        answer = as_alice.post(where, body, content_type=kind)
        assert answer.status_code in {200, 302, 400, 415}, kind
        assert not Answer.objects.exists(), kind
    assert rows()["Application"] == before["Application"]
    assert Application.objects.get().status == Status.DRAFT
