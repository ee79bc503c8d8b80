"""Accounts: signing up, in and out, codes, passkeys, the second step, and accounts elsewhere."""

import re
from unittest import mock

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.test import RequestFactory, override_settings
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from applications.accounts import AccountAdapter
from applications.models import Message
from community.models import User
from tests.browser.visitor import Walk
from tests.factories import PASSWORD

ALICE, CHARLIE = "alice@example.org", "charlie@example.org"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A125F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/129.0.0.0 Mobile Safari/537.36"
)
ELSEWHERE = {
    "github": {"APPS": [{"client_id": "id", "secret": "x"}]},
    "google": {"APPS": [{"client_id": "id", "secret": "x"}]},
}


def signing_up_and_in(walk: Walk) -> None:
    anyone = walk.visitor()
    login, signup = reverse("account_login"), reverse("account_signup")
    anyone.sees("sign in", login)
    anyone.sees("sign in, refused", login, {"login": "", "password": ""})
    anyone.sees("sign in, wrong", login, {"login": ALICE, "password": "wrong"})
    anyone.sees("sign up", signup)
    anyone.sees("sign up, refused", signup, {"email": "nobody", "password1": "short"})
    for name in ("account_inactive", "account_password_reset_completed", "socialaccount_login_cancelled"):
        anyone.sees(name, reverse(name))
    anyone.sees("socialaccount_login_error", reverse("socialaccount_login_error"), status=401)
    with mock.patch.object(AccountAdapter, "is_open_for_signup", return_value=False):
        anyone.sees("sign up, closed", signup)


def codes(walk: Walk) -> None:
    newcomer = walk.visitor()
    newcomer.sees(
        "confirm the address", reverse("account_signup"), {"email": "newcomer@example.org", "password1": PASSWORD}
    )
    newcomer.sees("confirm the address, wrong", reverse("account_email_verification_sent"), {"code": "WRONG"})
    by_code = walk.visitor()
    by_code.sees("sign in by code", reverse("account_request_login_code"))
    by_code.sees("sign in by code, refused", reverse("account_request_login_code"), {"email": ""})
    by_code.sees("sign in by code, sent", reverse("account_request_login_code"), {"email": ALICE})
    by_code.sees("sign in by code, wrong", reverse("account_confirm_login_code"), {"code": "WRONG"})
    forgetful = walk.visitor()
    forgetful.sees("password reset", reverse("account_reset_password"))
    forgetful.sees("password reset, refused", reverse("account_reset_password"), {"email": ""})
    forgetful.sees("password reset, sent", reverse("account_reset_password"), {"email": ALICE})
    found = re.search(r"^ {4}(\S+)$", Message.objects.filter(to=ALICE).latest("pk").body, re.MULTILINE)
    assert found
    forgetful.sees("password reset, by code", reverse("account_confirm_password_reset_code"), {"code": found[1]})
    new = reverse("account_complete_password_reset")
    forgetful.sees("password reset, new password refused", new, {"password1": "short", "password2": "other"})


def your_account(walk: Walk) -> None:
    alice = walk.visitor(ALICE)
    for name in ("account_email", "account_change_password", "account_logout", "account_reauthenticate", "mfa_index",
                 "usersessions_list", "socialaccount_connections"):  # fmt: skip
        alice.sees(name, reverse(name))
    alice.sees("reauthenticate, refused", reverse("account_reauthenticate"), {"password": "wrong"})
    alice.sees("password, refused", reverse("account_change_password"), {"oldpassword": "", "password1": "short"})
    alice.sees("e-mail, refused", reverse("account_email"), {"email": "nobody", "action_add": ""})
    alice.sees("signed out", reverse("account_logout"), {})
    known = walk.whoever_typed_the_password(CHARLIE)
    phone = walk.visitor(name="charlie")
    phone.does(reverse("account_login"), {"login": CHARLIE, "password": PASSWORD}, HTTP_USER_AGENT=PHONE)
    known.sees("signed in twice", reverse("usersessions_list"))
    known.sees("e-mail, to confirm", reverse("account_email"), {"email": "charlie2@example.org", "action_add": ""})
    EmailAddress.objects.create(user=User.objects.get(email=ALICE), email="alice2@example.org", verified=False)
    walk.visitor(ALICE).sees("e-mail, not confirmed", reverse("account_email"))
    alice = walk.visitor(ALICE)
    person = User.objects.get(email=ALICE)
    person.set_unusable_password()
    person.save()
    walk.visitor(ALICE).sees("password to set", reverse("account_set_password"))


