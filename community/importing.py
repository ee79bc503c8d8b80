"""Understanding the text of a job advertisement: plain text or Markdown in, the parts of a posting out.

Pure: no database, no clock. Rule kept: every word of the input stands in some part of what comes out. A line
that fits nowhere goes to the closing words and is named in `unplaced`. Never guesses a fact (pay, dates, hours).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from community.models import Posting

LONGEST = 50_000
LONGEST_TITLE = 120
LONGEST_SUMMARY = 300


class NotAPosting(Exception):
    """The text can't be read as a posting; the exception's text says why and what to do."""


@dataclass(frozen=True)
class Understood:
    """Markdown per part. `headings` are the lines that only said which part follows; `unplaced` fitted no part."""

    title: str
    summary: str
    description: str
    responsibilities: str
    qualifications: str
    closing_words: str
    skills: tuple[str, ...]
    discipline: str
    headings: tuple[str, ...]
    unplaced: tuple[str, ...]


# What headings are called, in small letters and without the colon.
TITLE, DESCRIPTION, RESPONSIBILITIES, QUALIFICATIONS, CLOSING, OTHER = range(6)
SYNONYMS: dict[int, str] = {
    TITLE: "job title|title|role|role title|position|position title|job|vacancy|opening",
    DESCRIPTION: "job description|description|about the role|about this role|about the job|about the position|"
    "role description|role summary|job summary|position summary|summary|overview|role overview|the role|introduction|"
    "about the opportunity|the opportunity",
    RESPONSIBILITIES: "responsibilities|key responsibilities|main responsibilities|your responsibilities|"
    "roles and responsibilities|role and responsibilities|duties|key duties|main duties|duties and responsibilities|"
    "what you will do|what you'll do|what you’ll do|what you'll be doing|what you’ll be doing|your role|your tasks|"
    "tasks|the work|your work",
    QUALIFICATIONS: "qualifications|required qualifications|minimum qualifications|preferred qualifications|"
    "qualifications and skills|skills and qualifications|requirements|key requirements|job requirements|"
    "what we look for|what we are looking for|what we're looking for|what we’re looking for|who we are looking for|"
    "who you are|about you|you have|what you bring|what you'll bring|what you’ll bring|what you need|skills|"
    "required skills|key skills|technical skills|skills required|skills and experience|experience|nice to have|"
    "good to have|bonus points",
    CLOSING: "how to apply|application|application process|to apply|apply|apply now|equal opportunity|"
    "equal opportunities|diversity|diversity and inclusion|closing words|note|notes",
    OTHER: "benefits|what we offer|we offer|perks|compensation|salary|pay|stipend|location|duration|start date|"
    "deadline|application deadline|closing date|hours|working hours|employment type|job type|type|contract|"
    "reports to|department|team|company|organisation|organization|about us|who we are|about the company|"
    "about the program|about the programme|about the project|project|contact",
}
KINDS = {name: kind for kind, names in SYNONYMS.items() for name in names.split("|")}

SKILLS = (
    "Python", "Django", "Flask", "FastAPI", "Node.js", "JavaScript", "TypeScript", "Ruby", "Ruby on Rails", "Java",
    "Kotlin", "Swift", "Golang", "Rust", "PHP", "Laravel", "C++", "C#", ".NET", "Elixir", "Scala", "SQL",
    "PostgreSQL", "MySQL", "SQLite", "MongoDB", "Redis", "NoSQL", "REST", "GraphQL", "gRPC", "HTML", "CSS",
    "React", "React Native", "Vue.js", "Angular", "Svelte", "Flutter", "Android", "iOS", "Git", "Linux", "Docker",
    "Kubernetes", "Terraform", "Ansible", "AWS", "Pandas", "NumPy", "PyTorch", "TensorFlow", "Machine learning",
    "Accessibility", "Figma", "Technical writing", "Translation", "Unit testing",
)  # fmt: skip
# How else a skill is written. Matched in any case, as SKILLS are.
ALSO_WRITTEN = {
    "Node.js": ("NodeJS", "Node"),
    "REST": ("RESTful", "REST API", "REST APIs"),
    "PostgreSQL": ("Postgres",),
    "Vue.js": ("Vue", "VueJS"),
    "Golang": ("Go language",),
    "JavaScript": ("ES6",),
}
# Words that are skills only as a name, not as a word of a sentence ("the rest", "in a node", "reacts").
CAPITALISED_ONLY = {"REST", "Node", "React", "Swift", "Rust", "Git", "Vue", "Flask", "Ruby", "Redis", "Angular"}

DISCIPLINES: tuple[tuple[Posting.Discipline, str], ...] = (
    (Posting.Discipline.DATABASE, r"database|\bdba\b|\bsql\b"),
    (Posting.Discipline.BACKEND, r"back-?\s?end|\bserver|\bapi\b"),
    (Posting.Discipline.FRONTEND, r"front-?\s?end|\bweb (developer|engineer)|\bui (developer|engineer)"),
    (Posting.Discipline.MOBILE, r"mobile|android|\bios\b|flutter"),
    (Posting.Discipline.DATA, r"\bdata\b|machine learning|\bml\b|\bai\b|statistic|analyst"),
    (
        Posting.Discipline.OPERATIONS,
        r"devops|operations|\bsre\b|reliability|security|infrastructure|system admin|cloud",
    ),
    (Posting.Discipline.DESIGN, r"design|\bux\b|user research"),
    (Posting.Discipline.DOCUMENTATION, r"writer|writing|documentation|translat|locali[sz]ation"),
    (Posting.Discipline.COMMUNITY, r"community|outreach|advocate|events?\b"),
)

BULLET = re.compile(r"^[-*+•‣◦▪●·–—]\s+(?=\S)")
NUMBERED = re.compile(r"^(\d{1,3})[.)]\s+(?=\S)")
RULE = re.compile(r"^([-=_*])(\s*\1){2,}$")
# Labels that say no more than our own heading, which stands in their place.
OURS = {
    "job description", "description", "job summary", "role description", "role summary", "position summary",
    "summary", "overview", "about the role", "about this role", "about the job", "responsibilities",
    "key responsibilities", "main responsibilities", "your responsibilities", "roles and responsibilities",
    "role and responsibilities", "duties", "key duties", "main duties", "duties and responsibilities",
    "what you will do", "what you'll do", "what you’ll do", "qualifications", "requirements", "job requirements",
    "key requirements", "what we look for", "what we are looking for", "what we're looking for",
    "what we’re looking for",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")


@dataclass
class _Part:
    """A stretch of lines under one heading."""

    kind: int
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Heading:
    kind: int
    label: str
    rest: str


def understand(text: str) -> Understood:
    """The parts of the advertisement `text`, at most LONGEST characters.

    Raises NotAPosting for a text without words, with characters no text has, too long, without a title, or without
    any part that says what is done or what is asked for.
    """
    lines = _lines(text)
    title_at, title = _title(lines)
    headings = [lines[title_at]]
    unplaced: list[str] = []
    begun: set[int] = set()
    # Above the title stands a letterhead, if anything; it is kept, and somebody should look at it.
    parts = [_Part(OTHER) if title_at else _Part(DESCRIPTION)]
    for number, line in enumerate(lines):
        if number == title_at:
            parts.append(_Part(DESCRIPTION if len(parts) == 1 else parts[-1].kind))
            continue
        heading = _heading(line, lines[number + 1] if number + 1 < len(lines) else "")
        if heading is None:
            parts[-1].lines.append("" if RULE.match(line) else line)
            if line and parts[-1].kind == OTHER:
                unplaced.append(line)
        elif heading.rest and heading.kind not in {DESCRIPTION, RESPONSIBILITIES, QUALIFICATIONS}:
            # One fact on one line (Location: Lagos): what follows belongs to the part that it interrupts.
            before = parts[-1].kind
            if heading.kind != CLOSING:
                unplaced.append(line)
            parts += [_Part(CLOSING if heading.kind == CLOSING else OTHER, [line]), _Part(before)]
        elif heading.kind in {OTHER, TITLE}:
            unplaced.append(line)
            parts.append(_Part(OTHER, [f"**{heading.label}**", ""]))
        elif _key(heading.label) in OURS and heading.kind not in begun:
            begun.add(heading.kind)
            headings.append(heading.label)
            parts.append(_Part(heading.kind, [heading.rest] if heading.rest else []))
        elif heading.rest:
            # Skills: Python, SQL. The label says something that our own heading above it does not.
            parts.append(_Part(heading.kind, [line]))
        else:
            # “Preferred qualifications” under ours would read as if they were required.
            begun.add(heading.kind)
            headings.append(heading.label)
            parts.append(_Part(heading.kind, [f"**{heading.label}**", ""]))

    closing = _split_off_closing(parts)
    if not any(part.kind in {RESPONSIBILITIES, QUALIFICATIONS} and any(part.lines) for part in parts):
        raise NotAPosting(
            _(
                "This does not read like a role: there is no heading such as “Responsibilities” or “Qualifications” "
                "with lines under it."
            )
        )
    description = _joined(parts, DESCRIPTION)
    return Understood(
        title=title,
        summary=_summary(description),
        description=description,
        responsibilities=_joined(parts, RESPONSIBILITIES),
        qualifications=_joined(parts, QUALIFICATIONS),
        closing_words="\n\n".join(filter(None, [_joined(parts, OTHER), _joined(parts, CLOSING), _markdown(closing)])),
        skills=find_skills(text),
        discipline=guess_discipline(title),
        headings=tuple(headings),
        unplaced=tuple(unplaced),
    )


def _lines(text: str) -> list[str]:
    """The lines, stripped; refuses what is no text."""
    if len(text) > LONGEST:
        raise NotAPosting(
            _("This is longer than %(count)d characters. Cut it down to the advertisement itself.") % {"count": LONGEST}
        )
    if any(ord(character) < 32 and character not in "\t\n\v\f\r\x1c\x1d\x1e\x1f" for character in text):
        raise NotAPosting(
            _("This is not text: it contains characters that no text has. Save it as plain text (UTF-8).")
        )
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    if not WORD.search(text):
        raise NotAPosting(_("There is nothing in it. Give the text of a job advertisement."))
    return lines


def _heading(line: str, following: str) -> _Heading | None:
    """What `line` announces, if it is a heading: # …, **…**, …: alone, or a known word with text after its colon."""
    if not line or BULLET.match(line) or NUMBERED.match(line) or RULE.match(line):
        return None
    marked = re.fullmatch(r"#{1,6}\s+(.*?)\s*#*", line) or re.fullmatch(r"(?:\*\*|__)(.+?)(?:\*\*|__)\s*:?", line)
    if marked is None and re.fullmatch(r"=+|-{2,}", following):
        marked = re.fullmatch(r"(.{1,120})", line)
    if marked is not None:
        inside = _plain(marked.group(1))
        label, _colon, rest = inside.partition(":")
        kind = KINDS.get(_key(label))
        if kind is not None:
            return _Heading(kind, label, rest.strip())
        # A whole sentence in bold is emphasis, not a heading.
        return None if inside.endswith((".", "!", "?")) or "**" in inside else _Heading(OTHER, inside.rstrip(":"), "")
    # **Label:** text, or Label: text
    label, colon, rest = re.sub(r"^(\*\*|__)(.+?)(:?)\1(:?)", r"\2\3\4", line, count=1).partition(":")
    kind = KINDS.get(_key(label))
    if kind is None or not (colon or len(label) == len(line)):
        return None
    return _Heading(kind, label, rest.strip())


