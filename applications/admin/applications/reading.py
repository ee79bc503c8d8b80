"""The page to read one application on: answers, letters, reviews, decisions, history, and the steps that lead on.

Nothing here is editable. Writing to the applicant goes through corresponding.py, every step through its own page.
"""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import answering, corresponding, deciding, lifecycle, promises
from applications.admin.applications.reach import WithinReach
from applications.admin.applications.stepping import step_url
from applications.admin.steps import possible
from applications.admin.steps.batch import Row, with_names
from applications.letter_forms import LetterForm, seen_in
from applications.models import Answer, Application, Assignment, Decision, Message, Question, Revision
from applications.notifications import as_text
from applications.readiness import asked, unfit
from community.models import User
from community.requests import keeps_text


class ReadPage(WithinReach):
    def get_urls(self) -> list[URLPattern]:
        write = self.admin_site.admin_view(self.write_letter)
        read = self.admin_site.admin_view(self.read_letters)
        return [
            path("<int:pk>/letters/", write, name="applications_application_letter"),
            path("<int:pk>/letters/read/", read, name="applications_application_letters_read"),
            *super().get_urls(),
        ]

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
        now = timezone.now()
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
            "is_late": promises.is_late(application, now),
            "undo_until": answering.can_be_undone_until(application, now),
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

    # Letters --------------------------------------------------------------------------------------------

    @keeps_text
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
