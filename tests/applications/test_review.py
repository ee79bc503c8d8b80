"""One blind review: what the mentor sees, keeps, submits, and what shows only afterwards."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from applications import deciding
from applications.models import Application, Assignment, HistoryEntry, Review, Score
from applications.models.decisions import Outcome
from applications.states import UNDER_REVIEW, Status
from tests.factories import (
    LEVELS,
    AnswerFactory,
    ApplicationFactory,
    AssignmentFactory,
    ProfileFactory,
    ReviewFactory,
    whole_form,
)

pytestmark = pytest.mark.django_db

WHY = "I want to mend the queue, and my sister waits in it."


@pytest.fixture
def application(posting, alice):
    return ApplicationFactory(
        posting=posting, applicant=alice, form=whole_form(posting), status=Status.IN_REVIEW, answers={"why": WHY}
    )


@pytest.fixture
def assignment(application, bob):
    return AssignmentFactory(application=application, mentor=bob)


def filled(posting, *scores, go="submit", comments="Clear.", feedback="Say more about tests.", **more):
    chosen = {f"criterion_{criterion.pk}": str(score) for criterion, score in zip(posting.rubric, scores, strict=False)}
    return {**chosen, "comments": comments, "feedback": feedback, "go": go, **more}


def other_review(application, **fields):
    return ReviewFactory(
        assignment=AssignmentFactory(application=application, status=Assignment.Status.REVIEWED), **fields
    )


def page(response):
    return html.unescape(response.content.decode())


# What is shown ------------------------------------------------------------------------------------------


def test_mentor_reads_the_shown_answers_and_the_rubric_in_words(as_bob, assignment, posting):
    text = page(as_bob.get(assignment.get_absolute_url()))
    assert WHY in text
    for words in [*LEVELS.splitlines(), "Not enough to judge"]:
        assert text.count(words) >= len(posting.rubric)
    assert f"Counts towards: {posting.rubric[0].name}" in text
    assert "Look at the answer to “Why do you want this role?”." in text
    assert text.count("<h1") == 1


def test_question_that_is_not_shown_to_reviewers_is_not_on_the_page(as_bob, assignment, application):
    hidden = [question for question in application.form.questions if not question.shown_to_reviewers]
    for number, question in enumerate(hidden):
        question.label = f"unseen-label-{number}"
        question.save()
        application.answers.update_or_create(question=question, defaults={"value": f"unseen-answer-{number}"})
    assert "unseen-" not in page(as_bob.get(assignment.get_absolute_url()))


def test_title_names_the_role_and_no_application(as_bob, assignment, application):
    title = re.search(r"<title>(.*?)</title>", page(as_bob.get(assignment.get_absolute_url())))[1]
    assert "Backend Engineer" in title
    assert assignment.code not in title
    assert application.code not in title


def test_script_in_an_answer_is_inert(as_bob, bob, posting):
    application = ApplicationFactory(
        posting=posting, status=Status.IN_REVIEW, form=whole_form(posting), answers={"why": "<script>x()</script> ▇▇▇"}
    )
    assignment = AssignmentFactory(application=application, mentor=bob)
    raw = as_bob.get(assignment.get_absolute_url()).content.decode()
    assert "&lt;script&gt;x()&lt;/script&gt; <span" in raw
    assert "<script>x" not in raw


def test_script_in_the_rubric_is_inert(as_bob, assignment, posting):
    posting.criteria.update(description="<script>x()</script>", levels="<script>a</script>\n<b>b</b>")
    raw = as_bob.get(assignment.get_absolute_url()).content.decode()
    assert "<script>x" not in raw
    assert "<script>a" not in raw


def test_staged_decision_and_summary_are_not_shown(as_bob, assignment, application, carol, posting, bob):
    other_review(application, values=[5, 5, 4], comments="other-comment", mean=Decimal("4.67"))
    Application.objects.filter(pk=application.pk).update(
        reviews_done=1, mean_score=Decimal("4.67"), score_spread=Decimal("0.00")
    )
    deciding.stage(
        application, Outcome.DECLINE, subject="secret-subject", body="secret-body", by=carol, at=timezone.now()
    )
    for url in (assignment.get_absolute_url(), reverse("review_queue")):
        text = page(as_bob.get(url)).lower()
        for leak in ("secret-", "4.67", "other-comment", "decline", "staged"):
            assert leak not in text


def test_page_is_never_stored(as_bob, assignment):
    assert "no-store" in as_bob.get(assignment.get_absolute_url()).headers["Cache-Control"]


@pytest.mark.parametrize("others", [1, 3])
def test_queries_before_and_after(
    as_bob, assignment, application, django_assert_num_queries: DjangoAssertNumQueries, others
):
    for _ in range(others):
        other_review(application, values=3)
    ProfileFactory(user=application.applicant)
    # session · account · assignment with its application, profile and review · sections · questions · answers ·
    # uploads · criteria · when it was sent · where they sign in · the navigation's question
    with django_assert_num_queries(10):
        as_bob.get(assignment.get_absolute_url())
    # From then on this process knows the sections and questions of a frozen form, and a minute long who mentors.
    with django_assert_num_queries(8):
        as_bob.get(assignment.get_absolute_url())
    ReviewFactory(assignment=assignment, values=4)
    Assignment.objects.filter(pk=assignment.pk).update(status=Assignment.Status.REVIEWED)
    # as above · reviews · their scores
    with django_assert_num_queries(9):
        as_bob.get(assignment.get_absolute_url())


# Others' reviews ------------------------------------------------------------------------------------------


def test_reviewer_sees_no_scores_before_reviewing(as_bob, assignment, application, posting):
    other_review(application, values=5, comments="other-comment", feedback="other-feedback")
    url = assignment.get_absolute_url()
    assert "other-" not in page(as_bob.get(url))
    as_bob.post(url, filled(posting, 1, go="save"))
    assert "other-" not in page(as_bob.get(url))
    incomplete = as_bob.post(url, filled(posting, 1))
    assert "other-" not in page(incomplete)
    as_bob.post(url, filled(posting, 1, 2, "none"))
    after = page(as_bob.get(url))
    assert "other-comment" in after
    assert "other-feedback" in after
    assert "Reviewer A" in after


def test_after_submitting_one_sees_scores_of_submitted_reviews_only(as_bob, assignment, application, posting):
    first = other_review(application, values=[5, 4, None])
    other_review(application, values=2, comments="submitted-too")
    draft = AssignmentFactory(application=application)
    ReviewFactory(assignment=draft, draft=True, comments="a-draft", values=1)
    gone = AssignmentFactory(application=application, status=Assignment.Status.RECUSED)
    ReviewFactory(assignment=gone, comments="stepped-aside", values=1)
    other_review(ApplicationFactory(posting=posting, status=Status.IN_REVIEW), comments="another-application")
    url = assignment.get_absolute_url()
    as_bob.post(url, filled(posting, 1, 3, "none", comments="mine-it-is"))
    text = page(as_bob.get(url))
    assert "mine-it-is" in text
    assert "submitted-too" in text
    for leak in ("a-draft", "stepped-aside", "another-application", first.assignment.mentor.email, "Reviewer C"):
        assert leak not in text
    cells = re.findall(r"<td>(?:<span[^>]*>)?([^<]+)", text)
    columns = [cells[start::3] for start in range(3)]
    assert columns[0] == ["1", "3", "not enough to judge"]
    assert sorted(columns[1:]) == [["2", "2", "2"], ["5", "4", "not enough to judge"]]


def test_name_in_another_reviewers_comment_is_hidden(as_bob, assignment, application, posting, alice):
    ProfileFactory(user=alice, name="Zawadi Kiprotich")
    other_review(application, comments="I think this is Zawadi.")
    as_bob.post(assignment.get_absolute_url(), filled(posting, 1, 2, 3))
    text = page(as_bob.get(assignment.get_absolute_url()))
    assert "I think this is" in text
    assert "Zawadi" not in text


# Keeping and submitting -------------------------------------------------------------------------------------


def test_submitting_keeps_scores_texts_summary_and_history(as_bob, bob, assignment, posting):
    response = as_bob.post(assignment.get_absolute_url(), filled(posting, 4, 2, "none"))
    assert response.headers["Location"] == assignment.get_absolute_url()
    review = Review.objects.get(assignment=assignment)
    assert [score.value for score in review.scores.order_by("criterion__position")] == [4, 2, None]
    assert (review.comments, review.feedback) == ("Clear.", "Say more about tests.")
    assert review.submitted_at is not None
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.REVIEWED
    application = assignment.application
    application.refresh_from_db()
    assert (application.reviews_done, application.mean_score, application.score_spread) == (
        1,
        Decimal("3.00"),
        Decimal("0.00"),
    )
    assert list(HistoryEntry.objects.filter(application=application).values_list("action", "actor")) == [
        ("review", bob.pk)
    ]


def test_draft_is_kept_and_shown_again(as_bob, assignment, posting):
    url = assignment.get_absolute_url()
    response = as_bob.post(url, filled(posting, 4, go="save", comments="half a thought"))
    assert response.headers["Location"] == url
    text = page(as_bob.get(url))
    assert "half a thought" in text
    assert f'name="criterion_{posting.rubric[0].pk}" value="4"' in text
    assert re.search(rf'name="criterion_{posting.rubric[0].pk}" value="4"[^>]*checked', text)
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.OPEN
    assert not HistoryEntry.objects.filter(application=assignment.application).exists()


def test_incomplete_review_is_kept_as_a_draft_and_says_what_is_missing(as_bob, assignment, posting):
    response = as_bob.post(assignment.get_absolute_url(), filled(posting, 4, comments="half a thought"))
    text = page(response)
    assert response.status_code == 200
    assert "<title>Error: " in text
    for criterion in posting.rubric[1:]:
        assert f'<a href="#id_criterion_{criterion.pk}_0">Choose a score for “{criterion.name}”' in text
        assert f'id="id_criterion_{criterion.pk}_0"' in text
    assert f"Choose a score for “{posting.rubric[0].name}”" not in text
    assert "It is not submitted yet" in text
    assert "half a thought" in text
    review = Review.objects.get(assignment=assignment)
    assert (review.comments, review.submitted_at) == ("half a thought", None)
    assert list(review.scores.values_list("value", flat=True)) == [4]


@pytest.mark.parametrize("score", ["0", "6", "-1", "4.5", "banana", "²", "99999999999999999999", "None"])
def test_unknown_score_is_refused_and_nothing_typed_is_lost(as_bob, assignment, posting, score):
    response = as_bob.post(assignment.get_absolute_url(), filled(posting, score, 3, 3, comments="still here"))
    assert "Choose one of the scores offered" in page(response)
    review = Review.objects.get(assignment=assignment)
    assert (review.comments, review.submitted_at) == ("still here", None)
    assert sorted(review.scores.values_list("value", flat=True)) == [3, 3]


def test_hostile_text_is_kept_without_what_a_database_refuses(as_bob, assignment, posting):
    as_bob.post(assignment.get_absolute_url(), filled(posting, 4, go="save", comments="before\x00after <script>"))
    assert Review.objects.get(assignment=assignment).comments == "beforeafter <script>"


def test_what_was_taken_out_is_gone_from_the_page_too_so_a_second_press_submits(as_bob, assignment, posting):
    url = assignment.get_absolute_url()
    answer = as_bob.post(url, filled(posting, 4, 4, 4, comments="before\x0bafter"))
    assert "We took it out" in page(answer)
    shown = answer.context["form"]["comments"].value()
    assert (shown, "\x0b" in page(answer)) == ("beforeafter", False)
    assert as_bob.post(url, filled(posting, 4, 4, 4, comments=shown)).status_code == 302
    assert Review.objects.get(assignment=assignment).submitted_at is not None


def test_text_too_long_to_keep_comes_back_whole(as_bob, assignment, posting):
    long = "word " * 60_000
    response = as_bob.post(assignment.get_absolute_url(), filled(posting, 4, 4, 4, comments=long))
    assert response.status_code == 200
    assert "<title>Error: " in page(response)
    assert long.strip() in page(response)
    review = Review.objects.get(assignment=assignment)
    assert (review.submitted_at, review.feedback, review.scores.count()) == (None, "Say more about tests.", 3)


def test_second_press_is_harmless(as_bob, assignment, posting):
    url = assignment.get_absolute_url()
    answers = [as_bob.post(url, filled(posting, 4, 2, 3)) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [url, url]
    assert Review.objects.count() == 1
    assert Score.objects.count() == 3
    assignment.application.refresh_from_db()
    assert assignment.application.reviews_done == 1


def test_submitted_review_stands_and_what_was_typed_later_comes_back(as_bob, assignment, posting):
    url = assignment.get_absolute_url()
    as_bob.post(url, filled(posting, 4, 2, 3))
    response = as_bob.post(url, filled(posting, 1, 1, 1, comments="a second thought"))
    assert response.status_code == 409
    assert "already submitted" in page(response)
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page(response)) == [
        "a second thought",
        "Say more about tests.",
    ]
    review = Review.objects.get()
    assert review.comments == "Clear."
    assert [score.value for score in review.scores.order_by("criterion__position")] == [4, 2, 3]


def test_rubric_that_changed_meanwhile_asks_again_and_keeps_the_text(as_bob, assignment, posting):
    form = filled(posting, 4, 2, 3)
    posting.criteria.last().delete()
    posting.criteria.create(name="Kindness", levels=LEVELS, position=99)
    response = as_bob.post(assignment.get_absolute_url(), form)
    assert "Choose a score for “Kindness”" in page(response)
    assert Review.objects.get().comments == "Clear."


# Who, and when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_get_404(as_alice, as_carol, as_charlie, assignment, method):
    for client in (as_alice, as_carol, as_charlie):
        assert getattr(client, method)(assignment.get_absolute_url()).status_code == 404
    assert Review.objects.count() == 0


def test_stranger_is_asked_to_sign_in_first(stranger, assignment):
    response = stranger.get(assignment.get_absolute_url())
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_text_of_a_review_survives_a_sign_in_that_ran_out(stranger, assignment, posting):
    response = stranger.post(assignment.get_absolute_url(), filled(posting, 4, 2, 3, comments="an hour of work"))
    text = page(response)
    assert "an hour of work" in text
    assert "Say more about tests." in text
    for criterion in posting.rubric:
        assert f'name="criterion_{criterion.pk}"' in text
    assert WHY not in text
    assert Review.objects.count() == 0


def test_text_of_a_review_survives_an_old_form(bob, assignment, posting):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    response = strict.post(assignment.get_absolute_url(), filled(posting, 4, 2, 3, comments="an hour of work"))
    assert response.status_code == 403
    assert "an hour of work" in page(response)


def test_nobody_reviews_their_own_application(as_bob, bob, posting):
    application = ApplicationFactory(posting=posting, applicant=bob, status=Status.IN_REVIEW)
    assignment = AssignmentFactory(application=application, mentor=bob)
    assert as_bob.get(assignment.get_absolute_url()).status_code == 404
    assert as_bob.post(assignment.get_absolute_url(), filled(posting, 5, 5, 5)).status_code == 404
    assert Review.objects.count() == 0


def test_unknown_code_is_404(as_bob, assignment, application):
    for code in ("NOSUCHCODE", application.code, str(assignment.pk), str(application.pk)):
        assert as_bob.get(reverse("review", args=[code])).status_code == 404


@pytest.mark.parametrize("status", sorted(set(Status) - UNDER_REVIEW - {Status.DRAFT}))
def test_review_that_ended_leads_to_the_queue_with_a_sentence(as_bob, bob, posting, status):
    assignment = AssignmentFactory(application=ApplicationFactory(posting=posting, status=status), mentor=bob)
    response = as_bob.get(assignment.get_absolute_url(), follow=True)
    assert response.redirect_chain == [("/review/", 302)]
    assert "no longer under review" in page(response)
    late = as_bob.post(assignment.get_absolute_url(), filled(posting, 4, 4, 4, comments="too late"))
    assert late.status_code == 409
    assert "too late" in page(late)
    assert "no longer under review" in page(late)
    assert Review.objects.count() == 0


@pytest.mark.parametrize("status", sorted(UNDER_REVIEW))
def test_reading_while_under_review(as_bob, bob, posting, status):
    assignment = AssignmentFactory(application=ApplicationFactory(posting=posting, status=status), mentor=bob)
    assert as_bob.get(assignment.get_absolute_url()).status_code == 200


def test_answer_in_another_script_reads_in_its_direction(as_bob, bob, posting):
    form = whole_form(posting)
    application = ApplicationFactory(
        posting=posting, form=form, status=Status.IN_REVIEW, answers={"why": "أريد أن أتعلم"}
    )
    assignment = AssignmentFactory(application=application, mentor=bob)
    assert re.search(r'dir="auto">\s*<p>أريد أن أتعلم', page(as_bob.get(assignment.get_absolute_url())))


def test_empty_answer_is_said_to_be_empty(as_bob, bob, posting):
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW, answers=False)
    assignment = AssignmentFactory(application=application, mentor=bob)
    AnswerFactory(application=application)
    assert "No answer." in page(as_bob.get(assignment.get_absolute_url()))


def test_draft_says_how_long_ago_it_was_kept(as_bob, assignment):
    ReviewFactory(assignment=assignment, draft=True, saved_at=timezone.now() - timedelta(hours=2))
    assert "A draft is kept." in page(as_bob.get(assignment.get_absolute_url()))
