"""What all formats say of a posting."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from math import inf

from bot.domain.edition import Edition
from bot.domain.message import Line, LineKind, Message, Span
from bot.domain.site import Site
from bot.domain.version import Standing, told_deadline
from bot.wording.wording import Wording

_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
# https://www.w3.org/TR/xml/#charsets: what XML cannot hold at all; half a surrogate pair is nothing anywhere.
_UNSEEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x84\x86-\x9f]")


def clean(text: str) -> str:
    """Text that every format can hold."""
    return _UNSEEN.sub("�", text)


def newest_first(editions: Iterable[Edition], now: datetime) -> list[Edition]:
    """What has changed last before the rest; of what has changed at one instant, by name."""
    return sorted(editions, key=lambda edition: (-edition.changed_at(now).timestamp(), edition.name))


def soonest_first(editions: Iterable[Edition], now: datetime) -> list[Edition]:
    """What is open before what is over; by deadline, those without one ahead last, as the index has them."""

    def order(edition: Edition) -> tuple[bool, bool, float, str]:
        is_over = edition.standing(now) is not Standing.OPEN
        deadline = told_deadline(edition.posting)
        is_ahead = deadline is not None and (is_over or now <= deadline.at)
        return is_over, not is_ahead, deadline.at.timestamp() if deadline else inf, edition.posting.id

    return sorted(editions, key=order)


def message(edition: Edition, site: Site, words: Wording, now: datetime) -> Message:
    """All that is said of it, without what would be another every day (how much time is left) or for every reader (the
    deadline in their own time).
    """
    whole = words.posting(edition.posting, now, site.timezone, standing=edition.standing(now), left=False)
    return replace(whole, lines=tuple(line for line in whole.lines if not any(span.instant for span in line.spans)))


def title(edition: Edition, words: Wording, now: datetime) -> str:
    """Its title, and what has become of it when it is not open."""
    standing = edition.standing(now)
    name = clean(" ".join(edition.posting.title.split()))
    return name if standing is Standing.OPEN else f"{name} ({words.standing_name(standing)})"


def plain(lines: Sequence[Line]) -> str:
    """The lines as text, a line each, without links."""
    return clean("\n".join(line.text for line in lines)).strip()


def html(lines: Sequence[Line]) -> str:
    """Paragraphs, lists and quotes. Text is escaped, and only web and mail addresses are links."""
    pieces: list[str] = []
    kind = LineKind.TEXT
    rows: list[str] = []

    def end() -> None:
        if rows:
            inside = "<br>".join(rows)
            pieces.append(f"<blockquote><p>{inside}</p></blockquote>" if kind is LineKind.QUOTE else f"<p>{inside}</p>")
            rows.clear()

    for line in lines:
        if not line.spans or line.kind is not kind:
            end()
        kind = line.kind
        if line.spans:
            rows.append("".join(map(_span, line.spans)))
    end()
    return "\n".join(pieces)


def _span(span: Span) -> str:
    markup = escape(clean(span.text))
    for wanted, tag in ((span.code, "code"), (span.strike, "s"), (span.italic, "em"), (span.bold, "strong")):
        if wanted:
            markup = f"<{tag}>{markup}</{tag}>"
    if span.url and _LINK.fullmatch(span.url):
        markup = f'<a href="{escape(clean(span.url))}">{markup}</a>'
    return markup


def link(url: str | None) -> str | None:
    """A web address that can be one; None for anything else."""
    return url if url and _LINK.fullmatch(url) and not url.casefold().startswith("mailto:") else None


def written(instant: datetime) -> str:
    """RFC 3339 in UTC: `2027-05-02T21:59:59Z`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
