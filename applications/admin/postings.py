"""The posting's page in the admin, with what belongs to applications: its form, and how many applied.

Stands here because community never names applications. A posting saved or published here always has a form.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from applications import building
from applications.decision_templates import ensure_message_templates
from applications.models import Application, Form
from applications.questions_default import ensure_form
from community.admin import PostingAdmin as CommunityPostingAdmin
from community.models import Posting, User

admin.site.unregister(Posting)


@admin.register(Posting)
class PostingAdmin(CommunityPostingAdmin):
    list_display = [*CommunityPostingAdmin.list_display, "applied"]
    actions = [*CommunityPostingAdmin.actions, "copy_chosen"]
    readonly_fields = [*CommunityPostingAdmin.readonly_fields, "application_form", "applied"]
    fieldsets = [
        *CommunityPostingAdmin.fieldsets,
        (_("Applications"), {"fields": ["application_form", "applied"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        sent = (
            Application.objects.sent()
            .filter(posting=OuterRef("pk"))
            .order_by()
            .values("posting")
            .annotate(number=Count("pk"))
            .values("number")
        )
        newest = Form.objects.newest().filter(posting=OuterRef("pk")).values("pk")
        postings: QuerySet[Posting] = super().get_queryset(request)
        return postings.annotate(number_applied=Coalesce(Subquery(sent), 0), newest_form=Subquery(newest))

    @admin.display(description=_("applied"), ordering="number_applied")
    def applied(self, posting: Any) -> str | SafeString:
        number = getattr(posting, "number_applied", 0)
        if not number:
            return "0"
        address = reverse("admin:applications_application_changelist")
        return format_html('<a href="{}?posting__id__exact={}">{}</a>', address, posting.pk, number)

    @admin.display(description=_("questions"))
    def application_form(self, posting: Any) -> str | SafeString:
        newest = getattr(posting, "newest_form", None)
        if newest is None:
            return gettext("Save the posting: it gets the usual questions, which you can then change.")
        address = reverse("admin:applications_form_change", args=[newest])
        return format_html('<a href="{}">{}</a>', address, gettext("Sections and questions"))

    @admin.action(description=_("Copy with form and rubric"), permissions=["add"])
    def copy_chosen(self, request: HttpRequest, queryset: QuerySet[Posting]) -> HttpResponse | None:
        """One copy is opened at once, several are told of. Each is a draft without dates."""
        now = timezone.now()
        copies = [building.copy_posting(posting, by=cast(User, request.user), at=now) for posting in queryset]
        text = ngettext(
            "%(count)d posting is copied, with its form and rubric. Give the copy its round or its dates.",
            "%(count)d postings are copied, with their forms and rubrics. Give the copies their round or their dates.",
            len(copies),
        )
        self.message_user(request, text % {"count": len(copies)}, messages.SUCCESS)
        if len(copies) == 1:
            return HttpResponseRedirect(reverse("admin:community_posting_change", args=[copies[0].pk]))
        return None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the rubric, since the usual questions name the criterion that scores them."""
        super().save_related(request, form, formsets, change)
        ensure_form(form.instance)
        ensure_message_templates()

    def _publish(self, request: HttpRequest, postings: list[Posting]) -> None:
        for posting in postings:
            ensure_form(posting)
        super()._publish(request, postings)
