"""The mentor's form: one group of radios for each criterion, its levels in words, and two texts.

Cleans and returns: `scores`, `comments` and `feedback` are what can be kept, also while something else is wrong.
Never writes. `tell_missing` says what keeps the review from being submitted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.forms import clean_text, show_as_kept
from applications.models import Question, Review
from community.models import Criterion

NOT_ENOUGH = "none"


class ReviewForm(forms.Form):
    """The rubric's criteria, holding `review` where there is one; `asked` are the questions that name a criterion."""

    use_required_attribute = False

    def __init__(
        self,
        rubric: Iterable[Criterion],
        asked: Iterable[Question],
        review: Review | None,
        given: Mapping[int, int | None],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.rubric = list(rubric)
        # Criterion pk → score, None for “not enough to judge”. What was not chosen is not in it.
        self.scores: dict[int, int | None] = {}
        self.comments = review.comments if review else ""
        self.feedback = review.feedback if review else ""
        # Texts of which nothing can be stored: only the page holds them.
        self.unkept: set[str] = set()
        asked = list(asked)
        for criterion in self.rubric:
            field = forms.ChoiceField(
                label=criterion.name_here,
                help_text=_help(criterion, [question for question in asked if question.criterion_id == criterion.pk]),
                choices=[
                    *((str(score), f"{score}. {words}") for score, words in criterion.scale),
                    (NOT_ENOUGH, _("Not enough to judge")),
                ],
                widget=forms.RadioSelect,
                required=False,
                initial=_as_chosen(given[criterion.pk]) if criterion.pk in given else None,
                error_messages={"invalid_choice": _("Choose one of the scores offered")},
            )
            # Not optional, whatever `required` says: a draft may leave it out, a review may not.
            field.widget.is_required = True
            self.fields[name_of(criterion)] = field
        # Plain fields: a CharField refuses what `clean_text` mends, and then the rest of the text would be lost.
        self.fields["comments"] = forms.Field(
            label=_("Comments for staff"),
            help_text=_(
                "What you saw, and where you were unsure. Staff read it, and so do the other reviewers of this "
                "application once they have submitted theirs."
            ),
            widget=forms.Textarea({"rows": 6, "cols": None, "dir": "auto"}),
            required=False,
            initial=self.comments,
        )
        self.fields["feedback"] = forms.Field(
            label=_("Feedback for the applicant"),
            help_text=_(
                "One thing that is good and one to try next. It is sent to the applicant without your name, if the "
                "message that staff write includes it."
            ),
            widget=forms.Textarea({"rows": 6, "cols": None, "dir": "auto"}),
            required=False,
            initial=self.feedback,
        )

    def clean(self) -> dict[str, Any]:
        for criterion in self.rubric:
            chosen = self.cleaned_data.get(name_of(criterion))
            if chosen:
                self.scores[criterion.pk] = None if chosen == NOT_ENOUGH else int(chosen)
        for name in ("comments", "feedback"):
            parsed = clean_text(self.cleaned_data.get(name) or "")
            if parsed.complaint:
                self.add_error(name, parsed.complaint)
            if parsed.keep:
                setattr(self, name, parsed.value.strip())
                if parsed.complaint:
                    show_as_kept(self, name, parsed.value)
            else:
                self.unkept.add(name)
        return self.cleaned_data

    def initials(self) -> dict[str, str]:
        """Field → what is stored, as the form would send it. A score that was not chosen is empty."""
        return {name: str(field.initial or "") for name, field in self.fields.items()}

    def tell_missing(self) -> None:
        """Adds what still keeps the review from being submitted."""
        for criterion in self.rubric:
            name = name_of(criterion)
            if criterion.pk not in self.scores and name not in self.errors:
                self.add_error(
                    name,
                    _("Choose a score for “%(criterion)s”, or “Not enough to judge”")
                    % {"criterion": criterion.name_here},
                )


def name_of(criterion: Criterion) -> str:
    return f"criterion_{criterion.pk}"


def in_words(criterion: Criterion, scores: Mapping[int, int | None]) -> str:
    """The score that `scores` gives by `criterion`, as the form words it; empty where none was chosen."""
    if criterion.pk not in scores:
        return ""
    value = scores[criterion.pk]
    return _("Not enough to judge") if value is None else f"{value}. {dict(criterion.scale).get(value, '')}"


def _as_chosen(value: int | None) -> str:
    return NOT_ENOUGH if value is None else str(value)


def _help(criterion: Criterion, asked: list[Question]) -> str:
    """What is looked for, where to look, and how much it weighs, as paragraphs of escaped text."""
    lines = [criterion.description_here] if criterion.description_here else []
    if asked:
        labels = " ".join(_("“%(question)s”") % {"question": question.label_here} for question in asked)
        lines.append(
            ngettext("Look at the answer to %(questions)s.", "Look at the answers to %(questions)s.", len(asked))
            % {"questions": labels}
        )
    if criterion.weight > 1:
        lines.append(_("Counts %(weight)d times.") % {"weight": criterion.weight})
    return format_html("{}", format_html_join("", "<p><bdi>{}</bdi></p>", ((line,) for line in lines)))
