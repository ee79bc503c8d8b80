"""Loads the demo program once; with numbers, believable data at any size. Refused outside DEMO and DEBUG."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from applications.demo import bulk, story


class Command(BaseCommand):
    help = (
        "Loads the demo program once. With --applications, --mentors or --postings: bulk data instead, on top of "
        "whatever is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, metavar="N", help="how many applications to add")
        parser.add_argument("--mentors", type=int, metavar="M", help="how many mentors to add (default: one per 100)")
        parser.add_argument("--postings", type=int, metavar="P", help="how many postings to add (default: one per 200)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same data")

    def handle(
        self,
        *args: Any,
        applications: int | None,
        mentors: int | None,
        postings: int | None,
        seed: int,
        **options: Any,
    ) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "Demo data brings accounts whose password everybody knows. Set DEMO=on to load it, and never where real "
                "people apply."
            )
        started = time.monotonic()
        if applications is mentors is postings is None:
            loaded = self.load_program()
            self.stdout.write(
                f"The demo program is loaded ({time.monotonic() - started:.1f} s)."
                if loaded
                else "The demo program is already here. Nothing was changed."
            )
            return
        counts = self.make_bulk(applications or 0, mentors, postings, seed)
        for name, number in counts.items():
            self.stdout.write(f"{number:>12,} {name}")
        self.stdout.write(f"Added in {time.monotonic() - started:.1f} s (seed {seed}).")

    def load_program(self) -> bool:
        try:
            return story.load(timezone.now())
        except story.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def make_bulk(self, applications: int, mentors: int | None, postings: int | None, seed: int) -> dict[str, int]:
        if mentors is None:
            mentors = min(max(applications // 100, 4), 2000) if applications else 0
        if postings is None:
            postings = min(max(applications // 200, 3), 500) if applications else 0
        if min(applications, mentors, postings) < 0:
            raise CommandError("Give numbers of 0 or more.")
        if applications and not postings:
            raise CommandError("Applications need postings. Give --postings 1 or more, or leave it out.")
        maker = bulk.Maker(seed=seed, at=timezone.now(), tell=self.stderr.write)
        return maker.make(applications=applications, mentors=mentors, postings=postings)
