"""How long a page of a megabyte takes to be read, in milliseconds of CPU: the best of three pages.

No page has the prose of another: what was read before helps none.
"""

import asyncio
import time
from datetime import UTC, datetime

from benchmarks.prose import SHAPES
from benchmarks.table import Row, print_table
from bot.sources.pages import read_page

_MOST = 300
_PAGES = 3
_NOW = datetime(2026, 1, 5, tzinfo=UTC)


async def rows() -> list[Row]:
    """A row for each shape of page."""
    read_page("<h1>PhD position</h1><p>Apply by 2 May 2026.</p>", url=None, now=_NOW, is_markdown=False)  # patterns
    return [_row(name) for name in SHAPES]


def _row(name: str) -> Row:
    write, calls = SHAPES[name]
    best = float("inf")
    size = 0
    for seed in range(_PAGES):
        text = write(seed)
        size = len(text)
        start = time.process_time()
        reading = read_page(text, url=None, now=_NOW, is_markdown=name == "Markdown")
        best = min(best, (time.process_time() - start) * 1000)
        if len(reading.postings) < calls:
            raise SystemExit(f"{name}: {len(reading.postings)} calls were read of {calls}")
    figure = f"a page of {size / 1e6:.1f} MB is read: {name}"
    return Row(figure, f"<= {_MOST} ms of CPU", f"{best:.0f} ms", met=best <= _MOST)


if __name__ == "__main__":
    print_table(asyncio.run(rows()))
