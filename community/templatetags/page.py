"""What the frame of every page needs: the problems of its form, the zones to choose from, its other languages.

Called by templates/base.html and the error pages, which have no context of their own.
Never queries the database.
"""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import RequestContext
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.forms import problems_of
from community.timezones import zone_of

register = template.Library()

# One city a zone that people know: the hours of all of Africa, and no more bytes than that.
ZONES = [
    ("Atlantic/Cape_Verde", _("Praia")),
    ("Africa/Abidjan", _("Abidjan")),
    ("Africa/Accra", _("Accra")),
    ("Africa/Dakar", _("Dakar")),
    ("Africa/Algiers", _("Algiers")),
    ("Africa/Casablanca", _("Casablanca")),
    ("Africa/Kinshasa", _("Kinshasa")),
    ("Africa/Lagos", _("Lagos")),
    ("Africa/Tunis", _("Tunis")),
    ("Africa/Cairo", _("Cairo")),
    ("Africa/Johannesburg", _("Johannesburg")),
    ("Africa/Khartoum", _("Khartoum")),
    ("Africa/Kigali", _("Kigali")),
    ("Africa/Lusaka", _("Lusaka")),
    ("Africa/Maputo", _("Maputo")),
    ("Africa/Tripoli", _("Tripoli")),
    ("Africa/Addis_Ababa", _("Addis Ababa")),
    ("Africa/Dar_es_Salaam", _("Dar es Salaam")),
    ("Africa/Kampala", _("Kampala")),
    ("Africa/Nairobi", _("Nairobi")),
    ("Indian/Antananarivo", _("Antananarivo")),
    ("Indian/Mauritius", _("Port Louis")),
    ("UTC", _("UTC")),
    # Roles may be open to people anywhere.
    ("America/Los_Angeles", _("Los Angeles")),
    ("America/New_York", _("New York")),
    ("America/Sao_Paulo", _("São Paulo")),
    ("Europe/London", _("London")),
    ("Europe/Paris", _("Paris")),
    ("Europe/Istanbul", _("Istanbul")),
    ("Asia/Dubai", _("Dubai")),
    ("Asia/Kolkata", _("Kolkata")),
    ("Asia/Shanghai", _("Shanghai")),
    ("Australia/Sydney", _("Sydney")),
]


@register.simple_tag(takes_context=True)
def page_problems(context: RequestContext) -> list[tuple[str, str]]:
    """What is wrong with the page's form: `problems` where the view gave it, else those of its `form`."""
    found: list[tuple[str, str]] | None = context.get("problems")
    if found is None:
        forms = [context.get(name) for name in ("form", "webauthn_form")]
        found = problems_of(*[form for form in forms if form is not None and hasattr(form, "is_bound")])
    return [(field_id, sentence(message)) for field_id, message in found]


@register.filter
def sentence(message: object) -> str:
    """`message` with a full stop where it has no end: what is wrong reads alike, whoever wrote it."""
    text = str(message)
    return text if text.endswith((".", "?", "؟", "!", ":", "…")) else f"{text}."


@register.simple_tag
def program_name() -> str:
    """For pages that are drawn without a request: the error pages."""
    return str(settings.PROGRAM_NAME)


@register.simple_tag(takes_context=True)
def chosen_zone(context: RequestContext) -> str:
    """The key of the visitor's zone, or an empty string where none was chosen."""
    request: HttpRequest | None = context.get("request")
    zone = zone_of(request) if request is not None and hasattr(request, "user") else None
    return zone.key if zone else ""


@register.simple_tag
def zones_to_choose(chosen: str) -> list[tuple[str, Any]]:
    """The zones offered, with the chosen one among them even where it is not of this list."""
    if chosen and chosen not in dict(ZONES):
        return [(chosen, chosen.replace("_", " ")), *ZONES]
    return list(ZONES)


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[dict[str, str]]:
    """For crawlers: this page's whole address in every language, itself among them, and x-default. Strangers only."""
    request: HttpRequest | None = context.get("request")
    if request is None or len(settings.LANGUAGES) < 2 or getattr(request, "user", None) is None:
        return []
    if request.user.is_authenticated or request.resolver_match is None:
        return []
    pages = [
        {"code": code, "url": settings.SITE_URL + translate_url(request.path, code)}
        for code, _name in settings.LANGUAGES
    ]
    return [*pages, {"code": "x-default", "url": pages[0]["url"]}]


@register.simple_tag(takes_context=True)
def this_page_in_other_languages(context: RequestContext) -> list[dict[str, str]]:
    """For each other language its code, its own name, and this page's address in it. Empty with one language."""
    request: HttpRequest | None = context.get("request")
    if request is None or len(settings.LANGUAGES) < 2:
        return []
    return [
        {
            "code": code,
            "name": name,
            "url": translate_url(request.get_full_path(), code),
        }
        for code, name in settings.LANGUAGES
        if code != get_language()
    ]
