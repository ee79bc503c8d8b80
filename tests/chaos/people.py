"""What the scripts of this folder ask of the database, as a process of its own: `python -m tests.chaos.people WHAT`.

`prepare` makes a posting and people who are signed in; `drafts` gives them complete drafts too; `verify` holds what was
acknowledged against what is stored. Speaks JSON on its standard input and output. Never used by the site.
"""

import hashlib
import json
import os
import sys
from collections import Counter
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from applications.models import (  # noqa: E402
    Answer,
    Application,
    HistoryEntry,
    Message,
    Question,
    Revision,
    SavedSection,
    Upload,
)
from applications.questions_default import ensure_form  # noqa: E402
from applications.states import Action, Event, Status  # noqa: E402
from community.models import Posting, User  # noqa: E402
from tests import factories  # noqa: E402

Kind = Question.Kind


def typed(question: Question) -> list[str]:
    """What a person's browser posts as the answer. `{n}` stands for the person's number; none for a file."""
    long = "The queue in our clinic froze every noon, n {n}. I measured, found a missing index, added it. " * 4
    return {
        Kind.SHORT_TEXT: ["Amina Diallo {n}"],
        Kind.LONG_TEXT: [long.strip()],
        Kind.ONE_OF: question.options[:1],
        Kind.SEVERAL_OF: question.options[:2],
        Kind.YES_NO: ["yes"],
        Kind.NUMBER: ["3"],
        Kind.LINK: ["https://codeberg.org/example-{n}"],
        Kind.FILE: [],
        Kind.CONSENT: ["on"],
    }[Kind(question.kind)]


def stored(question: Question, number: int) -> Any:
    """The same answer as the site stores it."""
    texts = [text.replace("{n}", str(number)) for text in typed(question)]
    kinds = {Kind.YES_NO: True, Kind.CONSENT: True, Kind.NUMBER: 3, Kind.SEVERAL_OF: texts}
    return kinds.get(Kind(question.kind), texts[0] if texts else None)


def prepare(people: int, drafts: bool) -> dict[str, Any]:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    posting = Posting.objects.first() or factories.PostingFactory(title="Backend Engineer", slug="backend-engineer")
    for _number in range(max(0, 10 - Posting.objects.count())):
        factories.PostingFactory()
    form = ensure_form(posting)
    first = User.objects.count()
    users = User.objects.bulk_create(
        [User(email=f"person-{first + n}@example.org", password="!", language="en") for n in range(people)],
        batch_size=1000,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users], batch_size=1000
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    rows, out = [], []
    for number, user in enumerate(users):
        session = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = f"{number:08d}{os.urandom(12).hex()}"
        rows.append(
            Session(session_key=key, session_data=store.encode(session), expire_date=timezone.now() + timedelta(days=1))
        )
        out.append({"number": user.pk, "session": key, "code": ""})
    Session.objects.bulk_create(rows, batch_size=1000)
    if drafts:
        now = timezone.now()
        made = Application.objects.bulk_create(
            [Application(posting=posting, form=form, applicant=user, created_at=now) for user in users], batch_size=1000
        )
        SavedSection.objects.bulk_create(
            [SavedSection(application=one, section=part, saved_at=now) for one in made for part in form.parts],
            batch_size=2000,
        )
        HistoryEntry.objects.bulk_create(
            [
                HistoryEntry(
                    application=one, at=now, actor_id=one.applicant_id, action=Event.BEGIN, was="draft", became="draft"
                )
                for one in made
            ],
            batch_size=2000,
        )
        questions = [question for question in form.questions if question.kind != Kind.FILE]
        Answer.objects.bulk_create(
            (
                Answer(application=one, question=question, value=stored(question, one.applicant_id))
                for one in made
                for question in questions
            ),
            batch_size=4000,
        )
        for person, one in zip(out, made, strict=True):
            person["code"] = one.code
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "posting": posting.slug,
        "pdf": factories.PDF.decode("latin-1"),
        "postings": list(Posting.objects.public().values_list("slug", flat=True)[:10]),
        "sections": [
            {
                "slug": section.slug,
                "fields": {q.key: typed(q) for q in section.asked if q.kind != Kind.FILE},
                "files": [q.key for q in section.asked if q.kind == Kind.FILE],
            }
            for section in form.parts
        ],
        "people": out,
    }


