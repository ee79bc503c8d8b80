"""Applications in the admin: the list, the page to read one on, and the page that every step goes through.

Nothing here is editable: a step calls its verb. Drafts are counted, never listed; one's own application is neither.
"""

from django.contrib import admin

from applications.admin.applications.listing import ListPage
from applications.admin.applications.reading import ReadPage
from applications.admin.applications.stepping import StepPage
from applications.models import Application


@admin.register(Application)
class ApplicationAdmin(ListPage, ReadPage, StepPage):
    """The three pages as one."""
