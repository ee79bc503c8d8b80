"""The whole way by code: from the form, through the outbox, to the person signed in."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from applications.models import Message
from community.models import User
from tests.accounts.conftest import code_for
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "ama@example.org"


def signed_in_as(client: Client) -> str:
    person = client.session.get("_auth_user_id")
    return User.objects.get(pk=person).email if person else ""


def test_sign_up_then_the_code_from_the_outbox_then_signed_in():
    client = Client()
    answer = client.post(reverse("account_signup"), {"email": "Ama@Example.org", "password1": PASSWORD})
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) == ""
    answer = client.post(reverse("account_email_verification_sent"), {"code": code_for(NEW)})
    assert answer.status_code == 302
    assert signed_in_as(client) == NEW
    assert EmailAddress.objects.get(email=NEW).verified
    assert User.objects.get(email=NEW).check_password(PASSWORD)


def test_account_mail_waits_in_the_outbox_and_is_secret(mailoutbox):
    Client().post(reverse("account_signup"), {"email": NEW, "password1": PASSWORD})
    assert mailoutbox == []
    message = Message.objects.get()
    assert (message.to, message.is_secret, message.html, message.sent_at) == (NEW, True, "", None)
    assert message.due_at <= message.created_at
    assert message.person.email == NEW
    assert message.message_id.startswith("<")
    assert message.message_id.endswith(">")
    assert "Open Source & Community Development Program" in message.body


def test_a_known_address_is_told_by_mail_only(known):
    Client().post(reverse("account_signup"), {"email": known.email, "password1": PASSWORD})
    message = Message.objects.get()
    assert message.subject == "You have an account already"
    assert reverse("account_request_login_code") in message.body


def test_a_code_signs_in(known):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": known.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_for(known.email)})
    assert signed_in_as(client) == known.email


def test_three_wrong_codes_end_it(known):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": known.email})
    code = code_for(known.email)
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert signed_in_as(client) == ""


def test_an_unknown_address_gets_a_letter_that_says_so_and_no_code():
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": NEW})
    message = Message.objects.get(to=NEW)
    assert message.subject == "There is no account with this address"
    assert reverse("account_signup") in message.body


def test_a_code_sets_a_new_password(known):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": known.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_for(known.email)})
    fresh = {"password1": "river-under-the-bridge", "password2": "river-under-the-bridge"}
    client.post(reverse("account_complete_password_reset"), fresh)
    known.refresh_from_db()
    assert known.check_password("river-under-the-bridge")
    assert Message.objects.filter(to=known.email, subject="Your password was set anew").exists()


def test_changing_the_address_confirms_the_new_one_and_tells_the_old_one(known, sign_in):
    client = sign_in(known.email)
    client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
    known.refresh_from_db()
    assert known.email == "known@example.org"
    client.post(reverse("account_email_verification_sent"), {"code": code_for(NEW)})
    known.refresh_from_db()
    assert known.email == NEW
    assert [address.email for address in EmailAddress.objects.filter(user=known)] == [NEW]
    assert Message.objects.filter(to="known@example.org", subject="The address of your account was changed").exists()


def test_a_sign_up_whose_message_cannot_be_written_leaves_no_account(monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("the outbox is gone")

    monkeypatch.setattr("applications.notifications.write", fails)
    with pytest.raises(RuntimeError):
        Client().post(reverse("account_signup"), {"email": NEW, "password1": PASSWORD})
    assert not User.objects.exists()


def test_an_address_longer_than_the_database_keeps_is_refused_with_a_sentence():
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org"
    for name in ("account_signup", "account_request_login_code", "account_reset_password"):
        answer = Client().post(reverse(name), {"email": long, "password1": PASSWORD})
        assert answer.status_code == 200
        assert 'class="problems' in answer.content.decode()
    assert not Message.objects.exists()
