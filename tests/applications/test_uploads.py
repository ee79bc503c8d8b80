"""A file in chunks: what is acknowledged is kept, whatever drops, repeats, lies or is killed."""

import hashlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from applications import drafting, receiving
from applications.models import Application, IncomingUpload, Question, Upload
from applications.states import Status
from community.models import User
from tests import factories
from tests.cast import signed_in
from tests.factories import PDF
from tests.racing import all_at_once
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db

CHUNK = 65536


def some_pdf(size: int = 200_000, seed: int = 1) -> bytes:
    return PDF + random.Random(seed).randbytes(size - len(PDF))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def draft(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice)


class Sender:
    """What static/js/upload.js says to the site, one step at a time."""

    def __init__(self, client: Client, application: Application, key: str = "cv") -> None:
        self.client = client
        self.url = reverse("begin_upload", args=[application.code, key])

    def begin(self, content: bytes = b"", name: str = "cv.pdf", **said: Any) -> Any:
        words = {"name": name, "size": len(content), "sha256": sha256(content), **said}
        return self.client.post(self.url, json.dumps(words), content_type="application/json")

    def send(self, code: str, chunk: bytes, offset: int | str) -> Any:
        return self.client.patch(
            f"{self.url}{code}/",
            chunk,
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(offset), "X-Keep": "1"},
        )

    def ask(self, code: str) -> Any:
        return self.client.get(f"{self.url}{code}/")

    def send_all(self, content: bytes, name: str = "cv.pdf", chunk: int = CHUNK) -> Any:
        answer = self.begin(content, name)
        while answer.status_code == 200 and "html" not in answer.json():
            at = answer.json()["received"]
            answer = self.send(answer.json()["code"], content[at : at + chunk], at)
        return answer


@pytest.fixture
def sender(as_alice, draft) -> Sender:
    return Sender(as_alice, draft)


def on_its_way() -> list[bytes]:
    folder = Path(default_storage.path("incoming"))
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.exists() else []


def kept() -> bytes:
    with Upload.objects.get().file.open("rb") as file:
        return bytes(file.read())


# Whole ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_file_in_chunks_becomes_the_answer(sender, draft, as_alice) -> None:
    content = some_pdf()
    began = sender.begin(content).json()
    assert (began["received"], began["size"]) == (0, len(content))
    first = sender.send(began["code"], content[:CHUNK], 0)
    assert first.json() == {"code": began["code"], "received": CHUNK, "size": len(content)}
    assert (first["Upload-Offset"], first["Upload-Length"]) == (str(CHUNK), str(len(content)))
    assert first["Cache-Control"] == "private, no-store"
    assert on_its_way() == [content[:CHUNK]]
    assert not Upload.objects.exists()
    last = sender.send_all(content)
    assert kept() == content
    assert on_its_way() == []
    assert not IncomingUpload.objects.exists()
    upload = Upload.objects.get()
    assert (upload.code, upload.name, upload.size) == (began["code"], "cv.pdf", len(content))
    assert "<bdi>cv.pdf</bdi>" in last.json()["html"]
    assert f'name="remove" value="{upload.code}"' in last.json()["html"]
    page = as_alice.get(reverse("edit_section", args=[draft.code, "your-work"])).text
    assert "<bdi>cv.pdf</bdi>" in page
    assert f'data-upload="{sender.url}"' in page


@pytest.mark.django_db(transaction=True)
def test_it_replaces_the_file_before_only_once_it_is_whole(sender) -> None:
    sender.send_all(some_pdf(seed=1))
    content = some_pdf(seed=2)
    code = sender.begin(content, "newer.pdf").json()["code"]
    sender.send(code, content[:CHUNK], 0)
    assert Upload.objects.get().name == "cv.pdf"
    sender.send_all(content, "newer.pdf")
    assert (Upload.objects.get().name, kept()) == ("newer.pdf", content)
    assert len([path for path in Path(default_storage.location).rglob("*") if path.is_file()]) == 1


