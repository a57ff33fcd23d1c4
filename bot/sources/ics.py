"""A calendar: an event or a task of it is a position; the day on which it ends is the deadline (RFC 5545)."""

from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar as ICalendar

from bot.sources.base import AsFound, SourceError
from bot.sources.records import SourceRecord


def calendar_records(content: bytes) -> tuple[list[SourceRecord], int]:
    """The entries of a calendar, and how many could not be read. Raises `SourceError` for what is none."""
    try:
        calendars = ICalendar.from_ical(content, multiple=True)
    except Exception as error:  # noqa: BLE001  # whatever it stumbles over is this source's trouble alone
        raise SourceError(f"the calendar cannot be read ({type(error).__name__})") from None
    entries = [entry for calendar in calendars for entry in calendar.walk() if entry.name in {"VEVENT", "VTODO"}]
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):
        raise SourceError("the answer is no calendar")
    made = [record for entry in entries if (record := _record(entry)) is not None]
    return made, len(entries) - len(made)


def _record(entry: Any) -> SourceRecord | None:
    try:
        title = str(entry.get("SUMMARY") or "").strip()
        is_over = str(entry.get("STATUS") or "").upper() in {"CANCELLED", "COMPLETED"}
        return (
            SourceRecord(
                title=title,
                source_id=str(entry.get("UID") or "") or None,
                url=str(entry.get("URL") or "") or None,
                location=str(entry.get("LOCATION") or "") or None,
                plain=str(entry.get("DESCRIPTION") or ""),
                closes=_last_day(entry),
                state=AsFound.CLOSED if is_over else AsFound.OPEN,
            )
            if title
            else None
        )
    except (ValueError, TypeError, AttributeError):
        return None


def _last_day(entry: Any) -> str | None:
    """The day on which an entry ends; the end of whole days is not part of them (RFC 5545, 3.6.1)."""
    for name in ("DUE", "DTEND", "DTSTART"):
        value = getattr(entry.get(name), "dt", None)
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return (value - timedelta(days=1) if name == "DTEND" else value).isoformat()
    return None
