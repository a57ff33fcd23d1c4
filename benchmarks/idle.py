"""A bot that has nothing to do: `callboard run` with Telegram's long poll and Slack's socket, both emulated."""

import asyncio
import os
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import registry
from benchmarks.table import Row
from tests.process.lab import Lab

_SECONDS = 90


async def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        async with Lab(Path(name)) as lab:
            lab.configure()
            registry.write(lab.postings, 100)
            bot = await lab.start()
            await bot.says("answering in Slack")
            await bot.says("answering in Telegram")
            await lab.until(lambda: lab.telegram.sent and lab.slack.sent)
            await asyncio.sleep(10)  # the first looks and notices are over
            pid = bot.process.pid
            cpu, switches = cpu_seconds(pid), _switches(pid)
            lines = len(bot.log)
            await asyncio.sleep(_SECONDS)
            share = (cpu_seconds(pid) - cpu) / _SECONDS
            woken = _switches(pid) - switches
            said = len(bot.log) - lines
            await bot.stop()
    busiest = ", ".join(f"{name} {times / _SECONDS:.2f}" for name, times in woken.most_common(3))
    total = woken.total() / _SECONDS
    return [
        Row(
            f"an idle bot's share of one core, over {_SECONDS} s",
            "≤ 0.2 %",
            f"{share:.2%}",
            f"Telegram's long poll and Slack's socket, 100 postings; {said} lines of log",
            met=share <= 0.002,
        ),
        Row("an idle bot wakes up", "", f"{total:.2f} times/s", f"by thread: {busiest}"),
    ]


def cpu_seconds(pid: int) -> float:
    """Seconds of all its threads, in the user's and the system's name."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _switches(pid: int) -> Counter[str]:
    """How often each thread has waited for something, by its name and number."""
    found: Counter[str] = Counter()
    for number, task in enumerate(sorted(Path(f"/proc/{pid}/task").iterdir(), key=lambda path: int(path.name))):
        lines = (task / "status").read_text().splitlines()
        values = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
        found[f"{values['Name']}-{number}"] += int(values["voluntary_ctxt_switches"])
    return found
