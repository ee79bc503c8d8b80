"""`make look`: every page of the walk as a picture, to be looked at: both widths and schemes, English and Arabic.

Two sheets a page under var/look/, on which the four views of that width stand side by side. Not a part of the suite:
it compares nothing, and nobody waits for it.
"""

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from applications.demo import story
from tests.browser import walk
from tests.browser.served import Served, admin_words, served
from tests.browser.visitor import Seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = settings.VAR_DIR / "look"
# (scheme, language) from left to right, and what a width is scaled to.
VIEWS: list[tuple[Any, str]] = [("light", "en"), ("dark", "en"), ("light", "ar"), ("dark", "ar")]
WIDTHS = {360: 360, 1280: 720}
# Below this a page only goes on as it began.
TALLEST = 2600
GAP = 12


def picture(page: Page, seen: Seen, server: Served, scheme: Any, width: int) -> Image.Image:
    server.shown = seen
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(server.address + seen.path)
    shot: Image.Image = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    shot = shot.crop((0, 0, shot.width, min(shot.height, TALLEST)))
    scale = WIDTHS[width] / width
    return shot if scale == 1 else shot.resize((round(shot.width * scale), round(shot.height * scale)))


def sheet(pictures: list[Image.Image], across: int) -> Image.Image:
    rows = [pictures[first : first + across] for first in range(0, len(pictures), across)]
    heights = [max(one.height for one in row) + GAP for row in rows]
    whole = Image.new("RGB", (across * (max(one.width for one in pictures) + GAP), sum(heights)), "#777")
    down = 0
    for row, height in zip(rows, heights, strict=True):
        for number, one in enumerate(row):
            whole.paste(one, (number * (one.width + GAP), down))
        down += height
    return whole


def named(seen: Seen) -> str:
    return re.sub(r"[^a-z0-9]+", "-", seen.name.lower()).strip("-")


def test_draw(open_browser: Any) -> None:
    """LOOK="words" draws only the pages whose name has one of these words in it."""
    wanted = os.environ.get("LOOK", "").split()
    assert story.load(timezone.now())
    there = {language: {seen.name: seen for seen in walk.pages(language)} for language in ("en", "ar")}
    more = admin_words("en") | admin_words("ar")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(more) as server, open_browser(reduced_motion="reduce") as page:
        for number, name in enumerate(there["en"]):
            if wanted and not any(word in name for word in wanted):
                continue
            for width, across in ((360, 4), (1280, 2)):
                pictures = [picture(page, there[language][name], server, scheme, width) for scheme, language in VIEWS]
                path: Path = FOLDER / f"{number:03}-{named(there['en'][name])}-{width}.png"
                sheet(pictures, across).save(path)
