"""What an opened page knew when it was sent, so that nothing is written, unread, over what was saved since.

Asked by the verbs that keep text which one person may have open in several tabs (drafting.py, reviewing.py). Pure.
"""

from dataclasses import dataclass

from applications.models.applications import Kept


@dataclass(frozen=True)
class Seen:
    """What a form knew when it was sent: the version it was drawn with, which opened page it is, and its which send."""

    version: int
    page: str = ""
    turn: int = 0

    def is_stale(self, saved: Kept | None) -> bool:
        """Whether somebody else has saved since. What this very page stored itself is no surprise to it."""
        if self.version == (saved.version if saved else 0):
            return False
        return saved is None or not self.page or saved.page != self.page or self.turn < saved.turn
