"""How a text is shown in which names were hidden. Called by the mentor's pages; never decides what is hidden."""

from django import template
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from applications.blinding import MARK

register = template.Library()


@register.filter
def blind(text: str) -> SafeString:
    """Paragraphs of escaped text, with a word in place of each mark: a screen reader says “hidden”, not “block”."""
    word = format_html('<span class="tag">{}</span>', _("hidden"))
    # The text was escaped before, so nothing but the mark is exchanged for markup.
    return mark_safe(linebreaks(conditional_escape(text)).replace(MARK, word))  # noqa: S308