def _plain(text: str) -> str:
    return text.strip().strip("*_").strip()


def _key(label: str) -> str:
    return " ".join(_plain(label).rstrip(":").replace("&", "and").lower().split())


def _title(lines: list[str]) -> tuple[int, str]:
    """(number of its line, the title)."""
    found: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        heading = _heading(line, lines[number + 1] if number + 1 < len(lines) else "")
        if heading is not None and heading.kind == TITLE and heading.rest:
            found = (number, heading.rest)
            break
    if found is None:
        for number, line in enumerate(lines):
            heading = _heading(line, lines[number + 1] if number + 1 < len(lines) else "")
            if heading is not None and heading.kind != OTHER:
                break
            if heading is not None:
                found = (number, heading.label)
                break
    if found is None:
        number, line = next((number, line) for number, line in enumerate(lines) if WORD.search(line))
        # The first line of a plain text, if it is one that could stand as a title.
        heading = _heading(line, "")
        if heading is None and not BULLET.match(line) and not line.endswith((".", "!", "?", ",", ";", ":")):
            found = (number, line)
    title = _plain(found[1]) if found else ""
    if found is None or not WORD.search(title):
        raise NotAPosting(_("There is no title. Begin with a line such as “Job Title: Backend Engineer”."))
    if len(title) > LONGEST_TITLE:
        raise NotAPosting(
            _("The title is longer than %(count)d characters: “%(start)s…”. Begin with a short title on its own line.")
            % {"count": LONGEST_TITLE, "start": title[:40]}
        )
    return found[0], title


