"""iCalendar (RFC 5545): the deadlines, one event each.

An event is the deadline's instant in UTC, so that every program shows it in its reader's own time; the deadline as it
was written, with its zone, stands in the description. One that moves is the same event (UID) with a higher SEQUENCE.

There is no METHOD: PUBLISH would need an ORGANIZER in each event (RFC 5546, 3.2.1), and nobody is invited here.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.edition import Edition
from bot.domain.posting import DeadlineKind
from bot.domain.site import Site
from bot.domain.version import Standing, told_deadline
from bot.publish.formats.entries import clean, link, message, plain, title
from bot.publish.formats.format import Format
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.wording.wording import Wording

_ENDED = (Standing.CLOSED, Standing.FILLED, Standing.WITHDRAWN, Standing.GONE)
_LENGTH = timedelta(seconds=1)
"""An event needs an end after its start; one that is longer would lie on the next day, too."""
_REFRESHED = "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
_OCTETS = 75
"""Of a line, without its end (RFC 5545, 3.1)."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime, part: Narrowing = WHOLE) -> bytes:
    """All of these that have a deadline. Rolling ones have none that a reader could miss."""
    ordered = sorted(editions, key=lambda edition: edition.name)
    return together(filter(None, (event(edition, site, words, now) for edition in ordered)), site, words, part)


def together(events: Iterable[str], site: Site, words: Wording, part: Narrowing = WHOLE) -> bytes:
    """A calendar of these events, in this order."""
    return _calendar(_heading(site, words, part), events)


def _calendar(heading: Iterable[str], events: Iterable[str]) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Callboard//Positions//EN", "CALSCALE:GREGORIAN")
    return "\r\n".join([*head, *map(_folded, heading), *events, "END:VCALENDAR", ""]).encode()


def own(
    entries: Iterable[tuple[Edition, Sequence[datetime]]], site: Site, words: Wording, now: datetime, source: str | None
) -> bytes:
    """A reader's own calendar: these that have a deadline, each with the instants (aware) at which it rings. `source`:
    the address at which it is found anew; None for a file that stays as it is.
    """
    ordered = sorted(entries, key=lambda entry: entry[0].name)
    events = (
        "\r\n".join(map(_folded, _event(edition, site, words, now, rings, is_board_known=words.site is not None)))
        for edition, rings in ordered
        if told_deadline(edition.posting)
    )
    name = _text(words.own_calendar(site.title))
    head = [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    if source:
        head += [f"SOURCE;VALUE=URI:{source}", _REFRESHED]
    return _calendar(head, events)


def event(edition: Edition, site: Site, words: Wording, now: datetime) -> str | None:
    """The lines of one, to be put into as many calendars as one likes; None where there is no deadline."""
    if not told_deadline(edition.posting):
        return None
    return "\r\n".join(map(_folded, _event(edition, site, words, now)))


def _heading(site: Site, words: Wording, part: Narrowing) -> Iterator[str]:
    name = _text(part.name(site, words))
    yield f"NAME:{name}"  # this and the following by RFC 7986
    yield f"X-WR-CALNAME:{name}"
    yield f"URL;VALUE=URI:{site.at('', **part.query)}"
    yield f"SOURCE;VALUE=URI:{site.at(FORMAT.path, **part.query)}"
    yield _REFRESHED


def _event(
    edition: Edition,
    site: Site,
    words: Wording,
    now: datetime,
    rings: Sequence[datetime] = (),
    *,
    is_board_known: bool = True,
) -> Iterator[str]:
    posting, standing = edition.posting, edition.standing(now)
    assert posting.deadline  # noqa: S101  # asked only then
    at, changed_at = posting.deadline.at, _utc(edition.changed_at(now))
    begins = posting.deadline_kind is DeadlineKind.REVIEW_BEGINS
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(f'{edition.name}@{edition.host or site.host}')}"
    yield f"DTSTAMP:{changed_at}"
    yield f"DTSTART:{_utc(at)}"
    yield f"DTEND:{_utc(at + _LENGTH)}"
    yield f"SEQUENCE:{edition.sequence}"
    yield f"CREATED:{_utc(edition.published_at)}"
    yield f"LAST-MODIFIED:{changed_at}"
    yield f"STATUS:{'CANCELLED' if standing in _ENDED else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because of a deadline
    if edition.is_withdrawn:  # who has it in a calendar sees that it is off; what it was is told nobody any more
        yield f"SUMMARY:{_text(words.standing_name(standing))}"
        yield "END:VEVENT"
        return
    summary = _text(words.calendar_title(title(edition, words, now), review=begins))
    yield f"SUMMARY:{summary}"
    yield f"DESCRIPTION:{_text(plain(message(edition, site, words, now).lines))}"
    if where := link(posting.url) or (site.posting(posting.id) if is_board_known else None):
        yield f"URL;VALUE=URI:{clean(where)}"
    yield f"CATEGORIES:{','.join(_text(words.role(role)) for role in posting.roles)}"
    if standing is Standing.OPEN:
        for ring in (ring for ring in rings if ring <= at):
            yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{summary}")
            yield f"TRIGGER:{_before(at, ring)}"
            yield "END:VALARM"
    yield "END:VEVENT"


def _before(start: datetime, ring: datetime) -> str:
    """How long before the start it rings, to the second, as every program understands it (RFC 5545, 3.8.6.3). The start
    is in UTC, so that a day of it is 24 hours.
    """
    seconds = int((start.astimezone(UTC) - ring.astimezone(UTC)).total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    return f"-P{days}DT{hours % 24}H{minutes % 60}M{seconds % 60}S"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11). Whatever ends a line for some reader is the end of a line."""
    return "\n".join(clean(text).splitlines()).replace("\t", " ").translate(_ESCAPED)


def _folded(line: str) -> str:
    """A line of at most 75 octets, and what is left below it behind a space; no letter is cut apart."""
    if len(line) <= _OCTETS // 4:  # a letter has four at most
        return line
    octets = line.encode()
    if len(octets) <= _OCTETS:
        return line
    pieces, start, room = [], 0, _OCTETS
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the midst of a letter
            end -= 1
        pieces.append(octets[start:end].decode())
        start, room = end, _OCTETS - 1
    return "\r\n ".join(pieces)


FORMAT = Format(
    path="calendar.ics",
    content_type="text/calendar; charset=utf-8",
    render=render,
    export="ics",
    link="calendar",
    is_subscribed_to=True,
    names_withdrawn=True,
)
