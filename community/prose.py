"""Markdown to HTML that is safe to show, whoever wrote it.

Two walls: the parser passes no HTML through and makes no images; then an allow-list drops what is left over.
Nothing else in the project may mark a person's text as safe.
"""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def _outline(state: StateCore) -> None:
    """Headings start at h3 and skip no level, whatever levels were typed: the page has its own h1, and an h2 above."""
    above: list[str] = []
    level = 3
    for token in state.tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
            level = min(len(above) + 2, 6)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["linkify", "table", "strikethrough"])
    # A reference definition ([x]: http://…) would vanish from the page, and nothing that was written may vanish.
    parser.disable(["image", "reference"])
    # Only what is written as an address becomes a link: ASP.NET and README.md are no sites.
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    parser.core.ruler.push("outline", _outline)
    return parser


PARSER = _parser()


def to_html(text: str) -> SafeString:
    """`text` as HTML of TAGS only; links go to http, https and mailto, and lend no standing to where they go."""
    return mark_safe(  # noqa: S308 (this is the one place that earns it)
        nh3.clean(
            PARSER.render(text),
            tags=TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener",
        )
    )
