"""Calendars that people are handed, as files."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.effects import HandOutCalendar
from bot.domain.message import Document
from bot.engine.board import Callboard
from bot.engine.editions import Editions


class Calendars:
    """Used in one event loop."""

    def __init__(self, board: Callboard, editions: Editions) -> None:
        self._board, self._editions = board, editions

    async def file(self, context: Context, wanted: HandOutCalendar) -> Document:
        """A file with these deadlines, under the ids and revisions that the board's own calendar gives them, whether
        or not there is a board. Raises `LedgerError`.
        """
        from bot.publish.formats import calendar  # noqa: PLC0415  # with all formats, which most bots never need

        await self._editions.take_in(context.now)
        named = self._editions.named
        entries = [(named[name], rings) for name, rings in wanted.alarms.items() if name in named]
        site = replace(self._board.site(), timezone=context.timezone)
        body = calendar.own(entries, site, context.wording, context.now, None)
        return Document(wanted.name, calendar.FORMAT.media_type, body, wanted.instead)
