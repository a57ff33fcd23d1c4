"""Audiences × postings: what a posting costs that opens or closes ought to follow who hears of it, and nothing else.

The audiences are followers as the database has them, made in memory; what is sent arrives nowhere.
"""

import asyncio
import gc
import itertools
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import emulated, registry
from benchmarks.curve import Nowhere
from benchmarks.notices import report
from benchmarks.table import Row, ms

_FILTERS = 1000
_ROLES = ("phd", "postdoc", "professor", "research assistant", "")
_NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
_EVER = datetime.min.replace(tzinfo=UTC)
_SOME = 20


class _Point(NamedTuple):
    audiences: int
    postings: int
    opens: float
    closes: float
    heard: int


async def rows() -> list[Row]:
    points = [_measured(audiences, postings) for audiences in (1_000, 10_000, 100_000) for postings in (100, 1_000)]
    with tempfile.TemporaryDirectory() as name:
        whole = await emulated.measured("benchmarks.audiences", name, "", log=Path(name) / "log")
    curve = [
        Row(
            f"{point.audiences:,} audiences × {point.postings:,} postings: one opens, and finds its audience",
            "≤ 200 ms",
            ms(point.opens),
            f"{point.heard:,} hear of it; one that closes: {ms(point.closes)} (≤ 1 ms)",
            met=point.opens <= 0.2 and point.closes <= 0.001,
        )
        for point in points
    ]
    return [
        *curve,
        Row(
            "100,000 audiences × 1,000 postings: one opens, the first plan",
            "≤ 200 ms",
            ms(whole["opens"]),
            f"of the processor, for the first {whole['planned']:,.0f} messages; one that closes, nobody hears of it: "
            f"{ms(whole['closes'])}",
            met=whole["opens"] <= 0.2,
        ),
        Row(
            "1,000 postings close at once: at most so long at a stretch, before others may work",
            "≤ 50 ms",
            ms(whole["held_up"]),
            f"all of it takes {ms(whole['all_close'])}",
            met=whole["held_up"] <= 0.05,
        ),
        Row(
            "100,000 audiences × 1,000 postings: memory, peak",
            "≤ 250 MB",
            f"{whole['peak']:.0f} MB",
            f"{whole['before']:.0f} MB before there was an audience",
            met=whole["peak"] <= 250,
        ),
    ]


def made_up_words() -> list[str]:
    """Made-up words that no other begins with or holds."""
    syllables = itertools.product("bdfgk", ("ar", "el", "or", "un"), "lmnst", ("ik", "os"))
    return ["".join(letters) for letters in syllables]


