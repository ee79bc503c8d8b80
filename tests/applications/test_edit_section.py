"""One section: every kind of question, every kind of bad input, and nothing typed is ever lost."""

import unicodedata
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.forms import SectionForm, parse_link, parse_number
from applications.models import Answer, Application, Question, SavedSection
from applications.questions_default import ensure_form
from applications.readiness import problems
from applications.states import Status
from community.models import Posting, User
from tests import factories
from tests.memory import forget

pytestmark = pytest.mark.django_db

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
# What Django's own fields say. None of it tells a person what to do, so none of it may reach a page.
DEFAULTS = ("This field is required", "Enter a valid", "Select a valid choice", "Ensure this value", "Null characters")


@pytest.fixture
def draft(posting: Posting, alice: User) -> Application:
    """Alice's draft on a form that asks a question of every kind."""
    factories.whole_form(posting)
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first())


def url(application: Application, section: str = "your-work", query: str = "") -> str:
    return reverse("edit_section", args=[application.code, section]) + query


def stored(application: Application) -> dict[str, Any]:
    return dict(Answer.objects.filter(application=application).values_list("question__key", "value"))


FULL = {
    "why": "Because of the queue.",
    "first": "Python",
    "others": ["Python", "SQL"],
    "together": "yes",
    "years": "3",
    "agree": "on",
}


# Saving -------------------------------------------------------------------------------------------------


def test_every_kind_is_stored_as_its_own_type(as_alice, draft) -> None:
    answer = as_alice.post(url(draft), FULL)
    assert answer.url == reverse("check_answers", args=[draft.code])
    assert stored(draft) == {
        "why": "Because of the queue.",
        "first": "Python",
        "others": ["Python", "SQL"],
        "together": True,
        "years": 3,
        "agree": True,
    }


def test_saved_answers_are_shown_again(as_alice, draft) -> None:
    as_alice.post(url(draft), {**FULL, "together": "no", "years": "2,5"})
    page = as_alice.get(url(draft))
    assert "Because of the queue.</textarea>" in page.text
    assert "4 of 50 words" in page.text
    form = page.context["form"]
    assert [form[key].value() for key in ("first", "others", "together", "years", "agree")] == [
        "Python", ["Python", "SQL"], "no", 2.5, True,
    ]  # fmt: skip
    assert page.text.count(" checked") == 5
    assert '<p class="saved">Saved <time' in page.text


def test_save_and_go_on_leads_to_the_next_section(as_alice, draft) -> None:
    answer = as_alice.post(url(draft, "about-you"), {"name": "Amina", "code_host": "codeberg.org/amina", "go": "on"})
    assert answer.url == url(draft)
    assert stored(draft) == {"name": "Amina", "code_host": "https://codeberg.org/amina"}


def test_save_and_come_back_later_accepts_what_is_incomplete(as_alice, draft) -> None:
    answer = as_alice.post(url(draft), {"why": "Not finished", "go": "later"}, follow=True)
    assert answer.redirect_chain == [(draft.get_absolute_url(), 302)]
    assert "Saved. Nothing is sent yet" in answer.text
    assert stored(draft) == {"why": "Not finished"}
    assert SavedSection.objects.get().version == 1


def test_change_from_the_check_returns_there(as_alice, draft) -> None:
    page = as_alice.get(url(draft, query="?from=check"))
    assert "Save and go back to your answers" in page.text
    answer = as_alice.post(url(draft, query="?from=check"), {**FULL, "go": "check"})
    assert answer.url == reverse("check_answers", args=[draft.code]) + "#part-your-work"


@pytest.mark.parametrize("zero", ["0", "0.0", "\u0660"])
def test_a_number_of_zero_is_an_answer(as_alice, draft, zero) -> None:
    as_alice.post(url(draft), {**FULL, "years": zero})
    assert stored(draft)["years"] == 0
    assert "years" not in {problem.question.key for problem in problems(Application.objects.get(pk=draft.pk))}
    assert as_alice.get(url(draft)).context["form"]["years"].value() == 0


