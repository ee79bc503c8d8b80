"""Changing what was sent, until the close: a working copy that nobody else reads, whole or not at all."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import deciding, drafting, lifecycle, revising
from applications.models import Answer, Application, Decision, HistoryEntry, Message, Revision, Upload
from applications.models.decisions import Outcome
from applications.states import UNTOLD, Action, Event, Status
from community.models import Posting
from tests import factories

pytestmark = pytest.mark.django_db

OLD, NEW = "I sent this in the evening.", "I sent this in the morning, having slept."
REST = {"first": "Python", "others": ["Python", "JavaScript"], "together": "yes", "years": "3", "agree": "on"}
REVISABLE = sorted(UNTOLD)


@pytest.fixture
def sent(posting, alice, now) -> Application:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, form=factories.whole_form(posting), answers={"why": OLD}
    )
    factories.UploadFactory(application=application)
    drafting.submit(application, by=alice, at=now - timedelta(hours=2))
    return Application.objects.get(pk=application.pk)


def url(name: str, application: Application, *args: str) -> str:
    return reverse(name, args=[application.code, *args])


def why(application: Application) -> str:
    return Answer.objects.get(application=application, question__key="why").value


def edit(client, application: Application, text: str = NEW):
    return client.post(url("edit_section", application, "your-work"), {**REST, "why": text, "go": "later"})


def copy_of(application: Application) -> Application | None:
    return Application.objects.filter(changes=application).first()


def close(posting: Posting, now) -> None:
    Posting.objects.filter(pk=posting.pk).update(closes_at=now - timedelta(minutes=1))


# The page ------------------------------------------------------------------------------------------------


def test_whole_way_change_send_receipt_history(as_alice, alice, sent) -> None:
    assert as_alice.post(url("change_answers", sent)).url == url("check_answers", sent)
    assert edit(as_alice, sent).url == sent.get_absolute_url()
    assert "Go on with the changes" in as_alice.get(sent.get_absolute_url()).text
    assert NEW in as_alice.get(url("check_answers", sent)).text
    assert as_alice.post(url("check_answers", sent)).url == sent.get_absolute_url()

    before, sent = sent, Application.objects.get(pk=sent.pk)
    assert (sent.status, sent.submitted_at) == (Status.SUBMITTED, before.submitted_at)
    assert why(sent) == NEW
    first, second = sent.revisions.all()
    assert (first.number, second.number) == (1, 2)
    assert OLD in first.content
    assert NEW in second.content
    assert first.digest != second.digest == sent.digest
    assert copy_of(sent) is None
    assert list(Message.objects.order_by("pk").values_list("key", flat=True)) == [
        f"receipt:{sent.code}:1",
        f"receipt:{sent.code}:2",
    ]
    receipt = Message.objects.order_by("pk").last()
    assert receipt.subject.startswith("We have your changes")
    assert NEW in receipt.body
    assert second.digest in receipt.body
    entry = HistoryEntry.objects.get(application=sent, action=Event.REVISE)
    assert (entry.was, entry.became, entry.actor) == (Status.SUBMITTED, Status.SUBMITTED, alice)
    page = as_alice.get(sent.get_absolute_url())
    assert "You sent changed answers" in page.text
    assert second.digest in page.text


def test_get_is_refused_outsiders_get_404_and_strangers_the_sign_in(
    as_alice, as_bob, as_carol, as_charlie, stranger, sent
) -> None:
    address = url("change_answers", sent)
    assert as_alice.get(address).status_code == 405
    for client in (as_bob, as_carol, as_charlie):
        assert client.post(address).status_code == 404
    assert stranger.post(address).status_code == 302
    assert copy_of(sent) is None


def test_second_press_leads_to_the_same_copy(as_alice, sent) -> None:
    for _ in range(2):
        assert as_alice.post(url("change_answers", sent)).url == url("check_answers", sent)
    assert Application.objects.filter(changes=sent).count() == 1


def test_sending_twice_sends_once(as_alice, sent) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    for _ in range(2):
        assert as_alice.post(url("check_answers", sent)).url == sent.get_absolute_url()
    assert (sent.revisions.count(), Message.objects.count()) == (2, 2)


def test_sending_no_change_is_no_revision(as_alice, sent) -> None:
    as_alice.post(url("change_answers", sent))
    page = as_alice.post(url("check_answers", sent), follow=True)
    assert "You changed nothing" in page.text
    assert (sent.revisions.count(), copy_of(sent)) == (1, None)


@pytest.mark.parametrize("status", sorted(set(Status) - UNTOLD - {Status.DRAFT}))
def test_nothing_else_can_be_changed(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert "Change my answers" not in as_alice.get(application.get_absolute_url()).text
    page = as_alice.post(url("change_answers", application), follow=True)
    assert "what you sent stands" in page.text
    assert copy_of(application) is None


def test_a_draft_needs_no_copy(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    assert as_alice.post(url("change_answers", draft)).url == draft.get_absolute_url()
    assert Application.objects.count() == 1


# Nobody sees half an edit --------------------------------------------------------------------------------


def test_staff_and_mentors_read_what_was_sent_until_it_is_sent_again(as_alice, as_bob, as_carol, bob, sent) -> None:
    assignment = factories.AssignmentFactory(application=sent, mentor=bob)
    Application.objects.filter(pk=sent.pk).update(status=Status.IN_REVIEW)
    admin_page = reverse("admin:applications_application_change", args=[sent.pk])
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    for client, address in ((as_bob, assignment.get_absolute_url()), (as_carol, admin_page)):
        page = client.get(address)
        assert OLD in page.text
        assert NEW not in page.text
    counted = as_carol.get("/admin/applications/application/")
    ((_title, numbers),) = counted.context["counts"]
    assert [(label, number) for label, _link, number in numbers] == [("in review", 1)]
    assert as_carol.get(reverse("admin:applications_application_change", args=[copy_of(sent).pk])).status_code == 404

    as_alice.post(url("check_answers", sent))
    for client, address in ((as_bob, assignment.get_absolute_url()), (as_carol, admin_page)):
        page = client.get(address)
        assert NEW in page.text
        assert OLD not in page.text


def test_files_of_the_copy_are_its_own(as_alice, as_carol, sent) -> None:
    given = sent.uploads.get()
    as_alice.post(url("change_answers", sent))
    copied = copy_of(sent).uploads.get()
    assert copied.file.name != given.file.name
    assert as_alice.get(url("download_file", sent, copied.code)).status_code == 200
    assert as_carol.get(url("download_file", sent, copied.code)).status_code == 404
    assert as_alice.post(url("remove_file", sent, copied.code)).url == url("check_answers", sent)
    assert as_carol.get(url("download_file", sent, given.code)).status_code == 200
    as_alice.post(url("check_answers", sent))
    assert not Upload.objects.exists()


def test_copy_has_no_address_and_no_place_of_its_own(as_alice, alice, sent, posting) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    copy = copy_of(sent)
    for name in ("application", "check_answers", "discard"):
        assert as_alice.get(url(name, copy)).status_code == 404
    page = as_alice.get("/applications/")
    assert page.text.count(sent.posting.title) == 1
    assert copy.code not in page.text
    assert "Changes not sent" in page.text
    assert as_alice.get(reverse("apply", args=[posting.slug])).url == sent.get_absolute_url()


@pytest.mark.parametrize("status", REVISABLE)
def test_triage_ends_nothing_and_shows_nowhere(as_alice, alice, sent, status, now) -> None:
    Application.objects.filter(pk=sent.pk).update(status=status)
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    as_alice.post(url("check_answers", sent))
    sent.refresh_from_db()
    assert (sent.status, why(sent)) == (status, NEW)


# Too late ------------------------------------------------------------------------------------------------


def test_deadline_passes_while_editing(as_alice, sent, posting, now) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    close(posting, now)
    answer = as_alice.post(url("check_answers", sent))
    assert answer.status_code == 409
    assert "what you sent stands as it is" in answer.text
    assert NEW in answer.text
    assert (why(sent), sent.revisions.count()) == (OLD, 1)
    page = as_alice.get(sent.get_absolute_url())
    assert "were not sent in time" in page.text
    assert OLD in page.text
    assert "Change my answers" not in page.text
    # What was typed is still read, and still kept.
    assert NEW in as_alice.get(url("check_answers", sent)).text
    assert edit(as_alice, sent, "One word more.").status_code == 302
    assert why(copy_of(sent)) == "One word more."


def test_changes_in_which_nothing_was_changed_are_not_mourned(as_alice, sent, posting, now) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    edit(as_alice, sent, OLD)
    close(posting, now)
    assert "were not sent in time" not in as_alice.get(sent.get_absolute_url()).text
    assert "were not sent in time" not in as_alice.get(f"/ar{sent.get_absolute_url()}").text


def test_a_send_that_arrived_in_time_counts(alice, sent, posting, now) -> None:
    revising.change_answers(sent, by=alice, at=now)
    Answer.objects.filter(application__changes=sent, question__key="why").update(value=NEW)
    close(posting, now)
    with pytest.raises(drafting.DraftingRefused):
        revising.send_changes(sent, by=alice, at=now)
    assert revising.send_changes(sent, by=alice, at=now - timedelta(minutes=5)).number == 2


def test_withdrawing_leaves_the_copy_to_be_read(as_alice, alice, sent, now) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    drafting.withdraw(sent, by=alice, at=now)
    assert as_alice.post(url("check_answers", sent)).status_code == 409
    assert NEW in as_alice.get(url("check_answers", sent)).text
    assert "were not sent in time" in as_alice.get(sent.get_absolute_url()).text


def test_missing_answer_keeps_the_copy_and_what_was_sent(as_alice, sent) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent, "")
    answer = as_alice.post(url("check_answers", sent))
    assert "It is not sent yet" in answer.text
    assert (why(sent), sent.revisions.count()) == (OLD, 1)


def test_stale_tab_after_sending_keeps_its_text(as_alice, sent) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    as_alice.post(url("check_answers", sent))
    answer = edit(as_alice, sent, "Typed in another tab.")
    assert answer.status_code == 409
    assert "Typed in another tab." in answer.text
    assert why(sent) == NEW


def test_discarding_changes_leaves_what_was_sent(as_alice, sent) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    assert "Do you want to discard these changes?" in as_alice.get(url("discard", sent)).text
    for _ in range(2):
        assert as_alice.post(url("discard", sent)).url == sent.get_absolute_url()
    assert (copy_of(sent), why(sent)) == (None, OLD)
    assert sent.uploads.get().file.open("rb").read() == factories.PDF


# What leans on the earlier answers ------------------------------------------------------------------------


def test_a_decision_staged_on_the_earlier_answers_is_taken_back(as_alice, sent, carol, now) -> None:
    decision = deciding.stage(sent, Outcome.DECLINE, subject="CANARY", body="CANARY", by=carol, at=now)
    deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    page = as_alice.post(url("check_answers", sent), follow=True)
    assert "CANARY" not in page.text
    assert not Decision.objects.exists()
    assert HistoryEntry.objects.filter(application=sent, action=Event.UNSTAGE, actor=None).count() == 1


def test_a_mentor_hears_of_changed_answers_before_handing_in(as_alice, as_bob, bob, sent) -> None:
    Application.objects.filter(pk=sent.pk).update(status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=sent, mentor=bob)
    scores = {f"criterion_{criterion.pk}": "4" for criterion in sent.posting.rubric}
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    as_alice.post(url("check_answers", sent))
    told = as_bob.post(assignment.get_absolute_url(), {**scores, "go": "submit", "shown": "1", "comments": "Good."})
    assert told.url == assignment.get_absolute_url()
    assert "answers were changed after you opened this page" in as_bob.get(told.url).text
    assignment.refresh_from_db()
    assert (assignment.status, assignment.review.comments) == ("open", "Good.")


def test_staff_see_which_review_is_of_earlier_answers(as_alice, as_carol, bob, sent, now) -> None:
    Application.objects.filter(pk=sent.pk).update(status=Status.IN_REVIEW)
    review = factories.ReviewFactory(assignment__application=sent, assignment__mentor=bob, values=4)
    type(review).objects.filter(pk=review.pk).update(submitted_at=now - timedelta(hours=1))
    page = reverse("admin:applications_application_change", args=[sent.pk])
    assert "of earlier answers" not in as_carol.get(page).text
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    as_alice.post(url("check_answers", sent))
    assert "of earlier answers" in as_carol.get(page).text


# The verbs ------------------------------------------------------------------------------------------------


def test_only_the_applicant_changes(sent, carol, bob, now) -> None:
    for person in (carol, bob):
        for verb in (revising.change_answers, revising.send_changes):
            with pytest.raises(drafting.DraftingRefused):
                verb(sent, by=person, at=now)


def test_a_copy_is_sent_by_no_other_way(sent, alice, now) -> None:
    """What the lifecycle would let through, the database does not."""
    copy = revising.change_answers(sent, by=alice, at=now)
    with pytest.raises(Exception, match="application_changes_are_a_draft"):
        lifecycle.move(copy, Action.SUBMIT, by=alice, at=now, submitted_at=now)


def test_what_was_sent_before_revisions_were_kept_is_sealed_first(alice, posting, now) -> None:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.SUBMITTED, answers={"why": OLD}
    )
    revising.change_answers(application, by=alice, at=now)
    Answer.objects.filter(application__changes=application, question__key="why").update(value=NEW)
    revising.send_changes(application, by=alice, at=now)
    first, second = Revision.objects.all()
    assert (OLD in first.content, NEW in second.content) == (True, True)
    assert first.sent_at == application.submitted_at


def test_a_working_copy_is_not_sent_as_an_application(as_alice, alice, sent, now) -> None:
    as_alice.post(url("change_answers", sent))
    edit(as_alice, sent)
    copy = copy_of(sent)
    assert copy is not None
    with pytest.raises(drafting.DraftingRefused):
        drafting.submit(copy, by=alice, at=now)
    assert as_alice.post(url("check_answers", copy)).status_code == 404
    assert why(sent) == OLD
    assert why(copy) == NEW


def test_nobody_sends_for_another(as_bob, posting, alice, now) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    assert as_bob.post(url("check_answers", draft)).status_code == 404
    assert Application.objects.get(pk=draft.pk).status == Status.DRAFT
