"""What a source gives as data (a title, a place, a closing day …) -> a found posting. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.posting import DeadlineKind
from bot.schema import Value
from bot.sources.base import AsFound, FoundPosting
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline
from bot.sources.pages.details import tidy_title
from bot.sources.pages.html import html_blocks
from bot.sources.pages.paying import pay, share
from bot.sources.pages.status import invites
from bot.sources.pages.words import roles_in

_MOST_TEXT = 20_000  # characters of a description
_MOST_LINE = 900
_WEB = re.compile(r'https?://[^\s<>"\\]{3,2000}')


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """An entry of a board, feed or system. `html`: its text; `plain`: the same without markup, where that is what there
    is. `closes`: the last day to apply, as data or in words; `kind`: words that say which role it is.
    """

    title: str
    source_id: str | None = None
    url: str | None = None
    apply: str | None = None
    kind: str = ""
    organization: str | None = None
    group: str | None = None
    location: str | None = None
    workplace: str | None = None
    pay: str | None = None
    fte: float | None = None
    openings: int | None = None
    start: str | None = None
    closes: str | None = None
    html: str = ""
    plain: str = ""
    state: AsFound = AsFound.OPEN


def text_of_html(text: str) -> str:
    """The text of a piece of HTML, block by block."""
    return "\n\n".join(block.text for block in html_blocks(text)) if "<" in text else text.strip()


def found_posting(record: SourceRecord, calendar: DateStyle) -> FoundPosting:
    """A record as a posting. A closing day in its data counts before one in its text."""
    text = (record.plain or text_of_html(record.html)).strip()[:_MOST_TEXT]
    title = tidy_title(record.title)[:_MOST_LINE]
    fields: dict[str, Value] = {"title": title}
    evidence: dict[str, str] = {"title": record.title}
    uncertain: dict[str, str] = {}
    named = roles_in(title) or roles_in(record.kind) or roles_in(text[:300])
    fields["role"] = [role.value for role in named] or ["other"]
    _closing(record, text, calendar, fields, evidence, uncertain)
    for key in ("organization", "group", "location", "workplace", "pay", "fte", "openings", "start"):
        value = getattr(record, key)
        if value not in (None, "", 0):
            fields[key] = " ".join(value.split())[:_MOST_LINE] if isinstance(value, str) else value
    for key in ("url", "apply"):
        if (address := (getattr(record, key) or "").strip()) and _WEB.fullmatch(address):
            fields[key] = address
    if not (pay([str(fields.get("pay", ""))]) or share(str(fields.get("pay", "")))):
        fields.pop("pay", None)  # such as hours a month, or "competitive"
    if "pay" not in fields and (paid := pay([title, text])):
        fields["pay"], evidence["pay"] = paid
    if "openings" not in fields and (counted := openings([title])):
        fields["openings"], evidence["openings"] = counted
    if text:
        fields["description"] = text
    state = record.state
    if state is AsFound.OPEN and invites(title):
        state = AsFound.SPECULATIVE
    return FoundPosting(fields, state, evidence, uncertain, record.source_id, record.url)


def _closing(
    record: SourceRecord,
    text: str,
    calendar: DateStyle,
    fields: dict[str, Value],
    evidence: dict[str, str],
    uncertain: dict[str, str],
) -> None:
    closes = (record.closes or "").strip()
    if closes:
        evidence["deadline"] = closes
        if day := _iso_day(closes):
            fields |= {"deadline": day.isoformat(), "deadline_kind": DeadlineKind.FIXED.value}
            return
    due = deadline([f"Deadline: {closes}"] if closes else text.split("\n"), calendar)
    if due.words:
        evidence["deadline"] = due.words
    if due.day and due.kind:
        fields |= {"deadline": due.day.isoformat(), "deadline_kind": due.kind.value}
    elif due.unclear or closes:
        if due.kind:
            fields["deadline_kind"] = due.kind.value
        else:
            uncertain["deadline"] = due.unclear or f"no day could be read from it: {closes[:100]}"
    elif due.kind:
        fields["deadline_kind"] = due.kind.value


def _iso_day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None
