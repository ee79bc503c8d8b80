"""The questions that a new posting starts with: few, plain, and split into what names the person and what does not."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N

from applications.models import Form, Question, Section
from community.models import Criterion, Posting

Kind = Question.Kind


@dataclass(frozen=True)
class Asked:
    key: str
    kind: Kind
    label: str
    hint: str = ""
    missing: str = ""
    required: bool = True
    word_limit: int | None = None
    choices: tuple[str, ...] = ()
    shown: bool = False
    identifies: bool = False
    # Which criterion of the rubric it is scored by, counted from 0; None: by none in particular.
    criterion: int | None = None


SECTIONS: list[tuple[str, str, str, list[Asked]]] = [
    (
        "about-you",
        N("About you"),
        N("Staff see this part. The mentors who read your work do not."),
        [
            Asked(
                "name",
                Kind.SHORT_TEXT,
                N("What is your name?"),
                N("As you want to be called."),
                N("Enter your name"),
                identifies=True,
            ),
            Asked(
                "country",
                Kind.SHORT_TEXT,
                N("Which country do you live in?"),
                missing=N("Enter the country you live in"),
            ),
            Asked(
                "phone",
                Kind.SHORT_TEXT,
                N("A phone number where we can reach you"),
                N("We call only if e-mail fails."),
                required=False,
                identifies=True,
            ),
            Asked(
                "code_host",
                Kind.LINK,
                N("Your page on GitHub, GitLab, Codeberg or elsewhere"),
                N("No page yet is fine: nobody is marked down for it."),
                required=False,
                identifies=True,
            ),
        ],
    ),
    (
        "your-work",
        N("Your work"),
        N("Mentors read this part without your name. Leave out your name and links to your pages."),
        [
            Asked(
                "problem",
                Kind.LONG_TEXT,
                N("Tell us about a problem you found and solved"),
                N("What was wrong, how you found out, what you tried, what it cost. It need not be a paid job."),
                N("Tell us about a problem you found and solved"),
                word_limit=250,
                shown=True,
                criterion=0,
            ),
            Asked(
                "together",
                Kind.LONG_TEXT,
                N("Tell us about something you made or fixed together with others"),
                N("What was your part, and how did you settle a disagreement?"),
                N("Tell us about something you made together with others"),
                word_limit=200,
                shown=True,
                criterion=1,
            ),
            Asked(
                "cv",
                Kind.FILE,
                N("Your CV, if you have one at hand"),
                N("PDF, Word (DOCX), OpenDocument (ODT), JPEG or PNG, up to 5 MB. Mentors do not see it."),
                required=False,
                identifies=True,
            ),
        ],
    ),
    (
        "this-role",
        N("This role"),
        "",
        [
            Asked(
                "why",
                Kind.LONG_TEXT,
                N("Why do you want this role?"),
                N("What draws you to it, and what would it change for you or the people around you?"),
                N("Enter why you want this role"),
                word_limit=200,
                shown=True,
                criterion=2,
            ),
            Asked(
                "learn",
                Kind.LONG_TEXT,
                N("What do you want to learn?"),
                missing=N("Enter what you want to learn"),
                word_limit=150,
                shown=True,
                criterion=3,
            ),
            Asked(
                "hours",
                Kind.ONE_OF,
                N("How many hours a week can you give?"),
                missing=N("Choose how many hours a week you can give"),
                choices=(N("Fewer than 5"), N("5 to 8"), N("9 to 15"), N("More than 15")),
                shown=True,
            ),
        ],
    ),
    (
        "before-you-send",
        N("Before you send"),
        "",
        [
            Asked(
                "needs",
                Kind.LONG_TEXT,
                N("Is there anything we can do to make this fair for you?"),
                N("Such as more time, a call instead of writing, or a screen reader. Only staff see it."),
                required=False,
                word_limit=150,
                identifies=True,
            ),
            Asked(
                "agree",
                Kind.CONSENT,
                N("I agree that the program keeps and reads these answers to decide on my application"),
                N("The privacy page says who reads them and for how long they are kept. You can withdraw at any time."),
                N("Tick the box if you agree. Without it nobody may read your answers"),
            ),
        ],
    ),
]


def outline(posting: Posting) -> list[tuple[str, list[str]]]:
    """(section title, its questions) of the form that somebody who begins now gets. Writes nothing."""
    newest = Form.objects.filter(posting=posting).order_by("-version").first()
    if newest is not None:
        return [(section.title, [question.label for question in section.asked]) for section in newest.parts]
    return [(_(title), [_(item.label) for item in asked]) for _slug, title, _introduction, asked in SECTIONS]


def ensure_form(posting: Posting) -> Form:
    """The newest version of the posting's form; the default one, made now, where it has none.

    Two callers at once get the same form: version 1 exists once in a posting.
    """
    newest = Form.objects.filter(posting=posting).order_by("-version").first()
    if newest is not None:
        return newest
    try:
        with transaction.atomic():
            return _default_form(posting)
    except IntegrityError:
        return Form.objects.get(posting=posting, version=1)


def _default_form(posting: Posting) -> Form:
    form = Form.objects.create(posting=posting)
    rubric = list(Criterion.objects.filter(posting=posting))
    questions: list[Question] = []
    for position, (slug, title, introduction, asked) in enumerate(SECTIONS):
        section = Section.objects.create(
            form=form,
            position=position,
            slug=slug,
            title=_(title),
            introduction=_(introduction) if introduction else "",
        )
        questions += [
            Question(
                section=section,
                position=order,
                key=item.key,
                kind=item.kind,
                label=_(item.label),
                hint=_(item.hint) if item.hint else "",
                missing=_(item.missing) if item.missing else "",
                required=item.required,
                word_limit=item.word_limit,
                choices="\n".join(_(choice) for choice in item.choices),
                shown_to_reviewers=item.shown,
                identifies=item.identifies,
                criterion=rubric[item.criterion]
                if item.criterion is not None and item.criterion < len(rubric)
                else None,
            )
            for order, item in enumerate(asked)
        ]
    Question.objects.bulk_create(questions)
    return form
