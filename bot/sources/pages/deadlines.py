"""When applications to a call end, in the page's own words.

Each date that a text names is looked at with the words before and after it: those say whether it is a day to apply by,
or one on which something begins, was published, is decided. Which day it is says the grammar of dates
(`bot.questions.spans`). What can be read two ways is left out, with the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import islice

from bot.domain.posting import DeadlineKind
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.dating import (
    after_other,
    applying_behind,
    extended_behind,
    extended_to,
    goes_on,
    is_afterwards,
    is_due_behind,
    is_late,
    is_open_until_filled,
    is_preferred,
    is_rolling,
    lasting_until,
    may_be_due,
    may_be_late,
    may_be_rolling,
    moved_away,
    not_taken,
    of_others,
    open_behind,
    opens_behind,
    opens_then,
    pattern,
    preferred_day,
    range_sign,
    refused_after,
    review,
    review_begun,
    until_near,
)
from bot.sources.pages.days import NO_YEAR, DateStyle, date_pattern, read_day
from bot.sources.pages.months import month_pattern
from bot.sources.pages.sayings import saying
from bot.sources.pages.signs import POSITION

_SENTENCE = re.compile(r"(?<=[\w)\]*][.!?])\s{1,3}(?=[A-ZÄÖÜ¿])|\n|[•●▪|]|(?<=[;])\s")


@cache
def _abbreviation() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<![\d/-])\d\d?|\b(?:{month_pattern()}|no|approx|ca|e\.g|i\.e|prof|dr|incl|inkl|bzw|vgl|z\.\s?B|"
        rf"d\.\s?h|[ap]\.m))\.\Z",
        re.IGNORECASE,
    )


@cache
def _month_and_day() -> re.Pattern[str]:
    """A day in the order in which a full stop behind it ends a sentence: `by May 21. After that …`."""
    return re.compile(rf"(?<!\w){month_pattern()}\.? \d\d?\.\Z", re.IGNORECASE)


_LAST = re.compile(r"(?:(?P<figures>\d{1,2})|[^\W\d_]{1,12})\.\Z")


@cache
def _lasts() -> frozenset[str]:
    """The words with which a short form ends, or a month."""
    return frozenset(re.findall(r"[^\W\d_]{1,30}(?=[|)\]])", f"{_abbreviation().pattern.lower()}|")) | {"m"}


def _is_abbreviated(text: str, end: int) -> bool:
    """Whether the full stop in front of a place ends no sentence. To look at the last word alone is quick."""
    last = _LAST.search(text, max(0, end - 12), end)
    may_be = last is not None and (last["figures"] is not None or last[0][:-1].lower() in _lasts())
    return may_be and _abbreviation().search(text, max(0, end - 12), end) is not None


_FIGURE = re.compile(r"[0-9]")
_MOST_LED = 120  # characters
"""What is longer than that stands for itself, whatever is above it."""
_MOST_MOVED = 400  # characters
"""So far back is looked for what was moved to a day."""
_MOST_PROMISED = 110  # characters
"""So far in front of a day stands what is promised to those who apply by it."""
_MOST_BEHIND = 60  # characters
_MOST_DATES = 12
"""A sentence that names more days than that is a timetable, and tells no day to apply by. Calls have three at most."""
_PARTS = ("mid ", "mid-", "middle of", "end of", "late ", "mitte ", "ende ")
"""Few months are named without any figure."""


@dataclass(frozen=True, slots=True)
class DeadlineFound:
    """What a text says of when applications end. `day` is None where nothing is known for sure;
    `unclear` says why.
    """

    day: date | None = None
    kind: DeadlineKind | None = None
    words: str = ""
    unclear: str | None = None
    is_yearless: bool = False


@dataclass(frozen=True, slots=True)
class _FoundDue:
    day: date | None
    kind: DeadlineKind
    words: str
    unclear: str | None
    is_extension: bool


def _may_have_day(text: str, lowered: str) -> bool:
    """Whether a text has what a date has; to look for it is quick."""
    return _FIGURE.search(text) is not None or any(part in lowered for part in _PARTS)


def deadline(texts: Iterable[str], calendar: DateStyle) -> DeadlineFound:
    """What several texts about one call say together."""
    dues: list[_FoundDue] = []
    rolling = ""
    is_more_taken = False
    for text in texts:
        found, rolls, more = _said_in(text, calendar)
        dues += found
        rolling = rolling or rolls
        is_more_taken = is_more_taken or more
    if not dues:
        return DeadlineFound(None, DeadlineKind.ROLLING, rolling) if rolling else DeadlineFound()
    extensions = [due for due in dues if due.is_extension]
    chosen = extensions or dues
    chosen = _without_repeats(chosen)
    fixed = [due for due in chosen if due.kind is DeadlineKind.FIXED]
    chosen = fixed or chosen
    if unclear := next((due for due in chosen if due.unclear), None):
        is_yearless = unclear.unclear is not None and unclear.unclear.startswith(NO_YEAR)
        return DeadlineFound(None, None, unclear.words, unclear.unclear, is_yearless)
    days = {due.day for due in chosen if due.day}
    if len(days) > 1:
        named = ", ".join(sorted(day.isoformat() for day in days))
        return DeadlineFound(None, None, chosen[0].words, f"several days are named: {named}")
    due = chosen[0]
    kind = due.kind
    if kind is DeadlineKind.FIXED and (is_more_taken or is_afterwards(rolling)):
        kind = DeadlineKind.REVIEW_BEGINS
    return DeadlineFound(due.day, kind, due.words)


def _without_repeats(dues: list[_FoundDue]) -> list[_FoundDue]:
    """The days without those that only say again, and without the year, what another says in full."""
    days = {due.day for due in dues if due.day}
    return [due for due in dues if not any(is_without_year(due.unclear, day) for day in days)]


def is_without_year(unclear: str | None, day: date) -> bool:
    """Whether what is not clear is only in which year a day is, and it may be this one."""
    words = unclear.removeprefix(f"{NO_YEAR}: ") if unclear and unclear.startswith(NO_YEAR) else ""
    mention = date_pattern().search(words)
    return mention is not None and read_day(mention, DateStyle(written=day))[0] == day


@lru_cache(4096)  # what stands once on a page is read for each call beside it
def _said_in(text: str, calendar: DateStyle) -> tuple[tuple[_FoundDue, ...], str, bool]:
    """The days to apply by that a text names, the words by which applications are taken as they come, and whether they
    are taken after those days.
    """
    dues: list[_FoundDue] = []
    rolling = ""
    is_more_taken = False
    lowered = text.lower()
    may_roll = may_be_rolling(text)
    has_figures = _may_have_day(text, lowered)
    for sentence in sentences(text) if may_roll or has_figures or may_be_late(text) else ():
        is_dated = has_figures and _may_have_day(sentence, sentence.lower()) and not _is_of_others(sentence)
        found = _dues(sentence, calendar) if is_dated else ()
        dues += found
        if may_roll and not rolling and not found and is_rolling(sentence):
            rolling = " ".join(sentence.split())[:200]
        is_more_taken = is_more_taken or is_late(sentence)
    return tuple(dues), rolling, is_more_taken


def labelled(blocks: Iterable[Block]) -> list[str]:
    """The texts of blocks; what stands below a heading, or in a column, has its words in front. So have all items of a
    list that leads up to deadlines.
    """
    texts: list[str] = []
    head = lead = ""
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            head = block.text.strip()
            lead = _lead(head)
            texts.append(head)
            continue
        if block.kind is BlockKind.ROW:
            texts += [f"{name}: {cell.text}" if name else cell.text for name, cell in block.cells]
        else:
            above = head if head and len(head) < 40 else lead if block.kind is BlockKind.ITEM else ""
            texts.append(f"{above}: {block.text}" if above and len(block.text) < _MOST_LED else block.text)
        head = ""
        if block.kind is not BlockKind.ITEM:
            lead = _lead(block.text[:-1]) if block.text.endswith(":") else ""
    return texts


def _lead(text: str) -> str:
    """What words that announce deadlines say of each of those that follow; empty where they announce something else.
    A day in them is another one: `Deadline for the intake of May 2027:`.
    """
    due = pattern("due").search(text) if len(text) < _MOST_LED and not of_others().search(text) else None
    if not due:
        return ""
    return due[0] if date_pattern().search(text) else text


def _is_of_others(sentence: str) -> bool:
    """Whether a sentence is about money that applicants bring, whose days are none of a position's."""
    return bool(
        saying("day", "own_funding").search(sentence)
        or (saying("day", "scheme").search(sentence) and saying("day", "helps").search(sentence))
    )


