"""`make bench`: what a send and the lists cost, on a throw-away PostgreSQL."""

import sys

from tests.chaos.stack import Stack


def main() -> int:
    with Stack() as stack:
        print(stack.run("tests.chaos.where", "40"))
    with Stack() as stack:
        print(stack.run("tests.chaos.lists"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
