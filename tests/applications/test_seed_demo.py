"""The demo program: whole, true to its own history, the same on every load, and something to show on every page.

It is loaded once for the class that looks at it, in a transaction that is rolled back at the end.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from applications import sealing
from applications.access import STAFF_PERMISSIONS
from applications.demo import bulk, story
from applications.models import (
    Answer,
    Application,
    Assignment,
    Decision,
    HistoryEntry,
    Message,
    Review,
    Upload,
)
from applications.readiness import problems
from applications.scoring import summarise
from applications.states import Status
from community import publishing
from community.membership import mentors
from community.models import Consent, Criterion, Membership, Posting, Profile, Project, Round, User
from tests.factories import ProjectFactory

MODELS = (User, Profile, Project, Membership, Posting, Round, Application, Answer, Assignment, Review, Decision)


@pytest.fixture(scope="class")
def program(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Loads it; the folder with its uploads."""
    media = tmp_path_factory.mktemp("demo-media")
    with (
        override_settings(MEDIA_ROOT=media),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        assert story.load(timezone.now()) is True
        yield media
        transaction.set_rollback(True)


@pytest.fixture
def as_demo(settings: Any) -> Any:
    """A browser in which one of the demo's people is signed in."""
    settings.DEMO = True

    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=f"{key}@example.org"))
        return client

    return sign_in


def of(key: str) -> Counter[tuple[str, str]]:
    found = Application.objects.filter(applicant__email=f"{key}@example.org")
    return Counter(found.values_list("posting__slug", "status"))


