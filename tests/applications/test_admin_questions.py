"""A posting's form in the admin: edited while nobody has sent it, frozen from then on, drafts never shown."""

import pytest
from django.test import Client

from applications.models import Form, Question, Section
from applications.questions_default import ensure_form
from applications.states import Status
from community.models import Posting
from tests.cast import signed_in
from tests.factories import AnswerFactory, ApplicationFactory, FormFactory, PostingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(posting) -> Form:
    return ensure_form(posting)


def section_page(section: Section) -> str:
    return f"/admin/applications/section/{section.pk}/change/"


def form_page(form: Form) -> str:
    return f"/admin/applications/form/{form.pk}/change/"


def as_shown(client: Client, address: str) -> dict[str, object]:
    """What a browser would send back unchanged."""
    page = client.get(address)
    data: dict[str, object] = {}
    for bound in page.context["adminform"].form:
        data[bound.html_name] = bound.value()
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for bound in formset.management_form:
            data[bound.html_name] = bound.value()
        for row in formset.initial_forms:
            for bound in row:
                value = bound.value()
                if value is not None and value is not False:
                    data[bound.html_name] = "on" if value is True else value
    return {name: value for name, value in data.items() if value is not None}


def accepted(client: Client, address: str, data: dict[str, object]) -> None:
    answer = client.post(address, data)
    assert answer.status_code == 302, [it.formset.errors for it in answer.context["inline_admin_formsets"]]


def refused(client: Client, address: str, data: dict[str, object]) -> str:
    page = client.post(address, data)
    assert page.status_code == 200
    return page.text


def test_a_question_is_rewritten_while_nobody_has_sent_it(as_carol, form) -> None:
    section = form.parts[2]
    data = as_shown(as_carol, section_page(section)) | {"questions-0-label": "Why here?"}
    accepted(as_carol, section_page(section), data)
    assert Question.objects.get(section=section, key="why").label == "Why here?"


