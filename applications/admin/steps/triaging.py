"""The steps before a decision: to review, to mentors, to the shortlist. The applicant is told of none of them.

Each calls its verb in applications/triage.py.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from applications import lifecycle, triage
from applications.admin.steps.batch import Row
from applications.admin.steps.forms import MentorsForm, StepForm
from applications.admin.steps.step import Done, OneByOne, Step, arrow
from applications.models import Application, Assignment
from applications.states import TRANSITIONS, UNDER_REVIEW, Action, Status
from community.membership import mentors
from community.models import Membership, User


class Move(OneByOne):
    """A step that is one action of the status table, and asks for nothing."""

    permission = "applications.triage_application"
    action: ClassVar[Action]

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return not lifecycle.refusal(row.application.status, cls.action)

    def refusal(self, row: Row) -> str:
        return lifecycle.refusal(row.application.status, self.action)

    def becomes(self, row: Row) -> str:
        return arrow(row.application.status, TRANSITIONS[self.action].target)


class SendToReview(Move):
    slug = "send-to-review"
    label = gettext_lazy("Send to review")
    title = gettext_lazy("Send to review")
    explanation = gettext_lazy(
        "Mentors can then be asked to read these. Applicants are told nothing: they still read “Being considered”."
    )
    confirm = ngettext_lazy("Send %(count)d application to review", "Send %(count)d applications to review", "count")
    done = ngettext_lazy(
        "%(count)d application was sent to review.", "%(count)d applications were sent to review.", "count"
    )
    action = Action.SEND_TO_REVIEW

    def take_one(self, row: Row) -> None:
        triage.send_to_review(row.application, by=self.by, at=self.at)


class Shortlist(Move):
    slug = "shortlist"
    label = gettext_lazy("Shortlist")
    title = gettext_lazy("Shortlist")
    explanation = gettext_lazy(
        "Mentors can go on reading these. Applicants are told nothing: they still read “Being considered”."
    )
    confirm = ngettext_lazy("Shortlist %(count)d application", "Shortlist %(count)d applications", "count")
    done = ngettext_lazy("%(count)d application was shortlisted.", "%(count)d applications were shortlisted.", "count")
    action = Action.SHORTLIST

    def take_one(self, row: Row) -> None:
        triage.shortlist(row.application, by=self.by, at=self.at)


class Assign(Step):
    slug = "assign"
    permission = "applications.triage_application"
    label = gettext_lazy("Assign mentors")
    title = gettext_lazy("Assign mentors")
    explanation = gettext_lazy(
        "Each mentor chosen is asked to read each of these, without names, and gets one e-mail a day at most. "
        "What was only submitted goes to review. Applicants are told nothing."
    )
    confirm = ngettext_lazy(
        "Ask for the reviews of %(count)d application", "Ask for the reviews of %(count)d applications", "count"
    )
    done = ngettext_lazy("%(count)d review was asked for.", "%(count)d reviews were asked for.", "count")
    has_form = True

    def __init__(self, rows: list[Row], *, by: User, at: datetime, chosen: str = "") -> None:
        super().__init__(rows, by=by, at=at, chosen=chosen)
        projects = {row.application.posting.project_id for row in rows}
        people = (
            mentors(at.date())
            .select_related("profile")
            .prefetch_related(
                Prefetch(
                    "memberships",
                    Membership.objects.current(at.date()).mentors().select_related("project"),
                    to_attr="mentoring",
                )
            )
            .annotate(
                to_read=Count(
                    "assignments",
                    filter=Q(
                        assignments__status=Assignment.Status.OPEN,
                        assignments__application__status__in=sorted(UNDER_REVIEW),
                    )
                    # Staff who applied would read off the number that theirs is being read, and by whom.
                    & ~Q(assignments__application__applicant=by),
                )
            )
        )
        self.mentors: dict[str, User] = {}
        self.asked: list[User] = []
        self.never: list[str] = []
        # Mentors of the project that applicants want to join come first, then those with least to read.
        for mentor in sorted(people, key=lambda it: (not projects & {m.project_id for m in it.mentoring}, it.to_read)):
            if sentence := triage.refusal_of_mentor(mentor, is_mentor=True):
                self.never.append(sentence)
            else:
                self.mentors[str(mentor.pk)] = mentor

    @classmethod
    def leads_somewhere(cls, row: Row) -> bool:
        return not triage.refusal_to_assign(row.application)

    def form(self, data: Any = None) -> StepForm:
        return MentorsForm(data, mentors=[(pk, self._labelled(mentor)) for pk, mentor in self.mentors.items()])

    def _labelled(self, mentor: Any) -> str:
        load = ngettext("%(count)d to read", "%(count)d to read", mentor.to_read) % {"count": mentor.to_read}
        profile = getattr(mentor, "profile", None)
        who = f"{profile.name} ({mentor.email})" if profile is not None else mentor.email
        return f"{who} · {', '.join(sorted({m.project.name for m in mentor.mentoring}))} · {load}"

    def notes(self) -> list[str]:
        return self.never

    def look(self, values: dict[str, Any] | None = None) -> None:
        self.asked = [self.mentors[pk] for pk in (values or {}).get("mentors", [])]
        pairs = Assignment.objects.filter(
            application__in=[row.application.pk for row in self.rows], mentor__in=self.asked
        )
        self.earlier = {(pair.application_id, pair.mentor_id): pair.status for pair in pairs}
        self.applied = set(
            Application.objects.sent()
            .filter(posting__in={row.application.posting_id for row in self.rows}, applicant__in=self.asked)
            .values_list("posting_id", "applicant_id")
        )
        super().look(values)

    def refusal(self, row: Row) -> str:
        row.remarks = []
        if sentence := triage.refusal_to_assign(row.application):
            return sentence
        if not self.asked:
            return ""
        ready = []
        for mentor in self.asked:
            earlier = self.earlier.get((row.application.pk, mentor.pk))
            sentence = triage.refusal_of_pair(
                row.application,
                mentor,
                earlier=earlier,
                applied=(row.application.posting_id, mentor.pk) in self.applied,
            )
            if not sentence and earlier is not None:
                sentence = _("%(mentor)s was asked already.") % {"mentor": mentor}
            if sentence:
                row.remarks.append(sentence)
            else:
                ready.append(mentor)
        row.mentors = ready
        return "" if ready else " ".join(row.remarks)

    def becomes(self, row: Row) -> str:
        if not self.asked:
            return ""
        asked = _("asked: %(mentors)s") % {"mentors": ", ".join(mentor.email for mentor in row.mentors)}
        if row.application.status == Status.SUBMITTED:
            return f"{arrow(Status.SUBMITTED, Status.IN_REVIEW)}; {asked}"
        return asked

    def is_stale(self, row: Row, seen: str) -> bool:
        """Never: whoever moved it meanwhile, asking a mentor to read it is still what was meant, or is refused."""
        return False

    def take(self, rows: list[Row], result: Done) -> None:
        for row in rows:
            for mentor in self.asked:
                try:
                    assignment = triage.assign(row.application, mentor, by=self.by, at=self.at)
                except lifecycle.Refused as refusal:
                    result.refused.append((row.application.code, str(refusal)))
                    continue
                # The same moment: made by this very press. Another: it was there before.
                if assignment.assigned_at == self.at:
                    result.count += 1
                else:
                    sentence = _("%(mentor)s was asked already.") % {"mentor": mentor}
                    result.refused.append((row.application.code, sentence))
