"""Loads the demo program once; with numbers, believable data at any size. Refused outside DEMO and DEBUG."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from applications.demo import story


class Command(BaseCommand):
    help = (
        "Loads the demo program once. With --applications, --mentors or --postings: bulk data on top of what is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, metavar="N", help="how many applications to make")
        parser.add_argument("--mentors", type=int, metavar="M", help="how many mentors to make")
        parser.add_argument("--postings", type=int, metavar="P", help="how many postings to make")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same data (default 1)")

    def handle(self, *args: Any, seed: int, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "Demo data comes with accounts whose password everybody knows, so it is loaded with DEMO or DEBUG on only."
            )
        started = time.monotonic()
        try:
            loaded = story.load(timezone.now())
        except story.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        took = time.monotonic() - started
        self.stdout.write(
            f"The demo program is loaded ({took:.1f} s)." if loaded else "The demo program is already here."
        )
