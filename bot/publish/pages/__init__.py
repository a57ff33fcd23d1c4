"""The board: the public pages, feeds and calendars of what is published."""

from bot.publish.pages.routes import Board as Board
from bot.publish.pages.state import Published as Published