def test_a_question_is_added(as_carol, form, posting) -> None:
    section = form.parts[2]
    data = as_shown(as_carol, section_page(section))
    number = data["questions-TOTAL_FORMS"]
    data |= {
        "questions-TOTAL_FORMS": int(str(number)) + 1,
        f"questions-{number}-position": 9,
        f"questions-{number}-key": "editor",
        f"questions-{number}-kind": "one_of",
        f"questions-{number}-label": "Which editor do you use?",
        f"questions-{number}-choices": "vim\nanother",
        f"questions-{number}-shown_to_reviewers": "on",
        f"questions-{number}-criterion": posting.rubric[0].pk,
    }
    accepted(as_carol, section_page(section), data)
    question = Question.objects.get(key="editor")
    assert (question.options, question.shown_to_reviewers) == (["vim", "another"], True)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind": "one_of"}, "at least two choices"),
        ({"kind": "several_of", "choices": "one\none"}, "at least two choices"),
        ({"choices": "a\nb"}, "Take them away"),
        ({"kind": "number", "word_limit": "20"}, "word limit"),
        ({"identifies": "on"}, "never shown to mentors"),
        ({"kind": "file", "word_limit": ""}, "mentors never see it"),
        ({"key": "Why Not"}, "Enter a valid"),
        ({"label": ""}, "This field is required"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(as_carol, form, more, says) -> None:
    section = form.parts[2]
    data = as_shown(as_carol, section_page(section))
    assert data["questions-0-shown_to_reviewers"] == "on"
    data |= {f"questions-0-{name}": value for name, value in more.items()}
    assert says in refused(as_carol, section_page(section), data)
    assert Question.objects.get(section=section, key="why").kind == Question.Kind.LONG_TEXT


def test_only_criteria_of_the_posting_score_its_questions(as_carol, form) -> None:
    section = form.parts[2]
    foreign = PostingFactory().rubric[0]
    data = as_shown(as_carol, section_page(section)) | {"questions-0-criterion": foreign.pk}
    assert "valid choice" in refused(as_carol, section_page(section), data)


def test_sections_are_ordered_and_renamed(as_carol, form) -> None:
    data = as_shown(as_carol, form_page(form)) | {"sections-0-title": "You", "sections-0-position": 7}
    accepted(as_carol, form_page(form), data)
    assert Form.objects.get().parts[-1].title == "You"


# Frozen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_frozen_and_says_why_once_anybody_sent_it(as_carol, admin_client, form, posting, status) -> None:
    section = form.parts[2]
    data = as_shown(as_carol, section_page(section)) | {"questions-0-label": "CANARY"}
    whole = as_shown(as_carol, form_page(form)) | {"sections-0-title": "CANARY"}
    ApplicationFactory(posting=posting, status=status)
    for client in (as_carol, admin_client):
        for address, sent in ((section_page(section), data), (form_page(form), whole)):
            assert "can no longer be changed" in client.get(address).text
            assert client.post(address, sent).status_code == 403
    assert not Question.objects.filter(label="CANARY").exists()
    assert not Section.objects.filter(title="CANARY").exists()


def test_a_draft_freezes_nothing_and_is_not_shown(as_carol, form, posting) -> None:
    ApplicationFactory(posting=posting, answers={"why": "CANARY"})
    for address in (section_page(form.parts[2]), form_page(form)):
        page = as_carol.get(address).text
        assert "can no longer be changed" not in page
        assert "CANARY" not in page
        accepted(as_carol, address, as_shown(as_carol, address))


def test_what_a_draft_answers_is_not_deleted_and_its_text_not_told(as_carol, form, posting) -> None:
    draft = ApplicationFactory(posting=posting)
    question = Question.objects.get(section=form.parts[2], key="why")
    AnswerFactory(application=draft, question=question, value="CANARY")
    for address, row in ((section_page(form.parts[2]), "questions-0-DELETE"), (form_page(form), "sections-2-DELETE")):
        data = as_shown(as_carol, address) | {row: "on"}
        page = refused(as_carol, address, data)
        assert "has begun to answer this" in page
        assert "CANARY" not in page
        # A second thing wrong on the page does not bring the text out either.
        wrong = {"questions-1-label": "", "sections-0-title": ""}
        assert "CANARY" not in refused(as_carol, address, data | wrong)
    assert Question.objects.filter(pk=question.pk).exists()


def test_what_nobody_answered_is_deleted(as_carol, form) -> None:
    data = as_shown(as_carol, section_page(form.parts[2])) | {"questions-0-DELETE": "on"}
    accepted(as_carol, section_page(form.parts[2]), data)
    assert not Question.objects.filter(section=form.parts[2], key="why").exists()


def test_who_may(as_alice, as_bob, as_charlie, stranger, form) -> None:
    for client in (as_alice, as_bob, as_charlie, stranger, signed_in(UserFactory(is_staff=True))):
        for address in (section_page(form.parts[0]), form_page(form), "/admin/applications/form/"):
            assert client.get(address).status_code in {302, 403}


def test_forms_are_neither_added_nor_deleted_by_hand(as_carol, form) -> None:
    for address in ("/admin/applications/form/add/", f"/admin/applications/form/{form.pk}/delete/",
                    "/admin/applications/section/add/"):  # fmt: skip
        assert as_carol.get(address).status_code == 403


def test_same_queries_for_one_form_and_for_three(as_carol, django_assert_num_queries) -> None:
    FormFactory()
    as_carol.get("/admin/applications/form/")
    with django_assert_num_queries(9):
        as_carol.get("/admin/applications/form/")
    FormFactory.create_batch(2)
    with django_assert_num_queries(9):
        as_carol.get("/admin/applications/form/")


# The posting's page ---------------------------------------------------------------------------------


def test_a_posting_saved_in_the_admin_gets_its_form_scored_by_its_rubric(as_carol) -> None:
    data = as_shown(as_carol, "/admin/community/posting/add/")
    accepted(as_carol, "/admin/community/posting/add/", data | {"title": "Data Engineer", "slug": "data-engineer"})
    posting = Posting.objects.get()
    form = Form.objects.get(posting=posting)
    scored = {question.criterion for question in form.questions if question.criterion}
    assert scored == set(posting.rubric)
    page = as_carol.get(f"/admin/community/posting/{posting.pk}/change/").text
    assert form_page(form) in page


def test_a_posting_published_from_the_list_has_a_form(as_carol) -> None:
    posting = PostingFactory(draft=True)
    as_carol.post("/admin/community/posting/", {"action": "publish_chosen", "_selected_action": [posting.pk]})
    posting.refresh_from_db()
    assert posting.state == Posting.State.PUBLISHED
    assert Form.objects.filter(posting=posting).exists()


def test_the_list_of_postings_counts_what_was_sent(as_carol, posting, django_assert_num_queries) -> None:
    ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    ApplicationFactory(posting=posting, status=Status.WITHDRAWN)
    ApplicationFactory(posting=posting)
    page = as_carol.get("/admin/community/posting/")
    assert [row.number_applied for row in page.context["cl"].result_list] == [2]
    assert f'/admin/applications/application/?posting__id__exact={posting.pk}">2<' in page.text
