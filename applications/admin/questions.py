"""The form of a posting: its sections on one page, the questions of a section on another, and how it will look.

Frozen as soon as anybody has sent the form: an answer keeps the words that it answered. Drafts do not freeze it, and
what was answered in one is never shown here. Versions, copies and ready-made forms come from building.py.
"""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import building
from applications.building import BuildingRefused, is_frozen
from applications.forms import SectionForm
from applications.forms_ready import READY
from applications.models import Answer, Application, Form, Question, SavedSection, Section, Upload
from community.admin import NamedFields
from community.models import Criterion, User

Kind = Question.Kind
MAX_KEY = 40


def tell_if_frozen(request: HttpRequest, form: Form | None) -> None:
    if form is not None and request.method == "GET" and is_frozen(form):
        messages.warning(
            request,
            gettext(
                "Somebody has sent this form, so its questions can no longer be changed: every answer keeps the words "
                "that it answered. Make a new version for those who have not sent yet."
            ),
        )


class Preview(SectionForm):
    """Every question of the section, whatever others were answered."""

    def askable(self) -> list[Question]:
        return self.section.asked


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
            # Django's views of a change are transactions, so what is checked here still holds when they write.
            writes = request.method == "POST" and transaction.get_connection().in_atomic_block
            known[form.pk] = is_frozen(form, hold=writes)
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

    def add_fields(self, form: "forms.ModelForm[Any]", index: int | None) -> None:
        """What is added comes last, until somebody gives it another number."""
        super().add_fields(form, index)
        if "position" in form.fields and (index is None or index >= self.initial_form_count()):
            form.fields["position"].initial = self.next_position

    @property
    def next_position(self) -> int:
        rows = self.get_queryset()
        return max((row.position for row in rows), default=-1) + 1

    def left(self) -> list[Any]:
        """The rows as they would stand after saving, in their order."""
        rows = [
            form.instance
            for form in self.forms
            if not self._should_delete_form(form)  # type: ignore[attr-defined]
            and (form.instance.pk is not None or form.has_changed())
        ]
        return sorted(rows, key=lambda row: (row.position or 0, row.pk or float("inf")))


class SectionFormSet(KeptWhileAnswered):
    def clean(self) -> None:
        super().clean()
        sections = self.left()
        saved = {section.pk: section.asked for section in self.instance.parts}
        for section in sections:
            section.asked = saved.get(section.pk, [])
        every = [question for section in sections for question in section.asked]
        raise_all(building.screening_problems(sections) + building.condition_problems(every))

    def answered(self, pks: list[int]) -> set[int]:
        return {
            *SavedSection.objects.filter(section__in=pks).values_list("section", flat=True),
            *Answer.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
            *Upload.objects.filter(question__section__in=pks).values_list("question__section", flat=True),
        }


def raise_all(sentences: list[str]) -> None:
    if sentences:
        raise ValidationError(sentences)


class QuestionFormSet(KeptWhileAnswered):
    def clean(self) -> None:
        super().clean()
        section = self.instance
        # The form as it would stand after saving; the section itself may move, too.
        others = [part for part in section.form.parts if part.pk != section.pk]
        section.asked = self.left()
        parts = sorted([*others, section], key=lambda part: (part.position or 0, part.pk))
        every = [question for part in parts for question in part.asked]
        keys = [question.key for question in every if question.key]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        sentences = [
            gettext("The key “%(key)s” stands twice in this form. Change one.") % {"key": key} for key in twice
        ]
        raise_all(sentences + building.screening_problems(parts) + building.condition_problems(every))

    def answered(self, pks: list[int]) -> set[int]:
        return {
            *Answer.objects.filter(question__in=pks).values_list("question", flat=True),
            *Upload.objects.filter(question__in=pks).values_list("question", flat=True),
        }