def _split_off_closing(parts: list[_Part]) -> list[str]:
    """Takes the paragraphs after the last list out of the last part that has one, and returns their lines."""
    for part in reversed(parts):
        last = max(
            (at for at, line in enumerate(part.lines) if BULLET.match(line) or NUMBERED.match(line)), default=None
        )
        if part.kind in {RESPONSIBILITIES, QUALIFICATIONS} and last is not None:
            blank = next((at for at in range(last, len(part.lines)) if not part.lines[at]), len(part.lines))
            closing = part.lines[blank:]
            del part.lines[blank:]
            return closing
        if any(part.lines):
            return []
    return []


def _joined(parts: Iterable[_Part], kind: int) -> str:
    return "\n\n".join(filter(None, (_markdown(part.lines) for part in parts if part.kind == kind)))


def _markdown(lines: Iterable[str]) -> str:
    """The lines as tidy Markdown: every kind of bullet a hyphen, lists set off from paragraphs by an empty line."""
    out: list[str] = []
    in_list = False
    for line in lines:
        is_item = bool(BULLET.match(line) or NUMBERED.match(line))
        if is_item and out and out[-1] and not in_list:
            out.append("")
        if is_item:
            line = BULLET.sub("- ", NUMBERED.sub(r"\1. ", line))
        elif line and in_list and out[-1]:
            line = f"  {line}"  # the rest of an item that was wrapped
        in_list = is_item or (in_list and bool(line))
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _summary(description: str) -> str:
    """The description's first sentence, whole if it fits, else cut at a word."""
    first = next((line for line in description.split("\n\n") if WORD.search(line)), "")
    first = " ".join(re.sub(r"(\*\*|__)(.+?)\1", r"\2", first).split())
    sentence = re.split(r"(?<=[.!?])\s+(?=\S)", first, maxsplit=1)[0]
    if len(sentence) <= LONGEST_SUMMARY:
        return sentence
    return sentence[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def find_skills(text: str, names: Iterable[str] = SKILLS) -> tuple[str, ...]:
    """The skills named in `text`, each once, in the order of their first mention."""
    found: list[tuple[int, str]] = []
    for name in dict.fromkeys(names):
        places = [
            match.start()
            for written in (name, *ALSO_WRITTEN.get(name, ()))
            if (match := _skill_pattern(written).search(text))
        ]
        if places:
            found.append((min(places), name))
    return tuple(name for _place, name in sorted(found))


def _skill_pattern(written: str) -> re.Pattern[str]:
    flags = re.NOFLAG if written in CAPITALISED_ONLY else re.IGNORECASE
    return re.compile(rf"(?<![\w.+#-]){re.escape(written)}(?![\w+#]|\.\w|-\w)", flags)


def guess_discipline(title: str) -> str:
    """The discipline that the title names; empty if it names none, so that somebody chooses it."""
    for discipline, pattern in DISCIPLINES:
        if re.search(pattern, title, re.IGNORECASE):
            return discipline.value
    return ""
