"""Rounds, and postings: their facts, skills, rubric and texts, and the buttons that publish and close them.

Publishing and closing call publishing.py, and tell what is missing as it lists it.
"""

from collections.abc import Callable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from community import moments, publishing
from community.admin.filters import NamedNoneFilter
from community.admin.holding import HoldsItsRow
from community.admin.naming import HintedChoices, NamedChoices, NamedFields, NamedMoments
from community.models import Criterion, Posting, PostingSkill, PostingText, Round
from community.rubric_default import ensure_rubric


@admin.register(Round)
class RoundAdmin(NamedMoments, admin.ModelAdmin):
    list_display = ["name", "deadline", "decides_on", "opens_at"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "opens_at", "closes_at", "decides_on", "time_zone", "deadline"]
    readonly_fields = ["deadline"]

    @admin.display(description=_("deadline as announced"), ordering="closes_at")
    def deadline(self, intake: Round) -> str:
        return moments.in_words(intake.closes_at, ZoneInfo(intake.time_zone)) if intake.pk else "-"


class PostingForm(forms.ModelForm):
    """A posting as staff write it. A draft may lack anything; one that is public may never come to lack a fact."""

    # When the posting had last been changed, as the page that was sent knew it; empty where it does not say.
    seen: ClassVar[str] = ""

    class Meta:
        model = Posting
        fields = [
            "title", "slug", "round", "project", "discipline", "language", "summary", "description", "responsibilities",
            "qualifications", "closing_words", "places", "hours_per_week", "weeks", "pay", "stipend_amount",
            "stipend_currency", "stipend_period", "allowance", "eligibility", "countries", "opens_at", "closes_at",
            "decides_on",
        ]  # fmt: skip
        labels = {"stipend_period": _("Paid per")}

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in publishing.TAKEN_SLUGS:
            raise forms.ValidationError(gettext("This address is taken by another page. Choose another."))
        return slug

    def clean_stipend_currency(self) -> str:
        return str(self.cleaned_data["stipend_currency"]).upper()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and self.seen and self.seen != self.instance.updated_at.isoformat():
            sentence = gettext(
                "Somebody else changed this posting after you opened this page, so nothing was saved. What you wrote is "
                "still here: compare it with the posting in another tab, then save again."
            )
            self.add_error(None, sentence)
        intake = cleaned.get("round")
        for field in publishing.DATES:
            if intake is not None and field in cleaned and cleaned[field] is None:
                cleaned[field] = getattr(intake, field)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.instance.state == Posting.State.DRAFT or self.errors:
            return
        for problem in publishing.missing_facts(self.instance):
            self.add_error(problem.field if problem.field in self.fields else None, problem.text)


class PostingSkillInline(NamedChoices, admin.TabularInline):
    model = PostingSkill
    formset = NamedFields
    extra = 0
    autocomplete_fields = ["skill"]


class PostingTextInline(admin.StackedInline):
    """The same texts in another language; what is left empty is shown in the posting's own."""

    model = PostingText
    extra = 0


class CriterionInline(admin.StackedInline):
    """The rubric. Frozen once published: people applied knowing how they would be scored."""

    model = Criterion
    extra = 0
    fields = [("name", "weight", "position"), "description", "levels"]

    def has_add_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return self._is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return self._is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return self._is_draft(obj) and super().has_delete_permission(request, obj)

    def _is_draft(self, posting: Posting | None) -> bool:
        return posting is None or posting.state == Posting.State.DRAFT


