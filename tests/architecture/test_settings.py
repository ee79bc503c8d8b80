"""The settings as a new machine meets them: secure over https, and loud about what is missing or malformed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.environment import DROPPED, ENVIRONMENT

pytestmark = pytest.mark.once

SECRET = "k3x" * 20 + "!9zQ_long-and-random-enough-for-the-check"


def manage(*words: str, tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py` in a process of its own that sees `environment` and nothing else of these settings."""
    clean = {name: value for name, value in os.environ.items() if name not in {*ENVIRONMENT, *DROPPED}}
    clean["DATABASE_URL"] = f"sqlite:///{tmp_path / 'settings.sqlite3'}"
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployed_over_https_django_finds_nothing(tmp_path: Path) -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        tmp_path=tmp_path,
        SECRET_KEY=SECRET,
        SITE_URL="https://apply.example.org",
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SITE_URL": "https://apply.example.org"}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": SECRET}, "SITE_URL is not set"),
        ({"SECRET_KEY": SECRET, "SITE_URL": "apply.example.org"}, "SITE_URL is not set"),
        ({"SECRET_KEY": SECRET, "SITE_URL": "https://apply.example.org", "DEBUG": "maybe"}, "DEBUG='maybe'"),
        ({"SECRET_KEY": SECRET, "SITE_URL": "https://apply.example.org", "DEMO": "2"}, "DEMO='2'"),
    ],
)
def test_a_setting_that_is_missing_or_malformed_stops_the_start(
    environment: dict[str, str], named: str, tmp_path: Path
) -> None:
    done = manage("check", tmp_path=tmp_path, **environment)
    assert done.returncode != 0
    assert named in done.stderr.strip().splitlines()[-1]


def test_a_secret_that_begins_with_a_dollar_is_taken_as_it_is(tmp_path: Path) -> None:
    secret = "$" + SECRET
    words = ("shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    done = manage(*words, tmp_path=tmp_path, SECRET_KEY=secret, SITE_URL="https://apply.example.org")
    assert done.stdout.strip() == secret, done.stderr


def test_secure_cookies_follow_the_address(tmp_path: Path) -> None:
    words = (
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0)",
    )
    for address, expected in (("https://a.example.org", "True True True True"), ("http://a.example.org", "False " * 4)):
        done = manage(*words, tmp_path=tmp_path, SECRET_KEY=SECRET, SITE_URL=address)
        assert done.stdout.strip() == expected.strip(), done.stderr