# Whole --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("program", "db")
class TestTheProgram:
    def test_there_is_an_application_at_every_status(self) -> None:
        assert set(Application.objects.values_list("status", flat=True)) == set(Status)

    def test_every_constraint_and_reference_holds(self) -> None:
        connection.check_constraints()

    def test_a_second_load_changes_nothing(self, settings: Any) -> None:
        settings.DEMO = True
        before = {model: list(model.objects.order_by("pk").values()) for model in (*MODELS, Message, HistoryEntry)}
        call_command("seed_demo")
        assert {model: list(model.objects.order_by("pk").values()) for model in before} == before

    def test_no_letter_waits_for_the_worker(self) -> None:
        assert Message.objects.exists()
        assert not Message.objects.unsent().exists()

    def test_nothing_happened_in_the_future(self) -> None:
        now = timezone.now()
        assert not HistoryEntry.objects.filter(at__gt=now).exists()
        assert not Review.objects.filter(saved_at__gt=now).exists()
        assert not Application.objects.filter(created_at__gt=now).exists()

    def test_history_leads_step_by_step_to_each_status(self) -> None:
        for application in Application.objects.prefetch_related("history"):
            entries = list(application.history.all())
            assert [entry.was for entry in entries] == ["draft", *(entry.became for entry in entries[:-1])]
            assert entries[-1].became == application.status
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)

    def test_what_was_sent_lacks_nothing(self) -> None:
        for application in Application.objects.exclude(status=Status.DRAFT):
            assert problems(application) == []

    def test_drafts_are_really_unfinished(self) -> None:
        assert all(problems(draft) for draft in Application.objects.filter(status=Status.DRAFT))

    def test_summaries_are_those_of_the_reviews(self) -> None:
        for application in Application.objects.all():
            written = Review.objects.filter(assignment__application=application, assignment__status="reviewed")
            summary = summarise(list(written.values_list("mean", flat=True)))
            assert (application.reviews_done, application.mean_score, application.score_spread) == (
                summary.number,
                summary.mean,
                summary.spread,
            )

    def test_no_answer_that_mentors_read_names_its_writer(self) -> None:
        for answer in Answer.objects.filter(question__shown_to_reviewers=True).select_related("application__applicant"):
            local = answer.application.applicant.email.partition("@")[0]
            words = set(re.findall(r"\w+", str(answer.value).lower()))
            assert not words & {part for part in local.split("-") if len(part) > 2}

    def test_every_address_is_at_example_org(self) -> None:
        emails = [*User.objects.values_list("email", flat=True), *Message.objects.values_list("to", flat=True)]
        assert {email.partition("@")[2] for email in emails} == {"example.org"}
        links = [
            *Project.objects.values_list("repository", flat=True),
            *Project.objects.values_list("website", flat=True),
            *Profile.objects.values_list("code_host", flat=True),
            *Answer.objects.filter(question__kind="link").values_list("value", flat=True),
        ]
        assert {bool(re.match(r"https://([a-z-]+\.)?example\.org/", link)) for link in links if link} == {True}

    def test_every_kind_of_role_is_there(self) -> None:
        now = timezone.now()
        open_now = Posting.objects.open_at(now)
        assert {"backend", "frontend", "database"} <= set(open_now.values_list("discipline", flat=True))
        assert set(open_now.values_list("pay", flat=True)) == {"unpaid", "stipend"}
        assert set(open_now.values_list("eligibility", flat=True)) == {"africa", "anywhere", "countries"}
        assert set(Posting.objects.values_list("state", flat=True)) == {"draft", "published", "closed"}
        assert all(len(posting.rubric) in {3, 4} for posting in Posting.objects.public())
        assert all(len(criterion.scale) == 5 for criterion in Criterion.objects.all())

    def test_the_draft_lacks_what_it_says_is_still_to_be_written(self) -> None:
        draft = Posting.objects.get(state="draft")
        lacks = {problem.field for problem in publishing.problems(draft, at=timezone.now())}
        assert lacks == {"summary", "qualifications", "criteria"}

    def test_one_posting_is_wholly_in_french_and_others_in_part(self) -> None:
        with translation.override("fr"):
            assert not Posting.objects.get(slug="mobile-developer-gare").wording.untranslated
            assert Posting.objects.get(slug="backend-engineer-shelfline").wording.untranslated == {
                "responsibilities",
                "qualifications",
                "closing_words",
            }

    def test_the_round_closes_in_nine_days(self) -> None:
        current = Round.objects.get(slug="round-4")
        assert timedelta(days=8) < current.closes_at - timezone.now() < timedelta(days=10)

    # The four parts -----------------------------------------------------------------------------------

    def test_alice_has_one_of_each_that_can_be_played(self) -> None:
        assert of("alice") == {
            ("backend-engineer-shelfline", "draft"): 1,
            ("backend-engineer-sokoni", "in_review"): 1,
            ("database-administrator-shelfline", "offered"): 1,
            ("backend-engineer-daftari", "declined"): 1,
        }
        declined = Decision.objects.get(application__applicant__email="alice@example.org", outcome="decline")
        assert "What the mentors wrote" in declined.body
        offer = Decision.objects.get(application__applicant__email="alice@example.org", outcome="offer")
        assert offer.answer_by is not None
        assert offer.answer_by > timezone.now() + timedelta(days=7)

    def test_bob_has_some_to_read_some_begun_and_some_done(self) -> None:
        bob = User.objects.get(email="bob@example.org")
        assert mentors(timezone.now().date()).filter(pk=bob.pk).exists()
        queue = Assignment.objects.reviewable_by(bob)
        assert queue.filter(status="open", review__isnull=True).count() >= 3
        assert queue.filter(status="open", review__submitted_at__isnull=True, review__isnull=False).exists()
        assert queue.filter(status="reviewed").count() >= 3
        assert queue.filter(application__applicant__email="alice@example.org", status="open").exists()

    def test_carol_is_staff_with_the_group_s_permissions_and_no_more(self) -> None:
        carol = User.objects.get(email="carol@example.org")
        assert carol.is_staff
        assert not carol.is_superuser
        assert carol.get_all_permissions() == set(STAFF_PERMISSIONS)

    def test_charlie_has_nothing(self) -> None:
        charlie = User.objects.get(email="charlie@example.org")
        assert not charlie.is_staff
        assert not charlie.applications.exists()
        assert not charlie.memberships.exists()
        assert not charlie.assignments.exists()
        assert not Profile.objects.filter(user=charlie).exists()

    @pytest.mark.parametrize("key", ["alice", "bob", "carol", "charlie"])
    def test_the_password_and_the_address_are_good(self, key: str) -> None:
        user = User.objects.get(email=f"{key}@example.org")
        assert user.check_password("open-source-together")
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()

    # Pages --------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("name", ["home", "postings", "projects", "people", "posting_feed", "sitemap"])
    def test_open_lists_show_something(self, name: str, client: Client) -> None:
        shown = client.get(reverse(name)).content.decode()
        something = {"projects": "Kisima", "people": "Chidinma Eze"}.get(name, "/postings/backend-engineer-shelfline/")
        assert something in shown

    def test_every_posting_project_and_public_person_has_a_page(self, client: Client) -> None:
        for shown in (*Posting.objects.public(), *Project.objects.listed(), *Profile.objects.public()):
            assert client.get(shown.get_absolute_url()).status_code == 200

    def test_private_people_have_none(self, client: Client) -> None:
        hidden = Profile.objects.filter(published_at__isnull=True)
        assert {person.user.email for person in hidden} == {
            "aline-uwimana@example.org",
            "bertrand-nkoulou@example.org",
            "edna-lopes-tavares@example.org",
        }
        assert {client.get(person.get_absolute_url()).status_code for person in hidden} == {404}

    def test_alice_sees_her_applications(self, as_demo: Any) -> None:
        alice = as_demo("alice")
        shown = alice.get(reverse("my_applications")).content.decode()
        for application in Application.objects.filter(applicant__email="alice@example.org"):
            assert application.get_absolute_url() in shown or application.status == Status.DRAFT
            assert alice.get(application.get_absolute_url(), follow=True).status_code == 200

    def test_bob_sees_his_queue_and_can_open_each(self, as_demo: Any) -> None:
        bob = as_demo("bob")
        shown = bob.get(reverse("review_queue")).content.decode()
        queue = Assignment.objects.reviewable_by(User.objects.get(email="bob@example.org"))
        assert all(assignment.get_absolute_url() in shown for assignment in queue)
        assert {bob.get(assignment.get_absolute_url()).status_code for assignment in queue} == {200}

    def test_the_cv_is_a_whole_pdf(self, program: Path, settings: Any) -> None:
        settings.MEDIA_ROOT = program
        upload = Upload.objects.filter(application__applicant__email="alice@example.org").first()
        assert upload is not None
        with upload.file.open("rb") as stored:
            data = stored.read()
        assert data.startswith(b"%PDF-")
        assert data.endswith(b"%%EOF\n")
        # Where the table says that objects begin, they do.
        for number, offset in enumerate(re.findall(rb"^(\d{10}) 00000 n", data, re.MULTILINE), start=1):
            assert data[int(offset) :].startswith(b"%d 0 obj" % number)

    def test_bulk_goes_on_top_of_it(self) -> None:
        before = Application.objects.count()
        make(30)
        assert Application.objects.count() == before + 30


