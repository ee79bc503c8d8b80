"""Strangers' pages may be kept and asked for again by their ETag; nobody else's may."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = [pytest.mark.once, pytest.mark.django_db]

PUBLIC = ["home", "postings", "projects", "people", "how_we_choose", "privacy", "accessibility", "posting_feed"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_strangers_page_is_public_and_the_same_twice(name, posting, stranger: Client):
    first = stranger.get(reverse(name))
    assert "public" in first["Cache-Control"]
    assert "max-age=60" in first["Cache-Control"]
    assert "Cookie" in first["Vary"]
    assert not first.cookies
    again = Client().get(reverse(name), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_role_is_public_for_strangers(posting, stranger: Client):
    assert "public" in stranger.get(posting.get_absolute_url())["Cache-Control"]


@pytest.mark.parametrize("name", [*PUBLIC, "my_applications", "profile"])
def test_a_signed_in_page_is_kept_by_nobody(name, posting, as_alice: Client):
    answer = as_alice.get(reverse(name))
    assert "no-store" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["account_login", "account_signup", "time_zone"])
def test_a_page_with_a_forms_token_is_not_public(name, stranger: Client):
    assert "public" not in stranger.get(reverse(name))["Cache-Control"]


def test_a_page_with_a_note_for_one_visitor_is_not_public(posting, stranger: Client, as_alice: Client):
    stranger.cookies["messages"] = as_alice.cookies.get("messages", "x")
    assert "public" not in stranger.get("/no-such-page/").get("Cache-Control", "")


def test_a_chosen_zone_changes_the_page_and_its_tag(posting, stranger: Client):
    before = stranger.get(posting.get_absolute_url())
    stranger.post(reverse("time_zone"), {"time_zone": "Indian/Mauritius", "next": "/"})
    after = stranger.get(posting.get_absolute_url())
    assert before["ETag"] != after["ETag"]
    assert "Cookie" in after["Vary"]


def test_a_refusal_is_not_public(stranger: Client):
    assert "public" not in stranger.get(reverse("my_applications"))["Cache-Control"]
    assert "public" not in stranger.get("/people/nobody/")["Cache-Control"]
