"""What a tick takes by the size of the registry: it ought to follow what is due, not postings × channels."""

import gc
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks import registry
from benchmarks.table import Row, ms
from bot.audiences.audience import Audience
from bot.audiences.audiences import KnownAudiences
from bot.config import read as read_config
from bot.domain.message import Message
from bot.domain.posting import Posting, Role
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.facts import RegistryChanged
from bot.engine.rounds import Rounds
from bot.planning.agenda import Agenda
from bot.platforms.base import Answers, Platform
from bot.questions.grammar import parse
from bot.sources.files import RegistryChanges
from bot.store import Ledger, SenderLock

POSTINGS = (1_000, 10_000, 100_000)
CHANNELS = (10, 100, 1_000)
DUE = 10
_NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
_TICKS = 15


class Point(NamedTuple):
    """Seconds of a tick with nothing due, and with `DUE` notices due."""

    postings: int
    channels: int
    idle: float
    due: float


class Nowhere(Platform):
    name = "console"
    can_edit = True
    sent = 0

    def payload(self, *_: object) -> str:
        return ""

    async def send(self, destination: Destination, message: Message, key: str, reply_to: str | None = None) -> str:
        del message, key, reply_to
        self.sent += 1
        return f"{destination.address}/{self.sent}"

    async def listen(self, answers: Answers) -> None:
        del answers


async def measure(postings: Sequence[int] = POSTINGS, channels: Sequence[int] = CHANNELS) -> list[Point]:
    found = []
    with tempfile.TemporaryDirectory() as name:
        for many in postings:
            path = registry.config(Path(name), platforms={"console": {}}, channels=[_ANY])
            (Path(name) / "postings").mkdir(exist_ok=True)
            board = Callboard(read_config(path))
            board.index.change(_postings(many))
            gc.collect()
            gc.freeze()  # as `Callboard.read` does
            for few in channels:
                found.append(await _point(board, few, Path(name) / f"{many}-{few}.db"))
                gc.collect()
    return found


_ANY = {"name": "any", "platform": "console"}


def _postings(count: int) -> list[Posting]:
    """All to be announced later: each of the first ones on a day of its own, the others in a far year."""
    return [
        Posting(
            id=f"posting-{n}",
            title=f"Position {n}",
            roles=(Role.PHD,),
            timezone="UTC",
            posted=_NOW.date() + timedelta(days=n + 1) if n < _TICKS else date(2040, 1, 1),
            tags=("owls" if n < _TICKS else "mice",),
        )
        for n in range(count)
    ]


async def _point(board: Callboard, count: int, database: Path) -> Point:
    """`DUE` of the channels hear of owls, and the others of something else."""
    schedule = board.config.channels[0].schedule
    wants = [parse("owls" if n < DUE else "robots") for n in range(count)]
    channels = tuple(Audience(f"c{n}", Destination("console", str(n)), schedule, filter=wants[n]) for n in range(count))
    object.__setattr__(board.config, "channels", channels)
    board.audiences = KnownAudiences(channels)
    board.agenda = Agenda(board.audiences)
    board.agenda.change(list(board.index))
    board.facts.put(RegistryChanged(RegistryChanges((), (), ())))
    now = _NOW
    board.clock = lambda: now
    url = f"sqlite:///{database}"
    nowhere = Nowhere()
    rounds = Rounds(board, await Ledger.open(url), SenderLock(url, {"console": "x"}), {"console": nowhere})
    idle, due = [], []
    try:
        await _timed(rounds)  # the first one looks at everything
        for _ in range(_TICKS):
            idle += [await _timed(rounds) for _ in range(5)]
            sent = nowhere.sent
            now += timedelta(days=1)
            due.append(await _timed(rounds))
            await rounds.delivery.idle()
            assert nowhere.sent - sent == DUE, nowhere.sent - sent
            await rounds.tick()  # finds them settled
    finally:
        await rounds.close()
    return Point(len(board.index), count, statistics.median(idle), statistics.median(due))


async def _timed(rounds: Rounds) -> float:
    began = time.perf_counter()
    await rounds.tick()
    return time.perf_counter() - began


async def rows() -> list[Row]:
    points = await measure()
    first, last = points[0], points[-1]
    return [
        Row(
            f"a tick with {what}, 1,000 × 10 → 100,000 × 1,000",
            "follows what is due",
            f"{ms(getattr(first, which))} → {ms(getattr(last, which))}",
            f"postings × channels grew {last.postings * last.channels // (first.postings * first.channels):,} ×",
            met=getattr(last, which) <= 3 * getattr(first, which) + 0.002,
        )
        for what, which in (("nothing due", "idle"), (f"{DUE} notices due", "due"))
    ]
