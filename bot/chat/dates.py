"""A day, and perhaps a time, as people write it when they are asked for one: understood, asked about, or neither."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from bot.domain.letters import trimmed
from bot.language import languages, pack, phrases
from bot.questions.spans import spans
from bot.questions.spans.lexicon import lexicon
from bot.questions.spans.tokens import tokens

_LAST_WORD = re.compile(r"\s[^\W\d]{1,3}\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::00)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2}")


def dates(text: str, language: str, here: datetime) -> tuple[str, ...]:
    """What a text may mean, each as a posting file has it (`2027-05-02`, `2027-05-02 12:00`, or with an offset), in
    order of time: one where it is certain, several where it has to be asked which; none where it names no single day,
    or a time or a zone that is not understood, which nobody may take for a whole day. A day without a year is never
    certain. `here`: now, in the zone of who writes.
    """
    text = trimmed(text)
    if (instant := _INSTANT.fullmatch(text)) and _days(instant[1], language, here):
        return (f"{instant[1]} {instant[2]}{instant[3] or ''}",)
    time_match = next(filter(None, (pattern.search(text) for pattern in _times())), None)
    day = text[: time_match.start()].rstrip(" ,") if time_match else text
    days = _days(day, language, here)
    if time_match and not days:
        day = _LAST_WORD.sub("", day)  # "2 May 2027 at 12:00"
        days = _days(day, language, here)
    if _names_a_time(day):
        return ()
    time = f" {int(time_match['hour']):02}:{time_match.groupdict().get('minute', '00')}" if time_match else ""
    return tuple(f"{day.isoformat()}{time}" for day in sorted(days))


@cache
def _times() -> tuple[re.Pattern[str], ...]:
    """Times of day of 24 hours at the end of a text: "12:00", "12:00 h", "12.30 Uhr", "18 Uhr"."""
    signs = {sign for name in languages() for sign in phrases(name, pack(name)["clock"]["hour"])}
    sign = rf"\s?(?:{'|'.join(map(re.escape, signs))})"
    hour, minute = r"\s(?P<hour>[01]?[0-9]|2[0-3])", "(?P<minute>[0-5][0-9])"
    patterns = (rf"{hour}:{minute}(?:{sign})?\Z", rf"{hour}\.{minute}{sign}\Z", rf"{hour}{sign}\Z")
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _names_a_time(text: str) -> bool:
    """Whether there is a time of day in what tells the day: it would be passed over. What one language takes for one
    may be a small word in another, unless a number stands before it ("am").
    """
    text_tokens = tokens(text)
    kinds = [[{lexeme.kind for lexeme in some} for some in lexicon(name).lexemes(text_tokens)] for name in languages()]
    for at, token in enumerate(text_tokens):
        meanings = set[str]().union(*(known[at] for known in kinds))
        follows_number = at > 0 and text_tokens[at - 1].kind in {"number", "clock"}
        if token.kind == "clock" or (meanings and meanings <= {"clock"}) or ("clock" in meanings and follows_number):
            return True
    return False


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
    mentions = spans(text, language, here)
    if len(mentions) != 1:
        return set()
    [span] = mentions
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
