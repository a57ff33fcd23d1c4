"""A process that hands in, approves and changes, and is killed in the midst of it."""

import asyncio
import functools
import multiprocessing
import os
import random
import signal
from contextlib import suppress
from pathlib import Path

from bot.config import read as read_config
from bot.domain.draft import Action, Contributor, DraftState
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.store import Ledger
from bot.store.drafts import DraftStore
from bot.submissions import carrying, git
from bot.submissions.git import Repository
from bot.submissions.submissions import DecidedError, SubmissionError, Submissions

ADA = Contributor(Person("slack", "U0ADA"), "Ada Example")
BOB = Contributor(Person("telegram", "4711"), "Bob Beispiel")

_AWAITED = [(DraftStore, name) for name in ("decide", "take_step", "finish")]
_CALLED = [(carrying, "write_new"), (carrying, "write_over"), (Repository, "_follow"), (git, "git")]


def dying_at(point: int) -> None:
    """Kills this process before or after one of the steps: at the `point`-th such instant."""
    left = point

    def passed() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(step):
        @functools.wraps(step)
        def stepping(*given, **named):
            passed()
            answer = step(*given, **named)
            passed()
            return answer

        return stepping

    def around_awaited(step):
        @functools.wraps(step)
        async def stepping(*given, **named):
            passed()
            answer = await step(*given, **named)
            passed()
            return answer

        return stepping

    for owner, name in _AWAITED:
        setattr(owner, name, around_awaited(getattr(owner, name)))
    for owner, name in _CALLED:
        setattr(owner, name, around(getattr(owner, name)))


async def opened(config: Path) -> tuple[Submissions, Ledger]:
    board = Callboard(read_config(config))
    board.read()
    ledger = await Ledger.open(board.config.database)

    async def look(_: Path) -> None:
        board.take_in(board.registry.read())

    return Submissions(board, ledger.drafts, uses_git=True, written=look), ledger


def one(config: Path, what: str, name: str, point: int) -> None:
    """Approves a draft, or changes a posting, and dies on the way."""

    async def done() -> None:
        submissions, ledger = await opened(config)
        dying_at(point)
        if what == "approve":
            await submissions.approve(name, ADA)
        elif what == "publish":
            await submissions.publish(ADA, {"title": name, "role": ["phd"]})
        else:
            await submissions.change(ADA, name, {"deadline": "2027-06-01"}, Action.EXTENDED)
        await ledger.close()

    asyncio.run(done())


def many(config: Path, seed: int) -> None:
    """Whatever may be asked for, one after the other and at once, until it is killed."""

    async def done() -> None:
        submissions, _ = await opened(config)
        await submissions.recover()
        chance, number = random.Random(seed), 0
        while True:
            number += 1
            await asyncio.gather(*(_something(submissions, chance, f"{seed}-{number}-{place}") for place in range(3)))

    asyncio.run(done())


async def _something(submissions: Submissions, chance: random.Random, mark: str) -> None:
    waiting = await submissions.store.handed_in(states=[DraftState.WAITING])
    done = [entry.posting for entry in await submissions.store.audit() if entry.action is Action.PUBLISHED]
    kind = chance.choice(["hand in", "approve", "approve", "reject", "publish", "change"])
    with suppress(DecidedError, SubmissionError, LookupError):
        if kind == "hand in" or (kind in {"approve", "reject"} and not waiting) or (kind == "change" and not done):
            await submissions.hand_in(BOB, {"title": f"Owls {mark}", "role": ["phd"], "pay": mark})
        elif kind == "approve":
            await submissions.approve(chance.choice(waiting).id, ADA)
        elif kind == "reject":
            await submissions.reject(chance.choice(waiting).id, ADA, mark)
        elif kind == "publish":
            await submissions.publish(ADA, {"title": f"Bats {mark}", "role": ["phd"]})
        else:
            await submissions.change(ADA, chance.choice(done), {"call": mark})


def processes():
    """Where processes come from that have all that they need, and nothing of the tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.submissions.dying"])
    return context
