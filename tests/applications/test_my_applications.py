"""/applications/: one's own, and nobody else's."""

import pytest
from django.urls import reverse

from applications.states import TOLD, Status
from tests import factories
from tests.memory import forget

pytestmark = pytest.mark.django_db

URL = "/applications/"


def test_address_is_the_one_promised() -> None:
    assert reverse("my_applications") == URL


def test_lists_ones_own_and_nobody_elses(as_alice, alice, charlie) -> None:
    own = [factories.ApplicationFactory(applicant=alice, status=status) for status in Status]
    foreign = factories.ApplicationFactory(applicant=charlie, status=Status.SUBMITTED)
    page = as_alice.get(URL)
    for application in own:
        assert f'href="{application.get_absolute_url()}"' in page.text
        assert str(TOLD[Status(application.status)]) in page.text
    assert foreign.code not in page.text
    assert foreign.posting.title not in page.text


def test_empty_list_says_what_to_do_next(as_alice) -> None:
    page = as_alice.get(URL)
    assert "You have not begun an application yet." in page.text
    assert f'href="{reverse("postings")}"' in page.text


def test_offer_names_the_date_to_answer_by(as_alice, alice) -> None:
    factories.ApplicationFactory(applicant=alice, status=Status.OFFERED)
    assert "Answer by" in as_alice.get(URL).text


def test_same_queries_with_one_and_with_three(as_alice, alice, django_assert_num_queries) -> None:
    factories.ApplicationFactory(applicant=alice, status=Status.OFFERED)
    with django_assert_num_queries(5):
        as_alice.get(URL)
    factories.ApplicationFactory(applicant=alice)
    factories.ApplicationFactory(applicant=alice, status=Status.SUBMITTED)
    forget()
    with django_assert_num_queries(5):
        as_alice.get(URL)


def test_stranger_is_led_to_sign_in_and_post_is_refused(stranger, as_alice) -> None:
    assert stranger.get(URL).url == f"/accounts/login/?next={URL}"
    assert as_alice.post(URL).status_code == 405