@lru_cache(4096)
def sentences(text: str) -> tuple[str, ...]:
    """A text in sentences and lines; a full stop behind a figure or a short form ends none."""
    return tuple(_sentences(text))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for gap in _SENTENCE.finditer(text):
        if (
            gap[0].isspace()
            and "\n" not in gap[0]
            and _is_abbreviated(text, gap.start())
            and not _month_and_day().search(text, max(0, gap.start() - 20), gap.start())
        ):
            continue
        if text[gap.start() - 1] == ";" and text.count("(", start, gap.start()) > text.count(")", start, gap.start()):
            continue  # what stands in brackets is said of what stands before them
        if piece := text[start : gap.start()].strip():
            yield piece
        start = gap.end()
    if piece := text[start:].strip():
        yield piece


@lru_cache(4096)
def _dues(sentence: str, calendar: DateStyle) -> tuple[_FoundDue, ...]:
    """The days to apply by that a sentence names."""
    return tuple(_found_dues(sentence, calendar)) if may_be_due(sentence) else ()


def _found_dues(sentence: str, calendar: DateStyle) -> Iterator[_FoundDue]:
    before_end = 0
    previous_is_due = is_after_due = False
    found = list(islice(date_pattern().finditer(sentence), _MOST_DATES + 1))
    for number, mention in enumerate(found if len(found) <= _MOST_DATES else ()):
        if number + 1 < len(found) and _is_range(sentence, mention, found[number + 1]):
            continue  # the end of a range is read with what stands before its beginning
        is_range_end = number > 0 and not previous_is_due and _is_range(sentence, found[number - 1], mention)
        before = sentence[: found[number - 1].start()] if is_range_end else sentence[: mention.start()]
        since = 0 if is_range_end or number == 0 else before_end
        after = sentence[mention.end() : found[number + 1].start() if number + 1 < len(found) else len(sentence)]
        kind = _kind(before, since, after, is_range_end=is_range_end)
        if kind is None and is_after_due and _is_another(sentence[before_end : mention.start()]):
            kind = DeadlineKind.FIXED  # "15 April for some, 1 March for others": nobody knows which
        if (is_extended := _is_extended_to(before)) is not None:
            kind = (kind or DeadlineKind.FIXED) if is_extended else None
        is_after_due = previous_is_due = kind is not None
        before_end = mention.end()
        if kind is None:
            continue
        day, unclear = read_day(mention, calendar)
        if number + 1 == len(found) and moved_away().match(after):
            day, unclear = None, f"it was moved to a day that is not named: {mention[0]}"
        if unclear and pattern("yearly").search(sentence):
            continue
        is_last = number + 1 == len(found)
        is_extension = bool(
            pattern("extended").search(sentence, since, mention.start()) or (is_last and extended_behind().match(after))
        )
        yield _FoundDue(day, kind, " ".join(sentence.split())[:300], unclear, is_extension)


