"""iCalendar (RFC 5545): the deadlines, one event each.

An event is the deadline's instant in UTC, so that every program shows it in its reader's own time; the deadline as it
was written, with its zone, stands in the description. One that moves is the same event (UID) with a higher SEQUENCE.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vText

from bot.core.edition import Edition
from bot.core.notice import Standing, told_deadline
from bot.core.posting import DeadlineKind
from bot.core.site import Site
from bot.core.wording import Wording
from bot.feeds.entries import clean, link, message, plain, title

CONTENT_TYPE = "text/calendar; charset=utf-8"

_REFRESH = timedelta(hours=1)
_ENDED = (Standing.CLOSED, Standing.FILLED, Standing.WITHDRAWN, Standing.GONE)


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime) -> bytes:
    """All of these that have a deadline. Rolling ones have none that a reader could miss."""
    calendar = Calendar()
    calendar.add("prodid", "-//Callboard//Positions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = clean(site.title or words.open_positions())
    calendar.add("name", name)  # RFC 7986
    calendar.add("x-wr-calname", name)
    calendar.add("url", site.at(""), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for edition in sorted(editions, key=lambda one: one.name):
        if told_deadline(edition.posting):
            calendar.add_component(_event(edition, site, words, now))
    return bytes(calendar.to_ical())


def _event(edition: Edition, site: Site, words: Wording, now: datetime) -> Event:
    posting, become = edition.posting, edition.standing(now)
    assert posting.deadline  # noqa: S101  # asked only then
    event = Event()
    event.add("uid", f"{edition.name}@{edition.host or site.host}")
    changed_at = edition.changed_at(now).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed_at)
    event.add("created", edition.published_at.astimezone(UTC))
    event.add("last-modified", changed_at)
    event.add("sequence", edition.sequence)
    event.add("dtstart", posting.deadline.at.astimezone(UTC).replace(microsecond=0))
    begins = posting.deadline_kind is DeadlineKind.REVIEW_BEGINS
    event.add("summary", words.calendar_title(title(edition, words, now), review=begins))
    event.add("description", plain(message(edition, site, words, now).lines))
    event.add("url", link(posting.url) or site.posting(posting.id))
    event.add("status", "CANCELLED" if become in _ENDED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of a deadline
    if roles := words.roles(posting):
        event.add("categories", [vText(clean(one)) for one in roles.split(" / ")])
    return event
