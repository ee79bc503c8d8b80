"""Rows for tests: believable, valid and no larger than the test needs.

A factory makes a row that every constraint accepts, and only what such a row cannot stand without.
Rows are written straight into the tables, past the verbs: a test of a verb starts from here and calls the verb.
"""

from datetime import datetime, timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from applications import models as applications
from applications.codes import new_code
from applications.models.decisions import Outcome
from applications.questions_default import ensure_form
from applications.states import ANSWERED, DECIDED, Event, Status
from community import models as community

PASSWORD = "open-source-together"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LEVELS = "\n".join(("Nothing shown yet", "First steps", "Works with help", "Works alone", "Leads others"))


def ago(**span: float) -> Any:
    """The moment `span` before the row is made."""
    return factory.LazyFunction(lambda: timezone.now() - timedelta(**span))


def ahead(**span: float) -> Any:
    """The moment `span` after the row is made."""
    return factory.LazyFunction(lambda: timezone.now() + timedelta(**span))


# What the world may see ---------------------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    """An account whose address is verified. `password=` another password; `verified=False` an unproven address."""

    class Meta:
        model = community.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> community.User:
        return community.User.objects.create_user(**{"password": PASSWORD, **fields})

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        self.emailaddress_set.create(email=self.email, primary=True, verified=extracted is not False)


class SkillFactory(DjangoModelFactory):
    class Meta:
        model = community.Skill

    name = factory.Sequence(lambda n: f"Skill {n}")
    slug = factory.Sequence(lambda n: f"skill-{n}")


class ProfileFactory(DjangoModelFactory):
    """Private, as every profile begins; `ProfileFactory(public=True)` is published. `skills=[…]` adds skills."""

    class Meta:
        model = community.Profile
        skip_postgeneration_save = True

    class Params:
        public = factory.Trait(published_at=ago(days=1))

    user = factory.SubFactory(UserFactory)
    handle = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Amina Diallo {n}")
    headline = "Builds tools for clinics"
    bio = "I write **Python** and teach it on Saturdays."
    country = "SN"
    code_host = factory.LazyAttribute(lambda profile: f"https://codeberg.org/{profile.handle}")

    @factory.post_generation
    def skills(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.skills.set(extracted or [])


class RoundFactory(DjangoModelFactory):
    """An intake that is open now."""

    class Meta:
        model = community.Round

    name = factory.Sequence(lambda n: f"Intake {n}")
    slug = factory.Sequence(lambda n: f"intake-{n}")
    opens_at = ago(days=10)
    closes_at = ahead(days=20)
    decides_on = factory.LazyAttribute(lambda it: (it.closes_at + timedelta(days=21)).date())
    time_zone = "Africa/Lagos"


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = community.Project

    name = factory.Sequence(lambda n: f"Clinic Queue {n}")
    slug = factory.Sequence(lambda n: f"clinic-queue-{n}")
    summary = "Tells people by SMS when it is their turn at the clinic."
    description = "Runs on one **second-hand** phone."
    repository = factory.LazyAttribute(lambda project: f"https://codeberg.org/example/{project.slug}")
    licence = "MIT"
    countries = "KE,NG"


class MembershipFactory(DjangoModelFactory):
    """A contributor; `MembershipFactory(mentor=True)` makes the person a mentor."""

    class Meta:
        model = community.Membership

    class Params:
        mentor = factory.Trait(kind=community.Membership.Kind.MENTOR, role="Mentor")

    project = factory.SubFactory(ProjectFactory)
    person = factory.SubFactory(UserFactory)
    role = "Backend Engineer"
    started_on = factory.LazyFunction(lambda: timezone.now().date() - timedelta(days=30))


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = community.Criterion

    posting = factory.SubFactory("tests.factories.PostingFactory", criteria=None)
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"Criterion {n}")
    description = "What the answers show of it."
    levels = LEVELS


