"""Eligibility first: an answer that does not fit is explained, other roles are offered, and a person looks if asked."""

import pytest
from django.urls import reverse

from applications import drafting, lifecycle, revising
from applications import eligibility as looking
from applications.models import Application, Form, HistoryEntry, Question
from applications.states import Event, Status
from tests import factories
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
Kind = Question.Kind


@pytest.fixture
def form(posting) -> Form:
    form = factories.FormFactory(posting=posting)
    first = factories.SectionFactory(form=form, slug="eligibility", title="Is this role for you?", screens=True)
    factories.QuestionFactory(
        section=first, key="adult", kind=Kind.YES_NO, label="Are you 18 or older?", fits="yes",
        unfit_text="We need a guardian's agreement.",
    )  # fmt: skip
    factories.QuestionFactory(
        section=first, key="hours", kind=Kind.ONE_OF, label="How many hours?", choices="Under 5\n5 to 8\nMore",
        fits="5 to 8\nMore",
    )  # fmt: skip
    rest = factories.SectionFactory(form=form, slug="essay", title="Essay")
    factories.QuestionFactory(section=rest, key="why", kind=Kind.LONG_TEXT, label="Why?", shown_to_reviewers=True)
    return form


@pytest.fixture
def draft(form, posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, form=form, applicant=alice)


def url(name: str, draft: Application, *more: str) -> str:
    return reverse(name, args=[draft.code, *more])


FIT, UNFIT = {"adult": "yes", "hours": "More"}, {"adult": "no", "hours": "Under 5"}


@pytest.fixture
def unfit(as_alice, draft) -> Application:
    as_alice.post(url("edit_section", draft, "eligibility"), UNFIT)
    return draft


def test_answers_that_fit_lead_on(as_alice, draft) -> None:
    answer = as_alice.post(url("edit_section", draft, "eligibility"), FIT)
    assert answer.url == url("edit_section", draft, "essay")
    assert as_alice.get(url("eligibility", draft)).url == url("edit_section", draft, "essay")


@pytest.mark.parametrize("answers", [UNFIT, FIT | {"adult": "no"}, FIT | {"hours": "Under 5"}])
def test_one_that_does_not_fit_leads_to_the_page_that_explains(as_alice, draft, answers) -> None:
    answer = as_alice.post(url("edit_section", draft, "eligibility"), answers)
    assert answer.url == url("eligibility", draft)
    assert as_alice.get(draft.get_absolute_url()).context["go_on"] == url("eligibility", draft)


def test_the_page_tells_in_the_questions_own_words_and_offers_other_roles(as_alice, unfit, alice) -> None:
    other = factories.PostingFactory(title="Translator")
    factories.PostingFactory(title="Over and done", past=True)
    applied = factories.PostingFactory(title="Applied already")
    factories.ApplicationFactory(posting=applied, applicant=alice)
    page = as_alice.get(url("eligibility", unfit))
    assert [question.key for question, _answer in page.context["unfit"]] == ["adult", "hours"]
    for words in (
        "Are you 18 or older?",
        "You answered “No”.",
        "You answered “Under 5”.",
        "a guardian&#x27;s agreement",
    ):
        assert words in page.text
    assert list(page.context["others"]) == [other]
    assert "Applied already" not in page.text
    assert Application.objects.get(pk=unfit.pk).look_asked_at is None


def test_coming_back_later_is_possible_before_anything_is_explained(as_alice, draft) -> None:
    answer = as_alice.post(url("edit_section", draft, "eligibility"), UNFIT | {"go": "later"})
    assert answer.url == draft.get_absolute_url()


def test_sending_without_asking_shows_the_same_page(as_alice, unfit) -> None:
    as_alice.post(url("edit_section", unfit, "essay"), {"why": "Because."})
    assert "does not fit this role" in as_alice.get(url("check_answers", unfit)).text
    assert as_alice.post(url("check_answers", unfit)).url == url("eligibility", unfit)
    assert Application.objects.get(pk=unfit.pk).status == Status.DRAFT


def test_whoever_asks_goes_on_sends_and_is_flagged_to_staff(as_alice, as_carol, as_bob, unfit, bob) -> None:
    answer = as_alice.post(url("eligibility", unfit), {"reason": "  I turn 18 in a week.\r\nTruly. "})
    assert answer.url == url("edit_section", unfit, "essay")
    as_alice.post(url("edit_section", unfit, "essay"), {"why": "Because."})
    as_alice.post(url("check_answers", unfit))
    sent = Application.objects.get(pk=unfit.pk)
    assert sent.status == Status.SUBMITTED
    assert sent.look_reason == "I turn 18 in a week.\nTruly."
    assert HistoryEntry.objects.get(application=sent, action=Event.LOOK).actor == sent.applicant
    page = as_carol.get(f"/admin/applications/application/{sent.pk}/change/").text
    assert "I turn 18 in a week." in page
    assert "Does not fit: “Are you 18 or older?” No" in page
    assert "You asked for a human look" in as_alice.get(sent.get_absolute_url()).text
    factories.ApplicationFactory(status=Status.SUBMITTED)
    listed = as_carol.get("/admin/applications/application/?look=asked")
    assert '<span class="mark">a human look</span>' in listed.text
    assert [row.pk for row in listed.context["cl"].result_list] == [sent.pk]
    listed = as_carol.get("/admin/applications/application/?look=none")
    assert sent.pk not in [row.pk for row in listed.context["cl"].result_list]
    # Mentors read the work, not the case that was made for being let in.
    Application.objects.filter(pk=sent.pk).update(status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=sent, mentor=bob)
    read = as_bob.get(reverse("review", args=[assignment.code])).text
    assert "Because." in read
    assert "I turn 18" not in read
    # Nobody need look at what was answered or withdrawn.
    Application.objects.filter(pk=sent.pk).update(status=Status.WITHDRAWN, withdrawn_at=sent.submitted_at)
    assert "a human look</span>" not in as_carol.get("/admin/applications/application/?look=asked").text


