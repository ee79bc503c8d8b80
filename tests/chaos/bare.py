"""What a send is measured against: Django with no middleware and one view that writes the rows that a send writes.

No sign-in, no lock, no check of what is missing, no page, no letter to draw: the least that Django can do for it.
With BARE=signed-in it has the middleware that `startproject` writes and `@login_required`, as any view has that knows
whose rows it writes. Served by gunicorn in `make load` only, on the database of that run.
"""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.utils import timezone  # noqa: E402

from applications.models import Application, HistoryEntry, Message, Revision  # noqa: E402
from applications.notifications import new_message_id  # noqa: E402
from community.models import Consent  # noqa: E402

LETTER = "Your application has arrived.\n" * 60


def send(request: HttpRequest, code: str) -> HttpResponse:
    """One row changed, four rows new, one commit."""
    now = timezone.now()
    with transaction.atomic():
        application = Application.objects.get(code=code)
        Application.objects.filter(pk=application.pk).update(submitted_at=now, digest="0" * 64, status="submitted")
        Revision.objects.create(application=application, number=1, sent_at=now, content=LETTER, digest="0" * 64)
        Consent.objects.create(
            person_id=application.applicant_id, purpose="application", notice_version="2026-11", given_at=now
        )
        HistoryEntry.objects.create(
            application=application,
            at=now,
            actor_id=application.applicant_id,
            action="submit",
            was="draft",
            became="submitted",
        )
        Message.objects.create(
            key=f"receipt:{code}",
            message_id=new_message_id(),
            application=application,
            person_id=application.applicant_id,
            to="person@example.org",
            subject="We have your application",
            body=LETTER,
            created_at=now,
            due_at=now,
        )
    return HttpResponseRedirect(f"/applications/{code}/")


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns: list[URLPattern] = [
    path("ready", ready),
    path("applications/<slug:code>/check/", send),
]
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = []
if os.environ.get("BARE") == "signed-in":
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    urlpatterns[-1] = path("applications/<slug:code>/check/", login_required(send))
application = WSGIHandler()
