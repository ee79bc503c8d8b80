"""Files as answers: taken as soon as they arrive, refused with a sentence, served to few and never run."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from applications import files
from applications.models import Answer, Application, Upload
from applications.states import Status
from tests import factories
from tests.factories import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice)


def url(application: Application) -> str:
    return reverse("edit_section", args=[application.code, "your-work"])


def pdf(name: str = "cv.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def a_zip(*members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return held.getvalue()


def a_zip_bomb(member: str) -> bytes:
    """Small, and more than any document when unpacked, in one layer as a DOCX is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(member, bytes(files.MAX_UNPACKED_BYTES))
        archive.writestr("more", b"x")
    return held.getvalue()


def a_picture(picture: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, 1).save(held, picture, **options)
    return held.getvalue()


def said_to_have(width: int, height: int) -> bytes:
    """A small PNG whose header says that it is large, as a bomb does."""
    whole = a_picture("PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + whole[24:29]
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


def on_disk(media: Path) -> list[bytes]:
    return [path.read_bytes() for path in media.rglob("*") if path.is_file()]


# Giving -------------------------------------------------------------------------------------------------


def test_file_is_kept_while_other_answers_are_wrong(as_alice, draft, media) -> None:
    page = as_alice.post(url(draft), {"problem": "", "together": "We built it.", "cv": pdf(), "go": "on"})
    assert page.status_code == 200
    assert "Tell us about a problem you found and solved" in page.context["form"].errors["problem"]
    upload = Upload.objects.get()
    assert (upload.name, upload.size, upload.content_type) == ("cv.pdf", len(PDF), "application/pdf")
    assert on_disk(media) == [PDF]
    for text in (page.text, as_alice.get(url(draft)).text):
        assert "<bdi>cv.pdf</bdi>" in text
        assert f"{len(PDF)} bytes" in text.replace("\xa0", " ")
        assert f'name="remove" value="{upload.code}"' in text
        assert "To replace it, choose another file" in text


def test_stored_under_a_random_name_without_a_trace_of_the_given_one(as_alice, draft, media) -> None:
    as_alice.post(url(draft), {"cv": pdf("../../etc/Amina Diallo.pdf"), "go": "later"})
    upload = Upload.objects.get()
    assert upload.name == "Amina Diallo.pdf"
    assert upload.file.name == f"uploads/{upload.code[:2]}/{upload.code}"


@pytest.mark.django_db(transaction=True)
def test_another_file_replaces_the_first(as_alice, draft, media) -> None:
    as_alice.post(url(draft), {"cv": pdf(), "go": "later"})
    as_alice.post(url(draft), {"cv": pdf("new.pdf", PDF + b"% 2"), "go": "later"})
    assert Upload.objects.get().name == "new.pdf"
    assert on_disk(media) == [PDF + b"% 2"]


def test_saving_without_a_file_keeps_the_one_given(as_alice, draft) -> None:
    as_alice.post(url(draft), {"cv": pdf(), "go": "later"})
    as_alice.post(url(draft), {"problem": "Later words", "go": "later"})
    assert Upload.objects.get().name == "cv.pdf"


@pytest.mark.django_db(transaction=True)
def test_remove_takes_the_file_and_keeps_what_was_typed(as_alice, draft, media) -> None:
    as_alice.post(url(draft), {"cv": pdf(), "go": "later"})
    answer = as_alice.post(url(draft), {"problem": "Typed meanwhile", "remove": Upload.objects.get().code})
    assert answer.url == url(draft)
    assert not Upload.objects.exists()
    assert on_disk(media) == []
    assert Answer.objects.get().value == "Typed meanwhile"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cv.pdf", b"", "This file is empty"),
        ("cv.exe", b"MZ", "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv", PDF, "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv.html", b"<script>alert(1)</script>", "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv.pdf", b"<script>alert(1)</script>", "This file is not what its name says (PDF)"),
        ("cv.png", PDF, "This file is not what its name says (PNG)"),
        ("cv.docx", a_zip("evil.js"), "This file is not what its name says (DOCX)"),
        ("cv.odt", b"PK\x03\x04 broken", "This file is not what its name says (ODT)"),
        ("photo.jpg", b"GIF89a/*\xff\xd8\xff*/=alert(1)", "This file is not what its name says (JPG)"),
        ("cv.pdf", PDF + b"x" * 30 * 1024 * 1024, "This file has 30.0 MB. Choose one of 5 MB or less"),
        ("cv.pdf", b"<html><script>alert(1)</script>" + PDF, "This file is not what its name says (PDF)"),
        ("cv.pdf", PDF + a_zip("evil.js"), "This file is not what its name says (PDF)"),
        ("cv\u202efdp.exe", PDF, "Choose a PDF, DOCX, ODT, JPEG or PNG file."),
        ("cv.docx", a_zip("word/document.xml", *map(str, range(9000))), "This file is not what its name says (DOCX)"),
        ("cv.docx", a_zip_bomb("word/document.xml"), "This document unpacks to more than 100 MB"),
        ("cv.odt", a_zip_bomb("content.xml"), "This document unpacks to more than 100 MB"),
        ("photo.jpg", a_picture("JPEG")[:-200], "This picture is damaged or not whole"),
        ("photo.png", a_picture("PNG")[:60], "This picture is damaged or not whole"),
        ("photo.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "This picture is damaged or not whole"),
        ("bomb.png", said_to_have(30_000, 30_000), "This picture is too large to open"),
        ("large.png", said_to_have(6_000, 5_000), "This picture has 30 million pixels"),
    ],
    ids=[
        "empty", "exe", "no extension", "html", "html as pdf", "pdf as png", "zip as docx", "broken zip", "polyglot", "30 MB",
        "pdf behind html", "zip behind pdf", "right to left", "zip of 9,000", "docx bomb", "odt bomb",
        "half a jpeg", "half a png", "html as png", "bomb", "large",
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_and_nothing_typed_is_lost(as_alice, draft, media, name, content, told) -> None:
    as_alice.post(url(draft), {"cv": pdf("first.pdf"), "go": "later"})
    page = as_alice.post(url(draft), {"problem": "A long story", "cv": pdf(name, content), "go": "later"})
    assert page.status_code == 200
    assert told in page.text
    assert "<title>Error: " in page.text
    assert "A long story</textarea>" in page.text
    assert Answer.objects.get().value == "A long story"
    assert Upload.objects.get().name == "first.pdf"
    assert "<bdi>first.pdf</bdi>" in page.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.docx", a_zip("word/document.xml")),
        ("cv.odt", a_zip("content.xml")),
        ("photo.JPEG", a_picture("JPEG")),
        ("photo.png", a_picture("PNG")),
    ],
)
def test_the_other_kinds_are_taken(as_alice, draft, name, content) -> None:
    as_alice.post(url(draft), {"cv": pdf(name, content), "go": "later"})
    assert Upload.objects.get().name == name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("cv\x00.pdf", "cv.pdf"),
        ("Lebenslauf\u202egnp.pdf", "Lebenslaufgnp.pdf"),
        ("سيرة ذاتية.pdf", "سيرة ذاتية.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("C:\\Users\\amina\\cv.pdf", "cv.pdf"),
        ("../../etc/cv.pdf", "cv.pdf"),
        ("x" * 5000 + ".pdf", "x" * files.MAX_NAME + ".pdf"),
        (".pdf", "file.pdf"),
        ("a\nb\u2066c\u2069\ufeff.pdf", "abc.pdf"),
        ("", "file"),
    ],
)
def test_a_name_is_shown_without_what_nobody_sees(given, shown) -> None:
    assert files.plain_name(given) == shown


