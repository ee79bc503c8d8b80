"""What every part of the maker has at hand: one generator for all that is random, the moment, and who is there."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Max, Model
from django.utils.text import slugify

from applications.codes import ALPHABET
from applications.demo import answers, people
from applications.models import Application, Assignment, MessageTemplate
from applications.models.decisions import Outcome
from community.models import Profile, User

ZONES = ("Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Africa/Cairo", "Africa/Dakar", "Indian/Mauritius")
GIVEN, FAMILY = zip(*(person.name.split(" ", 1) for person in people.APPLICANTS), strict=True)


def code_of(number: int, length: int = 10) -> str:
    """A code that looks drawn and never repeats: multiplying by a number prime to the modulus is a permutation."""
    left = (number * 363_549_182_717_911 + 271_828_182_845_904) % len(ALPHABET) ** length
    symbols = []
    for _ in range(length):
        left, digit = divmod(left, len(ALPHABET))
        symbols.append(ALPHABET[digit])
    return "".join(symbols)


def highest(model: type[Model]) -> int:
    """The largest primary key so far: what is numbered from there on is new."""
    found: int | None = model._default_manager.aggregate(top=Max("pk"))["top"]
    return found or 0


def create(model: type[Model], rows: Iterable[Model]) -> list[Any]:
    return model._default_manager.bulk_create(rows, batch_size=500)


class Hand:
    """Everything random comes from one generator, in one order."""

    staff: User
    # Their primary keys.
    mentors: list[int]
    words: dict[Outcome, MessageTemplate]

    def __init__(self, *, seed: int, at: datetime, tell: Callable[[str], None]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- data, not secrets
        self.at = at.replace(microsecond=0)
        self.tell = tell
        self.counts: Counter[str] = Counter()
        self.password = make_password(people.PASSWORD)
        self.first_person = highest(User)
        self.people_made = 0
        self.next_code = highest(Application)
        # Far from the applications' numbers: no assignment may carry the code of an application.
        self.next_assignment_code = 10**12 + highest(Assignment)
        self.pools: dict[tuple[str, str, int], list[answers.Text]] = {}

    def _person(self, kind: str) -> tuple[str, str]:
        """The next (address, name)."""
        self.people_made += 1
        name = f"{self.chance.choice(GIVEN)} {self.chance.choice(FAMILY)}"
        return f"{kind}-{self.first_person + self.people_made}@example.org", name

    def _profile(self, user: User, name: str, headline: str, since: datetime) -> Profile:
        # The number in the address, not the primary key: a database that was rolled back counts on from where it was.
        number = user.email.partition("@")[0].rpartition("-")[2]
        return Profile(
            user=user,
            handle=f"{slugify(name)[:28].strip('-')}-{number}",
            name=name,
            headline=headline,
            country=self.chance.choice(people.APPLICANTS).country,
            published_at=since if self.chance.random() < 0.6 else None,
        )
