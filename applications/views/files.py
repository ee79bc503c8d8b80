"""The files of an application: to take back out, and to remove. How they come in: filling_in.py and uploads.py.

Never shown in the browser, and out of reach for everybody but their owner and, once sent, the staff who may see files.
"""

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import drafting, files, lifecycle
from applications.models import Upload
from applications.states import Status
from applications.views.own import in_hand
from community.requests import SignedInRequest, pressed_on


@require_safe
def download_file(request: SignedInRequest, code: str, upload_code: str) -> FileResponse:
    """A file, for whoever gave it and, once it was sent, for staff who may see files. Never shown in the browser."""
    allowed = Q(application__applicant_id=request.user.pk)
    if request.user.is_staff and request.user.has_perm("applications.view_upload"):
        allowed |= ~Q(application__status=Status.DRAFT)
    of_it = Q(application__code=code) | Q(application__changes__code=code)
    uploads = Upload.objects.filter(allowed, of_it).select_related("question")
    upload = get_object_or_404(uploads, code=upload_code)
    extension = upload.name.rpartition(".")[2].lower()
    # A name of ours: the one it came with may hold anything, a person's name above all.
    name = f"{code}-{upload.question.key}.{extension if extension in files.KINDS else 'bin'}"
    response = FileResponse(upload.file.open("rb"), as_attachment=True, filename=name, content_type=upload.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@pressed_on("check_answers")
def remove_file(request: SignedInRequest, code: str, upload_code: str) -> HttpResponse:
    now = timezone.now()
    application = in_hand(request, code)
    upload = get_object_or_404(application.uploads, code=upload_code)
    try:
        drafting.remove_file(application, upload, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect(application)
    messages.success(request, _("The file is removed."))
    return redirect("check_answers", code=code)
