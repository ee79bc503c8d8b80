"""What a page is made of: each element in the place where it stands, without its words."""

from html.parser import HTMLParser

# They have no end, and nothing stands in them.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# They say which page it is, not how it looks; and so do some of the admin's classes.
PASSED_OVER = {"html", "head", "body"}
NAMES = ("app-", "column-", "dynamic-", "field-", "model-")


class _Shapes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[int] = set()
        # (tag, shape) of what is open, from the outside to the inside.
        self.open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        inside = self.open[-1][1] if self.open else 0
        shape = inside
        if tag not in PASSED_OVER:
            classes = [it for it in (known.get("class") or "").split() if not it.startswith(NAMES)]
            shape = hash((inside, tag, *classes, known.get("type")))
            self.found.add(shape)
        if tag not in VOID:
            self.open.append((tag, shape))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _shape in self.open):
            while self.open.pop()[0] != tag:
                pass


def shapes_of(html: bytes) -> set[int]:
    """A number for each element: of its tag, classes, type, and all that it stands in. What looks alike has the same."""
    parser = _Shapes()
    parser.feed(html.decode())
    return parser.found
