"""The applicant's form: one section of a posting's questions, which are data.

Cleans and returns: `values` is what can be stored, also while another answer is wrong. Never writes, never sends.
Two kinds of wrong: what cannot be kept at all (told at once), and what cannot be sent yet (told by `tell_problems`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import files
from applications.files import Accepted
from applications.models import IncomingUpload, Question, Section, Upload
from applications.readiness import MAX_TEXT, UNKEPT, askable, asked, count_words, fits, is_empty, is_link, problem_with
from applications.seen import Seen
from community.forms import one_direction
from community.words import here

Kind = Question.Kind

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?")
_VERSION = re.compile(r"[0-9]{1,9}")
_PAGE = re.compile(r"([0-9A-Z]{1,24})-([0-9]{1,9})")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

# By the question's key, so that browsers fill in what they know (WCAG 1.3.5).
AUTOCOMPLETE = {"name": "name", "phone": "tel", "country": "country-name", "city": "address-level2"}


@dataclass(frozen=True)
class Parsed:
    """What one field holds. With `complaint` set and `keep` false nothing of it can be stored."""

    value: Any = None
    complaint: str = ""
    keep: bool = True


def clean_text(raw: str) -> Parsed:
    """`raw` in NFC, with \\n for every line end and without control characters, or a complaint if it is too long."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_TEXT:
        complaint = _("This text has %(length)s characters, more than we can keep. Shorten it to %(limit)s or fewer")
        figures = {
            name: number_format(n, force_grouping=True) for name, n in (("length", len(text)), ("limit", MAX_TEXT))
        }
        return Parsed(complaint=complaint % figures, keep=False)
    kept = unicodedata.normalize("NFC", UNKEPT.sub("", text))
    if UNKEPT.search(text):
        return Parsed(
            kept, _("This text held a character that cannot be kept. We took it out: read it over, then save")
        )
    return Parsed(kept)


def show_as_kept(form: forms.Form, name: str, value: Any) -> None:
    """Has the page hold the text as it is kept. What was taken out of it cannot be seen, so nobody could take it out by
    hand: sent again with the page, it would be refused again at every press."""
    data = cast(QueryDict, form.data).copy()
    data[name] = str(value)
    form.data = data


def parse_number(text: str) -> int | float | str:
    """The number that `text` says, in any script's digits, with a point or comma; else `text` itself."""
    plain = unicodedata.normalize("NFKC", text).replace("\u066b", ".").replace(" ", "")
    # 1,000 may be a thousand or one: ask instead of guessing.
    if "," in plain and not re.search(r",\d{3}\b", plain):
        plain = plain.replace(",", ".", 1)
    if not _NUMBER.fullmatch(plain):
        return text
    number = Decimal(plain)
    return int(number) if number == number.to_integral_value() else float(number)


def parse_link(text: str) -> str:
    """`text` as a whole address where it needs only https:// to be one; else as it is."""
    if text and not _SCHEME.match(text) and is_link(f"https://{text}"):
        return f"https://{text}"
    return text


def put(data: QueryDict, question: Question, value: Any) -> None:
    """Has `data` answer `question` with the stored `value`, as if the person had typed it."""
    if is_empty(question, value):
        data.pop(question.key, None)
        if question.kind not in {Kind.SEVERAL_OF, Kind.CONSENT}:
            data[question.key] = ""
    elif question.kind == Kind.SEVERAL_OF:
        data.setlist(question.key, value)
    elif question.kind == Kind.YES_NO:
        data[question.key] = "yes" if value else "no"
    else:
        data[question.key] = "on" if question.kind == Kind.CONSENT else str(value)


def seen_in(data: Mapping[str, str]) -> Seen:
    """What the form says that it knew. One that says nothing knew of nothing; what is no version of ours is outdated."""
    version, page = _VERSION.fullmatch(data.get("version", "0")), _PAGE.fullmatch(data.get("page", ""))
    return Seen(int(version[0]) if version else -1, page[1] if page else "", int(page[2]) if page else 0)


class FileAnswer(forms.FileInput):
    """A file input that shows the file given before, with a button that removes it and saves everything else.

    With `key` set, a script may send the file apart from the form (views/uploads.py).
    """

    def __init__(self, upload: Upload | None, code: str) -> None:
        super().__init__({"accept": ",".join(f".{extension}" for extension in files.KINDS)})
        self.upload = upload
        self.code = code
        self.key = ""
        self.incoming: IncomingUpload | None = None

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chooser = super().render(name, value, attrs, renderer)
        held = {"upload": self.upload, "incoming": self.incoming, "code": self.code, "key": self.key}
        return render_to_string("applications/applicant/file_answer.html", {**held, "chooser": chooser})