# The same on every load -----------------------------------------------------------------------------------

# Left out: primary keys and codes, which are drawn; all else follows from the data and the moment.
SEEN: dict[Any, tuple[str, ...]] = {
    Application: ("posting__slug", "applicant__email", "status", "created_at", "submitted_at", "mean_score"),
    Answer: ("application__posting__slug", "application__applicant__email", "question__key", "value"),
    Review: ("assignment__mentor__email", "assignment__application__applicant__email", "mean", "feedback", "saved_at"),
    Decision: ("application__applicant__email", "outcome", "staged_at", "released_at", "answer_by"),
    HistoryEntry: ("application__applicant__email", "actor__email", "action", "at"),
    Profile: ("handle", "name", "published_at"),
    Membership: ("person__email", "project__name", "role", "started_on", "ended_on"),
}


def seen() -> dict[Any, list[str]]:
    return {model: sorted(map(repr, model.objects.values_list(*fields))) for model, fields in SEEN.items()}


def seen_after(load: Any) -> dict[Any, list[str]]:
    """What `load` makes, taken back at once."""
    with transaction.atomic():
        load()
        found = seen()
        transaction.set_rollback(True)
    return found


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_two_loads_at_one_moment_are_alike() -> None:
    at = timezone.now()
    first = seen_after(lambda: story.load(at))
    assert len(first[Application]) > 90
    assert seen_after(lambda: story.load(at)) == first


@pytest.mark.django_db
def test_a_name_that_is_taken_is_a_sentence_and_leaves_nothing() -> None:
    ProjectFactory(name="Shelfline")
    with pytest.raises(story.DemoRefused, match="Load it into an empty database"):
        story.load(timezone.now())
    assert not Round.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [[], ["--applications=5"]])
def test_it_refuses_where_real_people_may_apply(settings: Any, numbers: list[str]) -> None:
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="DEMO=on"):
        call_command("seed_demo", *numbers)
    assert not User.objects.exists()


