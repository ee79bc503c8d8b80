"""Discarding a draft: asks first; the answers and files are gone, and only a draft can be discarded."""

from pathlib import Path

import pytest
from django.urls import reverse

from applications.models import Answer, Application, Upload
from applications.states import Status
from tests import factories

pytestmark = pytest.mark.django_db


def url(application: Application) -> str:
    return reverse("discard", args=[application.code])


@pytest.mark.django_db(transaction=True)
def test_asks_then_deletes_everything_in_it(as_alice, alice, posting, media: Path) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    factories.UploadFactory(application=draft)
    assert "Do you want to discard this draft?" in as_alice.get(url(draft)).text
    assert Application.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1
    page = as_alice.post(url(draft), follow=True)
    assert page.redirect_chain == [(reverse("my_applications"), 302)]
    assert "is discarded" in page.text
    assert not Application.objects.exists()
    assert not Answer.objects.exists()
    assert not Upload.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_second_press_finds_nothing(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    as_alice.post(url(draft))
    assert as_alice.post(url(draft)).status_code == 404


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_what_was_sent_is_refused(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert "You can withdraw it, but not discard it." in as_alice.get(url(application), follow=True).text
    as_alice.post(url(application))
    assert Application.objects.get().status == status


def test_outsiders_get_404(as_charlie, as_bob, as_carol, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url(draft)).status_code == 404
        assert client.post(url(draft)).status_code == 404
    assert Application.objects.count() == 1
