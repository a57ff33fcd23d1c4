"""Prints one table: what is promised, what was measured, and how that compares with a named baseline.

All of it takes about ten minutes; `python -m benchmarks NAME …` measures some of it. Times are medians unless a row
says otherwise; the machine stands above the table. Absolute figures depend on the machine, ratios hardly do.
"""

import asyncio
import os
import platform
import sys

from benchmarks import (
    audiences,
    board,
    curve,
    followers,
    idle,
    inside,
    limits,
    many,
    paced,
    pages,
    process,
    sources,
    throughput,
)
from benchmarks.table import Row, print_table

PARTS = {
    "inside": inside.rows,
    "process": process.rows,
    "throughput": throughput.rows,
    "limits": limits.rates,
    "busy": limits.busy,
    "paced": paced.rows,
    "replies": limits.replies,
    "many": many.rows,
    "curve": curve.rows,
    "audiences": audiences.rows,
    "followers": followers.rows,
    "idle": idle.rows,
    "board": board.rows,
    "sources": sources.rows,
    "pages": pages.rows,
}


def main() -> None:
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, Python {platform.python_version()}")
    print(f"load average before: {os.getloadavg()[0]:.2f}")
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        rows += asyncio.run(PARTS[name]())
    print(f"load average after: {os.getloadavg()[0]:.2f}\n")
    print_table(rows)


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    main()
