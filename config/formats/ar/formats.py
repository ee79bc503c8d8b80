"""Dates in Django's own pages, the admin's, as the site writes its own. The rest is Django's for the language."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
