"""A process that is killed after any write to the database: the next reading ends what it began, once."""

import json
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.sourcing import SourceReader
from bot.config import read as read_config
from bot.domain.draft import Action, DraftState
from bot.engine.board import Callboard
from bot.sources.kinds import from_path
from bot.store import Ledger
from bot.store.database import Sqlite
from bot.submissions.following import SourceFollower
from bot.submissions.submissions import Submissions

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


class Killed(BaseException):
    """As kill -9: nothing after it is done."""


class InThisProcess:
    """Reads files as the process apart does, and without one."""

    async def path(self, kind, path, now):
        return from_path(kind, path, now)


class Death:
    """Kills after so many transactions."""

    def __init__(self, monkeypatch):
        self.left = None
        connect = Sqlite.connect

        @asynccontextmanager
        async def counted(database, *, reads=False):
            if self.left == 0:
                raise Killed
            async with connect(database, reads=reads) as connection:
                yield connection
            if not reads and self.left is not None:
                self.left -= 1
                if self.left == 0:
                    raise Killed

        monkeypatch.setattr(Sqlite, "connect", counted)


class World:
    def __init__(self, folder, trust):
        self.folder, self.now = folder, NOON
        (folder / "postings").mkdir(parents=True)
        (folder / "config.yaml").write_text(
            "registry: postings\nplatforms: {console: {}}\n"
            f"sources: [{{name: board, kind: board, path: jobs.json, trust: {json.dumps(trust)}}}]\n"
        )

    def has(self, *days):
        entries = [
            {"name": f"PhD in {field}", "url": f"https://lab.example/{field}", "expires": day}
            for field, day in zip(("optics", "lasers", "owls"), days, strict=False)
            if day
        ]
        (self.folder / "jobs.json").write_text(json.dumps(entries))

    async def process(self, work):
        """What a process does that reads sources, from its start to its end, or to its death."""
        board = Callboard(read_config(self.folder / "config.yaml"), lambda: self.now)
        board.read()
        ledger = await Ledger.open(board.config.database)

        async def written(_):
            board.take_in(board.registry.read())

        submissions = Submissions(board, ledger.drafts, uses_git=False, written=written)
        try:
            await submissions.recover()
            board.take_in(board.registry.read())
            reader = SourceReader(
                SourceFollower(board, ledger.sources, submissions), None, InThisProcess(), board.clock
            )
            return await work(board, ledger, reader)
        finally:
            await ledger.close()

    async def read(self):
        async def look(board, _, reader):
            return await reader.look(board.config.sources[0])

        self.now += timedelta(hours=6)
        return await self.process(look)

    async def drafts(self):
        async def listed(_, ledger, __):
            return await ledger.drafts.handed_in(), await ledger.drafts.audit()

        return await self.process(listed)

    @property
    def files(self):
        return {file.stem: file.read_text() for file in (self.folder / "postings").iterdir()}


@pytest.mark.parametrize("trust", [True, False])
async def test_whatever_dies_between_draft_and_file_nothing_is_lost_and_nothing_done_twice(
    tmp_path, monkeypatch, trust
):
    death, point = Death(monkeypatch), 0
    while True:
        point += 1
        world = World(tmp_path / str(point), trust)
        world.has("2027-05-02", "2027-05-02", "2027-05-02")
        if trust:  # and then a deadline moves, and one is gone
            await world.read()
            world.has("2027-05-31", "2027-05-02")
            await world.read()
        death.left = point
        try:
            await world.read()
        except Killed:
            has_died = True
        else:
            has_died = False
        death.left = None
        for _ in range(2):
            await world.read()
        drafts, audit = await world.drafts()
        if trust:
            assert sorted(world.files) == ["phd-in-lasers", "phd-in-optics", "phd-in-owls"]
            assert "deadline: 2027-05-31" in world.files["phd-in-optics"]
            assert "status: closed" in world.files["phd-in-owls"]
            assert Counter(entry.action for entry in audit) == {
                Action.IMPORTED: 3,
                Action.EXTENDED: 1,
                Action.CLOSED: 1,
            }
        else:
            waiting = [draft.changes["title"] for draft in drafts if draft.state is DraftState.WAITING]
            assert sorted(waiting) == ["PhD in lasers", "PhD in optics", "PhD in owls"]
            assert len(drafts) == 3
        if not has_died:
            assert point > 3
            return
