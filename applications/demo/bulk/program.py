"""What people apply to: projects with their mentors, rounds, and postings in every phase of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import reset_queries, transaction
from django.utils.text import slugify

from applications.demo import people, program, story
from applications.demo.bulk.hand import ZONES, Hand, create, highest
from applications.models import Form, Question, Section
from applications.questions_default import ensure_form
from community import publishing
from community.models import Criterion, Membership, Posting, Profile, Project, Round

PHASES = ("deciding", "open", "complete")
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


class ProgramMaker(Hand):
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
