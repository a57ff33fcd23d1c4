"""The archive over databases of before: nothing is said or published anew."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.planning import review
from bot.store import Ledger
from bot.store.tables import HEAD, metadata
from tests.delivery.test_corrections import Bot
from tests.store.test_tables import bring_back

ADDRESS = "https://lab.example/jobs"


@dataclass
class Lab:
    """A bot that announces, and a board; `upgrades` from a database of that version."""

    url: str
    bot: Bot
    editions: Editions = field(init=False)

    async def goes_on(self):
        await self.bot.goes_on()
        await self.editions.take_in(self.bot.clock())

    def starts(self):
        self.bot.starts()
        self.editions = Editions(self.bot.board, self.bot.rounds.archive, ADDRESS)

    async def exports(self):
        """What another process publishes, that has no channels in mind."""
        board = Callboard(self.bot.board.config, self.bot.clock)
        board.read()
        shown = Editions(board, Archive(board, self.bot.ledger), ADDRESS)
        await shown.take_in(self.bot.clock())
        return shown

    async def upgrades(self, version):
        await self.bot.stops()
        async with self.bot.ledger._connect() as connection:
            await connection.run_sync(as_of, version)
        await self.bot.ledger.close()
        self.bot.ledger = await Ledger.open(self.url)
        self.starts()


def as_of(connection, version):
    """The same rows in tables of that version, as far as it has such."""
    tables = [table.name for table in metadata.sorted_tables]
    rows = {name: [*connection.execute(text(f"SELECT * FROM {name}")).mappings()] for name in tables}
    bring_back(connection, version)
    for name in set(tables).intersection(inspect(connection).get_table_names()):
        columns = [column["name"] for column in inspect(connection).get_columns(name)]
        values = ", ".join(f":{column}" for column in columns)
        statement = text(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({values})")
        for row in rows[name]:
            connection.execute(statement, {column: row.get(column) for column in columns})


@pytest.fixture
async def lab(tmp_path, monkeypatch):
    monkeypatch.setattr(review, "GATHERED", timedelta(milliseconds=1))
    url = f"sqlite:///{tmp_path}/callboard.db"
    folder = tmp_path / "postings"
    folder.mkdir()
    here = Lab(url, Bot(folder, await Ledger.open(url)))
    for name in ("owl", "mouse", "newt"):
        here.bot.writes(name, title=name)
    here.starts()
    await here.goes_on()
    here.bot.renames("owl", "eagle-owl")
    here.bot.writes("mouse", title="Mice")
    here.bot.deletes("newt")
    await here.goes_on()
    here.bot.renames("eagle-owl", "uhu")
    await here.goes_on()
    here.bot.did()
    yield here
    await here.bot.stops()
    await here.bot.ledger.close()


def published(editions):
    return {
        name: (one.posting.id, one.sequence, one.host, one.published_at, one.updated_at, bool(one.gone_at))
        for name, one in editions.editions.items()
    }


async def test_what_was_announced_is_kept_once_after_a_restart_where_its_file_is_as_it_was(lab):
    await lab.bot.stops()
    lab.bot.writes("mouse", title="Other mice")
    lab.starts()
    archive = lab.bot.rounds.archive
    await archive.read_announced()
    find = lab.bot.board.find
    assert archive.announced["uhu"].posting is find("uhu")
    assert archive.announced["mouse"].posting.title == "Mice"
    assert archive.announced["newt"].posting.title == "newt"
    await lab.goes_on()


@pytest.mark.parametrize("version", ["0002", "0003", "0004", "0006", HEAD])
@pytest.mark.parametrize("moved", [False, True])
async def test_an_upgraded_database_keeps_every_promise(lab, version, moved):
    """0002 is that of 0.2.0, which published nothing."""
    before = published(lab.editions)
    assert {name: found[1] for name, found in before.items()} == {"owl": 0, "mouse": 1, "newt": 1}
    await lab.upgrades(version)
    if moved:
        await lab.bot.stops()
        lab.bot.renames("uhu", "bubo")
        lab.starts()
    await lab.goes_on()
    assert lab.bot.did() == [], "nothing is said anew"
    after = published(lab.editions)
    current = "bubo" if moved else "uhu"
    if version == "0002":
        assert {name: found[1] for name, found in after.items()} == {current: 0, "mouse": 0}
        return
    expected = before | {"owl": (current, *before["owl"][1:])}
    assert after == expected
    lab.bot.writes(current, title="A closer look")
    await lab.goes_on()
    assert lab.editions.named["owl"].sequence == 1, "it goes on where it was"
    assert "send" not in lab.bot.did()


async def test_an_export_knows_every_former_id_that_the_bot_knows(lab):
    shown = await lab.exports()
    assert published(shown) == published(lab.editions)
    assert shown.named["eagle-owl"] == lab.editions.named["eagle-owl"] == shown.named["owl"]


async def test_the_last_good_version_of_what_came_back_is_kept_in_force(lab):
    lab.bot.writes("newt", title="newt", status="closed")
    await lab.goes_on()
    lab.bot.deletes("newt")
    await lab.goes_on()
    lab.bot.writes("newt", title="newt", status="closed")
    await lab.goes_on()
    await lab.bot.stops()
    lab.bot.writes("newt", title="newt", status="shut")
    lab.starts()
    await lab.bot.goes_on()  # what was announced suffices
    assert lab.bot.board.find("newt").title == "newt"
