"""Every visitor × every named address: never an error, and the pages open to strangers are an exact list."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from applications.states import Status
from tests import factories

pytestmark = pytest.mark.django_db

# What a stranger may read. Everything else leads to the sign-in page or does not exist for them.
OPEN = {
    "home",
    "postings",
    "posting",
    "posting_feed",
    "apply",
    "alerts",
    "projects",
    "project",
    "people",
    "person",
    "how_we_choose",
    "privacy",
    "accessibility",
    "time_zone",
    "sitemap",
    "robots",
    "healthz",
    # allauth's doors. Two more are open but lead on (the pages for codes) or answer 401 (a provider's refusal).
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_password_reset_completed",
    "account_request_login_code",
    "account_inactive",
    "socialaccount_login_cancelled",
}


def named(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def world(alice, bob, carol, charlie, posting) -> dict[str, list[object]]:
    """An argument list for every name that needs one: each leads to a page that exists for somebody."""
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    upload = factories.UploadFactory(application=application)
    factories.RevisionFactory(application=application)
    factories.LetterFactory(application=application)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    profile = factories.ProfileFactory(public=True)
    section = application.form.parts[0]
    of_application = [
        "application", "check_answers", "eligibility", "new_questions", "withdraw", "discard", "offer", "accept_offer",
        "turn_down_offer", "undo_answer", "change_answers", "write_letter", "read_letters",
    ]  # fmt: skip
    return {
        **{name: [application.code] for name in of_application},
        "sent_answers": [application.code, 1],
        "edit_section": [application.code, section.slug],
        "download_file": [application.code, upload.code],
        "remove_file": [application.code, upload.code],
        "begin_upload": [application.code, "cv"],
        "upload": [application.code, "cv", upload.code],
        "review": [assignment.code],
        "recuse": [assignment.code],
        "posting": [posting.slug],
        "apply": [posting.slug],
        "project": [posting.project.slug],
        "person": [profile.handle],
        "account_confirm_email": ["no-such-key"],
        "account_reset_password_from_key": ["1", "no-such-key"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
        "admin:app_list": ["community"],
    }


def address(name: str, world: dict[str, list[object]], pk: int) -> str | None:
    if name in world:
        return reverse(name, args=world[name])
    for args in ([], [pk]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return None


ALL_NAMES = sorted(set(named(get_resolver().url_patterns)))


def test_every_name_has_an_address_in_this_test(world) -> None:
    unreached = {name for name in ALL_NAMES if address(name, world, 1) is None}
    assert unreached <= {"admin:view_on_site"}


def test_no_visitor_gets_an_error_anywhere(
    world, as_alice, as_bob, as_carol, as_charlie, stranger, admin_client
) -> None:
    answers: dict[tuple[str, str], int] = {}
    visitors = {
        "stranger": stranger, "alice": as_alice, "bob": as_bob, "carol": as_carol, "charlie": as_charlie,
        "superuser": admin_client,
    }  # fmt: skip
    for name in ALL_NAMES:
        if name == "account_logout":
            continue
        url = address(name, world, 1)
        for who, client in visitors.items():
            if url:
                client.raise_request_exception = False
                answers[who, name] = client.get(url).status_code
    wrong = {key: code for key, code in answers.items() if code not in {200, 301, 302, 401, 403, 404, 405}}
    assert wrong == {}


def test_the_open_pages_are_exactly_these(world, stranger: Client) -> None:
    found = set()
    for name in ALL_NAMES:
        url = address(name, world, 1)
        if url is None:
            continue
        answer = stranger.get(url)
        if answer.status_code in {200, 405}:
            found.add(name)
    assert found == OPEN


def test_outsiders_learn_nothing_of_an_application(world, as_charlie: Client, as_bob: Client) -> None:
    for name in ("application", "check_answers", "edit_section", "withdraw", "offer", "download_file", "sent_answers"):
        assert as_charlie.get(reverse(name, args=world[name])).status_code == 404, name
        assert as_bob.get(reverse(name, args=world[name])).status_code == 404, name
    for name in ("review", "recuse"):
        assert as_charlie.get(reverse(name, args=world[name])).status_code in {404, 405}, name


def test_posting_to_another_persons_application_is_404(world, as_charlie: Client) -> None:
    for name in (
        "check_answers",
        "edit_section",
        "withdraw",
        "discard",
        "accept_offer",
        "turn_down_offer",
        "undo_answer",
        "change_answers",
        "write_letter",
        "read_letters",
        "remove_file",
    ):
        assert as_charlie.post(reverse(name, args=world[name])).status_code == 404, name
    assert as_charlie.post(reverse("recuse", args=world["recuse"])).status_code == 404
