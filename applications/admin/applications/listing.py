"""The list of applications: its columns, filters and search, the table of counts above it, and its actions.

An action changes nothing itself: it leads to its step's page with the applications that were chosen.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, Q, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications import promises
from applications.admin.applications.reach import WithinReach
from applications.admin.applications.stepping import step_url, too_many
from applications.admin.filters import AsksFilter, LookFilter, ReviewsFilter, RoleFilter, StagedFilter, StatusFilter
from applications.admin.steps import STEPS
from applications.admin.steps.batch import MAX_BATCH, named, with_names
from applications.admin.steps.step import Step
from applications.models import Answer, Application, Letter
from applications.states import UNTOLD, Status
from community.admin.filters import NamedNoneFilter
from community.models import Posting

# Postings in the table of counts above the list: those that closed last, or close next.
COUNTED_POSTINGS = 12


class JSONText(Func):
    """A JSON string as text, so that a name is found as it is read: “Aïcha”, not “A\\u00efcha”."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_EXTRACT(%(expressions)s, '$')", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s #>> '{}')", **extra)


def action_of(step: type[Step]) -> Callable[..., HttpResponse]:
    """The list's action that leads to the step's page with the references chosen. It changes nothing itself."""

    def action(admin_: WithinReach, request: HttpRequest, queryset: Any) -> HttpResponse:
        codes = list(queryset.order_by().values_list("code", flat=True)[: MAX_BATCH + 1])
        back = request.GET.urlencode()
        if len(codes) > MAX_BATCH:
            admin_.message_user(request, too_many(), messages.ERROR)
            return HttpResponseRedirect(f"?{back}")
        return HttpResponseRedirect(step_url(step, codes, back=back))

    action.__name__ = step.slug.replace("-", "_")
    action.short_description = step.label  # type: ignore[attr-defined]
    action.allowed_permissions = [step.permission.partition(".")[2].partition("_")[0]]  # type: ignore[attr-defined]
    return action


def day_of(at: datetime) -> str:
    """How a day is written in a column: the year only where it is another one."""
    return "j M" if at.year == timezone.localtime().year else "j M Y"


class ListPage(WithinReach):
    list_display = (
        "code",
        "applicant_name",
        "status",
        "posting",
        "asks",
        "staged",
        "sent",
        "reviews",
        "mean",
        "spread",
    )
    list_display_links = ("code", "applicant_name")
    list_filter = (
        ("posting", RoleFilter),
        ("posting__round", NamedNoneFilter),
        StatusFilter,
        AsksFilter,
        ReviewsFilter,
        StagedFilter,
        LookFilter,
    )
    search_fields = ("code",)
    search_help_text = gettext_lazy("By reference, name or e-mail address.")
    ordering = ("-submitted_at", "-pk")
    list_max_show_all = MAX_BATCH
    actions = [action_of(step) for step in STEPS.values()]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        names = Answer.objects.filter(application=OuterRef("pk"), question__key="name").annotate(text=JSONText("value"))
        for word in search_term.split():
            queryset = queryset.filter(
                Q(code__istartswith=word)
                | Q(applicant__email__icontains=word)
                | Exists(names.filter(text__icontains=word))
            )
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context: dict[str, Any] = {"title": _("Applications"), "zone": timezone.get_current_timezone_name()}
        if request.method == "GET" and self.has_view_permission(request):
            context["counts"] = self.counts(request)
            context["late"] = promises.broken(timezone.now(), applications=self.get_queryset(request))
            context["unread"] = (
                Letter.objects.from_applicants()
                .unread()
                .filter(application__in=self.get_queryset(request).values("pk"))
                .count()
            )
        return super().changelist_view(request, context | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        # The names and staged decisions of the rows on this page only, after counting and paging.
        changelist.result_list = with_names(changelist.result_list).prefetch_related(
            Prefetch("letters", Letter.objects.from_applicants().unread(), to_attr="unread_letters")
        )
        return changelist

    def counts(self, request: HttpRequest) -> list[tuple[str, list[tuple[str, str, int]]]]:
        """For each of the postings that close last: (label, link, number) by status. Drafts have no link."""
        last = Posting.objects.order_by(F("closes_at").desc(nulls_last=True), "-pk")[:COUNTED_POSTINGS]
        rows = (
            Application.objects.of_its_own()
            .filter(posting__in=last.values("pk"))
            .exclude(applicant=request.user.pk)
            .order_by("posting__title", "posting")
            .values_list("posting", "posting__title", "posting__project__name", "status")
            .annotate(number=Count("pk"))
        )
        address = reverse("admin:applications_application_changelist")
        table: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
        for posting, title, project, status, number in rows:
            # Two rounds or projects may seek the same role.
            table[posting, f"{title}, {project}" if project else title][status] = number
        return [
            (
                title,
                [
                    (
                        str(status.label),
                        "" if status == Status.DRAFT else f"{address}?posting__id__exact={posting}&status={status}",
                        numbers[status],
                    )
                    for status in Status
                    if status in numbers
                ],
            )
            for (posting, title), numbers in table.items()
        ]

    @admin.display(description=gettext_lazy("applicant"))
    def applicant_name(self, application: Application) -> str:
        return named(application)

    @admin.display(description=gettext_lazy("asks for"), empty_value="")
    def asks(self, application: Any) -> str:
        """What somebody should do about it: an answer whose promised day has passed, letters that nobody has read."""
        marks = []
        if promises.is_late(application, timezone.now()):
            marks.append(format_html('<span class="mark late">{}</span>', _("answer late")))
        if number := len(application.unread_letters):
            words = ngettext("%(count)d message", "%(count)d messages", number) % {"count": number}
            marks.append(format_html('<span class="mark">{}</span>', words))
        # Their answers did not fit, and no machine turns anybody away.
        if application.look_asked_at is not None and application.status in UNTOLD:
            marks.append(format_html('<span class="mark">{}</span>', _("a human look")))
        return format_html_join(" ", "{}", ((mark,) for mark in marks))

    @admin.display(description=gettext_lazy("sent"), ordering="submitted_at")
    def sent(self, application: Application) -> str:
        """The day is enough in a column."""
        at = timezone.localtime(application.submitted_at)
        return date_format(at, day_of(at))

    @admin.display(description=gettext_lazy("reviews"), ordering="reviews_done")
    def reviews(self, application: Application) -> int:
        return application.reviews_done

    @admin.display(description=gettext_lazy("mean"), ordering="mean_score", empty_value="")
    def mean(self, application: Application) -> Decimal | None:
        return application.mean_score

    @admin.display(description=gettext_lazy("spread"), ordering="score_spread", empty_value="")
    def spread(self, application: Application) -> Decimal | None:
        """One review has none."""
        return application.score_spread if application.reviews_done > 1 else None

    @admin.display(description=gettext_lazy("staged"), empty_value="")
    def staged(self, application: Any) -> str:
        if not application.staged_decisions:
            return ""
        decision = application.staged_decisions[0]
        outcome = decision.get_outcome_display()
        if decision.release_at is None:
            return str(outcome)
        # On the reader's clocks; the page says which those are.
        at = timezone.localtime(decision.release_at)
        # One piece to a line: no break within a date.
        when = date_format(at, day_of(at) + ", H:i").replace(" ", "\u00a0")
        return _("%(outcome)s, set for %(when)s") % {"outcome": outcome, "when": when}