# Pictures ---------------------------------------------------------------------------------------------


def photographed() -> bytes:
    """A picture on its side, red at the left as stored, with the place, the owner and a remark that a camera adds."""
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("red", (0, 0, 30, 40))
    exif = Image.Exif()
    # Turned by a quarter; who made it; where.
    exif[0x0112], exif[0x013B] = 6, "Amina Diallo"
    exif.get_ifd(0x8825).update({1: "N", 2: (6.0, 27.0, 14.0)})
    held = io.BytesIO()
    picture.save(held, "JPEG", exif=exif, comment=b"Amina's phone", quality=95)
    assert b"Amina" in held.getvalue()
    assert 0x8825 in Image.open(held).getexif()
    return held.getvalue() + b"<script>alert('behind the end')</script>"


def test_what_the_camera_noted_is_gone_and_the_picture_stands_upright(as_alice, draft, media) -> None:
    as_alice.post(url(draft), {"cv": pdf("photo.jpg", photographed()), "go": "later"})
    (kept,) = on_disk(media)
    assert b"Amina" not in kept
    assert b"Exif" not in kept
    assert b"script" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert not picture.getexif()
    assert picture.size == (40, 60)
    red, white = picture.getpixel((20, 5)), picture.getpixel((20, 55))
    assert red[0] > 200 > 100 > red[1]
    assert min(white) > 200
    assert Upload.objects.get().size == len(kept)


