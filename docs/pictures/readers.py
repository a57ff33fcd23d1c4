# ruff: noqa: INP001  # a script beside the pictures that it makes, no part of a package
"""Makes the README's picture of what readers have for themselves: follow, remind and settings in Telegram. Run it by
`make pictures`.

The answers are what the bot sends; they are drawn as Telegram shows them, below what was asked.
"""

import tempfile
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from make import LAB, NOW, picture, read

from bot.audiences.follower import Defaults, Follower, SavedQuery
from bot.chat.answering import answer
from bot.chat.context import Context
from bot.chat.facts import Facts
from bot.chat.reading import read as read_request
from bot.domain.person import Person, Rank, Rights
from bot.domain.schedule import Destination, Lead, Schedule
from bot.pictures.markup import element
from bot.pictures.viewer import Viewer
from bot.platforms.kinds import kinds
from bot.platforms.telegram import rendering
from bot.questions.index import Index
from bot.wording.catalogue import wording

ASKED = ("/follow phd in Tübingen", "/remind tuebingen-phd-robust-ml 3d 2h", "/settings digest weekly mon 09:00")
MIA = Person("telegram", "4711")
_STYLE = """
main { display: flex; gap: 18px; align-items: flex-start; padding: 16px; background: #a6c39b; }
main section { flex: 1 1 0; min-width: 0; display: flex; flex-direction: column; gap: 10px; }
main .asked { align-self: flex-end; background: #e3fec8; border-radius: 12px 12px 2px 12px; padding: 7px 12px;
  font: 15px/1.35 "Noto Sans", "Liberation Sans", system-ui, sans-serif; overflow-wrap: anywhere; }
main .telegram { padding: 0; background: none; }
"""


def context() -> Context:
    """What an answer to a reader is made from who follows already."""
    usual = Defaults(Schedule(LAB, time(9), (Lead(14, "d"), Lead(7, "d"), Lead(1, "d"))), "en")
    follower = Follower(str(MIA), Destination("telegram", MIA.id), (SavedQuery("postdoc", NOW),))
    index = Index()
    index.change(read().values())
    facts = Facts(is_private=True, follower=follower, as_others=usual)
    return Context(index, NOW, LAB, "", wording("en"), rights=Rights(Rank.READER, frozenset((MIA,))), facts=facts)


def conversations() -> Iterator[Element]:
    preview = kinds()["telegram"].preview()
    for asked in ASKED:
        message = answer(context(), read_request(asked)).message
        shown = preview.draw(rendering.content(message, NOW), Viewer(NOW, ZoneInfo(LAB), name="callboard"))
        yield element("section", element("div", asked, class_="asked"), shown)


if __name__ == "__main__":
    sheets = kinds()["telegram"].preview().style + _STYLE
    with tempfile.TemporaryDirectory() as place:
        print(picture("readers", element("main", conversations()), "1380px", Path(place), sheets))
