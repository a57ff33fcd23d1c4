"""What a language calls the words of a posting, and how it says days and shares of full time."""

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Self

from babel.dates import format_date, format_interval

from bot.domain.posting import Deadline, Posting, Role, Workplace
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.domain.zones import AOE, offset_name
from bot.language import pack
from bot.questions.facts import Fact
from bot.questions.query import Query
from bot.questions.shares import Share
from bot.questions.spans import Days

_IS_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Formats:
    """How a language writes days: CLDR's `locale`, patterns for a day with its weekday (`long`), without (`day`), and
    with a time (`short`), and the locale whose `intervals` it uses.
    """

    locale: str
    intervals: str
    long: str
    day: str
    short: str


@cache
def formats_of(language: str) -> Formats:
    """The formats of a language, as its pack has them."""
    written = pack(language)
    return Formats(written["locale"], written["intervals"], **written["dates"])


class Vocabulary:
    """The words of one language. With a `site` (see `leading_to`), messages lead to postings' pages there."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.formats = formats_of(language)
        self._ = self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.site: Site | None = None
        self.confirmed: Mapping[str, datetime] = {}

    def leading_to(self, site: Site | None) -> Self:
        """The same sentences, in messages that lead to pages of that board."""
        with_site = copy(self)
        with_site.site = site
        return with_site

    def knowing(self, confirmed: Mapping[str, datetime]) -> Self:
        """The same sentences, with when (UTC) postings without a deadline were last confirmed, by id."""
        with_confirmed = copy(self)
        with_confirmed.confirmed = confirmed
        return with_confirmed

    # --- Roles, workplaces, what has become of a posting

    def role(self, role: Role) -> str:
        return {
            Role.PHD: self._("PhD"),
            Role.POSTDOC: self._("Postdoc"),
            Role.PROFESSOR: self._("Professor"),
            Role.RESEARCH_STAFF: self._("Research staff"),
            Role.STUDENT_ASSISTANT: self._("Student assistant"),
            Role.THESIS: self._("Thesis"),
            Role.INTERNSHIP: self._("Internship"),
            Role.TECHNICIAN: self._("Technician"),
            Role.ADMIN: self._("Administration"),
            Role.OTHER: self._("Other"),
        }[role]

    def workplace_name(self, workplace: Workplace) -> str:
        """What a workplace is called."""
        return {
            Workplace.ON_SITE: self._("on site"),
            Workplace.HYBRID: self._("hybrid"),
            Workplace.REMOTE: self._("remote"),
        }[workplace]

    def roles(self, posting: Posting) -> str:
        return " / ".join(self.role(role) for role in posting.roles)

    def workplace(self, posting: Posting) -> str | None:
        return self.workplace_name(posting.workplace) if posting.workplace else None

    def standing_name(self, standing: Standing) -> str:
        """What has become of a posting, in one to three words to stand behind its title."""
        return {
            Standing.OPEN: self._("open"),
            Standing.PASSED: self._("deadline passed"),
            Standing.CLOSED: self._("closed"),
            Standing.FILLED: self._("filled"),
            Standing.WITHDRAWN: self._("withdrawn"),
            Standing.GONE: self._("no longer listed"),
        }[standing]

    def over(self, standing: Standing) -> str:
        """What has become of a posting that is open no more."""
        return {
            Standing.FILLED: self._("This position is filled."),
            Standing.WITHDRAWN: self._("This position was withdrawn."),
            Standing.GONE: self._("This position is no longer listed."),
        }.get(standing, self._("This position is closed."))

    # --- Days, and what a query asks for

    def when(self, deadline: Deadline) -> str:
        """The deadline so that it cannot be misread: weekday, date, time, zone and offset."""
        zone_name = self._("AoE, anywhere on Earth") if deadline.zone == AOE else deadline.zone
        offset = offset_name(deadline.at)  # told apart here: 02:30 and the second 02:30 of a night are equal
        return _spelled_out(deadline.at, offset, zone_name, self.formats, self._("{date}, {time} (as {weekday} ends)"))

    def days(self, days: Days) -> str:
        """Days so that they cannot be misread: `1–30 June 2027`, `until 30 June 2027`."""
        if days.first is None or days.last is None:
            text = self._("until {date}") if days.first is None else self._("from {date}")
            return text.format(date=format_date(days.last or days.first, self.formats.day, self.formats.locale))
        if days.first == days.last:
            return format_date(days.first, self.formats.long, self.formats.locale)
        interval = format_interval(days.first, days.last, "yMMMMd", locale=self.formats.intervals)
        return " ".join(str(interval).split())

    def day(self, text: str | None) -> str | None:
        """A day as it is written in files, in words; words as they are."""
        if text is None or not _IS_DAY.fullmatch(text):
            return text
        try:
            return format_date(date.fromisoformat(text), self.formats.day, self.formats.locale)
        except ValueError:  # there is no such day
            return text

    def asked_share(self, share: Share) -> str:
        """Which share of full time is asked for."""
        least, most = (number and f"{number:g} %" for number in (share.least, share.most))
        if least and (share.most is None or least == most):
            text = (
                self._("{share} of full time")
                if most or share.least == 100
                else self._("at least {share} of full time")
            )
            return text.format(share=least)
        if least:
            return self._("{share} of full time").format(share=f"{share.least:g}–{most}")
        return self._("at most {share} of full time").format(share=most)

    def conditions(self, query: Query) -> list[str]:
        """What a query asks for besides words: the days, each with what is to be then, and the share of full time."""
        conditions = (
            (self._("deadline {days}"), query.deadline),
            (self._("start {days}"), query.starts),
            (self._("posted {days}"), query.posted),
            (self._("deadline not {days}"), query.not_deadline),
            (self._("start not {days}"), query.not_starts),
            (self._("not posted {days}"), query.not_posted),
        )
        days_asked = [text.format(days=self.days(days)) for text, days in conditions if days is not None]
        undated = [self._("no fixed deadline")] if query.undated else []
        facts = {
            Fact.PAID: self._("paid"),
            Fact.FILLED: self._("filled"),
            Fact.SOON: self._("start as soon as possible"),
            Fact.DOCTOR: self._("doctorate required"),
        }
        told_of = [text for fact, text in facts.items() if fact in query.facts]
        only = [self._("{language} only").format(language=query.only.capitalize())] if query.only else []
        return [*days_asked, *undated, *told_of, *only, *([self.asked_share(query.share)] if query.share else [])]


@lru_cache(maxsize=4096)
def _spelled_out(at: datetime, offset: str, zone_name: str, formats: Formats, midnight: str) -> str:
    date = format_date(at.date(), formats.long, formats.locale)
    clock = at.strftime("%H:%M" if at.second in {0, 59} else "%H:%M:%S")
    where = offset if zone_name == offset else f"{zone_name}, {offset}"
    if at.time() == time():  # midnight belongs to two days: say which one ends
        weekday = format_date(at.date() - timedelta(days=1), "EEEE", formats.locale)
        return f"{midnight.format(date=date, time=clock, weekday=weekday)} ({where})"
    return f"{date}, {clock} ({where})"
