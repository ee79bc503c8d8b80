"""Saving as one types, and the version on each section: nothing written for outsiders, nothing overwritten unread."""

import html as html_module
import json
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import drafting
from applications.models import Application, Assignment, Review, SavedSection
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
    with django_assert_num_queries(15):
        as_alice.post(url(draft), {"why": "Two"}, headers=KEEP)
    with django_assert_num_queries(15):
        as_alice.post(url(draft), {"why": "A", "first": "SQL", "years": "3", "together": "yes"}, headers=KEEP)


def test_a_review_draft_is_kept_and_never_submitted(as_bob, bob, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    answer = as_bob.post(assignment.get_absolute_url(), {"comments": "Half a thought", "go": "submit"}, headers=KEEP)
    assert answer.status_code == 200
    review = Review.objects.get()
    assert (review.comments, review.submitted_at) == ("Half a thought", None)
    assert answer.json()["version"] == review.version == 1
    assert field_in(as_bob.get(assignment.get_absolute_url()).text, "version") == "1"


def test_a_submitted_review_refuses_with_409_and_outsiders_find_nothing(as_bob, as_charlie, stranger, bob) -> None:
    review = factories.ReviewFactory(assignment__mentor=bob)
    there = review.assignment.get_absolute_url()
    answer = as_bob.post(there, {"comments": "Second thoughts"}, headers=KEEP)
    assert answer.status_code == 409
    assert "already submitted" in answer.json()["text"]
    assert as_charlie.post(there, {"comments": "x"}, headers=KEEP).status_code == 404
    assert stranger.post(there, {"comments": "x"}, headers=KEEP).status_code == 401
    review.refresh_from_db()
    assert review.comments == "Clear thinking about locks."


def test_signing_out_empties_the_browsers_store(as_alice, stranger) -> None:
    assert as_alice.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in stranger.get(reverse("home"))


# The version ------------------------------------------------------------------------------------------------


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, KEEP], ids=["pressed", "by the script"])
def test_of_many_tabs_at_once_one_wins_and_the_others_are_shown_both(alice, draft, headers) -> None:
    browsers = [signed_in(alice) for _ in range(8)]
    answers = all_at_once(
        [
            lambda number=number, browser=browser: browser.post(
                url(draft), {"why": f"Text {number}", "version": "0", "page": f"TAB{number}-1", "go": "later"},
                headers=headers,
            )
            for number, browser in enumerate(browsers)
        ]
    )  # fmt: skip
    won = [number for number, answer in enumerate(answers) if answer.status_code in {200, 302}]
    assert len(won) == 1
    assert stored(draft) == {"why": f"Text {won[0]}"}
    assert SavedSection.objects.get().version == 1
    for number, answer in enumerate(answers):
        if number in won:
            continue
        assert answer.status_code == 409
        if headers:
            assert "another tab" in json.loads(answer.content)["text"]
        else:
            assert f"Text {number}" in answer.text
            assert f"Text {won[0]}" in answer.text


@pytest.mark.django_db(transaction=True)
def test_two_saves_from_one_version_by_the_verb(alice, draft, now) -> None:
    part = part_of(draft)
    why = next(question for question in part.asked if question.key == "why")
    seen = drafting.Seen(0)
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


# A mentor's review --------------------------------------------------------------------------------------------


@pytest.fixture
def reading(bob: User, posting: Posting) -> Assignment:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment: Assignment = factories.AssignmentFactory(application=application, mentor=bob)
    return assignment


def written(assignment: Assignment) -> dict[str, Any]:
    """The review as the form names what it holds."""
    review = Review.objects.get(assignment=assignment)
    return {"comments": review.comments, "feedback": review.feedback} | {
        f"criterion_{score.criterion_id}": score.value for score in review.scores.all()
    }


def reviewed_twice(client: Client, assignment: Assignment, **typed: Any) -> Any:
    """Saved on a phone in the meantime: “Read there”. Then this page saves what it has."""
    there = assignment.get_absolute_url()
    first = assignment.application.posting.rubric[0]
    saved = {"comments": "Read there", f"criterion_{first.pk}": "4", "version": "0", "page": "THERE-1", "go": "save"}
    assert client.post(there, saved).status_code == 302
    return client.post(there, {"comments": "Read here", "version": "0", "page": "HERE-1", "go": "save", **typed})


def test_the_review_says_which_version_it_shows(as_bob, reading) -> None:
    there = reading.get_absolute_url()
    assert field_in(as_bob.get(there).text, "version") == "0"
    as_bob.post(there, {"comments": "One", "version": "0", "go": "save"})
    drawn = as_bob.get(there).text
    assert field_in(drawn, "version") == "1"
    assert re.fullmatch(r"[0-9A-Z]{12}-0", field_in(drawn, "page"))
    incomplete = as_bob.post(there, {"comments": "Two", "version": "1", "go": "submit"})
    assert incomplete.status_code == 200
    assert field_in(incomplete.text, "version") == "2"


def test_the_second_tab_of_a_review_sees_both_texts_and_scores_and_overwrites_nothing(as_bob, reading) -> None:
    first, second = reading.application.posting.rubric[:2]
    page = reviewed_twice(as_bob, reading, **{f"criterion_{first.pk}": "2", f"criterion_{second.pk}": "none"})
    assert page.status_code == 409
    told = " ".join(page.text.split())
    for words in ("Read there", "Read here", f"4. {dict(first.scale)[4]}", f"2. {dict(first.scale)[2]}"):
        assert html_module.escape(words) in told
    assert "Not enough to judge" in told
    assert [row[0].key for row in page.context["rows"]] == [
        f"criterion_{first.pk}", f"criterion_{second.pk}", "comments",
    ]  # fmt: skip
    assert written(reading) == {"comments": "Read there", "feedback": "", f"criterion_{first.pk}": 4}


