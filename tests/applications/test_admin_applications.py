"""The staff's list of applications and the page to read one on: who sees what, at what cost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from applications import revising
from applications.admin.steps import STEPS
from applications.models import Application, Assignment
from applications.states import Event, Status
from tests.cast import signed_in
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    HistoryEntryFactory,
    LetterFactory,
    MessageFactory,
    PostingFactory,
    ReviewFactory,
    UploadFactory,
    UserFactory,
)
from tests.memory import forget

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"
SCRIPT = "<script>alert('CANARY')</script>"


def page_of(application: Application) -> str:
    return reverse("admin:applications_application_change", args=[application.pk])


def listed(client, query: str = "") -> set[str]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.headers
    return {application.code for application in answer.context["cl"].result_list}


# Who ------------------------------------------------------------------------------------------------


def test_who_reads_the_list_and_an_application(as_alice, as_bob, as_charlie, as_carol, stranger, posting) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    no_permission = signed_in(UserFactory(is_staff=True))
    for address in (LIST, page_of(application)):
        assert as_carol.get(address).status_code == 200
        assert no_permission.get(address).status_code == 403
        assert stranger.get(address).status_code == 302
        for client in (as_alice, as_bob, as_charlie):
            assert client.get(address).status_code in {302, 403}
            assert application.code not in client.get(address, follow=True).text


def test_nothing_is_added_changed_or_deleted_by_hand(as_carol, admin_client, posting) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    for client in (as_carol, admin_client):
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.get(f"{LIST}{application.pk}/delete/").status_code == 403
        assert client.post(page_of(application), {"status": "accepted"}).status_code == 405
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


def test_drafts_are_counted_and_nowhere_read(as_carol, admin_client, posting) -> None:
    draft = ApplicationFactory(posting=posting, answers={"name": "CANARY-NAME"})
    for client in (as_carol, admin_client):
        answer = client.get(LIST)
        assert "CANARY-NAME" not in answer.text
        assert draft.code not in answer.text
        assert draft.applicant.email not in answer.text
        assert answer.context["counts"] == [(f"{posting.title}, {posting.project.name}", [("draft", "", 1)])]
        assert listed(client, f"q={draft.code}") == set()
        assert listed(client, "status=draft") == set()
        assert client.get(page_of(draft)).status_code == 404
        assert "CANARY-NAME" not in client.get(f"{LIST}step/stage/?codes={draft.code}", follow=True).text


def test_staff_neither_list_nor_read_their_own(as_carol, carol, posting) -> None:
    mine = ApplicationFactory(posting=posting, applicant=carol, status=Status.IN_REVIEW)
    ReviewFactory(assignment__application=mine, comments="CANARY-COMMENT")
    DecisionFactory(application=mine, body="CANARY-DECISION")
    assert listed(as_carol) == set()
    assert as_carol.get(LIST).context["counts"] == []
    assert as_carol.get(page_of(mine)).status_code == 404
    assert listed(as_carol, f"q={mine.code}") == set()
    assert mine.code not in as_carol.get("/admin/applications/decision/").text


def test_actions_follow_permissions(carol, as_carol, posting) -> None:
    ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    triager = UserFactory(is_staff=True)
    triager.user_permissions.set(Permission.objects.filter(codename__in=["view_application", "triage_application"]))

    def offered(client) -> set[str]:
        form = client.get(LIST).context["action_form"]
        return {name for name, _label in form.fields["action"].choices if name} if form else set()

    assert offered(as_carol) == {slug.replace("-", "_") for slug in STEPS}
    assert offered(signed_in(triager)) == {"send_to_review", "shortlist", "assign"}
    triager.user_permissions.set(Permission.objects.filter(codename="view_application"))
    assert offered(signed_in(triager)) == set()


# The list -------------------------------------------------------------------------------------------


@pytest.fixture
def some(posting):
    """One of each that the filters tell apart."""
    other = PostingFactory(title="Database Administrator")
    some = {
        "new": ApplicationFactory(posting=posting, status=Status.SUBMITTED, answers={"name": "Aïcha Traoré"}),
        "once": ApplicationFactory(posting=posting, status=Status.IN_REVIEW),
        "twice": ApplicationFactory(posting=other, status=Status.SHORTLISTED, answers={"name": "Wanjirũ Kamau"}),
        "waits": ApplicationFactory(posting=other, status=Status.WAITLISTED),
    }
    Application.objects.filter(pk=some["once"].pk).update(reviews_done=1, mean_score="3.50", score_spread="0")
    Application.objects.filter(pk=some["twice"].pk).update(reviews_done=2, mean_score="4.25", score_spread="1.50")
    DecisionFactory(application=some["twice"])
    DecisionFactory(application=some["once"], outcome="decline")
    return some


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"new", "once", "twice", "waits"}),
        ("status=submitted", {"new"}),
        ("status=waitlisted", {"waits"}),
        ("reviews=none", {"new", "waits"}),
        ("reviews=one", {"once"}),
        ("reviews=more", {"twice"}),
        ("staged=none", {"new", "waits"}),
        ("staged=offer", {"twice"}),
        ("staged=waitlist", set()),
        ("staged=decline", {"once"}),
        ("q=traor%C3%A9", {"new"}),
        ("q=A%C3%AFcha+Traor%C3%A9", {"new"}),
        ("q=kamau", {"twice"}),
        ("q=queue+froze", set()),
        ("status=banana", set()),
        ("status=%00", {"new", "once", "twice", "waits"}),
        ("staged=%00", {"new", "once", "twice", "waits"}),
        ("q=%00", {"new", "once", "twice", "waits"}),
        ("reviews=banana", {"new", "once", "twice", "waits"}),
    ],
)
def test_filters_and_search(as_carol, some, query, found) -> None:
    assert listed(as_carol, query) == {some[key].code for key in found}


def test_search_by_reference_and_address(as_carol, some, posting) -> None:
    one = some["once"]
    for term in (one.code, one.code[:6].lower(), one.applicant.email, one.applicant.email.upper()):
        assert listed(as_carol, f"q={term}") == {one.code}


def test_filters_by_posting_and_round(as_carol, some, posting) -> None:
    assert listed(as_carol, f"posting__id__exact={posting.pk}") == {some["new"].code, some["once"].code}
    assert listed(as_carol, f"posting__round__id__exact={posting.round_id}") == {some["new"].code, some["once"].code}


def test_the_filter_names_a_role_with_its_project_and_round(as_carol, some, posting) -> None:
    page = as_carol.get(LIST).text
    assert f">{posting.title}, {posting.project.name}, {posting.round.name}</a>" in page


def test_counts_lead_to_what_they_count(as_carol, some, posting) -> None:
    counts = as_carol.get(LIST).context["counts"]
    assert {(title.partition(",")[0], label, number) for title, cells in counts for label, _link, number in cells} == {
        ("Backend Engineer", "submitted", 1),
        ("Backend Engineer", "in review", 1),
        ("Database Administrator", "shortlisted", 1),
        ("Database Administrator", "waitlisted", 1),
    }
    for _title, cells in counts:
        for _label, link, number in cells:
            assert len(listed(as_carol, link.partition("?")[2])) == number


def test_a_row_says_who_what_and_how_it_was_scored(as_carol, some) -> None:
    text = as_carol.get(f"{LIST}?status=shortlisted").text
    for part in ("Wanjirũ Kamau", "Database Administrator", "4.25", "1.50", "offer"):
        assert part in text


@pytest.mark.parametrize(("order", "means"), [("8", ["3.50", "4.25"]), ("-8", ["4.25", "3.50"])])
def test_ordering_by_mean(as_carol, some, order, means) -> None:
    rows = as_carol.get(f"{LIST}?o={order}").context["cl"].result_list
    assert [str(row.mean_score) for row in rows if row.mean_score is not None] == means


def test_a_foreign_lookup_reads_nothing(as_carol, some) -> None:
    assert as_carol.get(f"{LIST}?answers__value__icontains=froze").status_code in {302, 400}


def test_same_queries_for_one_row_and_for_three(as_carol, posting, django_assert_num_queries) -> None:
    def fill() -> None:
        application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
        DecisionFactory(application=application)

    fill()
    forget()
    # Session, account, two of permissions; two filters; counts, late promises, unread letters; number and page of
    # rows, names, decisions, letters.
    with django_assert_num_queries(14):
        assert len(listed(as_carol)) == 1
    fill()
    fill()
    forget()
    with django_assert_num_queries(14):
        assert len(listed(as_carol)) == 3


# One application ------------------------------------------------------------------------------------


@pytest.fixture
def whole(posting, bob, carol):
    application = ApplicationFactory(
        posting=posting, status=Status.IN_REVIEW, answers={"name": "Amina Diallo", "why": f"Because {SCRIPT}"}
    )
    rubric = posting.rubric
    ReviewFactory(
        assignment=AssignmentFactory(application=application, mentor=bob, status=Assignment.Status.REVIEWED),
        comments=f"For staff {SCRIPT}",
        feedback="For the applicant",
        mean="3.50",
        values=[4, 3, *[None] * (len(rubric) - 2)],
    )
    ReviewFactory(draft=True, assignment=AssignmentFactory(application=application), comments="CANARY-DRAFT-REVIEW")
    UploadFactory(application=application)
    DecisionFactory(application=application, subject="Welcome {name}", body="You join {project}.", staged_by=carol)
    HistoryEntryFactory(application=application, actor=carol, action=Event.ASSIGN, note=SCRIPT)
    MessageFactory(application=application, person=application.applicant, subject=f"Receipt {SCRIPT}")
    MessageFactory(application=application, person=application.applicant, subject="CANARY-CODE", is_secret=True)
    return application


def test_everything_is_on_one_page(as_carol, whole, bob, carol) -> None:
    page = as_carol.get(page_of(whole)).text
    for part in (
        whole.code,
        "Amina Diallo",
        whole.applicant.email,
        "in review",
        str(whole.told),
        "mentors read this",
        "cv.pdf",
        reverse("download_file", args=[whole.code, whole.uploads.get().code]),
        bob.email,
        "3.50",
        "not enough to judge",
        "For staff",
        "For the applicant",
        "Welcome Amina Diallo",
        "You join Clinic Queue.",
        "mentor assigned",
        "Receipt",
    ):
        assert part in page, part


def test_that_an_answer_can_be_taken_back_is_told_only_while_it_can(as_carol, posting, now) -> None:
    for answered_at, can in ((now, True), (now - timedelta(days=2), False)):
        page = as_carol.get(
            page_of(ApplicationFactory(posting=posting, status="accepted", answered_at=answered_at))
        ).text
        assert "Offer answered" in page
        assert ("They can take the answer back" in page) is can


def test_a_letter_to_be_read_is_announced_above_the_application(as_carol, posting) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    assert 'href="#letters"' not in as_carol.get(page_of(application)).text
    LetterFactory(application=application)
    assert 'href="#letters"' in as_carol.get(page_of(application)).text


def test_every_answer_is_there(as_carol, whole) -> None:
    sections = as_carol.get(page_of(whole)).context["sections"]
    shown = [answer["question"].pk for _title, answers in sections for answer in answers]
    assert shown == [question.pk for question in whole.form.questions]


@pytest.mark.once
def test_scripts_in_answers_reviews_history_and_messages_are_inert(as_carol, whole) -> None:
    ApplicationFactory(posting=whole.posting, status=Status.SUBMITTED, answers={"name": SCRIPT})
    for address in (page_of(whole), LIST, f"{LIST}step/stage/?codes={whole.code}", "/admin/applications/message/"):
        page = as_carol.get(address).text
        assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in as_carol.get(page_of(whole)).text


@pytest.mark.once
def test_a_javascript_address_is_no_link(as_carol, posting) -> None:
    application = ApplicationFactory(
        posting=posting, status=Status.SUBMITTED, answers={"code_host": "javascript:alert(1)"}
    )
    assert 'href="javascript' not in as_carol.get(page_of(application)).text


def test_what_is_not_for_staff_stays_away(as_carol, whole) -> None:
    """A review that its mentor has not submitted, and a message that holds a sign-in code."""
    page = as_carol.get(page_of(whole)).text
    assert "CANARY-DRAFT-REVIEW" not in page
    assert "CANARY-CODE" not in page


def test_staff_open_the_file_and_strangers_do_not(as_carol, as_charlie, stranger, whole) -> None:
    address = reverse("download_file", args=[whole.code, whole.uploads.get().code])
    assert as_carol.get(address).status_code == 200
    assert as_charlie.get(address).status_code == 404
    assert stranger.get(address).status_code == 302


# Rows: where an application stands, with nothing staged. Columns: which buttons its page shows.
BUTTONS = """
submitted    send-to-review  assign  shortlist  screen-out  stage
in_review    assign  shortlist  stage
shortlisted  send-to-review  assign  stage
waitlisted   stage
offered
accepted
turned_down
lapsed
declined
withdrawn
"""


@pytest.mark.once
@pytest.mark.parametrize("row", [line.split() for line in BUTTONS.strip().splitlines()], ids=lambda row: row[0])
def test_buttons_are_those_that_lead_somewhere(as_carol, posting, row) -> None:
    application = ApplicationFactory(posting=posting, status=Status(row[0]))
    steps = as_carol.get(page_of(application)).context["steps"]
    assert [link.split("/step/")[1].split("/")[0] for _label, link in steps] == row[1:]
    for _label, link in steps:
        assert as_carol.get(link).status_code == 200


def test_buttons_with_a_decision_staged(as_carol, whole) -> None:
    steps = as_carol.get(page_of(whole)).context["steps"]
    found = [link.split("/step/")[1].split("/")[0] for _label, link in steps]
    assert found == ["assign", "shortlist", "take-back", "release", "schedule"]


def test_reading_costs_the_same_for_one_review_and_for_three(as_carol, posting, django_assert_num_queries) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)

    def add() -> None:
        ReviewFactory(assignment__application=application, values=4)
        HistoryEntryFactory(application=application)
        MessageFactory(application=application)

    add()
    DecisionFactory(application=application)
    number = 23
    forget()
    with django_assert_num_queries(number):
        as_carol.get(page_of(application))
    add()
    add()
    forget()
    with django_assert_num_queries(number):
        as_carol.get(page_of(application))


@pytest.mark.parametrize("key", ["0", "999999", "x", "1" * 40, "-1", "1%00"])
def test_no_such_application_is_404(as_carol, key) -> None:
    assert as_carol.get(f"{LIST}{key}/change/").status_code == 404


def test_no_address_tells_who_has_begun_changes(as_carol, alice, posting) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    revising.change_answers(application, by=alice, at=timezone.now())
    for asked in ("change__isnull=False", "change__isnull=True"):
        assert as_carol.get(f"{LIST}?{asked}").status_code == 400
