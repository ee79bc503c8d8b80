"""Saving as one types, and the version on each section: nothing written for outsiders, nothing overwritten unread.

A mentor's review is kept in the same way: test_keep_review.py.
"""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import drafting
from applications.models import Application, SavedSection
from applications.seen import Seen
from applications.states import Status
from community.models import Posting, User
from tests import factories
from tests.applications.test_edit_section import stored, url
from tests.cast import signed_in
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db

KEEP = {"X-Keep": "1"}


@pytest.fixture
def draft(posting: Posting, alice: User) -> Application:
    factories.whole_form(posting)
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first())


def field_in(html: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found[1]


def part_of(application: Application, slug: str = "your-work") -> Any:
    return next(part for part in application.form.parts if part.slug == slug)


# Saving as one types --------------------------------------------------------------------------------------


def test_it_stores_and_answers_in_json(as_alice, draft) -> None:
    answer = as_alice.post(url(draft), {"why": "Half a", "version": "0", "page": "ABC-1"}, headers=KEEP)
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {"version", "saved_at", "problems"}
    assert told["version"] == 1
    assert told["problems"] == {}
    saved = SavedSection.objects.get()
    assert datetime.fromisoformat(told["saved_at"]) == saved.saved_at
    assert (saved.page, saved.turn) == ("ABC", 1)
    assert stored(draft) == {"why": "Half a"}
    assert answer["Cache-Control"] == "private, no-store"


def test_what_cannot_be_kept_is_told_and_the_rest_stored(as_alice, draft) -> None:
    answer = as_alice.post(
        url(draft), {"why": "x" * 20_001, "years": "4", "version": "0", "page": "ABC-1"}, headers=KEEP
    )
    assert answer.status_code == 200
    assert set(answer.json()["problems"]) == {"why"}
    assert stored(draft) == {"years": 4}
    # The page still holds text that is nowhere else, so nobody may take its copy for stored.
    assert SavedSection.objects.get().page == ""


def test_missing_answers_are_no_problem_while_typing(as_alice, draft) -> None:
    assert as_alice.post(url(draft), {"why": ""}, headers=KEEP).json()["problems"] == {}


def test_no_file_is_taken(as_alice, draft) -> None:
    file = factories.ContentFile(factories.PDF, name="cv.pdf")
    assert as_alice.post(url(draft, "about-you"), {"name": "A", "cv": file}, headers=KEEP).status_code == 200
    assert not draft.uploads.exists()


def test_the_signed_out_get_401_and_a_sentence(stranger, draft) -> None:
    answer = stranger.post(url(draft), {"why": "x"}, headers=KEEP)
    assert answer.status_code == 401
    assert "You are signed out" in answer.json()["text"]
    assert stored(draft) == {}


def test_an_old_token_gets_403_and_a_sentence(alice, draft) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(url(draft), {"why": "x"}, headers=KEEP)
    assert answer.status_code == 403
    assert "out of date" in answer.json()["text"]
    assert stored(draft) == {}


def test_another_site_gets_no_json(alice, draft) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(url(draft), {"why": "x"}, headers={**KEEP, "origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "json" not in answer["Content-Type"]


def test_sent_meanwhile_is_409_and_a_sentence(as_alice, alice, posting) -> None:
    factories.whole_form(posting)
    sent = factories.ApplicationFactory(
        posting=posting, applicant=alice, form=posting.forms.first(), status=Status.SUBMITTED
    )
    before = stored(sent)
    answer = as_alice.post(url(sent), {"why": "Too late"}, headers=KEEP)
    assert answer.status_code == 409
    assert "already sent" in answer.json()["text"]
    assert stored(sent) == before


def test_more_than_the_site_takes_is_413_and_a_sentence(as_alice, draft) -> None:
    as_alice.raise_request_exception = False
    answer = as_alice.post(url(draft), {"why": "字" * 2_000_000}, headers=KEEP)
    assert answer.status_code == 413
    assert "Shorten" in answer.json()["text"]
    fields = {f"field_{number}": "x" for number in range(2000)}
    assert as_alice.post(url(draft), fields, headers=KEEP).status_code == 413


def test_outsiders_find_nothing_and_write_nothing(as_bob, as_carol, as_charlie, draft) -> None:
    for client in (as_bob, as_carol, as_charlie):
        assert client.post(url(draft), {"why": "x"}, headers=KEEP).status_code == 404
    assert stored(draft) == {}


def test_same_queries_with_one_answer_and_with_all(as_alice, draft, django_assert_num_queries) -> None:
    as_alice.post(url(draft), {"why": "One"}, headers=KEEP)
    two, all_of_them = {"why": "Two"}, {"why": "A", "first": "SQL", "years": "3", "together": "yes"}
    for version, typed in enumerate((two, all_of_them), 1):
        with django_assert_num_queries(16):
            as_alice.post(url(draft), {**typed, "version": str(version)}, headers=KEEP)
    assert stored(draft)["why"] == "A"


def test_signing_out_empties_the_browsers_store(as_alice, stranger) -> None:
    assert as_alice.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in stranger.get(reverse("home"))


def test_a_refused_sign_out_empties_nothing(alice) -> None:
    """Any other site can send this form, without the token; what was typed here is not its to take away."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    for client in (browser, Client(enforce_csrf_checks=True)):
        refused = client.post(reverse("account_logout"))
        assert refused.status_code == 403
        assert "Clear-Site-Data" not in refused


# The version ------------------------------------------------------------------------------------------------


def test_a_page_whose_version_was_taken_out_writes_over_nothing(as_alice, draft) -> None:
    as_alice.post(url(draft), {"why": "Saved there", "version": "0"})
    client = Client()
    client.force_login(draft.applicant)
    answer = client.post(url(draft), {"why": "Typed here"})
    assert answer.status_code == 409
    assert "Saved there" in answer.text
    assert "Typed here" in answer.text
    assert stored(draft)["why"] == "Saved there"


def test_the_form_says_which_version_it_shows(as_alice, draft) -> None:
    assert field_in(as_alice.get(url(draft)).text, "version") == "0"
    as_alice.post(url(draft), {"why": "One", "version": "0"})
    assert field_in(as_alice.get(url(draft)).text, "version") == "1"
    page = as_alice.post(url(draft), {"why": "Two", "version": "1", "go": "on"})
    assert page.status_code == 200
    assert field_in(page.text, "version") == "2"


def stale(client: Client, draft: Application, **typed: Any) -> Any:
    """Saved elsewhere in the meantime: “Saved there”. Then this page saves what it has."""
    client.post(url(draft), {"why": "Saved there", "years": "3", "version": "0", "page": "THERE-1"})
    return client.post(url(draft), {"why": "Typed here", "years": "3", "version": "0", "page": "HERE-1", **typed})


def test_the_second_writer_sees_both_texts_and_nothing_is_overwritten(as_alice, draft) -> None:
    page = stale(as_alice, draft)
    assert page.status_code == 409
    assert "Saved there" in page.text
    assert "Typed here" in page.text
    assert [row[0].key for row in page.context["rows"]] == ["why"]
    assert stored(draft) == {"why": "Saved there", "years": 3}


@pytest.mark.parametrize(("choice", "kept"), [("saved", "Saved there"), ("mine", "Typed here")])
def test_what_was_chosen_is_kept_and_all_else_typed_too(as_alice, draft, choice, kept) -> None:
    page = stale(as_alice, draft, years="7", together="yes", others=["Python", "SQL"], first="SQL", agree="on")
    sent = answered(page.text) | {f"choose_{row[0].key}": "mine" for row in page.context["rows"]}
    answer = as_alice.post(url(draft), {**sent, "choose_why": choice, "go": "on"})
    assert answer.status_code == 302
    assert stored(draft) == {
        "why": kept, "years": 7, "together": True, "others": ["Python", "SQL"], "first": "SQL", "agree": True,
    }  # fmt: skip


def answered(html: str) -> dict[str, list[str]]:
    """What the form in `html` sends of its own."""
    form = html.split('<div class="stack"><p class="label">', 1)[1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_choosing_the_saved_one_of_every_kind_leaves_it_as_it_was(as_alice, draft) -> None:
    full = {"why": "Mine", "first": "SQL", "others": ["SQL"], "together": "no", "years": "2.5", "agree": "on"}
    as_alice.post(url(draft), {**full, "version": "0"})
    before = stored(draft)
    page = as_alice.post(url(draft), {"why": "", "first": "Python", "together": "yes", "years": "x", "version": "0"})
    differing = [row[0].key for row in page.context["rows"]]
    assert differing == ["why", "first", "others", "together", "years", "agree"]
    sent = answered(page.text) | {f"choose_{key}": "saved" for key in differing}
    assert as_alice.post(url(draft), {**sent, "go": "on"}).status_code == 302
    assert stored(draft) == before


def test_without_a_choice_the_page_asks_again_and_writes_nothing(as_alice, draft) -> None:
    page = stale(as_alice, draft)
    again = as_alice.post(url(draft), answered(page.text))
    assert again.status_code == 409
    assert "Choose which text to keep for" in again.text
    assert "<title>Error: " in again.text
    assert 'aria-describedby="choose_why_error"' in again.text
    # What is marked is what the summary names.
    fresh = as_alice.post(url(draft), {"why": "Typed here", "years": "3", "version": "0", "differs": "why"})
    assert fresh.text.count('class="field wrong"') == len(fresh.context["problems"]) == 1
    assert "Typed here" in again.text
    assert stored(draft)["why"] == "Saved there"


def test_changed_once_more_while_choosing_asks_again(as_alice, draft) -> None:
    page = stale(as_alice, draft)
    as_alice.post(url(draft), {"why": "A third text", "years": "3", "version": "1", "page": "THERE-2"})
    again = as_alice.post(url(draft), {**answered(page.text), "choose_why": "mine"})
    assert again.status_code == 409
    assert "A third text" in again.text
    assert "Typed here" in again.text
    assert stored(draft)["why"] == "A third text"


def test_the_same_text_from_two_devices_is_no_conflict(as_alice, draft) -> None:
    answer = stale(as_alice, draft, why="Saved there", go="later")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "version", ["", "x", "-1", "99999999999999999999", "1.0", "٣", "1 OR 1=1", "\x00", "2147483648"]
)
@pytest.mark.parametrize("page", ["", "HERE-99999999999", "'; --", "THERE-x"])
def test_a_tampered_version_is_an_old_one(as_alice, draft, version, page) -> None:
    as_alice.post(url(draft), {"why": "Saved there", "version": "0", "page": "THERE-1"})
    answer = as_alice.post(url(draft), {"why": "Typed here", "version": version, "page": page})
    assert answer.status_code == 409
    assert stored(draft) == {"why": "Saved there"}
    assert as_alice.post(url(draft), {"why": "Typed here", "version": version}, headers=KEEP).status_code == 409


def test_too_long_a_text_goes_along_through_the_choice(as_alice, draft) -> None:
    long = "x" * 20_001
    as_alice.post(url(draft), {"why": "Saved there", "years": "3", "version": "0"})
    page = as_alice.post(url(draft), {"why": long, "years": "4", "version": "0"})
    assert [row[0].key for row in page.context["rows"]] == ["years"]
    assert long in page.text
    again = as_alice.post(url(draft), {**answered(page.text), "choose_years": "mine"})
    assert f"{long}</textarea>" in again.text
    assert stored(draft) == {"why": "Saved there", "years": 4}


def test_scripts_are_inert_on_the_page_with_both(as_alice, draft) -> None:
    script = '"><script>alert(1)</script>'
    as_alice.post(url(draft), {"why": script, "version": "0"})
    page = as_alice.post(url(draft), {"why": f"{script} mine", "version": "0"})
    assert page.status_code == 409
    assert "<script>alert" not in page.text


# The page's own saves, whose answers got lost on the line ------------------------------------------------------


def test_a_page_whose_answer_got_lost_is_no_stranger_to_its_own_text(as_alice, draft) -> None:
    as_alice.post(url(draft), {"why": "One", "version": "0", "page": "HERE-1"}, headers=KEEP)
    answer = as_alice.post(url(draft), {"why": "One and more", "version": "0", "page": "HERE-2"}, headers=KEEP)
    assert answer.status_code == 200
    assert stored(draft) == {"why": "One and more"}


def test_what_arrives_late_does_not_replace_what_was_sent_after_it(as_alice, draft) -> None:
    as_alice.post(url(draft), {"why": "The whole text", "version": "0", "page": "HERE-2", "go": "later"})
    answer = as_alice.post(url(draft), {"why": "The who", "version": "0", "page": "HERE-1"}, headers=KEEP)
    assert answer.status_code == 409
    assert stored(draft) == {"why": "The whole text"}


def test_another_page_in_between_is_a_conflict_also_for_the_page_that_came_first(as_alice, draft) -> None:
    as_alice.post(url(draft), {"why": "One", "version": "0", "page": "HERE-1"}, headers=KEEP)
    as_alice.post(url(draft), {"why": "Other", "version": "1", "page": "THERE-1"}, headers=KEEP)
    answer = as_alice.post(url(draft), {"why": "One and more", "version": "0", "page": "HERE-2"}, headers=KEEP)
    assert answer.status_code == 409


def test_the_version_goes_along_when_the_sign_in_ran_out(stranger, as_alice, draft) -> None:
    page = stranger.post(url(draft), {"why": "x", "version": "0", "page": "HERE-3", "go": "on"})
    assert field_in(page.text, "version") == "0"
    assert field_in(page.text, "page") == "HERE-3"
    assert "Answer 2" not in page.text


# At once ------------------------------------------------------------------------------------------------------


def save_in_tabs(
    number: int, person: User, where: str, field: str, go: str, headers: dict[str, str]
) -> tuple[int, list[Any]]:
    """So many tabs, each with a “Text” of its own, save from version 0 at once. Which of them won, and all answers."""
    tabs = [signed_in(person) for _ in range(number)]
    answers = all_at_once(
        [
            lambda tab=tab, typed={field: f"Text {n}", "version": "0", "page": f"TAB{n}-1", "go": go}: tab.post(
                where, typed, headers=headers
            )
            for n, tab in enumerate(tabs)
        ]
    )
    (won,) = [n for n, answer in enumerate(answers) if answer.status_code in {200, 302}]
    assert sorted(answer.status_code for answer in answers)[1:] == [409] * (number - 1)
    return won, answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, KEEP], ids=["pressed", "by the script"])
def test_of_many_tabs_at_once_one_wins_and_the_others_are_shown_both(alice, draft, headers) -> None:
    won, answers = save_in_tabs(8, alice, url(draft), "why", "later", headers)
    assert stored(draft) == {"why": f"Text {won}"}
    assert SavedSection.objects.get().version == 1
    for number, answer in enumerate(answers):
        if number == won:
            continue
        if headers:
            assert "another tab" in json.loads(answer.content)["text"]
        else:
            assert f"Text {number}" in answer.text
            assert f"Text {won}" in answer.text


@pytest.mark.django_db(transaction=True)
def test_two_saves_from_one_version_by_the_verb(alice, draft, now) -> None:
    part = part_of(draft)
    why = next(question for question in part.asked if question.key == "why")
    seen = Seen(0)
    results = all_at_once(
        [
            lambda text=text: drafting.save_answers(draft, part, {why.pk: text}, by=alice, at=now, seen=seen)
            for text in ("One", "Two")
        ]
    )
    refused = [result for result in results if isinstance(result, drafting.Conflict)]
    assert len(refused) == 1
    (difference,) = refused[0].differences
    assert {difference.saved, difference.typed} == {"One", "Two"}
    assert stored(draft) == {"why": difference.saved}
