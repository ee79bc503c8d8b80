"""Which files may be given as an answer, and in what shape they are kept: pictures drawn anew, the rest as it came.

Called by the form and by receiving.py, outside any transaction: drawing a picture takes a while. Never parses a
document: of a PDF the first bytes are read, of a DOCX or ODT the zip's table of contents up to a bound.
"""

import io
import os
import threading
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 5 * 1024 * 1024
MAX_NAME = 150
# A terabyte. What is said to be larger is refused in the same words.
MAX_CLAIMED = 10**12
HEAD_BYTES = 16
# A DOCX has a few dozen entries of some hundred bytes. A table of a hundred thousand is made to keep us busy.
MAX_TABLE_BYTES = 256 * 1024
# A document of 5 MB unpacks to some tens of megabytes. More is made to choke whoever opens it.
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
# Above what phones take of a page by default (12 million), and 100 MB when unpacked.
MAX_PIXELS = 25_000_000
# A4 at 300 dots an inch fits, and a picture drawn at this size takes a second at most.
MAX_SIDE = 4096

OOXML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

# Pillow's own bound, for whatever it opens: it refuses at twice this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# A picture unpacked takes a hundred megabytes: one at a time in a process, however many arrive.
_drawing = threading.Lock()


@dataclass(frozen=True)
class FileKind:
    content_type: str
    first_bytes: bytes
    # For a zip-based format, the member that makes it this format and not just any zip.
    member: str = ""
    # For a picture, what Pillow calls its format.
    picture: str = ""


KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", b"%PDF-"),
    "docx": FileKind(OOXML, b"PK\x03\x04", member="word/document.xml"),
    "odt": FileKind(ODT, b"PK\x03\x04", member="content.xml"),
    "jpg": FileKind("image/jpeg", b"\xff\xd8\xff", picture="JPEG"),
    "jpeg": FileKind("image/jpeg", b"\xff\xd8\xff", picture="JPEG"),
    "png": FileKind("image/png", b"\x89PNG\r\n\x1a\n", picture="PNG"),
}


class FileRefused(Exception):
    """The file cannot be taken; the text says why and what to do."""


@dataclass(frozen=True)
class Accepted:
    """A file as it is kept. `file` is what goes to the disk."""

    file: File
    name: str
    content_type: str

    @property
    def size(self) -> int:
        return self.file.size or 0


