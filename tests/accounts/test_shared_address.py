"""A cybercafé: hundreds of people behind one address. Limits hold for an account or a typed address, not for a crowd."""

import re
import time

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from applications.models import Application, Message
from community.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PEOPLE = 300
# Ten minutes for all of them.
SECONDS_EACH = 2


def test_three_hundred_people_behind_one_address_sign_up_and_apply_in_ten_minutes(posting, monkeypatch) -> None:
    cache.clear()
    started, clock = time.time(), iter(range(10**6))
    moment = {"now": started}
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: moment["now"])
    for number in clock:
        if number == PEOPLE:
            break
        moment["now"] = started + number * SECONDS_EACH
        person = Client(REMOTE_ADDR="196.201.1.1")
        email = f"person{number}@example.org"
        answer = person.post(reverse("account_signup"), {"email": email, "password1": "a-long-pass-phrase"})
        assert answer.status_code == 302, f"person {number} was refused at sign-up"
        letter = Message.objects.get(to=email)
        code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter.body, re.M)
        assert code, letter.body
        answer = person.post(answer.url, {"code": code[1]})
        assert answer.status_code == 302, f"person {number} was refused at the code"
        answer = person.post(reverse("apply", args=[posting.slug]))
        assert "/edit/" in answer.url, f"person {number} was refused at applying"
    assert User.objects.count() == PEOPLE
    assert Application.objects.count() == PEOPLE


def test_guessing_one_persons_password_is_stopped_wherever_it_comes_from(alice) -> None:
    cache.clear()
    for number in range(6):
        guesser = Client(REMOTE_ADDR=f"196.201.1.{number}")
        answer = guesser.post(reverse("account_login"), {"login": alice.email, "password": f"guess-{number}"})
    assert "tried too often" in answer.content.decode()