def test_second_press_is_harmless(as_alice, draft) -> None:
    for _ in range(2):
        as_alice.post(url(draft), FULL)
    assert Answer.objects.count() == 6
    assert SavedSection.objects.get().version == 2


def test_emptied_answer_is_deleted_and_one_not_named_is_kept(as_alice, draft) -> None:
    as_alice.post(url(draft), FULL)
    as_alice.post(url(draft), {"why": "", "go": "later"})
    # Boxes that are not ticked send nothing; radios and texts that a request does not name stay as they were.
    assert stored(draft) == {"first": "Python", "together": True, "years": 3}


# Saying what is wrong -------------------------------------------------------------------------------------


def test_what_is_missing_is_told_after_everything_else_was_saved(as_alice, draft) -> None:
    page = as_alice.post(url(draft), {"why": "", "first": "SQL", "years": "3", "go": "on"})
    assert page.status_code == 200
    assert "<title>Error: " in page.text
    assert stored(draft) == {"first": "SQL", "years": 3}
    told = dict(page.context["form"].errors)
    assert set(told) == {"why", "others", "together", "agree"}
    assert page.text.index("There is a problem") < page.text.index("<h1>")
    for key in ("#id_why", "#id_others_0", "#id_together_0", "#id_agree"):
        assert f'href="{key}"' in page.text
    assert not [words for words in DEFAULTS if words in page.text]


def test_empty_section_uses_the_questions_own_words(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, form=ensure_form(posting))
    page = as_alice.post(url(application, "this-role"), {"go": "on"})
    assert "Enter why you want this role" in page.text
    assert "Choose how many hours a week you can give" in page.text
    assert not [words for words in DEFAULTS if words in page.text]


def test_the_bar_tells_what_is_done_from_what_is_only_saved(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice, answers={"problem": None, "why": ""})
    SavedSection.objects.filter(application=draft, section__slug="this-role").delete()
    page = as_alice.get(url(draft, "before-you-send")).text
    assert 'class="done"><span class="away">About you: Done' in page
    assert 'class="begun"><span class="away">Your work: Saved, something is missing' in page
    assert '<li><span class="away">This role: Not begun' in page


def test_no_field_is_required_for_the_browser_and_optional_ones_say_so(as_alice, draft) -> None:
    page = as_alice.get(url(draft, "about-you"))
    assert " required" not in page.text.split("<form", 2)[-1].split("</form>")[0]
    assert "novalidate" in page.text
    assert page.text.count("(optional)") == 2
    assert "(optional)" not in as_alice.get(url(draft)).text


def test_too_many_words_are_kept_and_told(as_alice, draft) -> None:
    text = "word " * 51
    page = as_alice.post(url(draft), {**FULL, "why": text})
    assert "Shorten your answer to 50 words or fewer. It has 51 words now" in page.text
    assert "51 of 50 words" in page.text
    assert stored(draft)["why"] == text
    assert as_alice.post(url(draft), {**FULL, "why": text, "go": "later"}).status_code == 302


@pytest.mark.parametrize(
    ("section", "key", "typed", "told"),
    [
        ("your-work", "years", "three", "Enter a number in digits"),
        ("your-work", "years", "1,000", "Enter a number in digits"),
        ("your-work", "years", "1e400", "Enter a number in digits"),
        ("your-work", "years", "NaN", "Enter a number in digits"),
        ("about-you", "code_host", "javascript:alert(1)", "Enter a whole address"),
        ("about-you", "code_host", "ftp://example.org/x", "Enter a whole address"),
        ("about-you", "code_host", "not an address", "Enter a whole address"),
        ("about-you", "name", "x" * 301, "Shorten your answer to 300 characters or fewer. It has 301 now"),
    ],
)
def test_wrong_type_is_kept_as_typed_told_and_never_sent(as_alice, draft, section, key, typed, told) -> None:
    page = as_alice.post(url(draft, section), {**(FULL if section == "your-work" else {"name": "Amina"}), key: typed})
    assert page.status_code == 200
    assert told in page.text
    assert stored(draft)[key] == typed
    assert page.context["form"][key].value() == typed
    assert as_alice.get(url(draft, section)).context["form"][key].value() == typed
    assert told in " ".join(problem.text for problem in problems(Application.objects.get()))


