"""`make bench`: what a send costs, statement by statement and function by function, on a throw-away PostgreSQL."""

import sys

from tests.chaos.stack import Stack


def main() -> int:
    with Stack() as stack:
        print(stack.run("tests.chaos.where", "40"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
