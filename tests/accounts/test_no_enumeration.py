"""No page tells whether an address has an account: not by words, and not by the work that it takes.

Work is counted in password hashes (a tenth of a second each), rows written to the outbox, and queries.
"""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Message
from tests.accounts.conftest import words
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "known@example.org", "nobody@example.org"
# What allauth reads more for an address that it knows: indexed look-ups, a fraction of a millisecond each.
FEW_READS = 2


@dataclass
class Told:
    """All that an onlooker can measure of one request."""

    status: int
    location: str
    page: str
    hashes: int
    messages: int
    writes: int
    queries: int


def tell(client: Client, url: str, data: dict[str, str], address: str, hashes) -> Told:
    hashes()
    before = Message.objects.count()
    with CaptureQueriesContext(connection) as queries:
        response = client.post(url, data)
    statements = [query["sql"] for query in queries if "cache" not in query["sql"]]
    page = words(client.get(response.headers["Location"]) if response.status_code == 302 else response, address)
    return Told(
        status=response.status_code,
        location=response.headers.get("Location", ""),
        page=page,
        hashes=hashes(),
        messages=Message.objects.count() - before,
        writes=sum(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in statements),
        queries=len(statements),
    )


def assert_alike(one: Told, other: Told) -> None:
    assert one.status == other.status
    assert one.location == other.location
    assert one.page == other.page
    assert one.hashes == other.hashes
    assert one.messages == other.messages
    assert one.writes == other.writes
    assert abs(one.queries - other.queries) <= FEW_READS, (one.queries, other.queries)


def test_signing_up(known, hashes):
    told = [
        tell(Client(), reverse("account_signup"), {"email": address, "password1": PASSWORD}, address, hashes)
        for address in (KNOWN, UNKNOWN)
    ]
    assert_alike(*told)
    assert told[0].hashes == 1
    assert told[0].messages == 1


def test_signing_up_keeps_nothing_of_the_account_that_evens_out_the_time(known, django_user_model):
    Client().post(reverse("account_signup"), {"email": KNOWN, "password1": PASSWORD})
    assert set(django_user_model.objects.values_list("email", flat=True)) == {KNOWN}
    known.refresh_from_db()
    assert known.check_password(PASSWORD)


def test_a_wrong_code_after_signing_up(known, hashes):
    told = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        client.post(reverse("account_signup"), {"email": address, "password1": PASSWORD})
        told.append(tell(client, reverse("account_email_verification_sent"), {"code": "WRONG"}, address, hashes))
    assert_alike(*told)


def test_signing_in_by_password(known, hashes):
    told = [
        tell(Client(), reverse("account_login"), {"login": address, "password": "not-this-one"}, address, hashes)
        for address in (KNOWN, UNKNOWN)
    ]
    assert_alike(*told)
    assert told[0].hashes == 1


def test_an_account_without_a_password_takes_as_long(known, hashes):
    known.set_unusable_password()
    known.save()
    told = [
        tell(Client(), reverse("account_login"), {"login": address, "password": "not-this-one"}, address, hashes)
        for address in (KNOWN, UNKNOWN)
    ]
    assert_alike(*told)


def test_the_lock_after_five_wrong_passwords(known, hashes):
    told = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        for _ in range(5):
            client.post(reverse("account_login"), {"login": address, "password": "not-this-one"})
        told.append(
            tell(client, reverse("account_login"), {"login": address, "password": "not-this-one"}, address, hashes)
        )
    assert_alike(*told)


def test_asking_for_a_code_to_sign_in(known, hashes):
    told = [
        tell(Client(), reverse("account_request_login_code"), {"email": address}, address, hashes)
        for address in (KNOWN, UNKNOWN)
    ]
    assert_alike(*told)
    assert told[0].messages == 1


def test_a_wrong_code_to_sign_in(known, hashes):
    told = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": address})
        told.append(tell(client, reverse("account_confirm_login_code"), {"code": "WRONG"}, address, hashes))
    assert_alike(*told)


def test_asking_for_a_new_password(known, hashes):
    told = [
        tell(Client(), reverse("account_reset_password"), {"email": address}, address, hashes)
        for address in (KNOWN, UNKNOWN)
    ]
    assert_alike(*told)
    assert told[0].messages == 1


def test_a_wrong_code_for_a_new_password(known, hashes):
    told = []
    for address in (KNOWN, UNKNOWN):
        client = Client()
        client.post(reverse("account_reset_password"), {"email": address})
        told.append(tell(client, reverse("account_confirm_password_reset_code"), {"code": "WRONG"}, address, hashes))
    assert_alike(*told)


def test_changing_to_the_address_of_somebody_else(known, hashes, sign_in):
    told = []
    for address in (KNOWN, UNKNOWN):
        client = sign_in("mover@example.org")
        told.append(tell(client, reverse("account_email"), {"email": address, "action_add": ""}, address, hashes))
    assert_alike(*told)
    assert told[0].messages == 1
