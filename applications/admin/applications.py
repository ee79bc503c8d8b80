"""Applications in the admin: the list, the page to read one on, and the page that every step goes through.

Nothing here is editable: a step calls its verb. Drafts are counted, never listed; one's own application is neither.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, Q, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications import corresponding, deciding, lifecycle, promises
from applications.admin.filters import AsksFilter, LookFilter, ReviewsFilter, StagedFilter, StatusFilter
from applications.admin.steps import STEPS, possible
from applications.admin.steps.batch import MAX_BATCH, Row, named, rows_of, with_names
from applications.admin.steps.step import Step
from applications.codes import ALPHABET
from applications.letter_forms import LetterForm, seen_in
from applications.models import Answer, Application, Assignment, Decision, Letter, Message, Question, Revision
from applications.notifications import as_text
from applications.readiness import asked, unfit
from applications.states import UNTOLD, Status
from community.models import Posting, User

# Postings in the table of counts above the list: those that closed last, or close next.
COUNTED_POSTINGS = 12
MAX_SENTENCES = 12


class JSONText(Func):
    """A JSON string as text, so that a name is found as it is read: “Aïcha”, not “A\\u00efcha”."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_EXTRACT(%(expressions)s, '$')", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s #>> '{}')", **extra)


def action_of(step: type[Step]) -> Callable[..., HttpResponse]:
    """The list's action that leads to the step's page with the references chosen. It changes nothing itself."""

    def action(admin_: "ApplicationAdmin", request: HttpRequest, queryset: Any) -> HttpResponse:
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


def too_many() -> str:
    return _("Choose at most %(number)d applications at a time.") % {"number": MAX_BATCH}


