"""A form freezes with its first sending: whoever edits it in that instant comes before or after, never in between."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from applications import building, drafting
from applications.models import Application, Form, Question, Revision
from applications.questions_default import ensure_form
from applications.states import Status
from tests import factories
from tests.applications.test_admin_questions import as_shown, section_page
from tests.cast import signed_in

WHY = "Why do you want this role?"
WHY_NOT = "What would keep you from this role?"
# How long one that should be waiting is watched. One that does not wait is done long before.
WATCHED_SECONDS = 1.0


class InTheMidst:
    """Stands in for a function: says that it was reached, and goes on once it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.reached, self.may_go_on = threading.Event(), threading.Event()
        self.real = getattr(module, name)
        monkeypatch.setattr(module, name, self)

    def __call__(self, *args: Any, **words: Any) -> Any:
        self.reached.set()
        assert self.may_go_on.wait(timeout=60)
        return self.real(*args, **words)


class Job(threading.Thread):
    def __init__(self, job: Callable[[], Any]) -> None:
        super().__init__()
        self.job, self.result = job, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.job()
        finally:
            connections.close_all()

    @property
    def waits(self) -> bool:
        self.join(timeout=WATCHED_SECONDS)
        return self.is_alive()

    def done(self) -> Any:
        self.join(timeout=60)
        assert not self.is_alive()
        return self.result


@pytest.fixture
def draft(alice, posting) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)


@pytest.fixture
def edit(carol, draft) -> Callable[[], Any]:
    """Carol's press on Save, with another wording of a question."""
    section = next(part for part in draft.form.parts if part.slug == "this-role")
    browser = signed_in(carol)
    data = as_shown(browser, section_page(section)) | {"questions-0-label": WHY_NOT}
    return lambda: browser.post(section_page(section), data)


@pytest.fixture
def send(alice, draft) -> Callable[[], Any]:
    browser = signed_in(alice)
    return lambda: browser.post(reverse("check_answers", args=[draft.code]))


def one_waits_for_the_other(midst: InTheMidst, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[int, int]:
    """The statuses of both answers: `first` is held in its midst until `second` was seen to wait for it."""
    one = Job(first)
    assert midst.reached.wait(timeout=60)
    other = Job(second)
    try:
        assert other.waits
    finally:
        midst.may_go_on.set()
    return one.done().status_code, other.done().status_code


@pytest.mark.django_db(transaction=True)
def test_who_sends_while_the_questions_are_edited_answers_the_new_words(monkeypatch, draft, edit, send) -> None:
    midst = InTheMidst(monkeypatch, building, "condition_problems")
    assert one_waits_for_the_other(midst, edit, send) == (302, 302)
    assert Application.objects.get().status == Status.SUBMITTED
    assert WHY_NOT in Revision.objects.get().content


@pytest.mark.django_db(transaction=True)
def test_who_edits_while_the_first_is_sent_comes_too_late(monkeypatch, draft, edit, send) -> None:
    midst = InTheMidst(monkeypatch, drafting, "problems")
    assert one_waits_for_the_other(midst, send, edit) == (302, 302)
    assert Question.objects.get(key="why").label == WHY
    assert WHY in Revision.objects.get().content


@pytest.mark.django_db
def test_the_first_sending_freezes_and_a_refused_one_does_not(alice, posting, now, draft) -> None:
    empty = factories.ApplicationFactory(posting=posting)
    with pytest.raises(drafting.NotReady):
        drafting.submit(empty, by=empty.applicant, at=now)
    assert Form.objects.get().frozen_at is None
    drafting.submit(draft, by=alice, at=now)
    assert Form.objects.get().frozen_at == now


@pytest.mark.django_db
def test_questions_of_a_frozen_form_are_read_once_by_a_process(posting, now, django_assert_num_queries) -> None:
    form = ensure_form(posting)
    assert [question.label for question in form.questions] == [
        question.label for question in Form.objects.get().questions
    ]
    # While it can be edited every reading sees what it says now.
    Question.objects.filter(key="why").update(label=WHY_NOT)
    assert WHY_NOT in [question.label for question in Form.objects.get().questions]
    Form.objects.update(frozen_at=now)
    frozen, other = Form.objects.all()[0], Form.objects.all()[0]
    assert len(frozen.questions) == len(form.questions)
    with django_assert_num_queries(0):
        assert [section.form is other for section in other.parts] == [True] * len(other.parts)
        assert [question.section.title for question in other.questions]
        other.questions[0].label = "Only here"
    with django_assert_num_queries(1):
        assert "Only here" not in [question.label for question in Form.objects.get().questions]
