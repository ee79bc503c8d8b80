"""Somebody known, codes as they reach a person, and pages without what differs each time."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import get_hasher
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applications.models import Message
from community.models import User
from tests.factories import PASSWORD, UserFactory


def code_for(address: str) -> str:
    """The code in the newest message to `address`, as a person would read it out of the letter."""
    body = Message.objects.filter(to=address).latest("pk").body
    found = re.search(r"^ {4}(\S+)$", body, re.MULTILINE)
    assert found, body
    return found[1]


def words(response: HttpResponse, address: str = "") -> str:
    """The page without its CSRF tokens, with `address` made the same for everybody."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return text.replace(address, "ADDRESS") if address else text


@pytest.fixture
def known(db: None) -> User:
    return UserFactory(email="known@example.org")


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch, settings) -> Callable[[], int]:
    """How often a password was hashed since the last time that this was asked."""
    kind = type(get_hasher())
    count = [0]
    encode = kind.encode

    def counted(self, *args, **kwargs):
        count[0] += 1
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(kind, "encode", counted)

    def since() -> int:
        value, count[0] = count[0], 0
        return value

    return since


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """A browser that signed in to the account of an address through the form, and just showed who it is."""

    def signed_in(address: str) -> Client:
        if not User.objects.filter(email=address).exists():
            UserFactory(email=address)
        client = Client()
        client.post(reverse("account_login"), {"login": address, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    return signed_in
