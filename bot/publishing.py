"""What the board shows: editions from the history, found as chat finds postings."""

from collections.abc import Hashable, Mapping
from datetime import datetime

from bot.board import Callboard
from bot.config import Web
from bot.core.edition import Edition
from bot.core.posting import Posting
from bot.core.query import Query
from bot.history import History
from bot.locales import wording
from bot.web.board import Board
from bot.web.listener import Listener


class Publication:
    """The registry and its history, as the board asks them."""

    def __init__(self, board: Callboard, history: History) -> None:
        self._board = board
        self._history = history

    def now(self) -> datetime:
        return self._board.clock()

    @property
    def number(self) -> Hashable:
        return self._history.number, self._board.number

    @property
    def editions(self) -> Mapping[str, Edition]:
        return self._history.editions

    @property
    def named(self) -> Mapping[str, Edition]:
        return self._history.named

    @property
    def withdrawn(self) -> Mapping[str, Edition | None]:
        return self._history.withdrawn

    def parse(self, text: str) -> Query:
        return self._board.index.parse(text)

    def find(self, query: Query, now: datetime) -> list[Posting]:
        return self._board.index.find(query, now)


async def publish(listener: Listener, web: Web, board: Callboard, history: History) -> None:
    """Serves the board until it is cancelled."""
    shown = Board(Publication(board, history), board.site(), wording)
    await shown.serve(listener, web.listen)
