"""The staff's own tool: the admin as program staff see it, every list, every page of a step, the builder of forms."""

import re
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from applications import building
from applications.admin.steps import STEPS
from applications.decision_templates import templates_for
from applications.models import Application, Decision, Form, Letter, Message, MessageTemplate
from applications.models.decisions import Outcome
from applications.states import Status
from community.models import Posting, User
from tests.browser.visitor import Walk

CAROL = "carol@example.org"
LOCAL = "%Y-%m-%dT%H:%M"


def at(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=args)


def read(application: Application) -> str:
    return at(Application, "change", application.pk)


def step(slug: str, *applications: Application, **more: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in more.items())
    codes = ",".join(application.code for application in applications)
    return reverse("admin:applications_application_step", args=[slug]) + f"?codes={codes}&{query}"


def standing(status: Status, number: int = 1, **more: Any) -> list[Application]:
    found = Application.objects.sent().filter(status=status, **more).order_by("pk")[:number]
    assert len(found) == number, status
    return list(found)


def lists_and_rows(walk: Walk) -> None:
    """Every list that program staff may open, and of each the first row and the page that adds one."""
    carol = walk.visitor(CAROL)
    carol.sees("admin", reverse("admin:index"))
    carol.sees("admin of one app", reverse("admin:app_list", args=["applications"]))
    carol.sees("admin, password", reverse("admin:password_change"))
    carol.sees("admin, password refused", reverse("admin:password_change"), {"old_password": ""})
    for model in admin.site._registry:
        try:
            found = carol.client.get(at(model, "changelist"))
        except NoReverseMatch:
            continue
        if found.status_code != 200:
            continue
        name = model._meta.model_name
        carol.sees(f"list of {name}", at(model, "changelist"))
        new = carol.client.get(at(model, "add"))
        if new.status_code == 200:
            carol.sees(f"new {name}", at(model, "add"))
            # As a browser would send it, with the words taken out: the rows below say how many they are.
            empty = {
                key: value for key, value in everything_typed(new.content.decode()).items() if key.endswith("_FORMS")
            }
            carol.sees(f"new {name}, refused", at(model, "add"), empty)
        row = model._default_manager.order_by("pk").first()
        if model is not Application and row is not None:
            carol.sees(f"one {name}", at(model, "change", row.pk))


