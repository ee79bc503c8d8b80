"""Questions that hang on an answer: asked where it calls for them, unasked elsewhere, and never emptied."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import drafting
from applications.models import Answer, Application, Form, Question
from applications.readiness import askable, asked_of, problems
from applications.reviewing import blind_answers, identity_of
from applications.states import Status
from tests import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]
Kind = Question.Kind


@pytest.fixture
def form(posting) -> Form:
    """Two parts. In the first: before (yes or no) → where (one of) → which; in the second: more, if before is yes."""
    form = factories.FormFactory(posting=posting)
    first = factories.SectionFactory(form=form, slug="first", title="First")
    second = factories.SectionFactory(form=form, slug="second", title="Second")
    third = factories.SectionFactory(form=form, slug="third", title="Third")
    before = factories.QuestionFactory(section=first, key="before", kind=Kind.YES_NO, label="Volunteered before?")
    where = factories.QuestionFactory(
        section=first, key="where", kind=Kind.ONE_OF, label="Where?", choices="A clinic\nElsewhere",
        ask_if=before, ask_if_value="yes",
    )  # fmt: skip
    factories.QuestionFactory(
        section=first, key="which", label="Which clinic?", ask_if=where, ask_if_value="A clinic",
        shown_to_reviewers=True,
    )  # fmt: skip
    factories.QuestionFactory(section=second, key="more", label="Tell us more", ask_if=before, ask_if_value="yes")
    factories.QuestionFactory(section=third, key="last", label="Anything else?")
    return form


@pytest.fixture
def draft(form, posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, form=form, applicant=alice)


def page(draft: Application, section: str = "first") -> str:
    return reverse("edit_section", args=[draft.code, section])


def keys(draft: Application) -> list[str]:
    return [question.key for question in asked_of(Application.objects.get(pk=draft.pk))]


def answer(draft: Application, **by_key: object) -> None:
    Answer.objects.filter(application=draft).delete()
    for key, value in by_key.items():
        question = Question.objects.get(section__form=draft.form, key=key)
        factories.AnswerFactory(application=draft, question=question, value=value)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ["before", "last"]),
        ({"before": False}, ["before", "last"]),
        ({"before": True}, ["before", "where", "more", "last"]),
        ({"before": True, "where": "Elsewhere"}, ["before", "where", "more", "last"]),
        ({"before": True, "where": "A clinic"}, ["before", "where", "which", "more", "last"]),
        # What hangs on an unasked question is unasked, whatever that one was answered before.
        ({"before": False, "where": "A clinic", "which": "CANARY"}, ["before", "last"]),
    ],
)
def test_what_is_asked_follows_the_answers(draft, answers, expected) -> None:
    answer(draft, **answers)
    assert keys(draft) == expected


def test_a_consent_that_was_not_given_is_a_no(posting, alice) -> None:
    section = factories.SectionFactory(form__posting=posting)
    consent = factories.QuestionFactory(section=section, key="agree", kind=Kind.CONSENT, required=False)
    factories.QuestionFactory(section=section, key="why_not", ask_if=consent, ask_if_value="no")
    factories.QuestionFactory(section=section, key="since", ask_if=consent, ask_if_value="yes")
    draft = factories.ApplicationFactory(posting=posting, form=section.form, applicant=alice)
    assert keys(draft) == ["agree", "why_not"]
    answer(draft, agree=True)
    assert keys(draft) == ["agree", "since"]


def test_a_question_that_hangs_on_a_later_one_is_not_asked_and_a_circle_ends(draft) -> None:
    """Neither can be built in the admin; should it stand there all the same, nothing loops."""
    before, where = Question.objects.get(key="before"), Question.objects.get(key="where")
    Question.objects.filter(pk=before.pk).update(ask_if=where, ask_if_value="A clinic")
    answer(draft, before=True, where="A clinic")
    assert keys(draft) == ["last"]
    whole = Application.objects.get(pk=draft.pk)
    assert [question.key for question in askable(whole.form.parts[0], whole.values)] == []


def test_unasked_questions_are_not_required(as_alice, draft) -> None:
    answer(draft, before=False, last="No")
    assert problems(Application.objects.get(pk=draft.pk)) == []
    answer(draft, before=True, last="No")
    assert [problem.question.key for problem in problems(Application.objects.get(pk=draft.pk))] == ["where", "more"]


# On the applicant's pages ---------------------------------------------------------------------------------


def test_without_a_script_the_question_stands_there_and_says_when(as_alice, draft) -> None:
    text = as_alice.get(page(draft)).text
    assert 'name="where"' in text
    assert 'name="which"' in text
    assert "Only if you answered “Yes” to “Volunteered before?”." in text
    assert 'data-if="where" data-is="A clinic"' in text
    assert "js/conditions.js" in text
    assert "js/conditions.js" not in as_alice.get(page(draft, "third")).text


def test_an_answer_elsewhere_decides_on_the_server(as_alice, draft) -> None:
    answer(draft, before=True)
    assert 'name="more"' in as_alice.get(page(draft, "second")).text
    answer(draft, before=False)
    assert 'name="more"' not in as_alice.get(page(draft, "second")).text


def test_an_earlier_answer_to_what_is_not_asked_here_is_not_offered(as_alice, alice, draft) -> None:
    other = factories.QuestionFactory(section=factories.SectionFactory(), key="more", label="Tell us more")
    before = factories.ApplicationFactory(form=other.section.form, posting=other.section.form.posting, applicant=alice)
    factories.AnswerFactory(application=before, question=other, value="CANARY")
    answer(draft, before=True)
    assert "CANARY" in as_alice.get(page(draft, "second")).text
    answer(draft, before=False)
    shown = as_alice.get(page(draft, "second"))
    assert shown.status_code == 200
    assert "CANARY" not in shown.text


def test_a_file_that_is_no_longer_asked_for_is_removed_from_a_page_that_is_still_open(as_alice, draft, media) -> None:
    before = Question.objects.get(key="before")
    proof = factories.QuestionFactory(
        section=draft.form.sections.get(slug="second"), key="proof", kind=Kind.FILE, ask_if=before, ask_if_value="yes"
    )
    upload = factories.UploadFactory(application=draft, question=proof)
    answer(draft, before=False)
    assert as_alice.post(page(draft, "second"), {"remove": upload.code}).status_code == 302
    assert not draft.uploads.exists()


def test_a_part_in_which_nothing_is_asked_is_passed_over(as_alice, draft) -> None:
    assert as_alice.post(page(draft), {"before": "no"}).url == page(draft, "third")
    assert as_alice.post(page(draft), {"before": "yes", "where": "Elsewhere"}).url == page(draft, "second")


def test_only_what_is_asked_is_told_to_be_missing(as_alice, draft) -> None:
    shown = as_alice.post(page(draft), {"before": "yes", "where": "A clinic", "which": ""})
    assert list(shown.context["form"].errors) == ["which"]
    assert as_alice.post(page(draft), {"before": "no", "where": "", "which": ""}).status_code == 302


def test_text_stays_while_the_condition_is_off_and_comes_back(as_alice, draft) -> None:
    as_alice.post(page(draft), {"before": "yes", "where": "A clinic", "which": "CANARY"})
    as_alice.post(page(draft), {"before": "no", "where": "A clinic", "which": "CANARY"})
    assert "CANARY" not in as_alice.get(reverse("check_answers", args=[draft.code])).text
    assert "CANARY" in as_alice.get(page(draft)).text
    as_alice.post(page(draft), {"before": "yes", "where": "A clinic", "which": "CANARY"})
    assert "CANARY" in as_alice.get(reverse("check_answers", args=[draft.code])).text


def test_what_was_not_asked_is_not_sent_and_no_reader_sees_it(as_alice, as_carol, draft, alice, now) -> None:
    answer(draft, before=False, where="A clinic", which="CANARY", last="The rest")
    sent = drafting.submit(draft, by=alice, at=now)
    assert sent.status == Status.SUBMITTED
    content = json.loads(sent.revisions.get().content)
    assert [line["key"] for line in content] == ["before", "last"]
    assert "CANARY" not in sent.messages.get().body
    assert "The rest" in sent.messages.get().body
    whole = Application.objects.get(pk=draft.pk)
    assert blind_answers(whole, identity_of(whole)) == []
    assert "CANARY" not in as_alice.get(draft.get_absolute_url()).text
    assert "CANARY" not in as_carol.get(f"/admin/applications/application/{draft.pk}/change/").text


def test_conditions_cost_no_query(as_alice, draft) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_alice.get(page(draft))
        return len(captured)

    queries()
    hanging = queries()
    assert hanging <= 12
    Question.objects.update(ask_if=None, ask_if_value="")
    assert queries() == hanging
