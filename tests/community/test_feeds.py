"""The feed, the sitemap and robots.txt: open roles and public pages, at the site's one true address."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from tests.factories import PostingFactory, PostingSkillFactory, ProfileFactory, ProjectFactory, SkillFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_the_feed_holds_the_open_roles_and_no_others(stranger, settings):
    posting = PostingFactory(title="Keeper of <queues> & rows")
    PostingSkillFactory(posting=posting, skill=SkillFactory(name="SQL"))
    for kind in ("draft", "upcoming", "past", "closed"):
        PostingFactory(**{kind: True})
    answer = stranger.get(reverse("posting_feed"))
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entry = feed.find(f"{ATOM}entry")
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert entry.findtext(f"{ATOM}title") == posting.title
    assert entry.find(f"{ATOM}link").get("href") == f"{settings.SITE_URL}{posting.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}published")
    assert entry.find(f"{ATOM}category").get("term") == "SQL"
    assert "Unpaid. 8 hours a week" in entry.findtext(f"{ATOM}summary", "")


def test_an_empty_feed_is_a_feed(stranger):
    assert ElementTree.fromstring(stranger.get(reverse("posting_feed")).content).tag == f"{ATOM}feed"


def test_the_feed_costs_the_same(stranger, django_assert_num_queries):
    for count in (1, 3):
        while PostingSkillFactory._meta.model.objects.count() < count:
            PostingSkillFactory()
        with django_assert_num_queries(3):
            stranger.get(reverse("posting_feed"))


def test_the_sitemap_holds_what_is_public_and_nothing_else(stranger, settings):
    project = ProjectFactory()
    posting = PostingFactory(project=project)
    person = ProfileFactory(public=True)
    ProfileFactory()
    ProjectFactory(is_listed=False)
    for kind in ("draft", "upcoming", "past", "closed"):
        PostingFactory(project=project, **{kind: True})
    found = ElementTree.fromstring(stranger.get(reverse("sitemap")).content).findall(f"{MAP}url")
    pages = ("home", "postings", "projects", "people", "how_we_choose", "privacy", "accessibility")
    paths = [reverse(name) for name in pages] + [row.get_absolute_url() for row in (posting, project, person)]
    assert {row.findtext(f"{MAP}loc") for row in found} == {f"{settings.SITE_URL}{path}" for path in paths}


def test_robots_keeps_crawlers_out_of_what_is_not_public(stranger, settings):
    answer = stranger.get(reverse("robots"))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/plain")
    for path in ("/admin/", "/accounts/", "/applications/", "/review/", "/profile/"):
        assert f"Disallow: {path}\n" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
