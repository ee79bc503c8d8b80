"""The applicant's path: beginning, filling in, sending, following, answering, and what is held about a person."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from applications import building
from applications.demo import story
from applications.models import Application, Decision, Letter, Question
from applications.states import Status
from community.models import Consent, Posting, Profile, User
from tests.browser.visitor import Walk

ALICE, CHARLIE = "alice@example.org", "charlie@example.org"
CHECKED_FIRST = "data-engineer-mvua"
TOO_LONG = "Something else. " * 100
TEXT = "Another text about the same thing, typed in another tab."


def of(application: Application, name: str, *more: Any) -> str:
    return reverse(name, args=[application.code, *more])


def one(status: Status, email: str = ALICE, **more: Any) -> Application:
    found: Application = Application.objects.filter(status=status, applicant__email=email, **more).order_by("pk")[0]
    return found


def somebodys(status: Status, **more: Any) -> Application:
    """Alice has no application that stands like this: somebody else's."""
    found: Application = (
        Application.objects.of_its_own()
        .filter(status=status, **more)
        .select_related("applicant", "posting")
        .order_by("pk")[0]
    )
    return found


def closes(posting: Posting) -> None:
    Posting.objects.filter(pk=posting.pk).update(closes_at=timezone.now() - timedelta(minutes=1))


def beginning(walk: Walk) -> None:
    alice = walk.visitor(ALICE)
    draft = one(Status.DRAFT)
    alice.sees("my applications", reverse("my_applications"))
    alice.sees("posting, applied", draft.posting.get_absolute_url())
    charlie = walk.visitor(CHARLIE)
    charlie.sees("no applications", reverse("my_applications"))
    charlie.sees("no profile", reverse("profile"))
    charlie.sees("apply, signed in", reverse("apply", args=[draft.posting.slug]))
    charlie.sees("first part", reverse("apply", args=[draft.posting.slug]), {})


def filling_in(walk: Walk) -> None:
    alice, draft = walk.visitor(ALICE), one(Status.DRAFT)
    parts = draft.form.parts
    alice.sees("draft", of(draft, "application"))
    alice.sees("check", of(draft, "check_answers"))
    alice.sees("check, refused", of(draft, "check_answers"), {})
    alice.sees("discard", of(draft, "discard"))
    for part in parts:
        alice.sees(f"part {part.slug}", of(draft, "edit_section", part.slug))
        nothing = {question.key: "" for question in part.asked}
        alice.sees(f"part {part.slug} with problems", of(draft, "edit_section", part.slug), {"go": "on", **nothing})
    with_file = next(part for part in parts if any(it.kind == Question.Kind.FILE for it in part.asked))
    page = of(draft, "edit_section", with_file.slug)
    alice.sees("file, refused", page, {"cv": SimpleUploadedFile("cv.exe", b"MZ")})
    alice.does(page, {"cv": SimpleUploadedFile("cv.pdf", story.small_pdf("Alice"), "application/pdf"), "go": "later"})
    alice.sees("file, given", page + "?from=check")
    alice.sees("saved for later", page, {"go": "later"})


def two_tabs(walk: Walk) -> None:
    alice, draft = walk.visitor(ALICE), one(Status.DRAFT)
    page = of(draft, "edit_section", draft.form.parts[1].slug)
    alice.sees("conflict", page, {"version": "0", "problem": TEXT, "together": TEXT}, status=409)
    undecided = {"version": "0", "problem": TEXT, "together": TEXT, "differs": "problem"}
    alice.sees("conflict, not chosen", page, undecided, status=409)


def eligibility(walk: Walk) -> None:
    charlie = walk.visitor(CHARLIE)
    charlie.sees("eligibility questions", reverse("apply", args=[CHECKED_FIRST]), {})
    draft = one(Status.DRAFT, CHARLIE)
    part = draft.form.parts[0]
    assert part.screens
    wrong = {
        question.key: next(word for word, _read in question.words if word not in question.fits.split("\n"))
        for question in part.asked
    }
    charlie.sees("does not fit", of(draft, "edit_section", part.slug), wrong | {"go": "on"})
    charlie.sees("human look, refused", of(draft, "eligibility"), {"reason": TOO_LONG})
    charlie.sees("human look, asked", of(draft, "eligibility"), {"reason": "I move to Accra in May."})


def new_questions(walk: Walk) -> None:
    alice, draft = walk.visitor(ALICE), one(Status.DRAFT)
    newer = building.new_version(draft.form, by=User.objects.get(email="carol@example.org"), at=timezone.now())
    asked = Question.objects.filter(section__form=newer)
    asked.filter(key="together").update(label="Whom did you work with?")
    asked.filter(key="problem").update(key="machine", label="Which machine do you know best?")
    alice.sees("new questions", of(draft, "new_questions"))
    alice.sees("new questions, gone on", of(draft, "new_questions"), {})
    alice.sees("draft, something left over", of(draft, "application"))
    alice.sees("check, something left over", of(draft, "check_answers"))


def too_late(walk: Walk) -> None:
    alice, draft = walk.visitor(ALICE), one(Status.DRAFT)
    part = draft.form.parts[1]
    closes(draft.posting)
    alice.sees("draft, too late", of(draft, "application"))
    alice.sees("part, too late", of(draft, "edit_section", part.slug))
    alice.sees("part, saved too late", of(draft, "edit_section", part.slug), {"problem": TEXT})
    alice.sees("check, too late", of(draft, "check_answers"))
    alice.sees("check, too late to send", of(draft, "check_answers"), {}, status=409)
    alice.sees("my applications, too late", reverse("my_applications"))


