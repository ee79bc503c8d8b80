"""A posting as schema.org JobPosting, as Google's job search asks for it, in a data block that no text can leave.

https://developers.google.com/search/docs/appearance/structured-data/job-posting: a remote job says TELECOMMUTE and
the countries it is open to, in the data and in the description. Only for postings that are open.
"""

import json
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django_countries import countries

from community import prose
from community.countries import AFRICA
from community.models import Posting

# What schema.org's units can say. A stipend "in all" has no unit: the description says it in words.
UNITS = {Posting.Period.MONTH: "MONTH", Posting.Period.WEEK: "WEEK"}
FULL_TIME_HOURS = 35
# As django.utils.html.json_script: no text can end the script element or begin a comment in it.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def job_posting(posting: Posting) -> dict[str, Any]:
    """The JobPosting of an open posting."""
    zone = posting.time_zone
    # The constraint posting_published_has_its_dates keeps both.
    assert posting.published_at is not None
    assert posting.closes_at is not None
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.wording.title,
        "description": description(posting),
        "identifier": {"@type": "PropertyValue", "name": settings.PROGRAM_NAME, "value": posting.slug},
        "url": f"{settings.SITE_URL}{posting.get_absolute_url()}",
        "datePosted": posting.published_at.astimezone(zone).isoformat(timespec="seconds"),
        "validThrough": posting.closes_at.astimezone(zone).isoformat(timespec="seconds"),
        "employmentType": employment_type(posting),
        "hiringOrganization": {
            "@type": "Organization",
            "name": settings.PROGRAM_NAME,
            "sameAs": f"{settings.SITE_URL}/",
        },
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": [{"@type": "Country", "name": name} for name in eligible_countries(posting)],
        "directApply": True,
    }
    if posting.pay == Posting.Pay.STIPEND and posting.stipend_period in UNITS:
        data["baseSalary"] = {
            "@type": "MonetaryAmount",
            "currency": posting.stipend_currency,
            "value": {
                "@type": "QuantitativeValue",
                "value": float(posting.stipend_amount or 0),
                "unitText": UNITS[Posting.Period(posting.stipend_period)],
            },
        }
    return data


def employment_type(posting: Posting) -> list[str] | str:
    """VOLUNTEER where nothing is paid; else what is true of it: for some weeks only, and part-time or full-time."""
    if posting.pay == Posting.Pay.UNPAID:
        return "VOLUNTEER"
    return ["TEMPORARY", "FULL_TIME" if (posting.hours_per_week or 0) >= FULL_TIME_HOURS else "PART_TIME"]


def eligible_countries(posting: Posting) -> list[str]:
    """The English names of the countries that applicants may live in: all there are, where it is open to anyone."""
    if posting.eligibility == Posting.Eligibility.AFRICA:
        codes = list(AFRICA)
    elif posting.eligibility == Posting.Eligibility.COUNTRIES:
        codes = [country.code for country in posting.countries]
    else:
        codes = [code for code, _name in countries]
    with translation.override("en"):
        return [str(countries.name(code)) for code in codes]


def description(posting: Posting) -> str:
    """The whole posting as HTML, as the page shows it."""
    facts = [
        _("Fully remote, open to people in: %(where)s") % {"where": posting.where_in_words},
        _("%(hours)s hours a week, %(weeks)s weeks") % {"hours": posting.hours_per_week, "weeks": posting.weeks},
        _("Pay: %(pay)s") % {"pay": posting.pay_in_words},
        *([_("Allowance: %(allowance)s") % {"allowance": posting.allowance}] if posting.allowance else []),
        _("Places: %(places)s") % {"places": posting.places},
    ]
    wording = posting.wording
    parts = [
        format_html("<p>{}</p>", wording.lead) if wording.lead else "",
        prose.to_html(wording.description),
        format_html("<h3>{}</h3>{}", _("What you will do"), prose.to_html(wording.responsibilities)),
        format_html("<h3>{}</h3>{}", _("What we look for"), prose.to_html(wording.qualifications)),
        format_html("<h3>{}</h3><ul>", _("The facts")),
        *(format_html("<li>{}</li>", fact) for fact in facts),
        "</ul>",
        prose.to_html(wording.closing_words),
    ]
    return "".join(str(part) for part in parts)


def as_data_block(data: dict[str, Any]) -> SafeString:
    """A script element of type application/ld+json: data that browsers never run, so the strict policy lets it be."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 (escaped above)
