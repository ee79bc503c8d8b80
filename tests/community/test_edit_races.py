"""A form saved at the moment in which a verb changes the same row: neither undoes the other."""

import pytest
from django.urls import reverse

from community import consenting, publishing
from community.models import Consent, Posting, Profile
from tests.cast import signed_in
from tests.community.test_admin import change, filled
from tests.factories import PostingFactory, ProfileFactory
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def test_saving_a_posting_does_not_take_back_that_it_was_published(carol, as_carol, now) -> None:
    for number in range(ROUNDS):
        posting = PostingFactory(draft=True)
        browser = signed_in(carol)
        form = filled(browser, posting, title=f"Title {number}", _save="1")
        saved, published = all_at_once(
            [
                lambda it=posting, browser=browser, form=form: browser.post(change(it), form).status_code,
                lambda pk=posting.pk: publishing.publish(Posting.objects.get(pk=pk), by=carol, at=now),
            ]
        )
        assert (saved, published) == (302, None)
        posting.refresh_from_db()
        assert (posting.state, posting.title) == (Posting.State.PUBLISHED, f"Title {number}")


def test_saving_a_posting_does_not_open_what_was_closed(carol, now) -> None:
    for number in range(ROUNDS):
        posting = PostingFactory()
        browser = signed_in(carol)
        form = filled(browser, posting, title=f"Title {number}", _save="1")
        all_at_once(
            [
                lambda it=posting, browser=browser, form=form: browser.post(change(it), form).status_code,
                lambda pk=posting.pk: publishing.close(Posting.objects.get(pk=pk), by=carol, at=now),
            ]
        )
        posting.refresh_from_db()
        assert posting.state == Posting.State.CLOSED


def test_saving_a_profile_does_not_show_what_was_hidden(alice, now) -> None:
    for number in range(ROUNDS):
        Profile.objects.all().delete()
        profile = ProfileFactory(user=alice, public=True, handle=f"alice-{number}")
        consenting.give(alice, Consent.Purpose.PROFILE, at=now)
        browser = signed_in(alice)
        form = {"name": "Alice", "handle": profile.handle, "headline": f"Line {number}"}
        all_at_once(
            [
                lambda browser=browser, form=form: browser.post(reverse("profile"), form).status_code,
                lambda: signed_in(alice).post(reverse("hide_profile")).status_code,
            ]
        )
        profile.refresh_from_db()
        assert (profile.published_at, profile.headline) == (None, f"Line {number}")


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_unseen(carol, as_carol) -> None:
    posting = PostingFactory(summary="As it was.", description="As it was.")
    mine = filled(as_carol, posting, title="Mine") | {"seen": seen_on(as_carol, posting)}
    theirs = filled(as_carol, posting, title="Theirs") | {"seen": seen_on(as_carol, posting)}
    assert signed_in(carol).post(change(posting), theirs).status_code == 302
    answer = as_carol.post(change(posting), mine)
    assert (answer.status_code, Posting.objects.get().title) == (200, "Theirs")
    page = answer.content.decode()
    assert "Somebody else changed this posting after you opened this page" in page
    # The text is still there, and a second press is meant.
    assert 'value="Mine"' in page
    assert as_carol.post(change(posting), mine | {"seen": seen_in(page)}).status_code == 302
    assert Posting.objects.get().title == "Mine"


def seen_on(browser, posting) -> str:
    return seen_in(browser.get(change(posting)).content.decode())


def seen_in(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]
