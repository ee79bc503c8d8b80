"""What staff fill in before a step: mentors, the words of a decision, a time. They clean and return; nothing is written."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.deciding import problem_with_words
from applications.models.decisions import Outcome

LOCAL = "%Y-%m-%dT%H:%M"


class StepForm(forms.Form):
    """A form on a step's page: filled in, then checked with every field hidden, then confirmed."""

    use_required_attribute = False


class LocalMomentField(forms.DateTimeField):
    """A moment on the clocks of the person who types it; the help says which clocks those are."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)
        self.error_messages["invalid"] = _("Enter a day and a time, such as 2026-12-01 18:00.")

    @staticmethod
    def clocks() -> str:
        """Which clocks these are, for a help text. The zone is active for the length of the request."""
        return _("In your time zone, %(zone)s. It is %(now)s there now.") % {
            "zone": timezone.get_current_timezone_name(),
            "now": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        }


class MentorsForm(StepForm):
    mentors = forms.MultipleChoiceField(
        label=gettext_lazy("Mentors"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one mentor."),
            "invalid_choice": gettext_lazy("Choose from the mentors listed."),
        },
    )

    def __init__(self, *args: Any, mentors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mentors"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = mentors


class WordsForm(StepForm):
    """Subject and message, and for an offer the date by which to answer."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
        error_messages={"required": gettext_lazy("Enter a subject.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 16, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write the message: everybody who applied gets an answer in words.")},
    )
    answer_by = LocalMomentField(
        label=gettext_lazy("Answer by"),
        error_messages={"required": gettext_lazy("Give a date by which the offer is to be answered.")},
    )

    def __init__(self, *args: Any, outcome: Outcome, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome, self.at = outcome, at
        if outcome == Outcome.OFFER:
            field = self.fields["answer_by"]
            field.help_text = LocalMomentField.clocks() + " " + _("Applicants read it in the role's own zone.")
            in_ten_days = timezone.localtime(at) + timedelta(days=10)
            field.initial = in_ten_days.replace(hour=23, minute=59, second=0, microsecond=0)
        else:
            del self.fields["answer_by"]

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if sentence := problem_with_words(text, self.outcome):
            raise forms.ValidationError(sentence)
        return text

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body").replace("\r\n", "\n")

    def clean_answer_by(self) -> datetime:
        answer_by: datetime = self.cleaned_data["answer_by"]
        if answer_by <= self.at:
            raise forms.ValidationError(_("Give a date in the future."))
        return answer_by


class MomentForm(StepForm):
    release_at = LocalMomentField(label=gettext_lazy("Release at"), required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["release_at"].help_text = (
            LocalMomentField.clocks() + " " + _("Leave it empty to take away a time that was set before.")
        )

    def clean_release_at(self) -> datetime | None:
        release_at: datetime | None = self.cleaned_data["release_at"]
        if release_at is not None and release_at <= self.at:
            raise forms.ValidationError(_("Give a time in the future, or go back and choose “Release now”."))
        return release_at