@pytest.mark.parametrize("key", ["first", "others", "together"])
def test_unknown_choice_is_refused_and_the_rest_saved(as_alice, draft, key) -> None:
    as_alice.post(url(draft), FULL)
    page = as_alice.post(url(draft), {**FULL, "why": "Newer words", key: "COBOL", "go": "later"})
    assert page.status_code == 200
    assert "the answers offered" in page.text
    assert stored(draft)["why"] == "Newer words"
    assert stored(draft)[key] in ("Python", ["Python", "SQL"], True)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_choice_is_taken_however_its_letters_are_composed(as_alice, draft, form) -> None:
    offered = unicodedata.normalize("NFD", "Français\nYorùbá")
    Question.objects.filter(key__in=["first", "others"]).update(choices=offered)
    first, last = unicodedata.normalize(form, offered).splitlines()
    assert as_alice.post(url(draft), {**FULL, "first": last, "others": [first, last]}).status_code == 302
    assert (stored(draft)["first"], stored(draft)["others"]) == (offered.splitlines()[1], offered.splitlines())


def test_null_bytes_are_taken_out_and_told_and_the_rest_kept(as_alice, draft) -> None:
    page = as_alice.post(url(draft), {**FULL, "why": "before\x00after", "go": "later"})
    assert page.status_code == 200
    assert "This text held a character that cannot be kept" in page.text
    assert stored(draft)["why"] == "beforeafter"
    assert stored(draft)["years"] == 3


@pytest.mark.parametrize("unseen", ["\x00", "\x0b", "\u202e"])
def test_what_was_taken_out_is_gone_from_the_page_too_so_a_second_press_goes_on(as_alice, draft, unseen) -> None:
    page = as_alice.post(url(draft), {**FULL, "why": f"before{unseen}after", "go": "later"})
    shown = page.context["form"]["why"].value()
    assert shown == "beforeafter"
    assert unseen not in page.text
    assert as_alice.post(url(draft), {**FULL, "why": shown, "go": "later"}).status_code == 302


def test_direction_overrides_are_taken_out_of_a_name(as_alice, draft) -> None:
    as_alice.post(url(draft, "about-you"), {"name": "Amina \u202egnp.exe", "go": "later"})
    assert stored(draft)["name"] == "Amina gnp.exe"
    as_alice.post(url(draft, "about-you"), {"name": "\u202bAmina\u202c \u2067O.\u2069", "go": "later"})
    assert stored(draft)["name"] == "Amina O."


@pytest.mark.parametrize("unseen", ["\u200b\u200b", "\u2060", "\u200e \u200f", "\ufeff", "\u00ad"])
def test_what_nobody_sees_is_no_answer(as_alice, draft, unseen) -> None:
    page = as_alice.post(url(draft, "about-you"), {"name": unseen, "go": "on"})
    assert [problem for field, problem in page.context["problems"] if field == "id_name"]
    assert "name" not in stored(draft)


@pytest.mark.parametrize("letter", ["x", "é", "字", "😀"])
def test_a_million_characters_stay_on_the_page_and_are_not_stored(as_alice, draft, letter) -> None:
    as_alice.post(url(draft), FULL)
    text = letter * 1_000_000
    page = as_alice.post(url(draft), {**FULL, "why": text, "years": "4", "go": "later"})
    assert page.status_code == 200
    assert "This text has 1,000,000 characters, more than we can keep" in page.text
    assert text in page.text
    assert stored(draft)["why"] == "Because of the queue."
    assert stored(draft)["years"] == 4


def test_more_than_the_site_takes_is_a_readable_page(as_alice, draft) -> None:
    as_alice.raise_request_exception = False
    page = as_alice.post(url(draft), {**FULL, "why": "字" * 2_000_000})
    assert page.status_code == 400
    assert "What you typed should still be on the page you came from" in page.text
    assert stored(draft) == {}


