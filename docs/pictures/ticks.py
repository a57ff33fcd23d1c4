# ruff: noqa: INP001  # a script beside the picture that it draws, no part of a package
"""Draws ticks.svg: what a tick costs by the size of the registry. `python docs/pictures/ticks.py`, about a minute."""

import asyncio
import math
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # the benchmarks are no installed package

from benchmarks.curve import CHANNELS, DUE, POSTINGS, Point, measure  # noqa: E402
from benchmarks.table import ms  # noqa: E402

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 400, 70, 150, 56, 50
DECADES = (-6, -1)  # of the y axis: 1 µs to 100 ms
COLOURS = ("#2f6f9f", "#5a9a52", "#b5651d")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.axis{stroke:#c4cad0}.title{font-size:15px;font-weight:600}"
    ".small{font-size:12px;fill:#57606a}"
)


def x_of(postings: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * POSTINGS.index(postings) / (len(POSTINGS) - 1)


def y_of(seconds: float) -> float:
    low, high = DECADES
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(max(seconds, 1e-6)) - low) / (high - low)


def drawn(points: list[Point]) -> str:
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'>",
        f"<style>{STYLE}</style><rect width='100%' height='100%' fill='#fff'/>",
        f"<text class='title' x='{LEFT}' y='24'>A tick costs what is due, not postings × channels</text>",
        f"<text class='small' x='{LEFT}' y='42'>solid: {DUE} notices due · dashed: nothing due</text>",
    ]
    for decade in range(DECADES[0], DECADES[1] + 1):
        y = y_of(10.0**decade)
        parts.append(f"<line class='axis' x1='{LEFT}' y1='{y:.1f}' x2='{WIDTH - RIGHT}' y2='{y:.1f}'/>")
        label = f"{10 ** (decade + 6)} µs" if decade < -3 else f"{10 ** (decade + 3)} ms"
        parts.append(f"<text class='small' x='{LEFT - 8}' y='{y + 4:.1f}' text-anchor='end'>{label}</text>")
    for postings in POSTINGS:
        text = (
            f"<text class='small' x='{x_of(postings):.1f}' y='{HEIGHT - 26}' text-anchor='middle'>{postings:,}</text>"
        )
        parts.append(text)
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f"<text class='small' x='{middle}' y='{HEIGHT - 8}' text-anchor='middle'>postings</text>")
    for number, (channels, colour) in enumerate(zip(CHANNELS, COLOURS, strict=True)):
        mine = [point for point in points if point.channels == channels]
        for which, dash in (("due", ""), ("idle", " stroke-dasharray='5 4'")):
            at = [(x_of(point.postings), y_of(getattr(point, which))) for point in mine]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            parts.append(f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='2'{dash}/>")
            parts += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.5' fill='{colour}'/>" for x, y in at]
        y = TOP + 20 + 22 * number
        parts.append(f"<circle cx='{WIDTH - RIGHT + 24}' cy='{y - 4}' r='5' fill='{colour}'/>")
        parts.append(f"<text x='{WIDTH - RIGHT + 36}' y='{y}'>{channels:,} channels</text>")
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    found = asyncio.run(measure())
    for point in found:
        print(f"{point.postings:>7,} × {point.channels:>5,}: {ms(point.idle):>8} idle, {ms(point.due):>8} due")
    (HERE / "ticks.svg").write_text(drawn(found))
