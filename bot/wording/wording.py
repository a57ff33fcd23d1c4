"""Every sentence the bot says about postings, in every language.

Sentences are English here; the catalogues in the languages' folders hold the others (gettext), Babel knows plurals
and dates.
Dates are spelled out (`Sunday, 2 May 2021`), because 2/5 is February to some and May to others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from gettext import NullTranslations
from itertools import accumulate, chain

from babel.dates import format_date, format_datetime, format_interval

from bot.audiences.audience import Audience
from bot.domain import addresses
from bot.domain import markdown as prose
from bot.domain.message import BLANK, Button, Line, LineKind, Message, Span, joined, shortened, width
from bot.domain.notice import DIGEST_LINES, Kind, Notice, Occasion, Standing, standing, told_deadline
from bot.domain.posting import LABELS, Deadline, DeadlineKind, Posting, Role, Workplace
from bot.domain.site import Site
from bot.domain.zones import AOE, offset_name, zone
from bot.language import pack
from bot.questions.facts import Fact
from bot.questions.query import Query
from bot.questions.shares import Share
from bot.questions.spans import Days

_DIGEST_WIDTH = 3700  # of all that a digest names, so that it fits into a message on every platform
_TITLE = 200
_LONG = 300  # of how to apply
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


class Wording:
    """The bot's sentences in one language. With a `site` (see `leading_to`), messages lead to postings' pages there."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.formats = formats_of(language)
        self._ = self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.site: Site | None = None
        self.confirmed: Mapping[str, datetime] = {}

    def leading_to(self, site: Site | None) -> "Wording":
        """The same sentences, in messages that lead to pages of that board."""
        found = copy(self)
        found.site = site
        return found

    def knowing(self, confirmed: Mapping[str, datetime]) -> "Wording":
        """The same sentences, with when (UTC) postings without a deadline were last confirmed, by id."""
        found = copy(self)
        found.confirmed = confirmed
        return found

    # --- Words for the vocabulary

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

    # --- Time

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

    def asked(self, query: Query) -> list[str]:
        """What a query asks for besides words: the days, each with what is to be then, and the share of full time."""
        told = (
            (self._("deadline {days}"), query.deadline),
            (self._("start {days}"), query.starts),
            (self._("posted {days}"), query.posted),
            (self._("deadline not {days}"), query.not_deadline),
            (self._("start not {days}"), query.not_starts),
            (self._("not posted {days}"), query.not_posted),
        )
        days_asked = [text.format(days=self.days(days)) for text, days in told if days is not None]
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

    def _days_left(self, posting: Posting, now: datetime, timezone: str) -> str:
        """How much is really left, in calendar days of `timezone`, or in hours when it is less than a day."""
        if not posting.deadline:
            return ""
        at = posting.deadline.at
        where = zone(timezone)
        days = (at.astimezone(where).date() - now.astimezone(where).date()).days
        if not days or at - now < timedelta(days=1):  # from ten to midnight until midnight is no day
            return self._hours_left(at, now)
        return self.ngettext("{n} day left", "{n} days left", days).format(n=days)

    def time_left(self, posting: Posting, now: datetime, timezone: str) -> str | None:
        """How much time is left, where there is a deadline ahead that readers are told to keep."""
        ahead = (deadline := told_deadline(posting)) and now <= deadline.at and posting.is_open(now)
        return self._days_left(posting, now, timezone) if ahead else None

    def _hours_left(self, at: datetime, now: datetime) -> str:
        minutes = max(1, round((at - now) / timedelta(minutes=1)))
        if minutes < 120:
            return self.ngettext("{n} minute left", "{n} minutes left", minutes).format(n=minutes)
        hours = round(minutes / 60)
        return self.ngettext("{n} hour left", "{n} hours left", hours).format(n=hours)

    def _deadline_lines(
        self,
        posting: Posting,
        now: datetime,
        timezone: str,
        indent: str = "",
        *,
        standing: Standing,
        left: bool = True,
        formerly: Sequence[Line] = (),
    ) -> Iterator[Line]:
        """Until when one can apply; with `left`, how long that is; and below it what was told `formerly`."""
        accepts = not standing.is_over
        if posting.deadline is None:
            if accepts:
                yield Line.of(indent, "⏳ ", self._("No fixed deadline: applications are welcome at any time"))
                yield from self._confirmed_line(posting, timezone, indent)
                yield from formerly
            return
        at = posting.deadline.at
        passed = now > at or standing is Standing.PASSED
        if not accepts:
            said = self._("The deadline passed {when}") if passed else self._("Deadline: {when}")
        elif posting.deadline_kind is DeadlineKind.ROLLING:
            said = self._("Applications are welcome at any time; the date named: {when}")
        elif posting.deadline_kind is DeadlineKind.REVIEW_BEGINS:
            said = self._("Review began {when}; still open") if passed else self._("Review begins {when}")
        else:
            said = self._("The deadline passed {when}") if passed else self._("Apply by {when}")
        ahead = left and not passed and accepts and posting.deadline_kind is not DeadlineKind.ROLLING
        days_left = f" · {self._days_left(posting, now, timezone)}" if ahead else ""
        lead, _, after = said.partition("{when}")
        yield Line.of(indent, "⏳ ", lead, Span(self.when(posting.deadline), bold=True), after, days_left)
        yield from self._confirmed_line(posting, timezone, indent) if told_deadline(posting) is None else ()
        yield from formerly
        if not accepts:  # nobody has to keep it any more
            return
        fallback = format_datetime(at.astimezone(UTC), self.formats.short, locale=self.formats.locale) + " UTC"
        yield Line.of(indent, self._("Your time:") + " ", Span(fallback, instant=at))

    def _confirmed_line(self, posting: Posting, timezone: str, indent: str) -> Iterator[Line]:
        """When its owner last said that it holds."""
        if at := self.confirmed.get(posting.id):
            day = format_date(at.astimezone(zone(timezone)).date(), self.formats.day, self.formats.locale)
            yield Line.of(indent, "✔ ", self._("last confirmed {date}").format(date=day))

    def deadline(self, posting: Posting, now: datetime, timezone: str) -> list[Line]:
        """Until when one can apply, and how long that is."""
        return list(self._deadline_lines(posting, now, timezone, standing=standing(posting, now)))

    def until(self, posting: Posting, now: datetime, become: Standing) -> tuple[str, str, str]:
        """Until when one can apply, for a picture that is looked at for weeks: what is said before the date, the date
        with its zone, and what is said after it. Without a date, the first is all.
        """
        line = next(self._deadline_lines(posting, now, posting.timezone, standing=become, left=False), Line())
        lead, when, after = [*(span.text for span in line.spans[1:]), "", "", ""][:3]
        return lead, when, after

    def _formerly(self, occasion: Occasion, indent: str = "") -> list[Line]:
        """The deadline as it was told before, if it was moved: struck through, and said in words where that is not
        shown.
        """
        if occasion.before:
            when = self.when(occasion.before)
        elif occasion.has_moved or occasion.kind is Kind.DEADLINE_MOVED:
            when = self._("no fixed deadline")
        else:
            return []
        return [Line.of(indent, self._("Formerly:") + " ", Span(when, strike=True))]

    # --- Notices

    def notice(self, notices: Sequence[Notice], now: datetime, audience: Audience) -> Message:
        """What an audience is told of one notice, or of many in a digest.

        A message that stands is put right with the same words: with what has become of its posting since, and `now`
        the instant at which it was said.
        """
        silent, timezone = audience.silent, audience.schedule.timezone
        if len(notices) > 1:
            return replace(self._digest(notices, now, timezone), silent=silent)
        occasion = notices[0].occasion
        posting, become = occasion.posting, occasion.standing
        is_full = occasion.kind in {Kind.ANNOUNCEMENT, Kind.REOPENED}
        is_short = occasion.kind in {Kind.DEADLINE_MOVED, Kind.CLOSED}
        is_open = become is Standing.OPEN
        lines = [
            self._opening(occasion, now, timezone),
            *([] if is_open or occasion.kind is Kind.CLOSED else [Line.of(Span(self.over(become), bold=True))]),
            *([] if is_short else self.facts(posting)),
            *self._deadline_lines(
                posting,
                now,
                timezone,
                standing=become,
                left=(is_full or occasion.kind is Kind.DEADLINE_MOVED) and not occasion.has_moved,
                formerly=self._formerly(occasion),
            ),
        ]
        if is_full:
            lines += [BLANK, Line.of(*prose.linked(posting.summary or "", 700))]
        if is_open:
            lines += [BLANK, *self.how_to_apply(posting)] if is_full else self._way_to_apply(posting)
        return Message(_tidy(lines), self.links(posting, is_open=is_open), silent)

    def _opening(self, occasion: Occasion, now: datetime, timezone: str) -> Line:
        is_open = occasion.standing is Standing.OPEN
        title = Span(shortened(occasion.posting.title, _TITLE), bold=True, strike=not is_open)
        match occasion.kind:
            case Kind.REMINDER if is_open and not occasion.has_moved:
                return Line.of("⏰ ", Span(self._left(occasion, now, timezone), bold=True), ": ", title)
            case Kind.REMINDER:
                return Line.of("⏰ ", self._("Reminder:") + " ", title)
            case Kind.DEADLINE_MOVED:
                sign, said = self._move(occasion)
                return Line.of(f"{sign} ", Span(said, bold=True), ": ", title)
            case Kind.REOPENED:
                return Line.of("📣 ", self._("Open again:") + " ", title)
            case Kind.CLOSED if is_open:  # it said so, and that is no longer true
                return Line.of("📣 ", self._("Open again:") + " ", title)
            case Kind.CLOSED:
                said = self.become(occasion.standing)
                return Line.of("🔒 ", Span(said[:1].upper() + said[1:], bold=True), ": ", title)
            case _:
                return Line.of("📣 ", self._("New position:") + " ", title)

    def _move(self, occasion: Occasion) -> tuple[str, str]:
        """Which way a deadline was moved; none at all is later than any. What is no longer the last word says neither
        way.
        """
        if occasion.has_moved or occasion.standing is not Standing.OPEN:
            return "ℹ️", self._("The deadline was moved")
        before, posting = occasion.before, occasion.posting
        deadline = told_deadline(posting)
        is_earlier = deadline is not None and (before is None or deadline.at < before.at)
        if posting.deadline_kind is DeadlineKind.REVIEW_BEGINS:
            said = self._("The review begins earlier") if is_earlier else self._("The review begins later")
        else:
            said = self._("The deadline was moved earlier") if is_earlier else self._("Deadline extended")
        return "⚠️" if is_earlier else "⏩", said

    def _left(self, occasion: Occasion, now: datetime, timezone: str) -> str:
        posting, lead = occasion.posting, occasion.lead
        at = posting.deadline.at if posting.deadline else now
        if lead and lead.unit == "h" and at - now < timedelta(hours=100):
            return self._hours_left(at, now)
        return self._days_left(posting, now, timezone)

    def _digest(self, notices: Sequence[Notice], now: datetime, timezone: str) -> Message:
        count = len(notices)
        heading = self.ngettext("{n} position at a glance", "{n} positions at a glance", count).format(n=count)
        lines = [Line.of("📋 ", Span(heading, bold=True))]
        items = [self._digest_item(notice.occasion, now, timezone) for notice in notices[:DIGEST_LINES]]
        widths = accumulate(sum(width(line.text) + 1 for line in item) for item in items)
        shown = [
            (_section(notice.occasion), item)
            for notice, item, whole in zip(notices, items, widths, strict=False)
            if whole <= _DIGEST_WIDTH
        ]
        for kind, heading in (
            (Kind.ANNOUNCEMENT, self._("New positions")),
            (Kind.REOPENED, self._("Open again")),
            (Kind.DEADLINE_MOVED, self._("Deadlines that were moved")),
            (Kind.REMINDER, self._("Deadlines that come near")),
            (Kind.CLOSED, self._("No longer open")),
        ):
            some = [item for its_kind, item in shown if its_kind is kind]
            if some:
                lines += [BLANK, Line.of(Span(heading, bold=True)), *chain.from_iterable(some)]
        if more := len(notices) - len(shown):
            text = self.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
            lines += [BLANK, Line.of(text.format(n=more, command="/positions"))]
        return Message(_tidy(lines))

    def _digest_item(self, occasion: Occasion, now: datetime, timezone: str) -> list[Line]:
        is_open = occasion.standing is Standing.OPEN
        return [
            self._item("• ", occasion.posting, length=80, strike=not is_open),
            *([] if is_open else [Line.of("   ", Span(self.over(occasion.standing), italic=True))]),
            *self._deadline_lines(
                occasion.posting,
                now,
                timezone,
                "   ",
                standing=occasion.standing,
                left=not occasion.has_moved,
                formerly=self._formerly(occasion, "   "),
            ),
            *(self._way_to_apply(occasion.posting, "   ", 100) if is_open and not occasion.posting.url else []),
        ]

    # --- Parts of a posting

    def _item(self, mark: str, posting: Posting, length: int = 120, *, strike: bool = False) -> Line:
        url = _web(posting.url) or _web(posting.apply) or self._page(posting)
        facts = shortened(joined([self.roles(posting), posting.location]), 80)
        title = Span(shortened(posting.title, length), bold=True, strike=strike, url=url)
        return Line.of(mark, title, f" ({facts})" if facts else "", kind=LineKind.ITEM)

    def facts(self, posting: Posting) -> list[Line]:
        where = joined([posting.group, posting.organization], ", ")
        workplace = self.workplace_name(posting.workplace) if posting.workplace else None
        count = posting.openings or 0
        terms = joined(
            [
                self._pay(posting) or self.share(posting),
                self.ngettext("{n} opening", "{n} openings", count).format(n=count) if count else None,
                posting.start and self._("start: {start}").format(start=self.day(posting.start)),
                self.day(posting.duration),
                workplace,
            ]
        )
        first = joined([self.roles(posting), where, posting.location])
        return [Line.of(shortened(first, 300)), Line.of(shortened(terms, 300))]

    def day(self, text: str | None) -> str | None:
        """A day as it is written in files, in words; words as they are."""
        if text is None or not _IS_DAY.fullmatch(text):
            return text
        try:
            return format_date(date.fromisoformat(text), self.formats.day, self.formats.locale)
        except ValueError:  # there is no such day
            return text

    def _fte(self, posting: Posting) -> str | None:
        return f"{posting.fte:g} %" if posting.fte else None

    def share(self, posting: Posting) -> str | None:
        """How much of full time it is."""
        return self._("{share} of full time").format(share=self._fte(posting)) if posting.fte else None

    def _pay(self, posting: Posting) -> str | None:
        return joined([posting.pay, self._fte(posting)]) if posting.pay else None

    def how_to_apply(self, posting: Posting) -> list[Line]:
        """Where to apply when that is more than a web address, and whom to ask."""
        return [*self._apply(posting), *self._contact(posting)]

    def _way_to_apply(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        """The one line that says so in short, where no link does."""
        is_led_on = posting.apply or posting.url
        return self._contact(posting, indent, length) if not is_led_on else self._apply(posting, indent, length)

    def _apply(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        if not posting.apply or _web(posting.apply):
            return []
        return [Line.of(indent, self._("Apply:") + " ", *_linked(posting.apply, length))]

    def contact(self, posting: Posting) -> list[Line]:
        """Whom to ask."""
        return self._contact(posting)

    def _contact(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        contact = posting.contact
        parts = [part for part in (contact.name, contact.email, contact.url) if part] if contact else []
        if not parts:
            return []
        spaced = chain.from_iterable((*_linked(part, length), Span(", ")) for part in parts)
        return [Line.of(indent, self._("Contact:") + " ", *list(spaced)[:-1])]

    def _page(self, posting: Posting) -> str | None:
        return self.site.posting(posting.id) if self.site else None

    def links(self, posting: Posting, *, is_open: bool) -> tuple[tuple[Button, ...], ...]:
        """Buttons to the advert, to where one applies, and to the posting's page."""
        apply = addresses.to_press(posting.apply) if posting.apply and is_open else None
        places = [
            (self._("Advert"), posting.url),
            (self._("Apply"), apply and apply.url),
            (self._("Details"), self._page(posting) if is_open else None),
        ]
        buttons = tuple(Button(label, url=url) for label, url in places if url)
        return (buttons,) if buttons else ()

    # --- Answers

    def nothing_open(self) -> str:
        """Said when no position is open and the config has no `when_empty`."""
        return self._("Nothing is open right now.")

    def too_old(self) -> str:
        """Said when a button of a list is pressed that nobody remembers."""
        return self._("That list is too old; please ask again.")

    def posting(
        self, posting: Posting, now: datetime, timezone: str, *, become: Standing | None = None, left: bool = True
    ) -> Message:
        """One posting in full; with `left`, how much time there is. `become`: what has become of it, where known."""
        become = become or standing(posting, now)
        is_open = become is Standing.OPEN and posting.is_listed(now)
        lines = [
            Line.of(Span(shortened(posting.title, _TITLE), bold=True, strike=not is_open)),
            *([] if is_open else [Line.of(Span(self.over(become), bold=True))]),
            *self._deadline_lines(posting, now, timezone, standing=become, left=left),
            BLANK,
            *(Line.of(Span(f"{label}: ", bold=True), shortened(text, 400)) for label, text in self.labelled(posting)),
            BLANK,
            *(self.how_to_apply(posting) if is_open else []),
            BLANK,
            Line.of(*prose.linked(posting.summary or "", 1000)),
            BLANK,
            *(prose.lines(posting.description) if posting.description else ()),
        ]
        return Message(_tidy(lines), self.links(posting, is_open=is_open))

    def requirements(self, posting: Posting) -> list[tuple[str, str]]:
        """What is asked of who applies, each with its label."""
        asked = ((self._("Degree"), posting.degree), (self._("Skills"), posting.skills))
        spoken = (self._("Languages"), posting.languages)
        return [(label, ", ".join(names)) for label, names in (*asked, spoken) if names]

    def pay(self, posting: Posting) -> str | None:
        """What it pays, and which share of full time it is."""
        return self._pay(posting) or self.share(posting)

    def labelled(self, posting: Posting) -> list[tuple[str, str]]:
        """What is known of it, each with its label."""
        found = [
            (self._("Role"), self.roles(posting)),
            (self._("Group"), joined([posting.group, posting.organization], ", ")),
            (
                self._("Place"),
                joined([posting.location, posting.workplace and self.workplace_name(posting.workplace)], ", "),
            ),
            (self._("Start"), self.day(posting.start)),
            (self._("Duration"), self.day(posting.duration)),
            (self._("Pay"), self._pay(posting)),
            (self._("Share of full time"), None if posting.pay else self._fte(posting)),
            (self._("Openings"), posting.openings and str(posting.openings)),
            (self._("Posted"), posting.posted and format_date(posting.posted, self.formats.long, self.formats.locale)),
            *((self._(label), _as_it_is(getattr(posting, key))) for key, label in LABELS.items()),
        ]
        return [(label, text) for label, text in found if text]

    def become(self, standing: Standing) -> str:
        """What has become of a posting, in a word or three, for behind its title."""
        return {
            Standing.OPEN: self._("open"),
            Standing.PASSED: self._("deadline passed"),
            Standing.CLOSED: self._("closed"),
            Standing.FILLED: self._("filled"),
            Standing.WITHDRAWN: self._("withdrawn"),
            Standing.GONE: self._("no longer listed"),
        }[standing]

    def open_positions(self) -> str:
        """The heading over all of them."""
        return self._("Open positions")

    def calendar_title(self, title: str, *, review: bool) -> str:
        """What a deadline is called in a calendar."""
        said = self._("Review begins: {title}") if review else self._("Deadline: {title}")
        return said.format(title=title)

    def over(self, become: Standing) -> str:
        """What has become of a posting that is open no more."""
        return {
            Standing.FILLED: self._("This position is filled."),
            Standing.WITHDRAWN: self._("This position was withdrawn."),
            Standing.GONE: self._("This position is no longer listed."),
        }.get(become, self._("This position is closed."))

    def listing(
        self, heading: str, postings: Sequence[Posting], now: datetime, timezone: str, first_number: int = 1
    ) -> list[Line]:
        """Postings as a numbered list below a heading."""
        lines = [Line.of(Span(heading, bold=True))]
        for number, posting in enumerate(postings, first_number):
            lines.append(BLANK)
            lines.append(self._item(f"{number}. ", posting))
            become = standing(posting, now)
            if not posting.is_open(now):
                lines.append(Line.of("   ", Span(self.over(become), italic=True)))
            lines += self._deadline_lines(posting, now, timezone, "   ", standing=become)
        return lines


def _section(occasion: Occasion) -> Kind:
    """Under which heading of a digest it stands: what was said to be closed may be open again by now."""
    is_open = occasion.standing is Standing.OPEN
    return Kind.REOPENED if occasion.kind is Kind.CLOSED and is_open else occasion.kind


@lru_cache(maxsize=4096)
def _spelled_out(at: datetime, offset: str, zone_name: str, formats: Formats, midnight: str) -> str:
    date = format_date(at.date(), formats.long, formats.locale)
    clock = at.strftime("%H:%M" if at.second in {0, 59} else "%H:%M:%S")
    where = offset if zone_name == offset else f"{zone_name}, {offset}"
    if at.time() == time():  # midnight belongs to two days: say which one ends
        weekday = format_date(at.date() - timedelta(days=1), "EEEE", formats.locale)
        return f"{midnight.format(date=date, time=clock, weekday=weekday)} ({where})"
    return f"{date}, {clock} ({where})"


def _as_it_is(told: str | tuple[str, ...] | None) -> str | None:
    return told if told is None or isinstance(told, str) else ", ".join(told)


def _web(text: str | None) -> str | None:
    return addresses.web(text) if text else None


def _linked(text: str, length: int) -> tuple[Span, ...]:
    """What is an address as a whole is shown bare; of other text, what is one is a link."""
    address = addresses.whole(text)
    return (Span(shortened(address.text, length), url=address.url),) if address else prose.linked(text, length)


def _tidy(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Without empty lines at the ends, and no two of them in a row."""
    kept: list[Line] = []
    for line in lines:
        if line.spans or (line is BLANK and kept and kept[-1].spans):
            kept.append(line)
    while kept and not kept[-1].spans:
        kept.pop()
    return tuple(kept)
