"""Decisions to read, and the message templates to write. A decision is made on the applications' step pages only."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext, gettext_lazy

from applications.admin.filters import OutcomeFilter, ReleasedFilter, RoleFilter
from applications.admin.read_only import ReadOnlyAdmin
from applications.admin.steps.batch import named, with_names
from applications.deciding import MERGE_FIELDS, problem_with_words
from applications.decision_templates import letter_in, own_words
from applications.models import Application, Decision, MessageTemplate


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["reference", "outcome", "applicant_name", "role", "staged_at", "release_at", "released_at"]
    list_filter = [ReleasedFilter, OutcomeFilter, ("application__posting", RoleFilter)]
    list_select_related = ["application"]
    search_fields = ["application__code", "application__applicant__email"]
    search_help_text = gettext_lazy("By reference or e-mail address.")
    fields = ["application_page", "applicant_name", "role", "outcome", "subject", "body", "answer_by", "staged_at",
              "staged_by", "release_at", "released_at"]  # fmt: skip
    readonly_fields = fields  # type: ignore[assignment]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        """Never the decision about oneself: it would show before its release."""
        mine = {"application__applicant": request.user.pk}
        return (
            super().get_queryset(request).exclude(**mine).select_related("application__posting__project", "staged_by")
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        pks = [decision.application_id for decision in changelist.result_list]
        applications = {it.pk: it for it in with_names(Application.objects.filter(pk__in=pks))}
        for decision in changelist.result_list:
            decision.application = applications[decision.application_id]
        return changelist

    @admin.display(description=gettext_lazy("reference"))
    def reference(self, decision: Decision) -> str:
        return decision.application.code

    @admin.display(description=gettext_lazy("reference"))
    def application_page(self, decision: Decision) -> SafeString:
        """The way to the application, where a decision is released or taken back."""
        address = reverse("admin:applications_application_change", args=[decision.application_id])
        return format_html('<a href="{}">{}</a>', address, decision.application.code)

    @admin.display(description=gettext_lazy("role"))
    def role(self, decision: Decision) -> str:
        posting = decision.application.posting
        return f"{posting.title}, {posting.project.name}" if posting.project else posting.title

    @admin.display(description=gettext_lazy("applicant"))
    def applicant_name(self, decision: Decision) -> str:
        application = decision.application
        return named(application) if hasattr(application, "name_answers") else application.name


class TemplateForm(forms.ModelForm):
    class Meta:
        model = MessageTemplate
        fields = ["name", "outcome", "subject", "body"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("subject", "body"):
            if sentence := problem_with_words(cleaned.get(name) or "", cleaned.get("outcome") or ""):
                self.add_error(name, sentence)
        return cleaned


@admin.register(MessageTemplate)
class MessageTemplateAdmin(admin.ModelAdmin):
    form = TemplateForm
    list_display = ["name", "outcome", "subject"]
    list_filter = [OutcomeFilter]
    search_fields = ["name", "subject"]
    fields = ["name", "outcome", "subject", "body", "languages", "merge_fields"]
    readonly_fields = ["languages", "merge_fields"]

    @admin.display(description=gettext_lazy("languages"))
    def languages(self, template: MessageTemplate) -> str:
        if template.pk is None or own_words(template.subject, template.body) is None:
            return gettext("Everyone gets these words as they stand here.")
        known = sorted(
            {letter_in(template.subject, template.body, code).language for code, _name in settings.LANGUAGES}
        )
        return gettext(
            "The program's own words. As long as nobody changes them, each person gets them in the language they read the "
            "site in (%(known)s). Once changed, everyone gets them as they stand here."
        ) % {"known": ", ".join(str(get_language_info(code)["name_translated"]) for code in known)}

    @admin.display(description=gettext_lazy("merge fields"))
    def merge_fields(self, template: MessageTemplate) -> SafeString | str:
        fields = format_html_join("", "<br>{}: {}", (("{" + name + "}", text) for name, text in MERGE_FIELDS.items()))
        return format_html("{}{}", gettext("Filled in for each person when the decision is released."), fields)
