"""The applicant's own pages: beginning, filling in, checking, sending, taking back. What was sent: following.py.

Each view loads through `visible_to`, calls one verb and redirects; a refusal becomes a sentence, and typed text stays.
Nothing here reads a decision before its release.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import drafting, files, lifecycle, revising
from applications.codes import new_code
from applications.drafting import Seen
from applications.earlier import earlier_answers
from applications.forms import AnswerField, SectionForm, put, seen_in
from applications.keeping import is_autosave, keeps_text, tell, told_of
from applications.models import Application, Decision, Letter, Question, SavedSection, Section, Upload
from applications.models.decisions import Outcome
from applications.notifications import as_text
from applications.questions_default import outline
from applications.readiness import asked, needs_look, problem_with, problems
from applications.states import TRANSITIONS, Action, Status
from community.models import Posting
from community.requests import SignedInRequest

asks_then_does = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Row:
    """One question with its answer, as the applicant reads it back."""

    question: Question
    text: str
    upload: Upload | None
    problem: str


@dataclass(frozen=True)
class Part:
    section: Section
    rows: list[Row]
    is_saved: bool

    @property
    def is_done(self) -> bool:
        return self.is_saved and not any(row.problem for row in self.rows)


# Loading ----------------------------------------------------------------------------------------------


def own(request: SignedInRequest, code: str, **annotations: Any) -> Application:
    """The visitor's own application; 404 for everybody else. A working copy has no address of its own."""
    application: Application = get_object_or_404(
        Application.objects.visible_to(request.user)
        .of_its_own()
        .select_related("posting__round", "posting__project", "form")
        .annotate(**annotations),
        code=code,
    )
    # One account is one row: the verbs and templates need not fetch it again.
    application.applicant = request.user
    return application


def in_hand(request: SignedInRequest, code: str) -> Application:
    """What the visitor writes in at this address: the draft, or changes begun on what was sent; else what was sent."""
    application = own(request, code)
    return application if application.is_draft else revising.changes_to(application) or application


def parts_of(application: Application) -> list[Part]:
    values = application.values
    # Nothing that was sent is still to be done.
    saved = application.saves if application.is_draft else {}
    return [
        Part(
            section,
            [
                Row(
                    question,
                    as_text(question, value),
                    value if isinstance(value, Upload) else None,
                    # Nothing is wrong with what was sent.
                    problem_with(question, value) if application.is_draft else "",
                )
                for question in here
                for value in [values.get(question.pk)]
            ],
            section.pk in saved,
        )
        for section, here in asked(application.form, values)
        if here
    ]


def left_over_in_words(application: Application) -> list[tuple[Question, str]]:
    """What was written to questions that are no longer asked. It is not sent."""
    return [(question, as_text(question, value)) for question, value in drafting.left_over(application)]


def next_part(application: Application) -> str:
    """Where to go on: what has changed meanwhile, then the first section that is not done, else the check."""
    if application.has_newer_form:
        return reverse("new_questions", args=[application.reference])
    for part in parts_of(application):
        if not part.is_done:
            return reverse("edit_section", args=[application.reference, part.section.slug])
        if part.section.screens and needs_look(application):
            return reverse("eligibility", args=[application.reference])
    return reverse("check_answers", args=[application.reference])


def can_withdraw(application: Application) -> bool:
    return application.status in TRANSITIONS[Action.WITHDRAW].sources


# Beginning --------------------------------------------------------------------------------------------


