"""Receiving a file in chunks, so that a slow line holds nobody up and a dropped one loses a chunk and not the file.

Called by views/uploads.py and the worker. So many bytes as are acknowledged are on the disk, whatever is killed when;
every chunk may be sent again. Whole, a file passes files.take like any other and becomes the answer.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from applications import drafting, files, lifecycle
from applications.models import Application, IncomingUpload, Question, Upload
from applications.models.incoming import incoming_path
from community.models import User

MAX_CHUNK = 512 * 1024
# A person has a file or two in a form, and a few forms. Beyond that the one that rested longest gives way.
MAX_AT_ONCE = 5
KEEP = timedelta(days=1)
BATCH = 200

_SHA256 = re.compile(r"[0-9a-f]{64}")


class ReceivingRefused(lifecycle.Refused):
    """This part of a file cannot be taken."""


class Gone(ReceivingRefused):
    """Nothing with this code is on its way: removed, replaced by another file, or too old."""

    def __init__(self) -> None:
        super().__init__(_("This upload was given up or another file was chosen meanwhile. Choose your file again."))


class Malformed(ReceivingRefused):
    """What the browser said of the file makes no sense. Only a program sends such a thing."""

    def __init__(self) -> None:
        super().__init__(_("This file could not be taken. Choose it again."))


class WrongPlace(ReceivingRefused):
    """The chunk does not begin where the last one ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(_("A part of the file is missing. It is sent again."))
        self.received = received


@dataclass(frozen=True)
class Arrived:
    """How far a file is. `upload` is set once it is whole and kept."""

    code: str
    received: int
    size: int
    upload: Upload | None = None


def question_of(application: Application, key: str) -> Question | None:
    """The file question with `key`. None also where two sections have one: then the form takes the file."""
    found = [it for it in application.form.questions if it.key == key and it.kind == Question.Kind.FILE]
    return found[0] if len(found) == 1 else None


def begin(
    application: Application, question: Question, *, name: str, size: int, sha256: str, by: User, at: datetime
) -> Arrived:
    """Where to go on with this file: where it stopped if it is the same, else at 0, in place of another one.

    One that is kept already need not come again.
    Raises files.FileRefused for what would be refused in the end anyway, before anything of it is sent.
    """
    files.check_size(size)
    name = files.plain_name(name)
    files.kind_of(name)
    if not _SHA256.fullmatch(sha256):
        raise Malformed
    with transaction.atomic():
        locked = drafting.own_draft(application, by)
        others = IncomingUpload.objects.filter(application=locked, question=question)
        same = others.filter(sha256=sha256, size=size, name=name).first()
        if same is not None:
            others.update(touched_at=at)
            return Arrived(same.code, same.received, same.size)
        there = Upload.objects.filter(application=locked, question=question, sha256=sha256, name=name).first()
        if there is not None:
            return Arrived(there.code, there.size, there.size, there)
        drafting.forget_files(others)
        new = IncomingUpload(application=locked, question=question, name=name, size=size, sha256=sha256, touched_at=at)
        new.file.name = incoming_path(new)
        new.save()
    _make_room(by)
    return Arrived(new.code, 0, size)


def _make_room(person: User) -> None:
    """Each in a transaction of its own: two who drop one another's must not wait for each other."""
    theirs = IncomingUpload.objects.filter(application__applicant=person).order_by("-touched_at", "-pk")
    for extra in list(theirs[MAX_AT_ONCE : MAX_AT_ONCE + BATCH]):
        with transaction.atomic():
            drafting.forget_files([extra])


def progress(application: Application, question: Question, code: str) -> Arrived:
    """How far the file with `code` is. Writes nothing. Raises Gone."""
    incoming = IncomingUpload.objects.filter(application=application, question=question, code=code).first()
    if incoming is not None:
        return Arrived(code, incoming.received, incoming.size)
    return _kept(application, question, code)


def _kept(application: Application, question: Question, code: str) -> Arrived:
    """The finished one: the answer to its last chunk may have got lost on the line."""
    upload = Upload.objects.filter(application=application, question=question, code=code).first()
    if upload is None:
        raise Gone
    return Arrived(code, upload.size, upload.size, upload)


def append(
    application: Application, question: Question, code: str, chunk: bytes, *, offset: int, by: User, at: datetime
) -> Arrived:
    """Takes `chunk`, which begins at `offset` of the file, and keeps the file once it is whole.

    What had arrived before is passed over, so that a repeated chunk is harmless. Raises WrongPlace where something
    before it is missing, Gone, and files.FileRefused, after which nothing of the file is left here.
    """
    try:
        with transaction.atomic():
            incoming = _appended(application, question, code, chunk, offset, by, at)
    except files.FileRefused:
        _give_up(application, question, code, by)
        raise
    except _Kept:
        return _kept(application, question, code)
    if incoming.received < incoming.size:
        return Arrived(code, incoming.received, incoming.size)
    return _finish(application, incoming, by, at)


