"""Every kind of page of the demo program that a person can come to, in one language: what axe and the scales go over.

Loads nothing itself: the demo program has to stand, and stands as before when the walk is over.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import translation

from tests.browser.stops import accounts, applicant, mentor, public, staff
from tests.browser.visitor import Seen, Walk

Scenes = tuple[Callable[[Walk], None], ...]

BUT_THE_STAFFS: Scenes = (*public.SCENES, *accounts.SCENES, *applicant.SCENES, *mentor.SCENES)
SCENES: Scenes = (*BUT_THE_STAFFS, *staff.SCENES)


def pages(language: str, scenes: Scenes = SCENES) -> list[Seen]:
    """Each page as it was sent. Their names are all different."""
    walk = Walk(language)
    with translation.override(language):
        for scene in scenes:
            with transaction.atomic():
                scene(walk)
                transaction.set_rollback(True)
    names = [page.name for page in walk.pages]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, twice
    return walk.pages
