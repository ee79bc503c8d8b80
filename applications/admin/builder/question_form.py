"""One question in the builder: its words, and what goes together with its kind.

Cleans and returns. Whether it fits the other questions is for the formset to say.
"""

import unicodedata
from collections import Counter
from typing import Any, ClassVar, cast

from django import forms
from django.utils.text import Truncator, capfirst, slugify
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.builder.rows import Row, Words
from applications.keeping import is_no_answer
from applications.models import Question

Kind = Question.Kind
MAX_KEY = 40
MAX_CHOICES = 200
# Another question may hang on a choice, and keeps it in a column of this length.
MAX_CHOICE = cast(int, Question._meta.get_field("ask_if_value").max_length)


def composed(text: str) -> str:
    """In one spelling: an accent typed after its letter is the same as the letter with it."""
    # At most four signs become one, so what is longer is refused either way, and would take long to spell anew.
    return unicodedata.normalize("NFC", text) if len(text) <= 4 * MAX_CHOICE else text


class QuestionForm(Row):
    condition = forms.ChoiceField(
        label=capfirst(_("ask only if")),
        required=False,
        help_text=_("An earlier question that is answered with yes, no or one of several. Save that one first."),
    )

    class Meta:
        model = Question
        fields = [
            "position", "key", "kind", "label", "hint", "missing", "required", "word_limit", "choices",
            "shown_to_reviewers", "identifies", "criterion", "fits", "unfit_text",
        ]  # fmt: skip
        field_classes = dict.fromkeys(["label", "hint", "missing", "choices", "fits", "unfit_text"], Words)
        widgets = {
            "choices": forms.Textarea(attrs={"rows": 4}),
            "fits": forms.Textarea(attrs={"rows": 2}),
        }

    # The criteria to choose from, read once for all questions: a field of its own would ask again for each.
    rubric: ClassVar[list[tuple[Any, str]]] = []
    # The questions that others of this section may hang on, and the keys that are taken, read once as well.
    deciding: ClassVar[list[Question]] = []
    taken: ClassVar[set[str]] = set()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "criterion" in self.fields:
            self.fields["criterion"].choices = self.rubric  # type: ignore[attr-defined]
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = _(
                "The same key in two forms means the same question. Empty: made from the question."
            )
        if "condition" in self.fields:
            now = f"{self.instance.ask_if_id}={self.instance.ask_if_value}" if self.instance.ask_if_id else ""
            self.initial["condition"] = now
            self.fields["condition"].choices = self._conditions(now)  # type: ignore[attr-defined]

    def _conditions(self, now: str) -> list[Any]:
        """Each earlier question with its answers; what is chosen now stays to be seen, though it be offered no more."""
        arrow = "←" if get_language_bidi() else "→"
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (other.label, [(f"{other.pk}={word}", f"{other.label} {arrow} {read}") for word, read in other.words])
            for other in self.deciding
            if other.pk != self.instance.pk
        ]
        offered = {value for _label, answers in groups for value, _read in answers}
        more = [] if not now or now in offered else [(now, now.partition("=")[2])]
        return [("", gettext("always")), *groups, *more]

    def clean_key(self) -> str:
        """As given; else from the question, in Latin letters as far as it has any."""
        key = str(self.cleaned_data.get("key") or "")
        label = str(self.data.get(self.add_prefix("label"), ""))
        if key != self.instance.key and is_no_answer(key):
            raise forms.ValidationError(
                gettext("“%(key)s” is a name that the form uses itself. Choose another key.") % {"key": key}
            )
        if key or not label.strip():
            return key
        stem = slugify(label).replace("-", "_").lstrip("_0123456789")[: MAX_KEY - 3].strip("_") or "question"
        number, key = 2, stem
        while key in self.taken or is_no_answer(key):
            number, key = number + 1, f"{stem}_{number}"
        self.taken.add(key)
        return key

    def clean_choices(self) -> str:
        """One a line, each once. One that is stored stays as it is: answers and conditions are compared with it."""
        choices = Question(choices=self.cleaned_data.get("choices") or "").options
        if len(choices) > MAX_CHOICES:
            raise forms.ValidationError(
                gettext("Write at most %(most)d choices. For more, ask for a short text.") % {"most": MAX_CHOICES}
            )
        stored = set(self.instance.options)
        choices = [choice if choice in stored else composed(choice) for choice in choices]
        for choice in choices:
            if len(choice) > MAX_CHOICE:
                raise forms.ValidationError(
                    gettext("Shorten “%(choice)s” to %(most)d characters or fewer.")
                    % {"choice": Truncator(choice).chars(40), "most": MAX_CHOICE}
                )
        spelled = Counter(map(composed, choices))
        if twice := [choice for choice, times in spelled.items() if times > 1 and len(spelled) > 1]:
            raise forms.ValidationError(
                gettext("The same choice stands twice: %(choices)s. Take one away.") % {"choices": ", ".join(twice)}
            )
        return "\n".join(choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if "condition" in cleaned:
            other, _equals, answer = cleaned["condition"].partition("=")
            if len(answer) > MAX_CHOICE:
                self.add_error("condition", gettext("This answer is too long to hang on. Shorten the choice first."))
            self.instance.ask_if_id, self.instance.ask_if_value = (int(other), answer) if other else (None, "")
        if "choices" in cleaned:
            self._check_choices(kind or "", cleaned)
        if kind != Kind.LONG_TEXT and cleaned.get("word_limit"):
            self.add_error("word_limit", gettext("Only a long text has a word limit. Take it away."))
        if cleaned.get("shown_to_reviewers") and cleaned.get("identifies"):
            self.add_error(
                "shown_to_reviewers", gettext("What names the person is never shown to mentors: choose one of the two.")
            )
        if cleaned.get("shown_to_reviewers") and kind == Kind.FILE:
            self.add_error("shown_to_reviewers", gettext("A file names its author, so mentors never see it."))
        return cleaned

    def _check_choices(self, kind: str, cleaned: dict[str, Any]) -> None:
        """What goes together with the kind, and which of them fit."""
        question = Question(kind=kind, choices=cleaned["choices"], fits=cleaned.get("fits") or "")
        offered = dict(question.words)
        if "fits" in cleaned:
            fitting = [line if line in offered else composed(line) for line in question.fitting]
            cleaned["fits"] = "\n".join(fitting)
            if any(line not in offered for line in fitting):
                self.add_error("fits", gettext("Write answers that the question offers, one a line: %(answers)s.") % {
                    "answers": ", ".join(offered)
                })  # fmt: skip
        chooses = kind in {Kind.ONE_OF, Kind.SEVERAL_OF}
        if chooses and len(set(question.options)) < 2:
            self.add_error("choices", gettext("Write at least two choices, one a line."))
        if not chooses and question.options:
            self.add_error("choices", gettext("Only “one of” and “several of” have choices. Take them away."))
