"""The notices and the account of how people are chosen: open, whole, and with a way on."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


# How we choose asks for the last round; its numbers are another one, where there is a round.
@pytest.mark.parametrize(("name", "queries"), [("privacy", 0), ("accessibility", 0), ("how_we_choose", 1)])
def test_it_opens_for_everyone(name, queries, stranger, as_alice, django_assert_num_queries):
    with django_assert_num_queries(queries):
        page = stranger.get(reverse(name)).content.decode()
    assert as_alice.get(reverse(name)).status_code == 200
    assert len(re.findall("<h1", page)) == 1
    assert f'<link rel="canonical" href="http://testserver{reverse(name)}">' in page


def test_an_address_that_nobody_reads_is_not_given_as_a_contact(stranger, settings):
    settings.DEFAULT_FROM_EMAIL = "no-reply@example.org"
    assert "no-reply" not in stranger.get(reverse("privacy")).content.decode()
    settings.DEFAULT_FROM_EMAIL = "people@example.org"
    assert "people@example.org" in stranger.get(reverse("privacy")).content.decode()
