"""Where this machine's Chromium is, and how it is started. Playwright's own download is never used."""

import os
import shutil

MISSING = "Chromium is missing. Install the package chromium."
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def path() -> str | None:
    """The program, or None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def flags() -> list[str]:
    # Chromium's sandbox refuses to run as root.
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
