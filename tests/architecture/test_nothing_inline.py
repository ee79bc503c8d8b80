"""The content security policy allows nothing inline, so no template may try: it would break in silence."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, templates

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
# Data, not code: browsers run neither, and the policy lets both pass.
DATA = ('type="application/json"', 'type="application/ld+json"')


def inline_parts(text: str) -> set[str]:
    text = COMMENT.sub("", text)
    found = {what for what, pattern in INLINE.items() if pattern.search(text)}
    if any("src=" not in words and not any(kind in words for kind in DATA) for words in SCRIPT.findall(text)):
        found.add("an inline script")
    return found


@pytest.mark.parametrize("template", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_template_holds_nothing_inline(template: Path) -> None:
    assert inline_parts(template.read_text()) == set()


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<button\n  onclick=go()>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">',
    ],
)
def test_inline_parts_are_seen(text: str) -> None:
    assert inline_parts(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'js/site.js' %}\" defer></script>",
        '<script type="application/ld+json">{}</script>',
        '<link rel="stylesheet" href="x">',
        '<input name="one" value="2">',
        "{# <style> stays out #}",
    ],
)
def test_the_rest_is_let_be(text: str) -> None:
    assert inline_parts(text) == set()
