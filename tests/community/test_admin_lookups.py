"""What the address of a list in the admin may ask: what the filters beside the list ask, and nothing of other tables."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["applications__isnull=False", "alerts__isnull=False", "password__startswith=s"])
def test_no_address_tells_what_an_account_has_begun(as_carol, asked):
    people = reverse("admin:community_user_changelist")
    assert as_carol.get(f"{people}?{asked}").status_code == 400
    assert as_carol.get(f"{people}?is_staff__exact=1&groups__id__exact=1").status_code == 200
