"""Calendars as strict readers see them, who know nothing of each other."""

import ctypes
import os

from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from icalendar import Calendar


def read(text):
    """The events, by their ids: as icalendar reads them, and ical (which is strict) must read the same."""
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    found = {str(one["uid"]): one for one in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    other = IcsCalendarStream.calendar_from_ics(text.decode())
    assert (other.prodid, other.version) == (calendar["prodid"], "2.0")
    assert {
        one.uid: (
            one.dtstart,
            one.dtend,
            one.dtstamp,
            one.summary,
            one.description,
            one.sequence,
            one.status,
            str(one.url) if one.url else None,
        )
        for one in other.events
    } == {
        uid: (
            *(one[name].dt for name in ("dtstart", "dtend", "dtstamp")),
            *(str(one[name]) for name in ("summary", "description")),
            one["sequence"],
            EventStatus(one["status"]),
            str(one["url"]) if "url" in one else None,
        )
        for uid, one in found.items()
    }
    libical_takes(text)
    return found


def libical_takes(text):
    """As the calendars of GNOME, KDE and Thunderbird read it, where the machine has it: no part may break a rule of
    RFC 5545 or, had it a METHOD, of RFC 5546.
    """
    assert b"\r\nMETHOD:" not in text  # which it would refuse without an ORGANIZER
    try:
        libical = ctypes.CDLL("libical.so.3")
    except OSError:
        if os.environ.get("CI"):  # a laptop may do without; what lands has been read by it
            raise
        return
    libical.icalparser_parse_string.restype = ctypes.c_void_p
    calendar = ctypes.c_void_p(libical.icalparser_parse_string(text))
    try:
        assert calendar.value, "it is one calendar"
        assert libical.icalrestriction_check(calendar) == 1
        assert libical.icalcomponent_count_errors(calendar) == 0
    finally:
        libical.icalcomponent_free(calendar)


def alarms_of(event):
    """How long before the start (negative) an event rings."""
    rings = event.walk("VALARM")
    assert {str(one["action"]) for one in rings} <= {"DISPLAY"}
    return [one["trigger"].dt for one in rings]