def _is_extended_to(before: str) -> bool | None:
    """Whether what was moved to a day, by the words before it, is the deadline, and no contract that may be, nor the
    deadline of something else; None where they speak of no deadline, or nothing was moved.
    """
    before = before[-_MOST_MOVED:]
    extended = extended_to().search(before)
    due = _last(pattern("due"), before[: extended.start()]) if extended else -1
    if extended is None or due < 0:
        return None
    between = before[due : extended.start()]
    clauses = re.split(r"[,;:]|(?<!\w)" + pattern("and").pattern + r"(?!\w)", between)
    return not (
        pattern("perhaps").search(between)
        or pattern("lasts").search(between)
        or of_others().search(before)
        or any(POSITION.search(clause) for clause in clauses[1:])
    )


def _is_range(sentence: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether two dates are the ends of one span of days, and not two days."""
    between = sentence[first.end() : second.start()]
    if not range_sign().fullmatch(between):
        return False
    return not pattern("and").search(between) or bool(pattern("between").search(sentence, 0, first.start()))


def _is_another(between: str) -> bool:
    """Whether what stands between a day to apply by and the next day says of the latter nothing else."""
    return len(between) < 60 and not pattern("other").search(between)


def _kind(before: str, since: int, after: str, *, is_range_end: bool) -> DeadlineKind | None:
    """What the words around a date make of it; None when it is no day to apply by."""
    reach = before[max(since, len(before) - 240) :]
    due, other = _last(pattern("due"), reach), _last(pattern("other"), reach)
    until = until_near().search(reach)
    applying = _last(pattern("applying"), reach)
    review_found = _last_of(review(), reach)
    reviewed = review_found.end() if review_found else -1
    if review_found and review_found["begins"] and due > review_found.start():
        reviewed = -1  # "reviewed as they come until the call closes on 3 May"
    is_last = pattern("whichever").search(after) is not None
    is_soft = is_preferred(after) or (not is_last and (is_afterwards(after) or is_open_until_filled(reach)))
    soft = DeadlineKind.REVIEW_BEGINS if is_soft else DeadlineKind.FIXED
    if goes_on().search(reach) and (applying > -1 or reviewed > -1):
        return DeadlineKind.FIXED if pattern("whichever").search(after) else soft
    if reviewed > -1 and reviewed >= due - 40 and len(reach) - reviewed < 60:
        return DeadlineKind.REVIEW_BEGINS
    if until and preferred_day().search(reach, max(0, len(reach) - _MOST_PROMISED)):
        return DeadlineKind.REVIEW_BEGINS
    refused = None if of_others().search(reach) else refused_after().search(reach)
    if refused and (refused["none"] or not_taken().match(after)):
        return DeadlineKind.FIXED
    if review_begun().search(reach):
        is_of_review = other < 0 or pattern("begins").search(reach[max(0, other - 12) : other])
        return DeadlineKind.REVIEW_BEGINS if is_of_review else None
    if after_other().match(after) or of_others().search(reach):
        return None
    if until and (opens_then().search(reach, 0, until.start()) or opens_behind().match(after)):
        return None
    if (lasting := lasting_until().search(reach)) and lasting.start() >= max(due, applying):
        return None
    if due > -1 and due >= other:
        return soft
    if due < 0 and (pattern("eligible").search(reach) or pattern("decided").search(reach)):
        return None
    if until and (applying > -1 or due > -1):
        if (
            other > -1
            and other >= max(applying, due)
            and not is_range_end
            and pattern("certain").search(reach[max(0, other - 16) : other])
        ):
            return None
        return soft
    if until and other < 0 and _is_for_applying(reach, after):
        return soft
    if until and not reach[: until.start()].strip(" *(:–-") and since == 0:
        return None
    if is_range_end and (due > -1 or applying > -1):
        return soft
    if is_due_behind().match(after) and other < 0:
        return soft
    return None


def _is_for_applying(before: str, after: str) -> bool:
    """Whether what stands behind a day that is an end says of what: of applications, or of a position's advert."""
    if applying_behind().match(after):
        return not pattern("decided").search(after[:_MOST_BEHIND])
    return open_behind().match(after) is not None and POSITION.search(before) is not None


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; -1 for none."""
    found = _last_of(pattern, text)
    return found.end() if found else -1


def _last_of(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for found in pattern.finditer(text):
        last = found
    return last
