"""The whole soak: `python -m tests.soak [--days 90] [--postings 500] [--channels 50] [--followers 50] [--seed N]`."""

import argparse
import os
import sys
import tempfile
import time

from tests.soak.soak import START, FarJudge, audiences, people, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--postings", type=int, default=500)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--followers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != str(given.seed):  # sets are drawn from, too: a seed is one history
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.soak", *sys.argv[1:], "--seed", str(given.seed)],
            {**os.environ, "PYTHONHASHSEED": str(given.seed)},
        )
    of = f"{given.postings} postings, {given.channels} channels, {given.followers} followers"
    print(f"seed {given.seed}: {given.days} days, {of}", flush=True)
    began = time.perf_counter()

    def said(figures):
        if figures.days in {1, 2, 3, 5} or figures.days % 10 == 0:
            memory = figures.memory.get(figures.days)
            cpu = f"{figures.seconds:.0f} s, {time.process_time():.0f} s CPU"
            print(f"  day {figures.days}: {cpu}{f', {memory:.0f} MiB' if memory else ''}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        judge = FarJudge([*audiences(given.channels), *people(given.followers)], START)
        figures = run(
            given.seed,
            folder,
            given.days,
            said=said,
            postings=given.postings,
            channels=given.channels,
            followers=given.followers,
            judge=judge,
        )
    counts = figures.counts
    faults = ("down", "told to wait", "lost before", "lost after", "not found out", "database away")
    rows = [
        ("days", figures.days),
        ("changes of postings", counts["changes"]),
        ("notices sent (messages)", counts["notices"]),
        ("edits", counts["edits"]),
        ("edits that changed nothing", counts["edits that changed nothing"]),
        ("doubles, all in doubt", counts["doubles"]),
        ("faults", sum(counts[fault] for fault in faults)),
        *((f"  {fault}", counts[fault]) for fault in faults),
        ("outages of a platform", figures.outages),
        ("restarts, kill -9, downtimes", f"{figures.restarts}, {figures.crashes}, {figures.downtimes}"),
        ("orders of those who follow", ", ".join(f"{what} {count}" for what, count in figures.orders.items())),
        ("ticks", counts["ticks"]),
        ("memory, MiB", ", ".join(f"day {day}: {size:.0f}" for day, size in figures.memory.items())),
        ("seconds", f"{time.perf_counter() - began:.0f}, of which {time.process_time():.0f} of the bot's own work"),
        ("differences", len(figures.differences)),
    ]
    for what, figure in rows:
        print(f"{what:30} {figure}")
    for story in figures.differences[:3]:
        print(story)
    return 1 if figures.differences else 0


if __name__ == "__main__":
    sys.exit(main())
