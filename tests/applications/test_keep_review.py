"""A mentor's review as one types it, and its version: kept and not submitted, nothing overwritten unread."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from applications.models import Assignment, Review
from applications.states import Status
from community.models import Posting, User
from tests import factories
from tests.applications.test_keep import KEEP, answered, field_in, save_in_tabs

pytestmark = pytest.mark.django_db


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


# Saving as one types --------------------------------------------------------------------------------------


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


# The version ------------------------------------------------------------------------------------------------


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
        assert html.escape(words) in told
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
    won, _answers = save_in_tabs(6, bob, reading.get_absolute_url(), "comments", "save", headers)
    assert written(reading)["comments"] == f"Text {won}"
    assert Review.objects.get().version == 1
