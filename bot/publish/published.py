"""What the board shows: the archive's editions, found as chat finds postings."""

from collections.abc import Hashable, Mapping
from datetime import datetime

from bot.config import Web
from bot.domain.edition import Edition
from bot.domain.posting import Posting
from bot.domain.zones import zone
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.publish.own import Find
from bot.publish.pages import Board
from bot.questions.query import Query
from bot.questions.question import Question
from bot.web.listener import Listener
from bot.wording.catalogue import wording
from bot.wording.parts import Part, parts
from bot.wording.wording import Wording


class Publication:
    """The registry and its editions, as the board asks them: see `Published`."""

    def __init__(self, board: Callboard, editions: Editions) -> None:
        self._board = board
        self._editions = editions

    def now(self) -> datetime:
        return self._board.clock()

    @property
    def number(self) -> Hashable:
        return self._editions.number, self._board.number

    @property
    def editions(self) -> Mapping[str, Edition]:
        return self._editions.editions

    @property
    def named(self) -> Mapping[str, Edition]:
        return self._editions.named

    @property
    def withdrawn(self) -> Mapping[str, Edition | None]:
        return self._editions.withdrawn

    def read_question(self, text: str, language: str, now: datetime) -> Question:
        return self._board.index.read_question(text, language, now.astimezone(zone(self._board.config.timezone)))

    def parts(self, query: Query, words: Wording) -> list[Part]:
        return parts(query, self._board.index.facets, words)

    def unknown(self, query: Query) -> list[str]:
        return self._board.index.unknown(query)

    def widened(self, query: Query) -> Query:
        return self._board.index.widened(query)

    def find(self, query: Query, now: datetime) -> list[Posting]:
        return self._board.index.find(query, now, zone(self._board.config.timezone))


async def publish(
    listener: Listener, web: Web, board: Callboard, editions: Editions, calendar: Find | None = None
) -> None:
    """Serves the board until it is cancelled; with readers' own calendars, where the world finds it."""
    own = calendar if web.base_url else None
    shown = Board(Publication(board, editions), board.site(), wording, own)
    await shown.serve(listener, web.listen)
