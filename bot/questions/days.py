"""Whether a posting's days are those that are asked for."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from bot.domain.posting import Posting
from bot.domain.zones import at_local
from bot.language import SOURCE
from bot.questions.query import Query
from bot.questions.spans import Days, spans

_YEAR = re.compile(r"(?<!\d)(?:19|2[01])\d\d(?!\d)")
_NEVER = datetime.max.replace(tzinfo=UTC)
_A_DAY = timedelta(days=1)


def asks_for(query: Query, where: tzinfo) -> Callable[[Posting, datetime], bool]:
    """A test of postings by the days of a query in a zone. It takes their deadline as well: UTC, or `datetime.max` for
    none to keep.

    Who names no such day is not found by it, but is where days are left out.
    """
    first, end = instants(query.deadline, where)
    left_out_first, left_out_end = instants(query.not_deadline, where)

    def fits(posting: Posting, deadline: datetime) -> bool:
        return (
            (query.deadline is None or (first <= deadline < end))
            and (not query.undated or deadline == _NEVER)
            and (query.starts is None or _overlaps(_start(posting), query.starts))
            and (query.posted is None or _lies_in(posting.posted, query.posted))
            and (query.not_deadline is None or not left_out_first <= deadline < left_out_end)
            and (query.not_starts is None or not _overlaps(_start(posting), query.not_starts))
            and (query.not_posted is None or not _lies_in(posting.posted, query.not_posted))
        )

    return fits


def instants(days: Days | None, where: tzinfo) -> tuple[datetime, datetime]:
    """The instant at which days begin in a zone, and the one at which they are over (UTC)."""
    first = at_local(days.first, time(), where) if days and days.first else datetime.min.replace(tzinfo=UTC)
    last = days.last if days else None
    return first, at_local(last + _A_DAY, time(), where) if last else _NEVER


def _lies_in(day: date | None, wanted: Days) -> bool:
    return day is not None and (wanted.first or date.min) <= day <= (wanted.last or date.max)


def _overlaps(days: Days | None, wanted: Days) -> bool:
    if days is None or days.first is None or days.last is None:
        return False
    return (wanted.last is None or days.first <= wanted.last) and (wanted.first is None or days.last >= wanted.first)


def _start(posting: Posting) -> Days | None:
    return start_days(posting.start) if posting.start else None


@lru_cache(maxsize=20_000)
def start_days(text: str) -> Days | None:
    """The days that a posting's `start` names with their year: `2027-10-01`, `October 2027`, `WS 2027/28`; or None."""
    try:
        return Days.of(date.fromisoformat(text))
    except ValueError:
        pass
    if not _YEAR.search(text) or len(text) > 100:
        return None
    # With a year, it is the same whenever it is read; "by October" and the like name no day on which to begin.
    mentions = spans(text, SOURCE, datetime(2000, 1, 1, tzinfo=UTC))
    days = mentions[0].days if len(mentions) == 1 else None
    return days if days and days.first and days.last else None
