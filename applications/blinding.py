"""Takes what identifies a person out of a text that mentors read. Pure; errs on the side of hiding."""

import re
import unicodedata
from collections.abc import Iterable

MARK = "▇▇▇"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)*(?:github|gitlab|codeberg|bitbucket|linkedin|facebook)\.\w+/\S+", re.I
)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z0-9_][\w.-]*")
# Seven digits or more, however they are grouped. A year or a sum of money is shorter or has no such grouping.
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[\s().-]?\d){6,14}(?!\w)")


def fold(text: str) -> str:
    """NFC, so that the same name typed on two keyboards is the same string."""
    return unicodedata.normalize("NFC", text)


def redact(text: str, identifiers: Iterable[str]) -> str:
    """`text` with addresses, links, handles, phone numbers and each of `identifiers` replaced by a mark.

    An identifier of several words is hidden whole and word by word; words under three letters only as part
    of the whole. Case does not matter, nor does the way accents were typed.
    """
    hidden = fold(text)
    for pattern in (_LINK, _EMAIL, _HANDLE, _PHONE):
        hidden = pattern.sub(MARK, hidden)
    needles: set[str] = set()
    for identifier in identifiers:
        whole = fold(identifier).strip()
        if len(whole) >= 3:
            needles.add(whole)
        needles.update(word for word in re.split(r"[\s,;/]+", whole) if len(word) >= 3)
    for needle in sorted(needles, key=len, reverse=True):
        hidden = re.sub(rf"(?<!\w){re.escape(needle)}(?!\w)", MARK, hidden, flags=re.I)
    return hidden
