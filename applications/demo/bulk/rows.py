"""The rows of what was imagined: answers as they are sealed, consents, history, reviews, decisions and letters."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from applications import sealing
from applications.demo import story
from applications.demo.bulk.hand import Hand, code_of, create
from applications.demo.bulk.tales import Tale
from applications.models import (
    Answer,
    Application,
    Assignment,
    Decision,
    HistoryEntry,
    Message,
    Question,
    Review,
    Revision,
    SavedSection,
    Score,
)
from applications.models.decisions import Outcome
from applications.readiness import is_empty
from applications.states import TRANSITIONS, Action, Event, Status
from community.consenting import NOTICE_VERSION
from community.models import Consent, Membership, Profile


class RowMaker(Hand):
    def _answers(self, tales: list[Tale]) -> list[Answer]:
        """Also leaves with each application what it holds, as sealing reads it."""
        rows = []
        for tale in tales:
            is_draft = tale.application.status == Status.DRAFT
            tale.application.values = {}
            for _section, questions in tale.offered.parts:
                for question in questions:
                    if question.kind == Question.Kind.FILE or (is_draft and question.key not in tale.values):
                        continue
                    value = story.value_of(question, tale.values)
                    if not is_empty(question, value):
                        rows.append(Answer(application=tale.application, question=question, value=value))
                        tale.application.values[question.pk] = value
        self.counts["answers"] += len(rows)
        return rows

    def _sealed(self, tales: list[Tale]) -> list[Revision]:
        """What each sent application holds, in the very words and bytes that a sending by its person leaves."""
        rows = []
        for tale in tales:
            application = tale.application
            if application.submitted_at is None:
                continue
            content = sealing.canonical(sealing.answers_of(application))
            application.digest = sealing.digest_of(content)
            rows.append(
                Revision(
                    application=application,
                    number=1,
                    sent_at=application.submitted_at,
                    content=content,
                    digest=application.digest,
                )
            )
        return rows

    def _consents(self, tales: list[Tale]) -> list[Consent]:
        """One for each person who sent, from their first sending; over once they withdrew everything."""
        sent: dict[int, list[Application]] = {}
        for tale in tales:
            if tale.application.submitted_at is not None:
                sent.setdefault(tale.application.applicant_id, []).append(tale.application)
        return [
            Consent(
                person_id=person,
                purpose=Consent.Purpose.APPLICATION,
                notice_version=NOTICE_VERSION,
                given_at=min(it.submitted_at for it in theirs if it.submitted_at),
                withdrawn_at=max(it.withdrawn_at for it in theirs if it.withdrawn_at)
                if all(it.withdrawn_at for it in theirs)
                else None,
            )
            for person, theirs in sent.items()
        ]

    def _saved(self, tales: list[Tale]) -> Iterator[SavedSection]:
        for tale in tales:
            application = tale.application
            until = application.submitted_at or min(application.created_at + timedelta(hours=2), self.at)
            parts = tale.offered.parts if application.submitted_at else tale.offered.parts[:2]
            for number, (section, _questions) in enumerate(parts, start=1):
                moment = application.created_at + (until - application.created_at) * number / (len(parts) + 1)
                yield SavedSection(application=application, section=section, saved_at=moment)

    def _history(self, tales: list[Tale]) -> list[HistoryEntry]:
        rows = []
        for tale in tales:
            application, was = tale.application, Status.DRAFT
            begun = (Event.BEGIN, application.created_at, application.applicant_id, "")
            for action, at, actor_id, note in (begun, *tale.steps):
                became = TRANSITIONS[action].target if isinstance(action, Action) else was
                rows.append(
                    HistoryEntry(
                        application=application,
                        at=at,
                        actor_id=actor_id,
                        action=action,
                        was=was,
                        became=became,
                        note=note,
                    )
                )
                was = became
        self.counts["history entries"] += len(rows)
        return rows

    def _write_reviews(self, tales: list[Tale]) -> None:
        read = [(tale, reading) for tale in tales for reading in tale.readings]
        assignments = []
        for tale, reading in read:
            assignments.append(
                Assignment(
                    code=code_of(self.next_assignment_code),
                    application=tale.application,
                    mentor_id=reading.mentor_id,
                    status=reading.state if reading.state in {"reviewed", "recused"} else "open",
                    assigned_at=reading.asked_at,
                    assigned_by=self.staff,
                    recused_at=reading.at if reading.state == "recused" else None,
                )
            )
            self.next_assignment_code += 1
        create(Assignment, assignments)
        written = [
            (tale, reading, assignment)
            for (tale, reading), assignment in zip(read, assignments, strict=True)
            if reading.state in {"reviewed", "draft"}
        ]
        made = create(
            Review,
            [
                Review(
                    assignment=assignment,
                    comments=reading.comments,
                    feedback=reading.feedback if reading.state == "reviewed" else "",
                    saved_at=reading.at,
                    submitted_at=reading.at if reading.state == "reviewed" else None,
                    mean=reading.mean(tale.offered.rubric) if reading.state == "reviewed" else None,
                )
                for tale, reading, assignment in written
            ],
        )
        scores = [
            Score(review=review, criterion=criterion, value=value)
            for review, (tale, reading, _assignment) in zip(made, written, strict=True)
            for criterion, value in list(zip(tale.offered.rubric, reading.scores, strict=True))[
                : None if reading.state == "reviewed" else 2
            ]
        ]
        create(Score, scores)
        self.counts["assignments"] += len(assignments)
        self.counts["reviews"] += len(made)

    def _write_decisions(self, tales: list[Tale]) -> None:
        staged = [(tale, tale.staged) for tale in tales if tale.staged is not None]
        decisions = create(Decision, [self._decision(tale, outcome) for tale, outcome in staged])
        letters = [self._receipt(tale) for tale in tales if tale.application.submitted_at is not None]
        letters += [
            self._letter(
                tale, f"decided:{decision.pk}", "decided", decision.subject, decision.body, decision.released_at
            )
            for (tale, _outcome), decision in zip(staged, decisions, strict=True)
            if decision.released_at is not None
        ]
        create(Message, letters)
        self.counts["decisions"] += len(decisions)
        self.counts["messages"] += len(letters)

    def _decision(self, tale: Tale, outcome: Outcome) -> Decision:
        words, told = self.words[outcome], tale.decided_at
        staged_at = next(at for action, at, _by, _note in tale.steps if action == Event.STAGE)
        answer_by = (told or self.at + timedelta(days=7)) + timedelta(days=14) if outcome == Outcome.OFFER else None
        subject, body = words.subject, words.body
        if told is not None:
            project = tale.offered.posting.project
            filled = {
                "name": tale.name,
                "role": tale.offered.posting.title,
                "project": project.name if project else "",
                "reference": tale.application.code,
                "answer_by": f"{answer_by.astimezone(UTC):%d %B %Y, %H:%M} UTC" if answer_by else "",
                "feedback": tale.feedback or "The people who read your application left no written comments this time.",
            }
            for name, value in filled.items():
                subject, body = subject.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
        return Decision(
            application=tale.application,
            outcome=outcome,
            subject=subject[:200],
            body=body,
            answer_by=answer_by,
            staged_at=staged_at,
            staged_by=self.staff,
            released_at=told,
        )

    def _receipt(self, tale: Tale) -> Message:
        code, title = tale.application.code, tale.offered.posting.title
        return self._letter(
            tale,
            f"receipt:{code}:1",
            "receipt",
            f"We have your application for {title} ({code})",
            f"Hello {tale.name},\n\nyour application for {title} arrived. Its reference is {code}.\n",
            tale.application.submitted_at,
        )

    def _letter(self, tale: Tale, key: str, kind: str, subject: str, body: str, at: datetime | None) -> Message:
        """A message that was sent when it was written: the worker has nothing to do."""
        assert at is not None  # sent, or released
        return Message(
            key=key,
            message_id=f"<{tale.application.code.lower()}.{kind}@example.org>",
            application=tale.application,
            person_id=tale.application.applicant_id,
            to=tale.application.applicant.email,
            subject=subject[:300],
            body=body,
            created_at=at,
            due_at=at,
            sent_at=at,
            attempts=1,
        )

    def _write_contributors(self, tales: list[Tale]) -> None:
        accepted = [tale for tale in tales if tale.application.status == Status.ACCEPTED]
        create(
            Membership,
            [
                Membership(
                    project=tale.offered.posting.project,
                    person_id=tale.application.applicant_id,
                    role=tale.offered.posting.title,
                    posting=tale.offered.posting,
                    started_on=tale.steps[-1][1].date(),
                )
                for tale in accepted
            ],
        )
        # One profile for a person, however many places they took.
        owners = {tale.application.applicant_id: tale for tale in accepted}
        create(
            Profile,
            [
                self._profile(tale.application.applicant, tale.name, tale.offered.posting.title, tale.steps[-1][1])
                for tale in owners.values()
            ],
        )
        self.counts["memberships"] += len(accepted)
