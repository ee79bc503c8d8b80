"""Tells the demo program: every application goes its way through the verbs, with the dates of the past.

Called by `seed_demo`. Never writes a status itself: what the demo shows is true because it happened. `load` does
nothing where the program is already there, and leaves nothing behind where it fails.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django_countries import countries

from applications import answering, building, corresponding, deciding, drafting, files, reviewing, triage
from applications.access import program_staff_group
from applications.decision_templates import SCREENED_OUT, ensure_message_templates
from applications.demo import answers, people, program, reviews
from applications.forms_ready import READY
from applications.models import Application, Assignment, Decision, Message, MessageTemplate, Question, Review
from applications.models.decisions import Outcome
from applications.questions_default import ensure_form
from applications.states import Status
from community import publishing
from community.membership import ensure_profile
from community.models import (
    Criterion,
    Membership,
    Posting,
    PostingSkill,
    PostingText,
    Profile,
    Project,
    Round,
    Skill,
    User,
)
from community.rubric_default import default_criteria

# What a good mentor looks for in a text, by how the application ends: the demo's decisions must be explicable.
AIMED_AT = {
    "accepted": 5,
    "offered": 5,
    "turned_down": 5,
    "lapsed": 4,
    "staged_offer": 5,
    "shortlisted": 4,
    "waitlisted": 4,
    "staged_waitlist": 4,
    "declined": 2,
    "staged_decline": 2,
    "screened_out": 1,
}
# What Bob did with the applications he was asked to read, one after the other.
BOBS_QUEUE = ("open", "reviewed", "open", "draft", "open", "reviewed", "recused", "open", "draft", "reviewed")
WITH_A_CV = {"alice", "wanjiku-kariuki", "chidinma-eze", "sipho-ndaba"}


class DemoRefused(Exception):
    """The demo program cannot be loaded here; the text says why."""


@dataclass
class Stage:
    """What the scenes share: the moment of loading, the accounts, and what was already used."""

    at: datetime
    accounts: dict[str, User]
    used: dict[str, set[answers.Text]] = field(default_factory=dict)
    queue_of_bob: int = 0

    def user(self, person: people.Person) -> User:
        return self.accounts[person.key]

    @property
    def carol(self) -> User:
        return self.accounts["carol"]

    def day(self, days: int) -> date:
        return (self.at.astimezone(ZoneInfo(program.ZONE)) + timedelta(days=days)).date()

    def moment(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """That hour, in the program's zone, so many days from the day of loading."""
        return datetime.combine(self.day(days), time(hour, minute), ZoneInfo(program.ZONE))


def is_loaded() -> bool:
    """Whether the program is here, or was: one trace is enough, so that a changed demo is never loaded over."""
    emails = [person.email for person in (people.ALICE, people.BOB, people.CAROL, people.CHARLIE)]
    return Round.objects.filter(slug=program.MARKER).exists() or User.objects.filter(email__in=emails).exists()


def load(at: datetime) -> bool:
    """Loads the whole program, as if it had gone on for months until `at`. False where it was already there.

    Raises DemoRefused where other data has taken a name that the program needs.
    """
    if is_loaded():
        return False
    try:
        with transaction.atomic():
            _load(at.replace(second=0, microsecond=0))
    except IntegrityError as error:
        raise DemoRefused(
            "Something here already has a name that the demo program uses, so nothing was loaded. "
            "Load it into an empty database: set DATABASE_URL to a new one."
        ) from error
    return True


def _load(at: datetime) -> None:
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    ensure_message_templates()
    stage = Stage(at, _accounts(at))
    _rounds(stage)
    projects = _projects(stage)
    for facts in program.POSTINGS:
        posting = _posting(stage, facts, projects[facts.project])
        for fate, keys in people.CASTING.get(facts.slug, {}).items():
            for key in keys:
                _application(stage, facts, posting, fate, _PERSONS[key])
        if facts.round != program.MARKER and posting.closes_at is not None:
            publishing.close(posting, by=stage.carol, at=posting.closes_at + timedelta(minutes=1))
    _letters(stage)
    _profiles(stage)
    # They were sent long ago: the worker must not send three hundred letters when the demo starts.
    Message.objects.filter(pk__gt=newest, sent_at__isnull=True).update(sent_at=F("due_at"), attempts=1)


