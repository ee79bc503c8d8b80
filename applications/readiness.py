"""What an application still lacks. The same list draws the checklist and blocks the sending.

Problems are values: nothing here raises, writes or sends.
"""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Form, Question, Section

# What a short answer may have to be sent; more is kept in the draft and told.
MAX_SHORT = 300
# What an answer may have to be kept at all: some 3,000 words, eight times the longest limit of the default form.
MAX_TEXT = 20_000

# Control characters, and the two that turn the reading direction of everything after them: kept in no answer.
UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e]")
# What parts words, letter by letter as in static/js/keep.js: \s is not the same in the two languages. Among it what
# nobody sees, such as the mark that some programs put before a text.
WHITE = r"\t-\r\x20\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_WORD = re.compile(f"[^{WHITE}]+")

_is_whole_link = URLValidator(schemes=["http", "https"])


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
    """Words as the form counts them, here and in the browser: runs of what is kept between white space."""
    return len(_WORD.findall(UNKEPT.sub("", text)))


def is_link(value: Any) -> bool:
    """Whether `value` is a whole http(s) address. A draft may hold what is not one yet."""
    try:
        _is_whole_link(value)
    except ValidationError:
        return False
    return True


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of `text`: white space, marks of no width and of direction, control characters."""
    return all(unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for letter in text)


def is_empty(question: Question, value: Any) -> bool:
    """Whether `value` answers nothing. A "no" is an answer, and so is 0; an unticked consent is not."""
    if question.kind == Question.Kind.CONSENT:
        return not value
    return value is None or value == [] or (isinstance(value, str) and is_blank(value))


def problem_with(question: Question, value: Any) -> str:
    """What is wrong with `value` as the answer to `question`, as a sentence that says what to do; empty if nothing."""
    if is_empty(question, value):
        if not question.required:
            return ""
        # In French a no-break space stands before the question mark.
        asked = question.label_here.rstrip("?؟.: \u00a0\u202f")
        return question.missing_here or _("Answer “%(question)s”") % {"question": asked}
    if question.kind == Question.Kind.LONG_TEXT and question.word_limit:
        words = count_words(str(value))
        if words > question.word_limit:
            return ngettext(
                "Shorten your answer to %(limit)d words or fewer. It has %(words)d word now",
                "Shorten your answer to %(limit)d words or fewer. It has %(words)d words now",
                words,
            ) % {"limit": question.word_limit, "words": words}
    if question.kind == Question.Kind.SHORT_TEXT and len(str(value)) > MAX_SHORT:
        return _("Shorten your answer to %(limit)d characters or fewer. It has %(length)d now") % {
            "limit": MAX_SHORT,
            "length": len(str(value)),
        }
    if question.kind == Question.Kind.NUMBER and not is_number(value):
        return _("Enter a number in digits, such as 4 or 2.5")
    if question.kind == Question.Kind.LINK and not is_link(value):
        return _("Enter a whole address, such as https://example.org/you")
    if question.kind == Question.Kind.ONE_OF and value not in question.options:
        return _("Choose one of the answers offered")
    if question.kind == Question.Kind.SEVERAL_OF and not set(value) <= set(question.options):
        return _("Choose from the answers offered")
    return ""


def asked(form: Form, values: Mapping[int, Any]) -> list[tuple[Section, list[Question]]]:
    """Each section with the questions that `values` (question pk → stored value) lead to, in the order of the form.

    A question that hangs on another is asked where that one is asked itself and has the answer; what stands later
    than the question that hangs on it counts as not asked. Nothing else is required, shown to readers or sent.
    """
    met: set[int] = set()
    found = []
    for section in form.parts:
        here = []
        for question in section.asked:
            if _condition_holds(question, values, met):
                met.add(question.pk)
                here.append(question)
        found.append((section, here))
    return found


def _condition_holds(question: Question, values: Mapping[int, Any], met: Container[int]) -> bool:
    other = question.ask_if
    if other is None:
        return True
    return other.pk in met and other.word_for(values.get(other.pk)) == question.ask_if_value


def asked_of(application: Application) -> list[Question]:
    """The questions that the application's answers lead to, in order."""
    return [question for _section, here in asked(application.form, application.values) for question in here]


def askable(section: Section, values: Mapping[int, Any]) -> list[Question]:
    """What stands in the section's form: all but what an answer given in another section rules out.

    What hangs on a question beside it always stands there, since its answer is not known before the page is sent.
    """
    before = takewhile(lambda part: part[0].pk != section.pk, asked(section.form, values))
    elsewhere = {question.pk for _section, here in before for question in here}
    met: set[int] = set()
    for question in section.asked:
        other = question.ask_if
        if other is not None and other.section_id == section.pk:
            if other.pk in met:
                met.add(question.pk)
        elif _condition_holds(question, values, elsewhere):
            met.add(question.pk)
    return [question for question in section.asked if question.pk in met]


def problems(application: Application) -> list[Problem]:
    """Everything that keeps `application` from being sent, in the order of the form."""
    values = application.values
    found = []
    for section, here in asked(application.form, values):
        for question in here:
            value = values.get(question.pk)
            if text := problem_with(question, value):
                found.append(Problem(section, question, text))
            elif section.screens and not fits(question, value) and not application.has_asked_for_look:
                text = _("Your answer to “%(question)s” does not fit this role. You can ask for a human look")
                found.append(Problem(section, question, text % {"question": question.label_here}))
    return found


def fits(question: Question, value: Any) -> bool:
    """Whether `value` is among the answers that fit. Where any does, or none was given yet, nothing is amiss."""
    return not question.fitting or is_empty(question, value) or question.word_for(value) in question.fitting


def unfit(application: Application) -> list[Question]:
    """The eligibility questions whose answers do not fit."""
    values = application.values
    return [
        question
        for section, here in asked(application.form, values)
        if section.screens
        for question in here
        if not fits(question, values.get(question.pk))
    ]


def needs_look(application: Application) -> bool:
    """Whether an answer does not fit and the person has not asked for a human look yet."""
    return not application.has_asked_for_look and bool(unfit(application))
