"""The page that every step goes through: whom it would touch, what is to be filled in, and the button that does it.

Asks the step and shows what it says; a step calls its verb. Nothing changes before “confirm” is posted.
"""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import deciding
from applications.admin.applications.reach import WithinReach
from applications.admin.steps import STEPS
from applications.admin.steps.batch import MAX_BATCH, rows_of
from applications.admin.steps.step import Step
from applications.codes import ALPHABET
from applications.keeping import keeps_text_beside
from community.models import User

MAX_SENTENCES = 12


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


class StepPage(WithinReach):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.step_view)
        return [path("step/<slug:slug>/", view, name="applications_application_step"), *super().get_urls()]

    @keeps_text_beside("check", "confirm", "change")
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
            "merge_fields": [
                ("{" + name + "}", meaning)
                for name, meaning in deciding.fields_for(step.words.outcome if step.words else "").items()
            ],
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
