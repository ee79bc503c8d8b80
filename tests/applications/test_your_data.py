"""Your data: everything about a person in one download, nothing they may not know yet, and an erasure that holds."""

import hashlib
import io
import json
import os
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.core import mail
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from applications import deciding, drafting, erasing, personal_data, reviewing
from applications.models import Application, ErasedApplication, Erasure, HistoryEntry, Message, Review, Upload
from applications.models.decisions import Outcome
from applications.states import Status
from community import consenting
from community.models import Consent, Profile, User
from tests import factories
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db

YOURS = "/account/data/"
ERASE = "/account/data/erase/"


def downloaded(client) -> tuple[dict, dict[str, bytes]]:
    answer = client.get("/account/data/download/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    return json.loads(files.pop("data.json")), files


@pytest.fixture
def confirmed(alice) -> Client:
    """Alice, who has just given her password once more, as erasing asks."""
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


def test_every_model_is_declared_personal_or_not():
    declared = {held.model for held in personal_data.PERSONAL} | set(personal_data.IMPERSONAL)
    assert set(apps.get_models()) == declared


def test_what_is_declared_personal_can_be_told(alice):
    for held in personal_data.PERSONAL:
        assert list(held.of(alice).values(*held.told)) is not None


def test_the_download_holds_answers_files_and_letters(alice, as_alice, posting, media):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    upload = factories.UploadFactory(application=application)
    factories.MessageFactory(person=alice, to=alice.email, body="A letter to Alice")
    data, files = downloaded(as_alice)
    assert data["User"][0]["email"] == alice.email
    assert {row["value"] for row in data["Answer"] if isinstance(row["value"], str)} == {
        answer.value for answer in application.answers.all() if isinstance(answer.value, str)
    }
    assert data["Message"][0]["body"] == "A letter to Alice"
    (content,) = files.values()
    assert hashlib.sha256(content).digest() == hashlib.sha256(upload.file.open("rb").read()).digest()


def test_a_file_that_the_disk_lost_keeps_nothing_else_from_its_owner(alice, as_alice, posting, media, caplog):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    lost = factories.UploadFactory(application=application)
    factories.UploadFactory(application__applicant=alice)
    lost.file.storage.delete(lost.file.name)
    data, files = downloaded(as_alice)
    assert (len(data["Upload"]), len(files)) == (2, 1)
    assert f"the file of upload {lost.pk} cannot be read" in caplog.text


def test_a_letter_to_the_address_is_theirs_also_where_nobody_was_signed_in(alice, as_alice, now):
    """Letters about new roles go to an address; whose it is may be known to nobody."""
    factories.MessageFactory(person=None, to=alice.email, body="New roles for you")
    factories.MessageFactory(person=None, to="someone@example.org", body="CANARY")
    assert [row["body"] for row in downloaded(as_alice)[0]["Message"]] == ["New roles for you"]
    erasure = erasing.erase(alice, at=now)
    assert [message.key for message in Message.objects.filter(to=alice.email)] == [f"erased:{erasure.code}"]
    assert Message.objects.filter(body="CANARY").exists()


def test_nobody_elses_rows_are_in_it(as_charlie, posting, alice):
    factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    data, files = downloaded(as_charlie)
    assert alice.email not in json.dumps(data)
    assert (data["Application"], files) == ([], {})


def test_a_staged_decision_changes_not_a_byte_of_it(alice, as_alice, carol, posting, now):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)

    def told():
        data, _files = downloaded(as_alice)
        del data["about"], data["UserSession"]
        return data

    before = told()
    deciding.stage(application, Outcome.DECLINE, subject="No", body="Not this time", by=carol, at=now)
    assert told() == before


def test_triage_and_scores_stay_unsaid_until_the_decision(alice, as_alice, bob, carol, posting, now):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    reviewing.write_review(
        assignment, scores={c.pk: 4 for c in posting.rubric}, comments="For staff", feedback="Show your tests",
        submit=True, by=bob, at=now,
    )  # fmt: skip
    assert "Show your tests" not in json.dumps(downloaded(as_alice)[0])
    decision = deciding.stage(application, Outcome.DECLINE, subject="No", body="Not this time", by=carol, at=now)
    deciding.release([decision], by=carol, at=now)
    data, _files = downloaded(as_alice)
    assert data["ReviewsOfYourWork"][0]["feedback"] == "Show your tests"
    told = json.dumps(data)
    assert bob.email not in told
    assert "For staff" not in told
    assert {row["action"] for row in data["HistoryEntry"]} == {"release_decline"}


