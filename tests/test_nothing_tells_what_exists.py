"""Whoever has no business with a row gets, byte for byte, what they would get if there were none, by every method."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applications.states import Status
from tests.factories import ApplicationFactory, AssignmentFactory, ProfileFactory, UploadFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
ONE_CODE = [
    "application", "check_answers", "eligibility", "new_questions", "change_answers", "write_letter", "read_letters",
    "withdraw", "discard", "offer", "accept_offer", "turn_down_offer", "undo_answer",
]  # fmt: skip
# What differs from answer to answer whatever was asked.
PASSING = {"Content-Length", "ETag", "Expires"}


def addresses(code: str, upload: str, assignment: str, handle: str) -> list[str]:
    return [
        *(reverse(name, args=[code]) for name in ONE_CODE),
        reverse("edit_section", args=[code, "about-you"]),
        reverse("sent_answers", args=[code, 1]),
        reverse("download_file", args=[code, upload]),
        reverse("remove_file", args=[code, upload]),
        reverse("begin_upload", args=[code, "cv"]),
        reverse("upload", args=[code, "cv", upload]),
        reverse("review", args=[assignment]),
        reverse("recuse", args=[assignment]),
        reverse("person", args=[handle]),
        f"/fr/applications/{code}/",
    ]


def whole(answer: HttpResponse, asked: tuple[str, ...]) -> str:
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    text = f"{answer.status_code} {headers} {page}"
    for word in asked:
        text = text.replace(word, "@")
    return text


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN])
def test_what_is_anothers_and_what_is_not_there_are_one(
    as_charlie: Client, stranger: Client, bob, alice, posting, media, status
) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=status)
    there = (
        application.code,
        UploadFactory(application=application).code,
        AssignmentFactory(application=application, mentor=bob).code,
        ProfileFactory(user=alice, handle="alice-hidden").handle,
    )
    nowhere = ("Z" * len(there[0]), "Y" * len(there[1]), "X" * len(there[2]), "zlice-hidden")
    for browser in (as_charlie, stranger):
        for real, none in zip(addresses(*there), addresses(*nowhere), strict=True):
            for method in METHODS:
                got, expected = (getattr(browser, method)(address) for address in (real, none))
                assert whole(got, there) == whole(expected, nowhere), (method, real)
