"""The open roles: the list with its filters, and the page of one role. Open to everyone; they never write."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from community import filtering, structured_data
from community.forms import PostingFilters
from community.models import Posting

PER_PAGE = 20


@login_not_required
def postings(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    filters = PostingFilters(request.GET)
    is_valid = filters.is_valid()
    chosen = {name: value for name, value in filters.cleaned_data.items() if value}
    is_open = Posting.objects.open_at(now)
    # A filter that can't be read fits no role; showing every role instead would look like an answer.
    found = filtering.narrow(is_open, chosen) if is_valid else is_open.none()
    return render(
        request,
        "community/postings.html",
        {
            "now": now,
            "filters": filters,
            "chosen": chosen,
            "is_filtered": bool(chosen) or not is_valid,
            "facets": filtering.facets(is_open, chosen),
            "page": Paginator(found.with_facts(), PER_PAGE).get_page(request.GET.get("page")),
            "address": filtering.query(chosen),
            "soon": Posting.objects.opening_after(now).first() if not (chosen or request.GET) else None,
        },
    )


@login_not_required
def posting(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    found: Posting = get_object_or_404(
        Posting.objects.visible_to(request.user).with_facts().prefetch_related("criteria"), slug=slug
    )
    is_open = found.is_open_at(now)
    wording = found.wording
    return render(
        request,
        "community/posting.html",
        {
            "now": now,
            "posting": found,
            "is_open": is_open,
            "is_ahead": found.is_ahead_at(now),
            "is_over": found.is_promise_past_at(now),
            "wording": wording,
            "data_block": structured_data.as_data_block(structured_data.job_posting(found)) if is_open else "",
        },
    )
