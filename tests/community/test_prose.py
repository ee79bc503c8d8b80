"""Whoever wrote it: Markdown comes out as safe HTML, and nothing that was written vanishes."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.prose import TAGS, to_html

PROBES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "![a](javascript:alert(1))",
    "<a href='javascript:alert(1)'>a</a>",
    '[a](https://a.example "onmouseover=alert(1)")',
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<!-- --><style>*{display:none}</style>",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "</script><script>alert(1)</script>",
    "<https://a.example/%22onmouseover=alert(1)>",
]


def assert_safe(html):
    for tag, rest in re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>", html):
        assert tag in TAGS, html
        for name in re.findall(r"([a-zA-Z-]+)\s*=", re.sub(r'"[^"]*"', '""', rest)):
            assert name in {"href", "rel", "start", "title"}, html
    for address in re.findall(r'href="([^"]*)"', html):
        assert unescape(address).split(":")[0].lower() in {"http", "https", "mailto"} or ":" not in address, html


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_comes_out_inert(probe):
    assert_safe(to_html(probe))
    assert_safe(to_html(f"- **{probe}**\n\n# {probe}"))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*PROBES, "**", "[", "](", "|", "- ", "\n\n", "```", "<", "&#x"]), st.text(max_size=8)
        )
    )
)
def test_no_mixture_of_probes_escapes(pieces):
    assert_safe(to_html("".join(pieces)))


@pytest.mark.parametrize(
    "broken", ["**never closed", "[half](", "| a |\n|--", "- \n  - \n-", "```", "[a][b]", "\\", "***"]
)
def test_broken_markdown_is_shown_not_lost(broken):
    words = re.findall(r"\w+", broken)
    text = re.sub(r"<[^>]+>", " ", to_html(broken))
    assert re.findall(r"\w+", text) == words


def test_headings_stand_below_the_pages_own_and_skip_no_level():
    assert to_html("# One\n\n## Two\n\n###### Six").replace("\n", "") == "<h3>One</h3><h4>Two</h4><h5>Six</h5>"
    assert to_html("### A\n\n#### B\n\n### C\n\n# D").replace("\n", "") == "<h3>A</h3><h4>B</h4><h3>C</h3><h3>D</h3>"


def test_only_written_addresses_become_links_and_lend_no_standing():
    html = to_html("Node.js, ASP.NET, README.md and https://a.example/x")
    assert html.count("<a ") == 1
    assert '<a href="https://a.example/x" rel="nofollow ugc noopener">' in html


def test_a_reference_definition_does_not_vanish():
    assert "[x]:" in to_html("[x]: https://a.example 'a title'")


def test_images_are_left_out_and_their_words_kept():
    html = to_html("![A photo](https://a.example/x.png)")
    assert "<img" not in html
    assert "A photo" in html