def test_the_same_file_goes_on_where_it_stopped_and_another_begins_anew(sender) -> None:
    content, other = some_pdf(seed=1), some_pdf(seed=2)
    began = sender.begin(content).json()
    sender.send(began["code"], content[:CHUNK], 0)
    assert sender.begin(content).json() == {"code": began["code"], "received": CHUNK, "size": len(content)}
    anew = sender.begin(other).json()
    assert anew["received"] == 0
    assert anew["code"] != began["code"]
    assert IncomingUpload.objects.get().code == anew["code"]
    gone = sender.send(began["code"], content[CHUNK:], CHUNK)
    assert gone.status_code == 404
    assert "Choose your file again" in gone.json()["text"]


def test_what_is_kept_already_need_not_come_again(sender) -> None:
    content = some_pdf()
    kept_as = sender.send_all(content).json()
    assert sender.begin(content).json() == kept_as
    assert sender.begin(content, "other name.pdf").json()["received"] == 0


def test_the_page_says_how_much_has_arrived(sender, as_alice, draft) -> None:
    content = some_pdf(100_000)
    code = sender.begin(content).json()["code"]
    sender.send(code, content[:40_000], 0)
    page = as_alice.get(reverse("edit_section", args=[draft.code, "your-work"])).text
    assert "40 % of <bdi>cv.pdf</bdi> has arrived. Choose the same file again to send the rest." in page


@pytest.mark.django_db(transaction=True)
def test_changes_to_what_was_sent_take_a_file_in_chunks_too(alice, as_alice, posting, now) -> None:
    sent = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    drafting.submit(sent, by=alice, at=now)
    sent.refresh_from_db()
    copy = Application.objects.create(posting=posting, form=sent.form, applicant=alice, created_at=now, changes=sent)
    answer = Sender(as_alice, sent).send_all(some_pdf())
    assert answer.status_code == 200
    assert Upload.objects.get().application == copy
    assert f"/applications/{sent.code}/files/" in answer.json()["html"]
    assert as_alice.get(reverse("download_file", args=[sent.code, Upload.objects.get().code])).status_code == 200


# Dropped, repeated, at once -------------------------------------------------------------------------------


def test_a_repeated_chunk_is_harmless(sender) -> None:
    content = some_pdf()
    code = sender.begin(content).json()["code"]
    for _time in range(3):
        assert sender.send(code, content[:CHUNK], 0).json()["received"] == CHUNK
    # An overlapping one brings what is new in it.
    assert sender.send(code, content[CHUNK - 100 : CHUNK + 100], CHUNK - 100).json()["received"] == CHUNK + 100
    assert on_its_way() == [content[: CHUNK + 100]]
    assert "html" in sender.send_all(content).json()
    # The answer to the last chunk got lost on the line.
    again = sender.send(code, content[-100:], len(content) - 100)
    assert again.json()["received"] == len(content)
    assert "html" in again.json()
    assert sender.ask(code).json() == again.json()
    assert kept() == content


@pytest.mark.parametrize("offset", [CHUNK + 1, 199_999, 999_999_999])
def test_a_chunk_in_the_wrong_place_is_told_the_right_one(sender, offset) -> None:
    content = some_pdf()
    code = sender.begin(content).json()["code"]
    sender.send(code, content[:CHUNK], 0)
    answer = sender.send(code, b"elsewhere", offset)
    assert answer.status_code == 409
    assert answer.json()["received"] == CHUNK
    assert on_its_way() == [content[:CHUNK]]
    assert sender.ask(code).json()["received"] == CHUNK
    assert sender.client.head(f"{sender.url}{code}/")["Upload-Offset"] == str(CHUNK)


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "zero", "9" * 30, "٣"])
def test_an_offset_that_is_none_is_refused(sender, offset) -> None:
    code = sender.begin(some_pdf()).json()["code"]
    assert sender.send(code, PDF, offset.encode().decode("latin-1")).status_code == 400
    assert on_its_way() == []


