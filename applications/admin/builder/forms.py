"""A form's page: its sections, its versions, and the ready-made questions to begin from.

Versions, copies and ready-made forms are made in building.py. What was answered in a draft is never shown here.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import building
from applications.admin.builder.formsets import SectionFormSet
from applications.admin.builder.frozen import FrozenPage
from applications.admin.builder.rows import Rows, SectionRow
from applications.building import BuildingRefused
from applications.forms_ready import READY
from applications.models import Application, Form, Question, Section
from community.models import User


class SectionInline(Rows, admin.TabularInline):
    model = Section
    form = SectionRow
    formset = SectionFormSet
    fields = ["position", "title", "slug", "introduction", "screens"]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    # What the template calls that link: a section's own page is where its questions are.
    leads_to = _("Questions")

    class Media:
        js = ["js/order.js"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return dict(self.prepopulated_fields) if self.has_change_permission(request, obj) else {}


@admin.register(Form)
class FormAdmin(FrozenPage, admin.ModelAdmin):
    change_form_template = "admin/applications/form/change_form.html"
    inlines = [SectionInline]
    list_display = ["posting", "project", "round", "version", "number_of_questions", "times_sent"]
    list_filter = ["posting__state"]
    search_fields = ["posting__title"]
    fields = ["posting", "version", "questions_in_order"]
    readonly_fields = ["posting", "version", "questions_in_order"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("posting__project", "posting__round")

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

    @admin.display(description=_("project"), ordering="posting__project")
    def project(self, form: Form) -> Any:
        return form.posting.project

    @admin.display(description=_("round"), ordering="posting__round")
    def round(self, form: Form) -> Any:
        return form.posting.round

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

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {
                "first": next(iter(obj.parts), None),
                "newer": Form.objects.newest().filter(posting=obj.posting_id).exclude(pk=obj.pk).first(),
                "may_build": self._may_build(request),
                "is_frozen": not self._may(request, obj),
                "may_start": not building.refusal_to_start(obj.posting),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

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
