"""Every sentence the bot says about postings, in every language: notices, digests, answers.

Sentences are English here; the catalogues in the languages' folders hold the others (gettext), Babel knows plurals
and dates.
Dates are spelled out (`Sunday, 2 May 2021`), because 2/5 is February to some and May to others.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, chain

from bot.audiences.audience import Audience
from bot.domain import markdown as prose
from bot.domain.message import BLANK, Button, Line, Message, Span, request_text, shortened, width
from bot.domain.notice import DIGEST_LINES, Kind, Notice, Occasion
from bot.domain.posting import DeadlineKind, Posting
from bot.domain.version import Standing, standing_of, told_deadline
from bot.wording.details import Details

_DIGEST_WIDTH = 3700  # of all that a digest names, so that it fits into a message on every platform
_TITLE = 200


class Wording(Details):
    """The bot's sentences in one language."""

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
        posting, standing = occasion.posting, occasion.standing
        is_full = occasion.kind in {Kind.ANNOUNCEMENT, Kind.REOPENED}
        is_short = occasion.kind in {Kind.DEADLINE_MOVED, Kind.CLOSED}
        is_open = standing is Standing.OPEN
        lines = [
            self._opening(occasion, now, timezone),
            *([] if is_open or occasion.kind is Kind.CLOSED else [Line.of(Span(self.over(standing), bold=True))]),
            *([] if is_short else self.facts(posting)),
            *self._deadline_lines(
                posting,
                now,
                timezone,
                standing=standing,
                left=(is_full or occasion.kind is Kind.DEADLINE_MOVED) and not occasion.has_moved,
                formerly=self._formerly(occasion),
            ),
        ]
        if is_full:
            lines += [BLANK, Line.of(*prose.linked(posting.summary or "", 700))]
        if is_open:
            lines += [BLANK, *self.how_to_apply(posting)] if is_full else self._way_to_apply(posting)
        buttons = self.links(posting, is_open=is_open)
        if is_full and is_open and not audience.is_person:  # who follows is reminded anyway
            request = request_text("remind", posting.id)
            buttons += ((Button(self._("Remind me"), request=request, is_personal=True),),)
        return Message(_tidy(lines), buttons, silent)

    def _opening(self, occasion: Occasion, now: datetime, timezone: str) -> Line:
        is_open = occasion.standing is Standing.OPEN
        title = Span(shortened(occasion.posting.title, _TITLE), bold=True, strike=not is_open)
        match occasion.kind:
            case Kind.REMINDER if is_open and not occasion.has_moved:
                return Line.of("⏰ ", Span(self._left(occasion, now, timezone), bold=True), ": ", title)
            case Kind.REMINDER:
                return Line.of("⏰ ", self._("Reminder:") + " ", title)
            case Kind.DEADLINE_MOVED:
                sign, lead = self._move(occasion)
                return Line.of(f"{sign} ", Span(lead, bold=True), ": ", title)
            case Kind.REOPENED:
                return Line.of("📣 ", self._("Open again:") + " ", title)
            case Kind.CLOSED if is_open:  # it said so, and that is no longer true
                return Line.of("📣 ", self._("Open again:") + " ", title)
            case Kind.CLOSED:
                lead = self.standing_name(occasion.standing)
                return Line.of("🔒 ", Span(lead[:1].upper() + lead[1:], bold=True), ": ", title)
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
            news = self._("The review begins earlier") if is_earlier else self._("The review begins later")
        else:
            news = self._("The deadline was moved earlier") if is_earlier else self._("Deadline extended")
        return "⚠️" if is_earlier else "⏩", news

    def _left(self, occasion: Occasion, now: datetime, timezone: str) -> str:
        posting, lead = occasion.posting, occasion.lead
        at = posting.deadline.at if posting.deadline else now
        if lead and lead.unit == "h" and at - now < timedelta(hours=100):
            return self._hours_left(at, now)
        return self._days_left(posting, now, timezone)

    def _digest(self, notices: Sequence[Notice], now: datetime, timezone: str) -> Message:
        whole = next((notice.occasion.number for notice in notices if notice.occasion.is_digest), None)
        notices = [notice for notice in notices if not notice.occasion.is_digest]
        count = len(notices) if whole is None else whole
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
            (Kind.DIGEST, self._("Also open")),
        ):
            some = [item for its_kind, item in shown if its_kind is kind]
            if some:
                lines += [BLANK, Line.of(Span(heading, bold=True)), *chain.from_iterable(some)]
        if more := count - len(shown):
            text = self.ngettext("… and {n} more: ask {command}", "… and {n} more: ask {command}", more)
            lines += [BLANK, Line.of(text.format(n=more, command="/positions"))]
        board = self.site if whole is not None else None
        return Message(_tidy(lines), ((Button(self.open_positions(), url=board.at("")),),) if board else ())

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

    # --- Answers

    def posting(
        self, posting: Posting, now: datetime, timezone: str, *, standing: Standing | None = None, left: bool = True
    ) -> Message:
        """One posting in full; with `left`, how much time there is. `become`: what has become of it, where known."""
        standing = standing or standing_of(posting, now)
        is_open = standing is Standing.OPEN and posting.is_listed(now)
        lines = [
            Line.of(Span(shortened(posting.title, _TITLE), bold=True, strike=not is_open)),
            *([] if is_open else [Line.of(Span(self.over(standing), bold=True))]),
            *self._deadline_lines(posting, now, timezone, standing=standing, left=left),
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

    def glance(self, posting: Posting, now: datetime, timezone: str) -> list[Line]:
        """One posting at a glance, in words that stay true for as long as its deadline stays: what, where, until when,
        and what has become of it.
        """
        standing = standing_of(posting, now)
        is_open = standing is Standing.OPEN
        lines = [
            Line.of(Span(shortened(posting.title, _TITLE), bold=True, strike=not is_open)),
            *([] if is_open else [Line.of(Span(self.over(standing), bold=True))]),
            *self.facts(posting),
            *self._deadline_lines(posting, now, timezone, standing=standing, left=False),
        ]
        return [line for line in lines if line.spans]

    def listing(
        self, heading: str, postings: Sequence[Posting], now: datetime, timezone: str, first_number: int = 1
    ) -> list[Line]:
        """Postings as a numbered list below a heading."""
        lines = [Line.of(Span(heading, bold=True))]
        for number, posting in enumerate(postings, first_number):
            lines += [BLANK, *self.listed(posting, now, timezone, f"{number}. ")]
        return lines

    def listed(self, posting: Posting, now: datetime, timezone: str, mark: str = "") -> list[Line]:
        """One posting as it stands in a list."""
        standing = standing_of(posting, now)
        indent = "   " if mark else ""
        over = [] if posting.is_open(now) else [Line.of(indent, Span(self.over(standing), italic=True))]
        deadline = self._deadline_lines(posting, now, timezone, indent, standing=standing)
        return [self._item(mark, posting), *over, *deadline]

    def open_positions(self) -> str:
        """The heading of the list of all open positions."""
        return self._("Open positions")

    def nothing_open(self) -> str:
        """Said when no position is open and the config has no `when_empty`."""
        return self._("Nothing is open right now.")

    def too_old(self) -> str:
        """Said when a button of a list is pressed that nobody remembers."""
        return self._("That list is too old; please ask again.")

    def own_calendar(self, title: str | None) -> str:
        """What a reader's own calendar is called: `title` is the board's."""
        name = self._("My deadlines")
        return f"{name} · {title}" if title else name

    def calendar_title(self, title: str, *, review: bool) -> str:
        """The title of a deadline's entry in a calendar. `review`: whether it is the day on which the review begins."""
        template = self._("Review begins: {title}") if review else self._("Deadline: {title}")
        return template.format(title=title)


def _section(occasion: Occasion) -> Kind:
    """Under which heading of a digest it stands: what was said to be closed may be open again by now."""
    kind, is_open = occasion.part or occasion.kind, occasion.standing is Standing.OPEN
    return Kind.REOPENED if kind is Kind.CLOSED and is_open else kind


def _tidy(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Without empty lines at the ends, and no two of them in a row."""
    tidied: list[Line] = []
    for line in lines:
        if line.spans or (line is BLANK and tidied and tidied[-1].spans):
            tidied.append(line)
    while tidied and not tidied[-1].spans:
        tidied.pop()
    return tuple(tidied)