def changing(walk: Walk) -> None:
    sent = somebodys(Status.SUBMITTED, posting__slug="backend-engineer-shelfline")
    tunde = walk.visitor(sent.applicant.email, name="applicant")
    tunde.sees("sent, can change", of(sent, "application"))
    tunde.sees("changes to check", of(sent, "change_answers"), {})
    part = sent.form.parts[1]
    tunde.sees("part of changes", of(sent, "edit_section", part.slug))
    tunde.sees("changes begun", of(sent, "application"))
    tunde.sees("changes to discard", of(sent, "discard"))
    tunde.does(of(sent, "edit_section", part.slug), {"problem": TEXT, "together": TEXT, "go": "later"})
    tunde.sees("changes sent", of(sent, "check_answers"), {})
    tunde.does(of(sent, "change_answers"), {})
    tunde.does(of(sent, "edit_section", part.slug), {"problem": TEXT + " And more.", "go": "later"})
    closes(sent.posting)
    tunde.sees("changes, too late", of(sent, "application"))
    tunde.sees("check of changes, too late", of(sent, "check_answers"))


def following(walk: Walk) -> None:
    alice, sent = walk.visitor(ALICE), one(Status.IN_REVIEW)
    alice.sees("sent", of(sent, "application"))
    alice.sees("letter, refused", of(sent, "write_letter"), {"text": ""})
    alice.sees("letter, sent", of(sent, "write_letter"), {"text": "I have moved to Kisumu."})
    Posting.objects.filter(pk=sent.posting_id).update(decides_on=timezone.now().date() - timedelta(days=2))
    alice.sees("sent, answer is late", of(sent, "application"))
    alice.sees("withdraw", of(sent, "withdraw"))
    alice.sees("withdrawn", of(sent, "withdraw"), {})
    written = (
        Letter.objects.from_the_staff().unread().select_related("application__applicant").order_by("pk")[0].application
    )
    reader = walk.visitor(written.applicant.email, name="applicant")
    reader.sees("letters, unread", of(written, "application"))
    reader.sees("letters, read", of(written, "read_letters"), {"seen": "1"})


def again(walk: Walk) -> None:
    sent = somebodys(Status.SUBMITTED, posting__slug="backend-engineer-shelfline")
    tunde = walk.visitor(sent.applicant.email, name="applicant")
    tunde.sees("withdrawn, may apply again", of(sent, "withdraw"), {})
    tunde.sees("begun again", reverse("apply", args=[sent.posting.slug]), {})


def answering(walk: Walk) -> None:
    alice, offered = walk.visitor(ALICE), one(Status.OFFERED)
    alice.sees("offered", of(offered, "application"))
    alice.sees("offer", of(offered, "offer"))
    alice.sees("declined", of(one(Status.DECLINED), "application"))
    for status in (Status.WAITLISTED, Status.LAPSED, Status.ACCEPTED, Status.TURNED_DOWN):
        told = somebodys(status)
        walk.visitor(told.applicant.email, name="applicant").sees(str(status.value), of(told, "application"))
    alice.sees("offer, turned down", of(offered, "turn_down_offer"), {})
    alice.sees("offer, answer taken back", of(offered, "undo_answer"), {})
    alice.sees("offer, accepted", of(offered, "accept_offer"), {})
    alice.sees("profile, new", reverse("profile"))
    alice.does(of(offered, "undo_answer"))
    Decision.objects.filter(application=offered).update(answer_by=timezone.now() - timedelta(hours=1))
    alice.sees("offered, date has passed", of(offered, "application"))
    alice.sees("offer, date has passed", of(offered, "offer"))


def your_page(walk: Walk) -> None:
    chidinma = walk.visitor("chidinma-eze@example.org", name="applicant")
    chidinma.sees("profile", reverse("profile"))
    chidinma.sees("profile, refused", reverse("profile"), {"name": "", "website": "nowhere"})
    own = Profile.objects.get(handle="chidinma-eze")
    chidinma.sees("your own page", own.get_absolute_url())
    chidinma.sees("profile, hidden", reverse("hide_profile"), {})
    chidinma.sees("your own page, hidden", own.get_absolute_url())
    chidinma.sees("your own page, made public", reverse("publish_profile"), {})


def your_data(walk: Walk) -> None:
    alice = walk.whoever_typed_the_password(ALICE)
    alice.sees("your data", reverse("your_data"))
    walk.visitor("carol@example.org").sees("your data, staff", reverse("your_data"))
    walk.visitor(CHARLIE).sees("alerts, signed in", reverse("alerts"))
    alice.sees("consent, taken back", reverse("withdraw_consent", args=[Consent.Purpose.ALERTS]), {})
    alice.sees("erase", reverse("erase_data"))
    alice.sees("erase, refused", reverse("erase_data"), {"email": ""})
    alice.sees("erased", reverse("erase_data"), {"email": ALICE})


SCENES = (
    beginning, filling_in, two_tabs, eligibility, new_questions, too_late, changing, following, again, answering,
    your_page, your_data,
)  # fmt: skip
