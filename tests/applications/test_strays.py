"""Files that a crash left without a row: gone after a day, and never one that a row names or that is just being made."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from applications import drafting, files, purging, receiving
from applications.models import Application, IncomingUpload, Question, Upload
from tests import factories
from tests.applications.test_uploads import CHUNK, Sender, some_pdf
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(Exception):
    """Stands for the end of the process: the transaction is lost, what is on the disk is not."""


@pytest.fixture
def draft(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=factories.whole_form(posting))


def cv_of(draft: Application) -> Question:
    return next(question for question in draft.form.questions if question.kind == Question.Kind.FILE)


def attach(draft: Application) -> Upload:
    accepted = files.take(ContentFile(some_pdf(), "cv.pdf"))
    return drafting.attach_file(draft, cv_of(draft), accepted, by=draft.applicant, at=timezone.now())


def crashed_upload(draft: Application) -> Path:
    """What is left of an upload whose process ended before the commit."""
    before = on_disk()
    with pytest.raises(Crash), transaction.atomic():
        attach(draft)
        raise Crash
    (left,) = on_disk() - before
    return left


def on_disk() -> set[Path]:
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


def age(path: Path, **by: float) -> None:
    then = (timezone.now() - timedelta(**by)).timestamp()
    os.utime(path, (then, then))


def test_a_file_that_a_crash_left_goes_after_a_day_and_not_before(draft) -> None:
    stray = crashed_upload(draft)
    assert not Upload.objects.exists()
    age(stray, hours=23, minutes=59)
    call_command("run_worker", "--once")
    assert stray.exists()
    age(stray, days=1, minutes=1)
    call_command("run_worker", "--once")
    assert on_disk() == set()


def test_a_file_with_a_row_stays_however_old_it_is(draft) -> None:
    kept, stray = Path(attach(draft).file.path), crashed_upload(draft)
    for path in (kept, stray):
        age(path, days=400)
    call_command("run_worker", "--once")
    assert on_disk() == {kept}
    assert Upload.objects.get().file.open("rb").read() == some_pdf()


def test_a_file_whose_row_is_just_being_made_stays(draft) -> None:
    with transaction.atomic():
        upload = attach(draft)
        # As the worker sees it, from a connection of its own: a file, and no row. Its age alone keeps it.
        assert all_at_once([Upload.objects.count, lambda: purging.purge_strays(timezone.now())]) == [0, 0]
    assert Path(upload.file.path).exists()
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_both_places_at_once_and_nothing_that_is_on_its_way(as_alice, draft) -> None:
    content = some_pdf()
    sender = Sender(as_alice, draft, key=cv_of(draft).key)
    code = sender.begin(content).json()["code"]
    assert sender.send(code, content[:CHUNK], 0).status_code == 200
    half = Path(IncomingUpload.objects.get().file.path)
    strays = [crashed_upload(factories.ApplicationFactory()), half.parent / "STRAY"]
    strays[1].write_bytes(b"left by a crash")
    for path in strays:
        age(path, days=2)
    call_command("run_worker", "--once")
    assert on_disk() == {half}
    assert sender.send(code, content[CHUNK:], CHUNK).status_code in {200, 201}
    assert Upload.objects.get().file.open("rb").read() == content


def test_a_file_that_goes_while_the_folder_is_read_costs_no_other(draft) -> None:
    folder = Path(default_storage.path("incoming"))
    folder.mkdir(parents=True)
    # A name in the folder with no file behind it, as when another worker was faster.
    (folder / "GONE").symlink_to(folder / "nowhere")
    stray = folder / "STRAY"
    stray.write_bytes(b"left by a crash")
    age(stray, days=2)
    assert receiving.purge(timezone.now()) == 1
    assert not stray.exists()


def test_a_database_that_knows_no_file_costs_no_file(draft, caplog) -> None:
    """As when the worker is started with the wrong DATABASE_URL, or after an old copy was put back."""
    kept = [Path(attach(factories.ApplicationFactory()).file.path) for _ in range(3)]
    folder = Path(default_storage.path("uploads/ZZZ"))
    folder.mkdir()
    lost = [folder / f"ZZ{number}" for number in range(purging.STRAYS_BELIEVED + 1)]
    for path in lost:
        path.write_bytes(b"somebody else's answer")
    for path in (*kept, *lost):
        age(path, days=9)
    assert purging.purge_strays(timezone.now()) == 0
    assert on_disk() == {*kept, *lost}
    assert "too many for a crash" in caplog.text
    lost[0].unlink()
    assert purging.purge_strays(timezone.now()) == purging.STRAYS_BELIEVED
    assert on_disk() == set(kept)


def test_it_asks_once_for_many_files(draft, django_assert_num_queries) -> None:
    for _ in range(3):
        age(Path(attach(factories.ApplicationFactory()).file.path), days=2)
    with django_assert_num_queries(1):
        purging.purge_strays(timezone.now())
