"""What is sent in the measurements of throughput: five postings to many private chats, all due at once."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from benchmarks import registry
from bot.config import read as read_config
from bot.domain.notice import Notice
from bot.engine.board import Callboard
from bot.planning.wanted import announcement
from bot.platforms.telegram.adapter import Telegram
from bot.wording.catalogue import wording

POSTINGS = 5
"""Not more, so that each notice is a message: more than five at once become a digest."""

_FIRST_CHAT = 100_000_000
TOKEN = "123456:BENCHMARK"


def write(folder: Path, url: str, count: int) -> Path:
    """A config with so many channels that its notices are `count`, and its registry."""
    registry.write(folder / "postings", POSTINGS)
    channels = [
        {"name": f"reader-{number}", "platform": "telegram", "address": str(_FIRST_CHAT + number)}
        for number in range(count // POSTINGS)
    ]
    platforms = {"telegram": {"token": TOKEN, "api_url": url}}
    path = folder / "config.yaml"
    config = {"registry": "postings", "timezone": "Europe/Berlin", "platforms": platforms, "channels": channels}
    with path.open("w") as file:
        yaml.dump(config, file, Dumper=yaml.CSafeDumper)
    return path


@dataclass(frozen=True)
class Work:
    """The same messages as `sendMessage` takes them, for those that are not Callboard."""

    url: str
    contents: list[dict[str, Any]]
    chats: list[int]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Each message: its chat, and the number of its content."""
        return ((chat, number) for chat in self.chats for number in range(len(self.contents)))

    def __len__(self) -> int:
        return len(self.chats) * len(self.contents)

    def payload(self, chat: int, number: int) -> dict[str, Any]:
        return {"chat_id": chat, **self.contents[number]}

    @property
    def send_url(self) -> str:
        return f"{self.url}/bot{TOKEN}/sendMessage"


def work() -> Work:
    """As Callboard would say it, of the config that the command line names."""
    path = Path(sys.argv[1])
    config = read_config(path)
    url = config.platforms[0].settings["api_url"]
    board = Callboard(config)
    board.read()
    now = datetime.now(UTC)
    telegram = Telegram(TOKEN, url, wording, lambda: now)
    contents = []
    for posting in board.index:
        channel = config.channels[0]
        notice = Notice(announcement(posting, channel.schedule), channel.name)
        message = wording("en").notice([notice], now, channel)
        payload = telegram.payload(channel.destination, message, notice.key)
        contents.append({name: value for name, value in payload.items() if name != "chat_id"})
    return Work(url, contents, [int(channel.destination.address) for channel in config.channels])


def report(**measured: float) -> None:
    """The last line that a measured process prints."""
    print(json.dumps(measured))
