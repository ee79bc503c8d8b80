"""Job alerts: asked for on the list of roles, confirmed from a letter, stopped with one press, asked anew each year.

Called by the alert pages and the worker. Nobody is written to about roles who has not pressed twice: once here and
once in the letter. The page never tells whether an address has an alert already.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from applications import notifications
from applications.models import Alert, Message
from community import consenting, filtering
from community.models import Consent, Posting, User

KEEP_ASKED_AFTER = timedelta(days=365)
ENDS_UNANSWERED_AFTER = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=30)
# Roles published within a day come in one letter.
TELL_EVERY = timedelta(days=1)
MOST_ROLES = 20
MOST_LETTERS = 5
BATCH = 200


def ask(email: str, chosen: Mapping[str, str], *, by: User | None, at: datetime) -> Alert:
    """Writes the alert down and sends the letter that confirms it: one an hour for a filter, MOST_LETTERS to an address.

    Whoever types somebody else's address over and over cannot fill their mailbox.
    """
    address = email.strip().lower()
    query = filtering.query(dict(sorted(chosen.items()))).removeprefix("?")
    own = by if by is not None and by.email == address else None
    try:
        with transaction.atomic():
            alert: Alert = Alert.objects.create(
                email=address, query=query, person=own, language=get_language() or "", asked_at=at
            )
    except IntegrityError:
        alert = Alert.objects.get(email=address, query=query, ended_at__isnull=True)
    if alert.confirmed_at is None:
        Alert.objects.filter(pk=alert.pk, confirmed_at__isnull=True).update(asked_at=at)
        recent = Message.objects.filter(
            to=address, key__startswith="alert_confirm:", created_at__gt=at - timedelta(hours=1)
        )
        if recent.count() < MOST_LETTERS:
            # The key holds no address: keys are shown to staff, and stay when the letter is gone.
            hour = f"{settings.SECRET_KEY}{address} {query} {at:%Y-%m-%dT%H}"
            key = hashlib.sha256(hour.encode()).hexdigest()[:24]
            _write(alert, "alert_confirm", at, key=f"alert_confirm:{key}", is_secret=True)
    return alert


def confirm(alert: Alert, *, at: datetime) -> None:
    """The second press. A second time it says "keep it" to the yearly question. One that has ended stays ended.

    Whoever opened the letter holds the address: an account with it, verified, is theirs, and shows the consent.
    """
    with transaction.atomic():
        first = Alert.objects.filter(pk=alert.pk, confirmed_at__isnull=True, ended_at__isnull=True)
        kept = Alert.objects.active().filter(pk=alert.pk)
        is_on = first.update(confirmed_at=at, told_until=at, kept_at=at) or kept.update(kept_at=at, keep_asked_at=None)
        if is_on and alert.person is None:
            verified = {"emailaddress__email": alert.email, "emailaddress__verified": True}
            alert.person = User.objects.filter(email=alert.email, is_active=True, **verified).first()
            Alert.objects.filter(pk=alert.pk, person=None).update(person=alert.person)
        if is_on and alert.person is not None:
            consenting.give(alert.person, Consent.Purpose.ALERTS, at=at)


def stop(alert: Alert, *, at: datetime) -> None:
    """Ends the alert; a second press changes nothing."""
    with transaction.atomic():
        Alert.objects.filter(pk=alert.pk, ended_at__isnull=True).update(ended_at=at)
        if alert.person is not None and not Alert.objects.active().filter(person=alert.person).exists():
            consenting.withdraw(alert.person, Consent.Purpose.ALERTS, at=at)


def stop_all(person: User, *, at: datetime) -> None:
    with transaction.atomic():
        Alert.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
        consenting.withdraw(person, Consent.Purpose.ALERTS, at=at)


def tell_due(at: datetime) -> int:
    """Writes to those for whom roles opened since they last heard. Returns how many letters were written.

    A role opens when it is published, or at its opening time where that comes later: most are published before.

    Alerts with the same filter are looked up once. The letter and the mark go together: nobody hears twice.
    """
    due = Alert.objects.active().filter(told_until__lte=at - TELL_EVERY).order_by("query", "told_until")[:BATCH]
    found: dict[tuple[str, datetime | None], list[Posting]] = {}
    written = 0
    for alert in due.select_related("person"):
        since = (alert.query, alert.told_until)
        if since not in found:
            found[since] = list(
                filtering.narrow(Posting.objects.open_at(at), dict(parse_qsl(alert.query)))
                .filter(Q(published_at__gt=alert.told_until) | Q(opens_at__gt=alert.told_until), published_at__lte=at)
                .with_facts()[:MOST_ROLES]
            )
        with transaction.atomic():
            mine = Alert.objects.active().filter(pk=alert.pk, told_until=alert.told_until).update(told_until=at)
            if mine and found[since]:
                _write(alert, "alert", at, key=f"alert:{alert.code}:{at:%Y-%m-%dT%H:%M}", postings=found[since])
                written += 1
    return written


def ask_to_keep(at: datetime) -> int:
    """A year after somebody last agreed, asks whether to go on; a month without an answer ends the alert."""
    silent = Alert.objects.active().filter(keep_asked_at__lte=at - ENDS_UNANSWERED_AFTER)
    for alert in silent.select_related("person")[:BATCH]:
        stop(alert, at=at)
    written = 0
    old = Alert.objects.active().filter(kept_at__lte=at - KEEP_ASKED_AFTER, keep_asked_at__isnull=True)
    for alert in old.select_related("person")[:BATCH]:
        with transaction.atomic():
            if Alert.objects.filter(pk=alert.pk, keep_asked_at__isnull=True).update(keep_asked_at=at):
                _write(alert, "alert_keep", at, key=f"alert_keep:{alert.code}:{at:%Y}")
                written += 1
    return written


def forget(at: datetime) -> int:
    """Deletes alerts that nobody confirmed, and those that ended, a month later, with the letters that were written.

    Until then the page behind a letter's link still answers. Returns how many were deleted.
    """
    over = Alert.objects.filter(
        Q(confirmed_at__isnull=True, asked_at__lte=at - FORGOTTEN_AFTER) | Q(ended_at__lte=at - FORGOTTEN_AFTER)
    )
    number = 0
    for pk in over.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            # Held, and looked at again: it may be confirmed at this moment.
            alert = over.select_for_update().filter(pk=pk).first()
            if alert is not None:
                letters = Message.objects.filter(to=alert.email, key__startswith="alert")
                alert.delete()
                others = Alert.objects.filter(email=alert.email).exists()
                (letters.filter(key__contains=alert.code) if others else letters).delete()
                number += 1
    return number


def _write(
    alert: Alert,
    message: str,
    at: datetime,
    *,
    key: str,
    is_secret: bool = False,
    postings: list[Posting] | None = None,
) -> None:
    with translation.override(notifications.known_language(alert.language)):
        stop_link = notifications.absolute(reverse("stop_alert", args=[alert.code]))
        context = {
            "alert": alert,
            # Asked of the database: a letter about roles, of which there are many at once, does not name the filter.
            "chosen": [] if postings else filtering.in_words(dict(parse_qsl(alert.query))),
            "postings": [(p.wording.title, p, notifications.absolute(p.get_absolute_url())) for p in postings or []],
            "confirm_link": notifications.absolute(reverse("confirm_alert", args=[alert.code])),
            "roles_link": notifications.absolute(reverse("postings") + (f"?{alert.query}" if alert.query else "")),
            "stop_link": stop_link,
        }
        notifications.write_from_templates(
            message,
            context,
            key=key,
            to=alert.email,
            person=alert.person,
            at=at,
            is_secret=is_secret,
            unsubscribe_link=stop_link,
        )