def test_what_is_on_the_disk_counts_and_not_what_was_written_down(sender) -> None:
    content = some_pdf()
    code = sender.begin(content).json()["code"]
    sender.send(code, content[:CHUNK], 0)
    path = IncomingUpload.objects.get().file.path
    # Killed between the write and the acknowledgement: more is there than counts.
    with open(path, "ab") as file:
        file.write(b"half a chunk that nobody heard of")
    assert sender.ask(code).json()["received"] == CHUNK
    sender.send(code, content[CHUNK : 2 * CHUNK], CHUNK)
    assert on_its_way() == [content[: 2 * CHUNK]]
    # Put back from an older copy: less is there.
    os.truncate(path, 1000)
    answer = sender.send(code, content[2 * CHUNK : 3 * CHUNK], 2 * CHUNK)
    assert (answer.status_code, answer.json()["received"]) == (409, 1000)
    assert "html" in sender.send(code, content[1000:], 1000).json()
    assert kept() == content


@pytest.mark.django_db(transaction=True)
def test_the_same_chunks_by_many_at_once_are_one_file(alice, draft) -> None:
    content = some_pdf(300_000)
    senders = [Sender(signed_in(alice), draft) for _ in range(6)]
    results = all_at_once([lambda sender=sender: sender.send_all(content, chunk=20_000) for sender in senders])
    assert {result.status_code for result in results} == {200}
    assert {result.json()["code"] for result in results} == {Upload.objects.get().code}
    assert kept() == content
    assert on_its_way() == []
    assert len([path for path in Path(default_storage.location).rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_do_not_mix(alice, draft) -> None:
    contents = [some_pdf(150_000, seed=seed) for seed in range(4)]
    senders = [Sender(signed_in(alice), draft) for _ in contents]
    answers = all_at_once(
        [
            lambda sender=sender, content=content: sender.send_all(content, chunk=20_000)
            for sender, content in zip(senders, contents, strict=True)
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert kept() in contents
    assert Upload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sending_the_application_and_finishing_a_file_at_once_break_nothing(alice, posting, now) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    content = some_pdf()
    sender = Sender(signed_in(alice), application)
    code = sender.begin(content).json()["code"]
    sender.send(code, content[:-10], 0)
    finished, sent = all_at_once(
        [
            lambda: sender.send(code, content[-10:], len(content) - 10),
            lambda: drafting.submit(application, by=alice, at=now),
        ]
    )
    assert sent.status == Status.SUBMITTED
    assert finished.status_code in {200, 409}
    assert Upload.objects.count() == (finished.status_code == 200)


# Refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "told"),
    [
        ("cv.exe", 100, "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv\u202efdp.exe", 100, "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv.pdf", 0, "This file is empty"),
        ("cv.pdf", 5 * 1024 * 1024 + 1, "This file has 5.1 MB. Choose one of 5 MB or less"),
        ("cv.pdf", 10**30, "Choose one of 5 MB or less"),
        ("cv.pdf", 10**400, "Choose one of 5 MB or less"),
    ],
)
def test_what_would_be_refused_in_the_end_is_refused_before_it_is_sent(sender, name, size, told) -> None:
    answer = sender.begin(name=name, size=size)
    assert answer.status_code == 422
    assert told in answer.json()["text"]
    assert not IncomingUpload.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"size": -1}, {"size": "100"}, {"size": True}, {"size": 1.5}, {"size": None}, {"name": None}, {"name": ["cv.pdf"]},
        {"sha256": "x"}, {"sha256": "A" * 64}, {"sha256": "0" * 63 + "\n"}, {"sha256": None},
    ],
)  # fmt: skip
def test_a_description_that_makes_no_sense_is_refused(sender, said) -> None:
    assert sender.begin(PDF, **said).status_code == 400
    assert not IncomingUpload.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 5000, b" " * 9000 + b"{}"])
def test_a_body_that_is_no_description_is_refused(sender, body) -> None:
    answer = sender.client.post(sender.url, body, content_type="application/json")
    assert answer.status_code == 400
    assert "Choose it again" in answer.json()["text"]


