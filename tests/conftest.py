"""What every test stands on: quick and separate storage, and the standing cast of tests/cast.py."""

import gc
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from django.utils import translation
from xdist.scheduler import LoadGroupScheduling

from tests.memory import forget

pytest_plugins = ["tests.cast"]

# What `-n` leaves to one worker, by the beginning of a test's name: a program that is loaded once, and whole sites,
# which would measure each other. xdist's own mark for it does nothing under pytest 9.2.
TOGETHER = {
    "tests/applications/test_seed_demo.py::TestTheProgram": "the demo program",
    "tests/test_page_weight.py": "the walk",
    "tests/applications/test_outage.py::test_killed_and_started_again": "whole sites",
    "tests/chaos/": "whole sites",
    "tests/test_crowd.py": "whole sites",
    "tests/test_serve.py": "whole sites",
}


class Scheduling(LoadGroupScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((group for begins, group in TOGETHER.items() if nodeid.startswith(begins)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that hold for the whole run. A test that needs another value overrides it with `settings`."""
    override_settings(
        # scrypt costs tens of milliseconds for each account made; no test here measures it.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        # The hashed names exist only after collectstatic. The finders serve the real files to the browser tests.
        STORAGES={
            **django_settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # Else every test client would scan what `make run` has collected.
        STATIC_ROOT=Path(__file__).parent / "no-collected-files",
    ).enable()


def asks_for_the_database(item: pytest.Item) -> bool:
    return bool(
        item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Who asks for no database is `once` unsaid. Tests marked `postgres` run on PostgreSQL only: SQLite has no words
    for what they prove.
    """
    for item in items:
        if not asks_for_the_database(item) and not item.get_closest_marker("postgres"):
            item.add_marker("once")
    if connection.vendor == "postgresql":
        return
    kept = [item for item in items if item.get_closest_marker("postgres") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish() -> None:
    """What is imported by now stays, so nobody need go through it again and again to find what can be thrown away: a
    tenth of the suite's CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as the site runs it: in memory, threads would share one connection."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """What an earlier test's rows said is not what this test's rows say, though their numbers be the same."""
    forget()


@pytest.fixture(autouse=True)
def default_language() -> None:
    """The language of a page that an earlier test read would stay: `reverse` and the forms would speak it here."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Uploads of this test land in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