def test_two_thousand_fields_are_a_readable_page(as_alice, draft) -> None:
    page = as_alice.post(url(draft), {**FULL, **{f"field_{n}": "x" for n in range(2000)}})
    assert page.status_code == 400
    assert "We could not read that" in page.text
    assert stored(draft) == {}


def test_unknown_fields_are_left_alone(as_alice, draft) -> None:
    as_alice.post(url(draft), {**FULL, "status": "accepted", "applicant": "1", "name": "From another section"})
    assert set(stored(draft)) == set(FULL)
    assert Application.objects.get().status == Status.DRAFT


def test_same_text_in_two_unicode_forms_is_the_same_answer(as_alice, draft) -> None:
    texts = set()
    for form in ("NFC", "NFD"):
        as_alice.post(url(draft), {**FULL, "why": unicodedata.normalize(form, "Ọmọ Yorùbá\r\nàti ẹgbẹ́")})
        texts.add(stored(draft)["why"])
    assert texts == {unicodedata.normalize("NFC", "Ọmọ Yorùbá\nàti ẹgbẹ́")}


def test_scripts_are_inert_wherever_they_are_shown(as_alice, draft) -> None:
    name = draft.form.questions[0]
    name.hint = name.label = name.section.title = SCRIPT[:80]
    name.save()
    name.section.save()
    as_alice.post(url(draft, "about-you"), {"name": SCRIPT, "code_host": SCRIPT, "go": "later"})
    as_alice.post(url(draft), {**FULL, "why": SCRIPT, "years": SCRIPT, "go": "later"})
    pages = [url(draft, "about-you"), url(draft), reverse("check_answers", args=[draft.code]), draft.get_absolute_url()]
    for page in pages:
        text = as_alice.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert" in as_alice.get(url(draft)).text


# Who and when -------------------------------------------------------------------------------------------


def test_outsiders_and_other_sections_do_not_exist(as_charlie, as_bob, as_carol, as_alice, draft) -> None:
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url(draft)).status_code == 404
        assert client.post(url(draft), FULL).status_code == 404
    assert as_alice.get(url(draft, "no-such-part")).status_code == 404
    assert as_alice.post(url(draft, "no-such-part"), FULL).status_code == 404
    assert stored(draft) == {}


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW, Status.WITHDRAWN])
def test_after_sending_a_post_is_refused_and_the_text_shown(as_alice, alice, posting, status) -> None:
    factories.whole_form(posting)
    sent = factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first(), status=status)
    before = stored(sent)
    page = as_alice.post(url(sent), {**FULL, "why": "Typed after sending"})
    assert page.status_code == 409
    assert "This application was already sent, so this change was not taken" in page.text
    assert "Typed after sending</textarea>" in page.text
    assert stored(sent) == before
    assert as_alice.get(url(sent)).url == sent.get_absolute_url()


def test_other_methods_are_refused(as_alice, draft) -> None:
    assert as_alice.delete(url(draft)).status_code == 405


def test_same_queries_with_one_answer_and_with_all(as_alice, draft, django_assert_num_queries) -> None:
    as_alice.post(url(draft), {"why": "One", "go": "later"})
    forget()
    with django_assert_num_queries(10):
        as_alice.get(url(draft))
    as_alice.post(url(draft), FULL)
    as_alice.post(url(draft, "about-you"), {"name": "Amina", "go": "later"})
    forget()
    with django_assert_num_queries(10):
        as_alice.get(url(draft))


# Signed out meanwhile, or an old token -------------------------------------------------------------------


def test_text_survives_a_sign_in_that_ran_out(stranger, draft) -> None:
    page = stranger.post(url(draft, query="?from=check"), {**FULL, "why": f"A long story\n{SCRIPT}", "go": "check"})
    assert page.status_code == 403
    assert "You were signed out" in page.text
    assert "A long story\n&quot;&gt;&lt;script&gt;" in page.text
    assert f'action="{url(draft, query="?from=check")}"' in page.text
    assert '<button class="button" name="go" value="check">' in page.text
    assert 'name="others" value="SQL"' in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert stored(draft) == {}