def test_no_reason_is_needed_and_a_second_press_is_harmless(as_alice, unfit) -> None:
    as_alice.post(url("eligibility", unfit), {})
    first = Application.objects.get(pk=unfit.pk).look_asked_at
    assert first is not None
    as_alice.post(url("eligibility", unfit), {"reason": "Again"})
    again = Application.objects.get(pk=unfit.pk)
    assert (again.look_asked_at, again.look_reason) == (first, "")
    assert HistoryEntry.objects.filter(application=unfit, action=Event.LOOK).count() == 1


@pytest.mark.parametrize(("length", "is_taken"), [(1000, True), (1001, False), (1_000_000, False)])
def test_a_reason_has_a_limit_and_is_not_lost(as_alice, unfit, length, is_taken) -> None:
    answer = as_alice.post(url("eligibility", unfit), {"reason": "x" * length})
    assert answer.status_code == (302 if is_taken else 200)
    assert (Application.objects.get(pk=unfit.pk).look_asked_at is not None) == is_taken
    if not is_taken:
        assert "Shorten this to 1,000 characters" in answer.text
        assert "x" * length in answer.text


def test_control_characters_are_taken_out_of_a_reason(as_alice, unfit) -> None:
    as_alice.post(url("eligibility", unfit), {"reason": "so\x00on\u202e"})
    assert Application.objects.get(pk=unfit.pk).look_reason == "soon"


def test_asking_where_everything_fits_changes_nothing(as_alice, draft) -> None:
    as_alice.post(url("edit_section", draft, "eligibility"), FIT)
    answer = as_alice.post(url("eligibility", draft), {"reason": "Please"}, follow=True)
    assert "nothing to ask" in answer.text
    assert Application.objects.get(pk=draft.pk).look_asked_at is None


def test_outsiders_and_what_was_sent(as_charlie, as_bob, as_carol, as_alice, stranger, unfit, posting) -> None:
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url("eligibility", unfit)).status_code == 404
        assert client.post(url("eligibility", unfit), {"reason": "x"}).status_code == 404
    assert stranger.get(url("eligibility", unfit)).status_code == 302
    Application.objects.filter(pk=unfit.pk).update(status=Status.SUBMITTED, submitted_at=unfit.created_at)
    assert as_alice.post(url("eligibility", unfit), {"reason": "x"}).url == unfit.get_absolute_url()
    assert Application.objects.get(pk=unfit.pk).look_asked_at is None


def test_changes_to_what_was_sent_belong_to_the_look_that_was_asked_for(as_alice, as_carol, draft, alice, now) -> None:
    as_alice.post(url("edit_section", draft, "eligibility"), FIT)
    as_alice.post(url("edit_section", draft, "essay"), {"why": "Because."})
    sent = drafting.submit(draft, by=alice, at=now)
    revising.change_answers(sent, by=alice, at=now)
    answer = as_alice.post(url("edit_section", draft, "eligibility"), UNFIT)
    assert answer.url == url("eligibility", draft)
    as_alice.post(url("eligibility", draft), {"reason": "It changed."})
    assert Application.objects.get(pk=draft.pk).look_reason == "It changed."
    assert Application.objects.get(changes=draft.pk).look_asked_at is None
    as_alice.post(url("check_answers", draft))
    assert Application.objects.get(pk=draft.pk).revisions.count() == 2


def test_the_same_number_of_queries_for_one_role_and_for_three(as_alice, unfit, django_assert_max_num_queries) -> None:
    for number in (1, 2):
        factories.PostingFactory.create_batch(number)
        with django_assert_max_num_queries(12):
            as_alice.get(url("eligibility", unfit))


@pytest.mark.django_db(transaction=True)
def test_asking_and_sending_changes_at_once_wait_for_each_other(draft, alice, now) -> None:
    questions = {question.key: question for question in draft.form.questions}
    for key, value in {"adult": False, "hours": "More", "why": "Because."}.items():
        factories.AnswerFactory(application=draft, question=questions[key], value=value)
    Application.objects.filter(pk=draft.pk).update(status=Status.SUBMITTED, submitted_at=now)
    changes = revising.change_answers(Application.objects.get(pk=draft.pk), by=alice, at=now)

    def ask() -> None:
        looking.ask_for_look(changes, reason="", by=alice, at=now)

    def send() -> None:
        revising.send_changes(draft, by=alice, at=now)

    results = all_at_once([ask, send] * 8)
    assert [it for it in results if isinstance(it, Exception) and not isinstance(it, lifecycle.Refused)] == []
    assert Application.objects.get(pk=draft.pk).look_asked_at == now
