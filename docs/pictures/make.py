# ruff: noqa: INP001  # a script beside the pictures that it makes, no part of a package
"""Makes the README's pictures from the program's own output. Run it by `make pictures`.

One posting is announced as of a day when it was open. What `callboard preview` would print for each platform is
turned into a page that looks as that platform's own program shows it to one reader, and chromium takes its picture.
The pictures are made when a message changes its looks; nobody who runs the bot needs any of this.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import time as clock
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring
from zoneinfo import ZoneInfo

from bot.audiences.audience import Audience
from bot.config import PlatformConfig
from bot.domain.message import Message
from bot.domain.notice import Notice
from bot.domain.posting import Posting
from bot.domain.schedule import EVERYTHING_ANNOUNCED, Destination, Lead, Schedule
from bot.domain.version import Standing
from bot.engine.building import build_platform
from bot.inspect import marks
from bot.inspect.marks import PLANNED
from bot.inspect.timeline import TimelineSpan
from bot.inspect.timeline import page as page_of
from bot.pictures.markup import style
from bot.pictures.viewer import Viewer
from bot.planning.wanted import announcement
from bot.platforms.base import KnownChannel
from bot.platforms.console import preview as console_preview
from bot.platforms.kinds import kinds
from bot.platforms.text import styled as styled_pieces
from bot.publish.share import picture as share
from bot.questions.grammar import parse
from bot.setup import drawing as setup_drawing
from bot.setup.drawing import SetupView
from bot.setup.lab import Lab
from bot.setup.steps import ChannelStep, Progress
from bot.sources.files import Registry
from bot.wording.catalogue import wording

HERE = Path(__file__).parent
POSTING = "tuebingen-phd-robust-ml"
NOW = datetime(2021, 4, 15, 13, tzinfo=UTC)
LAB = "Europe/Berlin"
READERS = {"telegram": ZoneInfo("America/New_York"), "slack": ZoneInfo("Asia/Tokyo")}  # the terminal's is in the lab
ADDRESSES = {"telegram": "@lab_jobs", "slack": "C0123456789", "console": "terminal"}
SCALE = 2
COLUMNS = 110


def read() -> dict[str, Posting]:
    return {posting.id: posting for posting in Registry(HERE.parents[1] / "postings", LAB).read().changed}


def announced(platform: str) -> tuple[Message, Any]:
    """The announcement, and what `callboard preview` prints of it: the platform's JSON, or the terminal's text."""
    posting = read()[POSTING]
    channel = Audience("lab", Destination(platform, ADDRESSES[platform]), Schedule(LAB, time(9), ()))
    notice = Notice(announcement(posting, channel.schedule), channel.name)
    message = wording("en").notice([notice], NOW, channel)

    async def payload() -> Any:
        one = build_platform(PlatformConfig(platform, platform, {}))
        try:
            return one.payload(channel.destination, message, notice.key)
        finally:
            await one.close()

    return message, asyncio.run(payload())


def drawn(platform: str, name: str) -> Element:
    """The announcement as the platform's own program shows it, where the bot speaks under that name."""
    preview = kinds()[platform].preview()
    return preview.draw(announced(platform)[1], Viewer(NOW, READERS[platform], name=name))


def terminal() -> Element:
    os.environ["TZ"] = LAB  # the reader's
    clock.tzset()
    message, sent = announced("console")
    pieces = styled_pieces(message)  # a preview has the words alone, so that it can be piped
    assert "".join(text for _, text in pieces) == sent  # noqa: S101
    heading = ("fg:ansicyan", f"── {ADDRESSES['console']} ".ljust(60, "─") + "\n")
    return console_preview.draw_styled([heading, *pieces, ("", "\ncallboard> ▏")])


# --- The timeline


