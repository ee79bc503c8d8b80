"""The open roles for other programs: an Atom feed and a sitemap. Both read `Posting.objects.open_at(now)`.

Addresses are built on SITE_URL, so that what is kept elsewhere leads to the site's one true address.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community import moments, prose
from community.models import Posting, Profile, Project

MOST = 50


class PostingFeed(Feed):
    feed_type = Atom1Feed
    link = reverse_lazy("postings")

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> datetime:
        return timezone.now()

    def title(self) -> str:
        return _("Open roles: %(program)s") % {"program": settings.PROGRAM_NAME}

    def subtitle(self) -> str:
        return _("Every role that takes applications now.")

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('posting_feed')}"

    def items(self, now: datetime) -> QuerySet[Posting]:
        found: QuerySet[Posting] = Posting.objects.open_at(now).with_facts().order_by("-published_at", "pk")
        return found[:MOST]

    def item_title(self, item: object) -> str:
        return str(item)

    def item_description(self, item: Posting) -> str:
        assert item.closes_at is not None  # posting_published_has_its_dates
        facts = _("%(pay)s. %(hours)s hours a week, %(weeks)s weeks. Apply by %(closes)s.") % {
            "pay": item.pay_in_words,
            "hours": item.hours_per_week,
            "weeks": item.weeks,
            "closes": moments.in_words(item.closes_at, item.time_zone),
        }
        return str(format_html("{}<p>{}</p>", prose.to_html(item.description), facts))

    def item_link(self, item: Posting) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    item_guid = item_link

    def item_pubdate(self, item: Posting) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Posting) -> datetime:
        return item.updated_at

    def item_categories(self, item: Posting) -> list[str]:
        return [asked.skill.name for asked in item.posting_skills.all()]


class OnThisSite(Sitemap):
    """Addresses on SITE_URL, whatever name the request came under."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PageMap(OnThisSite):
    def items(self) -> list[str]:
        return ["home", "postings", "projects", "people", "how_we_choose", "privacy", "accessibility"]

    def location(self, item: str) -> str:
        return reverse(item)


class PostingMap(OnThisSite):
    def items(self) -> QuerySet[Posting]:
        found: QuerySet[Posting] = Posting.objects.open_at(timezone.now()).order_by("pk")
        return found

    def lastmod(self, item: Posting) -> datetime:
        return item.updated_at


class ProjectMap(OnThisSite):
    def items(self) -> QuerySet[Project]:
        found: QuerySet[Project] = Project.objects.listed().order_by("pk")
        return found


class PersonMap(OnThisSite):
    def items(self) -> QuerySet[Profile]:
        found: QuerySet[Profile] = Profile.objects.public().order_by("pk")
        return found


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "pages": PageMap,
    "postings": PostingMap,
    "projects": ProjectMap,
    "people": PersonMap,
}
