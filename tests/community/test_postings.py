"""The list of roles: what is open, what fits, and a way out where nothing does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import PostingFactory, PostingSkillFactory, ProjectFactory, RoundFactory, SkillFactory

pytestmark = pytest.mark.django_db
LIST = reverse("postings")


def titles(answer):
    return [posting.title for posting in answer.context["page"]]


@pytest.fixture
def roles():
    python, sql = SkillFactory(name="Erlang", slug="python"), SkillFactory(name="SQL", slug="sql")
    first = PostingFactory(title="Backend", summary="Zebra crossings", project=ProjectFactory(slug="dawa"))
    second = PostingFactory(title="Keeper of tables", discipline="database", round=RoundFactory(slug="five"))
    for posting, skill in [(first, python), (first, sql), (second, sql)]:
        PostingSkillFactory(posting=posting, skill=skill)
    return first, second


def test_only_open_roles_stand_on_the_list(stranger, now):
    shown = PostingFactory()
    for kind in ("draft", "upcoming", "past", "closed"):
        PostingFactory(title=f"Hidden {kind}", **{kind: True})
    answer = stranger.get(LIST)
    assert titles(answer) == [shown.title]
    assert "Hidden" not in answer.content.decode()


def test_those_that_close_first_come_first(stranger, now):
    late, soon = PostingFactory(closes_at=now + timedelta(days=9)), PostingFactory(closes_at=now + timedelta(days=2))
    assert titles(stranger.get(LIST)) == [soon.title, late.title]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("skill=python", {"Backend"}),
        ("skill=sql", {"Backend", "Keeper of tables"}),
        ("skill=sql&discipline=database", {"Keeper of tables"}),
        ("project=dawa", {"Backend"}),
        ("round=five", {"Keeper of tables"}),
        ("q=zebra", {"Backend"}),
        ("q=ZEBRA+backend", {"Backend"}),
        ("q=erlang", {"Backend"}),
        ("q=zebra+tables", set()),
        ("skill=cobol", set()),
        ("discipline=banana", set()),
        ("skill=not%20a%20slug", set()),
        ("q=%00", {"Backend", "Keeper of tables"}),
        ("q=" + "x" * 101, set()),
        ("page=banana", {"Backend", "Keeper of tables"}),
        ("page=99", {"Backend", "Keeper of tables"}),
        ("unheard=of", {"Backend", "Keeper of tables"}),
    ],
)
def test_filters(query, expected, roles, stranger):
    answer = stranger.get(f"{LIST}?{query}")
    assert set(titles(answer)) == expected
    assert ("No open role fits" in answer.content.decode()) is (not expected)


def test_a_skill_named_twice_counts_a_role_once(roles, stranger):
    answer = stranger.get(f"{LIST}?q=s&skill=sql")
    assert len(titles(answer)) == answer.context["page"].paginator.count == 2


def test_filters_are_links_that_keep_the_others_and_count_what_is_left(roles, stranger):
    answer = stranger.get(f"{LIST}?skill=sql&q=a")
    options = {option.label: option for facet in answer.context["facets"] for option in facet.options}
    assert options["Databases"].query == "?q=a&skill=sql&discipline=database"
    assert options["Databases"].count == 1
    assert options["SQL"].is_chosen
    assert options["SQL"].query == "?q=a"
    assert 'href="?q=a&amp;skill=sql&amp;discipline=database"' in answer.content.decode()


def test_with_no_role_open_the_page_says_what_comes_next(stranger):
    PostingFactory(title="Next one", upcoming=True)
    page = stranger.get(LIST).content.decode()
    assert "No role is open today" in page
    assert "Next one" in page
    assert reverse("posting_feed") in page


def test_twenty_a_page(stranger):
    project, intake = ProjectFactory(), RoundFactory()
    for _ in range(21):
        PostingFactory(project=project, round=intake, criteria=None)
    answer = stranger.get(LIST)
    assert len(titles(answer)) == 20
    assert 'href="?page=2"' in answer.content.decode()
    assert len(titles(stranger.get(f"{LIST}?page=2"))) == 1
    assert 'href="?q=b&amp;page=2"' in stranger.get(f"{LIST}?q=b").content.decode()


def test_the_same_number_of_queries_for_one_role_and_for_three(stranger, django_assert_num_queries):
    for count in (1, 3):
        while PostingSkillFactory._meta.model.objects.count() < count:
            PostingSkillFactory()
        with django_assert_num_queries(8):
            stranger.get(f"{LIST}?q=")


def test_text_in_a_filter_is_shown_as_text(stranger):
    page = stranger.get(LIST, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