def test_submitted_and_in_review_read_alike(alice, as_alice, posting):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    first = downloaded(as_alice)[0]["Application"]
    Application.objects.filter(pk=application.pk).update(status=Status.SHORTLISTED)
    assert downloaded(as_alice)[0]["Application"] == first


def test_erasing_leaves_counts_and_a_receipt(alice, confirmed, posting, media, django_capture_on_commit_callbacks):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    upload = factories.UploadFactory(application=application)
    path = upload.file.path
    factories.ProfileFactory(user=alice, public=True)
    with django_capture_on_commit_callbacks(execute=True):
        page = confirmed.post(ERASE, {"email": alice.email})
    erasure = Erasure.objects.get()
    assert erasure.code in page.content.decode()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Upload.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path, "rb").close()
    assert ErasedApplication.objects.get(posting=posting, was="in_review").number == 1
    call_command("run_worker", once=True)
    assert erasure.code in mail.outbox[-1].body
    assert not Message.objects.filter(to=alice.email).exists()


def test_a_file_that_the_disk_holds_back_keeps_nothing_else(
    alice, confirmed, posting, media, monkeypatch, django_capture_on_commit_callbacks
):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    held, free = (
        factories.UploadFactory(application=one)
        for one in (application, factories.ApplicationFactory(applicant=alice, status=Status.IN_REVIEW))
    )
    delete = FileSystemStorage.delete

    def refuse(self, name):
        if name == held.file.name:
            raise PermissionError
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        assert confirmed.post(ERASE, {"email": alice.email}).status_code == 200
    assert "_auth_user_id" not in confirmed.session
    assert (os.path.exists(held.file.path), os.path.exists(free.file.path)) == (True, False)


def test_a_wrong_address_erases_nothing_and_stays_in_the_field(alice, confirmed):
    page = confirmed.post(ERASE, {"email": "someone@example.org"}).content.decode()
    assert "<title>Error:" in page
    assert 'value="someone@example.org"' in page
    assert User.objects.filter(pk=alice.pk).exists()


def test_erasing_asks_again_who_one_is(alice, as_alice):
    answer = as_alice.post(ERASE, {"email": alice.email})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_mentors_reviews_stay_without_their_name(bob, posting, now):
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    factories.HistoryEntryFactory(application=application, note=bob.email)
    reviewing.write_review(
        assignment, scores={c.pk: 3 for c in posting.rubric}, comments="Good", feedback="", submit=True, by=bob, at=now
    )
    assert "Reviews you wrote" in dict(personal_data.counts(bob))
    assert "Reviews you wrote" not in dict(personal_data.counts_to_erase(bob))
    erasure = erasing.erase(bob, at=now)
    assert not {"Assignment", "Review", "Score"} & set(erasure.counts)
    bob.refresh_from_db()
    assert bob.email.endswith("@erased.invalid")
    assert not bob.is_active
    assert not bob.has_usable_password()
    assert Review.objects.filter(assignment=assignment).exists()
    assert not HistoryEntry.objects.filter(note__contains="bob@").exists()
    application.refresh_from_db()
    assert application.reviews_done == 1


def test_no_record_of_others_keeps_an_address_or_a_name(bob, carol, project, posting, now):
    """Their assignment was ended, and staff changed their profile and their account in the admin."""
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    factories.AssignmentFactory(application=application, mentor=bob)
    factories.ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    assert reviewing.end_conflicts(now) == 1
    profile = factories.ProfileFactory(user=bob, name="Bob the Builder")
    for row in (bob, profile, project):
        LogEntry.objects.log_actions(carol.pk, [row], CHANGE, "Changed.", single_object=True)
    # An address that staff took away is in no row any more.
    gone = EmailAddress(pk=1, user=bob, email=bob.email)
    LogEntry.objects.log_actions(carol.pk, [gone], DELETION, "", single_object=True)
    erasing.erase(bob, at=now)
    assert HistoryEntry.objects.get(application=application, action="recuse").note == "applied to the same role"
    told = list(LogEntry.objects.order_by("pk").values_list("object_repr", flat=True))
    assert told == ["erased", "erased", str(project), "erased"]


