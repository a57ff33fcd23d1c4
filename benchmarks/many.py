"""100,000 destinations and one posting: what the first plan takes, and how much memory the process.

The channels are made in memory, as if the config had been read. The rates are real.
"""

import asyncio
import gc
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import emulated, registry
from benchmarks.notices import TOKEN, report
from benchmarks.table import Row, ms

_DESTINATIONS = 100_000


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        async with emulated.telegram() as server:
            found = await emulated.measured("benchmarks.many", name, server.url, log=Path(name) / "log")
            seen = await server.ask("seen")
    return [
        Row(
            "100,000 destinations × 1 posting: the first plan",
            "≤ 1 s",
            ms(found["first"]),
            f"the next {ms(found['next'])}; all, were it planned at once: {ms(found['whole'])}",
            met=found["first"] <= 1,
        ),
        Row(
            "100,000 destinations × 1 posting: memory, peak",
            "≤ 200 MB",
            f"{found['peak']:.0f} MB",
            f"{found['before']:.0f} MB before there was a channel; {seen['got']:,} messages sent in 5 s, rates on",
            met=found["peak"] <= 200,
        ),
    ]


async def main() -> None:
    from bot.audiences.audience import Audience  # noqa: PLC0415
    from bot.config import read  # noqa: PLC0415
    from bot.domain.schedule import Destination  # noqa: PLC0415
    from bot.engine import rounds as module  # noqa: PLC0415  # all of Callboard, in the measured process alone
    from bot.engine.board import Callboard, real_clock  # noqa: PLC0415
    from bot.platforms.telegram.adapter import Telegram  # noqa: PLC0415
    from bot.store import Ledger, SenderLock  # noqa: PLC0415
    from bot.wording.catalogue import wording  # noqa: PLC0415

    folder, url = Path(sys.argv[1]), sys.argv[2]
    registry.write(folder / "postings", 1)
    one: dict[str, Any] = {"name": "first", "platform": "telegram", "address": "100000000"}
    platforms = {"telegram": {"token": TOKEN, "api_url": url}}
    config = read(registry.config(folder, platforms=platforms, channels=[one]))
    telegram = Telegram(TOKEN, url, wording, real_clock)
    before = status_mb("VmRSS")
    schedule = config.channels[0].schedule
    channels = tuple(
        Audience(f"reader-{n}", Destination("telegram", str(100_000_000 + n)), schedule) for n in range(_DESTINATIONS)
    )
    object.__setattr__(config, "channels", channels)
    board = Callboard(config)
    board.read()
    ledger = await Ledger.open(config.database)
    rounds = module.Rounds(board, ledger, SenderLock(config.database, {"telegram": "x"}), {"telegram": telegram})
    first = await timed(rounds)
    await asyncio.sleep(5)
    following = await timed(rounds)
    peak = status_mb("VmHWM")
    gc.collect()
    module._ENOUGH = 10**9
    whole = await timed(rounds)
    await rounds.close()
    report(first=first, next=following, whole=whole, peak=peak, before=before)


async def timed(rounds: Any) -> float:
    began = time.perf_counter()
    await rounds.tick()
    return time.perf_counter() - began


def status_mb(name: str) -> float:
    """In MB, of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) * 1.024e-3


if __name__ == "__main__":
    asyncio.run(main())
