"""What became of each application, from its beginning to the answer: imagined whole before it has a row.

Nothing here writes. Writing them down: rows.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django_countries import countries

from applications import deciding
from applications.demo import answers, people, reviews, story
from applications.demo.bulk.hand import Hand, code_of
from applications.demo.bulk.program import Offered
from applications.models import Application
from applications.models.decisions import Outcome
from applications.scoring import rounded, summarise, weighted_mean
from applications.states import ANSWERED, DECIDED, Action, Event, Status
from community.models import Criterion, User

# What has become of the applications to a posting, of a thousand.
SHARES: dict[str, dict[Status, int]] = {
    "open": {Status.DRAFT: 380, Status.SUBMITTED: 500, Status.IN_REVIEW: 90, Status.WITHDRAWN: 30},
    "deciding": {
        Status.DRAFT: 120,
        Status.SUBMITTED: 60,
        Status.IN_REVIEW: 520,
        Status.SHORTLISTED: 140,
        Status.WITHDRAWN: 30,
        Status.WAITLISTED: 30,
        Status.OFFERED: 40,
        Status.DECLINED: 60,
    },
    "complete": {
        Status.DRAFT: 120,
        Status.ACCEPTED: 60,
        Status.TURNED_DOWN: 15,
        Status.LAPSED: 15,
        Status.WAITLISTED: 30,
        Status.DECLINED: 700,
        Status.WITHDRAWN: 60,
    },
}
OUTCOME_OF = {
    Status.WAITLISTED: Outcome.WAITLIST,
    Status.DECLINED: Outcome.DECLINE,
    Status.OFFERED: Outcome.OFFER,
    Status.ACCEPTED: Outcome.OFFER,
    Status.TURNED_DOWN: Outcome.OFFER,
    Status.LAPSED: Outcome.OFFER,
}
ANSWERED_BY = {Status.ACCEPTED: Action.ACCEPT, Status.TURNED_DOWN: Action.TURN_DOWN, Status.LAPSED: Action.LAPSE}
ENDS_OF_TEXTS = (
    "I can tell more about it in a conversation.",
    "That was two years ago, and I would do some of it differently now.",
    "I have kept my notes, in case somebody wants to repeat it.",
    "It took longer than I had thought.",
    "People around me still ask me about it.",
    "It was not my idea alone.",
)


@dataclass
class Reading:
    """What one mentor was asked to do, and did."""

    mentor_id: int
    state: str
    asked_at: datetime
    at: datetime
    scores: list[int | None]
    comments: str
    feedback: str

    def mean(self, rubric: Sequence[Criterion]) -> Decimal | None:
        value = weighted_mean([(score, c.weight) for score, c in zip(self.scores, rubric, strict=True)])
        return rounded(value) if value is not None else None


@dataclass
class Tale:
    """One application and everything that hangs on it, before it has a row."""

    offered: Offered
    application: Application
    name: str
    values: dict[str, Any]
    qualities: list[int]
    readings: list[Reading] = field(default_factory=list)
    # (action, when, by, note) after the beginning, in order.
    steps: list[tuple[Action | Event, datetime, int | None, str]] = field(default_factory=list)
    staged: Outcome | None = None
    decided_at: datetime | None = None

    @property
    def feedback(self) -> str:
        return "\n\n".join(reading.feedback for reading in self.readings if reading.state == "reviewed")


class TaleMaker(Hand):
    def _tale(self, user: User, name: str, offered: Offered) -> Tale:
        chance = self.chance
        shares = SHARES[offered.phase]
        status = chance.choices(list(shares), list(shares.values()))[0]
        opens, closes = offered.dates
        ends = min(closes, self.at)
        # Most people come in the last days.
        begun = opens + (ends - opens) * chance.random() ** 0.4 * 0.98
        sent = begun + (ends - begun) * chance.uniform(0.05, 0.9)
        values, qualities = self._texts(name, status, offered)
        application = Application(
            code=code_of(self.next_code),
            posting=offered.posting,
            form=offered.form,
            applicant=user,
            status=status,
            created_at=begun,
            submitted_at=None if status == Status.DRAFT else sent,
        )
        self.next_code += 1
        tale = Tale(offered, application, name, values, qualities)
        if status == Status.DRAFT:
            # Half a form: what was typed before the first difficult question, and that one's beginning.
            tale.values = {
                key: value for key, value in values.items() if key not in {"together", "why", "learn", "agree"}
            }
            return tale
        tale.steps.append((Action.SUBMIT, sent, user.pk, ""))
        if status == Status.WITHDRAWN:
            gone = sent + (self.at - sent) * chance.uniform(0.05, 0.3)
            application.withdrawn_at = gone
            tale.steps.append((Action.WITHDRAW, gone, user.pk, ""))
        elif status != Status.SUBMITTED:
            self._read(tale, status, sent, closes)
            self._decide(tale, status, closes)
        return tale

    def _texts(self, name: str, status: Status, offered: Offered) -> tuple[dict[str, Any], list[int]]:
        chance, posting = self.chance, offered.posting
        aim = story.AIMED_AT.get(status) or chance.choice((2, 3, 3, 4, 4, 5))
        chosen = [
            chance.choice(self._pool(family, tag, aim))
            for family, tag in (
                ("problem", posting.discipline),
                ("together", "any"),
                ("why", "any"),
                ("learn", posting.discipline),
            )
        ]
        person = chance.choice(people.APPLICANTS)
        values: dict[str, Any] = {
            "name": name,
            "country": str(countries.name(person.country)),
            "phone": f"+999 555 {chance.randrange(10_000):04d}" if chance.random() < 0.4 else "",
            "code_host": f"https://code.example.org/{slugify(name)}" if chance.random() < 0.6 else "",
            "hours": chance.choices((0, 1, 2, 3), (1, 6, 3, 1))[0],
            "needs": chance.choice(answers.NEEDS) if chance.random() < 0.05 else "",
            "agree": True,
        }
        for key, text in zip(("problem", "together", "why", "learn"), chosen, strict=True):
            values[key] = self._varied(text.words)
        return values, [text.quality for text in chosen]

    def _pool(self, family: str, tag: str, aim: int) -> list[answers.Text]:
        """The texts on the subject that are about as good as wanted. Kept: there are few combinations."""
        key = (family, tag, aim)
        if key not in self.pools:
            texts: tuple[answers.Text, ...] = {
                "problem": answers.PROBLEM,
                "together": answers.TOGETHER,
                "why": answers.WHY,
                "learn": answers.LEARN,
            }[family]
            fitting = [text for text in texts if text.tag == tag or tag == "operations"] or list(texts)
            self.pools[key] = [text for text in fitting if abs(text.quality - aim) <= 1] or fitting
        return self.pools[key]

    def _varied(self, words: str) -> str:
        """The text, at times without its last sentence or with another one: no two lists look alike."""
        sentences = re.split(r"(?<=[.!?]) ", words)
        if len(sentences) > 3 and self.chance.random() < 0.5:
            words = words[: words.rindex(sentences[-1])].rstrip()
        if self.chance.random() < 0.3:
            words = f"{words} {self.chance.choice(ENDS_OF_TEXTS)}"
        return words

    def _read(self, tale: Tale, status: Status, sent: datetime, closes: datetime) -> None:
        """Sends it to review, asks mentors, and has those read who did so by now."""
        chance, rubric = self.chance, tale.offered.rubric
        if status == Status.DECLINED and chance.random() < 0.12:
            return
        latest = self.at - timedelta(hours=1)
        asked = max(min(closes + timedelta(days=1), latest), sent)
        tale.steps.append((Action.SEND_TO_REVIEW, asked, self.staff.pk, ""))
        several = 3 if chance.random() < 0.1 else 2
        is_over = status != Status.IN_REVIEW
        for mentor_id in chance.sample(self.mentors, min(several, len(self.mentors))):
            tale.steps.append((Event.ASSIGN, asked, self.staff.pk, ""))
            state = chance.choices(
                ("reviewed", "open", "draft", "recused"), (98, 0, 0, 2) if is_over else (58, 32, 8, 2)
            )[0]
            at = max(min(asked + timedelta(days=chance.uniform(1, 12)), latest), asked)
            scores: list[int | None] = [
                max(1, min(5, quality + chance.choice((-1, 0, 0, 0, 1))))
                for quality, _criterion in zip(tale.qualities, rubric, strict=False)
            ]
            scores += [3] * (len(rubric) - len(scores))
            if chance.random() < 0.1:
                scores[-1] = None
            given = [score for score in scores if score]
            band = 0 if sum(given) < 2.6 * len(given) else 2 if sum(given) > 3.8 * len(given) else 1
            tale.readings.append(
                Reading(
                    mentor_id,
                    state,
                    asked,
                    at,
                    scores,
                    chance.choice(reviews.COMMENTS[band]),
                    chance.choice(reviews.FEEDBACK[band]),
                )
            )
        for reading in sorted(tale.readings, key=lambda reading: reading.at):
            event = {"reviewed": Event.REVIEW, "recused": Event.RECUSE}.get(reading.state)
            if event is not None:
                tale.steps.append((event, reading.at, reading.mentor_id, ""))
        summary = summarise([reading.mean(rubric) for reading in tale.readings if reading.state == "reviewed"])
        tale.application.reviews_done = summary.number
        tale.application.mean_score = summary.mean
        tale.application.score_spread = summary.spread

    def _decide(self, tale: Tale, status: Status, closes: datetime) -> None:
        """Shortlists, stages, releases and answers, as far as the status went."""
        staff, last = self.staff.pk, tale.steps[-1][1]
        if status == Status.SHORTLISTED:
            tale.steps.append((Action.SHORTLIST, last, staff, ""))
            if self.chance.random() < 0.3:
                tale.staged = self.chance.choice((Outcome.OFFER, Outcome.WAITLIST, Outcome.DECLINE))
                tale.steps.append((Event.STAGE, last, staff, str(tale.staged.label)))
        if status not in DECIDED:
            return
        outcome = OUTCOME_OF[status]
        told = max(min(closes + timedelta(days=35), self.at - timedelta(minutes=30)), last)
        tale.staged, tale.decided_at = outcome, told
        tale.application.decided_at, tale.application.decided_by = told, self.staff
        tale.steps.append((Event.STAGE, max(told - timedelta(days=1), last), staff, str(outcome.label)))
        tale.steps.append((deciding.ACTION_OF[outcome], told, staff, ""))
        if status in ANSWERED_BY:
            applicant = tale.application.applicant_id if status != Status.LAPSED else None
            after = timedelta(days=14) if status == Status.LAPSED else timedelta(days=self.chance.uniform(0.1, 10))
            tale.steps.append((ANSWERED_BY[status], told + after, applicant, ""))
            if status in ANSWERED:
                tale.application.answered_at = told + after
