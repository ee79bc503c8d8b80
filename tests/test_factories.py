"""Every model has a factory, and every factory builds rows that both databases accept."""

import inspect
from datetime import datetime

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from factory.django import DjangoModelFactory

from applications.models import Decision, Question
from applications.readiness import problems
from applications.states import DECIDED, Status
from community.models import Posting, User
from tests import factories

FACTORIES = [
    item
    for item in vars(factories).values()
    if inspect.isclass(item) and issubclass(item, DjangoModelFactory) and item is not DjangoModelFactory
]


def test_every_model_has_a_factory() -> None:
    models = {model for label in ("community", "applications") for model in apps.get_app_config(label).get_models()}
    assert {factory._meta.model for factory in FACTORIES} == models


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory_makes_three_rows(factory: type[DjangoModelFactory]) -> None:
    with transaction.atomic():
        rows = factory.create_batch(3)
    assert len({row.pk for row in rows}) == 3
    for row in rows:
        row.refresh_from_db()
        assert str(row)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_application_at_every_status(status: Status) -> None:
    application = factories.ApplicationFactory(status=status)
    application.refresh_from_db()
    assert application.status == status
    assert bool(problems(application)) == (status == Status.DRAFT)
    assert Decision.objects.filter(application=application, released_at__isnull=False).count() == (status in DECIDED)


@pytest.mark.django_db
def test_posting_traits(now: datetime) -> None:
    made = {
        trait: factories.PostingFactory(**{trait: True}) for trait in ("draft", "upcoming", "past", "closed", "stipend")
    }
    made["open"] = factories.PostingFactory()
    assert {name for name, row in made.items() if row.is_open_at(now)} == {"open", "stipend"}
    assert set(Posting.objects.open_at(now)) == {made["open"], made["stipend"]}
    assert [len(criterion.scale) for criterion in made["open"].rubric] == [5, 5, 5]


@pytest.mark.django_db
def test_whole_form_asks_every_kind(posting: Posting) -> None:
    form = factories.whole_form(posting)
    assert {question.kind for question in form.questions} == set(Question.Kind)
    application = factories.ApplicationFactory(posting=posting, form=form, answers={"name": "Zawadi"})
    assert application.name == "Zawadi"
    assert problems(application) == []


@pytest.mark.django_db
def test_reviews_score_the_rubric() -> None:
    review = factories.ReviewFactory(values=[4, 5, None])
    assert sorted(review.scores.values_list("value", flat=True), key=str) == [4, 5, None]


def test_cast(alice: User, bob: User, carol: User, charlie: User, stranger: Client) -> None:
    assert [person.email.split("@")[0] for person in (alice, bob, carol, charlie)] == [
        "alice",
        "bob",
        "carol",
        "charlie",
    ]
    assert {person for person in (alice, bob, carol, charlie) if person.is_staff} == {carol}
    assert not carol.is_superuser
    assert carol.has_perms(["applications.triage_application", "applications.decide_application"])
    assert bob.memberships.mentors().count() == 1
    assert alice.check_password(factories.PASSWORD)


def test_signed_in_clients(as_alice: Client, as_bob: Client, as_carol: Client, as_charlie: Client) -> None:
    for client in (as_alice, as_bob, as_carol, as_charlie):
        assert client.session["_auth_user_id"]
