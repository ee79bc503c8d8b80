"""The sections of a form and the questions of a section, as rows that are saved together.

Each checks the form as it would stand after saving, and keeps what a draft answers. It writes nothing itself.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import building
from applications.models import Answer, SavedSection, Upload
from community.admin.naming import NamedFields


def raise_all(sentences: list[str]) -> None:
    if sentences:
        raise ValidationError(sentences)


class KeptWhileAnswered(NamedFields, ABC):
    """Refuses to delete a row that a draft answers. Django's own refusal would show the draft's text."""

    @abstractmethod
    def answered(self, pks: list[int]) -> set[int]:
        """Those of these rows that a draft answers."""

    def clean(self) -> None:
        # Before Django's own cleaning, and also where another row is wrong: its refusal quotes what it protects.
        gone = [form for form in self.initial_forms if self._should_delete_form(form)]  # type: ignore[attr-defined]
        kept = self.answered([form.instance.pk for form in gone]) if gone else set()
        names = [str(form.instance) for form in gone if form.instance.pk in kept]
        if names:
            raise ValidationError(
                gettext("Somebody has begun to answer this, so it stays: %(names)s.") % {"names": ", ".join(names)}
            )
        super().clean()

    def add_fields(self, form: "forms.ModelForm[Any]", index: int | None) -> None:
        """What is added comes last, until somebody gives it another number."""
        super().add_fields(form, index)
        if "position" in form.fields and (index is None or index >= self.initial_form_count()):
            form.fields["position"].initial = self.next_position

    @property
    def next_position(self) -> int:
        rows = self.get_queryset()
        return max((row.position for row in rows), default=-1) + 1

    def left(self) -> list[Any]:
        """The rows as they would stand after saving, in their order."""
        rows = [
            form.instance
            for form in self.forms
            if not self._should_delete_form(form)  # type: ignore[attr-defined]
            and (form.instance.pk is not None or form.has_changed())
        ]
        return sorted(rows, key=lambda row: (row.position or 0, row.pk or float("inf")))


class SectionFormSet(KeptWhileAnswered):
    # The number is rows.MOST.
    default_error_messages: ClassVar[Any] = {
        "too_many_forms": _("A form has at most 50 sections. Save with 50 or fewer."),
    }

    def clean(self) -> None:
        super().clean()
        sections = self.left()
        saved = {section.pk: section.asked for section in self.instance.parts}
        for section in sections:
            section.asked = saved.get(section.pk, [])
        every = [question for section in sections for question in section.asked]
        raise_all(building.screening_problems(sections) + building.condition_problems(every))

    def answered(self, pks: list[int]) -> set[int]:
        return {
            *SavedSection.objects.filter(section__in=pks).values_list("section", flat=True),
            *Answer.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
            *Upload.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
        }


class QuestionFormSet(KeptWhileAnswered):
    default_error_messages: ClassVar[Any] = {
        "too_many_forms": _("A section has at most 50 questions. Add another section for the others."),
    }

    def clean(self) -> None:
        super().clean()
        section = self.instance
        # The form as it would stand after saving; the section itself may move, too.
        others = [part for part in section.form.parts if part.pk != section.pk]
        section.asked = self.left()
        parts = sorted([*others, section], key=lambda part: (part.position or 0, part.pk))
        every = [question for part in parts for question in part.asked]
        keys = [question.key for question in every if question.key]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        sentences = [
            gettext("The key “%(key)s” stands twice in this form. Change one.") % {"key": key} for key in twice
        ]
        raise_all(sentences + building.screening_problems(parts) + building.condition_problems(every))

    def answered(self, pks: list[int]) -> set[int]:
        return {
            *Answer.objects.filter(question__in=pks).values_list("question", flat=True),
            *Upload.objects.filter(question__in=pks).values_list("question", flat=True),
        }
