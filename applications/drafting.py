"""Drafting and sending: what the applicant does with their own application.

Called by the applicant's views. Every change holds the application's row, so that two tabs, a second press or
twenty at once end in one application that was sent once. What was typed is never dropped, whatever is refused.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import files, lifecycle, notifications, sealing
from applications.codes import new_code
from applications.models import Answer, Application, Decision, Form, Question, SavedSection, Section, Upload
from applications.questions_default import ensure_form
from applications.readiness import Problem, is_empty, problems
from applications.seen import Seen
from applications.states import Action, Event, Status
from community import consenting
from community.models import Consent, Posting, User

log = logging.getLogger(__name__)


class DraftingRefused(lifecycle.Refused):
    """The applicant cannot do this now."""


class NotReady(DraftingRefused):
    """Something is missing; `problems` says what, in the order of the form."""

    def __init__(self, missing: list[Problem]) -> None:
        super().__init__(_("Some answers are missing or too long. Nothing is lost: finish them, then send."))
        self.problems = missing


@dataclass(frozen=True)
class Difference:
    """One question of which two texts exist: the stored one, and the one that was sent over an older one."""

    question: Question
    saved: Any
    typed: Any


class Conflict(DraftingRefused):
    """The section was saved elsewhere since the form was drawn. Nothing was written; `version` is the stored one."""

    def __init__(self, differences: list[Difference], version: int, saved_at: datetime | None) -> None:
        super().__init__(
            _(
                "This part was changed in another tab or on another device meanwhile. "
                "Press Save to see both texts and choose."
            )
        )
        self.differences = differences
        self.version = version
        self.saved_at = saved_at


# Beginning -------------------------------------------------------------------------------------------


def begin(posting: Posting, *, by: User, at: datetime) -> Application:
    """The person's live application to `posting`, begun now where there is none yet.

    Raises DraftingRefused where the posting takes no applications at `at` and none was begun before.
    """
    existing = Application.objects.live().filter(posting=posting, applicant=by).first()
    if existing is not None:
        return existing
    if not posting.is_open_at(at):
        raise DraftingRefused(_("This role does not take applications now. Look at the open roles instead."))
    form = ensure_form(posting)
    try:
        with transaction.atomic():
            application = Application.objects.create(posting=posting, form=form, applicant=by, created_at=at)
            lifecycle.record(application, Event.BEGIN, by=by, at=at)
            remember_language(by)
    except IntegrityError:
        # The other press of the same button was faster; the unique constraint leads both to one application.
        return Application.objects.live().get(posting=posting, applicant=by)
    return application


def remember_language(person: User) -> None:
    """Letters follow the language of the page on which the person last began or sent something."""
    here = get_language() or ""
    if person.language != here:
        User.objects.filter(pk=person.pk).update(language=here)
        person.language = here


def own_draft(application: Application, by: User) -> Application:
    """The locked row, if it is a draft of `by`. Call inside a transaction."""
    try:
        locked = lifecycle.lock(application)
    except lifecycle.Raced:
        if application.changes_id is None:
            raise
        raise DraftingRefused(
            _("These changes were sent or discarded meanwhile, so this was not taken. Copy your text if you need it.")
        ) from None
    if locked.applicant_id != by.pk:
        raise DraftingRefused(_("Only the person who applies can change an application."))
    if locked.status != Status.DRAFT:
        raise DraftingRefused(
            _("This application was already sent, so this change was not taken. Copy your text if you still need it.")
        )
    return locked


# Saving ----------------------------------------------------------------------------------------------


def save_answers(
    application: Application,
    section: Section,
    values: Mapping[int, Any],
    *,
    by: User,
    at: datetime,
    seen: Seen | None = None,
) -> SavedSection:
    """Stores `values` (question pk → value; an empty one deletes the answer), complete or not.

    Allowed after the deadline too, so that nothing typed is lost; only sending closes. Raises Conflict where the
    section was saved since it was `seen` and says something else by now; without `seen` nothing is compared.
    """
    questions = {question.pk: question for question in section.asked}
    if unknown := set(values) - set(questions):
        raise ValueError(f"questions {sorted(unknown)} are not in section {section.pk}")
    with transaction.atomic():
        locked = own_draft(application, by)
        if seen is not None:
            _refuse_stale(locked, section, questions, values, seen)
        empty = [pk for pk, value in values.items() if is_empty(questions[pk], value)]
        Answer.objects.filter(application=locked, question__in=empty).delete()
        Answer.objects.bulk_create(
            [Answer(application=locked, question_id=pk, value=v) for pk, v in values.items() if pk not in empty],
            update_conflicts=True,
            unique_fields=["application", "question"],
            update_fields=["value"],
        )
        saved, created = SavedSection.objects.get_or_create(
            application=locked,
            section=section,
            defaults={"saved_at": at, "page": seen.page if seen else "", "turn": seen.turn if seen else 0},
        )
        if not created:
            SavedSection.objects.filter(pk=saved.pk).update(
                version=F("version") + 1,
                saved_at=at,
                page=seen.page if seen else "",
                turn=seen.turn if seen else 0,
            )
            saved.refresh_from_db()
        return saved


def _refuse_stale(
    locked: Application, section: Section, questions: Mapping[int, Question], values: Mapping[int, Any], seen: Seen
) -> None:
    """Raises Conflict if writing `values` would replace, unread, what was saved after the form was drawn."""
    saved = SavedSection.objects.filter(application=locked, section=section).first()
    if not seen.is_stale(saved):
        return
    stored = dict(Answer.objects.filter(application=locked, question__in=questions).values_list("question", "value"))
    differences = [
        Difference(question, stored.get(pk), values[pk])
        for pk, question in questions.items()
        if pk in values and not _says_the_same(question, stored.get(pk), values[pk])
    ]
    if differences:
        raise Conflict(differences, saved.version if saved else 0, saved.saved_at if saved else None)


def _says_the_same(question: Question, one: Any, other: Any) -> bool:
    return one == other or (is_empty(question, one) and is_empty(question, other))


# Questions that were changed meanwhile ---------------------------------------------------------------


def move_to_newest_form(application: Application, *, by: User, at: datetime) -> bool:
    """Takes a draft along to the newest version of its questions. False where there is none that is newer.

    Answers and files go to the question of the same key and kind; what was written to a question that is gone stays
    with the draft, to be read (`left_over`), and comes back with its question. A page that is still open goes on saving
    into the section of the same address.
    """
    with transaction.atomic():
        locked = own_draft(application, by)
        if not locked.has_newer_form:
            return False
        newest = Form.objects.newest().get(posting=locked.posting_id)
        asked = {(question.key, question.kind): question.pk for question in newest.questions}
        for rows in (locked.answers, locked.uploads, locked.incoming):
            taken: set[int] = set()
            # What was written last, in the version that was answered last, goes first.
            for row in rows.select_related("question").order_by("-question__section__form__version", "-pk"):
                target = asked.get((row.question.key, row.question.kind))
                if target is not None and target not in taken:
                    taken.add(target)
                    rows.filter(pk=row.pk).update(question=target)
        sections = {section.slug: section.pk for section in newest.parts}
        for saved in locked.saved_sections.select_related("section"):
            if saved.section.slug in sections:
                locked.saved_sections.filter(pk=saved.pk).update(section=sections[saved.section.slug])
            else:
                saved.delete()
        Application.objects.filter(pk=locked.pk).update(form=newest)
        return True


def left_over(application: Application) -> list[tuple[Question, Any]]:
    """(question, what was written) for questions that the form no longer has. No query where there is nothing."""
    asked = {question.pk for question in application.form.questions}
    values = {pk: value for pk, value in application.values.items() if pk not in asked}
    if not values:
        return []
    return [(question, values[question.pk]) for question in Question.objects.filter(pk__in=values).order_by("pk")]


# Files -----------------------------------------------------------------------------------------------


def attach_file(
    application: Application, question: Question, file: files.Accepted, *, by: User, at: datetime, code: str = ""
) -> Upload:
    """Keeps `file` as the answer to `question`, in place of an earlier one."""
    with transaction.atomic():
        locked = own_draft(application, by)
        forget_files(Upload.objects.filter(application=locked, question=question))
        upload = Upload(
            code=code or new_code(20),
            application=locked,
            question=question,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            uploaded_at=at,
        )
        keep_file(upload, file.file)
    return upload


def keep_file(upload: Upload, file: Any) -> None:
    """Stores `file` and the row that names it. Acknowledged means on the disk, not in the page cache."""
    upload.file.save(upload.code, file, save=False)
    files.sync(upload.file.path)
    upload.sha256 = sealing.file_digest(upload)
    upload.save()


def remove_file(application: Application, upload: Upload, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        locked = own_draft(application, by)
        forget_files(Upload.objects.filter(application=locked, pk=upload.pk))


def forget_files(uploads: Any) -> None:
    """Deletes the rows now and the files once that is committed: a rolled-back change loses no file."""
    for upload in uploads:
        storage, path = upload.file.storage, upload.file.name
        upload.delete()
        transaction.on_commit(partial(_delete_file, storage, path))


def _delete_file(storage: Storage, path: str) -> None:
    """What is committed is done: a file that the disk holds back keeps no other from going. purge_strays comes back."""
    try:
        storage.delete(path)
    except OSError as error:
        log.warning("a file that no row names any more could not be deleted (%s)", type(error).__name__)


# Sending ---------------------------------------------------------------------------------------------


def submit(application: Application, *, by: User, at: datetime) -> Application:
    """Sends the application once, with one receipt; a retry after a lost answer finds it sent and returns it.

    `application` need not have been read, its reference is enough: on a deadline's evening every reading counts. `at`
    is when the request arrived: a send that arrived before the deadline counts, however long it waited. Raises NotReady
    with what is missing, and DraftingRefused once the posting is closed; the draft stays.
    """
    with transaction.atomic():
        locked = lifecycle.lock(application)
        # A working copy of what was sent is sent by its own verb (revising.send_changes).
        if locked.applicant_id != by.pk or locked.changes_id is not None:
            raise DraftingRefused(_("Only the person who applies can send an application."))
        if locked.status != Status.DRAFT:
            return locked
        if not locked.posting.is_open_at(at):
            raise DraftingRefused(
                _(
                    "This role closed before your application arrived, so it was not sent. "
                    "Everything you wrote is kept here for you to read and copy."
                )
            )
        if locked.has_newer_form:
            raise DraftingRefused(
                _("The questions were changed since you began. Nothing is lost: look at the new ones.")
            )
        _freeze_form(locked, at)
        missing = problems(locked)
        if missing:
            raise NotReady(missing)
        locked.applicant = by
        remember_language(by)
        revision = sealing.seal(locked, number=1, at=at)
        lifecycle.move(locked, Action.SUBMIT, by=by, at=at, submitted_at=at, digest=revision.digest)
        consenting.give(by, Consent.Purpose.APPLICATION, at=at)
        notifications.receipt(locked, revision)
        return locked


def _freeze_form(locked: Application, at: datetime) -> None:
    """From the first sending on nobody changes the questions. Whoever edits them now is waited for (building.py)."""
    if locked.form.frozen_at is not None:
        return
    # As it is once nobody edits it any more: these are the questions that the person has to have answered.
    locked.form = Form.objects.select_for_update(no_key=True).get(pk=locked.form_id)
    if locked.form.frozen_at is None:
        Form.objects.filter(pk=locked.form_id).update(frozen_at=at)


# Taking back -----------------------------------------------------------------------------------------


def withdraw(application: Application, *, by: User, at: datetime) -> None:
    """Takes a sent application back. A decision that was staged and not released goes with it, untold."""
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.applicant_id != by.pk:
            raise DraftingRefused(_("Only the person who applies can withdraw an application."))
        if locked.status == Status.WITHDRAWN:
            return
        lifecycle.move(locked, Action.WITHDRAW, by=by, at=at, withdrawn_at=at)
        Decision.objects.staged().filter(application=locked).delete()
        if not Application.objects.live().filter(applicant=by).exclude(status=Status.DRAFT).exists():
            consenting.withdraw(by, Consent.Purpose.APPLICATION, at=at)
        notifications.withdrawn(locked, at)


def discard(application: Application, *, by: User, at: datetime) -> None:
    """Deletes a draft with everything in it. A draft was never sent, so nobody else has read it."""
    with transaction.atomic():
        locked = own_draft(application, by)
        drop(locked)


def delete_unsent(pk: int, *, closed_before: datetime) -> bool:
    """Deletes the draft with `pk` and its files, if its posting closed before then also by now. Whether it did."""
    with transaction.atomic():
        draft = (
            Application.objects.select_for_update(of=("self",))
            .filter(pk=pk, status=Status.DRAFT, posting__closes_at__lte=closed_before)
            .first()
        )
        if draft is None:
            return False
        drop(draft)
        return True


def drop(draft: Application) -> None:
    """Deletes a draft that is held, with its files."""
    forget_files(draft.uploads.all())
    forget_files(draft.incoming.all())
    draft.delete()
