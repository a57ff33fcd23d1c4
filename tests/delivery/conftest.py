import asyncio
import shutil

import pytest

from bot.delivery import sending
from bot.engine.board import real_clock
from bot.store import Ledger
from bot.store import engine as ledgers
from tests.delivery.build import Bench
from tests.store.build import make


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Waits of hundredths of seconds, and a disk that is not waited for: no test here pulls the plug."""
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(sending, "LONGEST_WAIT", 0.08)
    prepare = ledgers._prepare_sqlite

    def prepare_quickly(connection, record):
        prepare(connection, record)
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    monkeypatch.setattr(ledgers, "_prepare_sqlite", prepare_quickly)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    asyncio.run(make(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def ledger(tmp_path, template):
    """An empty ledger, copied: migrations take a while."""
    opened = await Ledger.open(f"sqlite:///{shutil.copy(template, tmp_path)}")
    yield opened
    await opened.close()


@pytest.fixture
async def bench(ledger):
    one = Bench(ledger, real_clock)
    yield one
    await one.delivery.close()
