"""Texts that would make a pattern slow, made from what it is made of."""

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as sre
from re import _parser

from tests.patterns.collecting import Found, every

LENGTHS = (24, 400, 4_000)
"""Short ones first: what takes time to the third power, or worse, is found by them and would never end with others."""
SUSPECT = 0.004
"""Seconds of processor time for one text: a linear pattern needs less than a tenth of it."""
_MOST_PIECES = 12


@dataclass(frozen=True)
class Attack:
    """One text of any length: a start, what is repeated, an end."""

    start: str
    unit: str
    end: str

    def text(self, length: int) -> str:
        return self.start + self.unit * (length // len(self.unit)) + self.end


def attacks(pattern: re.Pattern) -> list[Attack]:
    pieces = list(dict.fromkeys(_pieces(pattern)))[:_MOST_PIECES]
    units = [*pieces, *(one + other for one in pieces[:5] for other in pieces[:5] if one != other)]
    starts = _starts(pattern)
    return [Attack(start, unit, end) for unit in units for end in ("", "\x00", "\n!", " @") for start in starts]


def _starts(pattern: re.Pattern) -> list[str]:
    """Nothing, and what a pattern may begin with: one, two and three of its parts."""
    parts = []
    for op, argument in _parsed(pattern):
        is_repeated = op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0]
        kind, what = argument[2][0] if is_repeated else (op, argument)
        if kind is sre.LITERAL:
            parts.append(chr(what))
        elif kind is sre.IN:
            parts.append("a" if what[0][0] is sre.NEGATE else next(iter(_of_class(what)), "a"))
    return ["", *("".join(parts[:count]) for count in (1, 2, 3) if len(parts) >= count)]


def _parsed(pattern: re.Pattern) -> _parser.SubPattern:
    return _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)


def _pieces(pattern: re.Pattern) -> Iterator[str]:
    """Literal runs, and a character of each class."""
    yield from (" ", "a", "0", "-")
    left = [_parsed(pattern)]
    while left:
        run = ""
        for op, argument in left.pop(0):
            if op is sre.LITERAL:
                run += chr(argument)
                yield chr(argument)
                continue
            if len(run) > 1:
                yield run
            run = ""
            if op is sre.IN:
                yield from _of_class(argument)
            elif op is sre.ANY:
                yield "."
            elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
                left.append(argument[2])
            elif op is sre.SUBPATTERN:
                left.append(argument[3])
            elif op is sre.BRANCH:
                left += argument[1]
            elif op in {sre.ASSERT, sre.ASSERT_NOT}:
                left.append(argument[1])
            elif op is sre.ATOMIC_GROUP:
                left.append(argument)
        if len(run) > 1:
            yield run


def _of_class(parts: list) -> Iterator[str]:
    for op, argument in parts:
        if op is sre.LITERAL:
            yield chr(argument)
        elif op is sre.RANGE:
            yield chr(argument[0])
            yield chr(argument[1])


def seconds(found: Found, text: str) -> float:
    """Processor time, which other processes do not lengthen."""
    began = time.process_time()
    if found.anywhere:
        sum(1 for _ in found.pattern.finditer(text))
    else:
        found.pattern.match(text)
        found.pattern.fullmatch(text)
    return time.process_time() - began


def is_slow(found: Found) -> bool:
    """Whether there is a text for which twice the length takes much more than twice the time, each time that it is
    looked at: a busy machine may make one look wrong.
    """
    tried = attacks(found.pattern)
    return any(
        seconds(found, attack.text(length)) >= SUSPECT and all(_grows(found, attack, length) for _ in range(3))
        for length in LENGTHS
        for attack in tried
    )


def _grows(found: Found, attack: Attack, length: int) -> bool:
    """Each time is the best of several, and a time that is too short to tell counts for nothing."""
    once, twice = (min(seconds(found, attack.text(n)) for _ in range(3)) for n in (length, 2 * length))
    return once > SUSPECT and twice > 3 * once


def main() -> None:
    """Prints those that are slow. Which is being tried stands on standard error, for one that never ends."""
    tried: dict[tuple[re.Pattern, bool], bool] = {}  # many stand in several modules
    for found in every():
        print(found.where, file=sys.stderr, flush=True)
        what = (found.pattern, found.anywhere)
        if what not in tried:
            tried[what] = is_slow(found)
        if tried[what]:
            print(f"{found.where} {found.pattern.pattern[:150]!a}", flush=True)


if __name__ == "__main__":
    main()
