"""A board as it really changed, version by version, through the product: files, database, notices.

    python -m benchmarks.replay FILE

FILE has a JSON object a line, `{"time": UNIX, "text": "a board in YAML"}`, oldest first, and may be packed by gzip.
Each version is read at its time and two hours later, as the second look asks for that believes what is gone. One
channel hears of everything, closings too. At the end the ledger is compared with what the board itself said:

- no position is announced twice that stood there without a month's break;
- each new date that had not passed is told once, as moved or with "open again", and nothing else is told as one.

Prints the figures. Exits with 1 where something does not hold, 2 where there is no such file.
"""

import argparse
import asyncio
import gzip
import json
import logging
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.domain.notice import Kind
from bot.planning import review
from bot.sources.base import Reading
from bot.sources.fetching import Fetched
from bot.sources.following import BELIEVED_AFTER
from bot.sources.identity import NEW_CALL_AFTER, plain_address
from bot.sources.kinds import from_bytes
from bot.store import Ledger
from tests.delivery.test_corrections import Bot
from tests.delivery.test_replay import BOARD, Replay
from tests.domain.build import channel

_LATER = 2 * BELIEVED_AFTER
_MOVED = "a new date"


def versions(path: Path) -> Iterator[tuple[datetime, Reading]]:
    """When each was, and what the board had then."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for line in lines:
            version = json.loads(line)
            at = datetime.fromtimestamp(version["time"], UTC)
            yield at, from_bytes("board", Fetched("jobs.yml", version["text"].encode()), at)


@dataclass
class Position:
    """One position, as the board itself showed it. `addresses` it had, one after the other; `last`: when it was there
    last; `calls`: how often it came, with more than a month in between; `days`: its deadlines in order, each as long as
    it had not passed.
    """

    words: tuple[str, str]
    addresses: set[str]
    last: datetime
    calls: int = 1
    days: list[str] = field(default_factory=list)


@dataclass
class Truth:
    """What the board said, by itself: one address is one position, and so is a new one in place of another that has
    gone, of the same title and place. Addresses under which several stand at once are nobody's.
    """

    by_address: dict[str, Position] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)

    def take_in(self, at: datetime, reading: Reading) -> None:
        """What the board has then."""
        there = Counter(plain_address(found.url) for found in reading.postings)
        self.shared |= {address for address, count in there.items() if count > 1}
        for found in reading.postings:
            address, fields = plain_address(found.url), found.fields
            words = (" ".join(str(fields["title"]).casefold().split()), str(fields.get("location", "")).casefold())
            position = self.by_address.get(address) or self._moved(words, at, there)
            if position is None:
                position = Position(words, set(), at)
            self.by_address[address] = position
            position.addresses.add(address)
            position.calls += at - position.last > NEW_CALL_AFTER
            position.words, position.last = words, at
            day, today = str(fields.get("deadline", "")), str(at.date())
            if day >= today:
                position.days.append(day)

    def _moved(self, words: tuple[str, str], at: datetime, there: Counter[str]) -> Position | None:
        return next(
            (
                position
                for position in self.by_address.values()
                if position.words == words
                and at - position.last <= NEW_CALL_AFTER
                and not any(address in there for address in position.addresses)
            ),
            None,
        )

    @property
    def positions(self) -> list[Position]:
        return list({id(position): position for position in self.by_address.values()}.values())

    @property
    def alone(self) -> list[Position]:
        """Those that had each address to themselves."""
        return [position for position in self.positions if not position.addresses & self.shared]


async def replayed(path: Path, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The figures, and what does not hold."""
    (folder / "postings").mkdir()
    ledger = await Ledger.open(f"sqlite:///{folder / 'callboard.db'}")
    bot = Bot(folder / "postings", ledger)
    bot.channels = [channel("lab-a", platform="fake", address="a", reminders="", announce_closing=True)]
    bot.given = {"sources": (BOARD,)}
    replay, truth, readings = Replay(bot), Truth(), 0
    try:
        for at, reading in versions(path):
            truth.take_in(at, reading)
            for instant in (at, at + _LATER):
                await replay.shows(instant, reading)
                readings += 1
        records = [record for record in await ledger.records() if record.state == "delivered"]
        items = await ledger.sources.items()
    finally:
        await bot.stops()
        await ledger.close()
    told: dict[int, Counter[str]] = defaultdict(Counter)
    addresses = {item.posting: plain_address(item.url) for item in items}
    for record in records:
        kind = _MOVED if record.before and record.kind in {Kind.DEADLINE_MOVED, Kind.REOPENED} else record.kind
        told[id(truth.by_address[addresses[record.posting]])][kind] += not record.revision
    figures = {
        "readings": readings,
        "positions": len(truth.positions),
        "files": len(list((folder / "postings").iterdir())),
        "messages": dict(sorted(Counter(record.kind for record in records).items())),
        "new dates of positions": sum(map(_moves, truth.alone)),
        "addresses under which several stood at once, and which nothing is said of here": len(truth.shared),
    }
    return figures, list(_wrong(truth, told))


def _wrong(truth: Truth, told: Mapping[int, Mapping[str, int]]) -> Iterator[str]:
    for position in truth.alone:
        said, name = told.get(id(position), {}), f"{position.words[0]} ({', '.join(sorted(position.addresses))})"
        if said.get(Kind.ANNOUNCEMENT, 0) > position.calls:
            yield f"announced {said[Kind.ANNOUNCEMENT]} times: {name}"
        if said.get(_MOVED, 0) != _moves(position):
            days = ", ".join(day for day, _ in groupby(position.days))
            yield f"moved {_moves(position)} times ({days}), told {said.get(_MOVED, 0)} times: {name}"


def _moves(position: Position) -> int:
    return max(0, len([*groupby(position.days)]) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    path = parser.parse_args().file
    if not path.is_file():
        print(f"there is no file {path}; name one as the first lines of benchmarks/replay.py describe it")
        sys.exit(2)
    logging.disable(logging.WARNING)
    review.GATHERED = timedelta(milliseconds=1)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        figures, wrong = asyncio.run(replayed(path, Path(name)))
    for what, value in figures.items():
        print(f"{what}: {value}")
    print(f"seconds: {time.monotonic() - began:.0f}")
    for line in wrong:
        print(f"does not hold: {line}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