def _letters(stage: Stage) -> None:
    """One conversation that staff have answered, and one letter that waits for them."""
    reading = Application.objects.filter(status=Status.IN_REVIEW).select_related("applicant").order_by("pk")[:2]
    for number, application in enumerate(reading):
        asked = stage.at - timedelta(hours=30 - 4 * number)
        text = (
            "I said that I have eight hours a week. From March it will be ten. Should I send my answers again?",
            "I have moved from Nakuru to Kisumu, where the line is better. Does that change anything?",
        )[number]
        corresponding.write_letter(application, text, by=application.applicant, at=asked)
        if number == 0:
            answer = "Thank you for telling us. You need not send anything again: whoever decides will read this."
            corresponding.write_letter(application, answer, seen=1, by=stage.carol, at=asked + timedelta(hours=5))


_PERSONS = {person.key: person for person in (*people.APPLICANTS, *people.MENTORS, people.CAROL, people.CHARLIE)}


def accounts(emails: Iterable[tuple[str, str]], *, joined_at: datetime, password: str) -> list[User]:
    """Accounts with a verified address, by (address, zone). `password` is encoded already: hashing takes its time."""
    made = User.objects.bulk_create(
        User(email=email, time_zone=zone, password=password, joined_at=joined_at) for email, zone in emails
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    return made


def _accounts(at: datetime) -> dict[str, User]:
    persons = list(_PERSONS.values())
    made = accounts(
        [(person.email, person.zone if number % 2 == 0 else "") for number, person in enumerate(persons)],
        joined_at=at - timedelta(days=400),
        password=make_password(people.PASSWORD),
    )
    by_key = {person.key: user for person, user in zip(persons, made, strict=True)}
    carol = by_key["carol"]
    carol.is_staff = True
    carol.save(update_fields=["is_staff"])
    carol.groups.add(program_staff_group())
    return by_key


# The program ------------------------------------------------------------------------------------------


def _rounds(stage: Stage) -> None:
    Round.objects.bulk_create(
        Round(
            slug=facts.slug,
            name=facts.name,
            opens_at=stage.moment(facts.opens_in),
            closes_at=stage.moment(facts.closes_in, 23, 59),
            decides_on=stage.day(facts.decides_in),
            time_zone=program.ZONE,
        )
        for facts in program.ROUNDS
    )


def _projects(stage: Stage) -> dict[str, Project]:
    made = {}
    for facts in program.PROJECTS:
        project = Project.objects.create(
            slug=facts.slug,
            name=facts.name,
            summary=facts.summary,
            description=facts.description,
            repository=f"https://code.example.org/{facts.slug}",
            website=f"https://{facts.slug}.example.org/",
            licence=facts.licence,
            countries=list(facts.countries),
        )
        made[facts.slug] = project
        kind = Membership.Kind
        keepers = [stage.accounts[key] for key in people.MENTORING[facts.slug]]
        Membership.objects.create(
            project=project, person=keepers[0], kind=kind.MAINTAINER, role="Maintainer", started_on=stage.day(-900)
        )
        for number, keeper in enumerate(keepers):
            Membership.objects.create(
                project=project,
                person=keeper,
                kind=kind.MENTOR,
                role="Mentor",
                started_on=stage.day(-390 + 60 * number),
            )
    return made


def _posting(stage: Stage, facts: program.PostingFacts, project: Project) -> Posting:
    amount, currency, period = facts.stipend or (None, "", "")
    posting = Posting.objects.create(
        slug=facts.slug,
        title=facts.title,
        round=Round.objects.get(slug=facts.round),
        project=project,
        discipline=facts.discipline,
        summary=facts.summary,
        description=facts.description,
        responsibilities=facts.responsibilities,
        qualifications=facts.qualifications,
        closing_words=facts.closing_words,
        places=facts.places,
        hours_per_week=facts.hours,
        weeks=facts.weeks,
        pay=Posting.Pay.STIPEND if facts.stipend else Posting.Pay.UNPAID,
        stipend_amount=amount,
        stipend_currency=currency,
        stipend_period=period,
        allowance=facts.allowance,
        eligibility=facts.eligibility,
        countries=list(facts.countries),
        closes_at=stage.moment(facts.closes_in, 23, 59) if facts.closes_in else None,
        decides_on=stage.day(facts.decides_in) if facts.decides_in else None,
    )
    for name, level in facts.skills:
        skill, _made = Skill.objects.get_or_create(name=name, defaults={"slug": slugify(name.replace(".", ""))})
        PostingSkill.objects.create(posting=posting, skill=skill, level=level)
    for (slug, language), texts in program.IN_OTHER_WORDS.items():
        if slug == facts.slug:
            PostingText.objects.create(posting=posting, language=language, **texts)
    publishing.dates_from_round(posting)
    posting.save()
    if facts.is_draft:
        return posting
    rubric(posting, asks_about_learning=facts.asks_about_learning)
    publishing.publish(posting, by=stage.carol, at=(posting.opens_at or stage.at) - timedelta(days=2))
    if facts.checks_eligibility:
        building.start_from(posting, READY["checked-first"], by=stage.carol, at=stage.at)
    ensure_form(posting)
    return posting


def rubric(posting: Posting, *, asks_about_learning: bool = True) -> None:
    """The criterion of the posting's discipline, and then those that every posting starts with."""
    name, description, levels = program.FIRST_CRITERION[posting.discipline]
    shared = default_criteria()[1:] if asks_about_learning else default_criteria()[1:3]
    Criterion.objects.bulk_create(
        Criterion(
            posting=posting, position=position, name=name, description=text, weight=weight, levels="\n".join(lines)
        )
        for position, (weight, (name, text, lines)) in enumerate(
            zip((3, 2, 2, 1), [(name, description, list(levels)), *shared], strict=False)
        )
    )


def _profiles(stage: Stage) -> None:
    for key, facts in people.PROFILES.items():
        person, user = _PERSONS[key], stage.accounts[key]
        profile = ensure_profile(user, name=person.name)
        first = Membership.objects.filter(person=user).order_by("started_on").first()
        since = (
            stage.at - timedelta(days=1) if first is None else stage.moment((first.started_on - stage.day(0)).days, 18)
        )
        Profile.objects.filter(pk=profile.pk).update(
            headline=facts.headline,
            bio=facts.bio,
            country=person.country,
            code_host=f"https://code.example.org/{key}",
            published_at=since if facts.is_public else None,
        )
        profile.skills.set(Skill.objects.filter(name__in=facts.skills))
        if not facts.stayed_on:
            for membership in Membership.objects.filter(person=user, posting__isnull=False).select_related("posting"):
                weeks = membership.posting.weeks or 12 if membership.posting else 12
                membership.ended_on = membership.started_on + timedelta(weeks=weeks)
                membership.save(update_fields=["ended_on"])


# One application --------------------------------------------------------------------------------------


def _application(stage: Stage, facts: program.PostingFacts, posting: Posting, fate: str, person: people.Person) -> None:
    assert posting.opens_at is not None  # published has its dates
    assert posting.closes_at is not None
    chance = random.Random(f"{posting.slug}/{person.key}")  # noqa: S311 -- a story, not a secret
    applicant = stage.user(person)
    ends = min(posting.closes_at, stage.at)
    span = (ends - posting.opens_at) / timedelta(hours=1)
    # In an open role, those who are read or left already came early.
    early = 0.3 if fate in {"in_review", "withdrawn"} else 0.7
    begun = posting.opens_at + timedelta(hours=span * early * chance.uniform(0.2, 1))
    sent = begun + (ends - begun) * chance.uniform(0.05, 0.4)

    application = drafting.begin(posting, by=applicant, at=begun)
    written = _write(stage, facts, person, fate, chance)
    _save(application, applicant, written, at=begun, until=sent, half=fate == "draft", with_cv=person.key in WITH_A_CV)
    if fate == "draft":
        return
    application = drafting.submit(application, by=applicant, at=sent)
    if fate == "withdrawn":
        drafting.withdraw(application, by=applicant, at=sent + timedelta(hours=30))
    elif fate == "screened_out":
        _decide(stage, application, Outcome.DECLINE, template=str(SCREENED_OUT.name))
    elif fate != "submitted":
        _review(stage, application, written, fate, chance)
        if fate != "in_review":
            _end(stage, application, fate)


@dataclass(frozen=True)
class Written:
    """The values by the key of the question, and how good the four long answers are, in the order of the rubric."""

    values: dict[str, Any]
    qualities: list[int]


def _write(
    stage: Stage, facts: program.PostingFacts, person: people.Person, fate: str, chance: random.Random
) -> Written:
    aim = AIMED_AT.get(fate) or chance.choice((2, 3, 3, 4, 4, 5))
    if person.key == "alice":
        # Alice reads well, but was chosen only at her second try.
        aim = 3 if fate == "declined" else 5

    def pick(family: str, pool: tuple[answers.Text, ...], tag: str, *, others: bool) -> answers.Text:
        used = stage.used.setdefault(f"{facts.slug}/{family}", set())

        def cost(text: answers.Text) -> float:
            far = 0.0 if text.tag == tag else 1.0 if text.tag == "any" else 2.0
            return abs(text.quality - aim) + far + chance.random() + 10 * (text in used)

        chosen = min((text for text in pool if others or text.tag in {tag, "any"}), key=cost)
        used.add(chosen)
        return chosen

    problem = pick("problem", answers.PROBLEM, facts.discipline, others=True)
    together = pick("together", answers.TOGETHER, "any", others=True)
    why = pick("why", answers.WHY, facts.project, others=False)
    learn = pick("learn", answers.LEARN, facts.discipline, others=True)
    values = {
        "name": person.name,
        "country": str(countries.name(person.country)),
        "phone": f"+999 555 01{chance.randrange(100):02d}" if chance.random() < 0.4 else "",
        "code_host": f"https://code.example.org/{person.key}" if chance.random() < 0.6 else "",
        "problem": problem.words,
        "together": together.words,
        "why": why.words,
        "learn": learn.words,
        "hours": chance.choices((0, 1, 2, 3), (1, 6, 3, 1))[0],
        "needs": chance.choice(answers.NEEDS) if chance.random() < 0.15 else "",
        "agree": True,
    }
    return Written(values, [problem.quality, together.quality, why.quality, learn.quality])


def value_of(question: Question, values: dict[str, Any]) -> Any:
    """The value to store for `question`; a question that the texts do not know gets the plainest valid answer."""
    kind = Question.Kind
    known = values.get(question.key)
    if question.kind == kind.ONE_OF:
        options = question.options
        return options[min(known, len(options) - 1)] if isinstance(known, int) else next(iter(options), "")
    if known is not None or not question.required:
        return known
    plain: dict[str, Any] = {
        kind.SHORT_TEXT: "Yes",
        kind.LONG_TEXT: "I would rather tell you about it in a call.",
        kind.SEVERAL_OF: question.options[:1],
        kind.YES_NO: True,
        kind.NUMBER: 1,
        kind.LINK: "https://example.org/",
        kind.CONSENT: True,
    }
    return plain.get(question.kind)


def _save(
    application: Application,
    applicant: User,
    written: Written,
    *,
    at: datetime,
    until: datetime,
    half: bool,
    with_cv: bool,
) -> None:
    """Saves section after section between `at` and `until`; half a form ends in the midst of the second one."""
    parts = application.form.parts
    shown = parts[:2] if half else parts
    for number, section in enumerate(shown, start=1):
        values = {
            question.pk: value_of(question, written.values)
            for question in section.asked
            if question.kind != Question.Kind.FILE
        }
        if half and number == 2:
            first = next(iter(values))
            values = {pk: value if pk == first else "" for pk, value in values.items()}
        moment = at + (until - at) * number / (len(parts) + 1)
        drafting.save_answers(application, section, values, by=applicant, at=moment)
        for question in section.asked:
            if with_cv and question.kind == Question.Kind.FILE:
                file = SimpleUploadedFile("cv.pdf", small_pdf(str(written.values["name"])), "application/pdf")
                drafting.attach_file(application, question, files.take(file), by=applicant, at=moment)


def _review(stage: Stage, application: Application, written: Written, fate: str, chance: random.Random) -> None:
    """Two mentors of the project are asked, and read or do not read yet, by how the application stands."""
    posting = application.posting
    assert posting.closes_at is not None
    assert application.submitted_at is not None
    asked = min(posting.closes_at + timedelta(days=1), max(stage.at - timedelta(days=2), application.submitted_at))
    pair = list(people.MENTORING[posting.project.slug if posting.project else ""])
    if posting.slug == "frontend-engineer-kisima":
        pair[1] = "bob"
    for number, key in enumerate(pair):
        mentor = stage.accounts[key]
        assignment = triage.assign(application, mentor, by=stage.carol, at=asked + timedelta(minutes=number))
        done = "reviewed"
        if fate == "in_review" and key == "bob" and posting.closes_at < stage.at:
            # One of his is Alice's: open, so that both sides of it can be played.
            is_alice = application.applicant_id == stage.accounts["alice"].pk
            done = "open" if is_alice else BOBS_QUEUE[stage.queue_of_bob % len(BOBS_QUEUE)]
            stage.queue_of_bob += not is_alice
        elif fate == "in_review":
            done = chance.choice(("open", "reviewed", "reviewed"))
        _do_review(stage, assignment, mentor, written, done, chance, at=asked + timedelta(days=1 + number, hours=9))
    # The verbs moved the row. A decision about an older copy of it would be refused as raced, and rightly.
    application.refresh_from_db()
    if fate in {"shortlisted", "staged_offer", "staged_waitlist"}:
        triage.shortlist(application, by=stage.carol, at=asked + timedelta(days=4))


def _do_review(
    stage: Stage,
    assignment: Assignment,
    mentor: User,
    written: Written,
    done: str,
    chance: random.Random,
    *,
    at: datetime,
) -> None:
    at = min(at, stage.at - timedelta(hours=1))
    if done == "recused":
        reviewing.recuse(assignment, by=mentor, at=at)
    elif done != "open":
        criteria = assignment.application.posting.rubric
        strictness = -1 if mentor.email.startswith("pieter") and chance.random() < 0.5 else 0
        scores: dict[int, int | None] = {
            criterion.pk: max(1, min(5, quality + strictness + chance.choice((-1, 0, 0, 0, 1))))
            for criterion, quality in zip(criteria, written.qualities, strict=False)
        }
        if chance.random() < 0.1:
            scores[criteria[-1].pk] = None
        given = [score for score in scores.values() if score]
        band = 0 if sum(given) < 2.6 * len(given) else 2 if sum(given) > 3.8 * len(given) else 1
        # Two mentors never write the same sentence to one person.
        said = set(Review.objects.filter(assignment__application=assignment.application_id).values_list("feedback"))
        unsaid = [text for text in reviews.FEEDBACK[band] if (text,) not in said]
        if done == "draft":
            scores = dict(list(scores.items())[:2])
        reviewing.write_review(
            assignment,
            scores=scores,
            comments=chance.choice(reviews.COMMENTS[band]),
            feedback="" if done == "draft" else chance.choice(unsaid),
            submit=done == "reviewed",
            by=mentor,
            at=at,
        )


# How it ends ------------------------------------------------------------------------------------------

ENDS: dict[str, Outcome] = {
    "accepted": Outcome.OFFER,
    "offered": Outcome.OFFER,
    "turned_down": Outcome.OFFER,
    "lapsed": Outcome.OFFER,
    "staged_offer": Outcome.OFFER,
    "waitlisted": Outcome.WAITLIST,
    "staged_waitlist": Outcome.WAITLIST,
    "declined": Outcome.DECLINE,
    "staged_decline": Outcome.DECLINE,
}


def _end(stage: Stage, application: Application, fate: str) -> None:
    if fate not in ENDS:
        return
    decision = _decide(stage, application, ENDS[fate], is_staged_only=fate.startswith("staged"))
    told = decision.released_at
    if told is None:
        return
    applicant = application.applicant
    answered: dict[str, Callable[[], Any]] = {
        "accepted": lambda: answering.accept_offer(application, by=applicant, at=told + timedelta(hours=30)),
        "turned_down": lambda: answering.turn_down_offer(application, by=applicant, at=told + timedelta(hours=52)),
        "lapsed": lambda: answering.expire_offers(_answer_by(told) + timedelta(minutes=1)),
    }
    answered.get(fate, lambda: None)()


def _answer_by(told: datetime) -> datetime:
    day = (told.astimezone(ZoneInfo(program.ZONE)) + timedelta(days=14)).date()
    return datetime.combine(day, time(23, 59), ZoneInfo(program.ZONE))


def _decide(
    stage: Stage, application: Application, outcome: Outcome, *, is_staged_only: bool = False, template: str = ""
) -> Decision:
    """Stages the decision with the words of a template, and releases it, unless it is to stay with the staff."""
    posting = application.posting
    assert posting.closes_at is not None  # published
    words = MessageTemplate.objects.filter(outcome=outcome)
    chosen = (
        words.filter(name=template).first()
        or words.exclude(name=str(SCREENED_OUT.name)).first()
        or words.earliest("pk")
    )
    releases = min(posting.closes_at + timedelta(days=35), stage.at - timedelta(days=3)).replace(hour=10)
    answer_by = _answer_by(stage.at + timedelta(days=10) if is_staged_only else releases)
    decision = deciding.stage(
        application,
        outcome,
        subject=chosen.subject,
        body=chosen.body,
        answer_by=answer_by if outcome == Outcome.OFFER else None,
        by=stage.carol,
        at=releases - timedelta(days=1),
    )
    if is_staged_only:
        if posting.slug == "frontend-engineer-kisima":
            deciding.schedule([decision], stage.moment(7, 9), by=stage.carol, at=releases)
        return decision
    deciding.release([decision], by=stage.carol, at=releases)
    decision.refresh_from_db()
    return decision


def small_pdf(name: str) -> bytes:
    """A whole PDF of one page that says whose CV it is (ISO 32000-1, 7.5), so that a download shows something."""
    line = name.encode("ascii", "replace").replace(b"(", b"").replace(b")", b"").decode()
    drawing = f"BT /F1 24 Tf 72 760 Td ({line}) Tj 0 -36 Td /F1 12 Tf (Curriculum vitae, for the demo only) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
    ]
    text, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    text += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    text += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{text.index('xref')}\n%%EOF\n"
    return text.encode("ascii")
