"""schema.org's JobPosting as JSON-LD, by Google's rules: what they require is there, or nothing is.

https://developers.google.com/search/docs/appearance/structured-data/job-posting and https://schema.org/JobPosting
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from babel import Locale

from bot.core.edition import Edition
from bot.core.message import joined
from bot.core.notice import Standing
from bot.core.posting import DeadlineKind, Posting, Role, Workplace
from bot.core.site import Site
from bot.core.wording import LANGUAGES, Wording
from bot.feeds.entries import clean, html, link, message

CONTENT_TYPE = "application/ld+json; charset=utf-8"

_INTERNSHIPS = {Role.INTERNSHIP}
_PART_TIME = {Role.STUDENT_ASSISTANT}
_NO_EMPLOYMENT = {Role.THESIS}


def posting(edition: Edition, site: Site, words: Wording, now: datetime) -> dict[str, Any] | None:
    """The posting as an object; None when it is not open, or when it lacks what Google requires: who hires (`group` or
    `organization`) and the country (the last part of `location`).
    """
    one = edition.posting
    employer, country = one.organization or one.group, _country(one.location)
    if edition.standing(now) is not Standing.OPEN or not employer or not country:
        return None
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": clean(one.title),
        "description": html(message(edition, site, words, now).lines[1:]),
        "datePosted": str(one.posted or edition.published_at.date()),
        "hiringOrganization": {"@type": "Organization", "name": clean(employer)},
        "identifier": {"@type": "PropertyValue", "name": clean(employer), "value": edition.name},
        "url": site.posting(one.id),
        "directApply": False,  # the application is sent elsewhere
    }
    found |= _place(one, country)
    if one.deadline and one.deadline_kind is DeadlineKind.FIXED:  # after the others it is still open
        found["validThrough"] = one.deadline.at.isoformat(timespec="seconds")
    if kinds := _employment(one):
        found["employmentType"] = kinds
    texts = {
        "jobStartDate": one.start,
        "employmentUnit": one.group and {"@type": "Organization", "name": clean(one.group)},
        "totalJobOpenings": one.openings,
        "workHours": one.fte and f"{one.fte:g} %",
        "skills": joined(one.skills, ", "),
        "educationRequirements": joined(one.degree, ", "),
        "occupationalCategory": joined(words.role(role) for role in one.roles),
        "sameAs": link(one.url),
    }
    found |= {name: clean(value) if isinstance(value, str) else value for name, value in texts.items() if value}
    return found


def render(edition: Edition, site: Site, words: Wording, now: datetime) -> str | None:
    """The same as text that may stand in a page: nothing in it can end the script in which it stands."""
    found = posting(edition, site, words, now)
    return script(found) if found else None


def script(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028")


def _employment(one: Posting) -> list[str]:
    """Full or part time is said only where the file says how much."""
    roles = set(one.roles)
    if roles <= _NO_EMPLOYMENT:
        return ["OTHER"]
    found = ["INTERN"] if roles & _INTERNSHIPS else []
    if one.fte:
        found.append("FULL_TIME" if one.fte >= 100 else "PART_TIME")
    elif roles <= _PART_TIME:
        found.append("PART_TIME")
    return found


def _place(one: Posting, country: str) -> dict[str, Any]:
    if one.workplace is Workplace.REMOTE:
        where = {"@type": "Country", "name": country}
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": where}
    parts = [part.strip() for part in (one.location or "").split(",")]
    address = {"@type": "PostalAddress", "addressCountry": country}
    if len(parts) > 1:
        address["addressLocality"] = clean(", ".join(parts[:-1]))
    return {"jobLocation": {"@type": "Place", "address": address}}


def _country(location: str | None) -> str | None:
    """The ISO 3166-1 code of the country that a place names last."""
    last = (location or "").rpartition(",")[2].strip()
    return _countries().get(last.casefold())


@cache
def _countries() -> dict[str, str]:
    codes = {
        name.casefold(): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    }
    return {**codes, "usa": "US", "uk": "GB", "the netherlands": "NL", "czech republic": "CZ", "england": "GB"}