def timeline() -> Element:
    """The three calls of 2021, as of a day between their announcement and their deadlines. What lies behind that day is
    what the bot would have said; two messages are drawn as if they had not arrived.
    """
    start, end, now = NOW - timedelta(days=1), NOW + timedelta(days=19), NOW + timedelta(days=8)
    leads = tuple(Lead.parse(word) for word in ("14d", "7d", "1d"))
    channels = [
        Audience("lab-telegram", Destination("telegram", ADDRESSES["telegram"]), Schedule(LAB, time(9), leads)),
        Audience(
            "lab-slack",
            Destination("slack", ADDRESSES["slack"]),
            Schedule(LAB, time(9), leads, announce=EVERYTHING_ANNOUNCED),
        ),
        Audience("postdocs", Destination("slack", "C1"), Schedule(LAB, time(9), leads), filter=parse("postdoc")),
    ]
    postings = [posting for posting in read().values() if posting.id.startswith("tuebingen")]
    together = marks.wanted_together(postings, channels, NOW, end)
    found = marks.ahead(together, channels, {}, (start, end), postings, now)
    states = {mark: PLANNED if mark.at > now else "delivered" for mark in found}
    late = [mark for mark in found if mark.at <= now]
    states |= {late[1]: "refused", late[-1]: "in doubt"}
    told = [replace(mark, state=state) for mark, state in states.items()]
    titles = {posting.id: posting.title for posting in postings}
    drawn = page_of(
        TimelineSpan(start, end, now, LAB, channels, told, marks.deadlines(postings, start, end), titles)
    ).main
    for one in list(drawn):
        if one.tag == "h2" or one.get("class") == "table":
            drawn.remove(one)
    return drawn


# --- Setting up


def setup() -> Element:
    """A step of `callboard init --web`: the bot was added to a channel, and that was found."""
    step = ChannelStep("telegram")
    progress = Progress(Lab(LAB, "en"), (step,)).knowing([KnownChannel("-1001234567890", "Positions at the lab")])
    words = wording("en")
    return setup_drawing.asked(step.form(progress, words), SetupView(words, Path("~/open-positions"), "")).main


# --- Pages and pictures


def page(drawn: Element, width: str, sheets: str) -> str:
    return f"""<!doctype html><meta charset=utf-8>
    <style>
      html {{ overflow: hidden; }}
      * {{ box-sizing: border-box; }}
      {sheets}
      body {{ margin: 0; width: {width}; }}
    </style>{tostring(drawn, encoding="unicode", method="html")}
    <script>
      const box = document.body.getBoundingClientRect();
      document.documentElement.dataset.size = Math.ceil(box.width) + "," + Math.ceil(box.height);
    </script>"""


def chromium(folder: Path, *arguments: str) -> str:
    program = shutil.which("chromium")
    if not program:
        raise SystemExit("the pictures need chromium: apt-get install chromium fonts-noto-color-emoji")
    quiet = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --hide-scrollbars"
    ).split()
    command = [program, *quiet, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603


def picture(name: str, drawn: Element, width: str, folder: Path, sheets: str) -> str:
    source, target = folder / f"{name}.html", HERE / f"{name}.png"
    source.write_text(page(drawn, width, sheets), encoding="utf-8")
    shown = chromium(folder, "--window-size=1400,900", "--dump-dom", source.as_uri())
    found = re.search(r'data-size="(\d+),(\d+)"', shown)
    assert found, shown[:400]  # noqa: S101
    chromium(
        folder,
        f"--window-size={found[1]},{found[2]}",
        f"--force-device-scale-factor={SCALE}",
        f"--screenshot={target}",
        source.as_uri(),
    )
    return f"{target.name}: {found[1]} × {found[2]}, {target.stat().st_size // 1024} KiB"


if __name__ == "__main__":
    pictures = {
        "telegram": (drawn("telegram", "Lab jobs"), "560px"),
        "slack": (drawn("slack", "callboard"), "720px"),
        "terminal": (terminal(), f"calc({COLUMNS * 8.43:.0f}px + 37px)"),
    }
    with tempfile.TemporaryDirectory() as place:
        sheets = "".join(kind.preview().style for kind in kinds().values())
        for name, (shown, width) in pictures.items():
            print(picture(name, shown, width, Path(place), sheets))
        print(picture("init", setup(), "760px", Path(place), setup_drawing.style()))
        print(picture("timeline", timeline(), "1240px", Path(place), style("timeline")))
    share_picture = share.draw(read()[POSTING], Standing.OPEN, NOW, wording("en"), "Open positions · jobs.lab.example")
    (HERE / "share.png").write_bytes(share_picture)
