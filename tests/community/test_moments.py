"""Moments in words: the visitor's zone, UTC, the distance. Africa has no single time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from community import moments

CLOSES = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "words"),
    [
        ("Africa/Dakar", CLOSES, "Tue 1 December 2026, 22:59 GMT (22:59 UTC)"),
        ("Africa/Lagos", CLOSES, "Tue 1 December 2026, 23:59 WAT (22:59 UTC)"),
        ("Africa/Johannesburg", CLOSES, "Wed 2 December 2026, 00:59 SAST (Tue 1 Dec, 22:59 UTC)"),
        ("Africa/Nairobi", CLOSES, "Wed 2 December 2026, 01:59 EAT (Tue 1 Dec, 22:59 UTC)"),
        ("Indian/Mauritius", CLOSES, "Wed 2 December 2026, 02:59 UTC+4 (Tue 1 Dec, 22:59 UTC)"),
        ("Africa/Cairo", CLOSES, "Wed 2 December 2026, 00:59 EET (Tue 1 Dec, 22:59 UTC)"),
        ("Africa/Cairo", datetime(2026, 7, 1, 12, tzinfo=UTC), "Wed 1 July 2026, 15:00 EEST (12:00 UTC)"),
        ("Africa/Maputo", CLOSES, "Wed 2 December 2026, 00:59 CAT (Tue 1 Dec, 22:59 UTC)"),
        ("Africa/Casablanca", CLOSES, "Tue 1 December 2026, 23:59 UTC+1 (22:59 UTC)"),
        ("UTC", CLOSES, "Tue 1 December 2026, 22:59 UTC"),
        ("America/St_Johns", CLOSES, "Tue 1 December 2026, 19:29 NST (22:59 UTC)"),
        ("Asia/Kathmandu", CLOSES, "Wed 2 December 2026, 04:44 UTC+5:45 (Tue 1 Dec, 22:59 UTC)"),
    ],
)
def test_a_moment_in_each_zone(zone, at, words):
    assert moments.in_words(at, ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("span", "away", "left"),
    [
        (timedelta(days=9, hours=23), "in 9 days", "9 days left"),
        (timedelta(hours=47, minutes=59), "in 47 hours", "47 hours left"),
        (timedelta(hours=1, minutes=1), "in 1 hour", "1 hour left"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes", "59 minutes left"),
        (timedelta(seconds=59), "in less than a minute", "less than a minute left"),
        (timedelta(), "in less than a minute", "closed"),
        (-timedelta(days=3), "3 days ago", "closed"),
        (-timedelta(minutes=1), "1 minute ago", "closed"),
    ],
)
def test_distances_are_rounded_down(span, away, left):
    assert moments.distance(CLOSES + span, CLOSES) == away
    assert moments.time_left(CLOSES + span, CLOSES) == left


def drawn(tag, **cookies):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    context = {"request": request, "at": CLOSES, "zone": ZoneInfo("Africa/Lagos"), "now": CLOSES - timedelta(days=3)}
    return Template(f"{{% load moments %}}{tag}").render(Context(context))


def test_the_tag_shows_the_given_zone_until_the_visitor_chose_one():
    assert drawn("{% moment at zone %}") == (
        '<time datetime="2026-12-01T22:59:00+00:00">Tue 1 December 2026, 23:59\N{NO-BREAK SPACE}WAT</time>'
        ' <bdi class="soft">(22:59 UTC)</bdi>'
    )
    assert "01:59\N{NO-BREAK SPACE}EAT" in drawn("{% moment at zone %}", time_zone="Africa/Nairobi")
    assert "23:59\N{NO-BREAK SPACE}WAT" in drawn("{% moment at zone %}", time_zone="Mars/Olympus")
    assert ">Wed 2 Dec, 01:59\N{NO-BREAK SPACE}EAT<" in drawn("{% short_moment at zone %}", time_zone="Africa/Nairobi")


def test_a_short_moment_of_another_year_names_it():
    template = Template("{% load moments %}{% short_moment at zone %}")
    said = {"at": CLOSES, "zone": ZoneInfo("Africa/Lagos"), "now": CLOSES + timedelta(days=40)}
    assert "Tue 1 December 2026" in template.render(Context(said))


def test_in_arabic_the_brackets_run_as_the_page_does():
    with translation.override("ar"):
        assert '<bdi class="soft" dir="rtl">(22:59 UTC)</bdi>' in drawn("{% moment at zone %}")


def test_no_moment_is_no_text():
    assert drawn("{% moment nothing %}{% short_moment nothing %}{% distance nothing %}{% time_left nothing %}") == ""


def test_distances_read_the_pages_own_now():
    assert drawn("{% distance at %} {% time_left at %}") == "in 3 days 3 days left"


def test_without_a_request_the_given_zone_holds():
    template = Template("{% load moments %}{% moment at zone %}")
    assert "23:59\N{NO-BREAK SPACE}WAT" in template.render(Context({"at": CLOSES, "zone": ZoneInfo("Africa/Lagos")}))
