"""The keys of a posting file: what each may hold, as reader and as JSON Schema."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any

from bot.core.addresses import MAILTO, MAX_EMAIL
from bot.core.genders import without_gender
from bot.core.letters import EDGES, UNSEEN, without_unseen
from bot.core.posting import Contact, Deadline, DeadlineKind, Posting, Role, Status, Workplace
from bot.core.zone_hints import zone_hint
from bot.core.zones import DAY_END, at_local, offset_name, zone, zone_names
from bot.document import (
    Choice,
    InvalidError,
    Items,
    Kind,
    Node,
    Number,
    OneOf,
    Record,
    Text,
    around,
    invalid,
    line_of,
    misfit,
    scalar,
    shown,
    whole,
)
from bot.registry.hints import day_hint, deadline_hint, key_hint, role_hint, word_hint

MOST_ID = 200
ID = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"

# A Gregorian date from 1970 to 2999, as a pattern that knows every month's length and the leap years, so that an
# editor with the schema refuses 30 February just as the loader does.
# The digits are spelt out, for `\d` is also ٣ in Python.
_YEAR = r"(?:19[7-9][0-9]|2[0-9]{3})"
_LEAP = r"(?:19(?:7[26]|8[048]|9[26])|2[0-9](?:0[48]|[2468][048]|[13579][26])|2[048]00)"
_DATE = (
    rf"(?:{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    rf"|{_LEAP}-02-29)"
)
_FRACTION = r"\.[0-9]{1,9}"  # as web editors write it; RFC 3339, 5.6
_CLOCK = rf"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:{_FRACTION})?)?"
_OFFSET = r"[Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?"
_DEADLINE = rf"{_DATE}(?:[ Tt]{_CLOCK}(?: ?(?:{_OFFSET}))?)?"
# What looks like a day is one, also for people who do not see all that stands in it.
_WORDS = rf"(?![{EDGES}{UNSEEN}]*[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}[{EDGES}{UNSEEN}]*$)"


_NEARLY_DAY = re.compile(r"[0-9]{4}-(?:[0-9]-[0-9]{1,2}|[0-9]{1,2}-[0-9])")


def _out_of_reach(text: str) -> bool:
    """Whether it begins with a date that there is, before 1970 or after 2999."""
    try:
        return date.fromisoformat(text[:10]).year not in range(1970, 3000)
    except ValueError:
        return False


_YEARS = "lies outside the years 1970 to 2999; check the year"


class Day(Kind):
    """A calendar day."""

    schema = {"type": "string", "pattern": whole(around(_DATE))}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> date:
        text, _ = scalar(node, name)
        if not re.fullmatch(_DATE, text):
            is_far = len(text) == 10 and _out_of_reach(text)
            wrong = _YEARS if is_far else f"is no date{day_hint(text) or '; write YYYY-MM-DD'}"
            raise misfit(node, name, text, f'"{shown(text)}" {wrong}')
        return date.fromisoformat(text)


class LastInstant(Kind):
    """A deadline as written: a day, a day and time, or those with an offset (RFC 3339, less its fraction of a second).
    Gives a naive or an aware `datetime`; a day alone ends at 23:59:59.
    """

    schema = {"type": "string", "pattern": whole(around(_DEADLINE))}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> datetime:
        text, _ = scalar(node, name)
        if re.fullmatch(_DATE, text):
            return datetime.combine(date.fromisoformat(text), DAY_END)
        if re.fullmatch(_DEADLINE, text):
            text = re.sub(_FRACTION, "", text.upper())
            return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        if re.fullmatch(_DATE, text[:10]):
            hint = deadline_hint(text) or "; write YYYY-MM-DD HH:MM, and the zone under timezone"
            raise misfit(node, name, text, f'"{shown(text)}" has no such time of day{hint}')
        hint = deadline_hint(text) or "; write YYYY-MM-DD or YYYY-MM-DD HH:MM"
        wrong = _YEARS if _out_of_reach(text) else f"is no date{hint}"
        raise misfit(node, name, text, f'"{shown(text)}" {wrong}')


class DayOrWords(Text):
    """A calendar day, or words."""

    def __init__(self) -> None:
        super().__init__(rf"{_DATE}|{_WORDS}[^\n]*", "is no date; write YYYY-MM-DD, or words", dates=True)
        # Both parts end a text that may have more around it: to say so once is linear, to match it twice is not.
        line, _ = self.schema["allOf"]
        self.schema = {**self.schema, "allOf": [line, {"pattern": rf"{whole(around(_DATE))}|^{_WORDS}"}]}

    def read(self, node: Node, name: str) -> str:
        text = scalar(node, name)[0]
        if len(text) == 10 and _out_of_reach(text):
            raise invalid(node, f'{name}: "{text}" {_YEARS}')
        if _NEARLY_DAY.fullmatch(text) and (hint := day_hint(text)):
            raise invalid(node, f'{name}: "{text}" is no date{hint}, or words')
        return super().read(node, name)


_line = Text()
_day_or_words = DayOrWords()
_sentence = Text(most=1000)
_roles = Items(Choice(Role, role_hint), or_one=True, least=1, most=100)
_deadline_kind = Choice(DeadlineKind, partial(word_hint, "deadline_kind"))
_time_zone = OneOf(zone_names(), "time zone", "a name such as Europe/Berlin, or AoE", zone_hint)
_list_or_text = Items(_sentence, or_one=True, least=1, most=100)
_url = Text(rf'https?://[^\s<>"\\{UNSEEN}]+', "is no web address; write https://…", most=2048)
_email = Text(MAILTO, "is no e-mail address; write name@host.example", most=MAX_EMAIL)
_id = Text(ID, "is no id; write lower-case letters, digits and hyphens", most=MOST_ID)

MOST_DESCRIPTION = 32 * 1024
"""Characters; it is Markdown, which takes its time."""

FIELDS: Mapping[str, tuple[Kind, str]] = {
    "title": (_line, "What the position is called, without (m/f/d)."),
    "role": (
        Items(Choice(Role, role_hint), or_one=True, least=1, most=100),
        "What one would be: one role or a list of them.",
    ),
    "status": (Choice(Status, partial(word_hint, "status")), "open (default), draft, closed, filled or withdrawn."),
    "organization": (_line, "University, institute or company."),
    "group": (_line, "Research group, lab or department."),
    "location": (_line, "City and country."),
    "workplace": (Choice(Workplace, partial(word_hint, "workplace")), "on-site, hybrid or remote."),
    "posted": (Day(), "The day on which it opens: YYYY-MM-DD. It is announced on that day."),
    "deadline": (LastInstant(), "YYYY-MM-DD (ends 23:59:59) or YYYY-MM-DD HH:MM, with an offset if you like."),
    "timezone": (_time_zone, "The deadline's zone: an IANA name such as Europe/Berlin, or AoE."),
    "deadline_kind": (
        Choice(DeadlineKind, partial(word_hint, "deadline_kind")),
        "fixed, review-begins (still open after it) or rolling (no deadline).",
    ),
    "start": (_day_or_words, "When it begins: a date or words."),
    "duration": (_day_or_words, "How long it lasts, such as 3 years, or the last day."),
    "pay": (_line, "Such as TV-L E13."),
    "fte": (Number(1, 100, whole=False), "Percent of full time."),
    "openings": (Number(1, 1000), "How many are sought."),
    "degree": (_list_or_text, "The degree that is asked for."),
    "languages": (_list_or_text, "Languages that are asked for."),
    "skills": (_list_or_text, "Skills that are asked for."),
    "supervisors": (_list_or_text, "Who supervises."),
    "project": (_list_or_text, "The project that it belongs to."),
    "funder": (_list_or_text, "Who pays."),
    "call": (_line, "A name that postings of one call share."),
    "url": (_url, "The full advert."),
    "apply": (_sentence, "Where to apply: a web address, an e-mail address, or a sentence."),
    "contact": (Record({"name": _line, "email": _email, "url": _url}), "Whom to ask."),
    "tags": (Items(Text(most=100), most=100), "Words to find it by."),
    "summary": (Text(lines=True, most=4000), "One paragraph."),
    "description": (Text(lines=True, most=MOST_DESCRIPTION), "The text in full, in Markdown."),
    "aliases": (Items(_id, most=100), "Former ids of this posting."),
}

POSTING = Record({key: kind for key, (kind, _) in FIELDS.items()}, required=("title", "role"), hint=key_hint)

_DATED = (DeadlineKind.FIXED, DeadlineKind.REVIEW_BEGINS)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a posting file; it accepts what the loader accepts."""
    properties = {key: {**kind.schema, "description": about} for key, (kind, about) in FIELDS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Callboard posting",
        "description": "One advertised position. The file's name is its id: lower-case letters, digits and hyphens.",
        **POSTING.schema,
        "properties": properties,
        "if": {"properties": {"deadline_kind": {"enum": list(_DATED)}}, "required": ["deadline_kind"]},
        "then": {"required": ["deadline"]},
    }