def test_names_lose_what_nobody_sees(sender) -> None:
    for given, shown in (
        ("c\x00v\u202e.pdf", "cv.pdf"),
        ("a/b\\c.pdf", "c.pdf"),
        ("n" * 5000 + ".pdf", "n" * 150 + ".pdf"),
    ):
        sender.begin(some_pdf(), given)
        assert IncomingUpload.objects.get().name == shown


@pytest.mark.django_db(transaction=True)
def test_more_than_was_announced_is_refused_and_nothing_stays(sender) -> None:
    content = some_pdf(100_000)
    code = sender.begin(content).json()["code"]
    sender.send(code, content[:60_000], 0)
    answer = sender.send(code, content[60_000:] + b"x", 60_000)
    assert answer.status_code == 422
    assert "has changed since it was chosen" in answer.json()["text"]
    assert on_its_way() == []
    assert not IncomingUpload.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_content_than_was_announced_is_refused(sender) -> None:
    content = some_pdf(100_000)
    code = sender.begin(content).json()["code"]
    answer = sender.send(code, content[:-1] + bytes([content[-1] ^ 1]), 0)
    assert answer.status_code == 422
    assert "did not arrive whole" in answer.json()["text"]
    assert on_its_way() == []
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_first_bytes_that_belie_the_name_are_told_with_the_first_chunk(sender) -> None:
    content = b"<html><script>alert(1)</script>" + some_pdf(1_000_000)
    code = sender.begin(content).json()["code"]
    answer = sender.send(code, content[:16384], 0)
    assert answer.status_code == 422
    assert "not what its name says (PDF)" in answer.json()["text"]
    assert on_its_way() == []
    assert not IncomingUpload.objects.exists()


def test_tiny_files_in_tiny_chunks(sender) -> None:
    code = sender.begin(PDF).json()["code"]
    for at in range(0, len(PDF), 7):
        answer = sender.send(code, PDF[at : at + 7], at)
    assert "html" in answer.json()
    assert kept() == PDF


