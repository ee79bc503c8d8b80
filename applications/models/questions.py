"""The form of a posting: questions are data, in sections, in versions."""

from typing import Any, ClassVar

from django.core.cache import caches
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import facts
from community.models import Criterion, Posting
from community.words import here


class FormQuerySet(models.QuerySet["Form"]):
    def newest(self) -> "FormQuerySet":
        """One for each posting that has any: what is asked of whoever begins now."""
        return self.filter(superseded_at__isnull=True)


class Form(models.Model):
    """One version of a posting's questions. Applications keep the version they were begun with."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="forms", verbose_name=_("posting"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    # The moment of the first sending (drafting.submit). From then on the questions stand: every sent answer keeps the
    # words that it answered. Whoever edits them holds this row, and so does the first who sends.
    frozen_at = models.DateTimeField(_("first sent"), null=True, blank=True, editable=False)
    superseded_at = models.DateTimeField(_("newer version since"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["posting", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "version"], name="form_version_once_in_a_posting"),
            models.UniqueConstraint(
                fields=["posting"],
                condition=models.Q(superseded_at__isnull=True),
                name="form_newest_once_in_a_posting",
            ),
        ]

    def __str__(self) -> str:
        return _("%(posting)s, version %(version)d") % {"posting": self.posting, "version": self.version}

    @cached_property
    def parts(self) -> list["Section"]:
        """The sections in order, each with its questions at hand as `section.asked`.

        Two queries; none where the form is frozen and this process has read it before.
        """
        if self.frozen_at is None:
            return self._built(*self._rows())
        # Rows, not instances: what one request hangs on a question is nothing to another.
        rows: Any = caches["process"].get_or_set(f"form:{self.pk}:{self.frozen_at.timestamp()}", self._rows)
        return self._built(*rows)

    @property
    def questions(self) -> list["Question"]:
        return [question for section in self.parts for question in section.asked]

    def _rows(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        sections = Section.objects.filter(form=self.pk).values_list(*_columns(Section))
        questions = Question.objects.filter(section__form=self.pk).values_list(*_columns(Question))
        return list(sections), list(questions)

    def _built(self, sections: list[tuple[Any, ...]], questions: list[tuple[Any, ...]]) -> list["Section"]:
        parts = [Section.from_db(self._state.db, _columns(Section), row) for row in sections]
        by_pk = {section.pk: section for section in parts}
        for section in parts:
            section.form = self
            section.asked = []
        known: dict[int, Question] = {}
        for row in questions:
            question = Question.from_db(self._state.db, _columns(Question), row)
            question.section = by_pk[question.section_id]
            question.section.asked.append(question)
            known[question.pk] = question
        for question in known.values():
            if question.ask_if_id in known:
                question.ask_if = known[question.ask_if_id]
        return parts


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class Section(models.Model):
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    slug = models.SlugField(_("address"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    introduction = models.TextField(_("introduction"), blank=True)
    screens = models.BooleanField(
        _("eligibility first"),
        default=False,
        help_text=_("Asked before anything else, on one page. An answer that does not fit is explained at once."),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["form", "slug"], name="section_slug_once_in_a_form"),
            models.UniqueConstraint(
                fields=["form"],
                condition=models.Q(screens=True),
                name="section_screens_once_in_a_form",
                violation_error_message=_("Only one section can check eligibility. Untick the other one first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title_here(self) -> str:
        return here(self.title)

    @property
    def introduction_here(self) -> str:
        return here(self.introduction)

    @cached_property
    def asked(self) -> list["Question"]:
        """All its questions in order, also those that hang on a condition (readiness.asked)."""
        return list(self.questions.all())


class Question(models.Model):
    class Kind(models.TextChoices):
        SHORT_TEXT = "short_text", _("short text")
        LONG_TEXT = "long_text", _("long text")
        ONE_OF = "one_of", _("one of")
        SEVERAL_OF = "several_of", _("several of")
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", _("number")
        LINK = "link", _("link")
        FILE = "file", _("file")
        CONSENT = "consent", _("consent")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.SlugField(
        _("key"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and _; a letter first."))],
        help_text=_("The same key in two forms means the same question."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    label = models.CharField(_("question"), max_length=300)
    hint = models.CharField(_("hint"), max_length=500, blank=True)
    missing = models.CharField(
        _("message when empty"),
        max_length=200,
        blank=True,
        help_text=_("What to do, such as “Enter why you want this role”. Empty: made from the question."),
    )
    required = models.BooleanField(_("required"), default=True)
    word_limit = models.PositiveSmallIntegerField(_("word limit"), null=True, blank=True)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One a line, for “one of” and “several of”."))
    shown_to_reviewers = models.BooleanField(_("reviewers may see this"), default=False)
    identifies = models.BooleanField(_("this identifies the person"), default=False)
    criterion = models.ForeignKey(
        Criterion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("scored by criterion"),
    )
    # Always an earlier question of the same form that answers yes or no, or one of several (building.py).
    ask_if = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="hanging",
        verbose_name=_("ask only if this question"),
    )
    ask_if_value = models.CharField(_("was answered with"), max_length=300, blank=True)
    # Of questions in the section that screens.
    fits = models.TextField(
        _("answers that fit"),
        blank=True,
        help_text=_("One a line, as in the choices; “yes” or “no”. Empty: any answer fits."),
    )
    unfit_text = models.CharField(
        _("what to say where it does not fit"),
        max_length=500,
        blank=True,
        help_text=_("Why this role needs it, kindly. Shown beside the question."),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="question_key_once_in_a_section"),
            # What names the person never reaches a reviewer, whatever anybody ticks. A file names its author.
            models.CheckConstraint(
                condition=~(models.Q(shown_to_reviewers=True) & (models.Q(identifies=True) | models.Q(kind="file"))),
                name="question_shown_to_reviewers_never_identifies",
            ),
            models.CheckConstraint(
                condition=models.Q(ask_if__isnull=True) | ~models.Q(ask_if=models.F("pk")),
                name="question_hangs_on_another",
            ),
        ]

    # What can be told in one word, and so be hung on and fit or not.
    DECIDING: ClassVar[tuple[str, ...]] = (Kind.YES_NO, Kind.ONE_OF, Kind.CONSENT)

    def __str__(self) -> str:
        return self.label

    @property
    def label_here(self) -> str:
        return facts.label_here(self.key, self.label)

    @property
    def hint_here(self) -> str:
        return here(self.hint)

    @property
    def missing_here(self) -> str:
        return here(self.missing)

    @property
    def unfit_text_here(self) -> str:
        return here(self.unfit_text)

    @property
    def options(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    @property
    def words(self) -> list[tuple[str, str]]:
        """(word, as it is read) of each answer that another question may hang on."""
        if self.kind == self.Kind.ONE_OF:
            return [(option, here(option)) for option in self.options]
        if self.kind in self.DECIDING:
            return [("yes", gettext("Yes")), ("no", gettext("No"))]
        return []

    def word_for(self, value: object) -> str:
        """The word for a stored answer; empty where there is none. A consent that was not given is a no."""
        if self.kind == self.Kind.CONSENT or isinstance(value, bool):
            return "yes" if value else "no"
        return value if self.kind == self.Kind.ONE_OF and isinstance(value, str) else ""

    @property
    def condition(self) -> str:
        """What it hangs on, as a sentence; empty where it is always asked. `ask_if` is at hand in `Form.parts`."""
        if self.ask_if is None:
            return ""
        answer = dict(self.ask_if.words).get(self.ask_if_value, self.ask_if_value)
        return gettext("Only if you answered “%(answer)s” to “%(question)s”") % {
            "answer": answer,
            "question": self.ask_if.label_here,
        }

    @property
    def fitting(self) -> list[str]:
        return [line.strip() for line in self.fits.splitlines() if line.strip()]
