"""A day, and perhaps a time, as people write it when they are asked for one: understood, asked about, or neither."""

import re
from datetime import date, datetime, timedelta

from bot.domain.letters import trimmed
from bot.questions.spans import spans

_TIME = re.compile(r"\s(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?:\s?[^\W\d]{1,3})?\Z")
_LAST_WORD = re.compile(r"\s[^\W\d]{1,3}\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2}")


def dates(text: str, language: str, here: datetime) -> tuple[str, ...]:
    """What a text may mean, each as a posting file has it (`2027-05-02` or `2027-05-02 12:00`), in order of time: one
    where it is certain, several where it has to be asked which; none where it names no single day. A day without a year
    is never certain. `here`: now, in the zone of who writes.
    """
    text = trimmed(text)
    found = _TIME.search(text)
    if not found:
        return tuple(day.isoformat() for day in sorted(_days(text, language, here)))
    before = text[: found.start()].rstrip(" ,")
    days = _days(before, language, here) or _days(_LAST_WORD.sub("", before), language, here)  # "2 May 2027 at 12:00"
    return tuple(f"{day.isoformat()} {int(found['hour']):02}:{found['minute']}" for day in sorted(days))


def _days(text: str, language: str, here: datetime) -> set[date]:
    if _ISO.fullmatch(text):
        try:
            return {date.fromisoformat(text)}
        except ValueError:
            return set()
    days = _single_days(text, language, here)
    if not days or _YEAR.search(text) or _SHORT_YEAR.fullmatch(text) or _moves(text, language, here, max(days)):
        return days
    return days | {_a_year_after(day) for day in days}


def _single_days(text: str, language: str, here: datetime) -> set[date]:
    """The days that a text names, if it names nothing else."""
    found = spans(text, language, here)
    if len(found) != 1:
        return set()
    [span] = found
    rest = text[: span.start] + text[span.end :]
    if any(sign.isalnum() for sign in rest):
        return set()
    today, days = here.date(), set()
    for reading in span.readings:
        if reading.last is None or reading.first not in {None, reading.last, today}:
            return set()
        if reading.first == today != reading.last and not _moves(text, language, here, reading.last):
            return set()  # "this month", and not "in 4 weeks"
        days.add(reading.last)
    return days


def _moves(text: str, language: str, here: datetime, last: date) -> bool:
    """Whether it is so many days later when it is said a week later: then it is told from today, and has a year."""
    later = spans(text, language, here + timedelta(days=7))
    ends = [reading.last for span in later for reading in span.readings if reading.last]
    return len(later) == 1 and bool(ends) and 0 < (max(ends) - last).days < 60


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 4)
