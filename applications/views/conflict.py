"""Two texts of one question: the saved one, and the one that was sent over an older one, to choose from.

Drawn by the applicant's form and the mentor's review alike. What was typed goes along in the page; nothing is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.forms import seen_in
from community.models import Posting
from community.requests import SignedInRequest


@dataclass(frozen=True)
class Named:
    """What the page shows of a question, and of the part that it stands in."""

    key: str
    label_here: str


@dataclass(frozen=True)
class Stored:
    """Which version is stored, and since when."""

    version: int
    saved_at: datetime | None


def draw_conflict(
    request: SignedInRequest,
    rows: Iterable[tuple[Named, str, str]],
    *,
    posting: Posting,
    part: str,
    stored: Stored,
    typed: QueryDict,
    names: Iterable[str],
    undecided: list[str],
    go: str,
) -> HttpResponse:
    """`rows`: (question, saved text, typed text) where the two differ. Of `typed`, what stands under `names` goes along.

    `undecided`: the keys for which neither text was chosen yet. `go`: the button to press where none was.
    """
    seen = seen_in(request.POST)
    shown = [
        (named, saved, mine, request.POST.get(f"choose_{named.key}", ""), named.key in undecided)
        for named, saved, mine in rows
    ]
    context = {
        "posting": posting,
        "part": {"title_here": part},
        "rows": shown,
        "typed": [(name, value) for name in names for value in map(str, typed.getlist(name))],
        "version": stored.version,
        "page": f"{seen.page}-{seen.turn + 1}" if seen and seen.page else "",
        "saved_at": stored.saved_at,
        "go": request.POST.get("go", go),
        "problems": [
            (
                f"id_saved_{named.key}",
                _("Choose which text to keep for “%(question)s”") % {"question": named.label_here.rstrip("?.: ")},
            )
            for named, *_rest in shown
            if named.key in undecided
        ],
    }
    return render(request, "applications/applicant/conflict.html", context, status=409)
