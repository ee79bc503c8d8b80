"""Filters on the list of roles: what is chosen, which roles fit, and the ways to choose that lead somewhere.

Reads the posting's own querysets only, so that a filter can never show a role that the list would not.
`narrow` is for whoever lists roles by the same filters, `in_words` for whoever names them; `facets` costs one query each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from community.models import Posting, PostingSkill, Project, Round, Skill
from community.models.postings import PostingQuerySet

# Filter → the columns of a posting that hold its value and its name. A discipline's name is not in the database.
COLUMNS = {
    "discipline": ("discipline", "discipline"),
    "skill": ("skills__slug", "skills__name"),
    "project": ("project__slug", "project__name"),
    "round": ("round__slug", "round__name"),
}
SEARCHED = ("title", "summary", "description", "responsibilities", "qualifications", "closing_words", "project__name")
MOST_WORDS = 8
MOST_OPTIONS = 14


@dataclass(frozen=True)
class Option:
    label: str
    query: str  # the address's query string that chooses it, or lets it go if it is chosen
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    label: str
    options: list[Option]


def narrow(postings: PostingQuerySet, chosen: Mapping[str, str], *, without: str = "") -> PostingQuerySet:
    """The postings that fit every filter in `chosen` but the one called `without`. Empty values filter nothing."""
    for name in COLUMNS:
        value = chosen.get(name)
        if value and name != without:
            # By subquery where rows would multiply: a second join on skills would count a role twice.
            fits = Q(pk__in=_with_skill(skill__slug=value)) if name == "skill" else Q(**{COLUMNS[name][0]: value})
            postings = postings.filter(fits)
    for word in chosen.get("q", "").split()[:MOST_WORDS]:
        found = Q(pk__in=_with_skill(skill__name__icontains=word))
        for column in SEARCHED:
            found |= Q(**{f"{column}__icontains": word})
        postings = postings.filter(found)
    return postings


def _with_skill(**skill: str) -> QuerySet[PostingSkill, int]:
    return PostingSkill.objects.filter(**skill).values_list("posting_id", flat=True)


def facets(postings: PostingQuerySet, chosen: Mapping[str, str]) -> list[Facet]:
    """For each filter the values that some posting has, with how many would be left: one query each.

    A filter with a single value narrows nothing and is left out, unless it is chosen.
    """
    labels = {"discipline": _("Discipline"), "skill": _("Skill"), "project": _("Project"), "round": _("Round")}
    found = []
    for name, (value, label) in COLUMNS.items():
        rows = (
            narrow(postings, chosen, without=name)
            .exclude(**{f"{value}__isnull": True})
            .order_by()
            .values_list(value, label)
            .annotate(count=Count("pk", distinct=True))
            .order_by("-count", label)
        )
        options = [
            Option(
                str(dict(Posting.Discipline.choices).get(key, key)) if name == "discipline" else text,
                query(chosen, **{name: "" if chosen.get(name) == key else key}),
                count,
                chosen.get(name) == key,
            )
            for key, text, count in rows[:MOST_OPTIONS]
            if key
        ]
        if len(options) > 1 or any(option.is_chosen for option in options):
            found.append(Facet(labels[name], options))
    return found


def in_words(chosen: Mapping[str, str]) -> list[str]:
    """What is chosen as people name it: Backend, PostgreSQL, offline maps. What is gone by now keeps its short name.

    One query each for a skill, a project and a round.
    """
    named: dict[str, type[Skill | Project | Round]] = {"skill": Skill, "project": Project, "round": Round}
    words = []
    for name, value in chosen.items():
        if name == "q":
            words.append(value)
        elif name == "discipline":
            words.append(str(dict(Posting.Discipline.choices).get(value, value)))
        elif name in named:
            known = named[name]._default_manager.filter(slug=value).values_list("name", flat=True).first()
            words.append(str(known or value))
    return words


def query(chosen: Mapping[str, str], **changed: str) -> str:
    """The query string for `chosen` with some filters changed; an empty value takes one away."""
    kept = {name: value for name, value in {**chosen, **changed}.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"
