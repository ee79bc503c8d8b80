"""What staff see of a decision before they confirm it: the letters as people would read them, and places that run out.

Asked by the steps that stage and that release. Sends nothing, and keeps nobody from going on.
"""

from collections import defaultdict
from datetime import datetime

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from applications import deciding
from applications.admin.steps.batch import Row
from applications.decision_templates import language_of_words
from applications.notifications import language_of, speaking_to
from community.models import User

SAMPLES = 3


def name_of(language: str) -> str:
    return str(get_language_info(language)["name_translated"])


def one_of_each(rows: list[Row]) -> list[Row]:
    """SAMPLES of them: the first who reads each language, then the first of the others."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(language_of(row.application.applicant), row)
    leading = list(first.values())
    return (leading + [row for row in rows if row not in leading])[:SAMPLES]


def sample(row: Row, subject: str, body: str, answer_by: datetime | None) -> tuple[Row, str, str, str]:
    language = language_of_words(subject, body)
    with speaking_to(row.application.applicant):
        subject = deciding.render(subject, row.application, answer_by=answer_by)
        body = deciding.render(body, row.application, answer_by=answer_by)
    return row, subject, body, name_of(language) if language else ""


def too_many_offers(rows: list[Row], *, are_staged: bool, by: User) -> list[str]:
    """A sentence for each posting that would have more offers than places, as `by` may know it. `are_staged`: `rows`
    are counted already."""
    batch: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        batch[row.application.posting_id].append(row)
    full = deciding.places_of(batch, told_to=by)
    sentences = []
    for pk, of_posting in batch.items():
        known = full[pk]
        others = known.staged - (len(of_posting) if are_staged else 0)
        if known.taken + len(of_posting) + max(others, 0) > known.places:
            sentences.append(
                _(
                    "%(posting)s has places: %(places)d. Offered or accepted already: %(taken)d. In this batch: %(batch)d. "
                    "Staged beside it: %(others)d. More people than places would be offered one."
                )
                % {
                    "posting": of_posting[0].application.posting.title,
                    "places": known.places,
                    "taken": known.taken,
                    "batch": len(of_posting),
                    "others": max(others, 0),
                }
            )
    return sentences
