"""`import_posting`: what it says, what it refuses, and that nothing is ever half-written or overwritten."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from applications.models import Form
from community.models import Criterion, Posting, PostingSkill, Project, Skill
from tests.factories import RoundFactory, SkillFactory

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
BACKEND, MOBILE = str(DATA / "backend-engineer.txt"), str(DATA / "mobile-developer.md")
FACTS = ("--hours", "8", "--weeks", "12", "--places", "6", "--unpaid", "--countries", "africa")


def run(*args):
    out = StringIO()
    call_command("import_posting", *args, stdout=out)
    return out.getvalue()


def test_a_draft_with_its_rubric_form_and_skills(project):
    SkillFactory(name="python", slug="py")
    said = run(BACKEND, "--project", project.slug)
    posting = Posting.objects.get()
    assert (posting.title, posting.slug, posting.state) == ("Backend Engineer", "backend-engineer", "draft")
    assert posting.project == project
    assert Criterion.objects.filter(posting=posting).count() == 4
    assert Form.objects.filter(posting=posting).count() == 1
    assert {row.skill.name for row in PostingSkill.objects.all()} == {
        "Node.js", "python", "Ruby", "Java", "REST", "SQL", "Git",
    }  # fmt: skip
    assert Skill.objects.count() == 7
    for words in ("Title: Backend Engineer", "Responsibilities: 9 points", "Qualifications: 10 points", "Backend",
                  "Enter how many places there are.", "/postings/backend-engineer/"):  # fmt: skip
        assert words in said


def test_published_at_once_with_the_rounds_dates(now):
    intake = RoundFactory(slug="four")
    run(BACKEND, "--round", "four", *FACTS, "--publish")
    posting = Posting.objects.open_at(now).get()
    assert (posting.opens_at, posting.closes_at, posting.decides_on) == (
        intake.opens_at, intake.closes_at, intake.decides_on,
    )  # fmt: skip


def test_dates_without_an_offset_are_read_in_the_rounds_zone():
    RoundFactory(slug="four", time_zone="Africa/Nairobi")
    run(
        BACKEND, "--round", "four", "--opens", "2030-01-01", "--closes", "2030-02-01", "--decides", "2030-03-01"
    )  # fmt: skip
    posting = Posting.objects.get()
    assert posting.opens_at == datetime(2029, 12, 31, 21, tzinfo=UTC)
    assert posting.closes_at == datetime(2030, 2, 1, 20, 59, tzinfo=UTC)
    assert posting.decides_on == date(2030, 3, 1)
    run(MOBILE, "--round", "four", "--closes", "2030-02-01T12:00+02:00", "--opens", "2030-01-01T09:30")
    posting = Posting.objects.get(title="Mobile Developer")
    assert posting.closes_at == datetime(2030, 2, 1, 10, tzinfo=UTC)
    assert posting.opens_at == datetime(2030, 1, 1, 6, 30, tzinfo=UTC)


def test_a_stipend_and_named_countries():
    run(BACKEND, "--stipend", "usd 150 month", "--countries", "ke, ng", "--discipline", "data")
    posting = Posting.objects.get()
    assert (posting.pay, posting.stipend_amount, posting.stipend_currency) == ("stipend", Decimal(150), "USD")
    assert posting.pay_in_words == "USD 150 a month"
    assert posting.where_in_words == "Kenya, Nigeria"
    assert posting.discipline == "data"


def test_a_role_that_names_no_project_belongs_to_the_program(settings):
    run(BACKEND)
    run(MOBILE)
    assert Project.objects.get().name == settings.PROGRAM_NAME


def test_lines_without_a_place_are_named_and_kept():
    said = run(MOBILE)
    for line in ("Umoja Open Tools, Kampala", "Location: anywhere with a phone signal", "- 5 GB of data a month."):
        assert line in said
        assert line.lstrip("- ") in Posting.objects.get().closing_words


def test_a_second_import_leaves_the_first_alone_and_says_so():
    run(BACKEND)
    Posting.objects.update(summary="Edited by hand")
    said = run(BACKEND)
    assert "already" in said
    assert set(Posting.objects.values_list("slug", flat=True)) == {"backend-engineer", "backend-engineer-2"}
    assert Posting.objects.get(slug="backend-engineer").summary == "Edited by hand"


def test_a_role_called_feed_is_reachable(tmp_path, client):
    (tmp_path / "feed.txt").write_text("Job Title: Feed\n\nDuties:\n- Feed.\n")
    run(str(tmp_path / "feed.txt"))
    assert Posting.objects.get().slug == "feed-2"


def test_publishing_with_facts_missing_lists_them_and_saves_nothing():
    with pytest.raises(CommandError) as refusal:
        run(BACKEND, "--hours", "8", "--publish")
    for sentence in ("Enter how many places there are.", "Enter when it closes, or choose a round.",
                     "Choose whether it is unpaid or comes with a stipend."):  # fmt: skip
        assert sentence in str(refusal.value)
    assert "hours a week" not in str(refusal.value)
    assert not Posting.objects.exists()
    assert not Project.objects.exists()
    assert not Skill.objects.exists()


def test_a_deadline_that_has_passed_is_refused(now):
    RoundFactory(slug="past", opens_at=now - timedelta(9), closes_at=now - timedelta(1), decides_on=now.date())
    with pytest.raises(CommandError, match="still to come"):
        run(BACKEND, "--round", "past", *FACTS, "--publish")


BAD = {
    "empty.txt": (b"", "nothing in it"),
    "spaces.txt": (b" \n\n ", "nothing in it"),
    "binary.txt": (b"\x89PNG\r\n\x1a\n\x00\x00", "not text in UTF-8"),
    "nul.txt": (b"Job Title: X\x00\nDuties:\n- y", "not text"),
    "latin.txt": ("Job Title: Développeur\nDuties:\n- é".encode("latin-1"), "not text in UTF-8"),
    "list.txt": (b"milk\neggs\n", "does not read like a role"),
    "huge.txt": (b"a" * 300_000, "larger than 200 kB"),
    "long.txt": (b"Job Title: x\nDuties:\n- " + b"word " * 20_000, "longer than 50000 characters"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_posting_gets_a_sentence_and_writes_nothing(name, tmp_path):
    content, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(str(tmp_path / name))
    assert not Posting.objects.exists()


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_what_can_not_be_read_is_named(name, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        run(str(tmp_path / name))


def test_of_several_files_the_good_ones_are_imported_and_the_others_named(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "list.txt").write_text("milk")
    with pytest.raises(CommandError) as refusal:
        run(str(tmp_path / "empty.txt"), BACKEND, str(tmp_path / "list.txt"))
    assert "empty.txt: There is nothing in it" in str(refusal.value)
    assert "list.txt" in str(refusal.value)
    assert Posting.objects.get().title == "Backend Engineer"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--round", "nope"), "--round nope: there is none"),
        (("--project", "nope"), "--project nope: there is none"),
        (("--closes", "tomorrow"), "--closes tomorrow"),
        (("--decides", "2030-13-01"), "--decides 2030-13-01"),
        (("--stipend", "150"), "currency, amount and period"),
        (("--stipend", "USD many month"), "currency, amount and period"),
        (("--stipend", "USD 5 fortnight"), "currency, amount and period"),
        (("--stipend", "USD NaN month"), "stipend"),
        (("--countries", "KE,XX"), "Unknown: XX"),
        (("--hours", "900"), "hours a week"),
        (("--places", "-1"), "places"),
        (("--opens", "2030-02-01", "--closes", "2030-01-01"), "closes after it opens|posting_closes_after_it_opens"),
        (("--unpaid", "--stipend", "USD 5 month"), "not allowed with"),
    ],
)
def test_a_wrong_option_gets_a_sentence_and_writes_nothing(options, words):
    with pytest.raises(CommandError, match=words):
        run(BACKEND, *options)
    assert not Posting.objects.exists()