def plain_name(given: str) -> str:
    """The name that a file came with, fit to be shown: no folders, nothing unseen, nothing that turns what follows."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    # Cc: NUL and the like. Cf: reading directions, zero widths. Cs: halves of characters. Zl, Zp: line ends.
    shown = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    stem, dot, extension = shown.strip().rpartition(".")
    return f"{stem[:MAX_NAME].strip() or 'file'}{dot}{extension[:10]}" if dot else extension[:MAX_NAME] or "file"


def kind_of(name: str) -> FileKind:
    kind = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise FileRefused(_("Choose a PDF, DOCX, ODT, JPEG or PNG file."))
    return kind


def check_size(size: int) -> None:
    if not size:
        raise FileRefused(_("This file is empty. Choose it again, or another one."))
    if size > MAX_BYTES:
        raise FileRefused(
            _("This file has %(size).1f MB. Choose one of 5 MB or less, or paste a link instead.")
            # Never “5.0 MB”: a byte too many is too many. Bounded: a program may claim any number of digits.
            % {"size": max(min(size, MAX_CLAIMED) / 1024 / 1024, 5.1)}
        )


def check_head(name: str, head: bytes) -> None:
    """Raises FileRefused unless `head`, the first HEAD_BYTES, agrees with the name."""
    if not head.startswith(kind_of(name).first_bytes):
        raise _not_what_it_says(name)


def take(file: File) -> Accepted:
    """`file` in the shape in which it is kept. Raises FileRefused.

    A PDF, DOCX or ODT is kept byte for byte; a picture is decoded and written anew, upright, without what the camera
    noted (place, owner, time), without anything behind its end, and with no side longer than MAX_SIDE.
    """
    name = plain_name(file.name or "")
    kind = kind_of(name)
    check_size(file.size or 0)
    file.seek(0)
    check_head(name, file.read(HEAD_BYTES))
    file.seek(0)
    if kind.picture:
        return Accepted(ContentFile(_drawn_anew(file, kind.picture), name), name, kind.content_type)
    if kind.member:
        _check_zip(file, name, kind.member)
    elif _entries(file):
        # A PDF for one program and an archive for the next: nobody could say what was looked at.
        raise _not_what_it_says(name)
    return Accepted(file, name, kind.content_type)


def sync(path: str) -> None:
    """Returns when the file at `path` and its name are on the disk, not in the page cache."""
    for place in (path, os.path.dirname(path)):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_what_it_says(name: str) -> FileRefused:
    return FileRefused(
        _("This file is not what its name says (%(extension)s). Save it again in that format, then choose it.")
        % {"extension": name.rpartition(".")[2].upper()}
    )


# Zips -------------------------------------------------------------------------------------------------


class _Bounded:
    """A file of which nobody reads more than MAX_TABLE_BYTES at once, as zipfile does its table of contents."""

    def __init__(self, file: File) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> Any:
        found = self._read(min(size, MAX_TABLE_BYTES + 1) if size >= 0 else MAX_TABLE_BYTES + 1)
        if len(found) > MAX_TABLE_BYTES:
            raise ValueError("a table of contents larger than any document has")
        return found


def _entries(file: File) -> list[zipfile.ZipInfo]:
    """What a zip's table of contents names; nothing where `file` is no zip."""
    try:
        with zipfile.ZipFile(_Bounded(file)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return []
    finally:
        file.seek(0)


def _check_zip(file: File, name: str, member: str) -> None:
    """Raises FileRefused where `file` is no zip with `member` in it, or says that it holds more than any document does."""
    entries = _entries(file)
    if member not in {entry.filename for entry in entries}:
        raise _not_what_it_says(name)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise FileRefused(
            _("This document unpacks to more than %(limit)d MB. Save it as a PDF, then choose that.")
            % {"limit": MAX_UNPACKED_BYTES // 1024 // 1024}
        )


# Pictures -----------------------------------------------------------------------------------------------


def _drawn_anew(file: File, picture: str) -> bytes:
    with _drawing:
        try:
            with Image.open(file, formats=[picture]) as opened:
                width, height = opened.size
                if width * height > MAX_PIXELS:
                    raise FileRefused(
                        _("This picture has %(pixels)d million pixels. Choose one of %(limit)d million or fewer.")
                        % {"pixels": width * height // 1_000_000, "limit": MAX_PIXELS // 1_000_000}
                    )
                return _written(opened, picture)
        except Image.DecompressionBombError as error:
            raise FileRefused(_("This picture is too large to open. Choose a smaller one.")) from error
        # What Pillow raises on broken pictures; SyntaxError is what it calls a broken chunk.
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise FileRefused(
                _("This picture is damaged or not whole. Open it, save it again, then choose it.")
            ) from error


def _written(opened: Image.Image, picture: str) -> bytes:
    """The pixels of `opened` as a new file, and nothing else of it."""
    upright = ImageOps.exif_transpose(opened)
    # Pillow would carry comments, colour profiles and EXIF over from here.
    upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
    if picture == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    for side, quality in ((MAX_SIDE, 88), (MAX_SIDE // 2, 80)):
        if max(upright.size) > side:
            # Between the colours of a palette there is nothing to mix.
            if upright.mode in {"1", "P"}:
                upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
            upright.thumbnail((side, side))
        written = io.BytesIO()
        upright.save(written, picture, **({"quality": quality} if picture == "JPEG" else {"compress_level": 5}))
        if written.tell() <= MAX_BYTES:
            return written.getvalue()
    raise FileRefused(_("This picture is too large to open. Choose a smaller one."))
