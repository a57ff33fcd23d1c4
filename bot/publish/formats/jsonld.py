"""schema.org's JobPosting as JSON-LD, by Google's rules: what they require is there, or nothing is.

https://developers.google.com/search/docs/appearance/structured-data/job-posting and https://schema.org/JobPosting
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.edition import Edition
from bot.domain.message import joined
from bot.domain.posting import DeadlineKind, Posting, Role, Workplace
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.publish.formats.entries import clean, html, link, message
from bot.questions.places import Location, places
from bot.wording.wording import Wording

_INTERNSHIPS = {Role.INTERNSHIP}
_PART_TIME = {Role.STUDENT_ASSISTANT}
_NO_EMPLOYMENT = {Role.THESIS}


def posting(edition: Edition, site: Site, words: Wording, now: datetime) -> dict[str, Any] | None:
    """The posting as an object; None when it is not open, or when it lacks what Google requires."""
    advert = edition.posting
    if edition.standing(now) is not Standing.OPEN or lack(advert):
        return None
    employer = advert.organization or advert.group or ""
    advertised: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": clean(advert.title),
        "description": html(message(edition, site, words, now).lines[1:]),
        "datePosted": str(advert.posted or edition.published_at.date()),
        "hiringOrganization": {"@type": "Organization", "name": clean(employer)},
        "identifier": {"@type": "PropertyValue", "name": clean(employer), "value": edition.name},
        "url": site.posting(advert.id),
        "directApply": False,  # the application is sent elsewhere
    }
    advertised |= _where(advert)
    if advert.deadline and advert.deadline_kind is DeadlineKind.FIXED:  # after the others it is still open
        advertised["validThrough"] = advert.deadline.at.isoformat(timespec="seconds")
    if kinds := _employment(advert):
        advertised["employmentType"] = kinds
    texts = {
        "jobStartDate": advert.start,
        "employmentUnit": advert.group and {"@type": "Organization", "name": clean(advert.group)},
        "totalJobOpenings": advert.openings,
        "workHours": advert.fte and f"{advert.fte:g} %",
        "skills": joined(advert.skills, ", "),
        "educationRequirements": joined(advert.degree, ", "),
        "occupationalCategory": joined(words.role(role) for role in advert.roles),
        "sameAs": link(advert.url),
    }
    advertised |= {name: clean(value) if isinstance(value, str) else value for name, value in texts.items() if value}
    return advertised


def lack(advert: Posting) -> tuple[str, str] | None:
    """What Google requires and this posting has not: which key it is about, and what to write, in English."""
    if not (advert.organization or advert.group):
        return "title", "it does not say who hires; write organization or group"
    locations = places(advert.location)
    if not locations:
        return "location", 'no place is named; write location, with its country, as in "Rostock, Germany"'
    return next((("location", place.doubt) for place in locations if place.doubt), None)


def render(edition: Edition, site: Site, words: Wording, now: datetime) -> str | None:
    """The same as text that may stand in a page: nothing in it can end the script in which it stands."""
    advertised = posting(edition, site, words, now)
    return script(advertised) if advertised else None


def script(advertised: Mapping[str, Any]) -> str:
    """JSON in which nothing can end the `<script>` in which it stands."""
    text = json.dumps(advertised, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028")


def _employment(advert: Posting) -> list[str]:
    """Full or part time is said only where the file says how much."""
    roles = set(advert.roles)
    if roles <= _NO_EMPLOYMENT:
        return ["OTHER"]
    kinds = ["INTERN"] if roles & _INTERNSHIPS else []
    if advert.fte:
        kinds.append("FULL_TIME" if advert.fte >= 100 else "PART_TIME")
    elif roles <= _PART_TIME:
        kinds.append("PART_TIME")
    return kinds


def _where(advert: Posting) -> dict[str, Any]:
    locations = places(advert.location)
    if advert.workplace is Workplace.REMOTE:
        countries = [
            {"@type": "Country", "name": country}
            for country in dict.fromkeys(location.country for location in locations)
        ]
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": _one_or_all(countries)}
    return {"jobLocation": _one_or_all([_place(place) for place in locations])}


def _place(place: Location) -> dict[str, Any]:
    parts = {"addressLocality": clean(place.locality), "addressRegion": clean(place.region)}
    address = {"@type": "PostalAddress", **{name: text for name, text in parts.items() if text}}
    return {"@type": "Place", "address": {**address, "addressCountry": place.country}}


def _one_or_all(values: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    return values[0] if len(values) == 1 else values
