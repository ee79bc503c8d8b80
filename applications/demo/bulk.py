"""Believable data at any size, for looking at long lists and for measuring. Called by `seed_demo` with numbers.

Makes rows in bulk instead of through the verbs: the one module beside lifecycle that may, since nothing here was ever
at another status. History, answers, reviews and summaries agree with the status all the same. The same seed on the
same database makes the same rows; a second call adds to the first.
"""

import random
import re
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, reset_queries, transaction
from django.db.models import Max, Model
from django.utils.text import slugify
from django_countries import countries

from applications import deciding, sealing
from applications.codes import ALPHABET
from applications.decision_templates import SCREENED_OUT, ensure_message_templates
from applications.demo import answers, people, program, reviews, story
from applications.models import (
    Answer,
    Application,
    Assignment,
    Decision,
    Form,
    HistoryEntry,
    Message,
    MessageTemplate,
    Question,
    Review,
    Revision,
    SavedSection,
    Score,
    Section,
)
from applications.models.decisions import Outcome
from applications.questions_default import ensure_form
from applications.readiness import is_empty
from applications.scoring import rounded, summarise, weighted_mean
from applications.states import ANSWERED, DECIDED, TRANSITIONS, Action, Event, Status
from community import publishing
from community.consenting import NOTICE_VERSION
from community.models import Consent, Criterion, Membership, Posting, Profile, Project, Round, User

# So many applications are held in memory at a time, with their thirty rows each.
BATCH = 1000
STAFF = "demo-staff@example.org"

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
PHASES = ("deciding", "open", "complete")
OUTCOME_OF = {
    Status.WAITLISTED: Outcome.WAITLIST,
    Status.DECLINED: Outcome.DECLINE,
    Status.OFFERED: Outcome.OFFER,
    Status.ACCEPTED: Outcome.OFFER,
    Status.TURNED_DOWN: Outcome.OFFER,
    Status.LAPSED: Outcome.OFFER,
}
ANSWERED_BY = {Status.ACCEPTED: Action.ACCEPT, Status.TURNED_DOWN: Action.TURN_DOWN, Status.LAPSED: Action.LAPSE}

BEGINNINGS = (
    "Maji",
    "Shule",
    "Afya",
    "Njia",
    "Shamba",
    "Barua",
    "Hesabu",
    "Mwanga",
    "Kazi",
    "Lugha",
    "Duka",
    "Bandari",
)
ENDINGS = ("Map", "Book", "Desk", "Line", "Count", "Post", "Box", "Bridge", "Garden", "Watch")
AREAS = ("reports", "messages", "maps", "payments", "search", "translations", "offline use", "accounts", "archives")
ZONES = ("Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Africa/Cairo", "Africa/Dakar", "Indian/Mauritius")
ENDS_OF_TEXTS = (
    "I can tell more about it in a conversation.",
    "That was two years ago, and I would do some of it differently now.",
    "I have kept my notes, in case somebody wants to repeat it.",
    "It took longer than I had thought.",
    "People around me still ask me about it.",
    "It was not my idea alone.",
)
GIVEN, FAMILY = zip(*(person.name.split(" ", 1) for person in people.APPLICANTS), strict=True)


@dataclass(frozen=True)
class Offered:
    """A posting with what its applications need, read once."""

    posting: Posting
    phase: str
    form: Form
    parts: list[tuple[Section, list[Question]]]
    rubric: list[Criterion]

    @property
    def dates(self) -> tuple[datetime, datetime]:
        assert self.posting.opens_at is not None  # published has its dates
        assert self.posting.closes_at is not None
        return self.posting.opens_at, self.posting.closes_at


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


def code_of(number: int, length: int = 10) -> str:
    """A code that looks drawn and never repeats: multiplying by a number prime to the modulus is a permutation."""
    left = (number * 363_549_182_717_911 + 271_828_182_845_904) % len(ALPHABET) ** length
    symbols = []
    for _ in range(length):
        left, digit = divmod(left, len(ALPHABET))
        symbols.append(ALPHABET[digit])
    return "".join(symbols)


def highest(model: type[Model]) -> int:
    """The largest primary key so far: what is numbered from there on is new."""
    found: int | None = model._default_manager.aggregate(top=Max("pk"))["top"]
    return found or 0


def create(model: type[Model], rows: Iterable[Model]) -> list[Any]:
    return model._default_manager.bulk_create(rows, batch_size=500)


