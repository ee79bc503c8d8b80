"""Building forms: new versions, copies, ready-made beginnings, and what a form may not come to say.

Called by the admin only. A form that anybody has sent is never changed: every sent answer keeps the words it answered.
Never touches an application; drafts move to the newest version when their owner goes on (drafting.move_to_newest_form).
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from applications import lifecycle
from applications.forms_ready import Ready
from applications.models import Application, Form, Question, Section
from applications.questions_default import write_sections
from community.models import Criterion, Posting, User


class BuildingRefused(lifecycle.Refused):
    """The form cannot be built so."""


def is_frozen(form: Form, *, hold: bool = False) -> bool:
    """Whether anybody has sent it. With `hold`, inside a transaction, nobody is the first to send it until that ends:
    they wait, and then answer what was edited meanwhile (drafting.submit)."""
    rows = Form.objects.select_for_update(no_key=True) if hold else Form.objects.all()
    return rows.values_list("frozen_at", flat=True).get(pk=form.pk) is not None


# What a form may not say ------------------------------------------------------------------------------


def condition_problems(questions: list[Question]) -> list[str]:
    """What is wrong with the conditions of `questions`, which stand in the order in which they are asked.

    A question hangs on an earlier one, so there is no circle; and on an answer that the earlier one offers.
    """
    found, before = [], dict[int, Question]()
    every = {question.pk for question in questions}
    for question in questions:
        if question.ask_if_id is not None:
            sentence = _condition_problem(question, before.get(question.ask_if_id), question.ask_if_id in every)
            if sentence:
                found.append(sentence)
        if question.pk is not None:
            before[question.pk] = question
    return found


def _condition_problem(question: Question, other: Question | None, stands_later: bool) -> str:
    names = {"question": question.label, "other": other.label if other else "", "answer": question.ask_if_value}
    if other is None and stands_later:
        return _("“%(question)s” hangs on a question that comes after it. Ask the other one earlier.") % names
    if other is None:
        return _("“%(question)s” hangs on a question that is taken away. Change its condition first.") % names
    if not other.words:
        return (
            _("“%(question)s” hangs on “%(other)s”, which is no longer answered with yes, no or one of several.")
            % names
        )
    if question.ask_if_value not in dict(other.words):
        return _("“%(question)s” hangs on the answer “%(answer)s”, which “%(other)s” does not offer.") % names
    return ""


def screening_problems(sections: Iterable[Section]) -> list[str]:
    """What is wrong with the section that checks eligibility. `sections` stand in the order in which they are asked."""
    screening = [(number, section) for number, section in enumerate(sections) if section.screens]
    if len(screening) > 1:
        return [_("Only one section can check eligibility. Untick the others.")]
    if screening and screening[0][0] > 0:
        return [_("The section that checks eligibility comes first. Give it the lowest number.")]
    return [
        _("“%(section)s” checks eligibility, so “%(question)s” must be a “yes or no” or a “one of”.")
        % {"section": section.title, "question": question.label}
        for _number, section in screening
        for question in section.asked
        if question.kind not in SCREENING_KINDS
    ]


SCREENING_KINDS = {Question.Kind.YES_NO, Question.Kind.ONE_OF}


# Versions and copies ----------------------------------------------------------------------------------


def new_version(form: Form, *, by: User, at: datetime) -> Form:
    """The next version, the same as `form`, to be changed. Those who have not sent move to it when they go on.

    Raises BuildingRefused where `form` is not the newest version, or nobody has sent it: then it can be changed itself.
    """
    with transaction.atomic():
        if not is_frozen(form, hold=True):
            raise BuildingRefused(_("Nobody has sent this version yet, so you can change it as it is."))
        if not Form.objects.newest().filter(pk=form.pk).update(superseded_at=at):
            raise BuildingRefused(_("There is a newer version already. Change that one."))
        made: Form = Form.objects.create(posting=form.posting, version=form.version + 1)
        _copy_sections(form, made)
        _log(by, made, ADDITION, _("Made from version %(version)d.") % {"version": form.version})
        return made


def copy_form(form: Form, posting: Posting) -> Form:
    """The questions of `form` as version 1 of `posting`, which has no form yet. Criteria are matched by their names."""
    with transaction.atomic():
        made = Form.objects.create(posting=posting)
        _copy_sections(form, made)
        return made


def _copy_sections(form: Form, made: Form) -> None:
    rubric = {criterion.name: criterion for criterion in Criterion.objects.filter(posting=made.posting_id)}
    names = dict(Criterion.objects.filter(posting=form.posting_id).values_list("pk", "name"))
    twins: dict[int, Question] = {}
    for section in form.parts:
        copy = Section.objects.create(
            form=made,
            position=section.position,
            slug=section.slug,
            title=section.title,
            introduction=section.introduction,
            screens=section.screens,
        )
        for question in section.asked:
            twins[question.pk] = Question.objects.create(
                section=copy,
                position=question.position,
                key=question.key,
                kind=question.kind,
                label=question.label,
                hint=question.hint,
                missing=question.missing,
                required=question.required,
                word_limit=question.word_limit,
                choices=question.choices,
                shown_to_reviewers=question.shown_to_reviewers,
                identifies=question.identifies,
                criterion=rubric.get(names.get(question.criterion_id or 0, "")),
                # An earlier question, so its twin is there already.
                ask_if=twins.get(question.ask_if_id or 0),
                ask_if_value=question.ask_if_value,
                fits=question.fits,
                unfit_text=question.unfit_text,
            )


COPIED = (
    "title", "project", "discipline", "language", "summary", "description", "responsibilities", "qualifications",
    "closing_words", "places", "hours_per_week", "weeks", "pay", "stipend_amount", "stipend_currency",
    "stipend_period", "allowance", "eligibility", "countries",
)  # fmt: skip
# Lines of a posting that are copied whole, each under the name by which the posting reaches them.
COPIED_LINES = ("criteria", "posting_skills", "texts")


def copy_posting(posting: Posting, *, by: User, at: datetime) -> Posting:
    """A draft with the same facts, rubric, skills, texts and form, at an address of its own. Its dates are left open:
    a copy is made for another round."""
    with transaction.atomic():
        made = Posting.objects.create(
            slug=_free_slug(posting.slug), **{name: getattr(posting, name) for name in COPIED}
        )
        for name in COPIED_LINES:
            lines = list(getattr(posting, name).all())
            for line in lines:
                line.pk, line._state.adding, line.posting = None, True, made
            getattr(made, name).bulk_create(lines)
        form = Form.objects.newest().filter(posting=posting).first()
        if form is not None:
            copy_form(form, made)
        _log(by, made, ADDITION, _("Copied from “%(title)s”.") % {"title": posting.title})
        return made


def _free_slug(slug: str) -> str:
    taken = set(Posting.objects.filter(slug__startswith=slug[:130]).values_list("slug", flat=True))
    number = 2
    while f"{slug[:130]}-{number}" in taken:
        number += 1
    return f"{slug[:130]}-{number}"


# Ready-made forms -------------------------------------------------------------------------------------


def refusal_to_start(posting: Posting) -> str:
    """Why the posting's questions cannot be replaced as a whole, as a sentence; empty where they can."""
    if Application.objects.filter(posting=posting).exists():
        return _(
            "Somebody has begun to apply, so the questions can be changed one by one, but not replaced as a whole."
        )
    return ""


def start_from(posting: Posting, ready: Ready, *, by: User, at: datetime) -> Form:
    """Replaces the posting's questions with the ready-made ones. Raises BuildingRefused once anybody has begun."""
    with transaction.atomic():
        posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
        if sentence := refusal_to_start(posting):
            raise BuildingRefused(sentence)
        form = Form.objects.newest().filter(posting=posting).first()
        if form is None:
            form = Form.objects.create(posting=posting)
        if form.frozen_at is not None:
            # Who sent it was erased since. Whoever sends it next freezes it anew: the processes keep the questions of a
            # frozen form by that moment (Form.parts), and would go on asking these.
            form.frozen_at = None
            form.save(update_fields=["frozen_at"])
        form.sections.all().delete()
        write_sections(form, ready.sections(posting))
        _log(by, form, CHANGE, _("Begun anew from “%(name)s”.") % {"name": ready.name})
        return form


def _log(by: User, row: Form | Posting, flag: int, words: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], flag, words, single_object=True)
