"""`make slow`: a hundred people upload 2 MB at 20 kB/s over lines that break, while others read pages.

Uploads are ordinary form posts, as without a script; one that was cut off is begun again from its first byte.
Everything is on 127.0.0.1, the slowness is the client's. Exits 1 if the others were slow or uploads did not finish.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from typing import Any

from tests.chaos.chaos import TOKEN, form_with_files
from tests.chaos.load import Crowd, Tally, at
from tests.chaos.stack import Stack

TRIES = 6
STEP_SECONDS = 0.1


class Upload:
    """One person's file, on one slow line."""

    def __init__(self, port: int, world: dict[str, Any], person: dict[str, Any], options: argparse.Namespace) -> None:
        self.port, self.options = port, options
        self.random = random.Random(f"{options.seed}{person['number']}")
        section = next(section for section in world["sections"] if section["files"])
        content = world["pdf"].encode("latin-1") + self.random.randbytes(options.bytes)
        body, kind = form_with_files({"go": ["later"]}, {section["files"][0]: content})
        head = (
            f"POST /applications/{person['code']}/edit/{section['slug']}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Cookie: sessionid={person['session']}; csrftoken={TOKEN}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.words = head.encode() + body
        self.counts: Counter[str] = Counter()

    async def go(self) -> bool:
        """Whether the file was taken in the end."""
        await asyncio.sleep(self.random.uniform(0, 5))
        for _try in range(TRIES):
            self.counts["begun"] += 1
            cut = self.random.uniform(0.05, 0.95) if self.random.random() < self.options.cut else None
            try:
                status = await self.once(int(len(self.words) * cut) if cut else None)
            except OSError:
                status = -1
            self.counts["cut off by us" if status == 0 else f"answered {status}"] += 1
            if status == 302:
                return True
            await asyncio.sleep(self.random.uniform(0.5, 2))
        return False

    async def once(self, cut: int | None) -> int:
        """The status; 0 after hanging up at byte `cut`."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        step = int(self.options.rate * STEP_SECONDS)
        begun = time.monotonic()
        try:
            for number, offset in enumerate(range(0, len(self.words), step), start=1):
                if cut is not None and offset > cut:
                    return 0
                writer.write(self.words[offset : offset + step])
                await writer.drain()
                await asyncio.sleep(max(0, begun + number * STEP_SECONDS - time.monotonic()))
            line = await asyncio.wait_for(reader.readline(), 30)
            return int(line.split()[1]) if line else -1
        except (TimeoutError, asyncio.IncompleteReadError):
            return -1
        finally:
            writer.close()


async def play(stack: Stack, world: dict[str, Any], options: argparse.Namespace) -> bool:
    people = world["people"]
    crowd = Crowd(stack.port, {**world, "people": []})
    uploads = [Upload(stack.port, world, person, options) for person in people[: options.uploads]]
    readers = people[options.uploads :]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    under_way = asyncio.gather(*(upload.go() for upload in uploads))
    told = {"strangers": Tally(), "signed in": Tally()}
    tasks = set()
    number = 0
    while not under_way.done():
        due = begun + number / options.reads
        await asyncio.sleep(max(0, due - loop.time()))
        who = "signed in" if number % 2 else "strangers"
        person = readers[number % len(readers)]
        words = (
            crowd.get(f"/applications/{person['code']}/", person) if number % 2 else crowd.get(crowd.paths[number % 9])
        )
        told[who].due += 1
        noted = told[who].note
        asked = crowd.lines.ask(words, lambda status, where, due=due, noted=noted: noted(status, loop.time() - due))
        task = loop.create_task(asked)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
    finished = sum(under_way.result())
    await asyncio.sleep(1)
    counts: Counter[str] = sum((upload.counts for upload in uploads), Counter())
    share = finished / len(uploads)
    print(f"{finished} of {len(uploads)} uploads finished ({share:.0%}) in {loop.time() - begun:.0f} s: {dict(counts)}")
    good = share >= 0.98
    for who, tally in told.items():
        print(
            f"Meanwhile {who}: {tally.due} pages, p50 {at(tally.good, 0.5):.0f} ms, p95 {at(tally.good, 0.95):.0f} ms, "
            f"p99 {at(tally.good, 0.99):.0f} ms; answers {dict(tally.statuses)}"
        )
        good &= at(tally.good, 0.95) < 1000 and set(tally.statuses) <= {200}
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--uploads", type=int, default=100)
    parser.add_argument("--bytes", type=int, default=2_000_000)
    parser.add_argument("--rate", type=int, default=20_000, help="bytes a second of each line")
    parser.add_argument("--cut", type=float, default=0.3, help="the share of tries that are cut off on the way")
    parser.add_argument("--reads", type=float, default=20, help="pages that the others read in a second")
    parser.add_argument("--seed", default="2026")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    print(
        f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}; {options.uploads} lines of {options.rate} B/s."
    )
    with Stack() as stack:
        world = json.loads(stack.run("tests.chaos.people", "drafts", str(options.uploads + 20)))
        stack.start_site()
        stack.wait_until()
        good = asyncio.run(play(stack, world, options))
    print("As promised." if good else "Not as promised.")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
