"""What expressions of time have in common: they mean days, for somebody who says them on some day."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.questions.spans.calendar import Days, Unit

_FURTHEST = 9  # years until a 29 February comes for sure (1896, 1904)


class Which(StrEnum):
    """Which of several is meant, seen from the day on which that is said."""

    THIS = "this"
    NEXT = "next"
    COMING = "coming"
    LAST = "last"
    AFTER_NEXT = "after-next"
    BEFORE_LAST = "before-last"


class SpanPart(StrEnum):
    """Which part of a stretch is meant."""

    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"
    REST = "rest"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"


class UnclearError(ValueError):
    """What was said names no days, or not surely."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and how something is said.

    `near`: the day from which the nearest June, Monday … is looked for; `past`: backwards. `month_first`: whether 5/6
    is the 6th of May. `sunday_first`: whether "the week of" a Sunday is the one that it begins. `begins`: whether it is
    asked what begins then. `is_forced`: whether the order of day and month is not the usual one, which is impossible.
    """

    now: datetime
    near: date
    past: bool = False
    month_first: bool = False
    sunday_first: bool = False
    begins: bool = False
    is_forced: bool = False

    @property
    def today(self) -> date:
        """The day on which it is said, where its reader is."""
        return self.now.date()


class Expression(ABC):
    """Something that means days."""

    unit: Unit | None = None
    """What it is one of, if it is a whole week, month …"""
    floats = False
    """Whether the year was left to the reader."""

    @abstractmethod
    def days(self, moment: Moment) -> Days:
        """The days. Raises `ValueError` (`UnclearError` among them) or `OverflowError` where there are none."""


def ends(days: Days) -> tuple[date, date]:
    """Its first and its last day. Raises `UnclearError` where it is open to one side."""
    if days.first is None or days.last is None:
        raise UnclearError
    return days.first, days.last


def nearest(in_year: Callable[[int], Days], moment: Moment) -> Days:
    """Of what comes each year, the next one that is not over, or the last one that has begun."""
    for more in range(-1, _FURTHEST):
        try:
            days = in_year(moment.near.year + (-more if moment.past else more))
        except ValueError:  # 29 February, week 53
            continue
        first, last = ends(days)
        if moment.begins and (last - first).days > 80:  # who starts in a term that is half over?
            last = first + (last - first) / 2
        if first <= moment.near if moment.past else last >= moment.near:
            return days
    raise UnclearError
