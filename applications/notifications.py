"""Every message the program sends about an application: one function each, one outbox row per person told.

Called by the verbs, inside the transaction of the change that the message tells of; sends nothing itself.
The row's key makes a second write of the same message do nothing, so nobody is told twice.
"""

import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Application, Assignment, Decision, Erasure, Letter, Message, Question, Revision
from applications.readiness import asked
from community.models import User
from community.moments import distance, in_words
from community.timezones import zone_named
from community.words import here


def absolute(path: str) -> str:
    """`path` as an address that works from a letter."""
    return f"{settings.SITE_URL}{path}"


def new_message_id() -> str:
    """A Message-ID (RFC 5322, 3.6.4) that is kept in the outbox, so that a retry carries the same one."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


def write(
    key: str,
    *,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    person: User | None = None,
    application: Application | None = None,
    is_secret: bool = False,
    unsubscribe_link: str = "",
) -> None:
    """One row in the outbox; nothing if a message with this `key` was written before."""
    message = Message(
        key=key,
        message_id=new_message_id(),
        application=application,
        person=person,
        to=to,
        subject=" ".join(subject.split())[:300],
        body=body.strip() + "\n",
        is_secret=is_secret,
        unsubscribe_link=unsubscribe_link,
        created_at=at,
        due_at=at,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)


def write_from_templates(
    message: str, context: dict[str, Any], *, key: str, subject: str = "", to: str, at: datetime, **more: Any
) -> None:
    """Fills in emails/<message>/ in the language that is active, and writes it; `more` as `write` takes it.

    A `subject` that is given stands in place of the template's.
    """
    context = {"program_name": settings.PROGRAM_NAME} | context
    write(
        key,
        to=to,
        subject=subject or render_to_string(f"emails/{message}/subject.txt", context),
        body=render_to_string(f"emails/{message}/body.txt", context),
        at=at,
        **more,
    )


def known_language(code: str) -> str:
    """`code` where the site speaks that language, else the code of the one that it speaks to everybody."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_of(person: User) -> str:
    """The code of the language in which the person is written to."""
    return known_language(person.language)


def speaking_to(person: User) -> AbstractContextManager[None]:
    """Words, dates and links inside are in the person's language, whoever pressed the button."""
    return translation.override(language_of(person))


def _to_applicant(
    message: str, application: Application, at: datetime, *, key: str = "", subject: str = "", **context: Any
) -> None:
    context |= {
        "application": application,
        "posting": application.posting,
        "name": application.name,
        "link": absolute(reverse("application", args=[application.code])),
    }
    write_from_templates(
        message,
        context,
        key=key or f"{message}:{application.code}",
        subject=subject,
        to=application.applicant.email,
        person=application.applicant,
        application=application,
        at=at,
    )