def applications(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    every = at(Application, "changelist")
    carol.sees("applications, one role", every + f"?posting__id__exact={standing(Status.IN_REVIEW)[0].posting_id}")
    carol.sees("applications, none", every + "?q=nobody-of-that-name")
    carol.sees("applications, nothing chosen", every, {"action": "assign", "index": "0"})
    for status in (Status.SUBMITTED, Status.SHORTLISTED, Status.DECLINED, Status.ACCEPTED, Status.WITHDRAWN):
        carol.sees(f"read {status.value}", read(standing(status)[0]))
    waiting = Letter.objects.filter(from_staff=False, read_at=None).order_by("pk")[0].application
    carol.sees("read with a letter", read(waiting))
    letter = reverse("admin:applications_application_letter", args=[waiting.pk])
    carol.sees("letter of staff, refused", letter, {"text": ""})
    carol.sees("letter of staff, sent", letter, {"text": "You need not.", "seen": "9"})
    Posting.objects.filter(pk=waiting.posting_id).update(decides_on=timezone.now().date() - timedelta(days=2))
    carol.sees("read, answer is late", read(waiting))


def steps(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    submitted, declined = standing(Status.SUBMITTED, 2), standing(Status.DECLINED)[0]
    for slug in ("send-to-review", "shortlist"):
        carol.sees(f"step {slug}", step(slug, *submitted, declined))
    assign = step("assign", *submitted, declined)
    page = carol.sees("step assign", assign).content.decode()
    carol.sees("step assign, refused", assign, {})
    mentors = re.findall(r'name="mentors" value="(\d+)"', page)[:2]
    carol.sees("step assign, to confirm", assign, {"mentors": mentors})
    seen = re.findall(r'name="seen" value="([^"]+)"', carol.client.post(assign, {"mentors": mentors}).content.decode())
    carol.sees("step assign, done", assign, {"mentors": mentors, "seen": seen, "confirm": "1"})
    answer_by = f"{timezone.localtime() + timedelta(days=9):{LOCAL}}"
    shortlisted = standing(Status.SHORTLISTED, 2, decisions=None)
    for slug, outcome, chosen in (
        ("stage", Outcome.OFFER, shortlisted), ("screen-out", Outcome.DECLINE, standing(Status.SUBMITTED, 2)),
    ):  # fmt: skip
        carol.sees(f"step {slug}", step(slug, *chosen))
        key = next(key for key, words in templates_for([outcome]).items() if words.outcome == outcome)
        words = step(slug, *chosen, words=key)
        carol.sees(f"step {slug}, words", words)
        carol.sees(f"step {slug}, refused", words, {"subject": "", "body": "{nothing}", "answer_by": "soon"})
        filled_in = {"subject": "About {role}", "body": "Dear {name}, thank you.", "answer_by": answer_by}
        if outcome == Outcome.OFFER:
            filled_in["body"] += " Answer by {answer_by}."
        assert 'name="confirm"' in carol.sees(f"step {slug}, to confirm", words, filled_in).content.decode()


def staged(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    offers = [it.application for it in Decision.objects.staged().filter(outcome=Outcome.OFFER).order_by("pk")[:2]]
    others = [*offers, standing(Status.DECLINED)[0]]
    carol.sees("read staged", read(offers[0]))
    carol.sees("step take-back", step("take-back", *others))
    carol.sees("step release", step("release", *others))
    schedule = step("schedule", *others)
    carol.sees("step schedule", schedule)
    carol.sees("step schedule, refused", schedule, {"release_at": "soon"})
    later = f"{timezone.localtime() + timedelta(days=1):{LOCAL}}"
    carol.sees("step schedule, to confirm", schedule, {"release_at": later})
    assert {page.name.split()[1].rstrip(",") for page in walk.pages if page.name.startswith("step ")} == set(STEPS)


def forms(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    asked = Form.objects.filter(posting__slug="backend-engineer-shelfline").get()
    empty = building.copy_posting(asked.posting, by=User.objects.get(email=CAROL), at=timezone.now())
    fresh = Form.objects.get(posting=empty)
    carol.sees("form, frozen", at(Form, "change", asked.pk))
    carol.sees("form", at(Form, "change", fresh.pk))
    carol.sees("ready-made forms", at(Form, "ready_made", fresh.pk))
    carol.sees("form, from ready-made", at(Form, "ready_made", fresh.pk), {"ready": "checked-first"})
    carol.sees("form, new version", at(Form, "new_version", asked.pk), {})
    carol.sees("form, superseded", at(Form, "change", asked.pk))
    fresh = Form.objects.get(posting=empty)
    section = fresh.parts[0]
    carol.sees("section", at(type(section), "change", section.pk))
    carol.sees("section, frozen", at(type(section), "change", asked.parts[0].pk))
    for part in fresh.parts:
        carol.sees(f"preview of {part.slug}", at(type(section), "preview", part.pk))
    typed = everything_typed(carol.client.get(at(type(section), "change", section.pk)).content.decode())
    carol.sees("preview, not saved", at(type(section), "preview", section.pk), typed)
    typed["questions-0-label"] = typed["title"] = ""
    carol.sees("section, refused", at(type(section), "change", section.pk), typed)


def everything_typed(page: str) -> dict[str, Any]:
    """What a browser would send from the section's page: its boxes and hidden fields, as they stand."""
    typed = dict(re.findall(r'<input type="(?:text|hidden|number)" name="([^"]+)" value="([^"]*)"', page))
    typed |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))
    typed |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', page), "on")
    chosen = re.findall(r'<select name="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {name: value for name, value in (typed | dict(chosen)).items() if "__prefix__" not in name}


def postings(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    draft = Posting.objects.get(slug="security-reviewer-daftari")
    open_ = Posting.objects.get(slug="backend-engineer-shelfline")
    carol.sees("posting in the admin, draft", at(Posting, "change", draft.pk))
    carol.sees("posting in the admin", at(Posting, "change", open_.pk))
    carol.sees("posting in the admin, history", at(Posting, "history", open_.pk))
    chosen = {"action": "publish_chosen", "_selected_action": draft.pk, "index": "0"}
    carol.sees("postings, publishing refused", at(Posting, "changelist"), chosen)
    chosen = {"action": "close_chosen", "_selected_action": [draft.pk, open_.pk], "index": "0"}
    carol.sees("postings, to close", at(Posting, "changelist"), chosen)


def messages_and_words(walk: Walk) -> None:
    carol = walk.visitor(CAROL)
    failed = Message.objects.filter(is_secret=False).latest("pk")
    Message.objects.filter(pk=failed.pk).update(sent_at=None, last_error="Connection refused", attempts=3)
    carol.sees("messages, one failed", at(Message, "changelist"))
    carol.sees("message, failed", at(Message, "change", failed.pk))
    carol.sees("messages, none", at(Message, "changelist") + "?q=nobody-of-that-name")
    words = MessageTemplate.objects.order_by("pk")[0]
    carol.sees("words to delete", at(MessageTemplate, "delete", words.pk))
    chosen = {"action": "delete_selected", "_selected_action": words.pk, "index": "0"}
    carol.sees("several words to delete", at(MessageTemplate, "changelist"), chosen)
    carol.sees("words, refused", at(MessageTemplate, "change", words.pk), {"name": "", "body": "{nothing}"})
    carol.sees("admin, signed out", reverse("admin:logout"), {})


SCENES = (lists_and_rows, applications, steps, staged, forms, postings, messages_and_words)