@pytest.mark.parametrize(("choice", "kept", "score"), [("saved", "Read there", 4), ("mine", "Read here", 2)])
def test_what_was_chosen_of_a_review_is_kept(as_bob, reading, choice, kept, score) -> None:
    first = f"criterion_{reading.application.posting.rubric[0].pk}"
    page = reviewed_twice(as_bob, reading, feedback="", **{first: "2"})
    sent = answered(page.text) | {f"choose_{name}": choice for name in ("comments", first)}
    assert as_bob.post(reading.get_absolute_url(), {**sent, "go": "save"}).status_code == 302
    assert written(reading) == {"comments": kept, "feedback": "", first: score}


def test_a_score_taken_back_in_one_tab_is_a_difference_too(as_bob, reading) -> None:
    first = f"criterion_{reading.application.posting.rubric[0].pk}"
    page = reviewed_twice(as_bob, reading, comments="Read there")
    assert [row[0].key for row in page.context["rows"]] == [first]
    sent = answered(page.text) | {f"choose_{first}": "mine"}
    assert as_bob.post(reading.get_absolute_url(), {**sent, "go": "save"}).status_code == 302
    assert written(reading) == {"comments": "Read there", "feedback": ""}


def test_without_a_choice_a_review_asks_again_and_writes_nothing(as_bob, reading) -> None:
    page = reviewed_twice(as_bob, reading)
    again = as_bob.post(reading.get_absolute_url(), {**answered(page.text), "go": "save"})
    assert again.status_code == 409
    assert "<title>Error: " in again.text
    assert "Choose which text to keep for “Comments for staff”" in again.text
    assert "Read here" in again.text
    assert written(reading)["comments"] == "Read there"


def test_an_old_tab_submits_nothing_before_both_were_read(as_bob, reading) -> None:
    rubric = reading.application.posting.rubric
    scores = {f"criterion_{criterion.pk}": "3" for criterion in rubric}
    page = reviewed_twice(as_bob, reading, go="submit", **scores)
    assert page.status_code == 409
    assert Review.objects.get().submitted_at is None
    sent = answered(page.text) | {f"choose_{row[0].key}": "mine" for row in page.context["rows"]}
    assert '<button class="button" name="go" value="submit">' in page.text
    assert as_bob.post(reading.get_absolute_url(), {**sent, "go": "submit"}).status_code == 302
    assert Review.objects.get().submitted_at is not None
    assert written(reading) == {"comments": "Read here", "feedback": ""} | dict.fromkeys(scores, 3)


def test_a_review_whose_answer_got_lost_is_no_stranger_to_its_own_text(as_bob, reading) -> None:
    there = reading.get_absolute_url()
    as_bob.post(there, {"comments": "One", "version": "0", "page": "HERE-1"}, headers=KEEP)
    answer = as_bob.post(there, {"comments": "One and more", "version": "0", "page": "HERE-2"}, headers=KEEP)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert 'data-stored="' + reading.code + '=HERE-2"' in as_bob.get(there).text
    late = as_bob.post(there, {"comments": "On", "version": "0", "page": "HERE-1"}, headers=KEEP)
    assert late.status_code == 409
    assert "another tab" in late.json()["text"]
    assert written(reading)["comments"] == "One and more"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "\x00", "2026-01-01T00:00:00+00:00"])
def test_a_tampered_version_of_a_review_is_an_old_one(as_bob, reading, version) -> None:
    there = reading.get_absolute_url()
    as_bob.post(there, {"comments": "Read there", "version": "0"})
    assert as_bob.post(there, {"comments": "Read here", "version": version}).status_code == 409
    assert as_bob.post(there, {"comments": "Read here", "version": version}, headers=KEEP).status_code == 409
    assert written(reading)["comments"] == "Read there"


def test_too_long_a_comment_goes_along_through_the_choice_and_wipes_nothing(as_bob, reading) -> None:
    long = "x" * 20_001
    page = reviewed_twice(as_bob, reading, comments=long, feedback="Mine")
    assert page.status_code == 409
    assert "comments" not in [row[0].key for row in page.context["rows"]]
    assert long in page.text
    sent = answered(page.text) | {f"choose_{row[0].key}": "mine" for row in page.context["rows"]}
    again = as_bob.post(reading.get_absolute_url(), {**sent, "go": "save"})
    assert f"{long}</textarea>" in again.text
    assert " data-unkept" in again.text
    assert written(reading) == {"comments": "Read there", "feedback": "Mine"}


def test_scripts_are_inert_on_the_page_with_both_reviews(as_bob, reading) -> None:
    page = reviewed_twice(as_bob, reading, comments='"><script>alert(1)</script>')
    assert page.status_code == 409
    assert "<script>alert" not in page.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, KEEP], ids=["pressed", "by the script"])
def test_of_many_tabs_of_a_review_at_once_one_wins(bob, reading, headers) -> None:
    browsers = [signed_in(bob) for _ in range(6)]
    answers = all_at_once(
        [
            lambda number=number, browser=browser: browser.post(
                reading.get_absolute_url(),
                {"comments": f"Text {number}", "version": "0", "page": f"TAB{number}-1", "go": "save"},
                headers=headers,
            )
            for number, browser in enumerate(browsers)
        ]
    )  # fmt: skip
    won = [number for number, answer in enumerate(answers) if answer.status_code in {200, 302}]
    assert len(won) == 1
    assert sorted(answer.status_code for answer in answers)[1:] == [409] * 5
    assert written(reading)["comments"] == f"Text {won[0]}"
    assert Review.objects.get().version == 1
