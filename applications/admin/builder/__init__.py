"""The form of a posting: its sections on one page, the questions of a section on another, and how it will look.

Frozen as soon as anybody has sent the form: an answer keeps the words that it answered. Drafts do not freeze it, and
what was answered in one is never shown here. Versions, copies and ready-made forms come from building.py.
"""

from applications.admin.builder.forms import FormAdmin
from applications.admin.builder.sections import SectionAdmin

__all__ = ["FormAdmin", "SectionAdmin"]