def verify(told: dict[str, Any]) -> dict[str, Any]:
    """`told["acknowledged"]`: [{"number", "code", "file" (sha256 or empty)}]. Every list in the result must be empty."""
    lost, no_receipt, no_history, no_file, wrong_answers, no_seal = [], [], [], [], [], []
    sealed: dict[str, list[Revision]] = {}
    for revision in Revision.objects.select_related("application"):
        sealed.setdefault(revision.application.code, []).append(revision)
    applications = {one.code: one for one in Application.objects.prefetch_related("answers", "uploads")}
    receipts = Counter(Message.objects.filter(key__startswith="receipt:").values_list("application__code", flat=True))
    sent = Counter(HistoryEntry.objects.filter(action=Action.SUBMIT).values_list("application__code", flat=True))
    questions: dict[int, list[Question]] = {}
    for person in told["acknowledged"]:
        code = person["code"]
        one = applications.get(code)
        if one is None or one.applicant_id != person["number"] or one.status != Status.SUBMITTED:
            lost.append(code)
            continue
        if receipts[code] != 1:
            no_receipt.append(code)
        if sent[code] != 1:
            no_history.append(code)
        hashes = [hashlib.sha256(seal.content.encode()).hexdigest() for seal in sealed.get(code, [])]
        if hashes != [one.digest]:
            no_seal.append(code)
        if one.form_id not in questions:
            questions[one.form_id] = [q for q in one.form.questions if q.kind != Kind.FILE]
        answers = {answer.question_id: answer.value for answer in one.answers.all()}
        if any(answers.get(q.pk) != stored(q, person["number"]) for q in questions[one.form_id]):
            wrong_answers.append(code)
        if person.get("file"):
            hashes = [hashlib.sha256(Path(upload.file.path).read_bytes()).hexdigest() for upload in one.uploads.all()]
            if hashes != [person["file"]]:
                no_file.append(code)
    submitted = [one for one in applications.values() if one.status == Status.SUBMITTED]
    acknowledged = {person["code"] for person in told["acknowledged"]}
    per_person = Counter((one.applicant_id, one.posting_id) for one in applications.values())
    on_disk = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    known = {Path(upload.file.path) for upload in Upload.objects.all()}
    return {
        "acknowledged but lost": lost,
        "without exactly one receipt": no_receipt,
        "without exactly one history row": no_history,
        "without their file, byte for byte": no_file,
        "with other answers than sent": wrong_answers,
        "without exactly one sealed copy that fits its digest": no_seal,
        "people with two applications": [key for key, count in per_person.items() if count > 1],
        "sent but never acknowledged": [one.code for one in submitted if one.code not in acknowledged],
        "rows whose file is missing": [str(path) for path in known if not path.exists()],
        "_sent": len(submitted),
        "_messages": [
            (message_id, sent_at is None)
            for message_id, sent_at in Message.objects.filter(key__startswith="receipt:").values_list(
                "message_id", "sent_at"
            )
        ],
        "_files_without_a_row": len(set(on_disk) - known),
    }


def lapse() -> dict[str, Any]:
    """Two minutes pass for the claims of workers that were killed."""
    held = Message.objects.unsent().filter(claimed_until__isnull=False)
    return {"lapsed": held.update(claimed_until=timezone.now() - timedelta(seconds=1))}


def main(words: list[str]) -> None:
    what, *rest = words
    if what in {"prepare", "drafts"}:
        said = prepare(int(rest[0]), what == "drafts")
    elif what == "verify":
        said = verify(json.load(sys.stdin))
    else:
        said = lapse()
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
