"""People are public by their own press only; until then no page names them."""

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Profile
from tests.factories import MembershipFactory, ProfileFactory, ProjectFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "Zuberi Private"


@pytest.fixture
def private_person(posting):
    """Private, with everything that could leak, in a project with an open role."""
    profile = ProfileFactory(name=SECRET, handle="zuberi-private", headline=SECRET, bio=SECRET, skills=[SkillFactory()])
    MembershipFactory(person=profile.user, project=posting.project, posting=posting, role="Backend Engineer")
    return profile


def test_no_public_page_names_a_private_person(private_person, posting, stranger, as_alice, as_bob):
    addresses = [
        reverse("home"), reverse("people"), reverse("postings"), posting.get_absolute_url(), reverse("projects"),
        posting.project.get_absolute_url(), reverse("sitemap"), reverse("posting_feed"),
    ]  # fmt: skip
    for client in (stranger, as_alice, as_bob):
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            text = answer.content.decode()
            for leak in (SECRET, private_person.handle, private_person.user.email):
                assert leak not in text, (address, leak)
        assert client.get(private_person.get_absolute_url()).status_code == 404
    assert "work on it and have no public page" in stranger.get(posting.project.get_absolute_url()).content.decode()


def test_an_account_that_was_switched_off_is_not_shown(stranger):
    profile = ProfileFactory(public=True, user=UserFactory(is_active=False))
    MembershipFactory(person=profile.user, project=(project := ProjectFactory()))
    assert stranger.get(profile.get_absolute_url()).status_code == 404
    for address in (reverse("people"), project.get_absolute_url(), reverse("sitemap")):
        assert profile.handle not in stranger.get(address).content.decode()


def test_a_public_page_shows_roles_held_and_never_the_address(stranger):
    profile = ProfileFactory(public=True, skills=[SkillFactory(name="Erlang")])
    MembershipFactory(person=profile.user, role="Keeper of queues", project=ProjectFactory(name="Dawa"))
    MembershipFactory(person=profile.user, role="Hidden role", project=ProjectFactory(name="Unlisted", is_listed=False))
    page = stranger.get(profile.get_absolute_url()).content.decode()
    for words in (
        profile.name,
        profile.headline,
        "<strong>Python</strong>",
        "Senegal",
        "Erlang",
        "Keeper of queues",
        "Dawa",
    ):
        assert words in page
    assert "Hidden role" not in page
    assert profile.user.email not in page
    assert "noindex" not in page


def test_its_owner_sees_a_private_page_as_others_would(alice, as_alice):
    profile = ProfileFactory(user=alice)
    page = as_alice.get(profile.get_absolute_url()).content.decode()
    assert "Only you can see this page" in page
    assert "noindex" in page


def test_a_script_in_every_field_stays_text(stranger):
    probe = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    profile = ProfileFactory(public=True, name=probe, headline=probe, bio=probe)
    for address in (profile.get_absolute_url(), reverse("people")):
        page = stranger.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page


def test_the_list_is_paged_and_costs_the_same(stranger, django_assert_num_queries):
    for count in (1, 3):
        while Profile.objects.count() < count:
            MembershipFactory(person=ProfileFactory(public=True).user)
        with django_assert_num_queries(3):
            stranger.get(reverse("people"))
    ProfileFactory.create_batch(22, public=True)
    page = stranger.get(reverse("people")).content.decode()
    assert 'href="?page=2"' in page
    assert "Page 1 of 2" in page


def test_a_persons_page_costs_the_same(stranger, django_assert_num_queries):
    for count in (1, 3):
        profile = ProfileFactory(public=True, skills=SkillFactory.create_batch(count))
        MembershipFactory.create_batch(count, person=profile.user)
        with django_assert_num_queries(3):
            stranger.get(profile.get_absolute_url())


# One's own profile -----------------------------------------------------------------------------------

EDIT = reverse("profile")
TYPED = {
    "name": "Amina Diallo",
    "handle": "",
    "headline": "h",
    "bio": "b",
    "country": "SN",
    "website": "",
    "code_host": "",
}


def test_looking_writes_nothing(as_alice):
    assert as_alice.get(EDIT).status_code == 200
    assert not Profile.objects.exists()


