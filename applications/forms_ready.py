"""Forms to begin from, each for one kind of role. Staff choose one while nobody has begun to apply, and rewrite it.

The standard one is in questions_default.py, and is what a posting gets by itself. Nothing here reads or writes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications import facts
from applications.models import Question
from applications.questions_default import SCREENING, SECTIONS, Asked, Sections
from community.models import Posting

Kind = Question.Kind


@dataclass(frozen=True)
class Ready:
    """`sections` takes the posting, since eligibility is asked in its own facts."""

    slug: str
    name: str | Promise
    what_for: str | Promise
    sections: Callable[[Posting], Sections]


PERSON, WORK, ROLE, SENDING = SECTIONS
_BY_KEY = {item.key: item for _slug, _title, _introduction, asked in SECTIONS for item in asked}


def eligibility(posting: Posting) -> tuple[str, str, str, list[Asked]]:
    """A few questions on what this posting says of itself: where, how much time, how old. All are yes or no.

    In English, whoever makes the form: facts.py says them in the language of whoever reads.
    """
    asked = []
    if posting.eligibility == Posting.Eligibility.AFRICA:
        asked.append(_must(facts.WHERE, gettext_noop("Do you live in an African country?"), WHERE))
    elif posting.eligibility == Posting.Eligibility.COUNTRIES:
        codes = [country.code for country in posting.countries]
        asked.append(_must(facts.WHERE, facts.stored_where(codes), WHERE))
    if posting.hours_per_week:
        label = facts.stored_time(posting.hours_per_week, posting.weeks)
        asked.append(_must(facts.TIME, label, TIME))
    asked.append(_must("is_adult", gettext_noop("Are you 18 or older?"), AGE))
    return (
        SCREENING,
        gettext_noop("Is this role for you?"),
        gettext_noop("A few questions first, so that nobody writes long answers for nothing."),
        asked,
    )


WHERE = gettext_noop("The partners of this role can support people in these places only.")
TIME = gettext_noop("The others on the team count on this time. Other roles ask for less.")
AGE = gettext_noop("For younger people we need the agreement of a parent or guardian.")


def _must(key: str, label: str, unfit_text: str) -> Asked:
    return Asked(
        key, Kind.YES_NO, label, missing=gettext_noop("Choose yes or no"), fits=("yes",), unfit_text=unfit_text
    )


def _standard(posting: Posting) -> Sections:
    return SECTIONS


def _checked_first(posting: Posting) -> Sections:
    return [eligibility(posting), *SECTIONS]


def _volunteer(posting: Posting) -> Sections:
    """Ten minutes: who, why, when."""
    return [
        (*PERSON[:3], [_BY_KEY["name"], _BY_KEY["country"], _BY_KEY["code_host"]]),
        (
            *ROLE[:3],
            [
                replace(_BY_KEY["why"], word_limit=120),
                Asked(
                    "done_before",
                    Kind.YES_NO,
                    gettext_noop("Have you volunteered in a project before?"),
                    gettext_noop("Either answer is fine: many began here."),
                    gettext_noop("Choose yes or no"),
                    shown=True,
                ),
                Asked(
                    "done_what",
                    Kind.LONG_TEXT,
                    gettext_noop("What did you do there?"),
                    missing=gettext_noop("Enter what you did there"),
                    word_limit=120,
                    shown=True,
                    criterion=1,
                    ask_if=("done_before", "yes"),
                ),
                _BY_KEY["hours"],
            ],
        ),
        SENDING,
    ]


def _documentation(posting: Posting) -> Sections:
    """For those who write and translate: the languages, a sample, and how they work with others."""
    return [
        PERSON,
        (
            *WORK[:3],
            [
                Asked(
                    "languages",
                    Kind.SHORT_TEXT,
                    gettext_noop("Which languages do you write well?"),
                    gettext_noop("The one you write best first."),
                    gettext_noop("Enter the languages you write well"),
                    shown=True,
                ),
                Asked(
                    "explain",
                    Kind.LONG_TEXT,
                    gettext_noop("Explain something you know well to somebody who is new to it"),
                    gettext_noop("In any of your languages. How to fetch water counts as much as how to use Git."),
                    gettext_noop("Explain something you know well"),
                    word_limit=250,
                    shown=True,
                    criterion=0,
                ),
                Asked(
                    "translated_before",
                    Kind.YES_NO,
                    gettext_noop("Have you translated or edited texts before?"),
                    missing=gettext_noop("Choose yes or no"),
                    shown=True,
                ),
                Asked(
                    "translated_what",
                    Kind.LONG_TEXT,
                    gettext_noop("What was hard about it, and how did you settle it?"),
                    gettext_noop("Such as a word that the other language does not have."),
                    gettext_noop("Enter what was hard about it"),
                    word_limit=150,
                    shown=True,
                    criterion=1,
                    ask_if=("translated_before", "yes"),
                ),
                _BY_KEY["cv"],
            ],
        ),
        ROLE,
        SENDING,
    ]


def _mentor(posting: Posting) -> Sections:
    """For those who guide others."""
    return [
        PERSON,
        (
            *WORK[:3],
            [
                Asked(
                    "helped",
                    Kind.LONG_TEXT,
                    gettext_noop("Tell us about somebody you helped to learn something"),
                    gettext_noop("What did they find hard, what did you try, and what could they do afterwards?"),
                    gettext_noop("Tell us about somebody you helped to learn something"),
                    word_limit=250,
                    shown=True,
                    criterion=0,
                ),
                replace(_BY_KEY["together"], word_limit=150),
                Asked(
                    "stuck",
                    Kind.LONG_TEXT,
                    gettext_noop("Somebody you mentor has been silent for a week. What do you do?"),
                    missing=gettext_noop("Enter what you would do"),
                    word_limit=150,
                    shown=True,
                    criterion=2,
                ),
            ],
        ),
        (*ROLE[:3], [_BY_KEY["why"], _BY_KEY["hours"]]),
        SENDING,
    ]


READY = {
    ready.slug: ready
    for ready in (
        Ready(
            "standard", _("Standard"), _("Four parts, for most roles. What a new posting gets by itself."), _standard
        ),
        Ready(
            "checked-first",
            _("Standard, eligibility first"),
            _("The same after a page of yes-or-no questions on this posting's own facts."),
            _checked_first,
        ),
        Ready("volunteer", _("Short, for volunteers"), _("Ten minutes to fill in."), _volunteer),
        Ready(
            "documentation",
            _("Documentation and translation"),
            _("Languages, a sample of writing, and how differences are settled."),
            _documentation,
        ),
        Ready("mentor", _("Mentors"), _("How they help others learn."), _mentor),
    )
}