def a_key_of(person: User) -> Authenticator:
    """A passkey as a browser registers one, with a public key that nobody holds the other half of."""
    identity = settings.SECRET_KEY[:16].encode().ljust(16, b"-")
    point = {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}
    held = AttestedCredentialData.create(b"\x00" * 16, identity, ES256(point))
    data = AuthenticatorData.create(b"\x00" * 32, AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, held)
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    credential = {
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {},
    }
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone", "credential": credential}
    )


def second_step(walk: Walk) -> None:
    known = walk.whoever_typed_the_password(CHARLIE)
    person = User.objects.get(email=CHARLIE)
    known.sees("authenticator app", reverse("mfa_activate_totp"))
    known.sees("authenticator app, refused", reverse("mfa_activate_totp"), {"code": "000"})
    known.sees("no passkeys", reverse("mfa_list_webauthn"))
    known.sees("passkey to add", reverse("mfa_add_webauthn"))
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    known.sees("recovery codes to make", reverse("mfa_generate_recovery_codes"))
    RecoveryCodes.activate(person)
    key = a_key_of(person)
    known.sees("second step is on", reverse("mfa_index"))
    for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn",
                 "mfa_reauthenticate", "mfa_reauthenticate_webauthn"):  # fmt: skip
        known.sees(name, reverse(name))
    known.sees("reauthenticate with a code, refused", reverse("mfa_reauthenticate"), {"code": "000"})
    known.sees("reauthenticate, second step is on", reverse("account_reauthenticate"))
    known.sees("passkey to rename", reverse("mfa_edit_webauthn", args=[key.pk]))
    known.sees("passkey to rename, refused", reverse("mfa_edit_webauthn", args=[key.pk]), {"name": ""})
    known.sees("passkey to remove", reverse("mfa_remove_webauthn", args=[key.pk]))
    anyone = walk.visitor()
    anyone.sees("second step", reverse("account_login"), {"login": CHARLIE, "password": PASSWORD})
    anyone.sees("second step, refused", reverse("mfa_authenticate"), {"code": "000"})


@override_settings(SOCIALACCOUNT_PROVIDERS=ELSEWHERE)
def accounts_elsewhere(walk: Walk) -> None:
    anyone = walk.visitor()
    anyone.sees("sign in, also elsewhere", reverse("account_login"))
    anyone.sees("sign up, also elsewhere", reverse("account_signup"))
    anyone.sees("sign in with GitHub", reverse("github_login"))
    anyone.sees("sign in with Google", reverse("google_login"))
    # As the session keeps what GitHub told, while the person is asked what is still missing.
    session = anyone.client.session
    provider = get_adapter().get_provider(RequestFactory().get("/"), "github")
    stranger = SocialLogin(
        user=User(email=ALICE), account=SocialAccount(provider="github", uid="77"), provider=provider
    )
    session["socialaccount_sociallogin"] = stranger.serialize()
    session.save()
    anyone.sees("sign up from elsewhere", reverse("socialaccount_signup"))
    anyone.sees("sign up from elsewhere, refused", reverse("socialaccount_signup"), {"email": ""})
    for provider in ELSEWHERE:
        SocialAccount.objects.create(user=User.objects.get(email=ALICE), provider=provider, uid="1")
    alice = walk.visitor(ALICE)
    alice.sees("accounts elsewhere", reverse("socialaccount_connections"))
    alice.sees("accounts elsewhere, refused", reverse("socialaccount_connections"), {"account": ""})


SCENES = (signing_up_and_in, codes, your_account, second_step, accounts_elsewhere)