def step_url(step: type[Step], codes: list[str], *, back: str = "", words: str = "") -> str:
    query = QueryDict(mutable=True)
    query["codes"] = ",".join(codes)
    if words:
        query["words"] = words
    if back:
        query["back"] = back
    return reverse("admin:applications_application_step", args=[step.slug]) + "?" + query.urlencode(safe=",")


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):
    list_display = (
        "code",
        "applicant_name",
        "posting",
        "status",
        "asks",
        "staged",
        "sent",
        "reviews",
        "mean",
        "spread",
    )
    list_display_links = ("code", "applicant_name")
    list_filter = (
        ("posting", admin.RelatedFieldListFilter),
        ("posting__round", admin.RelatedFieldListFilter),
        StatusFilter,
        AsksFilter,
        ReviewsFilter,
        StagedFilter,
        LookFilter,
    )
    search_fields = ("code",)
    search_help_text = gettext_lazy("By reference, name or e-mail address.")
    ordering = ("-submitted_at", "-pk")
    list_per_page = 50
    list_max_show_all = MAX_BATCH
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = [action_of(step) for step in STEPS.values()]

    # Who may see what -----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_triage_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("applications.triage_application")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("applications.decide_application")

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset: Any = super().get_queryset(request)
        return queryset.sent().exclude(applicant=request.user.pk)

    # The list -------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        step = path(
            "step/<slug:slug>/", self.admin_site.admin_view(self.step_view), name="applications_application_step"
        )
        write = path(
            "<int:pk>/letters/", self.admin_site.admin_view(self.write_letter), name="applications_application_letter"
        )
        read = path(
            "<int:pk>/letters/read/",
            self.admin_site.admin_view(self.read_letters),
            name="applications_application_letters_read",
        )
        return [step, write, read, *super().get_urls()]

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
        if is_late(application):
            marks.append(format_html('<span class="mark late">{}</span>', _("answer late")))
        if number := len(application.unread_letters):
            words = ngettext("%(count)d message", "%(count)d messages", number) % {"count": number}
            marks.append(format_html('<span class="mark">{}</span>', words))
        # Their answers did not fit, and no machine turns anybody away.
        if application.look_asked_at is not None:
            marks.append(format_html('<span class="mark">{}</span>', _("a human look")))
        return format_html_join(" ", "{}", ((mark,) for mark in marks))

    @admin.display(description=gettext_lazy("sent"), ordering="submitted_at")
    def sent(self, application: Application) -> str:
        """The day is enough in a column; the year only where it is another one."""
        at = timezone.localtime(application.submitted_at)
        return date_format(at, "j M" if at.year == timezone.localtime().year else "j M Y")

    @admin.display(description=gettext_lazy("reviews"), ordering="reviews_done")
    def reviews(self, application: Application) -> int:
        return application.reviews_done

    @admin.display(description=gettext_lazy("mean"), ordering="mean_score", empty_value="")
    def mean(self, application: Application) -> Decimal | None:
        return application.mean_score

    @admin.display(description=gettext_lazy("spread"), ordering="score_spread", empty_value="")
    def spread(self, application: Application) -> Decimal | None:
        return application.score_spread

    @admin.display(description=gettext_lazy("staged"), empty_value="")
    def staged(self, application: Any) -> str:
        if not application.staged_decisions:
            return ""
        decision = application.staged_decisions[0]
        outcome = decision.get_outcome_display()
        if decision.release_at is None:
            return str(outcome)
        return _("%(outcome)s, set for %(when)s") % {"outcome": outcome, "when": short(decision.release_at)}

    # One application ------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self.draw(request, self.whole(request, object_id), extra_context=extra_context)

    def draw(
        self,
        request: HttpRequest,
        application: Any,
        *,
        form: LetterForm | None = None,
        status: int = 200,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        letters = list(application.letters.all())
        revisions = list(application.revisions.all())
        row = Row(application, next(iter(application.staged_decisions), None))
        codes = [application.code]
        assignments = list(application.assignments.all())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(name)s, %(posting)s") % {"name": row.name, "posting": application.posting},
            "application": application,
            "posting": application.posting,
            "applicant": application.applicant,
            "zone": timezone.get_current_timezone_name(),
            "steps": [
                (step.label, step_url(step, codes, back="page")) for step in possible(row, by=cast(User, request.user))
            ],
            "sections": [
                (section.title, [answer_shown(application, question) for question in here])
                for section, here in asked(application.form, application.values)
                if here
            ],
            "unfit": [
                (question, as_text(question, application.values.get(question.pk))) for question in unfit(application)
            ],
            "revisions": revisions,
            "changed_at": revisions[-1].sent_at if len(revisions) > 1 else None,
            "is_late": is_late(application),
            "undo_until": deciding.undo_until(application),
            "letters": letters,
            "letter_form": form or LetterForm(),
            "seen": sum(not letter.from_staff for letter in letters),
            "has_unread": any(not letter.from_staff and letter.read_at is None for letter in letters),
            "may_write": request.user.has_perm(corresponding.STAFF),
            "assignments": assignments,
            "rubric": rubric_table(application, assignments),
            "comments": [it for it in assignments if it.status == Assignment.Status.REVIEWED],
            "decisions": [(it, *words_of(it, application)) for it in application.decisions.all()],
            "history": application.history.all(),
            "messages_sent": application.messages.all(),
            "may_read_messages": request.user.has_perm("applications.view_message"),
            "may_open_files": request.user.has_perm("applications.view_upload"),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/applications/application/read.html", context, status=status)

    # Letters --------------------------------------------------------------------------------------------

    def write_letter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Staff write to the applicant, who hears at once. What cannot be taken stays in the form."""
        application = self.written_to(request, pk)
        if not isinstance(application, Application):
            return application
        form = LetterForm(request.POST)
        if not form.is_valid():
            return self.draw(request, application, form=form)
        user = cast(User, request.user)
        try:
            corresponding.write_letter(
                application, form.cleaned_data["text"], seen=seen_in(request.POST), by=user, at=timezone.now()
            )
        except lifecycle.Refused as refused:
            form.add_error("text", str(refused))
            return self.draw(request, application, form=form, status=409)
        self.message_user(request, _("Your message is on its way to the applicant."), messages.SUCCESS)
        return self.to_letters(application)

    def read_letters(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Staff say that they have read what the page showed. Opening the page says nothing."""
        application = self.written_to(request, pk)
        if not isinstance(application, Application):
            return application
        try:
            corresponding.mark_read(
                application, seen=seen_in(request.POST), by=cast(User, request.user), at=timezone.now()
            )
        except lifecycle.Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        return self.to_letters(application)

    def written_to(self, request: HttpRequest, pk: int) -> Application | HttpResponse:
        """The application that a letter is about; one's own and drafts are out of reach. By POST only."""
        if not self.has_triage_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return cast(Application, self.whole(request, str(pk)))

    def to_letters(self, application: Application) -> HttpResponse:
        address = reverse("admin:applications_application_change", args=[application.pk])
        return HttpResponseRedirect(f"{address}#letters")

    def whole(self, request: HttpRequest, object_id: str) -> Any:
        """The application with all that its page shows. Out of reach, such as a draft: 404."""
        applications = (
            with_names(self.get_queryset(request))
            .select_related("posting__round", "posting__project", "applicant", "form")
            .prefetch_related(
                "uploads",
                "letters__author",
                Prefetch("revisions", Revision.objects.defer("content")),
                "posting__criteria",
                "decisions__staged_by",
                "history__actor",
                "assignments__mentor",
                "assignments__review__scores",
                # Neither a link that signs in nor a code belongs before other eyes than its owner's.
                Prefetch("messages", Message.objects.filter(is_secret=False)),
                Prefetch("answers", Answer.objects.all()),
            )
        )
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        application = applications.filter(pk=int(object_id)).first()
        if application is None:
            raise Http404
        return application

    # A step ---------------------------------------------------------------------------------------------

    def step_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """GET shows what a step would do; POST checks what was filled in; POST with `confirm` does it."""
        kind = STEPS.get(slug)
        if kind is None:
            raise Http404
        if not (self.has_view_permission(request) and request.user.has_perm(kind.permission)):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        codes = [code for code in request.GET.get("codes", "").split(",") if code and set(code) <= set(ALPHABET)]
        back = self.back(request)
        if len(codes) > MAX_BATCH:
            self.message_user(request, too_many(), messages.ERROR)
            return HttpResponseRedirect(back)
        rows = rows_of(codes)
        if not rows:
            self.message_user(request, _("Choose at least one application first."), messages.ERROR)
            return HttpResponseRedirect(back)
        step = kind(rows, by=cast(User, request.user), at=timezone.now(), chosen=request.GET.get("words", ""))
        return self.take(request, step, codes, back)

    def take(self, request: HttpRequest, step: Step, codes: list[str], back: str) -> HttpResponse:
        posted = request.POST if request.method == "POST" else None
        form = step.form(posted)
        is_filled_in = form is None or (form.is_bound and form.is_valid())
        picks_words = step.has_form and form is None
        step.look(form.cleaned_data if form is not None and is_filled_in else None)
        if posted is not None and "confirm" in posted and is_filled_in and not picks_words:
            done = step.run(posted.getlist("seen"))
            self.tell(request, step, done.count, done.refused)
            return HttpResponseRedirect(back)
        is_checking = is_filled_in and not picks_words and not (posted is not None and "change" in posted)
        kind = type(step)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": step.title,
            "step": step,
            "form": form,
            "errors": form.errors if form is not None and form.is_bound and "change" not in (posted or {}) else {},
            "is_checking": is_checking,
            "confirm": kind.confirm % {"count": len(step.included)},
            "samples": step.samples() if is_checking else [],
            "merge_fields": [("{" + name + "}", meaning) for name, meaning in deciding.MERGE_FIELDS.items()],
            "words": step.words,
            "picks": [
                (
                    outcome,
                    number,
                    [(step_url(kind, codes, back=request.GET.get("back", ""), words=key), it) for key, it in templates],
                    step_url(kind, codes, back=request.GET.get("back", ""), words=f"own-{outcome}"),
                )
                for outcome, number, templates in step.picks()
            ]
            if picks_words
            else [],
            "back": back,
        }
        return TemplateResponse(request, "admin/applications/application/step.html", context)

    def back(self, request: HttpRequest) -> str:
        """Where the step was begun: the list with its filters, or the application's page."""
        address = reverse("admin:applications_application_changelist")
        query = request.GET.get("back", "")
        if query == "page":
            code = request.GET.get("codes", "").replace("\x00", "")
            pk = self.get_queryset(request).filter(code=code).values_list("pk", flat=True).first()
            return address if pk is None else reverse("admin:applications_application_change", args=[pk])
        # Read and written anew: what stands behind the question mark stays behind it.
        return f"{address}?{QueryDict(query).urlencode()}" if query else address

    def tell(self, request: HttpRequest, step: Step, count: int, refused: list[tuple[str, str]]) -> None:
        if count:
            self.message_user(request, type(step).done % {"count": count}, messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing was changed."), messages.WARNING)
        for code, sentence in refused[:MAX_SENTENCES]:
            self.message_user(request, f"{code}: {sentence}", messages.WARNING)
        if (more := len(refused) - MAX_SENTENCES) and more > 0:
            sentence = ngettext("%(count)d more was left out.", "%(count)d more were left out.", more)
            self.message_user(request, sentence % {"count": more}, messages.WARNING)


def is_late(application: Application) -> bool:
    """Whether the person still waits for an answer whose promised day has passed."""
    return application.status in UNTOLD and promises.is_past(application.posting, timezone.now())


def short(at: datetime | None) -> str:
    """A moment in a column, on the reader's clocks; the page says which those are."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def answer_shown(application: Application, question: Question) -> dict[str, Any]:
    value = application.values.get(question.pk)
    is_file = question.kind == Question.Kind.FILE
    return {
        "question": question,
        "text": "" if is_file else as_text(question, value),
        "link": str(value) if question.kind == Question.Kind.LINK and is_web(value) else "",
        "upload": value if is_file else None,
    }


def words_of(decision: Decision, application: Application) -> tuple[str, str]:
    """Subject and body as sent, or as they would be sent now."""
    if decision.released_at is not None:
        return decision.subject, decision.body
    return (
        deciding.render(decision.subject, application, answer_by=decision.answer_by),
        deciding.render(decision.body, application, answer_by=decision.answer_by),
    )


def is_web(value: Any) -> bool:
    """Only these become links: a `javascript:` address that slipped in stays text."""
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def rubric_table(application: Application, assignments: list[Assignment]) -> list[tuple[Any, list[Any]]]:
    """(criterion, the score of each review in the order of the assignments; None where none was given)."""
    done = [it for it in assignments if it.status == Assignment.Status.REVIEWED]
    scores = [{score.criterion_id: score.value for score in it.review.scores.all()} for it in done]
    return [(criterion, [given.get(criterion.pk) for given in scores]) for criterion in application.posting.rubric]
