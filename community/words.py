"""Texts that the program itself brought into the database, read in the language of the page. A leaf."""

from django.utils.translation import gettext


def here(text: str) -> str:
    """`text` in the language of the page, where the catalogues know it; else as it was written.

    The default questions and rubric are stored in English, as catalogues know them, so that one row speaks every
    language of the site; what staff write themselves is shown as they wrote it.
    """
    return gettext(text) if text else ""