def answers_as_text(application: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """(section title, [(question, answer)]) in the order of the form, for letters.

    Every line of an answer stands two characters in, as its first does: none can be taken for a question of ours.
    """
    return [
        (
            section.title_here,
            [(q.label_here, as_text(q, application.values.get(q.pk)).replace("\n", "\n  ")) for q in here],
        )
        for section, here in asked(application.form, application.values)
        if here
    ]


def as_text(question: Question, value: Any) -> str:
    """An answer as a person reads it; empty where none was given."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(here(option) for option in value)
    if question.kind == Question.Kind.ONE_OF:
        return here(str(value))
    return str(value)


def receipt(application: Application, revision: Revision) -> None:
    """To the applicant, once for each sending: the reference, every answer as it was sent, and their digest."""
    with speaking_to(application.applicant):
        _to_applicant(
            "receipt",
            application,
            revision.sent_at,
            key=f"receipt:{application.code}:{revision.number}",
            sections=answers_as_text(application),
            revision=revision,
            sent_link=absolute(reverse("sent_answers", args=[application.code, revision.number])),
        )


def reminder(application: Application, days: int, missing: int, at: datetime) -> bool:
    """To whoever began and has not sent: the close is near. Whether it was written now, and not before."""
    key = f"reminder:{days}:{application.code}"
    if Message.objects.filter(key=key).exists():
        return False
    posting = application.posting
    assert posting.closes_at is not None
    with speaking_to(application.applicant):
        zone = zone_named(application.applicant.time_zone) or posting.time_zone
        _to_applicant(
            "reminder",
            application,
            at,
            key=key,
            missing=missing,
            closes=in_words(posting.closes_at, zone),
            how_soon=distance(posting.closes_at, at),
        )
    return True


def withdrawn(application: Application, at: datetime) -> None:
    with speaking_to(application.applicant):
        _to_applicant("withdrawn", application, at)


def decided(application: Application, decision: Decision, at: datetime) -> None:
    """The decision's own words, as released. Kept once per decision: a waitlisted person may hear again."""
    with speaking_to(application.applicant):
        _to_applicant(
            "decided", application, at, key=f"decided:{decision.pk}", subject=decision.subject, decision=decision
        )


def accepted(application: Application, at: datetime) -> None:
    """Once for each acceptance: one that was taken back may be given again."""
    with speaking_to(application.applicant):
        key = f"accepted:{application.code}:{at.isoformat()}"
        _to_applicant("accepted", application, at, key=key, profile_link=absolute(reverse("profile")))


def turned_down(application: Application, at: datetime) -> None:
    with speaking_to(application.applicant):
        _to_applicant("turned_down", application, at, key=f"turned_down:{application.code}:{at.isoformat()}")


def answer_undone(application: Application, answer_by: datetime, at: datetime) -> None:
    """The offer stands again, and until when."""
    with speaking_to(application.applicant):
        _to_applicant(
            "answer_undone",
            application,
            at,
            key=f"answer_undone:{application.code}:{at.isoformat()}",
            answer_by=in_words(answer_by, application.posting.time_zone),
        )


def letter(written: Letter) -> None:
    """To the applicant: what staff wrote to them. Staff find what applicants write in their list."""
    application = written.application
    with speaking_to(application.applicant):
        _to_applicant("letter", application, written.written_at, key=f"letter:{written.pk}", letter=written)


def lapsed(application: Application, at: datetime) -> None:
    with speaking_to(application.applicant):
        _to_applicant("lapsed", application, at)


def erased(address: str, erasure: Erasure, at: datetime) -> None:
    """The receipt of an erasure, to an address that no account holds any more. The outbox forgets it once it is sent."""
    write_from_templates(
        "erased", {"erasure": erasure}, key=f"erased:{erasure.code}", to=address, at=at, is_secret=True
    )


def assigned(assignments: Iterable[Assignment], at: datetime) -> None:
    """To each mentor, at most once a day: there is something to read. Names no application and no applicant."""
    for mentor in {assignment.mentor for assignment in assignments}:
        with speaking_to(mentor):
            write_from_templates(
                "assigned",
                {"link": absolute(reverse("review_queue"))},
                key=f"assigned:{mentor.pk}:{at:%Y-%m-%d}",
                to=mentor.email,
                person=mentor,
                at=at,
            )


def assignments_ended(assignments: list[Assignment], at: datetime) -> None:
    """Of one mentor in one posting, who cannot judge there any longer: to them, and to each of the staff who asked.

    `assignments` carry `has_applied`, and their applications and people at hand. Names no applicant.
    """
    first: Any = assignments[0]
    mentor, posting = first.mentor, first.application.posting
    asking = {assignment.assigned_by for assignment in assignments} - {mentor}
    for person in [mentor, *(it for it in sorted(asking, key=lambda it: it.pk) if it.is_active and it.is_staff)]:
        if not person.is_active:
            continue
        with speaking_to(person):
            context = {
                "mentor": mentor,
                "posting": posting,
                "has_applied": first.has_applied,
                "is_mentor": person == mentor,
                "references": [it.application.code for it in assignments if it.assigned_by_id == person.pk],
                "link": absolute(reverse("admin:applications_application_changelist")),
            }
            write_from_templates(
                "assignments_ended",
                context,
                key=f"assignments_ended:{mentor.pk}:{posting.pk}:{person.pk}:{at.isoformat()}",
                to=person.email,
                person=person,
                at=at,
            )
