"""The staff's tool: Django's admin, whose actions call the same verbs as everything else.

A field that a verb owns is nowhere editable here; drafts, and staff's own applications, are nowhere readable.
"""

from applications.admin.applications import ApplicationAdmin
from applications.admin.builder import FormAdmin, SectionAdmin
from applications.admin.decisions import DecisionAdmin, MessageTemplateAdmin
from applications.admin.messages import MessageAdmin
from applications.admin.postings import PostingAdmin

__all__ = [
    "ApplicationAdmin",
    "DecisionAdmin",
    "FormAdmin",
    "MessageAdmin",
    "MessageTemplateAdmin",
    "PostingAdmin",
    "SectionAdmin",
]
