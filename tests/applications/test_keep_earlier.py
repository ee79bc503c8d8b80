"""Answers given before: offered under the empty field, put in by a press only, and never a consent or a file."""

from datetime import timedelta
from typing import Any

import pytest

from applications.earlier import earlier_answers
from applications.models import Application
from applications.states import Status
from tests import factories
from tests.applications.test_edit_section import stored, url
from tests.memory import forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(posting, alice) -> Application:
    factories.whole_form(posting)
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first())


def before(person, now, days=30, role="Data Engineer", **answers: Any) -> Application:
    posting = factories.PostingFactory(title=role)
    factories.whole_form(posting)
    application = factories.ApplicationFactory(
        posting=posting, applicant=person, form=posting.forms.first(), created_at=now - timedelta(days=days)
    )
    for question in application.form.questions:
        if question.key in answers:
            factories.AnswerFactory(application=application, question=question, value=answers[question.key])
    return application


def test_it_is_offered_with_its_role_and_never_put_in_unasked(as_alice, alice, draft, now) -> None:
    before(alice, now, why="Because of the clinic.")
    page = as_alice.get(url(draft))
    assert "You answered this before (<bdi>Data Engineer</bdi>, " in page.text
    assert "Because of the clinic." in page.text
    assert not page.context["form"]["why"].value()
    assert page.text.count("Use this answer") == 1
    assert stored(draft) == {}


def test_use_this_text_puts_it_in_and_saves_all_else_typed(as_alice, alice, draft, now) -> None:
    before(alice, now, why="Because of the clinic.")
    answer = as_alice.post(url(draft), {"use": "why", "why": " ", "years": "4", "first": "SQL", "version": "0"})
    assert answer.url == url(draft)
    assert stored(draft) == {"why": "Because of the clinic.", "years": 4, "first": "SQL"}
    assert "Use this answer" not in as_alice.get(url(draft)).text


def test_what_was_typed_meanwhile_is_worth_more(as_alice, alice, draft, now) -> None:
    before(alice, now, why="Because of the clinic.")
    as_alice.post(url(draft), {"use": "why", "why": "New words"})
    assert stored(draft)["why"] == "New words"


def test_every_kind_but_consents_and_files(alice, draft, now) -> None:
    old = before(
        alice, now, name="Amina", why="Text", first="SQL", others=["SQL", "Python"], together=False, years=3, agree=True
    )
    factories.UploadFactory(application=old)
    found = {key: it.value for part in draft.form.parts for key, it in earlier_answers(draft, part).items()}
    assert found == {
        "name": "Amina", "why": "Text", "first": "SQL", "others": ["SQL", "Python"], "together": False, "years": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"), [("first", "SQL"), ("others", ["SQL", "Python"]), ("together", False), ("years", 2.5)]
)
def test_a_choice_is_put_in_as_it_was(as_alice, alice, draft, now, key, value) -> None:
    before(alice, now, **{key: value})
    as_alice.post(url(draft), {"use": key})
    assert stored(draft) == {key: value}


def test_a_consent_cannot_be_asked_for_either(as_alice, alice, draft, now) -> None:
    before(alice, now, agree=True)
    for key in ("agree", "cv", "no_such_key", "", "\x00"):
        assert as_alice.post(url(draft), {"use": key}).status_code in {200, 302}
    assert stored(draft) == {}


def test_the_newest_that_fits(alice, draft, now) -> None:
    before(alice, now, days=90, role="Old", why="Old words", first="SQL")
    before(alice, now, days=10, role="New", why="New words", first="COBOL")
    found = earlier_answers(draft, next(part for part in draft.form.parts if part.slug == "your-work"))
    assert {key: it.value for key, it in found.items()} == {"why": "New words", "first": "SQL"}
    assert found["why"].role == "New"


def test_nobody_elses_words(as_alice, charlie, draft, now) -> None:
    before(charlie, now, why="CANARY of Charlie")
    assert "CANARY" not in as_alice.get(url(draft)).text
    as_alice.post(url(draft), {"use": "why", "why": ""})
    assert stored(draft) == {}


def test_not_under_a_field_that_holds_something(as_alice, alice, draft, now) -> None:
    before(alice, now, why="Because of the clinic.")
    as_alice.post(url(draft), {"why": "New words", "go": "later"})
    assert "Use this answer" not in as_alice.get(url(draft)).text


def test_scripts_in_it_are_inert(as_alice, alice, draft, now) -> None:
    before(alice, now, role="<script>alert(2)</script>", why='"><script>alert(1)</script>')
    assert "<script>alert" not in as_alice.get(url(draft)).text


def test_not_where_it_was_sent_already(as_alice, alice, posting, now) -> None:
    before(alice, now, why="Because of the clinic.")
    factories.whole_form(posting)
    sent = factories.ApplicationFactory(
        posting=posting, applicant=alice, form=posting.forms.first(), status=Status.SUBMITTED, answers=False
    )
    assert as_alice.post(url(sent), {"use": "why", "why": ""}).status_code == 409
    assert stored(sent) == {}


def test_same_queries_after_one_application_and_after_four(
    as_alice, alice, draft, now, django_assert_num_queries
) -> None:
    for number in (1, 3):
        for _ in range(number):
            before(alice, now, why="Words", first="SQL", years=3)
        forget()
        with django_assert_num_queries(10):
            as_alice.get(url(draft))
