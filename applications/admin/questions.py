"""The form of a posting: its sections on one page, the questions of a section on another.

Frozen as soon as anybody has sent the form: an answer keeps the words that it answered. Drafts do not freeze it, and
what was answered in one is never shown here.
"""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Answer, Application, Form, Question, SavedSection, Section, Upload
from community.admin import NamedFields
from community.models import Criterion

Kind = Question.Kind


def is_frozen(form: Form) -> bool:
    return Application.objects.sent().filter(form=form).exists()


def tell_if_frozen(request: HttpRequest, form: Form | None) -> None:
    if form is not None and request.method == "GET" and is_frozen(form):
        messages.warning(
            request,
            gettext(
                "Somebody has sent this form, so its questions can no longer be changed: every answer keeps the words "
                "that it answered."
            ),
        )


class Frozen:
    """An admin or inline whose rows belong to a form: read-only once that form was sent by anybody."""

    def form_of(self, obj: Any) -> Form | None:
        return obj.form if isinstance(obj, Section) else obj

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        """Asked many times for one page, so the answer is kept with the request, which also checks the POST."""
        form = self.form_of(obj)
        if form is None or form.pk is None:
            return True
        known: dict[int, bool] = request.__dict__.setdefault("frozen_forms", {})
        if form.pk not in known:
            known[form.pk] = is_frozen(form)
        return not known[form.pk]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]


class KeptWhileAnswered(NamedFields):
    """Refuses to delete a row that a draft answers. Django's own refusal would show the draft's text."""

    def answered(self, pks: list[int]) -> set[int]:
        raise NotImplementedError

    def clean(self) -> None:
        # Before Django's own cleaning, and also where another row is wrong: its refusal quotes what it protects.
        gone = [form for form in self.initial_forms if self._should_delete_form(form)]  # type: ignore[attr-defined]
        kept = self.answered([form.instance.pk for form in gone]) if gone else set()
        names = [str(form.instance) for form in gone if form.instance.pk in kept]
        if names:
            raise ValidationError(
                gettext("Somebody has begun to answer this, so it stays: %(names)s.") % {"names": ", ".join(names)}
            )
        super().clean()


class SectionFormSet(KeptWhileAnswered):
    def answered(self, pks: list[int]) -> set[int]:
        return {
            *SavedSection.objects.filter(section__in=pks).values_list("section", flat=True),
            *Answer.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
            *Upload.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
        }


class QuestionFormSet(KeptWhileAnswered):
    def answered(self, pks: list[int]) -> set[int]:
        return {
            *Answer.objects.filter(question__in=pks).values_list("question", flat=True),
            *Upload.objects.filter(question__in=pks).values_list("question", flat=True),
        }


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = [
            "position", "key", "kind", "label", "hint", "missing", "required", "word_limit", "choices",
            "shown_to_reviewers", "identifies", "criterion",
        ]  # fmt: skip

    # The criteria to choose from, read once for all questions: a field of its own would ask again for each.
    rubric: ClassVar[list[tuple[Any, str]]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "criterion" in self.fields:
            self.fields["criterion"].choices = self.rubric  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        options = [line for line in (cleaned.get("choices") or "").splitlines() if line.strip()]
        if kind in {Kind.ONE_OF, Kind.SEVERAL_OF} and len({line.strip() for line in options}) < 2:
            self.add_error("choices", gettext("Write at least two choices, one a line."))
        if kind not in {Kind.ONE_OF, Kind.SEVERAL_OF} and options:
            self.add_error("choices", gettext("Only “one of” and “several of” have choices. Take them away."))
        if kind != Kind.LONG_TEXT and cleaned.get("word_limit"):
            self.add_error("word_limit", gettext("Only a long text has a word limit. Take it away."))
        if cleaned.get("shown_to_reviewers") and cleaned.get("identifies"):
            self.add_error(
                "shown_to_reviewers", gettext("What names the person is never shown to mentors: choose one of the two.")
            )
        if cleaned.get("shown_to_reviewers") and kind == Kind.FILE:
            self.add_error("shown_to_reviewers", gettext("A file names its author, so mentors never see it."))
        return cleaned


class QuestionInline(Frozen, admin.StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0
    fields = [
        ("position", "key", "kind"), "label", "hint", "missing", ("required", "word_limit"), "choices",
        ("shown_to_reviewers", "identifies"), "criterion",
    ]  # fmt: skip

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None and "criterion" in formset.form.base_fields:
            field = cast("forms.ModelChoiceField[Criterion]", formset.form.base_fields["criterion"])
            rubric = Criterion.objects.filter(posting=obj.form.posting_id)
            field.queryset = rubric
            formset.form.rubric = [  # type: ignore[attr-defined]
                ("", "---------"),
                *((criterion.pk, criterion.name) for criterion in rubric),
            ]
        return formset


class SectionInline(Frozen, admin.TabularInline):
    model = Section
    formset = SectionFormSet
    extra = 0
    fields = ["position", "title", "slug", "introduction"]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return dict(self.prepopulated_fields) if self.has_change_permission(request, obj) else {}


@admin.register(Form)
class FormAdmin(Frozen, admin.ModelAdmin):
    inlines = [SectionInline]
    list_display = ["posting", "version", "number_of_questions", "times_sent"]
    list_filter = ["posting__state"]
    list_select_related = ["posting"]
    search_fields = ["posting__title"]
    fields = ["posting", "version", "questions_in_order"]
    readonly_fields = ["posting", "version", "questions_in_order"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("posting")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        pks = [form.pk for form in changelist.result_list]
        asked = dict(
            Question.objects.filter(section__form__in=pks)
            .order_by()
            .values_list("section__form")
            .annotate(number=Count("pk"))
        )
        sent = dict(
            Application.objects.sent().filter(form__in=pks).order_by().values_list("form").annotate(number=Count("pk"))
        )
        for form in changelist.result_list:
            form.asked_number, form.sent_number = asked.get(form.pk, 0), sent.get(form.pk, 0)
        return changelist

    @admin.display(description=_("questions"))
    def number_of_questions(self, form: Any) -> int:
        return int(form.asked_number)

    @admin.display(description=_("times sent"))
    def times_sent(self, form: Any) -> int:
        return int(form.sent_number)

    @admin.display(description=_("questions in order"))
    def questions_in_order(self, form: Form) -> SafeString:
        return format_html(
            "<ol>{}</ol>",
            format_html_join(
                "",
                '<li><a href="{}">{}</a><ol>{}</ol></li>',
                (
                    (
                        reverse("admin:applications_section_change", args=[section.pk]),
                        section.title,
                        format_html_join("", "<li>{}</li>", ((question.label,) for question in section.asked)),
                    )
                    for section in form.parts
                ),
            ),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tell_if_frozen(request, self.get_object(request, object_id))
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(Section)
class SectionAdmin(Frozen, admin.ModelAdmin):
    """A section's questions. Reached from its form."""

    inlines = [QuestionInline]
    fields = ["form", "position", "title", "slug", "introduction"]
    readonly_fields = ["form"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("form__posting")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        section = self.get_object(request, object_id)
        tell_if_frozen(request, section.form if section is not None else None)
        return super().change_view(request, object_id, form_url, extra_context)
