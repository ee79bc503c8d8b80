"""Many at once: real threads against the real database, let go at the same moment. Never used by the site."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def all_at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each job returned or raised, after all were let go at the same moment, each in a thread of its own."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            results[number] = jobs[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return results
