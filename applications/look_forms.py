"""The form that asks for a human look: one optional text. Cleans and returns; never writes."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.eligibility import MAX_REASON
from applications.forms import clean_text


class LookForm(forms.Form):
    use_required_attribute = False

    # No CharField: it would refuse a null byte in Django's words; here it is taken out, as in every answer.
    reason = forms.Field(
        label=gettext_lazy("What should we know?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": False, "dir": "auto"}),
        help_text=gettext_lazy("In your own words, up to 1,000 characters. You can also leave it empty."),
    )

    def clean_reason(self) -> str:
        parsed = clean_text(str(self.cleaned_data["reason"] or ""))
        text = str(parsed.value or "").strip()
        if not parsed.keep or len(text) > MAX_REASON:
            length = len(self.data.get("reason", ""))
            raise forms.ValidationError(
                _("Shorten this to %(limit)s characters or fewer. It has %(length)s now")
                % {"limit": f"{MAX_REASON:,}", "length": f"{length:,}"}
            )
        return text
