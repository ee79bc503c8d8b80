"""Changing what was sent, until the posting closes: on a working copy, which counts only once it is sent in its turn.

The copy is a draft (Application.changes leads to what was sent), so nobody else reads it: staff and reviewers read the
answers as last sent, whole. Sending it puts its answers in their place and seals them as the next revision. The status
never moves. Too late, or no longer possible: what was sent stands, and the copy stays to be read, as every draft does.

Triage and review are told to nobody, so they end nothing here: whoever could change a moment ago still can. What was
written about the earlier answers (a review, a draft of one) says so to its readers; a staged decision is taken back.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from applications import drafting, lifecycle, notifications, sealing
from applications.codes import new_code
from applications.drafting import DraftingRefused
from applications.models import Answer, Application, Decision, Revision, SavedSection, Upload
from applications.readiness import problems
from applications.states import UNTOLD, Event
from community.models import User


def refusal_to_change(application: Application, *, at: datetime) -> str:
    """Why what was sent can't be changed at `at`, as a sentence; empty where it can. Tells nothing of a triage step."""
    if application.status not in UNTOLD:
        return _("This application has been answered or withdrawn, so what you sent stands as it is.")
    if not application.posting.is_open_at(at):
        return _("This role has closed, so what you sent stands as it is.")
    return ""


def can_be_sent(draft: Application, *, at: datetime) -> bool:
    """Whether a draft, or changes begun on what was sent, could be sent at `at` if nothing was missing."""
    if draft.changes is None:
        return draft.posting.is_open_at(at)
    return not refusal_to_change(draft.changes, at=at)


def changes_to(application: Application) -> Application | None:
    """The working copy of a sent application, if one was begun."""
    changes: Application | None = Application.objects.select_related("form").filter(changes=application.pk).first()
    if changes is not None:
        # One sent application, one applicant and one posting: no need to fetch them again.
        changes.changes, changes.posting, changes.applicant = application, application.posting, application.applicant
    return changes


def say_the_same(changes: Application) -> bool:
    """Whether a working copy answers as what it changes does: nothing was typed yet, or it was changed back."""
    assert changes.changes is not None
    here, there = (
        [(answer["key"], answer["value"]) for answer in sealing.answers_of(it)] for it in (changes, changes.changes)
    )
    return here == there


def change_answers(application: Application, *, by: User, at: datetime) -> Application:
    """The working copy, made now with everything as it was last sent where none was begun yet."""
    with transaction.atomic():
        locked = _own(application, by)
        if (begun := changes_to(locked)) is not None:
            return begun
        if sentence := refusal_to_change(locked, at=at):
            raise DraftingRefused(sentence)
        if not locked.digest:
            # Sent before revisions were kept: what it says now is what was sent.
            first = sealing.seal(locked, number=1, at=locked.submitted_at or at)
            Application.objects.filter(pk=locked.pk).update(digest=first.digest)
        copy = Application.objects.create(
            posting=locked.posting, form_id=locked.form_id, applicant=by, created_at=at, changes=locked
        )
        Answer.objects.bulk_create(
            Answer(application=copy, question_id=answer.question_id, value=answer.value)
            for answer in locked.answers.all()
        )
        # With the same versions and pages: a tab that was open before the sending is no stranger to what it stored.
        SavedSection.objects.bulk_create(
            SavedSection(
                application=copy,
                section_id=saved.section_id,
                version=saved.version,
                saved_at=saved.saved_at,
                page=saved.page,
                turn=saved.turn,
            )
            for saved in locked.saved_sections.all()
        )
        for upload in locked.uploads.all():
            _copy_file(upload, copy)
        return copy


def _copy_file(upload: Upload, copy: Application) -> None:
    """A file of its own for the copy: removing it there leaves what was sent."""
    twin = Upload(
        code=new_code(20),
        application=copy,
        question_id=upload.question_id,
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        uploaded_at=upload.uploaded_at,
    )
    try:
        with upload.file.open("rb") as stored:
            drafting.keep_file(twin, stored)
    except OSError as error:
        raise DraftingRefused(
            _("A file of this application cannot be read just now, so nothing was begun. Try again, or write to us.")
        ) from error


def send_changes(application: Application, *, by: User, at: datetime) -> Revision | None:
    """Puts the working copy in place of what was sent, as the next revision, with its own receipt.

    None where there is nothing to send: no copy (a second press), or one that says the same, which is dropped.
    Raises NotReady with what is missing, and DraftingRefused once it is too late; both leave the copy as it is.
    """
    with transaction.atomic():
        locked = _own(application, by)
        changes = Application.objects.select_for_update(of=("self",)).filter(changes=locked.pk).first()
        if changes is None:
            return None
        if sentence := refusal_to_change(locked, at=at):
            raise DraftingRefused(
                sentence + " " + _("Your changes were not sent. Everything you wrote is kept here for you to read.")
            )
        if missing := problems(changes):
            raise drafting.NotReady(missing)
        content = sealing.canonical(sealing.answers_of(changes))
        if sealing.digest_of(content) == locked.digest:
            drafting.drop(changes)
            return None
        locked.answers.all().delete()
        locked.saved_sections.all().delete()
        drafting.forget_files(locked.uploads.all())
        for rows in (Answer, SavedSection, Upload):
            rows._default_manager.filter(application=changes).update(application=locked)
        locked.form = changes.form
        drafting.remember_language(by)
        locked.applicant = by
        latest = locked.revisions.last()
        revision = sealing.seal(locked, number=latest.number + 1 if latest else 1, at=at)
        drafting.drop(changes)
        Application.objects.filter(pk=locked.pk).update(form=locked.form, digest=revision.digest)
        note = _("revision %(number)d") % {"number": revision.number}
        lifecycle.record(locked, Event.REVISE, by=by, at=at, note=note)
        _unstage(locked, at=at)
        notifications.receipt(locked, revision)
        return revision


def _unstage(application: Application, *, at: datetime) -> None:
    """A decision staged on the earlier answers is no decision on these. Nobody but staff knew of it."""
    for decision in Decision.objects.staged().filter(application=application):
        note = _("%(outcome)s: the answers were changed") % {"outcome": decision.get_outcome_display()}
        decision.delete()
        lifecycle.record(application, Event.UNSTAGE, by=None, at=at, note=note)


def _own(application: Application, by: User) -> Application:
    locked = lifecycle.lock(application)
    if locked.applicant_id != by.pk:
        raise DraftingRefused(_("Only the person who applies can change an application."))
    return locked
