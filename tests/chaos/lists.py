"""What the staff's lists cost at two hundred rows and at three hundred thousand, by wall time and statements.

`make bench` runs it in the environment of a stack (tests/chaos/bench.py). The many rows are copies that the database
makes of one. Never used by the site.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402

from applications.models import Application, Message  # noqa: E402
from community.models import User  # noqa: E402
from tests.chaos.people import prepare  # noqa: E402
from tests.chaos.where import ask, environ, middle  # noqa: E402

FEW, SENT = 200, 30
LISTS = {
    "applications": "/admin/applications/application/",
    "… by their status": "/admin/applications/application/?status=submitted",
    "… by their score": "/admin/applications/application/?o=5",
    "… found by an address": "/admin/applications/application/?q=person-77@",
    "postings": "/admin/community/posting/",
    "messages": "/admin/applications/message/",
    "people": "/admin/community/user/",
    "open roles, public": "/postings/",
}


def copy(table: str, pk: int, instead: str, many: str) -> None:
    """As many copies of the row `pk` as `many` has rows; `instead` names the columns that differ, as SQL."""
    changed = dict(part.split(" = ", 1) for part in instead.split("; "))
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        names.remove("id")
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(changed.get(name, f'row."{name}"') for name in names)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} row, {many} WHERE row.id = {pk}")


def make_many(number: int) -> None:
    person, application, message = User.objects.earliest("pk"), Application.objects.sent()[0], Message.objects.all()[0]
    copy("community_user", person.pk, "email = 'many-' || n || '@example.org'", f"generate_series(1, {number}) n")
    people = "(SELECT id AS n FROM community_user WHERE email LIKE 'many-%') many"
    copy(
        "applications_application",
        application.pk,
        "code = 'n' || n; applicant_id = n; submitted_at = now() - n * interval '1 second'",
        people,
    )
    copy(
        "applications_message",
        message.pk,
        "key = 'many:' || n; message_id = '<' || n || '@many>'; application_id = NULL; person_id = n",
        people,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main(number: int) -> None:
    people = prepare(FEW, drafts=True)["people"]
    handler = WSGIHandler()
    for person in people[:SENT]:
        ask(handler, environ("POST", f"/applications/{person['code']}/check/", person))
    staff = people[-1]
    User.objects.filter(pk=staff["number"]).update(is_staff=True, is_superuser=True)
    connection.force_debug_cursor = True

    def cost(address: str) -> tuple[float, int]:
        """(ms, statements), the median of five."""
        path, _mark, query = address.partition("?")
        found = []
        for _turn in range(5):
            reset_queries()
            begun = time.perf_counter()
            assert ask(handler, environ("GET", path, staff) | {"QUERY_STRING": query}) == 200, address
            found.append((time.perf_counter() - begun) * 1000)
        return middle(found), len(connection.queries_log)

    few = {name: cost(address) for name, address in LISTS.items()}
    make_many(number)
    print(f"{'a list':<26}{'few rows':>20}{f'{number:,} rows':>24}")
    for name, address in LISTS.items():
        many = cost(address)
        cells = [f"{ms:.0f} ms, {statements} statements" for ms, statements in (few[name], many)]
        print(f"{name:<26}{cells[0]:>24}{cells[1]:>24}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
