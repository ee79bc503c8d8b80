"""The rubric that a new posting starts with: four criteria, five levels each, in words. Staff may rewrite all of it.

The levels describe what a reader finds in the answers, so that two readers give the same score for the same text.
Their order is that of the default questions in applications/questions_default.py.
"""

from django.utils.translation import gettext_noop as _

from community.models import Criterion, Posting


def default_criteria() -> list[tuple[str, str, list[str]]]:
    """(name, what is looked for, the levels from 1 to 5), in English, as the catalogues know them."""
    return [
        (
            _("Solving problems"),
            _("How the person finds out what is wrong, and what they weigh. Paid, unpaid and school work count alike."),
            [
                _("Names a problem, but not what was done about it."),
                _("Describes a fix that somebody else found or gave."),
                _("Finds the cause and describes a fix that works."),
                _("Compares two ways to fix it and says why one was chosen."),
                _("Weighs several ways, says what each costs, and checked afterwards that it held."),
            ],
        ),
        (
            _("Working with others"),
            _("How the person shares work, takes advice and helps."),
            [
                _("Says nothing about other people."),
                _("Worked beside others, each on their own part."),
                _("Asked for advice or gave it, with one example."),
                _("Changed their work because of what somebody said, and says what changed."),
                _("Made the work of others better, and shows how."),
            ],
        ),
        (
            _("Reason for coming"),
            _("Why this role and this project, and what the person wants to learn."),
            [
                _("Gives no reason."),
                _("Gives a reason that would fit any role."),
                _("Names what in this role or project draws them."),
                _("Names what draws them and what they bring to it."),
                _("Knows whom the project serves, and says what they would do first and why."),
            ],
        ),
        (
            _("Learning"),
            _("What the person wants to learn, and how they went about learning before."),
            [
                _("Names nothing to learn."),
                _("Names a subject, in one word."),
                _("Says what they want to be able to do afterwards."),
                _("Says what they tried already and where they got stuck."),
                _("Says how they learnt something hard before, and plans the next step the same way."),
            ],
        ),
    ]


def ensure_rubric(posting: Posting) -> bool:
    """Give the posting the default rubric unless it has criteria of its own. True if it was given now."""
    if posting.criteria.exists():
        return False
    Criterion.objects.bulk_create(
        Criterion(posting=posting, position=position, name=name, description=description, levels="\n".join(levels))
        for position, (name, description, levels) in enumerate(default_criteria(), start=1)
    )
    return True
