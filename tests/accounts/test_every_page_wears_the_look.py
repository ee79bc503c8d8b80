"""Every account page, for a stranger and for somebody signed in, in every state that can be reached, wears the look."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver, reverse

from tests.accounts.conftest import code_for
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# No page of their own: they answer with JSON, a text file, or lead on to a page that is tested here.
NOT_PAGES = {"mfa_login_webauthn", "mfa_download_recovery_codes"}
# What one visitor or the other is told: the page, go elsewhere, signing in failed, you have no such thing.
ANSWERS = {200, 302, 401, 404}


def account_names() -> list[str]:
    """The name of every page beneath /accounts/ that needs no argument and is no provider's machinery."""
    prefixes = ("account_", "mfa_", "socialaccount_", "usersessions_")
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith(prefixes)}
    return sorted(name for name in names - NOT_PAGES if any(not args for _, args in possibilities(name)))


def possibilities(name: str) -> list[tuple[str, list[str]]]:
    return [form for entry in get_resolver().reverse_dict.getlist(name) for form in entry[0]]


def assert_wears_the_look(response) -> None:
    page = response.content.decode()
    assert '<header class="top wrap">' in page
    assert 'href="/static/css/site.css"' in page
    assert page.count("<h1>") == page.count("<h1") == 1
    assert re.search(r"<title>[^<]+ · Open Source &amp; Community Development Program</title>", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    # Data that a script reads is no script: the browser never runs application/json.
    for tag in re.findall(r"<script[^>]*>", page):
        assert 'src="/static/' in tag or 'type="application/json"' in tag, tag
    assert 'src="data:' not in page
    assert "placeholder=" not in page
    assert not re.search(r"\srequired[\s=>]", page)


@pytest.mark.parametrize("name", account_names())
@pytest.mark.parametrize("visitor", ["stranger", "signed in"])
def test_every_account_page(name, visitor, sign_in):
    client = sign_in("reader@example.org") if visitor == "signed in" else Client()
    response = client.get(reverse(name))
    assert response.status_code in ANSWERS, response.status_code
    if response.status_code != 302:
        assert_wears_the_look(response)


def test_the_open_pages_are_open(stranger):
    for name in (
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_reset_password",
        "account_inactive",
        "account_password_reset_completed",
        "socialaccount_login_cancelled",
    ):
        assert stranger.get(reverse(name)).status_code == 200, name
    assert stranger.get(reverse("socialaccount_login_error")).status_code == 401
    assert stranger.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).status_code == 200


def test_the_pages_where_a_code_is_entered():
    UserFactory(email="reader@example.org")
    for start, data, page in (
        ("account_signup", {"email": "new@example.org", "password1": PASSWORD}, "account_email_verification_sent"),
        ("account_request_login_code", {"email": "reader@example.org"}, "account_confirm_login_code"),
        ("account_reset_password", {"email": "reader@example.org"}, "account_confirm_password_reset_code"),
    ):
        client = Client()
        client.post(reverse(start), data)
        assert_wears_the_look(client.get(reverse(page)))
        wrong = client.post(reverse(page), {"code": "WRONG"})
        assert_wears_the_look(wrong)
        assert "<title>Error: Enter the code" in wrong.content.decode()
        assert '<a href="#id_code">' in wrong.content.decode()


def test_the_new_password_page():
    UserFactory(email="reader@example.org")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "reader@example.org"})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_for("reader@example.org")})
    assert_wears_the_look(client.get(reverse("account_complete_password_reset")))


def test_the_second_step(client):
    person = UserFactory(email="reader@example.org")
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert_wears_the_look(client.get(reverse("mfa_authenticate")))


def test_the_pages_of_the_second_step_once_it_is_on(sign_in, django_user_model):
    client = sign_in("reader@example.org")
    person = django_user_model.objects.get(email="reader@example.org")
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    key = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone", "credential": {}}
    )
    for url in (
        reverse("mfa_index"),
        reverse("mfa_deactivate_totp"),
        reverse("mfa_view_recovery_codes"),
        reverse("mfa_generate_recovery_codes"),
        reverse("mfa_list_webauthn"),
        reverse("mfa_edit_webauthn", args=[key.pk]),
        reverse("mfa_remove_webauthn", args=[key.pk]),
        reverse("mfa_reauthenticate"),
    ):
        response = client.get(url)
        assert response.status_code == 200, url
        assert_wears_the_look(response)


def test_the_square_for_the_app_stands_in_the_page_as_svg(sign_in):
    page = sign_in("reader@example.org").get(reverse("mfa_activate_totp"))
    assert '<svg class="qr"' in page.content.decode()
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]


def test_no_provider_is_offered_unless_it_is_configured(stranger):
    page = stranger.get(reverse("account_login")).content.decode()
    assert "GitHub" not in page
    assert "Google" not in page
    assert stranger.get("/accounts/github/login/").status_code == 404
    assert stranger.get("/accounts/github/login/callback/").status_code == 404


def test_a_provider_is_offered_once_it_is_configured(stranger, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {"APPS": [{"client_id": "id", "secret": "x"}]}}
    page = stranger.get(reverse("account_login"))
    assert "Continue with GitHub" in page.content.decode()
    assert "Google" not in page.content.decode()
    assert_wears_the_look(page)
    assert_wears_the_look(stranger.get("/accounts/github/login/"))


@pytest.mark.parametrize("template", ["400", "403_csrf", "429", "500", "503"])
def test_error_pages_need_neither_context_nor_database(template, django_db_blocker):
    with django_db_blocker.block():
        page = render_to_string(f"{template}.html")
    assert page.count("<h1") == 1
    assert "Open Source &amp; Community Development Program" in page


def test_too_many_tries_wear_the_look(stranger):
    for _ in range(6):
        answer = stranger.post(reverse("account_reset_password"), {"email": "reader@example.org"})
        stranger.post(reverse("account_logout"))
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_a_missing_page_wears_the_look(stranger, as_alice):
    for visitor in (stranger, as_alice):
        answer = visitor.get("/nowhere/")
        assert answer.status_code == 404
        assert answer.content.decode().count("<h1") == 1
        assert "There is no such page" in answer.content.decode()