class Maker:
    """Makes the rows. Everything random comes from one generator, in one order."""

    def __init__(self, *, seed: int, at: datetime, tell: Callable[[str], None]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- data, not secrets
        self.at = at.replace(microsecond=0)
        self.tell = tell
        self.counts: Counter[str] = Counter()
        self.password = make_password(people.PASSWORD)
        self.first_person = highest(User)
        self.people_made = 0
        self.next_code = highest(Application)
        # Far from the applications' numbers: no assignment may carry the code of an application.
        self.next_assignment_code = 10**12 + highest(Assignment)
        self.pools: dict[tuple[str, str, int], list[answers.Text]] = {}

    def make(self, *, applications: int, mentors: int, postings: int) -> dict[str, int]:
        with transaction.atomic():
            ensure_message_templates()
            self.words = self._words()
            self.staff = self._staff()
            projects = self._projects(max(1, postings // 3)) if postings or mentors else []
            self.mentors = self._mentors(mentors, projects)
        offered = self._postings(postings, projects, share=applications / max(postings, 1))
        self._applications(applications, offered)
        with connection.cursor() as cursor:
            # Without fresh figures the planner takes the tables for empty: a list took 7.1 s instead of 0.19 s.
            cursor.execute("ANALYZE")
        return dict(self.counts)

    # The program --------------------------------------------------------------------------------------

    def _words(self) -> dict[Outcome, MessageTemplate]:
        chosen = {}
        for template in MessageTemplate.objects.order_by("-pk"):
            if template.name != str(SCREENED_OUT.name):
                chosen[Outcome(template.outcome)] = template
        return chosen

    def _staff(self) -> User:
        found = User.objects.filter(email=STAFF).first()
        # Nobody signs in with it: it stands in the history as the one who decided.
        return found or User.objects.create_user(STAFF)

    def _person(self, kind: str) -> tuple[str, str]:
        """The next (address, name)."""
        self.people_made += 1
        name = f"{self.chance.choice(GIVEN)} {self.chance.choice(FAMILY)}"
        return f"{kind}-{self.first_person + self.people_made}@example.org", name

    def _projects(self, number: int) -> list[Project]:
        first = highest(Project)
        rows = []
        for index in range(first + 1, first + number + 1):
            like = self.chance.choice(program.PROJECTS)
            name = f"{BEGINNINGS[index % len(BEGINNINGS)]} {self.chance.choice(ENDINGS)} {index}"
            rows.append(
                Project(
                    name=name,
                    slug=slugify(name),
                    summary=like.summary,
                    description=like.description.replace(like.name, name),
                    repository=f"https://code.example.org/{slugify(name)}",
                    licence=like.licence,
                    countries=self.chance.sample([person.country for person in people.APPLICANTS[::3]], 3),
                )
            )
        self.counts["projects"] += number
        return create(Project, rows)

    def _mentors(self, number: int, projects: Sequence[Project]) -> list[int]:
        named = [self._person("mentor") for _ in range(number)]
        users = story.accounts(
            [(email, "") for email, _name in named], joined_at=self.at - timedelta(days=900), password=self.password
        )
        started = (self.at - timedelta(days=900)).date()
        create(
            Membership,
            (
                Membership(
                    project=projects[index % len(projects)],
                    person=user,
                    kind=Membership.Kind.MENTOR,
                    role="Mentor",
                    started_on=started,
                )
                for index, user in enumerate(users)
            ),
        )
        create(
            Profile,
            (
                self._profile(user, name, "Mentor", self.at - timedelta(days=800))
                for user, (_email, name) in zip(users, named, strict=True)
            ),
        )
        self.counts["mentors"] += number
        return [user.pk for user in users]

    def _profile(self, user: User, name: str, headline: str, since: datetime) -> Profile:
        # The number in the address, not the primary key: a database that was rolled back counts on from where it was.
        number = user.email.partition("@")[0].rpartition("-")[2]
        return Profile(
            user=user,
            handle=f"{slugify(name)[:28].strip('-')}-{number}",
            name=name,
            headline=headline,
            country=self.chance.choice(people.APPLICANTS).country,
            published_at=since if self.chance.random() < 0.6 else None,
        )

    def _postings(self, number: int, projects: Sequence[Project], share: float) -> list[Offered]:
        made: list[Offered] = []
        first, first_round = highest(Posting), highest(Round)
        rounds: dict[tuple[str, int], Round] = {}
        for index in range(number):
            phase = PHASES[index % len(PHASES)]
            with transaction.atomic():
                when = (phase, index // 60)
                if when not in rounds:
                    rounds[when] = self._round(first_round + len(rounds) + 1, phase)
                made.append(self._posting(first + index + 1, rounds[when], projects, phase, share))
            reset_queries()
            if index and index % 100 == 0:
                self.tell(f"{index} of {number} postings")
        self.counts["postings"] += number
        self.counts["rounds"] += len(rounds)
        return made

    def _round(self, index: int, phase: str) -> Round:
        closes_in = {
            "open": self.chance.randrange(4, 25),
            "deciding": -self.chance.randrange(20, 32),
            "complete": -self.chance.randrange(90, 700),
        }[phase]
        closes = (self.at + timedelta(days=closes_in)).replace(hour=22, minute=59, second=0)
        return Round.objects.create(
            name=f"Intake {index}",
            slug=f"intake-{index}",
            opens_at=closes - timedelta(days=30),
            closes_at=closes,
            decides_on=(closes + timedelta(days=42)).date(),
            time_zone=self.chance.choice(ZONES),
        )

    def _posting(self, index: int, round_: Round, projects: Sequence[Project], phase: str, share: float) -> Offered:
        like = self.chance.choice([facts for facts in program.POSTINGS if not facts.is_draft])
        project = self.chance.choice(projects)
        model = next(facts.name for facts in program.PROJECTS if facts.slug == like.project)
        title = f"{like.title}: {self.chance.choice(AREAS)}"
        posting = Posting.objects.create(
            slug=f"{slugify(title)}-{index}",
            title=title,
            round=round_,
            project=project,
            discipline=like.discipline,
            summary=like.summary,
            description=like.description.replace(model, project.name),
            responsibilities=like.responsibilities,
            qualifications=like.qualifications,
            closing_words=like.closing_words,
            places=max(1, round(share * 0.08)),
            hours_per_week=self.chance.randrange(4, 13),
            weeks=self.chance.choice((10, 12, 16)),
            pay=Posting.Pay.UNPAID,
            allowance=program.DATA_ALLOWANCE,
            eligibility=Posting.Eligibility.AFRICA,
        )
        story.rubric(posting)
        publishing.dates_from_round(posting)
        posting.save()
        publishing.publish(posting, by=self.staff, at=round_.opens_at)
        if phase == "complete":
            publishing.close(posting, by=self.staff, at=round_.closes_at)
        form = ensure_form(posting)
        # Its applications are written past the verb that sends, so what that one does is done here: to the form, and
        # in `_write`.
        Form.objects.filter(pk=form.pk).update(frozen_at=round_.opens_at)
        return Offered(posting, phase, form, [(part, part.asked) for part in form.parts], posting.rubric)

    # Applications -------------------------------------------------------------------------------------

    def _applications(self, number: int, offered: list[Offered]) -> None:
        done, started = 0, clock.monotonic()
        plans = self._plans(number, offered)
        # A person with all their applications at a time, so that nobody is split over two batches.
        while group := list(islice(plans, BATCH // 2)):
            with transaction.atomic():
                done += self._write(group)
            # With DEBUG on, Django keeps the text of every query: here that would be gigabytes.
            reset_queries()
            rate = done / (clock.monotonic() - started)
            self.tell(f"{done} of {number} applications, {rate:.0f} a second")

    def _plans(self, number: int, offered: list[Offered]) -> Iterator[list[Offered]]:
        """For each person the postings they apply to, each once; `number` in all."""
        left = number
        while left > 0:
            wanted = min(left, len(offered), self.chance.choices((1, 2, 3), (60, 28, 12))[0])
            left -= wanted
            yield self.chance.sample(offered, wanted)

    def _write(self, group: list[list[Offered]]) -> int:
        """The rows for these people and what they apply to. Returns the number of applications."""
        named = [self._person("applicant") for _ in group]
        users = story.accounts(
            [(email, self.chance.choice(ZONES) if self.chance.random() < 0.3 else "") for email, _name in named],
            joined_at=self.at - timedelta(days=730),
            password=self.password,
        )
        tales = [
            self._tale(user, name, offered)
            for user, (_email, name), wanted in zip(users, named, group, strict=True)
            for offered in wanted
        ]
        given = self._answers(tales)
        sealed = self._sealed(tales)
        create(Application, [tale.application for tale in tales])
        create(Answer, given)
        create(Revision, sealed)
        create(Consent, self._consents(tales))
        create(SavedSection, self._saved(tales))
        create(HistoryEntry, self._history(tales))
        self._write_reviews(tales)
        self._write_decisions(tales)
        self._write_contributors(tales)
        self.counts["people"] += len(users)
        self.counts["applications"] += len(tales)
        return len(tales)

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

    # Rows ---------------------------------------------------------------------------------------------

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
