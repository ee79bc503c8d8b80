"""What `understand` makes of advertisements of many shapes, and that it never loses a word of any text."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.importing import LONGEST, WORD, NotAPosting, find_skills, guess_discipline, understand

DATA = Path(__file__).parent / "data"
BACKEND = (DATA / "backend-engineer.txt").read_text()
MOBILE = (DATA / "mobile-developer.md").read_text()


def words_out(understood):
    parts = dataclasses.asdict(understood)
    kept = [parts[name] for name in ("title", "description", "responsibilities", "qualifications", "closing_words")]
    return Counter(WORD.findall("\n".join([*kept, *understood.headings])))


def words_lost(text):
    return Counter(WORD.findall(text)) - words_out(understand(text))


def test_the_given_advertisement_is_understood_whole():
    understood = understand(BACKEND)
    assert understood.title == "Backend Engineer"
    assert understood.discipline == "backend"
    assert understood.summary.startswith("We are inviting passionate backend engineers")
    assert understood.summary.endswith("Program.")
    assert understood.description.endswith("within the African community.")
    assert understood.responsibilities.count("\n- ") == 8
    assert understood.qualifications.count("\n- ") == 9
    assert understood.closing_words.startswith("Join our Open Source")
    assert understood.closing_words.endswith("encouraged to apply.")
    assert understood.skills == ("Node.js", "Python", "Ruby", "Java", "REST", "SQL", "Git")
    assert understood.unplaced == ()
    assert not words_lost(BACKEND)


def test_markdown_with_other_headings_is_understood_and_the_rest_is_named():
    understood = understand(MOBILE)
    assert understood.title == "Mobile Developer"
    assert understood.discipline == "mobile"
    assert understood.summary == "Thousands of traders in our markets note their sales in a paper book."
    assert "1. Build screens" in understood.responsibilities
    assert "3. Keep the app" in understood.responsibilities
    assert understood.qualifications.count("- ") == 3
    assert "Skills: SQLite, REST and patience." in understood.qualifications
    assert "Write to us in English" in understood.closing_words
    assert "**Perks**" in understood.closing_words
    assert set(understood.unplaced) == {
        "Umoja Open Tools, Kampala",
        "Location: anywhere with a phone signal",
        "## Perks",
        "- A phone of the kind that our users have.",
        "- 5 GB of data a month.",
    }
    assert {"Kotlin", "Flutter", "Java", "Git", "SQLite", "REST"} <= set(understood.skills)
    assert not words_lost(MOBILE)


def test_a_heading_that_says_more_than_ours_stands_before_its_lines():
    understood = understand(
        "Job Title: Editor\n\nResponsibilities:\n- Edit\n\nRequired Qualifications:\n- Python\n\n"
        "Preferred Qualifications:\n- Rust\n\nRequirements:\n- Git\n\nHow to apply:\nWrite to us.\n"
    )
    assert understood.responsibilities == "- Edit"
    assert understood.qualifications == (
        "**Required Qualifications**\n\n- Python\n\n**Preferred Qualifications**\n\n- Rust\n\n**Requirements**\n\n- Git"
    )
    assert understood.closing_words == "**How to apply**\n\nWrite to us."


HEADINGS = [
    "Responsibilities",
    "Responsibilities:",
    "**Responsibilities:**",
    "**Responsibilities**:",
    "## Duties",
    "What you will do",
    "__Key responsibilities__",
    "Responsibilities\n----------------",
]


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("bullet", ["-", "*", "•", "–", "1."])
def test_headings_and_bullets_of_every_kind(heading, bullet):
    understood = understand(f"Job Title: Writer\n\n{heading}\n{bullet} Write the guide.\n{bullet} Keep it true.\n")
    assert understood.responsibilities.splitlines()[0].endswith("Write the guide.")
    assert len(understood.responsibilities.splitlines()) == 2


def test_a_fact_on_one_line_does_not_take_what_follows_with_it():
    understood = understand("Job Title: Writer\nDuties:\n- One.\nLocation: Dakar\n- Two.\n")
    assert "- Two." in understood.responsibilities
    assert understood.closing_words == "Location: Dakar"
    assert understood.unplaced == ("Location: Dakar",)


def test_the_first_line_of_plain_text_is_the_title():
    assert understand("Data Analyst\n\nDuties\n- Count.\n").title == "Data Analyst"


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_the_text():
    understood = understand("\ufeffJob Title: Writer\r\nDuties:\r\n- Write.\r\n")
    assert (understood.title, understood.responsibilities) == ("Writer", "- Write.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        (" \n\t\n", "nothing in it"),
        ("***\n---", "nothing in it"),
        ("\x00\x01PK", "not text"),
        ("milk\neggs\nbread", "does not read like a role"),
        ("Responsibilities:\n- Write.", "no title"),
        ("Job Title: Writer\nWe have no idea.", "does not read like a role"),
        ("Job Title: Writer\nResponsibilities:\nQualifications:\n", "does not read like a role"),
        ("Job Title: " + "w" * 121 + "\nDuties:\n- x", "longer than 120"),
        ("word " * LONGEST, "longer than"),
    ],
)
def test_what_is_no_posting_is_refused_with_a_sentence(text, words):
    with pytest.raises(NotAPosting, match=words):
        understand(text)


def test_skills_are_names_not_parts_of_words():
    assert find_skills("JavaScript, and the rest; we react to nodes. ASP.NET") == ("JavaScript",)
    assert find_skills("Postgres and RESTful APIs, C++, C#, C++.") == ("PostgreSQL", "REST", "C++", "C#")


@pytest.mark.parametrize(
    ("title", "discipline"),
    [
        ("Database Administrator", "database"),
        ("Front-end Engineer", "frontend"),
        ("Backend Engineer", "backend"),
        ("Data Scientist", "data"),
        ("Technical Writer", "documentation"),
        ("Site Reliability Engineer", "operations"),
        ("Wizard", ""),
    ],
)
def test_the_title_tells_the_discipline_or_nothing_does(title, discipline):
    assert guess_discipline(title) == discipline


PIECES = st.one_of(
    st.sampled_from(
        [
            "Job Title: X",
            "# Y",
            "**Responsibilities:**",
            "Skills: a, b",
            "Location: c",
            "Duties",
            "- d",
            "* e",
            "1) f",
            "**bold** and __more__",
            "---",
            "===",
            "",
            "Apply",
            "Apply: now",
            "## Unheard of",
            "Role:",
            "Note: g",
            "**h**",
            "__Job Title: Z__",
            "Title",
            "## What you'll do: i ##",
            "*",
            "_",
        ]
    ),
    st.text(max_size=40),
)


def refuses_or_loses_nothing(text):
    try:
        lost = words_lost(text)
    except NotAPosting as refusal:
        assert str(refusal)
    else:
        assert not lost


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_every_word_comes_out_or_a_sentence_says_why_not(pieces):
    refuses_or_loses_nothing("\n".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_a_posting_with_anything_in_it_loses_nothing(pieces):
    refuses_or_loses_nothing("\n".join(["Job Title: Writer", "Duties:", "- Write.", *pieces]))
