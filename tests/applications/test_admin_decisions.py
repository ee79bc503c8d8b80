"""Decisions to read, and message templates whose merge fields are checked."""

import pytest

from applications.models import MessageTemplate
from applications.models.decisions import Outcome
from tests.cast import signed_in
from tests.factories import ApplicationFactory, DecisionFactory, MessageTemplateFactory, UserFactory
from tests.memory import forget

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/decision/"
TEMPLATES = "/admin/applications/messagetemplate/"


def test_staff_read_decisions_and_change_none(as_carol, admin_client, now) -> None:
    decision = DecisionFactory(body="Welcome.")
    for client in (as_carol, admin_client):
        assert decision.application.code in client.get(LIST).text
        assert "Welcome." in client.get(f"{LIST}{decision.pk}/change/").text
        assert client.post(f"{LIST}{decision.pk}/change/", {"body": "x"}).status_code == 403
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.get(f"{LIST}{decision.pk}/delete/").status_code == 403
    decision.refresh_from_db()
    assert decision.body == "Welcome."


def test_decisions_are_filtered_by_outcome_and_by_whether_they_are_released(as_carol, now) -> None:
    staged, released = DecisionFactory(outcome=Outcome.DECLINE), DecisionFactory(released_at=now, outcome=Outcome.OFFER)
    for query, found in (
        ("released=yes", {released}), ("released=no", {staged}), ("outcome=offer", {released}), ("outcome=banana", set()),
    ):  # fmt: skip
        assert set(as_carol.get(f"{LIST}?{query}").context["cl"].result_list) == found


def test_from_a_decision_one_press_leads_to_where_it_is_released(as_carol, posting) -> None:
    decision = DecisionFactory(application=ApplicationFactory(posting=posting, status="shortlisted"))
    role = f"{posting.title}, {posting.project.name}"
    page = as_carol.get(f"{LIST}{decision.pk}/change/").text
    address = f"/admin/applications/application/{decision.application.pk}/change/"
    assert f'href="{address}"' in page
    assert role in page
    assert role in as_carol.get(LIST).text
    assert "Release now" in as_carol.get(address).text


def test_nobody_else_reads_decisions(as_alice, as_bob, as_charlie, stranger) -> None:
    decision = DecisionFactory()
    for client in (as_alice, as_bob, as_charlie, stranger, signed_in(UserFactory(is_staff=True))):
        for address in (LIST, f"{LIST}{decision.pk}/change/", TEMPLATES):
            assert client.get(address).status_code in {302, 403}


def test_staff_do_not_read_the_decision_about_themselves(as_carol, carol) -> None:
    mine = DecisionFactory(application=ApplicationFactory(applicant=carol, status="shortlisted"), body="CANARY")
    assert mine.application.code not in as_carol.get(LIST).text
    assert "CANARY" not in as_carol.get(f"{LIST}{mine.pk}/change/", follow=True).text


def test_same_queries_for_one_row_and_for_three(as_carol, posting, django_assert_num_queries) -> None:
    def one() -> None:
        DecisionFactory(application=ApplicationFactory(posting=posting, status="shortlisted"))

    one()
    forget()
    with django_assert_num_queries(10):
        as_carol.get(LIST)
    one()
    one()
    forget()
    with django_assert_num_queries(10):
        as_carol.get(LIST)


def words(**more: str) -> dict[str, str]:
    return {"name": "Kind words", "outcome": "decline", "subject": "About {role}", "body": "Dear {name}"} | more


def test_a_template_is_added(as_carol) -> None:
    assert as_carol.post(f"{TEMPLATES}add/", words()).status_code == 302
    template = MessageTemplate.objects.get()
    assert (template.outcome, template.body) == (Outcome.DECLINE, "Dear {name}")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"body": "Dear {first_name}"}, "{first_name}, which is no merge field"),
        ({"subject": "{rôle}"}, "no merge field"),
        ({"body": "Dear {{name}}"}, "one brace"),
        ({"body": "by {answer_by}"}, "only an offer"),
    ],
)
def test_unknown_merge_fields_are_refused_and_nothing_typed_is_lost(as_carol, more, says) -> None:
    page = as_carol.post(f"{TEMPLATES}add/", words(**more))
    assert says in page.text
    assert MessageTemplate.objects.count() == 0
    assert page.context["adminform"].form["name"].value() == "Kind words"


def test_an_offers_template_may_name_its_date(as_carol) -> None:
    assert as_carol.post(f"{TEMPLATES}add/", words(outcome="offer", body="by {answer_by}")).status_code == 302


def test_the_page_lists_the_merge_fields(as_carol) -> None:
    template = MessageTemplateFactory()
    page = as_carol.get(f"{TEMPLATES}{template.pk}/change/").text
    for name in ("{name}", "{role}", "{project}", "{reference}", "{answer_by}", "{feedback}"):
        assert name in page
