"""Which files may be given as an answer: by extension, first bytes and size. Never parses what is inside."""

import zipfile
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

MAX_BYTES = 5 * 1024 * 1024
MAX_NAME = 150

OOXML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True)
class FileKind:
    content_type: str
    first_bytes: bytes
    # For a zip-based format, the member that makes it this format and not just any zip.
    member: str = ""


KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", b"%PDF-"),
    "docx": FileKind(OOXML, b"PK\x03\x04", "word/document.xml"),
    "odt": FileKind(ODT, b"PK\x03\x04", "content.xml"),
    "jpg": FileKind("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": FileKind("image/jpeg", b"\xff\xd8\xff"),
    "png": FileKind("image/png", b"\x89PNG\r\n\x1a\n"),
}


class FileRefused(Exception):
    """The file cannot be taken; the text says why and what to do."""


def check(file: UploadedFile) -> str:
    """The content type of an acceptable file. Raises FileRefused otherwise.

    Reads the first bytes and, for DOCX and ODT, the zip's table of contents: enough to know that the file
    is what its name says, and nothing that could run.
    """
    name = file.name or ""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise FileRefused(_("Choose a PDF, DOCX, ODT, JPEG or PNG file."))
    if not file.size:
        raise FileRefused(_("This file is empty. Choose it again, or another one."))
    if file.size > MAX_BYTES:
        raise FileRefused(
            _("This file has %(size).1f MB. Choose one of 5 MB or less, or paste a link instead.")
            % {"size": file.size / 1024 / 1024}
        )
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if not head.startswith(kind.first_bytes) or (kind.member and not _has_member(file, kind.member)):
        raise FileRefused(
            _("This file is not what its name says (%(extension)s). Save it again in that format, then choose it.")
            % {"extension": name.rpartition(".")[2].upper()[:10]}
        )
    return kind.content_type


def _has_member(file: UploadedFile, member: str) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return member in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    finally:
        file.seek(0)
