"""Believable data at any size, for looking at long lists and for measuring. Called by `seed_demo` with numbers.

Makes rows in bulk instead of through the verbs: the one place beside lifecycle that may, since nothing here was ever
at another status. History, answers, reviews and summaries agree with the status all the same. The same seed on the
same database makes the same rows; a second call adds to the first.
"""

import time as clock
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection, reset_queries, transaction

from applications.decision_templates import SCREENED_OUT, ensure_message_templates
from applications.demo import story
from applications.demo.bulk.hand import ZONES, code_of, create
from applications.demo.bulk.program import Offered, ProgramMaker
from applications.demo.bulk.rows import RowMaker
from applications.demo.bulk.tales import TaleMaker
from applications.models import Answer, Application, HistoryEntry, MessageTemplate, Revision, SavedSection
from applications.models.decisions import Outcome
from community.models import Consent, User

__all__ = ["Maker", "code_of"]

# So many applications are held in memory at a time, with their thirty rows each.
BATCH = 1000
STAFF = "demo-staff@example.org"


class Maker(ProgramMaker, TaleMaker, RowMaker):
    """Makes all of it, in the order in which one rests on the other."""

    def make(self, *, applications: int, mentors: int, postings: int) -> dict[str, int]:
        with transaction.atomic():
            ensure_message_templates()
            self.words = self._words()
            self.staff = self._staff()
            projects = self._projects(max(1, postings // 3)) if postings or mentors else []
            self.mentors = self._mentors(mentors, projects)
        offered = self._postings(postings, projects, share=applications / max(postings, 1))
        self._applications(applications, offered)
        with connection.cursor() as cursor:
            # Without fresh figures the planner takes the tables for empty: a list took 7.1 s instead of 0.19 s.
            cursor.execute("ANALYZE")
        return dict(self.counts)

    def _words(self) -> dict[Outcome, MessageTemplate]:
        chosen = {}
        for template in MessageTemplate.objects.order_by("-pk"):
            if template.name != str(SCREENED_OUT.name):
                chosen[Outcome(template.outcome)] = template
        return chosen

    def _staff(self) -> User:
        found = User.objects.filter(email=STAFF).first()
        # Nobody signs in with it: it stands in the history as the one who decided.
        return found or User.objects.create_user(STAFF)

    def _applications(self, number: int, offered: list[Offered]) -> None:
        done, started = 0, clock.monotonic()
        plans = self._plans(number, offered)
        # A person with all their applications at a time, so that nobody is split over two batches.
        while group := list(islice(plans, BATCH // 2)):
            with transaction.atomic():
                done += self._write(group)
            # With DEBUG on, Django keeps the text of every query: here that would be gigabytes.
            reset_queries()
            rate = done / (clock.monotonic() - started)
            self.tell(f"{done} of {number} applications, {rate:.0f} a second")

    def _plans(self, number: int, offered: list[Offered]) -> Iterator[list[Offered]]:
        """For each person the postings they apply to, each once; `number` in all."""
        left = number
        while left > 0:
            wanted = min(left, len(offered), self.chance.choices((1, 2, 3), (60, 28, 12))[0])
            left -= wanted
            yield self.chance.sample(offered, wanted)

    def _write(self, group: list[list[Offered]]) -> int:
        """The rows for these people and what they apply to. Returns the number of applications."""
        named = [self._person("applicant") for _ in group]
        users = story.accounts(
            [(email, self.chance.choice(ZONES) if self.chance.random() < 0.3 else "") for email, _name in named],
            joined_at=self.at - timedelta(days=730),
            password=self.password,
        )
        tales = [
            self._tale(user, name, offered)
            for user, (_email, name), wanted in zip(users, named, group, strict=True)
            for offered in wanted
        ]
        given = self._answers(tales)
        sealed = self._sealed(tales)
        create(Application, [tale.application for tale in tales])
        create(Answer, given)
        create(Revision, sealed)
        create(Consent, self._consents(tales))
        create(SavedSection, self._saved(tales))
        create(HistoryEntry, self._history(tales))
        self._write_reviews(tales)
        self._write_decisions(tales)
        self._write_contributors(tales)
        self.counts["people"] += len(users)
        self.counts["applications"] += len(tales)
        return len(tales)
