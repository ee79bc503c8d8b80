"""The verbs of reviewing: who may write, what is refused, and a summary that is never behind its reviews."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from applications import lifecycle, reviewing
from applications.models import Application, Assignment, HistoryEntry, Review, Score
from applications.reviewing import Incomplete, ReviewingRefused
from applications.states import UNDER_REVIEW, Action, Status
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CriterionFactory,
    ProfileFactory,
    RevisionFactory,
    UploadFactory,
    UserFactory,
    whole_form,
)
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(posting):
    return ApplicationFactory(posting=posting, status=Status.IN_REVIEW, answers=False)


@pytest.fixture
def assignment(application, bob):
    return AssignmentFactory(application=application, mentor=bob)


def write(assignment, *values, submit=True, by=None, **texts):
    rubric = Application.objects.get(pk=assignment.application_id).posting.rubric
    return reviewing.write_review(
        assignment,
        scores={criterion.pk: value for criterion, value in zip(rubric, values, strict=False)},
        comments=texts.get("comments", ""),
        feedback=texts.get("feedback", ""),
        submit=submit,
        by=by or assignment.mentor,
        at=timezone.now(),
    )


def summary(application):
    application = Application.objects.get(pk=application.pk)
    return application.reviews_done, application.mean_score, application.score_spread


def test_a_review_of_answers_that_are_changed_while_it_is_handed_in_is_not_taken(assignment, application):
    """The page asks before it submits; this is for a change that arrives between the asking and the writing."""
    RevisionFactory(application=application, number=1)
    scores = {criterion.pk: 3 for criterion in application.posting.rubric}
    words = {"comments": "Good", "feedback": "", "by": assignment.mentor, "at": timezone.now()}
    RevisionFactory(application=application, number=2)
    with pytest.raises(lifecycle.Raced):
        reviewing.write_review(assignment, scores=scores, submit=True, sendings=1, **words)
    assert not Review.objects.exists()
    assert reviewing.write_review(assignment, scores=scores, submit=False, sendings=1, **words).submitted_at is None
    assert reviewing.write_review(assignment, scores=scores, submit=True, sendings=2, **words).submitted_at is not None


# The summary --------------------------------------------------------------------------------------------


def test_summary_follows_every_review(posting, application):
    posting.criteria.update(weight=1)
    posting.criteria.filter(pk=posting.rubric[0].pk).update(weight=3)
    # (5·3 + 2 + 1) / 5 = 3.6
    write(AssignmentFactory(application=application), 5, 2, 1)
    assert summary(application) == (1, Decimal("3.60"), Decimal("0.00"))
    # (3·3) / 3 = 3; the mean of 3.6 and 3 is 3.3
    write(AssignmentFactory(application=application), 3, None, None)
    assert summary(application) == (2, Decimal("3.30"), Decimal("0.60"))
    # Nothing to judge by: it counts as a review and changes no number.
    write(AssignmentFactory(application=application), None, None, None)
    assert summary(application) == (3, Decimal("3.30"), Decimal("0.60"))
    # (2·3 + 4 + 4) / 5 = 2.8; (3.6 + 3 + 2.8) / 3 = 3.1333…
    write(AssignmentFactory(application=application), 2, 4, 4)
    assert summary(application) == (4, Decimal("3.13"), Decimal("0.80"))


def test_draft_counts_for_nothing(assignment, application):
    write(assignment, 5, 5, 5, submit=False)
    assert summary(application) == (0, None, None)
    assert Review.objects.get().mean is None


def test_who_steps_aside_leaves_the_summary(assignment, application):
    write(assignment, 5, 5, 5)
    write(AssignmentFactory(application=application), 1, 1, 1)
    reviewing.recuse(assignment, by=assignment.mentor, at=timezone.now())
    assert summary(application) == (1, Decimal("1.00"), Decimal("0.00"))


def test_summary_and_review_are_one_transaction(assignment, application):
    class Broken(Exception):
        pass

    def break_off():
        with transaction.atomic():
            write(assignment, 5, 5, 5)
            assert summary(application) == (1, Decimal("5.00"), Decimal("0.00"))
            raise Broken

    with pytest.raises(Broken):
        break_off()
    assert summary(application) == (0, None, None)
    assert (Review.objects.count(), Score.objects.count(), HistoryEntry.objects.count()) == (0, 0, 0)


# What is refused ------------------------------------------------------------------------------------------


def test_incomplete_review_names_the_criteria_and_writes_nothing(assignment, posting):
    with pytest.raises(Incomplete) as refused:
        write(assignment, 4, None)
    assert refused.value.criteria == [posting.rubric[2]]
    assert Review.objects.count() == 0


@pytest.mark.parametrize("value", [0, 6, -1, 10**9])
def test_score_off_the_scale_is_refused(assignment, value):
    with pytest.raises(ReviewingRefused, match="one of the scores offered"):
        write(assignment, 4, 4, value)
    assert Review.objects.count() == 0


def test_criterion_of_another_posting_is_refused(assignment):
    with pytest.raises(ReviewingRefused, match="one of the scores offered"):
        reviewing.write_review(
            assignment,
            scores={CriterionFactory().pk: 3},
            comments="",
            feedback="",
            submit=False,
            by=assignment.mentor,
            at=timezone.now(),
        )


def test_nobody_else_writes_it(assignment, carol):
    for person in (carol, UserFactory(), AssignmentFactory(application=assignment.application).mentor):
        with pytest.raises(ReviewingRefused, match="not asked of you"):
            write(assignment, 4, 4, 4, by=person)
        with pytest.raises(ReviewingRefused, match="not asked of you"):
            reviewing.recuse(assignment, by=person, at=timezone.now())
    assert Review.objects.count() == 0


def test_nobody_reviews_their_own_whoever_asked_them(posting, bob):
    own = AssignmentFactory(
        application=ApplicationFactory(posting=posting, applicant=bob, status=Status.IN_REVIEW), mentor=bob
    )
    with pytest.raises(ReviewingRefused, match="not asked of you"):
        write(own, 5, 5, 5)
    assert list(Assignment.objects.reviewable_by(bob)) == []


def test_submitted_review_is_final(assignment, application):
    write(assignment, 4, 4, 4, comments="first")
    for submit in (True, False):
        with pytest.raises(ReviewingRefused, match="already submitted"):
            write(assignment, 1, 1, 1, submit=submit, comments="second")
    assert Review.objects.get().comments == "first"
    assert summary(application) == (1, Decimal("4.00"), Decimal("0.00"))


@pytest.mark.parametrize("status", sorted(set(Status) - UNDER_REVIEW - {Status.DRAFT}))
def test_only_while_under_review(posting, bob, status):
    assignment = AssignmentFactory(application=ApplicationFactory(posting=posting, status=status), mentor=bob)
    with pytest.raises(ReviewingRefused, match="no longer under review"):
        write(assignment, 4, 4, 4)
    with pytest.raises(ReviewingRefused, match="no longer under review"):
        reviewing.recuse(assignment, by=bob, at=timezone.now())
    assert list(Assignment.objects.reviewable_by(bob)) == []
    assert list(Assignment.objects.held_by(bob)) == [assignment]


def test_who_stepped_aside_cannot_come_back(assignment):
    reviewing.recuse(assignment, by=assignment.mentor, at=timezone.now())
    with pytest.raises(ReviewingRefused, match="no longer under review"):
        write(assignment, 4, 4, 4)


def test_draft_is_replaced_whole(assignment):
    write(assignment, 4, 4, submit=False, comments="first")
    review = write(assignment, 2, submit=False, comments="second")
    assert Review.objects.get() == review
    assert (review.comments, list(review.scores.values_list("value", flat=True))) == ("second", [2])


# What identifies ------------------------------------------------------------------------------------------


def test_identity_is_gathered_from_everywhere(posting):
    application = ApplicationFactory(
        posting=posting,
        form=whole_form(posting),
        status=Status.IN_REVIEW,
        applicant=UserFactory(email="zk.wambui88@example.org"),
        answers={"name": "Zawadi Kiprotich", "code_host": "https://codeberg.org/zawadik/things"},
    )
    ProfileFactory(
        user=application.applicant,
        name="Zed Wambui",
        handle="zed-w",
        website="https://zedworks.example/",
        code_host="https://github.com/zedw",
    )
    UploadFactory(application=application, name="Life of Zed.pdf")
    identity = reviewing.identity_of(application)
    assert set(identity.names) == {"wambui", "Zed Wambui", "Zawadi Kiprotich"}
    assert set(identity.handles) == {
        application.code,
        "zk.wambui88@example.org",
        "zk.wambui88",
        "zed-w",
        "Life of Zed.pdf",
        "Life of Zed",
        "https://codeberg.org/zawadik/things",
        "zawadik",
        "https://zedworks.example/",
        "zedworks",
        "https://github.com/zedw",
        "zedw",
    }


def test_applicant_without_a_profile_has_an_identity_too(application):
    assert application.applicant.email in reviewing.identity_of(application).handles


# Two at once ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_mentors_at_once_lose_no_review(application):
    assignments = [AssignmentFactory(application=application) for _ in range(6)]
    scores = [1, 2, 3, 4, 5, 5]
    written = all_at_once(
        [
            lambda it=it, value=value: write(it, value, value, value)
            for it, value in zip(assignments, scores, strict=True)
        ]
    )
    assert [review.assignment for review in written] == assignments
    # (1 + 2 + 3 + 4 + 5 + 5) / 6 = 3.333…
    assert summary(application) == (6, Decimal("3.33"), Decimal("4.00"))
    assert HistoryEntry.objects.filter(application=application, action="review").count() == 6


@pytest.mark.django_db(transaction=True)
def test_one_mentor_pressing_twice_at_once_writes_one_review(assignment, application):
    outcomes = all_at_once([lambda: write(assignment, 4, 4, 4)] * 4)
    assert Counter(map(type, outcomes)) == {Review: 1, ReviewingRefused: 3}
    assert summary(application) == (1, Decimal("4.00"), Decimal("0.00"))
    assert Score.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_review_against_a_decision_one_of_them_waits(assignment, application, carol):
    def decide():
        with transaction.atomic():
            locked = lifecycle.lock(application)
            now = timezone.now()
            lifecycle.move(locked, Action.RELEASE_DECLINE, by=carol, at=now, decided_at=now, decided_by=carol)

    review, decision = all_at_once([lambda: write(assignment, 4, 4, 4), decide])
    assert decision is None
    # Either the review came first and counts, or the decision did and the review was refused; never half of each.
    assert type(review) in {Review, ReviewingRefused}
    counted = int(isinstance(review, Review))
    assert summary(application)[0] == counted
    assert Review.objects.filter(submitted_at__isnull=False).count() == counted