@login_not_required
@asks_then_does
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """GET tells what will be asked; POST begins, or leads to what was begun before."""
    now = timezone.now()
    posting = get_object_or_404(Posting.objects.public().select_related("round", "project"), slug=slug)
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.path)
        return _explain(request, posting, now)
    if request.method != "POST":
        existing = Application.objects.visible_to(request.user).live().filter(posting=posting).first()
        return redirect(existing) if existing else _explain(request, posting, now)
    try:
        application = drafting.begin(posting, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("apply", slug=slug)
    return redirect(next_part(application) if application.is_draft else application)


def _explain(request: HttpRequest, posting: Posting, now: datetime) -> HttpResponse:
    return render(
        request,
        "applications/applicant/apply.html",
        {
            "posting": posting,
            "now": now,
            "is_open": posting.is_open_at(now),
            "is_ahead": posting.is_ahead_at(now),
            "outline": outline(posting),
        },
    )


@require_safe
def my_applications(request: SignedInRequest) -> HttpResponse:
    """Everything the visitor began or sent, the latest first."""
    now = timezone.now()
    offer = Decision.objects.filter(application=OuterRef("pk"), outcome=Outcome.OFFER, released_at__isnull=False)
    applications = (
        Application.objects.visible_to(request.user)
        .of_its_own()
        .select_related("posting__round", "posting__project")
        .annotate(
            has_changes=Exists(Application.objects.filter(changes=OuterRef("pk"))),
            has_news=Exists(Letter.objects.from_the_staff().unread().filter(application=OuterRef("pk"))),
        )
        .annotate(answer_by=Subquery(offer.order_by("-released_at").values("answer_by")[:1]))
        .order_by("-created_at", "-pk")
    )
    return render(
        request,
        "applications/applicant/my_applications.html",
        {
            "now": now,
            "items": [(application, application.posting.is_open_at(now)) for application in applications],
        },
    )


# Filling in -------------------------------------------------------------------------------------------


@keeps_text
@asks_then_does
def edit_section(request: SignedInRequest, code: str, section: str) -> HttpResponse:
    """One section: GET shows what is saved, POST saves all that can be saved and then says what is wrong."""
    now = timezone.now()
    application = in_hand(request, code)
    # In the questions that the page was drawn with, also where there are newer ones: what was typed comes first.
    is_outdated = application.has_newer_form and application.posting.is_open_at(now)
    if is_outdated and request.method != "POST":
        return redirect("new_questions", code=code)
    part = _part_or_404(application, section)
    if request.method != "POST":
        if not application.is_draft:
            messages.info(request, _("This application was sent. What you can still do with it stands below."))
            return redirect(application)
        # Which version this is, before what it holds: what is saved between the two then counts as changed meanwhile.
        version = application.saves.get(part.pk)
        form = SectionForm(part, application.values, code)
        return _draw_section(request, application, part, form, now, saved=version)

    data, undecided = _as_chosen(request.POST, application, part)
    is_keeping = is_autosave(request)
    # A file goes with a press of the button only; the script leaves it out.
    form = SectionForm(part, application.values, code, data, None if is_keeping else request.FILES)
    form.full_clean()
    try:
        saved = _store(request, application, form, now, seen=Seen(-1) if undecided else seen_in(data))
    except lifecycle.Refused as refused:
        if is_keeping:
            return tell(409, text=str(refused))
        if isinstance(refused, drafting.Conflict):
            return _draw_conflict(request, application, form, data, refused, undecided)
        return _draw_section(request, application, part, form, now, refusal=str(refused))
    if is_keeping:
        return tell(200, version=saved.version, saved_at=saved.saved_at.isoformat(), problems=told_of(form))
    go = request.POST.get("go", "on")
    is_staying = "remove" in request.POST or "use" in request.POST
    if go != "later" and not is_staying:
        form.tell_problems()
    if form.errors:
        return _draw_section(request, application, part, form, now, saved=saved)
    if is_staying:
        return redirect(request.get_full_path())
    if go == "later":
        messages.success(request, _("Saved. Nothing is sent yet: come back and go on whenever you like."))
        return redirect(application)
    if is_outdated:
        return redirect("new_questions", code=code)
    if form.unfit and not application.has_asked_for_look:
        return redirect("eligibility", code=code)
    if go == "check":
        return redirect(f"{reverse('check_answers', args=[code])}#part-{part.slug}")
    return redirect(_after(application, form))


def _part_or_404(application: Application, slug: str) -> Section:
    for section in application.form.parts:
        if section.slug == slug:
            return section
    raise Http404


def _after(application: Application, form: SectionForm) -> str:
    """The next section in which anything is asked after these answers, else the check."""
    parts = [section for section, here in asked(application.form, form.current) if here or section == form.section]
    following = parts[parts.index(form.section) + 1 :]
    if following:
        return reverse("edit_section", args=[application.reference, following[0].slug])
    return reverse("check_answers", args=[application.reference])


def _as_chosen(typed: QueryDict, application: Application, part: Section) -> tuple[QueryDict, list[str]]:
    """What was typed, with what was chosen put in: an earlier answer, or the saved one of two that differed.

    Also the keys of questions where two texts differ and neither was chosen yet.
    """
    data, undecided = typed.copy(), []
    wanted = typed.get("use", "")
    differ = typed.getlist("differs")
    earlier = earlier_answers(application, part) if wanted else {}
    for question in part.asked:
        key = question.key
        # Whatever was typed there meanwhile is worth more than what a button offers.
        if key == wanted and key in earlier and not "".join(typed.getlist(key)).strip():
            put(data, question, earlier[key].value)
        if key in differ:
            choice = typed.get(f"choose_{key}")
            if choice == "saved":
                put(data, question, application.values.get(question.pk))
            elif choice != "mine":
                undecided.append(key)
    return data, undecided


def _store(
    request: SignedInRequest, application: Application, form: SectionForm, now: datetime, *, seen: Seen | None
) -> SavedSection:
    """Everything in `form` that can be stored: files, a file that was asked to be removed, answers.

    Files first: choosing one is an act of its own, whatever becomes of the texts that came with it.
    """
    for question, file in form.files_given.items():
        form.show_upload(question, drafting.attach_file(application, question, file, by=request.user, at=now))
    for question in form.section.asked:
        upload = form.current.get(question.pk)
        if isinstance(upload, Upload) and upload.code == request.POST.get("remove"):
            drafting.remove_file(application, upload, by=request.user, at=now)
            form.show_upload(question, None)
    if seen is not None and form.unkept:
        # The page holds text that is nowhere else: it must not take its copy for stored.
        seen = replace(seen, page="") if seen.version >= 0 else seen
    return drafting.save_answers(application, form.section, form.values, by=request.user, at=now, seen=seen)


def _draw_conflict(
    request: SignedInRequest,
    application: Application,
    form: SectionForm,
    data: QueryDict,
    conflict: drafting.Conflict,
    undecided: list[str],
) -> HttpResponse:
    """Both texts of each question that differs, side by side, to choose from. What was typed goes along."""
    seen = seen_in(request.POST)
    rows = [
        (
            difference.question,
            as_text(difference.question, difference.saved),
            as_text(difference.question, difference.typed),
            request.POST.get(f"choose_{difference.question.key}", ""),
        )
        for difference in conflict.differences
    ]
    context = {
        "application": application,
        "posting": application.posting,
        "part": form.section,
        "rows": rows,
        "typed": [
            (question.key, value) for question in form.section.asked for value in map(str, data.getlist(question.key))
        ],
        "version": conflict.version,
        "page": f"{seen.page}-{seen.turn + 1}" if seen and seen.page else "",
        "saved_at": conflict.saved_at,
        "go": request.POST.get("go", "on"),
        "problems": [
            (f"id_saved_{question.key}", _("Choose which text to keep for “%(question)s”") % {"question": label})
            for question, *_rest in rows
            for label in [question.label_here.rstrip("?.: ")]
            if question.key in undecided
        ],
    }
    return render(request, "applications/applicant/conflict.html", context, status=409)


def _draw_section(
    request: SignedInRequest,
    application: Application,
    part: Section,
    form: SectionForm,
    now: datetime,
    *,
    saved: SavedSection | None = None,
    refusal: str = "",
) -> HttpResponse:
    form.count_words()
    if form.is_multipart() and not refusal:
        form.let_send_apart(application.incoming.all())
    parts = [section for section, here in asked(application.form, form.current) if here or section == part]
    done = dict(application.saves)
    if saved:
        done[part.pk] = saved
    for key, found in earlier_answers(application, part).items():
        if not form[key].value() and not refusal:
            field = form.fields[key]
            assert isinstance(field, AnswerField)
            field.earlier = found
    context: dict[str, Any] = {
        "application": application,
        "posting": application.posting,
        "part": part,
        "parts": [(section, section.pk in done) for section in parts],
        "number": parts.index(part) + 1,
        "form": form,
        "now": now,
        "saved": done.get(part.pk),
        "version": done[part.pk].version if part.pk in done else 0,
        # A name for this opening of the page, and what is stored of each part and who stored it, for the script.
        "page": new_code(12),
        "stored": [(section.slug, done[section.pk]) for section in parts if section.pk in done],
        "is_open": revising.can_be_sent(application, at=now),
        "from_check": request.GET.get("from") == "check",
        "refusal": refusal,
    }
    if refusal:
        context["problems"] = [("main", refusal)]
    return render(request, "applications/applicant/edit_section.html", context, status=409 if refusal else 200)


# Files ------------------------------------------------------------------------------------------------


@require_safe
def download_file(request: SignedInRequest, code: str, upload_code: str) -> FileResponse:
    """A file, for whoever gave it and, once it was sent, for staff who may see files. Never shown in the browser."""
    allowed = Q(application__applicant_id=request.user.pk)
    if request.user.is_staff and request.user.has_perm("applications.view_upload"):
        allowed |= ~Q(application__status=Status.DRAFT)
    of_it = Q(application__code=code) | Q(application__changes__code=code)
    uploads = Upload.objects.filter(allowed, of_it).select_related("question")
    upload = get_object_or_404(uploads, code=upload_code)
    extension = upload.name.rpartition(".")[2].lower()
    # A name of ours: the one it came with may hold anything, a person's name above all.
    name = f"{code}-{upload.question.key}.{extension if extension in files.KINDS else 'bin'}"
    response = FileResponse(upload.file.open("rb"), as_attachment=True, filename=name, content_type=upload.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def remove_file(request: SignedInRequest, code: str, upload_code: str) -> HttpResponse:
    now = timezone.now()
    application = in_hand(request, code)
    upload = get_object_or_404(application.uploads, code=upload_code)
    try:
        drafting.remove_file(application, upload, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect(application)
    messages.success(request, _("The file is removed."))
    return redirect("check_answers", code=code)


# Checking and sending ---------------------------------------------------------------------------------


@asks_then_does
def check_answers(request: SignedInRequest, code: str) -> HttpResponse:
    """GET lists every answer and what is missing; POST sends, once, however often it is pressed."""
    now = timezone.now()
    if request.method == "POST":
        return _send(request, code, now)
    application = in_hand(request, code)
    if application.has_newer_form and application.posting.is_open_at(now):
        return redirect("new_questions", code=code)
    return _draw_check(request, application, now) if application.is_draft else redirect(application)


def _send(request: SignedInRequest, code: str, now: datetime) -> HttpResponse:
    """Reads nothing before the verb does: what is only needed for a refusal is read where it is refused."""
    try:
        sent = drafting.submit(code, by=request.user, at=now)
        if sent.submitted_at != now and revising.changes_to(sent) is not None:
            return _send_changes(request, sent, now)
    except drafting.NotReady as refused:
        application = in_hand(request, code)
        if needs_look(application):
            return redirect("eligibility", code=code)
        return _draw_check(request, application, now, told=[(p.field_id, p.text) for p in refused.problems])
    except lifecycle.Refused as refused:
        application = in_hand(request, code)
        if application.has_newer_form and application.posting.is_open_at(now):
            return redirect("new_questions", code=code)
        return _draw_check(request, application, now, told=[("main", str(refused))], status=409)
    if sent.submitted_at == now:
        messages.success(
            request,
            _("Your application is sent. A copy of every answer is on its way to %(email)s.")
            % {"email": request.user.email},
        )
    return redirect(sent)


def _send_changes(request: SignedInRequest, application: Application, now: datetime) -> HttpResponse:
    if revising.send_changes(application, by=request.user, at=now) is None:
        messages.info(request, _("You changed nothing, so what you sent stands as it is."))
    else:
        messages.success(
            request,
            _("Your changes are sent and count from now on. A copy of every answer is on its way to %(email)s.")
            % {"email": request.user.email},
        )
    return redirect(application)


def _draw_check(
    request: SignedInRequest,
    application: Application,
    now: datetime,
    *,
    told: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "applications/applicant/check_answers.html",
        {
            "application": application,
            "posting": application.posting,
            "parts": parts_of(application),
            "missing": problems(application),
            "left_over": left_over_in_words(application),
            "problems": told or [],
            "now": now,
            "is_open": revising.can_be_sent(application, at=now),
        },
        status=status,
    )


# Taking back ------------------------------------------------------------------------------------------


@asks_then_does
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """GET asks, POST withdraws."""
    now = timezone.now()
    application = own(request, code)
    if request.method != "POST":
        if not can_withdraw(application):
            messages.info(request, _("There is nothing to withdraw now."))
            return redirect(application)
        return render(
            request,
            "applications/applicant/withdraw.html",
            {
                "application": application,
                "posting": application.posting,
                "now": now,
                "is_open": application.posting.is_open_at(now),
            },
        )
    try:
        drafting.withdraw(application, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    return redirect(application)


@asks_then_does
def discard(request: SignedInRequest, code: str) -> HttpResponse:
    """GET asks, POST deletes a draft with everything in it."""
    now = timezone.now()
    application = in_hand(request, code)
    if request.method != "POST":
        if not application.is_draft:
            messages.info(request, _("This application was sent. You can withdraw it, but not discard it."))
            return redirect(application)
        return render(
            request,
            "applications/applicant/discard.html",
            {"application": application, "posting": application.posting, "now": now},
        )
    title = application.posting.title
    try:
        drafting.discard(application, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect(application)
    if application.changes is not None:
        messages.success(request, _("Your changes are discarded. What you sent stands."))
        return redirect(application)
    messages.success(request, _("Your draft for %(role)s is discarded.") % {"role": title})
    return redirect("my_applications")
