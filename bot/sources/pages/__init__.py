"""Pages of labs, in Markdown or HTML, as the calls that stand on them. Pure: text, address and `now` -> a reading."""

from bot.sources.pages.reading import read_page

__all__ = ["read_page"]
