"""Job alerts: two presses before anything is sent, one press to stop, and a question after a year."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications import alerting
from applications.models import Alert, Message
from community.models import Consent, Posting
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(now) -> Alert:
    """Confirmed two days ago, for every role."""
    before = now - timedelta(days=2)
    alert = alerting.ask("nadia@example.org", {}, by=None, at=before)
    alerting.confirm(alert, at=before)
    alert.refresh_from_db()
    return alert


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(key__startswith=f"{kind}:"))


def test_asking_sends_one_letter_and_no_alert_yet(stranger: Client, posting, now):
    page = stranger.post("/alerts/?skill=python&unknown=1", {"email": "Nadia@Example.org"})
    assert "Look into your mail" in page.content.decode()
    alert = Alert.objects.get()
    assert (alert.email, alert.query, alert.confirmed_at) == ("nadia@example.org", "skill=python", None)
    (letter,) = letters("alert_confirm")
    assert reverse("confirm_alert", args=[alert.code]) in letter.body
    assert alerting.tell_due(now + timedelta(days=3)) == 0


def test_the_pages_name_the_filter_and_never_the_address(stranger: Client, posting):
    factories.PostingSkillFactory(posting=posting, skill__slug="postgresql", skill__name="PostgreSQL")
    stranger.post("/alerts/?skill=postgresql&discipline=data&q=maps&round=gone", {"email": "nadia@example.org"})
    alert = Alert.objects.get()
    for page in ("confirm_alert", "stop_alert"):
        words = stranger.get(reverse(page, args=[alert.code])).text
        for word in ("PostgreSQL", "Data and machine learning", "maps", "gone"):
            assert f'<bdi class="tag">{word}</bdi>' in words
        assert "nadia" not in words


def test_nobody_is_flooded_and_nobody_learns_who_has_an_alert(stranger: Client, alert):
    first = stranger.post("/alerts/", {"email": "someone@example.org"}).content
    again = stranger.post("/alerts/", {"email": "someone@example.org"}).content
    known = stranger.post("/alerts/", {"email": alert.email}).content
    assert first == again
    assert known.replace(b"nadia@", b"someone@") == first
    assert len(letters("alert_confirm")) == 2  # one for nadia two days ago, one for someone


@pytest.mark.parametrize("typed", ["", "nadia", "nadia@", "a" * 300 + "@example.org", "a\x00b@example.org"])
def test_a_wrong_address_is_told_and_stays(stranger: Client, typed):
    page = stranger.post("/alerts/", {"email": typed}).content.decode()
    assert "<title>Error:" in page
    assert "This field is required" not in page
    assert not Alert.objects.exists()


def test_opening_the_letters_page_changes_nothing(stranger: Client, now):
    alert = alerting.ask("nadia@example.org", {}, by=None, at=now)
    assert stranger.get(reverse("confirm_alert", args=[alert.code])).status_code == 200
    assert stranger.get(reverse("stop_alert", args=[alert.code])).status_code == 200
    alert.refresh_from_db()
    assert (alert.confirmed_at, alert.ended_at) == (None, None)


def test_the_second_press_confirms_and_a_third_is_harmless(stranger: Client, now):
    alert = alerting.ask("nadia@example.org", {}, by=None, at=now)
    for _press in range(2):
        assert "You will hear" in stranger.post(reverse("confirm_alert", args=[alert.code])).content.decode()
    alert.refresh_from_db()
    assert alert.confirmed_at is not None


def test_new_roles_are_told_once_with_a_way_to_stop(alert, now):
    fresh = factories.PostingFactory(published_at=now - timedelta(hours=1))
    factories.PostingFactory(published_at=now - timedelta(days=5))
    assert alerting.tell_due(now) == 1
    assert alerting.tell_due(now) == 0
    (letter,) = letters("alert")
    assert fresh.title in letter.body
    assert Posting.objects.exclude(pk=fresh.pk).get().title not in letter.body
    call_command("run_worker", once=True)
    sent = next(message for message in mail.outbox if fresh.title in message.body)
    assert reverse("stop_alert", args=[alert.code]) in sent.extra_headers["List-Unsubscribe"]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_role_published_ahead_is_told_when_it_opens(alert, now):
    fresh = factories.PostingFactory(published_at=now, opens_at=now + timedelta(days=2))
    told = [day for day in range(5) if alerting.tell_due(now + timedelta(days=day, minutes=5))]
    assert told == [2]
    (letter,) = letters("alert")
    assert fresh.title in letter.body


def test_each_filter_has_its_letter_up_to_a_handful_an_hour(now):
    for number in range(8):
        alerting.ask("nadia@example.org", {"q": f"word{number}"}, by=None, at=now)
    bodies = [letter.body for letter in letters("alert_confirm")]
    assert len(bodies) == alerting.MOST_LETTERS
    assert all(any(f"word{number}" in body for body in bodies) for number in range(alerting.MOST_LETTERS))
    alerting.ask("nadia@example.org", {"q": "word7"}, by=None, at=now + timedelta(hours=1, minutes=1))
    assert len(letters("alert_confirm")) == alerting.MOST_LETTERS + 1


@pytest.mark.parametrize("is_verified", [True, False])
def test_confirmed_by_who_was_not_signed_in_it_is_their_accounts(alice, stranger: Client, now, is_verified):
    EmailAddress.objects.update_or_create(user=alice, email=alice.email, defaults={"verified": is_verified})
    alert = alerting.ask(alice.email, {}, by=None, at=now)
    stranger.post(reverse("confirm_alert", args=[alert.code]))
    alert.refresh_from_db()
    assert alert.person == (alice if is_verified else None)
    assert Consent.objects.in_force().filter(person=alice, purpose="alerts").exists() == is_verified


def test_the_filter_holds(now):
    before = now - timedelta(days=2)
    alert = alerting.ask("nadia@example.org", {"discipline": "design"}, by=None, at=before)
    alerting.confirm(alert, at=before)
    factories.PostingFactory(published_at=now - timedelta(hours=1))
    assert alerting.tell_due(now) == 0
    alert.refresh_from_db()
    assert alert.told_until == now


def test_a_mail_program_stops_it_with_one_press_and_no_token(alert):
    outside = Client(enforce_csrf_checks=True)
    answer = outside.post(reverse("stop_alert", args=[alert.code]), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    alert.refresh_from_db()
    assert alert.ended_at is not None
    assert outside.post(reverse("stop_alert", args=[alert.code])).status_code == 200


def test_a_stopped_alert_can_be_asked_for_again(alert, stranger: Client, now):
    alerting.stop(alert, at=now)
    # The letter that confirmed it says so, where it is opened once more.
    told = stranger.get(reverse("confirm_alert", args=[alert.code]))
    assert told.url == reverse("stop_alert", args=[alert.code])
    stranger.post("/alerts/", {"email": alert.email})
    assert Alert.objects.filter(email=alert.email).count() == 2


def test_after_a_year_it_asks_and_without_an_answer_it_ends(alert, now):
    year = now + timedelta(days=366)
    assert alerting.ask_to_keep(year) == 1
    assert alerting.ask_to_keep(year) == 0
    alerting.ask_to_keep(year + timedelta(days=31))
    alert.refresh_from_db()
    assert alert.ended_at is not None


def test_an_address_that_gets_no_letters_is_forgotten(alert, now, stranger: Client):
    month, day = timedelta(days=30), timedelta(days=1)
    asked = alerting.ask("ama@example.org", {}, by=None, at=now)
    alerting.ask("ama@example.org", {}, by=None, at=now + day)
    alerting.stop(alert, at=now)
    assert alerting.forget(now + month - day) == 0
    assert stranger.get(reverse("stop_alert", args=[alert.code])).status_code == 200
    assert alerting.forget(now + month) == 1
    assert stranger.get(reverse("stop_alert", args=[alert.code])).status_code == 404
    # Counted from when it was asked for last.
    assert list(Alert.objects.all()) == [asked]
    assert alerting.forget(now + month + day) == 1
    assert not Message.objects.filter(to__in=["nadia@example.org", "ama@example.org"]).exists()


def test_what_is_told_about_one_filter_stays_when_another_is_forgotten(alert, now):
    other = alerting.ask(alert.email, {"skill": "python"}, by=None, at=now)
    assert alerting.forget(now + timedelta(days=31)) == 1
    assert list(Alert.objects.all()) == [alert]
    assert not Alert.objects.filter(pk=other.pk).exists()
    assert Message.objects.filter(to=alert.email).exists()


def test_an_answer_keeps_it_for_another_year(alert, now, stranger: Client):
    link = reverse("confirm_alert", args=[alert.code])
    assert "Shall we write to you" in stranger.get(link).text
    alerting.ask_to_keep(now + timedelta(days=366))
    assert "Shall we go on writing to you" in stranger.get(link).text
    stranger.post(link)
    alert.refresh_from_db()
    assert (alert.keep_asked_at, alert.ended_at) == (None, None)
    assert alert.kept_at > timezone.now() - timedelta(minutes=1)


def test_a_persons_consent_follows_their_alerts(alice, as_alice, now):
    as_alice.post("/alerts/", {"email": alice.email})
    alert = Alert.objects.get()
    assert alert.person == alice
    alerting.confirm(alert, at=now)
    assert Consent.objects.in_force().filter(person=alice, purpose="alerts").exists()
    as_alice.post(reverse("withdraw_consent", args=["alerts"]))
    alert.refresh_from_db()
    assert alert.ended_at is not None
    assert not Consent.objects.in_force().filter(person=alice, purpose="alerts").exists()


def test_confirming_what_was_stopped_meanwhile_is_no_consent(alice, now):
    alert = alerting.ask(alice.email, {}, by=alice, at=now)
    alerting.stop(alert, at=now)
    alerting.confirm(alert, at=now)
    assert not Consent.objects.in_force().filter(person=alice, purpose="alerts").exists()


def test_an_address_typed_for_somebody_else_is_not_tied_to_the_typist(as_alice):
    as_alice.post("/alerts/", {"email": "nadia@example.org"})
    assert Alert.objects.get().person is None


@pytest.mark.parametrize("name", ["confirm_alert", "stop_alert"])
def test_an_unknown_code_is_404(name, stranger: Client):
    assert stranger.post(reverse(name, args=["NOSUCHCODE"])).status_code == 404


def test_the_same_filter_is_looked_up_once(now, django_assert_num_queries):
    before = now - timedelta(days=2)
    for number in range(3):
        alerting.confirm(alerting.ask(f"n{number}@example.org", {}, by=None, at=before), at=before)
    # One for the alerts, one for the roles, and for each alert a savepoint, the mark and its release.
    with django_assert_num_queries(11):
        alerting.tell_due(now)