class QuestionForm(forms.ModelForm):
    condition = forms.ChoiceField(
        label=_("ask only if"),
        required=False,
        help_text=_("An earlier question that is answered with yes, no or one of several. Save that one first."),
    )

    class Meta:
        model = Question
        fields = [
            "position", "key", "kind", "label", "hint", "missing", "required", "word_limit", "choices",
            "shown_to_reviewers", "identifies", "criterion", "fits", "unfit_text",
        ]  # fmt: skip
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
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (other.label, [(f"{other.pk}={word}", f"{other.label} → {read}") for word, read in other.words])
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
        if key or not label.strip():
            return key
        stem = slugify(label).replace("-", "_").lstrip("_0123456789")[: MAX_KEY - 3].strip("_") or "question"
        number, key = 2, stem
        while key in self.taken:
            number, key = number + 1, f"{stem}_{number}"
        self.taken.add(key)
        return key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if "condition" in cleaned:
            other, _equals, answer = cleaned["condition"].partition("=")
            self.instance.ask_if_id, self.instance.ask_if_value = (int(other), answer) if other else (None, "")
        offered = dict(Question(kind=kind or "", choices=cleaned.get("choices") or "").words)
        unknown = [line.strip() for line in (cleaned.get("fits") or "").splitlines() if line.strip()]
        if any(line not in offered for line in unknown):
            self.add_error("fits", gettext("Write answers that the question offers, one a line: %(answers)s.") % {
                "answers": ", ".join(offered)
            })  # fmt: skip
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
        ("shown_to_reviewers", "identifies"), "criterion", "condition",
    ]  # fmt: skip

    class Media:
        js = ["js/order.js"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, "fits", "unfit_text"] if obj is not None and obj.screens else self.fields

    @admin.display(description=_("ask only if"))
    def condition(self, question: Question) -> str:
        """Read where nothing can be changed any more."""
        return question.condition

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
            formset.form.rubric = [  # type: ignore[attr-defined]
                ("", "---------"),
                *((criterion.pk, criterion.name) for criterion in rubric),
            ]
        return formset


class SectionInline(Frozen, admin.TabularInline):
    model = Section
    formset = SectionFormSet
    extra = 0
    fields = ["position", "title", "slug", "introduction", "screens"]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True

    class Media:
        js = ["js/order.js"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return dict(self.prepopulated_fields) if self.has_change_permission(request, obj) else {}


@admin.register(Form)
class FormAdmin(Frozen, admin.ModelAdmin):
    change_form_template = "admin/applications/form/change_form.html"
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

    def get_urls(self) -> list[URLPattern]:
        new_version = self.admin_site.admin_view(self.new_version_view)
        start = self.admin_site.admin_view(self.start_view)
        return [
            path("<int:pk>/new-version/", new_version, name="applications_form_new_version"),
            path("<int:pk>/ready-made/", start, name="applications_form_ready_made"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = self.get_object(request, object_id)
        tell_if_frozen(request, form)
        context: dict[str, Any] = {}
        if form is not None:
            context = {
                "first": next(iter(form.parts), None),
                "newer": Form.objects.newest().filter(posting=form.posting_id).exclude(pk=form.pk).first(),
                "may_build": self._may_build(request),
                "is_frozen": not self._may(request, form),
                "may_start": not building.refusal_to_start(form.posting),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _may_build(self, request: HttpRequest) -> bool:
        """Whether the person may change forms at all; a frozen one is left by way of a new version."""
        return request.user.has_perm("applications.change_form")

    def _form_to_build(self, request: HttpRequest, pk: int) -> Form:
        if not self._may_build(request):
            raise PermissionDenied
        form: Form | None = Form.objects.select_related("posting").filter(pk=pk).first()
        if form is None:
            raise Http404
        return form

    def new_version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST makes the next version and opens it."""
        form = self._form_to_build(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            form = building.new_version(form, by=cast(User, request.user), at=timezone.now())
        except BuildingRefused as refused:
            self.message_user(request, str(refused), messages.WARNING)
        else:
            self.message_user(
                request,
                gettext("This is version %(version)d. Those who have not sent move to it when they go on.")
                % {"version": form.version},
                messages.SUCCESS,
            )
        return HttpResponseRedirect(reverse("admin:applications_form_change", args=[form.pk]))

    def start_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows the ready-made forms with their questions; POST takes one in place of the questions."""
        form = self._form_to_build(request, pk)
        back = reverse("admin:applications_form_change", args=[form.pk])
        if request.method == "POST":
            ready = READY.get(request.POST.get("ready", ""))
            if ready is None:
                raise Http404
            try:
                made = building.start_from(form.posting, ready, by=cast(User, request.user), at=timezone.now())
            except BuildingRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
                return HttpResponseRedirect(back)
            self.message_user(request, gettext("These are the questions now. Change them as this role needs."))
            return HttpResponseRedirect(reverse("admin:applications_form_change", args=[made.pk]))
        if sentence := building.refusal_to_start(form.posting):
            self.message_user(request, sentence, messages.WARNING)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Begin from a ready-made form"),
            "original": form,
            "ready": [
                (ready, [(title, [item.label for item in asked]) for _slug, title, _words, asked in sections])
                for ready in READY.values()
                for sections in [ready.sections(form.posting)]
            ],
        }  # fmt: skip
        return TemplateResponse(request, "admin/applications/form/ready_made.html", context)


@admin.register(Section)
class SectionAdmin(Frozen, admin.ModelAdmin):
    """A section's questions. Reached from its form."""

    change_form_template = "admin/applications/form/section.html"
    inlines = [QuestionInline]
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
            if row.ask_if_id in known:
                row.ask_if = known[row.ask_if_id]
        part.asked = list({row.key: row for row in rows}.values())

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
