"""The board: the public pages, feeds and calendars of what is published."""

from bot.web.board.routes import Board as Board
from bot.web.board.routes import Published as Published