def _followers(count: int) -> Any:
    """Each with one of 1,000 filters, one of four schedules, and one of two languages."""
    from bot.audiences.audience import Audience  # noqa: PLC0415  # in the measured process
    from bot.domain.schedule import Destination, Lead, Schedule  # noqa: PLC0415  # in the measured process
    from bot.questions.filters import read_filter  # noqa: PLC0415

    words = made_up_words()
    texts = [f"{_ROLES[n % 5]} {words[n // 5]}".strip() for n in range(_FILTERS)]
    assert len(set(texts)) == _FILTERS
    filters = [read_filter(text).query for text in texts]
    at = datetime.min.time()
    schedules = [Schedule(zone, at, (Lead(days, "d"),)) for zone in ("Europe/Berlin", "UTC") for days in (1, 7)]
    since = _NOW - timedelta(days=1)
    return (
        Audience(
            f"telegram:{100_000_000 + n}",
            Destination("console", str(100_000_000 + n)),
            schedules[n // _FILTERS % 4],
            ("en", "de")[n // _FILTERS // 4 % 2],
            filters[n % _FILTERS],
            since=since,
        )
        for n in range(count)
    )


def _postings(count: int, status: str = "open", start: int = 0) -> list[Any]:
    """Each with ten of the words: so some 50 of 1,000 filters let it through, and 5 % of all audiences hear of it."""
    from bot.domain.posting import Posting, Role, Status  # noqa: PLC0415

    words = made_up_words()
    return [
        Posting(
            id=f"posting-{n}",
            title=f"Position in {words[n % 200]} and {words[n * 7 % 200]}",
            summary=" ".join(words[(n * 31 + k * 17) % 200] for k in range(8)),
            roles=(Role.PHD,),
            timezone="UTC",
            status=Status(status),
            posted=date(2029, 12, 1),
        )
        for n in range(start, start + count)
    ]


def _measured(audiences: int, postings: int) -> _Point:
    from bot.audiences.audiences import KnownAudiences  # noqa: PLC0415
    from bot.planning.agenda import Agenda  # noqa: PLC0415

    known = KnownAudiences(_followers(audiences))
    agenda = Agenda(known)
    agenda.change(_postings(postings))
    agenda.list_since({f"posting-{n}": _EVER for n in range(postings)})
    assert not list(agenda.look(_NOW))
    gc.collect()
    opens, closes = [], []
    for posting in _postings(_SOME, start=postings):
        at_once = replace(posting, posted=None)
        began = time.perf_counter()
        agenda.change([at_once])
        for _ in agenda.advance(_NOW):
            pass
        opens.append(time.perf_counter() - began)
        heard = len(agenda)
        for some in agenda.look(_NOW):
            for wanted in some:
                agenda.settle(wanted)
    for posting in _postings(_SOME, "closed"):
        began = time.perf_counter()
        agenda.change([posting])
        assert not list(agenda.look(_NOW))
        closes.append(time.perf_counter() - began)
    return _Point(audiences, postings, statistics.median(opens), statistics.median(closes), heard)


async def main() -> None:
    from benchmarks.many import status_mb, timed  # noqa: PLC0415
    from bot.config import read  # noqa: PLC0415
    from bot.engine.board import Callboard  # noqa: PLC0415
    from bot.engine.rounds import Rounds  # noqa: PLC0415
    from bot.sources.files import RegistryChanges  # noqa: PLC0415
    from bot.store import Ledger, SenderLock  # noqa: PLC0415

    folder = Path(sys.argv[1])
    (folder / "postings").mkdir()
    platforms: dict[str, Any] = {"console": {}}
    config = read(registry.config(folder, platforms=platforms, channels=[{"name": "lab", "platform": "console"}]))
    object.__setattr__(config, "channels", ())
    board = Callboard(config)
    board.clock = lambda: _NOW
    ledger = await Ledger.open(config.database)
    nowhere = Nowhere()
    rounds = Rounds(board, ledger, SenderLock(config.database, {"console": "x"}), {"console": nowhere}, timedelta())
    before = status_mb("VmRSS")
    board.audiences.change(_followers(100_000))
    board.take_in(RegistryChanges(tuple(_postings(1000)), (), ()))
    board.agenda.list_since({f"posting-{n}": _EVER for n in range(1000)})  # before anybody followed
    await timed(rounds)
    gc.collect()
    gc.freeze()

    board.take_in(RegistryChanges((replace(_postings(1, start=1000)[0], posted=None),), (), ()))
    began = time.process_time()  # the machine may be busy with other work
    await rounds.tick()
    opens = time.process_time() - began
    await rounds.delivery.idle()
    planned = nowhere.sent
    closes = []
    for posting in _postings(_SOME, "closed"):
        began = time.process_time()
        board.take_in(RegistryChanges((posting,), (), ()))
        await rounds.tick()
        closes.append(time.process_time() - began)
    while (await rounds.tick()).left:
        await rounds.delivery.idle()

    gaps: list[float] = []
    stop = asyncio.Event()
    watching = asyncio.create_task(watch(gaps, stop))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    board.take_in(RegistryChanges(tuple(_postings(1000, "closed")), (), ()))
    await rounds.tick()
    all_close = time.perf_counter() - began
    stop.set()
    await watching
    await rounds.close()
    report(
        opens=opens,
        planned=planned,
        closes=statistics.median(closes),
        held_up=max(gaps),
        all_close=all_close,
        peak=status_mb("VmHWM"),
        before=before,
    )


async def watch(gaps: list[float], stop: asyncio.Event) -> None:
    """How much is worked at a stretch while somebody may only want to be answered: seconds of this thread alone, for
    what else the machine does is no matter of ours.
    """
    while not stop.is_set():
        began = time.thread_time()
        await asyncio.sleep(0.001)
        gaps.append(time.thread_time() - began)


if __name__ == "__main__":
    asyncio.run(main())
