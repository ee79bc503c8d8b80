"""The words that a program starts with for each decision. Staff rewrite them as they like; nothing brings them back.

They are stored in English, as the catalogues know them; while nobody has changed them, each person gets them in their
own language (`letter_in`). `ensure_message_templates` is called where something is written anyway (the demo, saving a
posting); a page that only shows reads `templates_for`, which falls back to these words while there are none stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from applications.models import MessageTemplate
from applications.models.decisions import Outcome

# The language of the words as they stand here and in the database.
ENGLISH = "en"


@dataclass(frozen=True)
class Words:
    name: str
    outcome: Outcome
    subject: str
    body: str


@dataclass(frozen=True)
class LetterWords:
    """A subject and a body, with their merge fields. `language`: its code; empty where staff wrote the words."""

    subject: str
    body: str
    language: str


SCREENED_OUT = Words(
    _("Decline after a first look"),
    Outcome.DECLINE,
    _("Your application for {role}"),
    _(
        "Dear {name},\n\n"
        "Thank you for applying for {role}. We read your application, and we will not take it further this time. "
        "We stopped before the mentors' review, so nobody has scored your work.\n\n"
        "This says nothing about what you can do. Most often an application stops here because it was meant for "
        "another role, or because the answers were too short for anyone to judge.\n\n"
        "If you would like to know which it was, answer from your application's page: a person reads it. "
        "Other roles stay open to you, and so does this one the next time.\n\n"
        "With good wishes"
    ),
)

WORDS = [
    Words(
        _("A place is offered"),
        Outcome.OFFER,
        _("A place for you: {role}"),
        _(
            "Dear {name},\n\n"
            "We would like you to join {project} as {role}. The mentors who read your work, without knowing whose it "
            "was, want to build this with you.\n\n"
            "Please answer by {answer_by}. Accepting or turning down takes one press on your application’s page. "
            "If you turn it down, somebody on the waiting list gets the place, so both answers help.\n\n"
            "What they wrote about your application:\n\n"
            "{feedback}\n\n"
            "We hope to welcome you."
        ),
    ),
    Words(
        _("On the waiting list"),
        Outcome.WAITLIST,
        _("You are on the waiting list: {role}"),
        _(
            "Dear {name},\n\n"
            "Your application for {role} was good, and there are fewer places than good applications. You are on the "
            "waiting list: if somebody turns a place down, we may offer it to you.\n\n"
            "You need not do anything. If you no longer want the place, withdraw on your application’s page. "
            "Either way you will hear from us again.\n\n"
            "What the mentors wrote about your application:\n\n"
            "{feedback}\n\n"
            "With thanks"
        ),
    ),
    Words(
        _("Decline after review"),
        Outcome.DECLINE,
        _("Our decision about {role}"),
        _(
            "Dear {name},\n\n"
            "Thank you for applying for {role}, and for the time it took. We cannot offer you a place this time. "
            "More people could do this work well than there are places for.\n\n"
            "What the mentors wrote about your application:\n\n"
            "{feedback}\n\n"
            "You can apply again for any role, and having applied before never counts against you. {project} is open "
            "source: its doors are open to you with or without a place.\n\n"
            "With good wishes"
        ),
    ),
    SCREENED_OUT,
]


def ensure_message_templates() -> None:
    """Stores the starting words once: in a program that has any template already, nothing is added.

    Two callers at once store them once, since a name is unique.
    """
    if MessageTemplate.objects.exists():
        return
    MessageTemplate.objects.bulk_create((_template(words) for words in WORDS), ignore_conflicts=True)


def templates_for(outcomes: Iterable[Outcome]) -> dict[str, MessageTemplate]:
    """Key → template for these outcomes, in the order given: those stored, or the starting words where none is."""
    wanted = list(outcomes)
    stored = list(MessageTemplate.objects.filter(outcome__in=wanted))
    found = {str(template.pk): template for template in stored}
    for number, words in enumerate(WORDS):
        if words.outcome in wanted and not any(template.outcome == words.outcome for template in stored):
            found[f"default-{number}"] = _template(words)
    return dict(sorted(found.items(), key=lambda item: wanted.index(Outcome(item[1].outcome))))


def _template(words: Words) -> MessageTemplate:
    return MessageTemplate(name=words.name, outcome=words.outcome, subject=words.subject, body=words.body)


# The same words in each language ----------------------------------------------------------------------


@cache
def _known() -> dict[tuple[str, str], tuple[Words, str]]:
    """(subject, body) → the program's own words and the language, for every language of the site that has them.

    The catalogues do not change while the process runs.
    """
    found: dict[tuple[str, str], tuple[Words, str]] = {}
    for language in (ENGLISH, *(code for code, _name in settings.LANGUAGES)):
        with override(language):
            for words in WORDS:
                found.setdefault((_plain(gettext(words.subject)), _plain(gettext(words.body))), (words, language))
    return found


def _plain(text: str) -> str:
    """As a form or a database may have left it: white space is no change of words."""
    return " ".join(text.split())


def own_words(subject: str, body: str) -> Words | None:
    """The program's own words, if these are they, in whichever language; None once staff have changed either."""
    return _known().get((_plain(subject), _plain(body)), (None, ""))[0]


def language_of_words(subject: str, body: str) -> str:
    """The code of the language of the program's own words; empty for what staff wrote."""
    return _known().get((_plain(subject), _plain(body)), (None, ""))[1]


def letter_in(subject: str, body: str, language: str) -> LetterWords:
    """The letter for who reads `language`: the program's own words in it, or in English where no catalogue has them.

    What staff wrote is the same for everyone.
    """
    words = own_words(subject, body)
    if words is None:
        return LetterWords(subject, body, "")
    with override(language):
        subject, body = gettext(words.subject), gettext(words.body)
    return LetterWords(subject, body, language_of_words(subject, body))
