"""The form that asks where to write about new roles."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AlertForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We first send a letter there to confirm it. Every letter has a link that stops them."),
        max_length=254,
        error_messages={
            "required": _("Enter the e-mail address to write to"),
            "invalid": _("Enter an e-mail address such as amina@example.org"),
        },
    )
