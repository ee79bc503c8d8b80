"""A section's page: its questions to change, and how the applicant will see them.

The preview draws what the builder holds before it is saved, and saves nothing.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.builder.formsets import QuestionFormSet
from applications.admin.builder.frozen import FrozenPage
from applications.admin.builder.question_form import QuestionForm
from applications.admin.builder.rows import Rows, SectionRow
from applications.forms import SectionForm
from applications.models import Question, Section
from community.models import Criterion


class Preview(SectionForm):
    """Every question of the section, whatever others were answered."""

    def askable(self) -> list[Question]:
        return self.section.asked


class QuestionInline(Rows, admin.StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    fields = [
        ("position", "key", "kind"), "label", "hint", "missing", ("required", "word_limit"), "choices",
        ("shown_to_reviewers", "identifies"), "criterion", "condition",
    ]  # fmt: skip

    class Media:
        js = ["js/order.js"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, "fits", "unfit_text"] if obj is not None and obj.screens else self.fields

    @admin.display(description=_("ask only if"))
    def condition(self, question: Question) -> str:
        """Read where nothing can be changed any more."""
        return question.condition or gettext("always")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("ask_if")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None:
            form_class = cast("type[QuestionForm]", formset.form)
            before = [part for part in obj.form.parts if (part.position, part.pk) <= (obj.position, obj.pk)]
            form_class.deciding = [question for part in before for question in part.asked if question.words]
            form_class.taken = {question.key for question in obj.form.questions}
        if obj is not None and "criterion" in formset.form.base_fields:
            field = cast("forms.ModelChoiceField[Criterion]", formset.form.base_fields["criterion"])
            rubric = Criterion.objects.filter(posting=obj.form.posting_id)
            field.queryset = rubric
            formset.form.rubric = [
                ("", "---------"),
                *((criterion.pk, criterion.name) for criterion in rubric),
            ]
        return formset


@admin.register(Section)
class SectionAdmin(FrozenPage, admin.ModelAdmin):
    """A section's questions. Reached from its form."""

    change_form_template = "admin/applications/form/section.html"
    form = SectionRow
    inlines = [QuestionInline]
    list_display = ["title", "form", "project", "round"]
    ordering = ["form", "position"]
    fields = ["form", "position", "title", "slug", "introduction", "screens"]
    readonly_fields = ["form"]

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("<int:pk>/preview/", preview, name="applications_section_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The applicant's page of one section. POST shows it as the builder holds it, before it is saved: nothing is."""
        section = self.get_queryset(request).filter(pk=pk).first()
        if section is None:
            raise Http404
        if not self.has_view_permission(request, section):
            raise PermissionDenied
        parts = section.form.parts
        number = parts.index(section)
        part = parts[number]
        is_unsaved = request.method == "POST" and self.has_change_permission(request, section)
        if is_unsaved:
            self._as_typed(request, part)
        context = {
            "part": part,
            "parts": parts,
            "number": number + 1,
            "posting": section.form.posting,
            "form": Preview(part, {}, ""),
            "is_unsaved": is_unsaved,
        }
        return TemplateResponse(request, "admin/applications/form/preview.html", context)

    def _as_typed(self, request: HttpRequest, part: Section) -> None:
        """Gives `part` the title and questions that were posted, as far as they can be shown. Saves nothing."""
        self.get_form(request, part, change=True)(request.POST, instance=part).is_valid()
        (inline,) = self.get_inline_instances(request, part)
        typed = inline.get_formset(request, part)(request.POST, instance=part, prefix="questions")
        formset = cast(QuestionFormSet, typed)
        if not formset.management_form.is_valid():
            return
        formset.is_valid()
        known = {question.pk: question for other in part.form.parts for question in other.asked}
        rows = [row for row in formset.left() if row.key and row.label and row.kind]
        known |= {row.pk: row for row in rows}
        for row in rows:
            # What was never saved stands under None, which is also what hangs on nothing.
            if row.ask_if_id is not None and row.ask_if_id in known:
                row.ask_if = known[row.ask_if_id]
        part.asked = list({row.key: row for row in rows}.values())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("form__posting__project", "form__posting__round")

    @admin.display(description=_("project"), ordering="form__posting__project")
    def project(self, section: Section) -> Any:
        return section.form.posting.project

    @admin.display(description=_("round"), ordering="form__posting__round")
    def round(self, section: Section) -> Any:
        return section.form.posting.round
