"""How a deadline is said: until when one can apply, how long that is, and what it was before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from babel.dates import format_date, format_datetime

from bot.domain.message import Line, Span
from bot.domain.notice import Kind, Occasion
from bot.domain.posting import DeadlineKind, Posting
from bot.domain.version import Standing, standing_of, told_deadline
from bot.domain.zones import zone
from bot.wording.vocabulary import Vocabulary


class Deadlines(Vocabulary):
    """The sentences about deadlines in one language."""

    def deadline(self, posting: Posting, now: datetime, timezone: str) -> list[Line]:
        """Lines that say until when one can apply, and how much time is left until then."""
        return list(self._deadline_lines(posting, now, timezone, standing=standing_of(posting, now)))

    def until(self, posting: Posting, now: datetime, standing: Standing) -> tuple[str, str, str]:
        """Until when one can apply, for a picture that is looked at for weeks: what is said before the date, the date
        with its zone, and what is said after it. Without a date, the first is all.
        """
        line = next(self._deadline_lines(posting, now, posting.timezone, standing=standing, left=False), Line())
        lead, when, after = [*(span.text for span in line.spans[1:]), "", "", ""][:3]
        return lead, when, after

    def time_left(self, posting: Posting, now: datetime, timezone: str) -> str | None:
        """How much time is left until the deadline; None where there is none ahead that readers are told to keep."""
        ahead = (deadline := told_deadline(posting)) and now <= deadline.at and posting.is_open(now)
        return self._days_left(posting, now, timezone) if ahead else None

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
            template = self._("The deadline passed {when}") if passed else self._("Deadline: {when}")
        elif posting.deadline_kind is DeadlineKind.ROLLING:
            template = self._("Applications are welcome at any time; the date named: {when}")
        elif posting.deadline_kind is DeadlineKind.REVIEW_BEGINS:
            template = self._("Review began {when}; still open") if passed else self._("Review begins {when}")
        else:
            template = self._("The deadline passed {when}") if passed else self._("Apply by {when}")
        ahead = left and not passed and accepts and posting.deadline_kind is not DeadlineKind.ROLLING
        days_left = f" · {self._days_left(posting, now, timezone)}" if ahead else ""
        lead, _, after = template.partition("{when}")
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

    def _formerly(self, occasion: Occasion, indent: str = "") -> list[Line]:
        """The deadline as it was told before, if it was moved: struck through, and said in words where that is not
        shown.
        """
        if occasion.before:
            when = self.when(occasion.before)
        elif occasion.has_moved or Kind.DEADLINE_MOVED in {occasion.kind, occasion.part}:
            when = self._("no fixed deadline")
        else:
            return []
        return [Line.of(indent, self._("Formerly:") + " ", Span(when, strike=True))]

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

    def _hours_left(self, at: datetime, now: datetime) -> str:
        minutes = max(1, round((at - now) / timedelta(minutes=1)))
        if minutes < 120:
            return self.ngettext("{n} minute left", "{n} minutes left", minutes).format(n=minutes)
        hours = round(minutes / 60)
        return self.ngettext("{n} hour left", "{n} hours left", hours).format(n=hours)
