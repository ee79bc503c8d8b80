"""A password changed while staff change what the account may do: both stand."""

import pytest
from allauth.account.adapter import get_adapter

from community.models import User

pytestmark = pytest.mark.django_db


def test_what_staff_take_away_while_a_password_is_hashed_stays_away(carol) -> None:
    as_the_request_read_it = User.objects.get(pk=carol.pk)
    User.objects.filter(pk=carol.pk).update(is_staff=False, is_active=False)
    get_adapter().set_password(as_the_request_read_it, "quite-another-long-password")
    carol.refresh_from_db()
    assert (carol.is_staff, carol.is_active) == (False, False)
    assert carol.check_password("quite-another-long-password")
