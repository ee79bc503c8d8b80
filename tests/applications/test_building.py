"""New versions, copies and ready-made forms; and a draft that is taken along to questions that changed."""

import pytest
from django.urls import reverse

from applications import building, drafting, erasing
from applications.building import BuildingRefused
from applications.forms_ready import READY
from applications.models import Answer, Application, Form, Question, SavedSection
from applications.questions_default import SECTIONS, ensure_form
from applications.readiness import problems
from applications.states import Status
from community.models import Posting
from tests import factories

pytestmark = pytest.mark.django_db
Kind = Question.Kind


@pytest.fixture
def form(posting) -> Form:
    """Sent by somebody, with a condition, a criterion and a section that screens."""
    form = building.start_from(
        posting, READY["volunteer"], by=factories.UserFactory(is_staff=True), at=posting.opens_at
    )
    screening = factories.SectionFactory(form=form, position=0, slug="eligibility", screens=True)
    form.sections.exclude(pk=screening.pk).update(position=5)
    factories.QuestionFactory(section=screening, key="adult", kind=Kind.YES_NO, fits="yes", unfit_text="Sorry.")
    factories.ApplicationFactory(posting=posting, form=form, status=Status.SUBMITTED)
    return Form.objects.get(pk=form.pk)


def said(form: Form) -> list[tuple[object, ...]]:
    """All that a form says, by its words."""
    form = Form.objects.get(pk=form.pk)
    return [
        (
            section.slug, section.title, section.introduction, section.screens, question.key, question.kind,
            question.label, question.hint, question.missing, question.required, question.word_limit, question.choices,
            question.shown_to_reviewers, question.identifies, question.criterion and question.criterion.name,
            question.ask_if and question.ask_if.key, question.ask_if_value, question.fits, question.unfit_text,
        )
        for section in form.parts
        for question in section.asked
    ]  # fmt: skip


# Versions -------------------------------------------------------------------------------------------------


def test_a_new_version_says_the_same_and_can_be_changed(form, carol, now) -> None:
    made = building.new_version(form, by=carol, at=now)
    assert made.version == form.version + 1
    assert said(made) == said(form)
    assert not building.is_frozen(made)
    hanging = next(question for question in made.questions if question.key == "done_what")
    assert hanging.ask_if.section.form_id == made.pk


def test_only_the_newest_version_that_was_sent_is_left_by_a_new_one(form, carol, now, posting) -> None:
    made = building.new_version(form, by=carol, at=now)
    for old, says in ((form, "newer version"), (made, "Nobody has sent")):
        with pytest.raises(BuildingRefused, match=says):
            building.new_version(old, by=carol, at=now)
    assert posting.forms.count() == 2


def test_who_begins_now_gets_the_newest(form, carol, alice, now, posting) -> None:
    made = building.new_version(form, by=carol, at=now)
    assert drafting.begin(posting, by=alice, at=now).form == made


# Drafts that move -----------------------------------------------------------------------------------------


@pytest.fixture
def draft(form, posting, alice) -> Application:
    draft = factories.ApplicationFactory(posting=posting, form=form, applicant=alice)
    factories.answer_all(draft, why="CANARY why", done_what="CANARY done", name="Amina")
    return draft


@pytest.fixture
def newer(form, draft, carol, now) -> Form:
    """Another wording of one question, one of another kind, one gone, one new."""
    made = building.new_version(form, by=carol, at=now)
    Question.objects.filter(section__form=made, key="why").update(label="Why here, of all places?")
    Question.objects.filter(section__form=made, key="done_what").delete()
    Question.objects.filter(section__form=made, key="country").update(kind=Kind.LONG_TEXT)
    factories.QuestionFactory(section=made.parts[1], key="city", label="Which city?")
    return Form.objects.get(pk=made.pk)


def by_key(application: Application) -> dict[str, object]:
    """What stands in the form of `application` as it is now."""
    application = Application.objects.get(pk=application.pk)
    return {
        question.key: application.values[question.pk]
        for question in application.form.questions
        if question.pk in application.values
    }