def test_a_chunk_that_is_too_large_is_not_even_read(sender) -> None:
    content = some_pdf(1_000_000)
    code = sender.begin(content).json()["code"]
    answer = sender.send(code, content[: receiving.MAX_CHUNK + 1], 0)
    assert answer.status_code == 413
    assert answer.json()["largest"] == receiving.MAX_CHUNK
    assert on_its_way() == []


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_drawn_anew_and_a_broken_one_refused(sender) -> None:
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Amina Diallo"
    Image.effect_noise((300, 200), 50).save(held, "JPEG", exif=exif)
    whole = held.getvalue()
    assert "html" in sender.send_all(whole, "photo.jpg").json()
    assert b"Amina" not in kept()
    refused = sender.send_all(whole[: len(whole) // 2], "photo.jpg")
    assert refused.status_code == 422
    assert "damaged or not whole" in refused.json()["text"]
    assert on_its_way() == []
    assert Upload.objects.count() == 1


# Whose ----------------------------------------------------------------------------------------------------


def test_nobody_but_its_owner_finds_anything(
    as_alice, as_bob, as_carol, as_charlie, draft, charlie, bob, posting
) -> None:
    content = some_pdf()
    code = Sender(as_alice, draft).begin(content).json()["code"]
    theirs = factories.ApplicationFactory(posting=posting, applicant=charlie)
    for client in (as_bob, as_carol, as_charlie):
        sender = Sender(client, draft)
        assert sender.begin(content).status_code == 404
        assert sender.send(code, content[:CHUNK], 0).status_code == 404
        assert sender.ask(code).status_code == 404
    # His own application does not lead to hers either.
    assert Sender(as_charlie, theirs).send(code, content[:CHUNK], 0).status_code == 404
    assert Sender(as_charlie, theirs).ask(code).status_code == 404
    assert IncomingUpload.objects.get().received == 0
    assert on_its_way() == []


def test_what_is_no_file_question_is_not_found(as_alice, draft) -> None:
    for key in ("name", "why", "nothing"):
        assert Sender(as_alice, draft, key).begin(PDF).status_code == 404
    assert Sender(as_alice, draft).send("NOSUCHCODE", PDF, 0).status_code == 404


def test_a_key_that_two_sections_share_is_left_to_the_form(as_alice, draft) -> None:
    kind = Question.Kind.FILE
    factories.QuestionFactory(section=draft.form.parts[0], key="cv", kind=kind, required=False)
    assert Sender(as_alice, draft).begin(PDF).status_code == 404


def test_only_a_draft_takes_files(as_alice, alice, posting, draft) -> None:
    sender = Sender(as_alice, draft)
    content = some_pdf()
    code = sender.begin(content).json()["code"]
    Application.objects.filter(pk=draft.pk).update(status=Status.SUBMITTED, submitted_at=timezone.now())
    for answer in (sender.begin(some_pdf(seed=2)), sender.send(code, content[:CHUNK], 0)):
        assert answer.status_code == 409
        assert "already sent" in answer.json()["text"]
        assert "received" not in answer.json()
    assert on_its_way() == []


def test_signed_out_and_without_a_token_are_told_in_words(alice, draft) -> None:
    code = Sender(signed_in(alice), draft).begin(some_pdf()).json()["code"]
    answer = Sender(Client(), draft).send(code, PDF, 0)
    assert answer.status_code == 401
    assert "signed out" in answer.json()["text"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = Sender(strict, draft).send(code, PDF, 0)
    assert answer.status_code == 403
    assert "out of date" in answer.json()["text"]
    assert on_its_way() == []


def test_other_methods_are_refused(sender) -> None:
    code = sender.begin(some_pdf()).json()["code"]
    assert sender.client.get(sender.url).status_code == 405
    assert sender.client.post(f"{sender.url}{code}/").status_code == 405
    assert sender.client.delete(f"{sender.url}{code}/").status_code == 405


# How long, how many ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_the_one_that_rested_longest_gives_way(as_alice, alice, as_charlie, charlie) -> None:
    def begin(client: Client, person: User) -> Sender:
        sender = Sender(client, factories.ApplicationFactory(applicant=person))
        sender.code = sender.begin(some_pdf()).json()["code"]
        sender.send(sender.code, PDF, 0)
        return sender

    theirs = begin(as_charlie, charlie)
    senders = [begin(as_alice, alice) for _ in range(receiving.MAX_AT_ONCE + 2)]
    found = [sender.ask(sender.code).status_code for sender in senders]
    assert found == [404, 404, *[200] * receiving.MAX_AT_ONCE]
    assert theirs.ask(theirs.code).status_code == 200
    assert len(on_its_way()) == receiving.MAX_AT_ONCE + 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_forgets_what_rested_for_a_day(sender, as_charlie, charlie) -> None:
    content = some_pdf()
    sender.send(sender.begin(content).json()["code"], content[:CHUNK], 0)
    other = Sender(as_charlie, factories.ApplicationFactory(applicant=charlie))
    fresh = other.begin(content).json()["code"]
    other.send(fresh, content[:CHUNK], 0)
    stray = Path(default_storage.path("incoming/STRAY"))
    young = Path(default_storage.path("incoming/YOUNG"))
    for path in (stray, young):
        path.write_bytes(b"left by a crash")
    aged = (timezone.now() - timedelta(days=1, minutes=1)).timestamp()
    os.utime(stray, (aged, aged))
    old = IncomingUpload.objects.get(application__applicant__email="alice@example.org")
    IncomingUpload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - timedelta(days=1, minutes=1))
    call_command("run_worker", "--once")
    assert IncomingUpload.objects.get().code == fresh
    assert {path.name for path in stray.parent.iterdir()} == {"YOUNG", fresh}


@pytest.mark.django_db(transaction=True)
def test_discarding_the_draft_takes_what_has_arrived_along(sender, draft, alice, now) -> None:
    content = some_pdf()
    sender.send(sender.begin(content).json()["code"], content[:CHUNK], 0)
    drafting.discard(draft, by=alice, at=now)
    assert on_its_way() == []


# Killed ---------------------------------------------------------------------------------------------------


class Site:
    """A real gunicorn with a database and files of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "MEDIA_ROOT": str(folder / "media"),
            "SECRET_KEY": "for-this-test-only",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DEBUG": "on",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, env=self.environment, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=120
        )  # fmt: skip
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
            env=self.environment, cwd=django_settings.BASE_DIR, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=(self.folder / "gunicorn.log").open("ab"),
        )  # fmt: skip
        # Not only a socket that listens: that of the one that was just killed may still be there.
        wait_until(lambda: self.ask("GET", "/healthz")[0], 60, (self.folder / "gunicorn.log").read_text)

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
        """Status and JSON, or (0, None) where the line broke."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, ValueError, EOFError):
            return 0, None
        except Exception as error:
            if "RemoteDisconnected" in type(error).__name__ or "IncompleteRead" in type(error).__name__:
                return 0, None
            raise
        finally:
            line.close()


PREPARE = """
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import factories
person = factories.UserFactory(email="alice@example.org")
draft = factories.ApplicationFactory(applicant=person)
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print("READY", draft.code, session.session_key)
"""

READ = """
import hashlib
from applications.models import IncomingUpload, Upload
upload = Upload.objects.get()
print("KEPT", hashlib.sha256(upload.file.read()).hexdigest(), IncomingUpload.objects.count())
"""


@pytest.mark.slow
@pytest.mark.once
def test_a_file_outlives_a_server_that_is_killed_again_and_again(tmp_path) -> None:
    """What was acknowledged before a kill -9 is there after it, and the whole arrives as it was."""
    site = Site(tmp_path)
    site.manage("migrate", "--verbosity=0")
    site.manage("createcachetable")
    ready = site.manage("shell", "--command", PREPARE)
    code, session = ready.partition("READY ")[2].split()
    token = "a" * 32
    path = f"/applications/{code}/uploads/cv/"
    headers = {"Cookie": f"sessionid={session}; csrftoken={token}", "X_CSRFToken": token, "X_Keep": "1"}
    content = some_pdf(400_000)
    words = json.dumps({"name": "cv.pdf", "size": len(content), "sha256": sha256(content)}).encode()
    chance, acknowledged, kills, name, finished = random.Random(4), 0, 0, "", False
    site.start()
    try:
        while not finished:
            if not name or chance.random() < 0.2:
                status, told = site.ask("POST", path, words, **headers)
                if status == 200:
                    assert told["received"] >= acknowledged
                    name = told["code"]
            if kills < 4 and chance.random() < 0.35:
                # In the midst of a request: half of the chunk is sent, or its answer never comes.
                with socket.create_connection(("127.0.0.1", site.port), timeout=5) as line:
                    head = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
                    chunk = content[acknowledged : acknowledged + 20_000]
                    line.sendall(
                        f"PATCH {path}{name}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Upload-Offset: {acknowledged}\r\n"
                        f"Content-Length: {len(chunk)}\r\n\r\n".encode()
                        + chunk[: chance.choice([0, 9_000, 20_000])]
                    )
                    # Waits for nothing: the kill may come at any moment of what the server does with it.
                    time.sleep(chance.random() / 20)
                    site.kill()
                kills += 1
                site.start()
            status, told = site.ask(
                "PATCH", f"{path}{name}/", content[acknowledged : acknowledged + 20_000],
                Upload_Offset=str(acknowledged), **headers,
            )  # fmt: skip
            assert status in {0, 200, 409, 503}, (status, told)
            if status in {200, 409}:
                assert told["received"] >= acknowledged
                acknowledged = told["received"]
                finished = "html" in told
    finally:
        site.kill()
    assert kills == 4
    assert f"KEPT {sha256(content)} 0" in site.manage("shell", "--command", READ)
    files = [file for file in (tmp_path / "media").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in files] == [content]
