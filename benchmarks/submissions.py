"""Postings handed in, approved and changed by two processes at a time, which are killed at any moment.

    python -m benchmarks.submissions [--kills 200] [--seed 1]

Each change is a commit. At the end, what the database says was done is compared with the files, the commits and the
work tree: nothing may be lost, done twice or half-written. Then a process is killed as often while persons are told
what waits, what became of it, and whether their positions hold: each hears each thing once. Exits with 1 where
something does not hold.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bot.store import Ledger
from tests.delivery.test_personal_kills import check
from tests.submissions.conftest import Lab
from tests.submissions.surviving import check_after_kills


async def measure(folder: Path, kills: int, seed: int) -> dict[str, int]:
    os.environ["GIT_CONFIG_GLOBAL"] = str(folder / "gitconfig")
    (folder / "gitconfig").write_text("[user]\nname = Lab\nemail = lab@lab.example\n[init]\ndefaultBranch = main\n")
    lab = Lab(folder / "lab", f"sqlite:///{folder / 'callboard.db'}").under_git()
    try:
        figures = await check_after_kills(lab, kills, seed)
    finally:
        await lab.close()
    ledger = await Ledger.open(f"sqlite:///{folder / 'told.db'}")
    try:
        figures["kills while persons were told"] = await check(ledger, seed, kills // 2)  # in three spans of time
    finally:
        await ledger.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        try:
            figures = asyncio.run(measure(Path(name), given.kills, given.seed))
        except AssertionError as error:
            sys.exit(f"it does not hold: {error!r}")
    print(", ".join(f"{count} {what}" for what, count in figures.items()), "- nothing lost, nothing done twice")


if __name__ == "__main__":
    main()
