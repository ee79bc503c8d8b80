"""Forms of the public part, and what a page needs to tell of any form's problems.

Forms here clean and return; they never write and never send.
"""

import re
from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.membership import free_handle
from community.models import Profile
from community.models.rounds import validate_time_zone

WHOLE_ADDRESS = {"invalid": _("Enter a whole address, such as https://example.org.")}


def problems_of(*many: forms.BaseForm | forms.BaseFormSet) -> list[tuple[str, str]]:
    """What is wrong with these forms, in the order of their fields: (id of the input to go to, message).

    A message that belongs to no input has the id "main". Unbound forms have no problems. Where several fields of a form
    are told the same, or how much is too much, each message begins with its field's label.
    """
    found: list[tuple[str, str]] = []
    for form in many:
        if isinstance(form, forms.BaseFormSet):
            found += [("main", str(error)) for error in form.non_form_errors()] if form.is_bound else []
            found += problems_of(*form.forms)
            continue
        if not form.is_bound:
            continue
        found += [("main", str(error)) for error in form.non_field_errors()]
        told = Counter(str(error) for field in form for error in field.errors)
        data = form.errors.as_data()
        for field in form:
            # A group of radios or boxes has no input of its own: its first one stands for it.
            target = "main" if field.is_hidden else field.id_for_label or f"{field.auto_id}_0"
            for error, it in zip(map(str, field.errors), data.get(field.name, []), strict=True):
                words = _("%(label)s: %(problem)s") % {"label": field.label, "problem": error}
                found.append((target, words if told[error] > 1 or it.code == "max_length" else error))
    return found


# Characters that turn the order of what follows: a name with one reads as another, and turns the words beside it.
# Every place of ours that shows a name keeps its direction apart by itself (bdi, dir=auto).
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_direction(text: str) -> str:
    return _TURNS.sub("", text)


class LinesField(forms.CharField):
    """Text of many lines. Browsers send each line's end as two characters and count it as one; so does this."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class ProfileForm(forms.ModelForm):
    """One's own profile. The handle may be left empty: one is then made from the name."""

    use_required_attribute = False

    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https", error_messages=WHOLE_ADDRESS
    )
    code_host = forms.URLField(
        label=pgettext_lazy("where to read it", "Code"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Your page on GitHub, GitLab, Codeberg or elsewhere."),
        error_messages=WHOLE_ADDRESS,
    )

    class Meta:
        model = Profile
        fields = ["name", "handle", "headline", "bio", "country", "website", "code_host", "skills"]
        labels = {
            "name": _("Name"),
            "handle": _("The end of your page’s address"),
            "headline": _("One line about you"),
            "bio": _("About you"),
            "country": _("Country"),
            "skills": _("Skills"),
        }
        help_texts = {
            "handle": _("Small letters, digits and hyphens, such as amina-o. Leave it empty to have one made."),
            "headline": _("Such as: builds tools for clinics in Kisumu."),
            "bio": _("Markdown is welcome. Up to 5,000 characters."),
        }
        error_messages = {
            "name": {"required": _("Enter your name as you want to be called in public.")},
            "handle": {
                "unique": _("Somebody has this address already. Choose another."),
                "min_length": _("Use at least three letters or digits."),
            },
            "country": {"invalid_choice": _("Choose a country from the list.")},
        }
        field_classes = {"bio": LinesField}
        widgets = {
            "skills": forms.CheckboxSelectMultiple,
            "name": forms.TextInput({"dir": "auto"}),
            "headline": forms.TextInput({"dir": "auto"}),
            "bio": forms.Textarea({"dir": "auto"}),
            "handle": forms.TextInput({"dir": "ltr"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The widget keeps its own copy, from which the template says "(optional)".
        self.fields["handle"].required = self.fields["handle"].widget.is_required = False
        self.fields["skills"].error_messages |= {
            "invalid_choice": _("Choose skills from the list."),
            "invalid_pk_value": _("Choose skills from the list."),
        }
        for field in self.fields.values():
            field.error_messages["max_length"] = _("Shorten this to %(limit_value)d characters or fewer.")
            # Browsers cut what is pasted down to it, and say nothing: the sentence loses nobody's words.
            field.widget.attrs.pop("maxlength", None)
        for name in ("website", "code_host"):
            self.fields[name].widget.attrs["dir"] = "ltr"

    def clean_name(self) -> str:
        return one_direction(self.cleaned_data["name"])

    def clean_headline(self) -> str:
        return one_direction(self.cleaned_data["headline"])

    def clean_bio(self) -> str:
        return one_direction(self.cleaned_data["bio"])

    def save(self, commit: bool = True) -> Profile:
        """Writes what the form asks for and nothing else: another tab may hide the page at this moment."""
        is_new = self.instance.pk is None
        saved: Profile = super().save(commit and is_new)
        if commit and not is_new:
            saved.save(update_fields=[name for name in self.cleaned_data if name != "skills"])
            self.save_m2m()
            saved.refresh_from_db(fields=["published_at"])
        return saved

    def clean_handle(self) -> str:
        return self.cleaned_data["handle"] or free_handle(self.cleaned_data.get("name", ""))


class TimeZoneForm(forms.Form):
    """The visitor's zone, or empty for each role's own."""

    time_zone = forms.CharField(required=False, max_length=64, validators=[validate_time_zone])


class PostingFilters(forms.Form):
    """The filters of the list of roles, as they stand in its address. Every one may be missing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("Search for 100 characters or fewer.")},
    )
    skill = forms.SlugField(required=False, max_length=60)
    discipline = forms.SlugField(required=False, max_length=20)
    project = forms.SlugField(required=False, max_length=80)
    round = forms.SlugField(required=False, max_length=80)
