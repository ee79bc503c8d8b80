"""Two pages between the parts of a form: where an answer does not fit, and where the questions were changed meanwhile.

Each view loads the visitor's own, calls one verb and redirects. Neither turns anybody away, and neither loses a text.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import drafting, lifecycle
from applications import eligibility as looking
from applications.look_forms import LookForm
from applications.models import Application, Form
from applications.notifications import as_text
from applications.readiness import needs_look, unfit
from applications.views.own import in_hand, next_part
from community.forms import problems_of
from community.models import Posting
from community.requests import SignedInRequest, asks_then_does, keeps_text

OTHER_ROLES = 5


@keeps_text
@asks_then_does
def eligibility(request: SignedInRequest, code: str) -> HttpResponse:
    """GET explains which answer does not fit and offers other roles; POST asks for a human look, and goes on."""
    now = timezone.now()
    application = in_hand(request, code)
    if not application.is_draft:
        return redirect(application)
    form = LookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            looking.ask_for_look(application, reason=form.cleaned_data["reason"], by=request.user, at=now)
        except lifecycle.Refused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, _("You asked for a human look. Staff see it with what you send. Go on here."))
        return redirect(next_part(in_hand(request, code)))
    if not needs_look(application):
        return redirect(next_part(application))
    (part,) = {section for section in application.form.parts if section.screens}
    others = (
        Posting.objects.open_at(now)
        .exclude(pk=application.posting_id)
        .exclude(pk__in=Application.objects.visible_to(request.user).live().values("posting"))
        .select_related("project")
        .prefetch_related("texts")
        .order_by("closes_at", "pk")
    )
    context = {
        "application": application,
        "posting": application.posting,
        "part": part,
        "unfit": [(question, as_text(question, application.values[question.pk])) for question in unfit(application)],
        "others": others[:OTHER_ROLES],
        "form": form,
        "problems": problems_of(form),
        "now": now,
    }
    return render(request, "applications/applicant/eligibility.html", context)


@asks_then_does
def new_questions(request: SignedInRequest, code: str) -> HttpResponse:
    """GET tells what has changed since the draft was begun; POST takes the draft along, with everything in it."""
    now = timezone.now()
    application = in_hand(request, code)
    if not application.is_draft or not application.posting.is_open_at(now):
        return redirect(application)
    if not application.has_newer_form:
        return redirect(next_part(application))
    if request.method == "POST":
        try:
            drafting.move_to_newest_form(application, by=request.user, at=now)
        except lifecycle.Refused as refused:
            messages.error(request, str(refused))
            return redirect(application)
        return redirect(next_part(in_hand(request, code)))
    newest = Form.objects.newest().get(posting=application.posting_id)
    before = {(question.key, question.kind): question.label for question in application.form.questions}
    now_asked = {(question.key, question.kind) for question in newest.questions}
    context = {
        "application": application,
        "posting": application.posting,
        "added": [question for question in newest.questions if (question.key, question.kind) not in before],
        "reworded": [
            question
            for question in newest.questions
            if before.get((question.key, question.kind), question.label) != question.label
        ],
        "gone": [question for question in application.form.questions if (question.key, question.kind) not in now_asked],
        "now": now,
    }
    return render(request, "applications/applicant/new_questions.html", context)
