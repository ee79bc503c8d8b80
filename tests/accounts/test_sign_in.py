"""Signing in: where it leads, what it asks of staff, and what locks."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from applications.states import Status
from tests.factories import PASSWORD, ApplicationFactory, AssignmentFactory

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in_by_password(client: Client, address: str, **more: str):
    return client.post(reverse("account_login"), {"login": address, "password": PASSWORD, **more})


def code_of_the_app() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def test_an_applicant_arrives_at_their_applications(known):
    assert sign_in_by_password(Client(), known.email).headers["Location"] == reverse("my_applications")


def test_a_mentor_with_something_to_read_arrives_at_the_queue(bob, posting):
    AssignmentFactory(application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW), mentor=bob)
    assert sign_in_by_password(Client(), bob.email).headers["Location"] == reverse("review_queue")


def test_staff_arrive_at_the_admin(carol):
    assert sign_in_by_password(Client(), carol.email).headers["Location"] == reverse("admin:index")


def test_a_page_asked_for_comes_next(known):
    answer = sign_in_by_password(Client(), known.email, next=reverse("profile"))
    assert answer.headers["Location"] == reverse("profile")


def test_never_to_another_site(known):
    answer = sign_in_by_password(Client(), known.email, next="https://elsewhere.example/")
    assert answer.headers["Location"] == reverse("my_applications")


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_request_login_code"])
def test_the_doors_lead_on_who_is_in_already(as_alice, name):
    assert as_alice.get(reverse(name)).headers["Location"] == reverse("my_applications")


def test_a_stranger_at_the_admin_ends_at_our_sign_in_page(stranger):
    answer = stranger.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "%2Fadmin%2F" in answer.redirect_chain[-1][0]
    assert "<h1>Sign in</h1>" in answer.content.decode()


def test_someone_who_is_not_staff_is_refused_at_the_admin(as_alice):
    assert as_alice.get("/admin/", follow=True).status_code == 403


def test_staff_with_a_second_step_are_asked_for_it_before_the_admin_opens(carol, settings):
    TOTP.activate(carol, SECRET)
    client = Client()
    answer = sign_in_by_password(client, carol.email, next="/admin/")
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/admin/").status_code == 302
    client.post(answer.headers["Location"], {"code": code_of_the_app()})
    assert client.get("/admin/").status_code == 200


def test_the_secret_of_an_app_is_not_readable_in_the_database(carol):
    TOTP.activate(carol, SECRET)
    kept = Authenticator.objects.get(user=carol)
    assert SECRET not in str(kept.data)
    assert kept.wrap().validate_code(code_of_the_app())


def test_five_wrong_passwords_lock_the_address_but_a_code_still_opens_it(known):
    client = Client()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": known.email, "password": "not-this-one"})
    locked = sign_in_by_password(client, known.email)
    assert "tried too often" in locked.content.decode()
    assert client.post(reverse("account_request_login_code"), {"email": known.email}).status_code == 302


def test_a_closed_account_does_not_open(known):
    known.is_active = False
    known.save()
    client = Client()
    answer = sign_in_by_password(client, known.email)
    assert answer.headers["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_empty_fields_are_told_what_to_do(stranger):
    page = stranger.post(reverse("account_login"), {}).content.decode()
    assert "<title>Error: Sign in" in page
    assert '<a href="#id_login">Enter your e-mail address.</a>' in page
    assert "This field is required" not in page


def test_many_people_behind_one_address_can_all_sign_up():
    for number in range(60):
        answer = Client().post(
            reverse("account_signup"), {"email": f"person{number}@example.org", "password1": PASSWORD}
        )
        assert answer.status_code == 302, number


def test_signing_out_takes_a_post(as_alice):
    page = as_alice.get(reverse("account_logout"))
    assert page.status_code == 200
    assert "_auth_user_id" in as_alice.session
    assert as_alice.post(reverse("account_logout")).headers["Location"] == reverse("home")
    assert "_auth_user_id" not in as_alice.session
