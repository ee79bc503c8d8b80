"""Seals what is sent: the answers as bytes that never change, and their SHA-256, so that a dispute can be settled.

Called where something is sent (drafting.submit, revising.send_changes), in the same transaction. Never sends.
"""

import hashlib
import json
import unicodedata
from datetime import datetime
from typing import Any

from applications.models import Application, Question, Revision, Upload
from applications.readiness import asked


def digest_of(content: str) -> str:
    """SHA-256 (FIPS 180-4) of the text's UTF-8 bytes, in 64 hexadecimal digits: what `sha256sum` prints."""
    return hashlib.sha256(content.encode()).hexdigest()


def canonical(answers: list[dict[str, Any]]) -> str:
    """The answers as JSON (RFC 8259) in one way only: sorted keys, no space, NFC, characters as they are."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return unicodedata.normalize("NFC", text)


def answers_of(application: Application) -> list[dict[str, Any]]:
    """[{section, key, label, kind, value}] in the order of the form, in the words that the person reads here and now.

    A file's value is its name, size in bytes and SHA-256. A question without an answer has null; one that was not
    asked, because of an answer to another, is left out.
    """
    return [
        {
            "section": section.title_here,
            "key": question.key,
            "label": question.label_here,
            "kind": question.kind,
            "value": _value(question, application.values.get(question.pk)),
        }
        for section, here in asked(application.form, application.values)
        for question in here
    ]


def _value(question: Question, value: Any) -> Any:
    if not isinstance(value, Upload):
        return value
    return {"name": value.name, "size": value.size, "sha256": value.sha256 or file_digest(value)}


def file_digest(upload: Upload) -> str:
    """SHA-256 of the file as it is stored."""
    with upload.file.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def seal(application: Application, *, number: int, at: datetime) -> Revision:
    """Writes down what `application` holds now as its sending `number`."""
    content = canonical(answers_of(application))
    revision: Revision = Revision.objects.create(
        application=application, number=number, sent_at=at, content=content, digest=digest_of(content)
    )
    return revision