class _Kept(Exception):
    """No such row: perhaps it is whole by now."""


def _appended(
    application: Application, question: Question, code: str, chunk: bytes, offset: int, by: User, at: datetime
) -> IncomingUpload:
    """The row after `chunk`. It is held from reading how far the file is to writing how far it is now."""
    locked = drafting.own_draft(application, by)
    incoming = (
        IncomingUpload.objects.select_for_update().filter(application=locked, question=question, code=code).first()
    )
    if incoming is None:
        raise _Kept
    path = incoming.file.path
    # A disk that was put back from a copy may hold less than the database says.
    there = os.path.getsize(path) if os.path.exists(path) else 0
    if there < incoming.received:
        incoming.received = there
    if offset <= incoming.received:
        new = chunk[incoming.received - offset :]
        if incoming.received + len(new) > incoming.size:
            raise files.FileRefused(_("This file has changed since it was chosen. Choose it again."))
        _write(path, new, incoming.received)
        incoming.received += len(new)
    incoming.touched_at = at
    incoming.save(update_fields=["received", "touched_at"])
    if offset > incoming.received:
        raise WrongPlace(incoming.received)
    if offset < files.HEAD_BYTES <= incoming.received or incoming.is_whole:
        with open(path, "rb") as file:
            files.check_head(incoming.name, file.read(files.HEAD_BYTES))
    return incoming


def _write(path: str, part: bytes, offset: int) -> None:
    """Returns when `part` is on the disk. What stood behind `offset` was never acknowledged."""
    if not part:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = 0
        while written < len(part):
            written += os.pwrite(handle, part[written:], offset + written)
        os.ftruncate(handle, offset + written)
    finally:
        os.close(handle)
    files.sync(path)


def _finish(application: Application, incoming: IncomingUpload, by: User, at: datetime) -> Arrived:
    """Makes the whole file the answer. Outside a transaction until it is known to be good: that takes a while."""
    question = incoming.question
    try:
        with open(incoming.file.path, "rb") as file:
            whole = file.read(files.MAX_BYTES + 1)
    except FileNotFoundError:
        # The same chunk came twice, and the other one has finished meanwhile.
        return _kept(application, question, incoming.code)
    try:
        if hashlib.sha256(whole).hexdigest() != incoming.sha256:
            raise files.FileRefused(_("This file did not arrive whole. Choose it again."))
        accepted = files.take(ContentFile(whole, incoming.name))
    except files.FileRefused:
        _give_up(application, question, incoming.code, by)
        raise
    with transaction.atomic():
        locked = drafting.own_draft(application, by)
        here = list(IncomingUpload.objects.filter(application=locked, question=question, code=incoming.code))
        if not here:
            return _kept(application, question, incoming.code)
        drafting.forget_files(here)
        upload = drafting.attach_file(application, question, accepted, by=by, at=at, code=incoming.code)
    return Arrived(incoming.code, incoming.size, incoming.size, upload)


def _give_up(application: Application, question: Question, code: str, by: User) -> None:
    with transaction.atomic():
        locked = drafting.own_draft(application, by)
        drafting.forget_files(IncomingUpload.objects.filter(application=locked, question=question, code=code))


def purge(at: datetime) -> int:
    """Forgets what nobody has sent a part of for a day, and files that a crash left without a row. How many."""
    old = list(IncomingUpload.objects.filter(touched_at__lt=at - KEEP).order_by("touched_at")[:BATCH])
    for incoming in old:
        with transaction.atomic():
            # One that went on meanwhile stays.
            drafting.forget_files(IncomingUpload.objects.filter(pk=incoming.pk, touched_at=incoming.touched_at))
    return len(old) + _purge_strays(at)


def _purge_strays(at: datetime) -> int:
    folder = default_storage.path("incoming")
    if not os.path.isdir(folder):
        return 0
    before = (at - KEEP).timestamp()
    with os.scandir(folder) as entries:
        aged = list(islice((entry.name for entry in entries if _is_older(entry, before)), BATCH))
    known = set(IncomingUpload.objects.filter(code__in=aged).values_list("code", flat=True))
    strays = [name for name in aged if name not in known]
    for name in strays:
        default_storage.delete(f"incoming/{name}")
    return len(strays)


def _is_older(entry: os.DirEntry[str], moment: float) -> bool:
    """Whether the file was last written before `moment`, in seconds. One that went meanwhile was not."""
    try:
        return entry.stat().st_mtime < moment
    except FileNotFoundError:
        return False
