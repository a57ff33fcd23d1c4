"""What stands around a date, and says what day it is: one to apply by, or one on which something else happens.

The words are those of each language: `[day]` and `[applying]` in `bot/language/LANGUAGE/pages.toml`.
"""

import re
from functools import cache

from bot.sources.pages.sayings import bits_of, either, may_say, saying

_WHOLE = r"(?!\w)"


def pattern(name: str) -> re.Pattern[str]:
    """The phrases of `[day]` that have this name, as one pattern."""
    return saying("day", name).pattern


def may_be_due(text: str) -> bool:
    """Whether a text has what every sentence has that names a day to apply by; to look for it is quick."""
    return may_say(text, _due_bits())


@cache
def _due_bits() -> int:
    return bits_of("day", "due", "applying", "review", "is_due", "open_behind")


@cache
def until_near() -> re.Pattern[str]:
    """Until, right before the day; between them may stand an article, the day of the week, a time of day."""
    return re.compile(_until(), re.IGNORECASE)


def _until() -> str:
    return rf"(?<!\w){either('day', 'until')}{_WHOLE}[\s,:*(]{{0,4}}(?:{_filler()}){{0,6}}\Z"


def _filler() -> str:
    """What may stand between `until` and its day: an article, the day of the week, a time of day."""
    clock = r"\d{1,2}(?:[:.h]\d\d)?\s?(?:uhr|h|[ap]\.?m\.?)?,?|\(?[a-z]{2,4}t\)?,?|\(?(?:utc|aoe)\)?,?"
    return rf"(?:{either('day', 'before_day')}\.?,?|{clock}) "


@cache
def lasting_until() -> re.Pattern[str]:
    """Until when a contract or what it pays lasts, right before the day."""
    return re.compile(rf"(?<!\w)(?P<what>{either('day', 'lasts')}){_WHOLE}[^.,;:\n]{{0,60}}{_until()}", re.IGNORECASE)


@cache
def review() -> re.Pattern[str]:
    """A day from which on applications are looked at."""
    begins = rf"(?<!\w){either('day', 'review')}{_WHOLE}[^.\n]{{0,60}}(?<!\w){either('day', 'review_starts')}{_WHOLE}"
    return re.compile(rf"(?P<begins>{begins})|(?<!\w){either('day', 'review_day')}{_WHOLE}", re.IGNORECASE)


@cache
def preferred_day() -> re.Pattern[str]:
    """What is promised to those who apply by a day; others may still apply."""
    return re.compile(rf"(?<!\w){either('day', 'review_day')}{_WHOLE}", re.IGNORECASE)


@cache
def review_begun() -> re.Pattern[str]:
    """The same, where the beginning is told by a noun."""
    return re.compile(
        rf"(?<!\w){either('day', 'review_noun')}{_WHOLE}[^.\n]{{0,60}}(?<!\w){either('day', 'begins')}", re.IGNORECASE
    )


@cache
def goes_on() -> re.Pattern[str]:
    """Until when something goes on, right before the day."""
    return re.compile(rf"(?<!\w){either('day', 'goes_on')}\W{{0,4}}\Z", re.IGNORECASE)


@cache
def of_others() -> re.Pattern[str]:
    """What leads to the deadline of something else than a position."""
    return re.compile(
        rf"(?:(?<!\w){either('day', 'of_others')}|\A\W{{0,6}}{either('day', 'letters')}){_WHOLE}[^.\n;]{{0,60}}\Z",
        re.IGNORECASE,
    )


@cache
def after_other() -> re.Pattern[str]:
    """What a sentence only says behind its day."""
    return re.compile(
        rf"(?:[ ,][^.;\n]{{0,60}})?[ ,]{either('day', 'after_other')}{_WHOLE}|(?-i: {either('day', 'intake')}{_WHOLE})",
        re.IGNORECASE,
    )


@cache
def refused_after() -> re.Pattern[str]:
    """What says right before a day that no applications are taken from then on (`none`), or that some come then, which
    are refused where `not_taken` stands behind: `Applications that arrive after 3 May are not considered`.
    """
    applied = rf"{either('day', 'applied')}{_WHOLE}"
    none = rf"{either('day', 'none_taken')}{_WHOLE}[^.;\n]{{0,60}}|{applied}[^.;\n]{{0,40}}{_not_taken()}"
    few = r"(?:,? [^\s.;]{1,20}){0,5}"
    after = rf"{either('day', 'after')}\W{{1,4}}(?:{_filler()}){{0,4}}"
    return re.compile(rf"(?<!\w)(?:(?P<none>{none})|{applied}{few}) {after}\Z", re.IGNORECASE)


@cache
def opens_then() -> re.Pattern[str]:
    """What says in front of `until` that applications are taken from the day behind it on: `not accepted before`."""
    return re.compile(rf"(?<!\w){either('day', 'not_yet')}{_WHOLE}[^.;,:\n]{{0,40}}\Z", re.IGNORECASE)