def test_answers_go_along_by_key_and_kind_and_nothing_is_lost(draft, newer, alice, now) -> None:
    before = set(Answer.objects.filter(application=draft).values_list("pk", flat=True))
    assert drafting.move_to_newest_form(draft, by=alice, at=now)
    moved = by_key(draft)
    assert moved["why"] == "CANARY why"
    assert "country" not in moved
    assert "done_what" not in moved
    kept = Application.objects.get(pk=draft.pk)
    assert kept.form == newer
    assert {question.key: text for question, text in drafting.left_over(kept)} == {
        "country": "Kisumu", "done_what": "CANARY done",
    }  # fmt: skip
    assert set(Answer.objects.filter(application=draft).values_list("pk", flat=True)) == before
    assert {problem.question.key for problem in problems(kept)} >= {"city", "country"}


def test_saved_sections_go_along_so_that_an_open_page_is_no_stranger(draft, newer, alice, now) -> None:
    versions = dict(SavedSection.objects.filter(application=draft).values_list("section__slug", "version"))
    drafting.move_to_newest_form(draft, by=alice, at=now)
    moved = SavedSection.objects.filter(application=draft)
    assert dict(moved.values_list("section__slug", "version")) == versions
    assert set(moved.values_list("section__form", flat=True)) == {newer.pk}


def test_moving_twice_is_harmless_and_a_question_that_comes_back_brings_its_text(
    draft, newer, alice, carol, now
) -> None:
    drafting.move_to_newest_form(draft, by=alice, at=now)
    assert not drafting.move_to_newest_form(Application.objects.get(pk=draft.pk), by=alice, at=now)
    factories.ApplicationFactory(posting=draft.posting, form=newer, status=Status.SUBMITTED)
    third = building.new_version(newer, by=carol, at=now)
    factories.QuestionFactory(section=third.parts[1], key="done_what", kind=Kind.LONG_TEXT)
    assert drafting.move_to_newest_form(Application.objects.get(pk=draft.pk), by=alice, at=now)
    assert by_key(draft)["done_what"] == "CANARY done"


def page(name: str, draft: Application, *more: str) -> str:
    return reverse(name, args=[draft.code, *more])


def test_the_page_tells_what_changed_and_a_press_moves_the_draft(as_alice, draft, newer) -> None:
    for address in (page("check_answers", draft), page("edit_section", draft, "about-you")):
        assert as_alice.get(address).url == page("new_questions", draft)
    shown = as_alice.get(page("new_questions", draft))
    assert "city" in {question.key for question in shown.context["added"]}
    assert [question.key for question in shown.context["reworded"]] == ["why"]
    assert {question.key for question in shown.context["gone"]} == {"country", "done_what"}
    # Looking changed nothing.
    assert Application.objects.get(pk=draft.pk).form != newer
    assert as_alice.post(page("new_questions", draft)).url == page("edit_section", draft, "about-you")
    assert Application.objects.get(pk=draft.pk).form == newer
    assert "CANARY done" in as_alice.get(page("check_answers", draft)).text
    assert as_alice.get(page("new_questions", draft)).status_code == 302


def test_what_was_typed_on_the_old_page_is_saved_before_it_is_led_on(as_alice, draft, newer) -> None:
    answer = as_alice.post(page("edit_section", draft, "this-role"), {"why": "Typed just now", "done_what": "This too"})
    assert answer.url == page("new_questions", draft)
    as_alice.post(page("new_questions", draft))
    assert by_key(draft)["why"] == "Typed just now"
    assert "This too" in as_alice.get(page("check_answers", draft)).text
    # The script of a page that is still open saves on as well.
    kept = as_alice.post(page("edit_section", draft, "this-role"), {"why": "And on"}, headers={"X-Keep": "1"})
    assert kept.status_code == 200
    assert by_key(draft)["why"] == "And on"


def test_questions_of_an_older_version_are_not_sent(as_alice, draft, newer, alice, now) -> None:
    assert as_alice.post(page("check_answers", draft)).url == page("new_questions", draft)
    with pytest.raises(drafting.DraftingRefused, match="questions were changed"):
        drafting.submit(draft, by=alice, at=now)


def test_a_closed_role_leaves_a_draft_as_it_is(as_alice, draft, newer) -> None:
    Posting.objects.filter(pk=draft.posting_id).update(state=Posting.State.CLOSED, closes_at=draft.created_at)
    assert as_alice.get(page("edit_section", draft, "about-you")).status_code == 200
    assert as_alice.post(page("new_questions", draft)).url == draft.get_absolute_url()
    assert Application.objects.get(pk=draft.pk).form != newer


def test_what_was_sent_keeps_its_words(as_carol, form, newer) -> None:
    sent = Application.objects.sent().get(form=form)
    text = as_carol.get(f"/admin/applications/application/{sent.pk}/change/").text
    assert "Why do you want this role?" in text
    assert "of all places" not in text


