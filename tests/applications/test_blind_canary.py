"""The canary sweep: an applicant made of made-up words, and every page, header, cookie and letter that a mentor can get.

Each identifying field holds a word that exists nowhere else, the applicant also typed all of them into the answers that
reviewers see, and none may be found in anything that reaches the mentor, before or after their review.
"""

import io
import re
import unicodedata
import zipfile
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from applications import drafting, lifecycle, outbox, reviewing, triage
from applications.models import Application, Assignment
from applications.questions_default import ensure_form
from applications.states import Action, Status
from community.models import Profile
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    ProfileFactory,
    UploadFactory,
    UserFactory,
    answer_all,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def bare(text: str) -> str:
    """`text` in small letters without accents. Not the site's own way of comparing: that is what is being tested."""
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).casefold()


FIRST, LAST = "Zuvindra", "Qokwethu"
CANARIES = {
    "first name": FIRST,
    "last name": LAST,
    "profile name": "Xilombeka",
    "address": "wyrgald.pontikwe@mboravex.example",
    "half an address": "wyrgald",
    "phone": "+254 799 314 159",
    "handle on a code host": "kwazymthunzi",
    "handle here": "brixolandu",
    "website": "vantuquela.example",
    "file": "Nyxoridume Life.pdf",
    "reference": "ZZCANARYZZ",
    "sign-in by GitHub": "dwexfulmar",
    "name at GitHub": "Ohrimpala",
}
# What each of them looks like in other clothes.
DISGUISES = [
    *CANARIES.values(),
    FIRST.upper(),
    f"{LAST}, {FIRST[0]}.",
    f"{FIRST}{LAST}",
    "Zuvi\u0301ndra",
    "wyrgald dot pontikwe at mboravex dot example",
    "wyrgald.pontikwe (at) mboravex.example",
    "https://github.com/kwazymthunzi/queue",
    "github: kwazymthunzi",
    "@kwazymthunzi",
    "0799314159",
    "٠٧٩٩٣١٤١٥٩",
    "nyxoridume-life.pdf",
    "https://vantuquela.example/about",
]
# Enough of each canary to know it by.
TRACES = [
    bare(trace)
    for trace in (
        "zuvindra", "qokwethu", "xilombeka", "wyrgald", "pontikwe", "mboravex", "kwazymthunzi", "brixolandu", "vantuquela",
        "nyxoridume", "zzcanaryzz", "dwexfulmar", "ohrimpala", "314159", "314 159", "٣١٤١٥٩",
    )
]  # fmt: skip
# A key no page can hold by chance. Rows of its kind begin there.
FAR = 7_313_370_000


def found_in(text: str) -> list[str]:
    seen = bare(unquote(text))
    return [trace for trace in TRACES if trace in seen]


@pytest.fixture
def canary(posting, carol) -> Application:
    """Applied, with everything that could name them typed where it belongs and where it does not."""
    applicant = UserFactory(pk=FAR + 1, email=CANARIES["address"])
    ProfileFactory(
        pk=FAR + 2,
        user=applicant,
        name=CANARIES["profile name"],
        handle=CANARIES["handle here"],
        headline=f"{FIRST} {LAST}",
        bio=" ".join(DISGUISES),
        website=f"https://{CANARIES['website']}/",
        code_host=f"https://gitlab.com/{CANARIES['handle on a code host']}",
    )
    SocialAccount.objects.create(
        pk=FAR + 5,
        user=applicant,
        provider="github",
        uid="7731337",
        extra_data={"login": CANARIES["sign-in by GitHub"], "name": CANARIES["name at GitHub"], "blog": None},
    )
    form = ensure_form(posting)
    typed = {
        question.key: f"As I said: {'; '.join(DISGUISES)}. Then I found the missing index."
        for question in form.questions
        if question.shown_to_reviewers
    }
    application = ApplicationFactory(
        pk=FAR + 3,
        code=CANARIES["reference"],
        posting=posting,
        form=form,
        applicant=applicant,
        created_at=timezone.now() - timedelta(days=3),
        answers=False,
    )
    answer_all(
        application,
        **typed
        | {
            "name": f"{FIRST} {LAST}",
            "phone": CANARIES["phone"],
            "code_host": f"https://github.com/{CANARIES['handle on a code host']}",
            "needs": " ".join(DISGUISES),
            "country": f"Land of {LAST}",
            "hours": "5 to 8",
        },
    )
    UploadFactory(pk=FAR + 4, application=application, name=CANARIES["file"])
    drafting.submit(application, by=applicant, at=timezone.now() - timedelta(days=2))
    return Application.objects.get(pk=application.pk)