@admin.register(Posting)
class PostingAdmin(HoldsItsRow, NamedMoments, HintedChoices, admin.ModelAdmin):
    form = PostingForm
    change_form_template = "community/admin/posting.html"
    inlines = [PostingSkillInline, CriterionInline, PostingTextInline]
    actions = ["publish_chosen", "close_chosen"]
    list_display = ["title", "state", "round", "project", "discipline", "deadline", "decides_on"]
    list_filter = ["state", ("round", NamedNoneFilter), ("project", NamedNoneFilter), "discipline"]
    list_select_related = ["round", "project"]
    search_fields = ["title", "summary"]
    date_hierarchy = "closes_at"
    readonly_fields = ["state", "published_at", "deadline", "still_missing"]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("state", "published_at"), "still_missing"]}),
        (_("What it is"), {"fields": ["discipline", "project", "language", "summary", "description"]}),
        (_("What is done and asked"), {"fields": ["responsibilities", "qualifications", "closing_words"]}),
        (_("Time and pay"), {
            "fields": [
                ("places", "hours_per_week", "weeks"), "pay",
                ("stipend_amount", "stipend_currency", "stipend_period"), "allowance",
            ]
        }),
        (_("Who may apply"), {"fields": ["eligibility", "countries"]}),
        (_("Dates"), {"fields": ["round", "opens_at", "closes_at", "decides_on", "deadline"]}),
    ]  # fmt: skip

    @admin.display(description=_("deadline as announced"), ordering="closes_at")
    def deadline(self, posting: Posting) -> str:
        return moments.in_words(posting.closes_at, posting.time_zone) if posting.closes_at else "-"

    @admin.display(description=_("still missing before it can be published"))
    def still_missing(self, posting: Posting) -> str | SafeString:
        found = publishing.problems(posting, at=timezone.now())
        return _listed(found) if found else gettext("Nothing: it can be published.")

    def get_fieldsets(self, request: HttpRequest, obj: Posting | None = None) -> Any:
        """A new one lacks everything, which its own empty boxes say, and a published one nothing."""
        (title, first), *others = super().get_fieldsets(request, obj)
        is_draft = obj is not None and obj.state == Posting.State.DRAFT
        fields = [name for name in first["fields"] if is_draft or name != "still_missing"]
        return [(title, {**first, "fields": fields}), *others]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.seen = request.POST.get("seen", "")  # type: ignore[attr-defined]
        return form

    def get_prepopulated_fields(self, request: HttpRequest, obj: Posting | None = None) -> dict[str, Any]:
        return {"slug": ["title"]} if self._may_change_address(obj) else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Posting | None = None) -> Any:
        """A public posting keeps its address: people and search engines hold it."""
        return self.readonly_fields if self._may_change_address(obj) else [*self.readonly_fields, "slug"]

    def _may_change_address(self, posting: Posting | None) -> bool:
        return posting is None or posting.state == Posting.State.DRAFT

    def has_delete_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Only drafts are deleted; a public posting is closed."""
        return self._may_change_address(obj) and super().has_delete_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change and ensure_rubric(form.instance):
            messages.info(request, gettext("The usual criteria were added. Change them as this role needs."))

    def response_change(self, request: HttpRequest, obj: Posting) -> HttpResponse:
        if "_publish" in request.POST:
            self._publish(request, [obj])
            return redirect("admin:community_posting_change", obj.pk)
        if "_close" in request.POST:
            return self._ask_to_close(request, [obj])
        return super().response_change(request, obj)

    @admin.action(description=_("Publish the chosen postings"), permissions=["change"])
    def publish_chosen(self, request: HttpRequest, queryset: QuerySet[Posting]) -> None:
        self._publish(request, list(queryset))

    @admin.action(description=_("Close the chosen postings"), permissions=["change"])
    def close_chosen(self, request: HttpRequest, queryset: QuerySet[Posting]) -> HttpResponse | None:
        if "confirm" not in request.POST:
            return self._ask_to_close(request, list(queryset.select_related("round", "project")))
        self._close(request, list(queryset))
        return None

    def _ask_to_close(self, request: HttpRequest, postings: list[Posting]) -> HttpResponse:
        """What will happen, before it does: a closed posting is not opened again."""
        return TemplateResponse(
            request,
            "community/admin/close.html",
            self.admin_site.each_context(request)
            | {
                "title": gettext("Close to applications"),
                "opts": self.opts,
                "open": [posting for posting in postings if posting.state == Posting.State.PUBLISHED],
                "others": [posting for posting in postings if posting.state != Posting.State.PUBLISHED],
            },
        )

    def _publish(self, request: HttpRequest, postings: list[Posting]) -> None:
        done = _each(request, postings, publishing.publish)
        if done:
            text = ngettext("%(count)d posting is public now.", "%(count)d postings are public now.", done)
            messages.success(request, text % {"count": done})

    def _close(self, request: HttpRequest, postings: list[Posting]) -> None:
        done = _each(request, postings, publishing.close)
        if done:
            text = ngettext("%(count)d posting is closed.", "%(count)d postings are closed.", done)
            messages.success(request, text % {"count": done})


def _each(request: HttpRequest, postings: list[Posting], verb: Callable[..., None]) -> int:
    """Calls the verb for each posting, and tells of every refusal with what is missing. Returns how many passed."""
    now, done = timezone.now(), 0
    for posting in postings:
        try:
            verb(posting, by=request.user, at=now)
            done += 1
        except publishing.PublishingRefused as refusal:
            messages.error(request, format_html("{} {}", str(refusal), _listed(refusal.problems)))
    return done


def _listed(problems: list[publishing.Problem]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((problem.text,) for problem in problems)))
