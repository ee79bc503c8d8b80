"""The page of one role: every word and fact, the deadline in the visitor's zone, and data for search engines."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community import structured_data
from community.countries import AFRICA
from community.models import Posting
from tests.factories import CriterionFactory, PostingFactory, PostingSkillFactory, RoundFactory, SkillFactory
from tests.memory import forget

pytestmark = pytest.mark.django_db
BACKEND = Path(__file__).parent / "data" / "backend-engineer.txt"


def page(client, posting):
    answer = client.get(posting.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def as_text(markup):
    shown = re.sub(r"<script.*?</script>|<head>.*?</head>", "", markup, flags=re.DOTALL)
    shown = re.sub(r"</(dt|dd|li|p|h\d|div)>|<br>", " ", shown)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", shown)).split())


def data_of(markup):
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', markup, re.DOTALL)
    return json.loads(found[0]) if found else None


def test_every_sentence_of_the_given_advertisement_stands_on_the_page(stranger, now):
    call_command(
        "import_posting", str(BACKEND), opens=f"{now - timedelta(1):%Y-%m-%d}", closes=f"{now + timedelta(9):%Y-%m-%d}",
        decides=f"{now + timedelta(30):%Y-%m-%d}", hours=8, weeks=12, places=6, unpaid=True, countries="africa",
        publish=True, verbosity=0,
    )  # fmt: skip
    text = as_text(page(stranger, Posting.objects.get()))
    source = BACKEND.read_text()
    sentences = [
        sentence.strip("- *")
        for line in source.splitlines()
        if line.strip() and not line.startswith("**")
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)
    ]
    assert len(sentences) == 25
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert "Backend Engineer" in text


def test_every_fact_is_on_the_page(stranger):
    posting = PostingFactory(
        stipend=True, allowance="10 GB of data a month", eligibility="countries", countries="KE,NG", hours_per_week=9,
        weeks=17, places=23, closing_words="Come as you are.",
    )  # fmt: skip
    PostingSkillFactory(posting=posting, skill=SkillFactory(name="Python"), level="strong")
    CriterionFactory(posting=posting, name="Patience", description="With users.", weight=3)
    text = as_text(page(stranger, posting))
    for words in (
        posting.title, posting.summary, posting.description, "Write and review code", "Some Python", "Come as you are.",
        "USD 300 a month", "10 GB of data a month", "Kenya, Nigeria", "9 hours a week, 17 weeks", "23",
        "Python · at home in it", "How you will be scored", "Patience", "With users.", "counts 3 times",
        "Leads others", posting.project.name, posting.round.name, "Backend", "You hear by",
    ):  # fmt: skip
        assert words in text, words


def test_unpaid_is_said_plainly(stranger):
    assert "Pay Unpaid" in as_text(page(stranger, PostingFactory()))


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Africa/Lagos", "Sat 1 December 2040, 23:59 WAT (22:59 UTC)"),
        ("Africa/Dakar", "Sat 1 December 2040, 22:59 GMT (22:59 UTC)"),
        ("Africa/Nairobi", "Sun 2 December 2040, 01:59 EAT (Sat 1 Dec, 22:59 UTC)"),
        ("Indian/Mauritius", "Sun 2 December 2040, 02:59 UTC+4 (Sat 1 Dec, 22:59 UTC)"),
        ("Africa/Cairo", "Sun 2 December 2040, 00:59 EET (Sat 1 Dec, 22:59 UTC)"),
        ("Africa/Johannesburg", "Sun 2 December 2040, 00:59 SAST (Sat 1 Dec, 22:59 UTC)"),
    ],
)
def test_the_deadline_in_the_zone_that_the_visitor_chose(zone, words, stranger, as_alice):
    posting = PostingFactory(
        round=RoundFactory(time_zone="Africa/Lagos"), closes_at=datetime(2040, 12, 1, 22, 59, tzinfo=UTC)
    )
    assert "23:59 WAT" in as_text(page(stranger, posting))
    for client in (stranger, as_alice):
        client.post(reverse("time_zone"), {"time_zone": zone})
        assert words in as_text(page(client, posting))
        assert re.search(r"in [\d,]+ days", as_text(page(client, posting)))


@pytest.mark.parametrize("kind", ["closed", "past", "upcoming"])
def test_a_role_that_is_not_open_says_so_and_is_not_indexed(kind, stranger):
    markup = page(stranger, PostingFactory(**{kind: True}))
    assert '<meta name="robots" content="noindex">' in markup
    assert data_of(markup) is None
    assert ("takes no more applications" in markup) is (kind != "upcoming")


def test_what_comes_next_is_left_out_once_the_promised_day_is_over(stranger):
    posting = PostingFactory(past=True)
    assert "You hear by" in page(stranger, posting)
    Posting.objects.filter(pk=posting.pk).update(decides_on=timezone.now().date() - timedelta(days=2))
    markup = page(stranger, posting)
    assert "You hear by" not in markup
    assert "What happens next" not in markup


def test_a_draft_is_for_staff_only(stranger, as_alice, as_bob, as_carol):
    posting = PostingFactory(draft=True)
    for client in (stranger, as_alice, as_bob):
        assert client.get(posting.get_absolute_url()).status_code == 404
    markup = page(as_carol, posting)
    assert "This is a draft" in markup
    assert data_of(markup) is None


def test_a_bare_draft_can_be_looked_at(as_carol):
    assert page(as_carol, Posting.objects.create(title="Bare", slug="bare"))


def test_the_same_number_of_queries_however_much_it_holds(stranger, as_alice, django_assert_max_num_queries):
    small, large = PostingFactory(), PostingFactory()
    PostingSkillFactory(posting=small)
    for _ in range(5):
        PostingSkillFactory(posting=large)
        CriterionFactory(posting=large)
    for client in (stranger, as_alice):
        counts = set()
        for posting in (small, large):
            forget()
            with django_assert_max_num_queries(12) as queries:
                page(client, posting)
            counts.add(len(queries))
        assert len(counts) == 1


# JSON-LD ---------------------------------------------------------------------------------------------


def test_an_unpaid_role_as_google_asks_for_it(stranger, settings):
    posting = PostingFactory(
        round=RoundFactory(time_zone="Africa/Lagos"), closes_at=datetime(2040, 12, 1, 22, 59, tzinfo=UTC)
    )
    data = data_of(page(stranger, posting))
    assert set(data) == {
        "@context", "@type", "title", "description", "identifier", "url", "datePosted", "validThrough",
        "employmentType", "hiringOrganization", "jobLocationType", "applicantLocationRequirements", "directApply",
    }  # fmt: skip
    assert data["@context"] == "https://schema.org/"
    assert data["@type"] == "JobPosting"
    assert data["title"] == posting.title
    assert data["validThrough"] == "2040-12-01T23:59:00+01:00"
    assert datetime.fromisoformat(data["datePosted"]) == posting.published_at.replace(microsecond=0)
    assert data["employmentType"] == "VOLUNTEER"
    assert data["jobLocationType"] == "TELECOMMUTE"
    assert data["hiringOrganization"] == {
        "@type": "Organization", "name": settings.PROGRAM_NAME, "sameAs": f"{settings.SITE_URL}/",
    }  # fmt: skip
    assert data["identifier"] == {"@type": "PropertyValue", "name": settings.PROGRAM_NAME, "value": posting.slug}
    assert data["url"] == f"{settings.SITE_URL}{posting.get_absolute_url()}"
    assert data["directApply"] is True
    assert len(data["applicantLocationRequirements"]) == len(set(AFRICA)) == 54
    assert {"@type": "Country", "name": "Nigeria"} in data["applicantLocationRequirements"]
    for words in (posting.summary, "Write and review code", "Some Python", posting.closing_words, "Fully remote"):
        assert words in data["description"]


def test_the_form_for_ones_own_zone_is_one_press_from_the_deadline(stranger, now):
    for posting in (PostingFactory(), PostingFactory(opens_at=now + timedelta(1), closes_at=now + timedelta(2))):
        facts = page(stranger, posting).partition("<aside")[2].partition("</aside>")[0]
        assert f'href="{reverse("time_zone")}?next={quote(posting.get_absolute_url(), safe="")}"' in facts


def test_a_summary_that_the_description_begins_with_is_said_once_only(stranger):
    said = "Keep the counts of three clinics in step."
    posting = PostingFactory(summary=said, description=f"{said} Then sleep well.")
    assert f"<h1>{posting.title}</h1>\n</header>" in page(stranger, posting)
    assert structured_data.description(posting).count(said) == 1
    apart = PostingFactory(summary=said, description="Sleep well.")
    assert f'<p class="lead">{said}</p>' in page(stranger, apart)
    assert structured_data.description(apart).startswith(f"<p>{said}</p>")


def test_a_paid_role_names_its_salary():
    data = structured_data.job_posting(PostingFactory(stipend=True))
    assert data["employmentType"] == ["TEMPORARY", "PART_TIME"]
    assert data["baseSalary"] == {
        "@type": "MonetaryAmount", "currency": "USD",
        "value": {"@type": "QuantitativeValue", "value": 300.0, "unitText": "MONTH"},
    }  # fmt: skip


def test_a_sum_in_all_has_no_unit_and_is_said_in_words():
    data = structured_data.job_posting(PostingFactory(stipend=True, stipend_period="total", hours_per_week=40))
    assert "baseSalary" not in data
    assert "USD 300 in all" in data["description"]
    assert data["employmentType"] == ["TEMPORARY", "FULL_TIME"]


def test_countries_are_those_named_or_all_there_are():
    named = structured_data.eligible_countries(PostingFactory(eligibility="countries", countries="KE,SN"))
    assert set(named) == {"Kenya", "Senegal"}
    assert len(structured_data.eligible_countries(PostingFactory(eligibility="anywhere"))) > 190


BREAKOUT = '</script><script>alert(1)</script><!-- <b onclick="alert(1)"> & \u2028 **'


def test_a_script_in_every_text_field_stays_text(stranger):
    posting = PostingFactory(
        **dict.fromkeys(
            ("title", "summary", "description", "responsibilities", "qualifications", "closing_words", "allowance"),
            BREAKOUT,
        )
    )
    CriterionFactory(posting=posting, name=BREAKOUT[:80], description=BREAKOUT, levels=f"{BREAKOUT}\n{BREAKOUT}")
    PostingSkillFactory(posting=posting, skill=SkillFactory(name=BREAKOUT[:60]))
    posting.project.__class__.objects.update(name=BREAKOUT[:80], summary=BREAKOUT, description=BREAKOUT)
    posting.round.__class__.objects.update(name=BREAKOUT[:80])
    for address in (posting.get_absolute_url(), reverse("postings"), reverse("home"), posting.project.get_absolute_url(),
                    reverse("projects"), reverse("posting_feed")):  # fmt: skip
        answer = Client().get(address)
        markup = answer.content.decode()
        assert answer.status_code == 200
        assert "<script>alert" not in markup, address
        assert "<b onclick" not in markup, address
    data = data_of(page(stranger, posting))
    assert data["title"] == BREAKOUT
    assert "<script" not in data["description"]
