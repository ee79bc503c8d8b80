"""Questions that are asked in a posting's own facts: which countries, how much time.

They are stored in English with the facts in the sentence, as staff read and change them. To a reader of another
language the facts are read out of the sentence again and said anew; a sentence that staff changed is shown as it
stands. A leaf: knows no model.
"""

import re
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, gettext_noop, ngettext, override, pgettext
from django_countries import countries

from community.words import here

WHERE, TIME = "lives_there", "has_time"
# Longer than this no question is (Question.label).
LONGEST = 300
SOMEWHERE = gettext_noop("Do you live in one of the countries that this role's page names?")

_WHERE = re.compile(r"Do you live in one of these countries: (.+)\?")
_TIME = re.compile(r"Can you give (\d{1,4}) hours? a week(?: for (\d{1,4}) weeks?)?\?")


def stored_where(codes: Iterable[str]) -> str:
    """The question as it is stored. `codes`: ISO 3166-1 alpha-2."""
    with override("en"):
        text = _ask_where(codes)
    return text if len(text) <= LONGEST else SOMEWHERE


def stored_time(hours: int, weeks: int | None) -> str:
    """The question as it is stored: hours a week, for so many weeks where that is known."""
    with override("en"):
        return _ask_time(hours, weeks)


def label_here(key: str, label: str) -> str:
    """The label of the question `key` in the language of the page."""
    if key == WHERE and (found := _WHERE.fullmatch(label)):
        codes = _codes_in(found[1])
        if codes and stored_where(codes) == label:
            return _ask_where(codes)
    elif key == TIME and (found := _TIME.fullmatch(label)):
        hours, weeks = int(found[1]), int(found[2]) if found[2] else None
        if stored_time(hours, weeks) == label:
            return _ask_time(hours, weeks)
    return here(label)


def _ask_where(codes: Iterable[str]) -> str:
    names = pgettext("in a list", ", ").join(sorted(str(countries.name(code)) for code in codes))
    return gettext("Do you live in one of these countries: %(countries)s?") % {"countries": names}


def _ask_time(hours: int, weeks: int | None) -> str:
    can_you = ngettext("Can you give %(count)d hour a week", "Can you give %(count)d hours a week", hours)
    can_you %= {"count": hours}
    if weeks:
        can_you += " " + ngettext("for %(count)d week", "for %(count)d weeks", weeks) % {"count": weeks}
    return gettext("%(can_you)s?") % {"can_you": can_you}


@cache
def _code_of() -> dict[str, str]:
    """English name → code."""
    with override("en"):
        return {str(name): code for code, name in countries}


def _codes_in(names: str) -> list[str]:
    """The codes of these English names, which commas part; empty where one of them is no country's."""
    found, name = [], ""
    for part in names.split(", "):
        # A name may hold a comma itself.
        name = f"{name}, {part}" if name else part
        if name in _code_of():
            found.append(_code_of()[name])
            name = ""
    return [] if name else found