def posting(name: str, node: Node, default_zone: str, body: str = "") -> Posting:
    """The posting that a file's root node describes; `body` is the text below its front matter, if it has one.

    Raises `InvalidError` with everything that is wrong in it.
    """
    found, problems = POSTING.read_what_holds(node)
    body = body.strip() if without_unseen(body).strip() else ""
    if body and "description" in found:
        line = line_of(node, "description")
        problems.append((line, "description: stands among the keys and below them; keep one of the two"))
    elif len(body) > MOST_DESCRIPTION:
        line = node.end_mark.line + 1
        problems.append((line, f"the text below has {len(body)} characters; write at most {MOST_DESCRIPTION}"))
    elif body:
        found["description"] = body
    deadline: datetime | None = found.get("deadline")
    kind = found.get("deadline_kind", DeadlineKind.FIXED if deadline else DeadlineKind.ROLLING)
    if kind in _DATED and deadline is None and not any(text.startswith("deadline:") for _, text in problems):
        problems.append((line_of(node, "deadline_kind"), f'deadline_kind: "{kind}" needs a deadline; add one'))
    if problems:
        raise InvalidError(*sorted(problems))
    if " " not in found.get("apply", " "):  # an address, mostly
        found["apply"] = without_unseen(found["apply"])
    found["title"] = without_gender(found["title"])
    zone_name, roles = found.pop("timezone", None), found.pop("role")
    read = Posting(
        **{
            **found,
            "id": name,
            "roles": tuple(dict.fromkeys(roles)),
            "deadline_kind": kind,
            "deadline": deadline and _in_its_zone(deadline, zone_name, default_zone),
            "timezone": zone_name or default_zone,
            "contact": Contact(**found["contact"]) if found.get("contact") else None,
        }
    )
    if read.status in _MAY_OPEN and read.opens_at and read.closes_at and read.opens_at > read.closes_at:
        text = f"posted: {read.posted} lies after the deadline, so it would never be open; check the years"
        raise InvalidError((line_of(node, "posted"), text))
    return read


_MAY_OPEN = (Status.OPEN, Status.DRAFT)


def _in_its_zone(written: datetime, zone_name: str | None, default_zone: str) -> Deadline:
    if written.tzinfo:  # the offset says which instant it is; a zone beside it, only how to show it
        if zone_name:
            return Deadline(written.astimezone(zone(zone_name)), zone_name)
        fixed = written.astimezone(timezone(written.utcoffset() or timedelta()))
        return Deadline(fixed, offset_name(fixed))
    name = zone_name or default_zone
    instant = at_local(written.date(), written.time(), zone(name))
    return Deadline(instant.astimezone(UTC).astimezone(zone(name)), name)
