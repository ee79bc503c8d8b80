"""Filling in one section of the form: what is saved, what is wrong with it, and two texts where both were changed.

Whatever can be stored is stored before anything is said to be wrong; what cannot be taken stays on the page.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import drafting, lifecycle, revising
from applications.codes import new_code
from applications.earlier import earlier_answers
from applications.forms import AnswerField, SectionForm, put, seen_in
from applications.keeping import is_autosave, tell, told_of
from applications.models import Application, SavedSection, Section, Upload
from applications.notifications import as_text
from applications.readiness import asked, problem_with
from applications.seen import Seen
from applications.views.conflict import Named, Stored, draw_conflict
from applications.views.own import in_hand
from community.requests import SignedInRequest, asks_then_does, keeps_text


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
            return draw_conflict(
                request,
                [
                    (
                        Named(difference.question.key, difference.question.label_here),
                        as_text(difference.question, difference.saved),
                        as_text(difference.question, difference.typed),
                    )
                    for difference in refused.differences
                ],
                posting=application.posting,
                part=part.title_here,
                stored=Stored(refused.version, refused.saved_at),
                typed=data,
                names=[question.key for question in part.asked],
                undecided=undecided,
                go="on",
            )
        return _draw_section(request, application, part, form, now, refusal=str(refused))
    if is_keeping:
        return tell(200, version=saved.version, saved_at=saved.saved_at.isoformat(), problems=told_of(form))
    go = request.POST.get("go", "on")
    is_staying = "remove" in request.POST or "use" in request.POST
    # What can no longer be sent lacks nothing any more.
    is_open = revising.can_be_sent(application, at=now)
    if go != "later" and not is_staying and is_open:
        form.tell_problems()
    if form.errors:
        return _draw_section(request, application, part, form, now, saved=saved)
    if is_staying:
        return redirect(request.get_full_path())
    if go == "later" or not is_open:
        if is_open:
            messages.success(request, _("Saved. Nothing is sent yet: come back and go on whenever you like."))
        else:
            messages.success(request, _("Saved. It stays here for you to read and copy."))
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
    request: SignedInRequest, application: Application, form: SectionForm, now: datetime, *, seen: Seen
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
    if form.unkept:
        # The page holds text that is nowhere else: it must not take its copy for stored.
        seen = replace(seen, page="") if seen.version >= 0 else seen
    return drafting.save_answers(application, form.section, form.values, by=request.user, at=now, seen=seen)


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
    standing = {section: here for section, here in asked(application.form, form.current) if here or section == part}
    parts = list(standing)
    done = dict(application.saves)
    if saved:
        done[part.pk] = saved
    for key, found in earlier_answers(application, part).items():
        field = form.fields.get(key)
        # A question that an answer in another part rules out has no field here. A 0 is an answer.
        if field is not None and form[key].value() in (None, "", []) and not refusal:
            assert isinstance(field, AnswerField)
            field.earlier = found
    context: dict[str, Any] = {
        "application": application,
        "posting": application.posting,
        "part": part,
        "parts": [
            (
                section,
                section.pk in done,
                any(problem_with(question, form.current.get(question.pk)) for question in here),
            )
            for section, here in standing.items()
        ],
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