class PostingFactory(DjangoModelFactory):
    """Published and open now, with every fact and a rubric of three criteria with five levels.

    `draft=True` was never published, `upcoming=True` opens tomorrow, `past=True` is published but over,
    `closed=True` was closed by staff, `stipend=True` pays. `criteria=None` leaves the rubric out.
    """

    class Meta:
        model = community.Posting
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=community.Posting.State.DRAFT, published_at=None)
        upcoming = factory.Trait(opens_at=ahead(days=1))
        past = factory.Trait(opens_at=ago(days=30), closes_at=ago(days=1))
        closed = factory.Trait(state=community.Posting.State.CLOSED, opens_at=ago(days=30), closes_at=ago(days=1))
        stipend = factory.Trait(
            pay=community.Posting.Pay.STIPEND,
            stipend_amount=300,
            stipend_currency="USD",
            stipend_period=community.Posting.Period.MONTH,
        )

    title = factory.Sequence(lambda n: f"Backend Engineer {n}")
    slug = factory.Sequence(lambda n: f"backend-engineer-{n}")
    round = factory.SubFactory(RoundFactory)
    project = factory.SubFactory(ProjectFactory)
    discipline = community.Posting.Discipline.BACKEND
    summary = "Build the part of the clinic queue that nobody sees and everybody waits for."
    description = "You write Django for clinics."
    responsibilities = "- Write and review code\n- Answer those who use it"
    qualifications = "- Some Python\n- Patience"
    closing_words = "No degree is asked for."
    places = 2
    hours_per_week = 8
    weeks = 16
    pay = community.Posting.Pay.UNPAID
    eligibility = community.Posting.Eligibility.AFRICA
    opens_at = ago(days=10)
    closes_at = ahead(days=20)
    decides_on = factory.LazyAttribute(lambda it: (it.closes_at + timedelta(days=21)).date())
    state = community.Posting.State.PUBLISHED
    published_at = ago(days=11)
    criteria = factory.RelatedFactoryList(CriterionFactory, factory_related_name="posting", size=3)


class PostingTextFactory(DjangoModelFactory):
    """French, in part: what is left empty is shown in the posting's own language."""

    class Meta:
        model = community.PostingText

    posting = factory.SubFactory(PostingFactory)
    language = "fr"
    title = "Développeuse ou développeur backend"
    description = "Vous écrivez du Django pour des cliniques."


class PostingSkillFactory(DjangoModelFactory):
    class Meta:
        model = community.PostingSkill

    posting = factory.SubFactory(PostingFactory)
    skill = factory.SubFactory(SkillFactory)


# What is confidential -------------------------------------------------------------------------------


class FormFactory(DjangoModelFactory):
    """A form without sections. `whole_form` makes one that asks a question of every kind."""

    class Meta:
        model = applications.Form

    posting = factory.SubFactory(PostingFactory)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        """A version that is made is the newest."""
        applications.Form.objects.newest().filter(posting=kwargs["posting"]).update(superseded_at=timezone.now())
        return super()._create(model_class, *args, **kwargs)


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = applications.Section

    form = factory.SubFactory(FormFactory)
    position = factory.Sequence(lambda n: n)
    slug = factory.Sequence(lambda n: f"part-{n}")
    title = factory.Sequence(lambda n: f"Part {n}")


class QuestionFactory(DjangoModelFactory):
    """A required short text that staff alone see."""

    class Meta:
        model = applications.Question

    section = factory.SubFactory(SectionFactory)
    position = factory.Sequence(lambda n: n)
    key = factory.Sequence(lambda n: f"question_{n}")
    kind = applications.Question.Kind.SHORT_TEXT
    label = factory.Sequence(lambda n: f"Question {n}?")


