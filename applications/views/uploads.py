"""A file sent apart from the form, by static/js/upload.js: begun, sent on in chunks, asked after. Answers in JSON.

Each chunk is a short request, so that a slow line holds a thread for seconds and not for minutes. The same file can
always go with the form instead.
"""

import json
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications import files, lifecycle, receiving
from applications.keeping import tell
from applications.models import Application, Question
from applications.receiving import Arrived
from applications.views.own import in_hand
from community.requests import SignedInRequest, keeps_text

MAX_DESCRIPTION = 8 * 1024
_OFFSET = re.compile(r"[0-9]{1,9}")


def _loaded(request: SignedInRequest, code: str, question: str) -> tuple[Application, Question]:
    """The visitor's own application and its file question; 404 for everybody else."""
    application = in_hand(request, code)
    found = receiving.question_of(application, question)
    if found is None:
        raise Http404
    return application, found


@keeps_text
@require_POST
def begin_upload(request: SignedInRequest, code: str, question: str) -> HttpResponseBase:
    """Takes {"name", "size", "sha256"}; answers where to send the chunks, and from which byte on."""
    now = timezone.now()
    application, asked = _loaded(request, code, question)
    try:
        told = _description(request)
        arrived = receiving.begin(application, asked, **told, by=request.user, at=now)
    except (lifecycle.Refused, files.FileRefused) as refused:
        return _refuse(refused)
    return _tell(application, arrived)


def _description(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body) if len(request.body) <= MAX_DESCRIPTION else None
    # A body that is no UTF-8, or nested a thousand deep.
    except (ValueError, RecursionError, UnreadablePostError):
        told = None
    if not isinstance(told, dict):
        raise receiving.Malformed
    name, size, sha256 = told.get("name"), told.get("size"), told.get("sha256")
    if not isinstance(name, str) or not isinstance(sha256, str) or type(size) is not int or size < 0:
        raise receiving.Malformed
    return {"name": name, "size": size, "sha256": sha256}


@keeps_text
@require_http_methods(["GET", "HEAD", "PATCH"])
def upload(request: SignedInRequest, code: str, question: str, upload_code: str) -> HttpResponseBase:
    """GET tells how much has arrived; PATCH appends the bytes that begin at the header Upload-Offset."""
    now = timezone.now()
    application, asked = _loaded(request, code, question)
    try:
        if request.method != "PATCH":
            return _tell(application, receiving.progress(application, asked, upload_code))
        offset = _OFFSET.fullmatch(request.headers.get("Upload-Offset", ""))
        if offset is None:
            raise receiving.Malformed
        if int(request.META.get("CONTENT_LENGTH") or 0) > receiving.MAX_CHUNK:
            return tell(413, text=_("This part of the file is too large."), largest=receiving.MAX_CHUNK)
        # Before the application is held: the line may be slow.
        chunk = request.body
        arrived = receiving.append(
            application, asked, upload_code, chunk, offset=int(offset[0]), by=request.user, at=now
        )
    except (lifecycle.Refused, files.FileRefused) as refused:
        return _refuse(refused)
    except UnreadablePostError:
        return tell(400, text=_("The line dropped. This part is sent again."))
    return _tell(application, arrived)


def _tell(application: Application, arrived: Arrived) -> HttpResponse:
    words: dict[str, Any] = {"code": arrived.code, "received": arrived.received, "size": arrived.size}
    if arrived.upload is not None:
        words["html"] = render_to_string(
            "applications/applicant/file_given.html", {"upload": arrived.upload, "code": application.reference}
        )
    response = tell(200, **words)
    response["Upload-Offset"] = str(arrived.received)
    response["Upload-Length"] = str(arrived.size)
    return response


def _refuse(refused: Exception) -> HttpResponse:
    if isinstance(refused, receiving.WrongPlace):
        return tell(409, text=str(refused), received=refused.received)
    if isinstance(refused, receiving.Gone):
        return tell(404, text=str(refused))
    if isinstance(refused, receiving.Malformed):
        return tell(400, text=str(refused))
    if isinstance(refused, files.FileRefused):
        return tell(422, text=str(refused), refused=True)
    return tell(409, text=str(refused))
