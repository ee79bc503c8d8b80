"""Every list and every other address × every parameter that it reads × nonsense: never an error of the site's.

PostgreSQL refuses a null byte in any text and a number beyond its columns, SQLite such a number only.
"""

from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from community.models import User
from tests import factories
from tests.test_every_page import ALL_NAMES, address, world

pytestmark = pytest.mark.django_db

__all__ = ["world"]

# As they stand in an address: a null byte, what is no UTF-8, a number that no column holds, a digit that is no number,
# and nothing.
NONSENSE = ["a%00b", "%FF", "9" * 30, "%C2%B2", ""]
# SQLite takes any text, and stumbles over such numbers only. What is no UTF-8 has become a word like any other before a
# list reads it, and Django's own filters pass over what is empty: the public ones are asked both.
REFUSED_BY = {"postgresql": [it for it in NONSENSE if it not in {"%FF", ""}], "sqlite": ["9" * 30]}
# What the pages outside the admin read from their addresses, and what allauth and Django do.
PARAMETERS = [
    "q", "skill", "discipline", "project", "round", "page", "next", "from", "codes", "back", "words", "key", "use",
    "language", "format", "process", "code", "state", "error", "term", "app_label", "model_name", "field_name",
    "object_id", "_popup", "_to_field", "_changelist_filters", "posting", "application", "p", "o", "e", "all",
]  # fmt: skip


def wrong(client: Client, url: str) -> str:
    client.raise_request_exception = False
    answer = client.get(url)
    return f"{answer.status_code} {url[:200]}" if answer.status_code >= 500 else ""


def changelists() -> Iterator[tuple[str, admin.ModelAdmin]]:
    for model, model_admin in admin.site._registry.items():
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), model_admin


def read_by(model_admin: admin.ModelAdmin, url: str, person: User) -> list[str]:
    """The parameters that this list reads: those of every list, its filters', and its dates'."""
    request = RequestFactory().get(url)
    request.user = person
    found = model_admin.get_changelist_instance(request)
    of_filters = {name for spec in found.filter_specs for name in spec.expected_parameters() if name}
    of_filters |= {name.partition("__")[0] for name in of_filters}
    if model_admin.date_hierarchy:
        of_filters |= {f"{model_admin.date_hierarchy}__{part}" for part in ("year", "month", "day", "gte")}
    every = {ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, "_popup", "_to_field", "id__exact"}
    return sorted(of_filters | every | {"%00", "pk__in", "no_such__lookup"})


def test_no_parameter_of_a_staff_list_is_an_error(world, admin_client, admin_user) -> None:
    factories.MessageFactory()
    tried = [
        f"{url}?{name}={value}"
        for url, model_admin in changelists()
        for name in read_by(model_admin, url, admin_user)
        for value in REFUSED_BY[connection.vendor]
    ]
    assert len(tried) > 200 * len(REFUSED_BY[connection.vendor])
    assert list(filter(None, (wrong(admin_client, url) for url in tried))) == []


@pytest.mark.postgres
def test_no_parameter_of_any_other_address_is_an_error(world, stranger, as_alice, admin_client) -> None:
    errors = []
    for name in ALL_NAMES:
        url = address(name, world, 1)
        if url is None or name == "account_logout":
            continue
        for value in ("a%00b", "9" * 30, ""):
            query = "&".join(f"{parameter}={value}" for parameter in PARAMETERS)
            errors += [wrong(client, f"{url}?{query}") for client in (admin_client, as_alice, stranger)]
    assert list(filter(None, errors)) == []


@pytest.mark.parametrize("name", ["postings", "posting_feed", "projects", "people", "alerts", "time_zone"])
def test_no_parameter_of_a_public_list_is_an_error(world, stranger, name) -> None:
    url = address(name, world, 1)
    tried = [f"{url}?{parameter}={value}" for parameter in PARAMETERS[:8] for value in NONSENSE]
    assert list(filter(None, (wrong(stranger, address) for address in tried))) == []


def test_a_null_byte_in_a_search_or_a_filter_is_left_out(world, stranger, as_carol) -> None:
    """What is asked for besides it is found all the same."""
    assert "Backend Engineer" in stranger.get("/postings/?q=Back%00end").text
    assert "Backend Engineer" in stranger.get("/postings/?discipline=%00").text
    assert "Backend Engineer" in as_carol.get("/admin/community/posting/?q=Backend&state=pub%00lished").text


def test_a_null_byte_that_comes_apart_into_another_is_left_out_too(world, stranger) -> None:
    assert "Backend Engineer" in stranger.get("/postings/?q=Back%%0000end").text


def test_a_null_byte_in_a_path_is_no_page(world, admin_client) -> None:
    for path in ("/postings/a%00/", "/people/%00/", "/applications/%00/", "/admin/community/posting/%00/change/"):
        assert admin_client.get(path, follow=True).status_code in {200, 404}, path


def test_staff_find_the_sessions_of_an_address(alice, admin_client, stranger) -> None:
    session = UserSession.objects.create(user=alice, ip="192.0.2.7", session_key="k" * 32, last_seen_at=timezone.now())
    found = admin_client.get("/admin/usersessions/usersession/?q=alice@example.org")
    assert list(found.context["cl"].result_list) == [session]