class ApplicationFactory(DjangoModelFactory):
    """An application at `status`, with the dates that the constraints ask for at that status.

    `status=Status.DRAFT` by default. Sent ones have every required question answered, drafts none;
    `answers=True`, `answers=False` or `answers={"name": "Alice", …}` (by question key) say otherwise.
    Decided ones have their released Decision; `decision=False` leaves it out.
    """

    class Meta:
        model = applications.Application
        skip_postgeneration_save = True

    posting = factory.SubFactory(PostingFactory)
    applicant = factory.SubFactory(UserFactory)
    form = factory.LazyAttribute(lambda it: ensure_form(it.posting))
    status = Status.DRAFT
    created_at = ago(days=5)
    submitted_at = factory.LazyAttribute(
        lambda it: None if it.status == Status.DRAFT else it.created_at + timedelta(days=1)
    )
    withdrawn_at = factory.LazyAttribute(
        lambda it: it.created_at + timedelta(days=2) if it.status == Status.WITHDRAWN else None
    )
    decided_at = factory.LazyAttribute(lambda it: it.created_at + timedelta(days=3) if it.status in DECIDED else None)
    decided_by = factory.LazyAttribute(lambda it: UserFactory(is_staff=True) if it.decided_at else None)

    answered_at = factory.LazyAttribute(lambda it: it.created_at + timedelta(days=4) if it.status in ANSWERED else None)

    @factory.post_generation
    def frozen(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """What was sent has frozen its form."""
        if self.submitted_at and self.form.frozen_at is None:
            applications.Form.objects.filter(pk=self.form.pk, frozen_at=None).update(frozen_at=self.submitted_at)

    @factory.post_generation
    def answers(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted is None:
            extracted = self.status != Status.DRAFT
        if extracted:
            answer_all(self, **(extracted if isinstance(extracted, dict) else {}))

    @factory.post_generation
    def decision(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted is not False and self.decided_at and self.status in DECIDED:
            outcome = {Status.WAITLISTED: Outcome.WAITLIST, Status.DECLINED: Outcome.DECLINE}.get(
                Status(self.status), Outcome.OFFER
            )
            DecisionFactory(
                application=self, outcome=outcome, staged_by=self.decided_by, released_at=self.decided_at, **kwargs
            )


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = applications.Answer

    application = factory.SubFactory(ApplicationFactory)
    question = factory.LazyAttribute(lambda it: it.application.form.questions[0])
    value = "Amina Diallo"


class SavedSectionFactory(DjangoModelFactory):
    class Meta:
        model = applications.SavedSection

    application = factory.SubFactory(ApplicationFactory)
    section = factory.LazyAttribute(lambda it: it.application.form.parts[0])
    saved_at = ago(hours=1)


class UploadFactory(DjangoModelFactory):
    """A small PDF on the form's first file question. `file__data=b"…"` stores other bytes."""

    class Meta:
        model = applications.Upload

    class Params:
        data = PDF

    code = factory.LazyFunction(lambda: new_code(24))
    application = factory.SubFactory(ApplicationFactory)
    question = factory.LazyAttribute(
        lambda it: next(
            question for question in it.application.form.questions if question.kind == applications.Question.Kind.FILE
        )
    )
    file = factory.LazyAttribute(lambda it: ContentFile(it.data, name=it.name))
    name = "cv.pdf"
    content_type = "application/pdf"
    size = factory.LazyAttribute(lambda it: len(it.data))
    uploaded_at = ago(hours=1)


class AssignmentFactory(DjangoModelFactory):
    """A mentor who was asked to read an application under review."""

    class Meta:
        model = applications.Assignment

    application = factory.SubFactory(ApplicationFactory, status=Status.IN_REVIEW)
    mentor = factory.LazyAttribute(
        lambda it: MembershipFactory(mentor=True, project=it.application.posting.project).person
    )
    assigned_at = ago(days=2)
    assigned_by = factory.SubFactory(UserFactory, is_staff=True)
    recused_at = factory.LazyAttribute(
        lambda it: timezone.now() if it.status == applications.Assignment.Status.RECUSED else None
    )
    status = applications.Assignment.Status.OPEN


class ReviewFactory(DjangoModelFactory):
    """A submitted review without scores; `values=4` or `values=[4, 5, None]` scores the rubric's criteria in order.

    `draft=True` is one that only its mentor sees. The application's summary is left alone: `write_review` keeps it.
    """

    class Meta:
        model = applications.Review
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(
            submitted_at=None,
            mean=None,
            assignment=factory.SubFactory(AssignmentFactory, status=applications.Assignment.Status.OPEN),
        )

    assignment = factory.SubFactory(AssignmentFactory, status=applications.Assignment.Status.REVIEWED)
    comments = "Clear thinking about locks."
    feedback = "You explained the trade-off well. Say more about how you tested it."
    saved_at = ago(hours=2)
    submitted_at = ago(hours=2)

    @factory.post_generation
    def values(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted is None:
            return
        rubric = list(self.assignment.application.posting.criteria.all())
        given = extracted if isinstance(extracted, list) else [extracted] * len(rubric)
        for criterion, value in zip(rubric, given, strict=True):
            ScoreFactory(review=self, criterion=criterion, value=value)


class ScoreFactory(DjangoModelFactory):
    class Meta:
        model = applications.Score

    review = factory.SubFactory(ReviewFactory)
    criterion = factory.LazyAttribute(lambda it: it.review.assignment.application.posting.criteria.first())
    value = 4


class MessageTemplateFactory(DjangoModelFactory):
    class Meta:
        model = applications.MessageTemplate

    name = factory.Sequence(lambda n: f"Words {n}")
    outcome = Outcome.DECLINE
    subject = "About {posting}"
    body = "Dear {name}, thank you for applying."


class DecisionFactory(DjangoModelFactory):
    """A staged offer; `released_at=…` makes it a released one, `outcome=Outcome.DECLINE` another outcome."""

    class Meta:
        model = applications.Decision

    application = factory.SubFactory(ApplicationFactory, status=Status.SHORTLISTED)
    outcome = Outcome.OFFER
    subject = "A place for you"
    body = "Dear {name}, we would like you to join us."
    answer_by = factory.LazyAttribute(
        lambda it: timezone.now() + timedelta(days=7) if it.outcome == Outcome.OFFER else None
    )
    staged_at = ago(days=3)
    staged_by = factory.SubFactory(UserFactory, is_staff=True)


class LetterFactory(DjangoModelFactory):
    """From the applicant, unread by staff; `from_staff=True` is one from staff to them."""

    class Meta:
        model = applications.Letter

    application = factory.SubFactory(ApplicationFactory, status=Status.IN_REVIEW)
    from_staff = False
    author = factory.LazyAttribute(lambda it: UserFactory(is_staff=True) if it.from_staff else it.application.applicant)
    text = "I have moved to Kisumu. Does that change anything?"
    written_at = ago(hours=3)


class RevisionFactory(DjangoModelFactory):
    """The first sending, of no answers."""

    class Meta:
        model = applications.Revision

    application = factory.SubFactory(ApplicationFactory, status=Status.SUBMITTED)
    number = 1
    sent_at = ago(days=4)
    content = "[]"
    digest = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


class HistoryEntryFactory(DjangoModelFactory):
    class Meta:
        model = applications.HistoryEntry

    application = factory.SubFactory(ApplicationFactory)
    at = ago(days=5)
    actor = factory.SelfAttribute("application.applicant")
    action = Event.BEGIN
    was = factory.SelfAttribute("application.status")
    became = factory.SelfAttribute("application.status")


class MessageFactory(DjangoModelFactory):
    """Due a minute ago and unsent."""

    class Meta:
        model = applications.Message

    key = factory.Sequence(lambda n: f"message-{n}")
    message_id = factory.LazyAttribute(lambda it: f"<{it.key}@testserver>")
    person = factory.SubFactory(UserFactory)
    to = factory.SelfAttribute("person.email")
    subject = "We have your application"
    body = "Thank you."
    created_at = ago(minutes=1)
    due_at = factory.SelfAttribute("created_at")


# Larger pieces ------------------------------------------------------------------------------------------


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = community.Consent

    person = factory.SubFactory(UserFactory)
    purpose = community.Consent.Purpose.APPLICATION
    notice_version = "2026-11"
    given_at = ago(days=1)


class AlertFactory(DjangoModelFactory):
    """Confirmed, for every role."""

    class Meta:
        model = applications.Alert

    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    asked_at = ago(days=3)
    confirmed_at = ago(days=2)
    told_until = ago(days=2)
    kept_at = ago(days=2)


class ErasureFactory(DjangoModelFactory):
    class Meta:
        model = applications.Erasure

    erased_at = ago(days=1)
    counts = factory.LazyFunction(lambda: {"Application": 1})


class ErasedApplicationFactory(DjangoModelFactory):
    class Meta:
        model = applications.ErasedApplication

    posting = factory.SubFactory(PostingFactory)
    was = Status.DECLINED
    number = 1


class IncomingUploadFactory(DjangoModelFactory):
    """A file of which nothing has arrived yet."""

    class Meta:
        model = applications.IncomingUpload

    application = factory.SubFactory(ApplicationFactory)
    question = factory.LazyAttribute(
        lambda it: next(
            question for question in it.application.form.questions if question.kind == applications.Question.Kind.FILE
        )
    )
    file = factory.LazyAttribute(lambda it: ContentFile(b"", name="part"))
    name = "cv.pdf"
    size = 1000
    sha256 = "0" * 64
    touched_at = ago(minutes=1)


def whole_form(posting: community.Posting) -> applications.Form:
    """The posting's next form version: a section on the person and one on the work, a question of every kind."""
    newest = posting.forms.first()
    form: applications.Form = FormFactory(posting=posting, version=newest.version + 1 if newest else 1)
    person = SectionFactory(form=form, slug="about-you", title="About you")
    work = SectionFactory(form=form, slug="your-work", title="Your work")
    kind = applications.Question.Kind
    choices = "Python\nJavaScript\nSQL"
    for fields in (
        {"section": person, "key": "name", "label": "What is your name?", "identifies": True},
        {"section": person, "key": "code_host", "kind": kind.LINK, "required": False, "identifies": True},
        {"section": person, "key": "cv", "kind": kind.FILE, "required": False, "identifies": True},
        {
            "section": work,
            "key": "why",
            "kind": kind.LONG_TEXT,
            "label": "Why do you want this role?",
            "word_limit": 50,
            "shown_to_reviewers": True,
            "criterion": posting.criteria.first(),
        },
        {"section": work, "key": "first", "kind": kind.ONE_OF, "choices": choices, "shown_to_reviewers": True},
        {"section": work, "key": "others", "kind": kind.SEVERAL_OF, "choices": choices, "shown_to_reviewers": True},
        {"section": work, "key": "together", "kind": kind.YES_NO, "shown_to_reviewers": True},
        {"section": work, "key": "years", "kind": kind.NUMBER, "shown_to_reviewers": True},
        {"section": work, "key": "agree", "kind": kind.CONSENT},
    ):
        QuestionFactory(**fields)
    return form


def answer_for(question: applications.Question) -> Any:
    """A valid value for `question`, as it is stored; None for a file, which is an Upload."""
    kind = applications.Question.Kind
    values: dict[str, Any] = {
        kind.SHORT_TEXT: "Kisumu",
        kind.LONG_TEXT: "The queue froze every noon. I measured, found a missing index, and added it.",
        kind.ONE_OF: next(iter(question.options), ""),
        kind.SEVERAL_OF: question.options[:2],
        kind.YES_NO: True,
        kind.NUMBER: 3,
        kind.LINK: "https://codeberg.org/example",
        kind.FILE: None,
        kind.CONSENT: True,
    }
    return values[question.kind]


def answer_all(application: applications.Application, at: datetime | None = None, **by_key: Any) -> None:
    """Answers every question but files, taking `by_key` (question key → value) first, and marks all sections saved.

    A value of None leaves that question without an answer.
    """
    for section in application.form.parts:
        SavedSectionFactory(application=application, section=section, saved_at=at or application.created_at)
        for question in section.asked:
            value = by_key.get(question.key, answer_for(question))
            if value is not None:
                AnswerFactory(application=application, question=question, value=value)
