"""How the tests take a step of the staff's: its address, a look at its page, and the press that does it."""

from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from applications.models import Application, Assignment, Decision, HistoryEntry, Message

OFFER = {"subject": "A place: {role}", "body": "Dear {name}, answer by {answer_by}."}
DECLINE = {"subject": "About {role}", "body": "Dear {name}, not this time."}
LIST = "/admin/applications/application/"


def address(slug: str, *applications: Application, words: str = "", back: str = "") -> str:
    codes = ",".join(application.code for application in applications)
    return (
        f"{LIST}step/{slug}/?codes={codes}" + (f"&words={words}" if words else "") + (f"&back={back}" if back else "")
    )


def seen_on(client: Client, url: str, data: dict | None = None) -> list[str]:
    """What the page with the last button sends back about the applications that it showed."""
    answer = client.get(url) if data is None else client.post(url, data)
    assert answer.status_code == 200
    assert answer.context["is_checking"], answer.context["errors"]
    return [row.seen for row in answer.context["step"].included]


def press(client: Client, url: str, data: dict | None = None) -> list[str]:
    """Looks first, then confirms; returns what was said."""
    seen = seen_on(client, url, data)
    return confirm(client, url, seen, data)


def confirm(client: Client, url: str, seen: list[str], data: dict | None = None) -> list[str]:
    answer = client.post(url, {**(data or {}), "seen": seen, "confirm": "yes"})
    assert answer.status_code == 302, answer.context["errors"]
    return [str(message) for message in get_messages(answer.wsgi_request)]


def local(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def picture() -> list:
    """Everything that a step could change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Application, Assignment, Decision, HistoryEntry, Message)
    ]