def test_what_somebody_did_as_staff_once_stays_a_persons_doing(posting, now):
    """An entry without an actor is the system's."""
    once_staff = factories.UserFactory()
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    entry = factories.HistoryEntryFactory(application=application, actor=once_staff, action="send_to_review")
    erasing.erase(once_staff, at=now)
    entry.refresh_from_db()
    assert entry.actor == once_staff
    assert entry.actor.email.endswith("@erased.invalid")


@pytest.mark.django_db(transaction=True)
def test_a_release_and_the_erasures_of_those_it_tells_wait_for_each_other(posting, bob, now):
    applications = [factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW) for _ in range(8)]
    people = [application.applicant for application in applications]
    for person in people:
        # Whom others' records lean on: the account stays, without a name.
        factories.AssignmentFactory(mentor=person)
    decisions = [factories.DecisionFactory(application=application, outcome="decline") for application in applications]
    erasures = [lambda person=person: erasing.erase(person, at=now) for person in people]
    released, *erased = all_at_once([lambda: deciding.release(decisions, by=None, at=now), *erasures])
    assert isinstance(released, deciding.Released), released
    assert [erasure for erasure in erased if not isinstance(erasure, Erasure)] == []
    assert not Application.objects.filter(pk__in=[application.pk for application in applications]).exists()
    assert not Message.objects.exclude(key__startswith="erased:").exists()
    counted = {tally.was: tally.number for tally in ErasedApplication.objects.filter(posting=posting)}
    assert counted.get("declined", 0) == released.count
    assert sum(counted.values()) == len(people)


def test_staff_are_refused_with_a_sentence(carol, now):
    with pytest.raises(erasing.ErasingRefused, match="on the staff"):
        erasing.erase(carol, at=now)
    assert User.objects.filter(pk=carol.pk).exists()


def test_consent_is_given_by_sending_and_ends_with_the_last_application(alice, posting, now):
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    drafting.submit(application, by=alice, at=now)
    consent = Consent.objects.get(person=alice)
    assert (consent.purpose, consent.notice_version) == ("application", consenting.NOTICE_VERSION)
    drafting.withdraw(application, by=alice, at=now)
    consent.refresh_from_db()
    assert consent.withdrawn_at == now


def test_publishing_gives_consent_and_withdrawing_it_hides_the_page(alice, as_alice, stranger):
    profile = factories.ProfileFactory(user=alice)
    as_alice.post(reverse("publish_profile"))
    assert Consent.objects.in_force().filter(person=alice, purpose="profile").count() == 1
    assert stranger.get(profile.get_absolute_url()).status_code == 200
    as_alice.post(reverse("withdraw_consent", args=["profile"]))
    assert not Consent.objects.in_force().filter(person=alice).exists()
    assert not Profile.objects.public().filter(pk=profile.pk).exists()
    assert stranger.get(profile.get_absolute_url()).status_code == 404


def test_a_changed_notice_is_a_new_consent(alice, now, monkeypatch):
    for _twice in range(2):
        consenting.give(alice, Consent.Purpose.PROFILE, at=now)
    first = Consent.objects.get(person=alice)
    monkeypatch.setattr(consenting, "NOTICE_VERSION", "2030-01")
    consenting.give(alice, Consent.Purpose.PROFILE, at=now)
    second = Consent.objects.in_force().get(person=alice)
    assert (second.notice_version, second == first) == ("2030-01", False)
    first.refresh_from_db()
    assert first.withdrawn_at == now


def test_the_page_shows_counts_and_consents(alice, as_alice, posting, django_assert_max_num_queries, now):
    factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    consenting.give(alice, Consent.Purpose.APPLICATION, at=now)
    with django_assert_max_num_queries(14):
        page = as_alice.get(YOURS).content.decode()
    assert "Applications" in page
    assert consenting.NOTICE_VERSION in page


@pytest.mark.parametrize("address", [YOURS, "/account/data/download/", ERASE])
def test_strangers_are_led_to_sign_in(address, stranger):
    assert "/accounts/login/" in stranger.get(address).url


def test_withdrawing_a_consent_refuses_get(as_alice):
    assert as_alice.get(reverse("withdraw_consent", args=["profile"])).status_code == 405
