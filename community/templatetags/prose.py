"""`{{ text|markdown }}` and `{% markdown text %}`: a person's Markdown as safe HTML. The rules are in community/prose.py."""

from django import template
from django.utils.safestring import SafeString

from community import prose

register = template.Library()


def markdown(text: str | None) -> SafeString:
    return prose.to_html(text or "")


register.filter("markdown", markdown)
register.simple_tag(markdown, name="markdown")
