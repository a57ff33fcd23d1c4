"""How many notices a second, of 10,000 that are due at once, against what else one might build this on.

All on one emulated server without limits. The rounds are interleaved, and medians compared: the machine may be busy
otherwise. Slow baselines send fewer; a rate is a rate.
"""

import statistics
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from benchmarks import emulated, notices
from benchmarks.table import Row

ROUNDS = 5
_OURS = "benchmarks.ours"


class _Baseline(NamedTuple):
    module: str
    name: str
    notices: int
    rounds: int
    goal: float
    needs_postgresql: bool = False


_BASELINES = (
    _Baseline("bare", "a bare aiohttp loop with no ledger", 10_000, 5, 0.8),
    _Baseline("python_telegram_bot", "python-telegram-bot's Bot.send_message, 32 tasks", 2_000, 3, 4),
    _Baseline("apscheduler_jobs", "an APScheduler job a reminder (SQLAlchemy, SQLite)", 500, 3, 30),
    _Baseline("procrastinate_jobs", "procrastinate (PostgreSQL)", 1_000, 3, 30, needs_postgresql=True),
    _Baseline("dbos_workflows", "DBOS (SQLite)", 500, 3, 30),
)


async def rows() -> list[Row]:
    took: dict[str, list[float]] = defaultdict(list)
    more_of: dict[str, dict[str, list[float]]] = {"sending": defaultdict(list), "cpu": defaultdict(list)}
    async with emulated.telegram() as server:
        for number in range(ROUNDS):
            await _run(server, _OURS, 10_000, took, more_of)
            for one in _BASELINES:
                if number >= one.rounds:
                    continue
                module = f"benchmarks.baselines.{one.module}"
                if not one.needs_postgresql:
                    await _run(server, module, one.notices, took, more_of)
                    continue
                async with emulated.postgresql() as url:
                    if url:
                        await _run(server, module, one.notices, took, more_of, url)
    ours = statistics.median(took[_OURS])
    ours_cpu = statistics.median(more_of["cpu"][_OURS])
    rates = ", ".join(f"{1 / each:,.0f}" for each in sorted(took[_OURS], reverse=True))
    found = [
        Row(
            "10,000 notices, planned, in the ledger, sent (rates off)",
            "none lost or doubled",
            f"{1 / ours:,.0f}/s",
            f"in {ROUNDS} rounds {rates}; each time 10,000 arrived, once each",
            met=True,  # `_run` ends the run otherwise
        )
    ]
    for one in _BASELINES:
        module = f"benchmarks.baselines.{one.module}"
        if module not in took:
            found.append(Row(f"… over {one.name}", f"≥ {one.goal:g} ×", "not measured", "PostgreSQL is not installed"))
            continue
        each = statistics.median(took[module])
        # Each with the round of ours that came before it: the machine was as busy.
        factor = statistics.median(their / mine for their, mine in zip(took[module], took[_OURS], strict=False))
        alone = ""
        if sending := more_of["sending"][module]:
            alone = f", {1 / statistics.median(sending):,.0f}/s without storing the jobs"
        if cpu := more_of["cpu"][module]:
            alone = f", {statistics.median(cpu) * 1000:.2f} ms of CPU each; ours {ours_cpu * 1000:.2f}"
        compared = f"{1 / each:,.0f}/s of {one.notices:,} notices, {one.rounds} rounds{alone}"
        found.append(
            Row(f"… over {one.name}", f"≥ {one.goal:g} ×", f"{factor:.2f} ×", compared, met=factor >= one.goal)
        )
    return found


async def _run(
    server: emulated.Server,
    module: str,
    count: int,
    took: dict[str, list[float]],
    more_of: dict[str, dict[str, list[float]]],
    *more: str,
) -> None:
    """Refuses a figure of a run that lost or doubled a message."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = notices.write(folder, server.url, count)
        await server.ask("forget")
        measured = await emulated.measured(module, path, *more, log=folder / "log")
        seen = await server.ask("seen")
        if (seen["got"], seen["distinct"], measured.get("delivered", count)) != (count, count, count):
            raise RuntimeError(f"{module} sent {seen['distinct']} of {count} in {seen['got']} messages: {measured}")
        took[module].append(measured["seconds"] / count)
        for extra in ("sending", "cpu"):
            if extra in measured:
                more_of[extra][module].append(measured[extra] / count)
