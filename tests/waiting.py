"""Waiting for what happens in another process and tells nobody, such as a port that opens: asked again and again.

What can be waited for itself (an Event, a Condition, a thread's or a process's end) is not waited for here.
"""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.05


def wait_until(holds: Callable[[], object], seconds: float, told: Callable[[], str] = lambda: "") -> None:
    """Until `holds()` is true. Raises TimeoutError with `told()` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It did not happen within {seconds} seconds. {told()}")
        time.sleep(PAUSE_SECONDS)