@pytest.fixture
def assignment(canary, bob, carol) -> Assignment:
    return triage.assign(canary, bob, by=carol, at=timezone.now())


def names_of(patterns: list[URLPattern | URLResolver], namespace: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += names_of(
                pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
        elif pattern.name:
            found.append(f"{namespace}{pattern.name}")
    return found


def pages(assignment: Assignment) -> list[str]:
    """Every address that the mentor could open: each named one, with every argument that they know."""
    posting = assignment.application.posting
    known = [assignment.code, posting.slug, posting.project.slug, str(assignment.pk)]
    urls = ["/no-such-page/", "/review/NOSUCH/", "/media/", "/files-are-served-by-views-only/"]
    for name in names_of(get_resolver().url_patterns):
        if name in {"account_logout"}:
            continue
        for args in [[], *[[word] for word in known], [assignment.code, "about-you"]]:
            try:
                urls.append(reverse(name, args=args))
            except NoReverseMatch:
                continue
    return sorted(set(urls))


def unpacked(body: bytes) -> str:
    """The names and contents of a ZIP, such as the mentor's own data."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(name + "\n" + packed.read(name).decode(errors="replace") for name in packed.namelist())


def everything(client: Client, url: str, method: str = "get", data: dict[str, str] | None = None) -> str:
    """The whole answer as the browser gets it: address, headers, cookies, body; redirects followed by hand."""
    got = []
    for _hop in range(4):
        response = getattr(client, method)(url, data or {})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = unpacked(body) if body.startswith(b"PK") else body.decode()
        got += [url, str(response.status_code), repr(dict(response.headers)), response.cookies.output(), text]
        if response.status_code not in {301, 302, 303, 307, 308}:
            break
        url, method, data = response.headers["Location"], "get", None
        if not url.startswith("/"):
            break
    return "\n".join(got)


def sweep(client: Client, urls: list[str], moment: str) -> list[str]:
    """Opens every address, finds no trace, and gives back those that showed a page."""
    answers = {url: everything(client, url) for url in urls}
    assert {url: traces for url, got in answers.items() if (traces := found_in(got))} == {}, moment
    return [url for url, got in answers.items() if got.startswith(f"{url}\n200\n")]


def filled(assignment: Assignment, **fields: str) -> dict[str, str]:
    rubric = assignment.application.posting.rubric
    return {f"criterion_{criterion.pk}": "3" for criterion in rubric} | {"comments": "", "feedback": "", **fields}


def test_the_sweep_would_find_a_leak(canary, assignment):
    """The canary sings to its owner: a sweep that finds nothing anywhere proves nothing."""
    owner = Client()
    owner.force_login(canary.applicant)
    seen = everything(owner, reverse("application", args=[canary.code]))
    assert {"zuvindra", "qokwethu", "zzcanaryzz", "kwazymthunzi", "nyxoridume"} <= set(found_in(seen))
    for disguise in DISGUISES:
        assert found_in(disguise), disguise


def test_nothing_that_names_the_applicant_reaches_the_mentor(as_bob, bob, carol, canary, assignment, posting):
    urls = sweep(as_bob, pages(assignment), "before reviewing")
    assert {reverse("review_queue"), assignment.get_absolute_url(), "/", reverse("profile")} <= set(urls)
    page = as_bob.get(assignment.get_absolute_url()).content.decode()
    # The page does show the answers: only what names the person is gone from them.
    assert page.count("Then I found the missing index.") >= 3
    assert "hidden" in page

    url = assignment.get_absolute_url()
    for moment, data in (
        ("a draft", filled(assignment, go="save", comments="Good.")),
        ("an incomplete review", {"go": "submit", "comments": "Good."}),
    ):
        assert found_in(everything(as_bob, url, "post", data)) == [], moment
    sweep(as_bob, [reverse("review_queue"), url], "with a draft")

    # Another mentor guesses, in words, whom they read.
    other = AssignmentFactory(application=canary)
    reviewing.write_review(
        other,
        scores={criterion.pk: 4 for criterion in posting.rubric},
        comments=f"I am sure that this is {FIRST} {LAST} ({CANARIES['handle on a code host']}).",
        feedback=f"Well done, {FIRST}!",
        submit=True,
        by=other.mentor,
        at=timezone.now(),
    )
    assert found_in(everything(as_bob, url, "post", filled(assignment, go="submit", comments="Good."))) == []
    assert "Reviewer A" in as_bob.get(url).content.decode()
    sweep(as_bob, urls, "after reviewing")
    assert found_in(everything(as_bob, url, "post", filled(assignment, go="submit", comments="Changed."))) == []

    lifecycle.move(
        Application.objects.get(pk=canary.pk),
        Action.RELEASE_DECLINE,
        by=carol,
        at=timezone.now(),
        decided_at=timezone.now(),
        decided_by=carol,
    )
    sweep(as_bob, urls, "after the decision")
    assert found_in(everything(as_bob, url, "post", filled(assignment, go="submit", comments="Late."))) == []
    assert found_in(everything(as_bob, reverse("recuse", args=[assignment.code]), "post")) == []

    outbox.send_due(worker="test", clock=timezone.now)
    to_bob = [sent for sent in mail.outbox if bob.email in sent.recipients()]
    assert len(to_bob) == 1
    assert [found_in(str(sent.message())) for sent in to_bob] == [[]]


def test_stepping_aside_tells_nothing(as_bob, canary, assignment):
    recuse = reverse("recuse", args=[assignment.code])
    for method in ("get", "post", "post"):
        assert found_in(everything(as_bob, recuse, method)) == []
    assert found_in(everything(as_bob, assignment.get_absolute_url())) == []


def test_a_sign_in_that_ran_out_shows_no_answers(canary, assignment):
    shown = everything(Client(), assignment.get_absolute_url(), "post", filled(assignment, go="submit"))
    assert found_in(shown) == []
    assert "missing index" not in shown


def test_no_key_of_application_or_applicant_is_in_what_the_mentor_gets(as_bob, canary, assignment):
    for url in (reverse("review_queue"), assignment.get_absolute_url()):
        got = everything(as_bob, url)
        for number in range(FAR + 1, FAR + 5):
            assert str(number) not in got
        assert set(re.findall(r"/(?:applications|people)/([\w-]+)/", got)) == set()


def test_order_tells_nothing_of_when_somebody_applied(as_bob, bob, carol, posting):
    """The queue follows the codes of the assignments, and those are random: 12 orders that all came out alike would be a
    chance of one in 24 to the power of 11."""
    orders = set()
    for _ in range(12):
        Assignment.objects.all().delete()
        applications = [ApplicationFactory(posting=posting, status=Status.IN_REVIEW, answers=False) for _ in range(4)]
        made = {
            triage.assign(it, bob, by=carol, at=timezone.now()).code: place for place, it in enumerate(applications)
        }
        page = as_bob.get(reverse("review_queue")).content.decode()
        orders.add(tuple(made[code] for code in re.findall(r'href="/review/(\w+)/"', page)))
    assert len(orders) > 1


def test_codes_are_long_random_and_of_the_assignment_alone(canary, assignment):
    codes = {AssignmentFactory(application=canary).code for _ in range(20)} | {assignment.code}
    assert len(codes) == 21
    assert {len(code) for code in codes} == {10}
    assert canary.code not in codes


def test_two_mentors_know_one_application_by_different_codes(canary, assignment):
    assert AssignmentFactory(application=canary).code != assignment.code


def test_profile_stays_out_of_reach_while_private(as_bob, canary, assignment):
    profile = Profile.objects.get(user=canary.applicant)
    assert as_bob.get(reverse("person", args=[profile.handle])).status_code == 404
