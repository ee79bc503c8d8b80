"""The template pack "house": every kind of field has its label, hint, error and input, in that order, tied together."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import engines
from django.test import RequestFactory

from community.forms import problems_of
from community.templatetags.page import sentence

CHOICES = [("a", "Mornings"), ("b", "Evenings")]
KINDS: dict[str, forms.Field] = {
    "text": forms.CharField(),
    "long": forms.CharField(widget=forms.Textarea),
    "email": forms.EmailField(),
    "password": forms.CharField(widget=forms.PasswordInput),
    "number": forms.IntegerField(),
    "link": forms.URLField(assume_scheme="https"),
    "choice": forms.ChoiceField(choices=CHOICES),
    "file": forms.FileField(widget=forms.FileInput),
    "radio": forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect),
    "boxes": forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple),
    "moment": forms.SplitDateTimeField(),
    "clearable": forms.FileField(),
}
GROUPS = {"radio", "boxes", "moment"}


def form_with(kind: str, *, bound: bool, required: bool = True, **attributes: object) -> forms.Form:
    field = KINDS[kind]
    field.required = field.widget.is_required = required
    field.label, field.help_text = "Your word", "A hint"
    field.error_messages["required"] = "Say what you want"
    if isinstance(field, forms.MultiValueField):
        for inner in field.fields:
            inner.required = required
    for name, value in attributes.items():
        setattr(field, name, value)
    sample = type("Sample", (forms.Form,), {"it": field, "use_required_attribute": False})
    return sample({}, {}) if bound else sample()


def drawn(form: forms.BaseForm) -> str:
    template = engines["django"].from_string("{% load crispy_forms_filters %}{{ form|crispy }}")
    return template.render({"form": form})


@pytest.mark.parametrize("kind", KINDS)
def test_label_hint_error_and_input_stand_in_that_order(kind):
    page = drawn(form_with(kind, bound=True))
    places = [
        page.index("Your word"),
        page.index('<div class="hint" id="id_it_helptext">A hint'),
        page.index('<div class="error" id="id_it_error">'),
        re.search(r"<(input|select|textarea)\b", page).start(),
    ]
    assert places == sorted(places)
    assert "Say what you want" in page


@pytest.mark.parametrize("kind", KINDS)
def test_hint_and_error_are_announced_with_the_input_or_its_group(kind):
    page = drawn(form_with(kind, bound=True))
    described = 'aria-describedby="id_it_helptext id_it_error"'
    assert page.count(described) == 1
    assert ('<div class="field wrong"><fieldset ' + described in page) == (kind in GROUPS)
    assert 'aria-invalid="true"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_errors_before_there_are_any(kind):
    page = drawn(form_with(kind, bound=False))
    assert "aria-invalid" not in page
    assert "wrong" not in page
    assert 'aria-describedby="id_it_helptext"' in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_is_never_told_to_require(kind):
    assert not re.search(r"\srequired[\s=>]", drawn(form_with(kind, bound=False)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_may_stay_empty_says_so(kind):
    assert "(optional)" in drawn(form_with(kind, bound=False, required=False))
    assert "(optional)" not in drawn(form_with(kind, bound=False, required=True))


def test_a_form_that_judges_emptiness_itself_can_leave_optional_away():
    form = form_with("text", bound=False, required=False)
    form.fields["it"].widget.is_required = True
    assert "(optional)" not in drawn(form)


@pytest.mark.parametrize("kind", sorted(GROUPS))
def test_a_group_has_a_fieldset_and_a_legend(kind):
    page = drawn(form_with(kind, bound=False))
    assert re.search(r"<div class=\"field\"><fieldset[^>]*>\s*<legend><bdi>Your word</bdi></legend>", page)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - GROUPS))
def test_a_single_input_has_its_label(kind):
    assert '<label for="id_it"><bdi>Your word</bdi></label>' in drawn(form_with(kind, bound=False))


def test_each_option_of_a_group_has_its_own_label():
    page = drawn(form_with("radio", bound=False))
    assert 'for="id_it_0"' in page
    assert 'id="id_it_0"' in page
    assert page.index('id="id_it_0"') < page.index("Mornings") < page.index('id="id_it_1"') < page.index("Evenings")


def test_what_was_chosen_and_typed_stays():
    class Sample(forms.Form):
        word = forms.CharField(max_length=3)
        hours = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)

    page = drawn(Sample({"word": "<b>long</b>", "hours": "b"}))
    assert 'value="&lt;b&gt;long&lt;/b&gt;"' in page
    assert re.search(r'<input[^>]* value="b"[^>]* checked', page)


def test_a_single_box_stands_before_its_words_and_after_its_error():
    class Sample(forms.Form):
        use_required_attribute = False
        agree = forms.BooleanField(label="I agree", error_messages={"required": "Tick the box to agree"})

    page = drawn(Sample({}))
    places = [page.index("Tick the box to agree"), page.index('type="checkbox"'), page.index("I agree")]
    assert places == sorted(places)
    assert 'aria-describedby="id_agree_error"' in page
    assert '<label class="choice" for="id_agree">' in page


def test_a_note_follows_the_input():
    form = form_with("long", bound=False, note="268 of 250 words")
    page = drawn(form)
    del form.fields["it"].note, KINDS["long"].note
    assert page.index("<textarea") < page.index("268 of 250 words")


def test_hidden_fields_are_only_inputs():
    class Sample(forms.Form):
        version = forms.CharField(widget=forms.HiddenInput)

    assert drawn(Sample()).strip() == '<input type="hidden" name="version" id="id_version">'


def test_crispy_tags_with_layout_and_buttons_wear_the_look():
    class Sample(forms.Form):
        word = forms.CharField()
        note = forms.CharField(required=False)

    form = Sample()
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("About you", "word"), Div("note", css_class="panel"))
    form.helper.add_input(Submit("go", "Go on"))
    page = render_crispy_form(form, context={"request": RequestFactory().get("/")})
    assert "novalidate" in page
    assert "<legend>About you</legend>" in page
    assert '<div class="panel">' in page
    assert '<input type="submit" name="go" value="Go on" class="button"' in page


def test_a_formset_is_drawn_whole():
    class Sample(forms.Form):
        word = forms.CharField()

    page = drawn(forms.formset_factory(Sample, extra=2)())
    assert 'name="form-TOTAL_FORMS"' in page
    assert 'id="id_form-1-word"' in page


# Problems: what the summary above the h1 lists -------------------------------------------------------


def test_problems_lead_to_the_inputs_in_their_order():
    class Sample(forms.Form):
        word = forms.CharField(error_messages={"required": "Enter a word"})
        hours = forms.ChoiceField(
            choices=CHOICES, widget=forms.RadioSelect, error_messages={"required": "Choose your hours"}
        )
        version = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Load the page again"})

        def clean(self) -> None:
            raise forms.ValidationError("These do not fit together")

    assert problems_of(Sample({})) == [
        ("main", "These do not fit together"),
        ("id_word", "Enter a word"),
        ("id_hours_0", "Choose your hours"),
        ("main", "Load the page again"),
    ]
    assert problems_of(Sample()) == []


def test_the_same_problem_of_two_inputs_names_each():
    class Sample(forms.Form):
        word = forms.CharField(label="A word", max_length=3, error_messages={"max_length": "Shorten this"})
        name = forms.CharField(label="A name", max_length=3, error_messages={"max_length": "Shorten this"})

    assert problems_of(Sample({"word": "long", "name": "long"})) == [
        ("id_word", "A word: Shorten this"),
        ("id_name", "A name: Shorten this"),
    ]
    # Which text is too long cannot be told from how long it is.
    assert problems_of(Sample({"word": "long", "name": "one"})) == [("id_word", "A word: Shorten this")]


def test_problems_of_several_forms_and_formsets_come_together():
    class Sample(forms.Form):
        word = forms.CharField(error_messages={"required": "Enter a word"})

    many = forms.formset_factory(Sample)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"})
    assert problems_of(Sample({}, prefix="one"), many) == [
        ("id_one-word", "Enter a word"),
        ("id_form-0-word", "Enter a word"),
    ]


def page_with(form: forms.BaseForm) -> str:
    template = engines["django"].from_string(
        '{% extends "includes/bare.html" %}{% load page %}{% block title %}x{% endblock %}'
        '{% block content %}{% page_problems as problems %}{% include "includes/problems.html" %}{% endblock %}'
    )
    return template.render({"form": form})


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Enter a word", "Enter a word."), ("Enter a word.", "Enter a word."), ("Is that all?", "Is that all?")],
)
def test_what_is_wrong_ends_as_a_sentence_whoever_wrote_it(written: str, shown: str):
    assert sentence(written) == shown


def test_the_summary_takes_the_focus_and_links_to_each_field():
    class Sample(forms.Form):
        word = forms.CharField(error_messages={"required": "Enter <a> word"})

    page = page_with(Sample({}))
    assert '<div class="problems stack" role="alert" tabindex="-1" autofocus>' in page
    assert '<a href="#id_word">Enter &lt;a&gt; word.</a>' in page
