"""The database's own promises: every constraint has a case that it refuses, whatever the code above it does."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from applications.models import Application, Assignment, Form, Message, Question, Review, Score
from applications.models.decisions import Outcome
from applications.states import DECIDED, Status
from community.models import Criterion, Membership, Posting, PostingText, Round, User
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def change(row: models.Model, **fields: Any) -> Callable[[], object]:
    """An UPDATE of `row` to `fields`, past everything that Python would check."""
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**fields)


def again(row: models.Model, **fields: Any) -> Callable[[], object]:
    """An INSERT of a copy of `row` with `fields` changed."""
    row.pk = None
    row._state.adding = True
    for name, value in fields.items():
        setattr(row, name, value)
    return lambda: type(row)._base_manager.bulk_create([row])


def application(status: Status, **fields: Any) -> Application:
    return make.ApplicationFactory(status=status, answers=False, **fields)


def hanging_on_itself(question: Question) -> Callable[[], object]:
    return change(question, ask_if=question, ask_if_value="yes")


# Each makes rows that stand, and returns the write that must not.
CASES: dict[str, Callable[[], Callable[[], object]]] = {
    "application_one_live_per_person_and_posting": lambda: again(application(Status.DECLINED), code="OTHER"),
    "application_status_is_known": lambda: change(application(Status.SUBMITTED), status="banana"),
    "application_draft_iff_never_sent": lambda: change(application(Status.SUBMITTED), status=Status.DRAFT),
    "application_decision_has_date_and_decider": lambda: change(application(Status.OFFERED), decided_by=None),
    "application_decided_iff_dated": lambda: change(application(Status.SUBMITTED), status=Status.OFFERED),
    "application_withdrawn_iff_dated": lambda: change(application(Status.SUBMITTED), status=Status.WITHDRAWN),
    "application_has_no_score_without_reviews": lambda: change(
        application(Status.IN_REVIEW), mean_score=Decimal(3), score_spread=Decimal(0)
    ),
    "application_has_mean_and_spread_or_neither": lambda: change(
        application(Status.IN_REVIEW), reviews_done=1, mean_score=Decimal(3)
    ),
    "application_answered_iff_dated": lambda: change(application(Status.ACCEPTED), answered_at=None),
    "application_changes_are_a_draft": lambda: change(
        application(Status.SUBMITTED), changes=application(Status.SUBMITTED)
    ),
    "revision_numbered_once": lambda: again(make.RevisionFactory()),
    "answer_once_per_question": lambda: again(make.AnswerFactory()),
    "section_saved_once_per_application": lambda: again(make.SavedSectionFactory()),
    "upload_once_per_question": lambda: again(make.UploadFactory(), code="other"),
    "decision_one_staged_per_application": lambda: again(make.DecisionFactory()),
    "decision_outcome_is_known": lambda: change(make.DecisionFactory(outcome=Outcome.DECLINE), outcome="banana"),
    "decision_offer_iff_answer_by": lambda: change(make.DecisionFactory(), answer_by=None),
    "form_version_once_in_a_posting": lambda: again(make.FormFactory(), superseded_at=NOW),
    "form_newest_once_in_a_posting": lambda: again(make.FormFactory(), version=2),
    "section_slug_once_in_a_form": lambda: again(make.SectionFactory()),
    "question_key_once_in_a_section": lambda: again(make.QuestionFactory()),
    "question_shown_to_reviewers_never_identifies": lambda: change(
        make.QuestionFactory(identifies=True), shown_to_reviewers=True
    ),
    "assignment_once_per_mentor": lambda: again(make.AssignmentFactory(), code="OTHER"),
    "assignment_status_is_known": lambda: change(make.AssignmentFactory(), status="banana"),
    "assignment_recused_iff_dated": lambda: change(make.AssignmentFactory(), status=Assignment.Status.RECUSED),
    "review_draft_has_no_mean": lambda: change(make.ReviewFactory(draft=True), mean=Decimal(3)),
    "score_once_per_criterion": lambda: again(make.ScoreFactory()),
    "score_is_on_a_scale": lambda: change(make.ScoreFactory(), value=8),
    "alert_once_per_address_and_filter": lambda: again(make.AlertFactory(), code="OTHER"),
    "alert_confirmed_iff_it_tells": lambda: change(make.AlertFactory(), told_until=None),
    "application_look_has_a_reason_only_if_asked": lambda: change(
        application(Status.SUBMITTED), look_reason="I moved last year."
    ),
    "consent_one_in_force_per_purpose": lambda: again(make.ConsentFactory()),
    "erased_applications_counted_once": lambda: again(make.ErasedApplicationFactory()),
    "incoming_once_per_question": lambda: again(make.IncomingUploadFactory(), code="OTHER"),
    "incoming_received_within_size": lambda: change(make.IncomingUploadFactory(), received=1001),
    "question_hangs_on_another": lambda: hanging_on_itself(make.QuestionFactory()),
    "section_screens_once_in_a_form": lambda: again(make.SectionFactory(screens=True), slug="other"),
    "message_sent_or_given_up_never_both": lambda: change(make.MessageFactory(), sent_at=NOW, given_up_at=NOW),
    "user_email_is_lower_case": lambda: change(make.UserFactory(), email="Upper@example.org"),
    "posting_closes_after_it_opens": lambda: change(make.PostingFactory(), closes_at=NOW - timedelta(days=99)),
    "posting_draft_iff_never_published": lambda: change(make.PostingFactory(), published_at=None),
    "posting_published_has_its_dates": lambda: change(make.PostingFactory(), decides_on=None),
    "posting_unpaid_has_no_stipend": lambda: change(make.PostingFactory(), stipend_amount=1),
    "posting_text_once_per_language": lambda: again(
        PostingText.objects.create(posting=make.PostingFactory(), language="fr")
    ),
    "posting_names_a_skill_once": lambda: again(make.PostingSkillFactory()),
    "criterion_named_once_in_a_posting": lambda: again(make.CriterionFactory()),
    "criterion_weighs_something": lambda: change(make.CriterionFactory(), weight=0),
    "membership_once_per_person_and_posting": lambda: again(make.MembershipFactory(posting=make.PostingFactory())),
    "membership_ends_after_it_starts": lambda: change(
        make.MembershipFactory(), ended_on=NOW.date() - timedelta(days=99)
    ),
    "round_closes_after_it_opens": lambda: change(make.RoundFactory(), closes_at=NOW - timedelta(days=99)),
}


def test_every_constraint_has_a_case():
    ours = [model for label in ("applications", "community") for model in apps.get_app_config(label).get_models()]
    assert {constraint.name for model in ours for constraint in model._meta.constraints} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_constraint_refuses(name):
    write = CASES[name]()
    # SQLite names the columns of a unique constraint, not the constraint.
    told = name if connection.vendor == "postgresql" else f"{name}|UNIQUE"
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        write()


@pytest.mark.parametrize("status", sorted(DECIDED))
def test_no_decision_without_its_date(status):
    with pytest.raises(IntegrityError, match="application_decided_iff_dated"), transaction.atomic():
        change(application(status), decided_at=None, decided_by=None)()


@pytest.mark.parametrize("status", sorted(set(Status) - DECIDED - {Status.WITHDRAWN}))
def test_no_date_of_a_decision_before_it(status):
    with pytest.raises(IntegrityError, match="application_decided_iff_dated"), transaction.atomic():
        change(application(status), decided_at=NOW, decided_by=make.UserFactory())()


def test_after_a_withdrawal_there_is_room_for_another():
    first = application(Status.WITHDRAWN)
    make.ApplicationFactory(posting=first.posting, applicant=first.applicant)
    assert Application.objects.count() == 2


@pytest.mark.parametrize("kind", [Question.Kind.FILE])
def test_file_never_reaches_reviewers(kind):
    with pytest.raises(IntegrityError, match="question_shown_to_reviewers"), transaction.atomic():
        make.QuestionFactory(kind=kind, shown_to_reviewers=True)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Application, "code"),
        (Assignment, "code"),
        (Message, "key"),
        (Message, "message_id"),
        (User, "email"),
        (Posting, "slug"),
        (Round, "slug"),
        (Review, "assignment"),
    ],
)
def test_unique_column(model, field):
    assert model._meta.get_field(field).unique


def test_review_once_per_assignment():
    review = make.ReviewFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        again(review)()


@pytest.mark.parametrize("row", [Criterion, Form, Score, Membership])
def test_models_keep_their_rules_in_the_database_not_in_save(row):
    assert "save" not in vars(row)