@cache
def opens_behind() -> re.Pattern[str]:
    """The same behind the day: `applications before 3 May are not accepted`."""
    return re.compile(rf" (?:[^\s.;,]{{1,12}} ){{0,2}}{either('day', 'not_taken')}{_WHOLE}", re.IGNORECASE)


@cache
def not_taken() -> re.Pattern[str]:
    """What says behind a day that applications are refused."""
    return re.compile(rf"[^.;\n]{{0,60}}{_not_taken()}", re.IGNORECASE)


def _not_taken() -> str:
    return rf"(?<!\w){either('day', 'not_taken')}{_WHOLE}"


@cache
def applying_behind() -> re.Pattern[str]:
    """What says behind a day, `until` in front of it, that it is for applications: `bis zum 3. Mai bewerben`."""
    few = rf"(?:(?!{either('day', 'and')}{_WHOLE})[^\s.,;:()–—-]{{1,20}} ){{0,6}}"
    return re.compile(rf" {few}{either('day', 'applying')}{_WHOLE}", re.IGNORECASE)


@cache
def open_behind() -> re.Pattern[str]:
    """The same of a position: `bis zum 3. Mai ausgeschrieben`."""
    return re.compile(rf" {either('day', 'open_behind')}{_WHOLE}", re.IGNORECASE)


@cache
def is_due_behind() -> re.Pattern[str]:
    """What says behind a day that it is the one to apply by: `1 March (soft deadline)`."""
    lead = r"\s{0,3}[(,:.–-]{0,2}\s{0,3}[–-]?\s{0,2}[(\[]?"
    return re.compile(
        rf"{lead}(?:{either('day', 'of_deadline')} ){{0,2}}{either('day', 'is_due')}{_WHOLE}", re.IGNORECASE
    )


@cache
def range_sign() -> re.Pattern[str]:
    """What stands between the two ends of a span of days."""
    return re.compile(rf"\s{{0,3}}(?:[-–—]|{either('day', 'range')})\s{{0,3}}\Z", re.IGNORECASE)


@cache
def extended_to() -> re.Pattern[str]:
    """What says right before a day that it is the new one: `extended to`."""
    joined = rf"(?:{either('day', 'until')}|{either('day', 'range')})"
    return re.compile(
        rf"(?<!\w){either('day', 'extended')}{_WHOLE}[\s:]{{1,3}}(?:{joined}\s)?\W{{0,4}}\Z", re.IGNORECASE
    )


@cache
def extended_behind() -> re.Pattern[str]:
    """What says behind a day that it is the new one."""
    return re.compile(rf"\s{{0,2}}[(,–-]?\s{{0,2}}{either('day', 'extended_so')}{_WHOLE}", re.IGNORECASE)


@cache
def moved_away() -> re.Pattern[str]:
    """What says behind a day that it holds no more: `has been extended to`."""
    to = rf"(?:{either('day', 'until')}|{either('day', 'range')})"
    return re.compile(
        rf"[\s,(]{{0,3}}(?:[^\W\d_]{{1,12}} ){{1,3}}{either('day', 'extended')} {to}{_WHOLE}", re.IGNORECASE
    )


def is_rolling(sentence: str) -> bool:
    """Whether a sentence says that applications are taken until somebody is found, or as they come."""
    if saying("applying", "rolling").search(sentence) or _undated().match(sentence):
        return True
    is_as_they_come = saying("applying", "rolling_of_calls").search(sentence) is not None
    return is_as_they_come and saying("applying", "of_calls").search(sentence) is not None


def may_be_rolling(text: str) -> bool:
    """Whether a text has what every such sentence has; to look for it is quick."""
    return may_say(text, _rolling_bits())


@cache
def _rolling_bits() -> int:
    return bits_of("applying", "rolling", "rolling_of_calls", "label")


@cache
def _undated() -> re.Pattern[str]:
    """What a field for the day says in the place of one: `Deadline: open`."""
    return re.compile(
        rf"\W{{0,6}}{either('applying', 'label')}(?: [^:.\n]{{0,30}})?\s?[:–-]\W{{0,4}}"
        rf"{either('applying', 'open')}(?=\s{{0,2}}(?:[^\w\s]|\Z))",
        re.IGNORECASE,
    )


def is_open_until_filled(text: str) -> bool:
    """Whether what stands in front of a day says that applications are taken until somebody is found."""
    return saying("applying", "filled").search(text) is not None


def is_late(sentence: str) -> bool:
    """Whether a sentence beside a day says that applications are taken still after it."""
    return saying("applying", "late").search(sentence) is not None


def may_be_late(text: str) -> bool:
    """Whether a text has what every such sentence has; to look for it is quick."""
    return saying("applying", "late").may_match(text)


def is_afterwards(text: str) -> bool:
    """Whether applications are taken still after the day that stands beside such words."""
    return saying("applying", "afterwards").search(text) is not None


def is_preferred(text: str) -> bool:
    """Whether a text says that those who apply by a day are seen first: others may still apply."""
    return saying("applying", "preferred").search(text) is not None
