"""What staff can do with a batch of applications: for each step who it would touch, what would happen, and the doing.

Called by the admin's step page and its buttons. A step decides nothing itself: it asks the verbs' own refusals what
they would say, and its `run` calls the verb once for each application (a release: once for the batch).
"""

from applications.admin.steps.batch import Row
from applications.admin.steps.releasing import Release, Schedule, Unstage
from applications.admin.steps.staging import ScreenOut, Stage
from applications.admin.steps.step import Step
from applications.admin.steps.triaging import Assign, SendToReview, Shortlist
from community.models import User

# In the order in which they are taken.
STEPS: dict[str, type[Step]] = {
    step.slug: step for step in (SendToReview, Assign, Shortlist, ScreenOut, Stage, Unstage, Release, Schedule)
}


def possible(row: Row, *, by: User) -> list[type[Step]]:
    """The steps that `by` may take and that lead somewhere from where the application stands, for its page."""
    return [kind for kind in STEPS.values() if by.has_perm(kind.permission) and kind.leads_somewhere(row)]
