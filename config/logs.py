"""How the log is written: what broke, and where in the code; nobody's name, address, reference or text.

Used by settings.LOGGING and gunicorn.py. The text of an exception may quote a row, a form or an address, and a path may
hold a code that stands for a sign-in: neither is written, except while developing (DEBUG).
"""

import copy
import errno
import logging
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern


def shown(path: str) -> str:
    """Of a path only the first part, and that only where it leads somewhere: `/applications/…`. Else `/…`."""
    first, more, rest = path.lstrip("/").partition("/")
    if first and first not in _first_parts():
        return "/…"
    return f"/{first}{'/…' if rest else more}"


@cache
def _first_parts() -> frozenset[str]:
    """The words with which the site's addresses begin."""
    languages = {code for code, _name in settings.LANGUAGES}
    return frozenset({settings.STATIC_URL.strip("/")} | languages | set(_begun(get_resolver().url_patterns)))


def _begun(patterns: Iterable[Any]) -> Iterator[str]:
    for pattern in patterns:
        # The language's own prefix begins differently for everybody who asks.
        is_prefix = isinstance(pattern.pattern, LocalePrefixPattern)
        first = "" if is_prefix else str(pattern.pattern).lstrip("^").partition("/")[0]
        if first and "<" not in first:
            yield first
        elif not first and isinstance(pattern, URLResolver):
            yield from _begun(pattern.url_patterns)


def broken(error: BaseException | None) -> str:
    """What `error` is and what it came from, with the lines of code and without its text."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        parts.append("".join(traceback.format_tb(error.__traceback__)) + _kind(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich came of:\n".join(parts)


def _kind(error: BaseException) -> str:
    """The class, and what says more of the fault without saying anything of anybody."""
    kind = type(error)
    more = [getattr(error, name, None) for name in ("pgcode", "sqlite_errorname")]
    more.append(getattr(getattr(error, "diag", None), "constraint_name", None))
    if isinstance(error, OSError) and error.errno is not None:
        more.append(errno.errorcode.get(error.errno))
    told = ", ".join(str(it) for it in more if it)
    return f"{kind.__module__}.{kind.__qualname__}" + (f" ({told})" if told else "")


class Line(logging.Formatter):
    """One line for each record, and below it where in the code it broke."""

    def __init__(self, *args: Any, is_whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_whole = is_whole

    def format(self, record: logging.LogRecord) -> str:
        if self.is_whole:
            return super().format(record)
        told = copy.copy(record)
        # Another handler may have kept the whole text there.
        told.exc_text = None
        request = getattr(record, "request", None)
        if request is not None:
            # Django's own words hold the whole path, or the text of an exception that quotes what somebody sent.
            told.msg = "%s: %s %s"
            told.args = (getattr(record, "status_code", 500), request.method, shown(request.path))
            if record.name == "django.security.csrf" and isinstance(record.args, tuple):
                # Which check failed; behind the dash stands the address that it failed for.
                told.msg += f" ({str(record.args[0]).partition(' - ')[0].rstrip('.')})"
        return super().format(told)

    def formatException(self, ei: Any) -> str:
        return super().formatException(ei) if self.is_whole else broken(ei[1])