class AnswerField(forms.Field):
    """One question. Its `clean` never raises: what is wrong with an answer does not keep the rest from being saved."""

    def __init__(self, question: Question, widget: forms.Widget, current: Any) -> None:
        self.question = question
        # The template pack trusts a help text as it would trust its own words; a hint comes from a person.
        hints = [str(escape(question.hint_here))] if question.hint else []
        if question.kind == Kind.CONSENT:
            hints.append(format_html('<a href="{}">{}</a>', reverse("privacy"), _("Privacy")))
        if question.kind == Kind.LONG_TEXT and question.word_limit:
            limit = ngettext("Up to %(count)d word.", "Up to %(count)d words.", question.word_limit)
            hints.append(limit % {"count": question.word_limit})
        if question.ask_if is not None and question.ask_if.section_id == question.section_id:
            hints.insert(0, str(escape(question.condition)) + ".")
            # For static/js/conditions.js, which hides it until then.
            widget.attrs |= {"data-if": question.ask_if.key, "data-is": question.ask_if_value}
        super().__init__(
            required=False,
            widget=widget,
            label=question.label_here,
            help_text=" ".join(hints),
            initial=self.as_typed(current),
        )
        # Tells the template which fields are optional. `required` itself stays off: emptiness is judged by readiness.
        self.widget.is_required = question.required
        # Stands below the input: how many words it holds, and the same with {words} for the script to fill in.
        self.note = ""
        self.note_to_fill = ""
        # What the person answered to the same question elsewhere.
        self.earlier: Any = None

    def as_typed(self, value: Any) -> Any:
        """A stored value as the widget holds it."""
        if self.question.kind == Kind.YES_NO:
            return {True: "yes", False: "no"}.get(value)
        return value

    def clean(self, value: Any) -> Parsed:
        kind = self.question.kind
        if kind == Kind.FILE:
            return self._clean_file(value)
        if kind == Kind.CONSENT:
            return Parsed(bool(value))
        if kind == Kind.YES_NO:
            answers = {"yes": True, "no": False, "": None, None: None}
            return Parsed(answers[value]) if value in answers else self._unknown()
        if kind in {Kind.SEVERAL_OF, Kind.ONE_OF}:
            return self._clean_choice(value)
        parsed = clean_text(value or "")
        if kind == Kind.LONG_TEXT or not parsed.keep:
            return parsed
        # A name that turns what follows would pass for another.
        text = " ".join(one_direction(parsed.value).split())
        if kind == Kind.NUMBER:
            return Parsed(parse_number(text), parsed.complaint)
        return Parsed(parse_link(text) if kind == Kind.LINK else text, parsed.complaint)

    def _clean_choice(self, value: Any) -> Parsed:
        """The options as the question words them, whichever way the browser composed their letters."""
        offered = {unicodedata.normalize("NFC", option): option for option in self.question.options}
        given = [unicodedata.normalize("NFC", word) for word in (value if isinstance(value, list) else [value]) if word]
        if not set(given) <= set(offered):
            return self._unknown()
        chosen = [offered[word] for word in given]
        if self.question.kind == Kind.SEVERAL_OF:
            return Parsed(chosen)
        return Parsed(chosen[0] if chosen else value)

    def _clean_file(self, value: UploadedFile | None) -> Parsed:
        if value is None:
            return Parsed(keep=False)
        try:
            return Parsed(files.take(value))
        except files.FileRefused as refused:
            return Parsed(complaint=str(refused), keep=False)

    def _unknown(self) -> Parsed:
        several = self.question.kind == Kind.SEVERAL_OF
        return Parsed(
            complaint=_("Choose from the answers offered") if several else _("Choose one of the answers offered"),
            keep=False,
        )


