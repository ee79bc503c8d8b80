"""`make measure`: the first visit to a role's page over an emulated 2G line, and the same page wearing Bootstrap.

Serves the demo program as production does, throttles Chromium to 250 kbit/s with 300 ms for a round trip, and prints
what it took until text stood on the screen. Bootstrap comes from npm into a temporary folder, where npm is there.
"""

import gzip
import http.server
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.architecture.sources import ROOT
from tests.browser import chromium
from tests.environment import ENVIRONMENT
from tests.postgres import free_port
from tests.waiting import wait_until

BITS_PER_SECOND = 250_000
ROUND_TRIP_MS = 300
# What a server sends before it waits for the first answer: ten segments of 1,460 bytes (RFC 6928).
WINDOW_BYTES = 14_600
RUNS = 5
PAGE = "/postings/backend-engineer-shelfline/"
START_SECONDS = 120
BOOTSTRAP = "bootstrap@5"

TIMES = """() => new Promise(resolve => {
    const told = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        if (!paint) return setTimeout(told, 50);
        resolve({paint: paint.startTime, stands: performance.getEntriesByType("navigation")[0].connectEnd});
    };
    told();
})"""


@dataclass(frozen=True)
class Visit:
    """From the connection standing to the first text, in milliseconds; and what came over the line, in bytes."""

    paint: float
    blocking: list[int]
    everything: int

    @property
    def waits(self) -> float:
        """Round trips until the text: what is left of the time once the bytes themselves are counted."""
        return (self.paint - sum(self.blocking) * 8_000 / BITS_PER_SECOND) / ROUND_TRIP_MS

    @property
    def flights(self) -> int:
        """How many bursts a fresh connection needs for the largest of them. Chromium's throttle does not know this."""
        return math.ceil(math.log2(max(self.blocking) / WINDOW_BYTES + 1))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The site as `make run` serves it, on data of its own."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    environment |= {
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
    }
    with (folder / "log").open("w") as log:
        site = subprocess.Popen(
            [sys.executable, "-m", "config.serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        said = (folder / "log").read_text
        wait_until(lambda: site.poll() is not None or "Open http://" in said(), START_SECONDS, said)
        if site.poll() is not None:
            sys.exit("The site did not start:\n" + said())
        yield f"http://127.0.0.1:{port}"
    finally:
        site.terminate()
        site.wait(timeout=60)


@contextmanager
def serving(files: dict[str, tuple[str, bytes]]) -> Iterator[str]:
    """A bare server for {path: (type, body)}, which sends everything with gzip."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = files.get(self.path, ("text/plain", b""))
            body = gzip.compress(body, 9)
            self.send_response(200 if self.path in files else 404)
            for name, value in (
                ("Content-Type", kind),
                ("Content-Encoding", "gzip"),
                ("Content-Length", str(len(body))),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def bootstrap(folder: Path) -> tuple[bytes, bytes, str] | None:
    """Its stylesheet, its bundle of scripts and its version; None where npm cannot bring them."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    packed = subprocess.run(
        [npm, "pack", "--silent", BOOTSTRAP], cwd=folder, capture_output=True, text=True, check=False
    )
    if packed.returncode:
        return None
    name = packed.stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder, filter="data")
    files = folder / "package" / "dist"
    return (
        (files / "css" / "bootstrap.min.css").read_bytes(),
        (files / "js" / "bootstrap.bundle.min.js").read_bytes(),
        name.removesuffix(".tgz"),
    )


def visit(browser: Browser, address: str) -> Visit:
    """One first visit: nothing kept from before, the line throttled."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    line = context.new_cdp_session(page)
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}
    line.on("Network.responseReceived", lambda event: urls.update({event["requestId"]: event["type"]}))
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BITS_PER_SECOND / 8,
            "uploadThroughput": BITS_PER_SECOND / 8,
        },
    )
    page.goto(address, wait_until="networkidle")
    times = page.evaluate(TIMES)
    context.close()
    blocking = [size for request, size in sizes.items() if urls.get(request) in {"Document", "Stylesheet"}]
    return Visit(paint=times["paint"] - times["stands"], blocking=blocking, everything=round(sum(sizes.values())))


def told(name: str, visits: list[Visit]) -> str:
    middle = sorted(visits, key=lambda it: it.paint)[len(visits) // 2]
    paints = [it.paint for it in visits]
    return (
        f"{name:<34}{statistics.median(paints):>8.0f} ms  ({min(paints):.0f} to {max(paints):.0f})"
        f"{sum(middle.blocking):>9,.0f}{middle.everything:>9,}{middle.waits:>7.1f}{middle.flights:>9}"
    )


def main() -> None:
    executable = chromium.path()
    if executable is None:
        sys.exit(chromium.MISSING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
            print(f"A first visit to {PAGE} at {BITS_PER_SECOND // 1000} kbit/s and {ROUND_TRIP_MS} ms, {RUNS} times:")
            print(f"{'':<34}{'text on the screen':<28}{'before it':>12}{'in all':>9}{'waits':>7}{'bursts':>9}")
            print(told("This site", [visit(browser, site + PAGE) for _ in range(RUNS)]))
            files = bootstrap(folder)
            if files is None:
                print("Bootstrap was left out: npm is missing or did not bring it.")
                return
            css, scripts, version = files
            html = urllib.request.urlopen(site + PAGE).read().decode()
            html = re.sub(r'<link rel="stylesheet" href="[^"]+">', '<link rel="stylesheet" href="/b.css">', html)
            html = html.replace("</body>", '<script src="/b.js"></script></body>')
            pages = {
                "/": ("text/html; charset=utf-8", html.encode()),
                "/b.css": ("text/css", css),
                "/b.js": ("text/javascript", scripts),
            }
            with serving(pages) as other:
                print(told(f"The same page with {version}", [visit(browser, other) for _ in range(RUNS)]))
            browser.close()
    print(
        "Counted from the moment the connection stands, median and range. waits: round trips until the text, "
        "once the bytes themselves\nare paid for. bursts: how many a fresh connection needs for the largest "
        "file, which the throttle does not know; each beyond the first is a wait more."
    )


if __name__ == "__main__":
    main()
