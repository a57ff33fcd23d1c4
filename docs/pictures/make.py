# ruff: noqa: INP001  # a script beside the pictures that it makes, no part of a package
"""Makes telegram.png, slack.png and terminal.png from the program's own output. Run it by `make pictures`.

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
from collections.abc import Sequence
from datetime import UTC, datetime, time
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.building import build_platform
from bot.config import Platform
from bot.core.channel import Channel, Destination, Pattern
from bot.core.message import Message
from bot.core.notice import Notice
from bot.core.planning import announcement
from bot.locales import wording
from bot.platforms.console import _pieces as styled_pieces
from bot.registry import Registry

HERE = Path(__file__).parent
POSTING = "tuebingen-phd-robust-ml"
NOW = datetime(2021, 4, 15, 13, tzinfo=UTC)
LAB = "Europe/Berlin"
READERS = {"telegram": ZoneInfo("America/New_York"), "slack": ZoneInfo("Asia/Tokyo")}  # the terminal's is in the lab
ADDRESSES = {"telegram": "@lab_jobs", "slack": "C0123456789", "console": "terminal"}
SCALE = 2
ARROW = "<svg viewBox='0 0 8 8'><path d='M1.5 6.5 6.3 1.7M2.6 1.5h3.9v3.9' fill=none stroke=#fff /></svg>"
COLUMNS = 110


def announced(platform: str) -> tuple[Message, Any]:
    """The announcement, and what `callboard preview` prints of it: the platform's JSON, or the terminal's text."""
    registry = Registry(HERE.parents[1] / "postings", LAB)
    posting = next(one for one in registry.read().changed if one.id == POSTING)
    channel = Channel("lab", Destination(platform, ADDRESSES[platform]), Pattern(LAB, time(9), ()))
    notice = Notice(announcement(posting, channel.pattern), channel)
    message = wording("en").notice([notice], NOW)

    async def payload() -> Any:
        one = build_platform(Platform(platform, {}))
        try:
            return one.payload(channel.destination, message, notice.key)
        finally:
            await one.close()

    return message, asyncio.run(payload())


def in_html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


# --- Telegram: text with entities, and an inline keyboard


def telegram() -> str:
    _, sent = announced("telegram")
    keyboard = "".join(
        "<div class=row>"
        + "".join(f"<span>{in_html(one['text'])}{ARROW if 'url' in one else ''}</span>" for one in row)
        + "</div>"
        for row in sent["reply_markup"]["inline_keyboard"]
    )
    posted = format_time(NOW.astimezone(READERS["telegram"]), "h:mm a", locale="en_US")
    return f"""
    <style>
      body {{ width: 560px; background: #a5c29b; }}
      main {{ padding: 18px 20px 18px 14px; display: flex; gap: 8px; align-items: flex-end; }}
      .who {{ width: 38px; height: 38px; border-radius: 50%; background: #3f8fd2; color: #fff; flex: none;
              font: 600 16px/38px var(--sans); text-align: center; }}
      .bubble {{ background: #fff; border-radius: 15px 15px 15px 5px; padding: 7px 12px 8px; position: relative;
                 font: 15.5px/1.36 var(--sans); color: #111; box-shadow: 0 1px 1px #0002; }}
      .name {{ color: #2f7fc1; font-weight: 600; }}
      a, time {{ color: #2a83c7; text-decoration: none; }}
      .meta {{ float: right; color: #8a969f; font-size: 12px; margin: 6px -2px -3px 14px; }}
      .row {{ display: flex; gap: 4px; margin-top: 4px; }}
      .row span {{ flex: 1; background: #55755d99; color: #fff; border-radius: 8px; text-align: center;
                   position: relative; font: 500 15px/37px var(--sans); }}
      .row svg {{ position: absolute; right: 6px; top: 6px; width: 9px; opacity: .9; }}
    </style>
    <main><div class=who>L</div><div>
      <div class=bubble><div class=name>Lab jobs</div>{telegram_text(sent["text"], sent.get("entities", []))}<span
        class=meta>{posted}</span></div>
      {keyboard}
    </div></main>"""


def telegram_text(text: str, entities: Sequence[dict[str, Any]]) -> str:
    """Entities count UTF-16 units; ours never overlap in part."""
    units = text.encode("utf-16-le")
    edges = sorted({0, len(units) // 2, *(edge for one in entities for edge in _span(one))})
    pieces = []
    for start, end in pairwise(edges):
        piece = in_html(units[2 * start : 2 * end].decode("utf-16-le"))
        for one in entities:
            if _span(one)[0] <= start and end <= _span(one)[1]:
                piece = _styled(one, piece)
        pieces.append(piece)
    return "".join(pieces)


def _span(entity: dict[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _styled(entity: dict[str, Any], inner: str) -> str:
    match entity["type"]:
        case "bold" | "italic" | "code" | "strikethrough":
            tag = {"bold": "b", "italic": "i", "code": "code", "strikethrough": "s"}[entity["type"]]
            return f"<{tag}>{inner}</{tag}>"
        case "text_link":
            return f"<a>{inner}</a>"
        case "date_time":
            assert entity["date_time_format"] == "wDt", entity  # noqa: S101  # a script's own watch
            at = datetime.fromtimestamp(entity["unix_time"], READERS["telegram"])
            said = f"{format_date(at, 'EEEE, MMMM d, y', 'en_US')}, {format_time(at, 'h:mm a', locale='en_US')}"
            return f"<time>{escape(said)}</time>"
    raise ValueError(entity)


# --- Slack: blocks of rich text, and actions


def slack() -> str:
    _, sent = announced("slack")
    posted = format_time(NOW.astimezone(READERS["slack"]), "h:mm a", locale="en_US")
    return f"""
    <style>
      body {{ width: 720px; background: #fff; }}
      main {{ display: flex; gap: 9px; padding: 16px 20px 16px; font: 15px/1.467 var(--sans); color: #1d1c1d; }}
      .who {{ width: 38px; height: 38px; border-radius: 8px; background: #1f3a5f; flex: none;
              font: 20px/38px var(--sans); text-align: center; }}
      .head b {{ font-weight: 800; }}
      .head small {{ color: #616061; font-size: 12px; margin-left: 6px; }}
      .app {{ background: #ececec; color: #616061; font-size: 10px; font-weight: 600; border-radius: 2px;
              padding: 1px 3px; margin-left: 4px; vertical-align: 1px; }}
      a {{ color: #1264a3; text-decoration: none; }}
      .actions {{ margin-top: 10px; }}
      .actions span {{ display: inline-block; border: 1px solid #bbbabb; border-radius: 8px; padding: 5px 12px;
                       font-weight: 700; font-size: 13.5px; margin-right: 8px; line-height: 1.35; }}
    </style>
    <main><div class=who>📌</div><div>
      <div class=head><b>callboard</b><span class=app>APP</span><small>{escape(posted)}</small></div>
      {"".join(_slack_block(block) for block in sent["blocks"])}
    </div></main>"""


def _slack_block(block: dict[str, Any]) -> str:
    if block["type"] == "actions":
        labels = (in_html(one["text"]["text"]) for one in block["elements"])
        return "<div class=actions>" + "".join(f"<span>{label}</span>" for label in labels) + "</div>"
    assert block["type"] == "rich_text", block  # noqa: S101
    return "".join(
        "<div>" + "".join(_slack_element(one) for one in section["elements"]) + "</div>"
        for section in block["elements"]
    )


def _slack_element(element: dict[str, Any]) -> str:
    if element["type"] == "date":
        at = datetime.fromtimestamp(element["timestamp"], READERS["slack"])
        filled = {
            "date_long": f"{at:%A, %B} {_ordinal(at.day)}, {at.year}",
            "time": format_time(at, "h:mm a", locale="en_US"),
        }
        return in_html(re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], element["format"]))
    inner = in_html(element["text"])
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if element.get("style", {}).get(style):
            inner = f"<{tag}>{inner}</{tag}>"
    return f"<a>{inner}</a>" if element["type"] == "link" else inner


def _ordinal(number: int) -> str:
    ending = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# --- The terminal


def terminal() -> str:
    os.environ["TZ"] = LAB  # the reader's
    clock.tzset()
    message, sent = announced("console")
    pieces = styled_pieces(message)  # a preview has the words alone, so that it can be piped
    assert "".join(text for _, text in pieces) == sent  # noqa: S101
    heading = ("fg:ansicyan", f"── {ADDRESSES['console']} ".ljust(60, "─") + "\n")
    said = "".join(
        f'<span class="{style.replace(":", "-")}">{in_html(text)}</span>' for style, text in (heading, *pieces)
    )
    return f"""
    <style>
      body {{ background: #1e1f26; font: 14px/1.42 var(--mono); width: calc({COLUMNS}ch + 37px); }}
      main {{ padding: 14px 18px 16px; color: #d8dae2; white-space: pre-wrap; word-break: break-all; }}
      .bold {{ font-weight: bold; }}
      .fg-ansicyan {{ color: #56c2d6; }}
      .fg-ansiblue {{ color: #7aa2f7; }}
      .underline {{ text-decoration: underline; }}
    </style>
    <main>{said}<br>callboard&gt; ▏</main>"""


# --- Pages and pictures


def page(body: str) -> str:
    return f"""<!doctype html><meta charset=utf-8>
    <style>
      :root {{ --sans: "Noto Sans", "Liberation Sans", "Noto Color Emoji", sans-serif;
               --mono: "DejaVu Sans Mono", "Noto Color Emoji", monospace; }}
      html {{ overflow: hidden; }}
      * {{ box-sizing: border-box; }}
      body {{ margin: 0; }}
    </style>{body}
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


def picture(name: str, html: str, folder: Path) -> str:
    source, target = folder / f"{name}.html", HERE / f"{name}.png"
    source.write_text(page(html), encoding="utf-8")
    shown = chromium(folder, "--window-size=1200,900", "--dump-dom", source.as_uri())
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
    with tempfile.TemporaryDirectory() as place:
        for name, html in {"telegram": telegram(), "slack": slack(), "terminal": terminal()}.items():
            print(picture(name, html, Path(place)))
