"""The questions that a new posting starts with: few, plain, and split into what names the person and what does not."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from applications.models import Form, Question, Section
from community.models import Criterion, Posting
from community.words import here

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
    # The key of the earlier question that it hangs on, and the answer.
    ask_if: tuple[str, str] | None = None
    fits: tuple[str, ...] = ()
    unfit_text: str = ""


# (address, title, introduction, questions). The address "eligibility" is that of the section that screens.
Sections = list[tuple[str, str, str, list[Asked]]]
SCREENING = "eligibility"

SECTIONS: Sections = [
    (
        "about-you",
        _("About you"),
        _("Staff see this part. The mentors who read your work do not."),
        [
            Asked(
                "name",
                Kind.SHORT_TEXT,
                _("What is your name?"),
                _("As you want to be called."),
                _("Enter your name"),
                identifies=True,
            ),
            Asked(
                "country",
                Kind.SHORT_TEXT,
                _("Which country do you live in?"),
                missing=_("Enter the country you live in"),
            ),
            Asked(
                "phone",
                Kind.SHORT_TEXT,
                _("A phone number where we can reach you"),
                _("We call only if e-mail fails."),
                required=False,
                identifies=True,
            ),
            Asked(
                "code_host",
                Kind.LINK,
                _("Your page on GitHub, GitLab, Codeberg or elsewhere"),
                _("No page yet is fine: nobody is marked down for it."),
                required=False,
                identifies=True,
            ),
        ],
    ),
    (
        "your-work",
        _("Your work"),
        _("Mentors read this part without your name. Leave out your name and links to your pages."),
        [
            Asked(
                "problem",
                Kind.LONG_TEXT,
                _("Tell us about a problem you found and solved"),
                _("What was wrong, how you found out, what you tried, what it cost. It need not be a paid job."),
                _("Tell us about a problem you found and solved"),
                word_limit=250,
                shown=True,
                criterion=0,
            ),
            Asked(
                "together",
                Kind.LONG_TEXT,
                _("Tell us about something you made or fixed together with others"),
                _("What was your part, and how did you settle a disagreement?"),
                _("Tell us about something you made together with others"),
                word_limit=200,
                shown=True,
                criterion=1,
            ),
            Asked(
                "cv",
                Kind.FILE,
                _("Your CV, if you have one at hand"),
                _("PDF, Word (DOCX), OpenDocument (ODT), JPEG or PNG, up to 5 MB. Mentors do not see it."),
                required=False,
                identifies=True,
            ),
            Asked(
                "cv_text",
                Kind.LONG_TEXT,
                _("Or a link to your CV, or its text"),
                _("If you have no file at hand. Mentors do not see it."),
                required=False,
                word_limit=800,
                identifies=True,
            ),
        ],
    ),
    (
        "this-role",
        _("This role"),
        "",
        [
            Asked(
                "why",
                Kind.LONG_TEXT,
                _("Why do you want this role?"),
                _("What draws you to it, and what would it change for you or the people around you?"),
                _("Enter why you want this role"),
                word_limit=200,
                shown=True,
                criterion=2,
            ),
            Asked(
                "learn",
                Kind.LONG_TEXT,
                _("What do you want to learn?"),
                missing=_("Enter what you want to learn"),
                word_limit=150,
                shown=True,
                criterion=3,
            ),
            Asked(
                "hours",
                Kind.ONE_OF,
                _("How many hours a week can you give?"),
                missing=_("Choose how many hours a week you can give"),
                choices=(_("Fewer than 5"), _("5 to 8"), _("9 to 15"), _("More than 15")),
                shown=True,
            ),
        ],
    ),
    (
        "before-you-send",
        _("Before you send"),
        "",
        [
            Asked(
                "needs",
                Kind.LONG_TEXT,
                _("Is there anything we can do to make this fair for you?"),
                _("Such as more time, a call instead of writing, or a screen reader. Only staff see it."),
                required=False,
                word_limit=150,
                identifies=True,
            ),
            Asked(
                "agree",
                Kind.CONSENT,
                _("I agree that the program keeps and reads these answers to decide on my application"),
                _("The privacy page says who reads them and for how long they are kept. You can withdraw at any time."),
                _("Tick the box if you agree. Without it nobody may read your answers"),
            ),
        ],
    ),
]


def outline(posting: Posting) -> list[tuple[str, list[str]]]:
    """(section title, its questions) of the form that somebody who begins now gets. Writes nothing."""
    newest = Form.objects.newest().filter(posting=posting).first()
    if newest is not None:
        return [(section.title_here, [question.label_here for question in section.asked]) for section in newest.parts]
    return [(here(title), [here(item.label) for item in asked]) for _slug, title, _introduction, asked in SECTIONS]


def ensure_form(posting: Posting) -> Form:
    """The newest version of the posting's form; the default one, made now, where it has none.

    Two callers at once get the same form: version 1 exists once in a posting.
    """
    newest = Form.objects.newest().filter(posting=posting).first()
    if newest is not None:
        return newest
    try:
        with transaction.atomic():
            return _default_form(posting)
    except IntegrityError:
        return Form.objects.get(posting=posting, version=1)


def _default_form(posting: Posting) -> Form:
    form = Form.objects.create(posting=posting)
    write_sections(form, SECTIONS)
    return form


def write_sections(form: Form, sections: Sections) -> None:
    """Gives `form`, which has none, these sections and questions, scored by its posting's rubric in order."""
    rubric = list(Criterion.objects.filter(posting=form.posting_id))
    questions: list[Question] = []
    for position, (slug, title, introduction, asked) in enumerate(sections):
        section = Section.objects.create(
            form=form,
            position=position,
            slug=slug,
            title=title,
            introduction=introduction,
            screens=slug == SCREENING,
        )
        questions += [
            Question(
                section=section,
                position=order,
                key=item.key,
                kind=item.kind,
                label=item.label,
                hint=item.hint,
                missing=item.missing,
                required=item.required,
                word_limit=item.word_limit,
                choices="\n".join(item.choices),
                shown_to_reviewers=item.shown,
                identifies=item.identifies,
                criterion=rubric[item.criterion]
                if item.criterion is not None and item.criterion < len(rubric)
                else None,
                ask_if_value=item.ask_if[1] if item.ask_if else "",
                fits="\n".join(item.fits),
                unfit_text=item.unfit_text,
            )
            for order, item in enumerate(asked)
        ]
    Question.objects.bulk_create(questions)
    hung = {item.key: item.ask_if[0] for part in sections for item in part[3] if item.ask_if}
    by_key = {question.key: question for question in questions}
    for key, other in hung.items():
        by_key[key].ask_if = by_key[other]
        by_key[key].save(update_fields=["ask_if"])