def test_saving_makes_a_private_profile_with_a_handle_from_the_name(alice, as_alice):
    skill = SkillFactory()
    assert as_alice.post(EDIT, {**TYPED, "skills": [skill.pk]}).status_code == 302
    profile = Profile.objects.get()
    assert (profile.user, profile.handle, profile.is_public) == (alice, "amina-diallo", False)
    assert list(profile.skills.all()) == [skill]
    assert as_alice.post(EDIT, {**TYPED, "handle": "ami"}).status_code == 302
    assert Profile.objects.get().handle == "ami"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter your name as you want to be called in public."),
        ({"name": "x" * 121}, "Shorten this to 120 characters or fewer."),
        ({"handle": "Ami!"}, "Use small letters a to z"),
        ({"handle": "ab"}, "Use at least three letters or digits."),
        ({"handle": "taken"}, "Somebody has this address already. Choose another."),
        ({"website": "not an address"}, "Enter a whole address, such as https://example.org."),
        ({"website": "javascript:alert(1)"}, "Enter a whole address, such as https://example.org."),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"skills": ["9999"]}, "Choose skills from the list."),
        ({"skills": ["x"]}, "Choose skills from the list."),
        ({"bio": "x" * 5001}, "Shorten this to 5000 characters or fewer."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
    ],
)
@pytest.mark.parametrize("has_one", [False, True])
def test_bad_input_gets_a_sentence_and_loses_nothing(has_one, typed, sentence, alice, as_alice):
    ProfileFactory(handle="taken")
    if has_one:
        ProfileFactory(user=alice, name="As it stands", handle="as-it-stands")
    answer = as_alice.post(EDIT, {**TYPED, "bio": "Kept as typed", **typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert "<title>Error:" in page
    assert "Kept as typed" in page or "bio" in typed
    assert ('href="/people/as-it-stands/"' in page) == has_one
    assert 'href="/people/taken/"' not in page
    assert list(Profile.objects.filter(user=alice).values_list("name", "handle")) == (
        [("As it stands", "as-it-stands")] if has_one else []
    )


def test_a_browser_cuts_nothing_off_and_a_line_end_counts_once(alice, as_alice):
    assert "maxlength" not in as_alice.get(EDIT).content.decode()
    full = "a\n" * 2500
    assert as_alice.post(EDIT, {**TYPED, "bio": "b" + full.replace("\n", "\r\n")}).status_code == 302
    assert Profile.objects.get(user=alice).bio == "b" + full.rstrip()


def test_nobody_can_write_anothers_profile(charlie, as_charlie):
    other = ProfileFactory(name="Not yours")
    as_charlie.post(EDIT, {**TYPED, "user": other.user.pk, "published_at": "2020-01-01"})
    other.refresh_from_db()
    assert other.name == "Not yours"
    assert not Profile.objects.get(user=charlie).is_public


def test_what_was_typed_comes_back_where_the_sign_in_ran_out(stranger):
    page = stranger.post(reverse("profile"), {"name": "Amina", "bio": "Builds tools\nfor clinics."})
    assert page.status_code == 403
    assert "Builds tools\nfor clinics." in page.text


def test_publishing_and_hiding_are_presses_and_a_second_one_is_harmless(alice, as_alice, stranger):
    profile = ProfileFactory(user=alice)
    for name in ("publish_profile", "hide_profile"):
        assert as_alice.get(reverse(name)).status_code == 405
    assert not Profile.objects.public().exists()
    as_alice.post(reverse("publish_profile"))
    first = Profile.objects.get().published_at
    as_alice.post(reverse("publish_profile"))
    assert Profile.objects.get().published_at == first
    assert stranger.get(profile.get_absolute_url()).status_code == 200
    for _ in range(2):
        as_alice.post(reverse("hide_profile"))
    assert stranger.get(profile.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["publish_profile", "hide_profile"])
def test_without_a_profile_there_is_nothing_to_publish(name, as_charlie, stranger):
    assert as_charlie.post(reverse(name)).status_code == 404
    assert "/accounts/login/" in stranger.post(reverse(name)).url


# The time zone ----------------------------------------------------------------------------------------

ZONE = reverse("time_zone")


def test_a_stranger_keeps_the_zone_in_a_cookie(stranger):
    answer = stranger.post(ZONE, {"time_zone": "Africa/Nairobi", "next": "/postings/"})
    assert (answer.status_code, answer.url) == (302, "/postings/")
    assert stranger.cookies["time_zone"].value == "Africa/Nairobi"
    assert stranger.cookies["time_zone"]["httponly"]
    stranger.post(ZONE, {"time_zone": ""})
    assert stranger.cookies["time_zone"].value == ""


def test_an_account_keeps_the_zone(alice, as_alice):
    as_alice.post(ZONE, {"time_zone": "Indian/Mauritius"})
    alice.refresh_from_db()
    assert alice.time_zone == "Indian/Mauritius"
    as_alice.post(ZONE, {"time_zone": ""})
    alice.refresh_from_db()
    assert alice.time_zone == ""


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "x" * 100, "a\x00b", "Africa"])
def test_an_unknown_zone_changes_nothing_and_says_so(zone, alice, as_alice):
    answer = as_alice.post(ZONE, {"time_zone": zone}, follow=True)
    page = answer.content.decode()
    # Above the heading and beside the box, which names it as its error.
    assert page.count("Choose a time zone from the list") == 2
    assert 'aria-describedby="time_zone_helptext time_zone_error" aria-invalid="true"' in page
    alice.refresh_from_db()
    assert alice.time_zone == ""


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "http:///evil"]
)
def test_it_leads_nowhere_else(wanted, stranger):
    assert stranger.post(ZONE, {"time_zone": "Africa/Lagos", "next": wanted}).url == "/"


def test_the_page_asks_and_a_foreign_form_is_refused():
    asked = Client().get(ZONE, {"next": "/projects/"})
    assert 'value="/projects/"' in asked.content.decode()
    assert "set-cookie" not in {name.lower() for name in asked.headers if "time_zone" in asked.headers[name]}
    assert Client(enforce_csrf_checks=True).post(ZONE, {"time_zone": "Africa/Lagos"}).status_code == 403