def test_a_png_loses_its_words_too(as_alice, draft, media) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Amina Diallo")
    words.add_itxt("Comment", "<script>alert(1)</script>", zip=False)
    given = a_picture("PNG", "RGBA", pnginfo=words, dpi=(300, 300))
    assert b"Amina" in given
    as_alice.post(url(draft), {"cv": pdf("photo.png", given + b"<html>"), "go": "later"})
    (kept,) = on_disk(media)
    assert b"Amina" not in kept
    assert b"script" not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    ("picture", "mode"),
    [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "I;16")],
)
@pytest.mark.parametrize("size", [(30, 20), (5000, 30)])
def test_pictures_of_every_mode_are_taken(picture, mode, size) -> None:
    name = "photo." + ("jpg" if picture == "JPEG" else "png")
    kept = files.take(ContentFile(a_picture(picture, mode, size), name))
    assert max(Image.open(kept.file).size) == min(size[0], files.MAX_SIDE)


def test_a_document_is_kept_byte_for_byte(as_alice, draft, media) -> None:
    as_alice.post(url(draft), {"cv": pdf("cv.docx", a_zip("word/document.xml")), "go": "later"})
    assert on_disk(media) == [a_zip("word/document.xml")]


# After sending ----------------------------------------------------------------------------------------


def test_after_sending_a_file_is_refused(as_alice, alice, posting, media) -> None:
    sent = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    assert as_alice.post(url(sent), {"cv": pdf()}).status_code == 409
    assert not Upload.objects.exists()
    assert on_disk(media) == []


# Fetching ---------------------------------------------------------------------------------------------


def download(upload: Upload) -> str:
    return reverse("download_file", args=[upload.application.code, upload.code])


def test_served_as_an_attachment_that_cannot_run(as_alice, draft) -> None:
    upload = factories.UploadFactory(application=draft, name='Amina\r\n"; filename=evil.html')
    answer = as_alice.get(download(upload))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="{draft.code}-cv.bin"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("status", "seen_by"), [(Status.DRAFT, {"alice"}), (Status.SUBMITTED, {"alice", "carol"}),
                            (Status.IN_REVIEW, {"alice", "carol"}), (Status.WITHDRAWN, {"alice", "carol"})]
)  # fmt: skip
def test_only_the_owner_and_staff_who_may(
    as_alice, as_bob, as_carol, as_charlie, alice, bob, posting, status, seen_by
) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    factories.AssignmentFactory(application=application, mentor=bob)
    upload = factories.UploadFactory(application=application)
    clients = {"alice": as_alice, "bob": as_bob, "carol": as_carol, "charlie": as_charlie}
    codes = {name: client.get(download(upload)).status_code for name, client in clients.items()}
    assert {name for name, code in codes.items() if code == 200} == seen_by
    assert {code for name, code in codes.items() if name not in seen_by} == {404}


def test_staff_without_the_permission_and_strangers_get_nothing(as_carol, carol, stranger, alice, posting) -> None:
    upload = factories.UploadFactory(
        application=factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    )
    carol.groups.clear()
    assert as_carol.get(download(upload)).status_code == 404
    assert stranger.get(download(upload)).url == f"/accounts/login/?next={download(upload)}"


def test_a_file_is_found_under_its_own_application_only(as_alice, alice, draft) -> None:
    other = factories.ApplicationFactory(applicant=alice)
    upload = factories.UploadFactory(application=draft)
    assert as_alice.get(reverse("download_file", args=[other.code, upload.code])).status_code == 404


# Removing from the check page ----------------------------------------------------------------------------


def removal(upload: Upload) -> str:
    return reverse("remove_file", args=[upload.application.code, upload.code])


def test_remove_works_on_post_only_and_once(as_alice, draft) -> None:
    upload = factories.UploadFactory(application=draft)
    assert as_alice.get(removal(upload)).status_code == 405
    assert Upload.objects.count() == 1
    assert as_alice.post(removal(upload)).url == reverse("check_answers", args=[draft.code])
    assert not Upload.objects.exists()
    assert as_alice.post(removal(upload)).status_code == 404


def test_remove_is_refused_to_outsiders_and_after_sending(as_alice, as_charlie, as_carol, alice, posting) -> None:
    sent = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    upload = factories.UploadFactory(application=sent)
    for client in (as_charlie, as_carol):
        assert client.post(removal(upload)).status_code == 404
    assert "was already sent" in as_alice.post(removal(upload), follow=True).text
    assert Upload.objects.count() == 1
