"""What an application still lacks. The same list draws the checklist and blocks the sending.

Problems are values: nothing here raises, writes or sends.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Question, Section


@dataclass(frozen=True)
class Problem:
    section: Section
    question: Question
    text: str

    @property
    def field_id(self) -> str:
        """The id of the field in its section's form."""
        return f"id_{self.question.key}"


def count_words(text: str) -> int:
    """Words as the form counts them: runs of characters between white space."""
    return len(re.findall(r"\S+", text))


def is_empty(question: Question, value: Any) -> bool:
    """Whether `value` answers nothing. A "no" is an answer; an unticked consent is not."""
    if question.kind == Question.Kind.YES_NO:
        return value is None
    return value in Question.EMPTY or (isinstance(value, str) and not value.strip())


def problem_with(question: Question, value: Any) -> str:
    """What is wrong with `value` as the answer to `question`, as a sentence that says what to do; empty if nothing."""
    if is_empty(question, value):
        if not question.required:
            return ""
        return question.missing or _("Answer “%(question)s”") % {"question": question.label.rstrip("?.: ")}
    if question.kind == Question.Kind.LONG_TEXT and question.word_limit:
        words = count_words(str(value))
        if words > question.word_limit:
            return ngettext(
                "Shorten your answer to %(limit)d words or fewer. It has %(words)d word now",
                "Shorten your answer to %(limit)d words or fewer. It has %(words)d words now",
                words,
            ) % {"limit": question.word_limit, "words": words}
    if question.kind == Question.Kind.ONE_OF and value not in question.options:
        return _("Choose one of the answers offered")
    if question.kind == Question.Kind.SEVERAL_OF and not set(value) <= set(question.options):
        return _("Choose from the answers offered")
    return ""


def problems(application: Application) -> list[Problem]:
    """Everything that keeps `application` from being sent, in the order of the form."""
    values = application.values
    return [
        Problem(section, question, text)
        for section in application.form.parts
        for question in section.asked
        if (text := problem_with(question, values.get(question.pk)))
    ]