def test_the_page_for_the_signed_out_tells_nothing_that_was_not_posted(stranger, draft) -> None:
    draft.posting.title = "CANARY title"
    draft.posting.save()
    real = stranger.post(url(draft), {"why": "x"}).text
    foreign = stranger.post(url(draft).replace(draft.code, "2345678923"), {"why": "x"}).text
    assert "CANARY" not in real
    assert masked(real, draft.code) == masked(foreign, "2345678923")


def masked(html: str, code: str) -> str:
    """A page without its token, which differs each time, and without the code that was in its address."""
    parts = html.replace(code, "CODE").split('name="csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part[64:] for part in parts[1:])


def test_get_by_the_signed_out_leads_to_sign_in_and_back(stranger, draft) -> None:
    assert stranger.get(url(draft)).url == f"/accounts/login/?next={url(draft)}"


def test_the_whole_way_back_after_signing_in_in_another_tab(alice, draft) -> None:
    """Signed out, save; sign in elsewhere, which turns the token; save; save once more: stored."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    token = token_in(client.get(url(draft)).text)
    client.logout()
    page = client.post(url(draft), {**FULL, "csrfmiddlewaretoken": token})
    assert "You were signed out" in page.text
    old = token_in(page.text)
    del client.cookies["csrftoken"]
    client.force_login(alice)
    client.get(url(draft))
    page = client.post(url(draft), {**FULL, "csrfmiddlewaretoken": old})
    assert page.status_code == 403
    assert "Press Save once more" in page.text
    assert "Because of the queue." in page.text
    assert stored(draft) == {}
    answer = client.post(url(draft), {**FULL, "csrfmiddlewaretoken": token_in(page.text)})
    assert answer.status_code == 302
    assert stored(draft)["why"] == "Because of the queue."


def token_in(html: str) -> str:
    return html.rsplit('name="csrfmiddlewaretoken" value="', 1)[1].split('"')[0]


def test_another_sites_words_never_get_onto_a_page_of_ours(alice, draft) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.post(url(draft), {"why": "Words of an evil site"}, headers={"origin": "https://evil.example"})
    assert page.status_code == 403
    assert "Words of an evil site" not in page.text
    assert stored(draft) == {}


# The form by itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [("3", 3), ("2.5", 2.5), ("2,5", 2.5), ("٣", 3), ("٢٫٥", 2.5), ("-1", -1), ("1 000", 1000), ("3.0", 3),
     ("1,000", "1,000"), ("three", "three"), ("inf", "inf"), ("9" * 16, "9" * 16)],
)  # fmt: skip
def test_numbers_in_any_digits(typed: str, number: object) -> None:
    assert parse_number(typed) == number
    assert type(parse_number(typed)) is type(number)


@pytest.mark.parametrize(
    ("typed", "link"),
    [("example.org/me", "https://example.org/me"), ("http://example.org", "http://example.org"),
     ("javascript:alert(1)", "javascript:alert(1)"), ("just words", "just words"), ("", "")],
)  # fmt: skip
def test_links_gain_only_a_scheme(typed: str, link: str) -> None:
    assert parse_link(typed) == link


def test_every_kind_has_a_field_with_its_id(draft) -> None:
    for section in draft.form.parts:
        form = SectionForm(section, {}, draft.code)
        for question in section.asked:
            assert form[question.key].auto_id == f"id_{question.key}"
            assert not form.fields[question.key].required
    assert {question.kind for question in draft.form.questions} == set(Question.Kind)


def test_optional_radio_can_be_let_go(draft) -> None:
    question = next(question for question in draft.form.questions if question.key == "first")
    question.required = False
    question.save()
    (part,) = (part for part in Application.objects.get().form.parts if part.slug == "your-work")
    form = SectionForm(part, {question.pk: "Python"}, draft.code, {"first": ""})
    form.full_clean()
    assert form.values[question.pk] == ""
    assert "No answer" in str(form["first"])