def test_another_person_cannot_move_a_draft(as_charlie, as_bob, draft, newer) -> None:
    for client in (as_charlie, as_bob):
        assert client.get(page("new_questions", draft)).status_code == 404
        assert client.post(page("new_questions", draft)).status_code == 404


# Copies ---------------------------------------------------------------------------------------------------


def test_a_posting_is_copied_with_its_form_and_rubric(form, posting, carol, now) -> None:
    factories.PostingSkillFactory(posting=posting)
    factories.PostingTextFactory(posting=posting)
    copy = building.copy_posting(posting, by=carol, at=now)
    again = building.copy_posting(posting, by=carol, at=now)
    assert (copy.slug, again.slug) == ("backend-engineer-2", "backend-engineer-3")
    assert (copy.state, copy.published_at, copy.opens_at, copy.round) == (Posting.State.DRAFT, None, None, None)
    assert (copy.title, copy.pay, copy.places, copy.project) == (
        posting.title, posting.pay, posting.places, posting.project,
    )  # fmt: skip
    for name in ("criteria", "posting_skills", "texts"):
        assert getattr(copy, name).count() == getattr(posting, name).count() > 0
    made = copy.forms.get()
    assert said(made) == said(form)
    scored = {question.criterion for question in made.questions if question.criterion}
    assert scored
    assert scored <= set(copy.criteria.all())
    assert copy.applications.count() == 0


def test_a_posting_without_a_form_is_copied_without_one(carol, now) -> None:
    assert building.copy_posting(factories.PostingFactory(), by=carol, at=now).forms.count() == 0


# Ready-made forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", sorted(READY))
def test_every_ready_made_form_holds_together(slug, posting, carol, now) -> None:
    ensure_form(posting)
    made = building.start_from(posting, READY[slug], by=carol, at=now)
    assert made == Form.objects.get(posting=posting)
    keys = [question.key for question in made.questions]
    assert len(keys) == len(set(keys))
    assert building.condition_problems(made.questions) == []
    assert building.screening_problems(made.parts) == []
    assert any(question.kind == Kind.CONSENT for question in made.questions)
    assert {question.criterion for question in made.questions if question.criterion} <= set(posting.rubric)


def test_eligibility_is_asked_in_the_postings_own_facts(carol, now) -> None:
    posting = factories.PostingFactory(eligibility="countries", countries=["KE", "NG"], hours_per_week=8, weeks=16)
    made = building.start_from(posting, READY["checked-first"], by=carol, at=now)
    first = made.parts[0]
    assert first.screens
    assert [question.label for question in first.asked] == [
        "Do you live in one of these countries: Kenya, Nigeria?",
        "Can you give 8 hours a week for 16 weeks?",
        "Are you 18 or older?",
    ]
    anywhere = factories.PostingFactory(eligibility="anywhere", hours_per_week=None)
    made = building.start_from(anywhere, READY["checked-first"], by=carol, at=now)
    assert [question.key for question in made.parts[0].asked] == ["is_adult"]


def test_the_next_to_apply_is_asked_what_replaced_the_questions_of_somebody_who_was_erased(
    form, posting, carol, as_alice, now
) -> None:
    sent = Application.objects.get(form=form)
    Form.objects.filter(pk=form.pk).update(frozen_at=now)
    assert Form.objects.get(pk=form.pk).parts[0].slug == "eligibility"
    erasing.erase(sent.applicant, at=now)
    made = building.start_from(posting, READY["standard"], by=carol, at=now)
    assert [part.slug for part in Form.objects.get(pk=made.pk).parts] == [slug for slug, *_rest in SECTIONS]
    assert not building.is_frozen(made)
    as_alice.post(reverse("apply", args=[posting.slug]))
    draft = Application.objects.get(applicant__email="alice@example.org")
    name = {"name": "Amina", "go": "later"}
    assert as_alice.post(reverse("edit_section", args=[draft.code, "about-you"]), name).status_code == 302
    assert draft.answers.get().value == "Amina"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN])
def test_nothing_is_replaced_once_anybody_has_begun(posting, carol, now, status) -> None:
    factories.ApplicationFactory(posting=posting, status=status)
    with pytest.raises(BuildingRefused, match="has begun"):
        building.start_from(posting, READY["volunteer"], by=carol, at=now)
    assert len(Form.objects.get(posting=posting).parts) == len(SECTIONS)