# In bulk ------------------------------------------------------------------------------------------------


def make(applications: int = 200, mentors: int = 6, postings: int = 6, seed: int = 1, at: Any = None) -> dict[str, int]:
    maker = bulk.Maker(seed=seed, at=at or timezone.now(), tell=lambda line: None)
    return maker.make(applications=applications, mentors=mentors, postings=postings)


@pytest.mark.django_db
class TestInBulk:
    def test_the_numbers_are_those_asked_for(self, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
        settings.DEMO = True
        call_command("seed_demo", "--applications=200", "--mentors=5", "--postings=7", "--seed=3")
        assert Application.objects.count() == 200
        assert Posting.objects.count() == 7
        assert mentors(timezone.now().date()).count() == 5
        out = capsys.readouterr()
        assert "200 applications" in out.out
        assert "200 of 200 applications" in out.err

    def test_what_it_makes_is_consistent(self) -> None:
        make()
        connection.check_constraints()
        now = timezone.now()
        for application in Application.objects.prefetch_related("history"):
            entries = list(application.history.all())
            assert [entry.was for entry in entries] == ["draft", *(entry.became for entry in entries[:-1])]
            assert entries[-1].became == application.status
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
            assert entries[-1].at <= now
            assert bool(problems(application)) == (application.status == Status.DRAFT)
            written = Review.objects.filter(assignment__application=application, assignment__status="reviewed")
            summary = summarise(list(written.values_list("mean", flat=True)))
            assert (application.reviews_done, application.mean_score) == (summary.number, summary.mean)
            assert written.count() == application.history.filter(action="review").count()
        assert not Message.objects.unsent().exists()
        assert Posting.objects.open_at(now).exists()

    def test_what_was_sent_is_sealed_as_a_real_sending_is(self) -> None:
        make()
        for application in Application.objects.all():
            revisions = list(application.revisions.all())
            if application.status == Status.DRAFT:
                assert (revisions, application.digest) == ([], "")
                continue
            (revision,) = revisions
            # Read anew from the stored rows, by what seals a sending.
            assert revision.content == sealing.canonical(sealing.answers_of(application))
            assert revision.digest == application.digest == sealing.digest_of(revision.content)
            assert (revision.number, revision.sent_at) == (1, application.submitted_at)

    def test_who_sent_consented_and_who_withdrew_everything_did_so_too(self) -> None:
        make()
        sent = Application.objects.sent()
        consents = Consent.objects.filter(purpose=Consent.Purpose.APPLICATION)
        assert set(consents.values_list("person", flat=True)) == set(sent.values_list("applicant", flat=True))
        waiting = sent.live().values_list("applicant", flat=True)
        assert set(consents.in_force().values_list("person", flat=True)) == set(waiting)

    def test_a_proof_of_what_was_sent_in_bulk_can_be_read(self) -> None:
        make(applications=30)
        application = Application.objects.filter(status=Status.SUBMITTED).first()
        assert application is not None
        reader = Client()
        reader.force_login(application.applicant)
        page = reader.get(application.get_absolute_url()).text
        assert application.digest in page
        kept = reader.get(reverse("sent_answers", args=[application.code, 1]))
        assert sealing.digest_of(kept.content.decode()) == application.digest

    def test_the_same_seed_makes_the_same_and_another_does_not(self) -> None:
        at = timezone.now()
        first = seen_after(lambda: make(60, at=at))
        assert seen_after(lambda: make(60, at=at)) == first
        assert seen_after(lambda: make(60, at=at, seed=2)) != first

    def test_a_second_call_adds_to_the_first(self) -> None:
        make(30)
        make(30)
        assert Application.objects.count() == 60

    def test_postings_alone(self) -> None:
        assert make(applications=0, mentors=0, postings=3)["postings"] == 3
        assert not Application.objects.exists()

    @pytest.mark.parametrize("numbers", [["--applications=-1"], ["--applications=5", "--postings=0"]])
    def test_numbers_that_make_no_sense_are_a_sentence(self, settings: Any, numbers: list[str]) -> None:
        settings.DEMO = True
        with pytest.raises(CommandError, match="Give"):
            call_command("seed_demo", *numbers)
        assert not Application.objects.exists()


def test_codes_in_bulk_never_repeat() -> None:
    assert len({bulk.code_of(number) for number in range(20_000)}) == 20_000
