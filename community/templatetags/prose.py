"""`{{ text|markdown }}` and `{% markdown text %}`: a person's Markdown as safe HTML. The rules are in community/prose.py."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community import prose
from community.models import Posting
from community.models.postings import Wording

register = template.Library()


def markdown(text: str | None) -> SafeString:
    return prose.to_html(text or "")


register.filter("markdown", markdown)
register.simple_tag(markdown, name="markdown")


@register.simple_tag
def own_words(posting: Posting, wording: Wording, name: str) -> SafeString:
    """One of the posting's texts as HTML, marked with its language where that is not the language of the page."""
    html = prose.to_html(getattr(wording, name))
    if name in wording.untranslated:
        return format_html('<div lang="{}" dir="auto">{}</div>', posting.language, html)
    return html
