"""One row a figure, and how they are printed."""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """`compared` is a baseline in the same run; `met` is None where nothing is promised."""

    figure: str
    goal: str
    measured: str
    compared: str = ""
    met: bool | None = None


_HEAD = ("figure", "goal", "", "measured", "compared in the same run")


def print_table(rows: Sequence[Row]) -> None:
    marks = {None: "", True: "ok", False: "MISSED"}
    cells = [_HEAD, *((row.figure, row.goal, marks[row.met], row.measured, row.compared) for row in rows)]
    width = [max(len(line[column]) for line in cells) for column in range(5)]
    for line in [cells[0], tuple("-" * size for size in width), *cells[1:]]:
        print("  ".join(cell.ljust(size) for cell, size in zip(line, width, strict=True)).rstrip())


def timed(work: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took


def ms(seconds: float) -> str:
    if seconds < 1e-4:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def ratio(baseline: float, measured: float) -> str:
    return f"{baseline / measured:.0f}"