def _widget(question: Question, application_code: str, current: Any) -> forms.Widget:
    kind = question.kind
    # A radio that was pressed cannot be let go again, so an optional one offers that as an answer.
    no_answer = [] if question.required else [("", _("No answer"))]
    autocomplete = {"autocomplete": AUTOCOMPLETE[question.key]} if question.key in AUTOCOMPLETE else {}
    options = [(option, here(option)) for option in question.options]
    match kind:
        case Kind.LONG_TEXT:
            rows = min(16, max(5, (question.word_limit or 150) // 20))
            return forms.Textarea({"rows": rows, "cols": False, "dir": "auto"})
        case Kind.ONE_OF:
            return forms.RadioSelect(choices=options + no_answer)
        case Kind.SEVERAL_OF:
            return forms.CheckboxSelectMultiple(choices=options)
        case Kind.YES_NO:
            return forms.RadioSelect(choices=[("yes", _("Yes")), ("no", _("No")), *no_answer])
        case Kind.NUMBER:
            return forms.TextInput({"inputmode": "decimal"})
        case Kind.LINK:
            # Not type=url: a browser would hold back an address that lacks https://, which is added here.
            return forms.TextInput({"inputmode": "url", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"})
        case Kind.FILE:
            return FileAnswer(current, application_code)
        case Kind.CONSENT:
            return forms.CheckboxInput()
        case _:
            return forms.TextInput({"dir": "auto", **autocomplete})


class SectionForm(forms.Form):
    """The questions of `section`, holding `current` (question pk → stored value; a file's is its Upload)."""

    use_required_attribute = False

    def __init__(
        self,
        section: Section,
        current: Mapping[int, Any],
        application_code: str,
        data: Any = None,
        files: Any = None,
    ) -> None:
        super().__init__(data, files)
        self.section = section
        self.current = dict(current)
        # Question pk → what to store; an answer that the request did not name is left as it is.
        self.values: dict[int, Any] = {}
        self.files_given: dict[Question, Accepted] = {}
        # What was typed and cannot be stored, by field: it exists in the browser only.
        self.unkept: list[str] = []
        for question in self.askable():
            value = self.current.get(question.pk)
            self.fields[question.key] = AnswerField(question, _widget(question, application_code, value), value)

    def askable(self) -> list[Question]:
        return askable(self.section, self.current)

    @property
    def asked(self) -> list[Question]:
        """What these answers lead to, among what stands on the page."""
        return dict(asked(self.section.form, self.current))[self.section]

    @property
    def has_conditions(self) -> bool:
        return any("data-if" in field.widget.attrs for field in self.fields.values())

    @property
    def unfit(self) -> list[Question]:
        """The eligibility questions whose answers, as typed, do not fit."""
        if not self.section.screens:
            return []
        return [question for question in self.asked if not fits(question, self.current.get(question.pk))]

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            parsed: Parsed = self.cleaned_data[name]
            assert isinstance(field, AnswerField)
            question = field.question
            if parsed.complaint:
                self.add_error(name, parsed.complaint)
                if parsed.keep:
                    show_as_kept(self, name, parsed.value)
                else:
                    self.unkept.append(name)
            if not parsed.keep or field.widget.value_omitted_from_data(self.data, self.files, name):
                continue
            if question.kind == Kind.FILE:
                self.files_given[question] = parsed.value
            else:
                self.values[question.pk] = parsed.value
                self.current[question.pk] = parsed.value
        return self.cleaned_data

    def tell_problems(self) -> None:
        """Adds what still keeps this section from being sent, where nothing worse was said."""
        for question in self.asked:
            if question.key in self.errors:
                continue
            if text := problem_with(question, self.current.get(question.pk)):
                self.add_error(question.key, text)

    def show_upload(self, question: Question, upload: Upload | None) -> None:
        """Has the page show what became of a file. Where it is no longer asked for, the page has no place for it."""
        self.current[question.pk] = upload
        if question.key in self.fields:
            self.fields[question.key].widget.upload = upload

    def let_send_apart(self, incoming: Iterable[IncomingUpload]) -> None:
        """Has a script send files as soon as they are chosen, and go on with those of which a part has arrived."""
        on_their_way = {it.question_id: it for it in incoming}
        for question in self.section.asked:
            if question.kind == Kind.FILE and question.key in self.fields:
                widget = self.fields[question.key].widget
                widget.key, widget.incoming = question.key, on_their_way.get(question.pk)

    def count_words(self) -> None:
        """Notes below each text that has a limit how many words it holds now."""
        for bound in self:
            assert isinstance(bound.field, AnswerField)
            question = bound.field.question
            if question.kind == Kind.LONG_TEXT and question.word_limit:
                words = count_words(bound.value() or "")
                limit = number_format(question.word_limit, force_grouping=True)
                text = ngettext("%(words)s of %(limit)s word", "%(words)s of %(limit)s words", question.word_limit)
                bound.field.note = text % {"words": number_format(words, force_grouping=True), "limit": limit}
                bound.field.note_to_fill = text % {"words": "{words}", "limit": limit}
