"""One letter as it is typed, by the applicant or by staff. Cleans and returns; never writes."""

import unicodedata

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.corresponding import kept_of, problem_with_text


class LetterForm(forms.Form):
    """The words, and how many of the other side's letters the page showed when they were written."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write your message first.")},
    )

    def clean_text(self) -> str:
        text = kept_of(unicodedata.normalize("NFC", self.cleaned_data["text"]))
        if sentence := problem_with_text(text):
            raise forms.ValidationError(sentence)
        return text


def seen_in(data: QueryDict) -> int:
    """How many letters of the other side the page showed; none where it does not say."""
    number = data.get("seen", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
