import asyncio
import logging

import pytest

from bot.delivery import sending
from bot.platforms.base import Rate
from bot.platforms.slack.adapter import Slack
from bot.platforms.slack.manifest import manifest
from bot.platforms.telegram.adapter import Telegram
from bot.store import engine as ledgers
from bot.wording.catalogue import wording
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.faults.build import GROUP, JOBS, OTHER, SECOND, THIRD, World
from tests.store.build import make


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Short waits, a quick pace, and a disk that is not waited for."""
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(sending, "LONGEST_WAIT", 0.1)
    monkeypatch.setattr("bot.platforms.slack.listening.FIRST_WAIT", 0.02)
    for platform in (Telegram, Slack):
        monkeypatch.setattr(platform, "rates", _quick)
    prepare = ledgers._prepare_sqlite

    def prepare_quickly(connection, record):
        prepare(connection, record)
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    monkeypatch.setattr(ledgers, "_prepare_sqlite", prepare_quickly)


def _quick(platform, destination):
    return [Rate((platform.name, destination.address), 100, 0.01), Rate(f"{platform.name} token", 100, 0.01)]


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    asyncio.run(make(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def world(tmp_path, template, caplog):
    """Both platforms with a few chats, one channel in Telegram unless a test wants others. Nothing has run yet."""
    caplog.set_level(logging.CRITICAL, "telegram")
    caplog.set_level(logging.INFO, "callboard")  # the last one counts for the handler
    async with TelegramServer() as telegram, SlackServer() as slack:
        telegram.add_chat(GROUP, username="lab_jobs")
        telegram.add_chat(SECOND, title="Second")
        telegram.add_chat(THIRD, title="Third")
        slack.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
        slack.add_channel(JOBS, name="jobs")
        slack.add_channel(OTHER, name="other")
        world = World(tmp_path, template, caplog, telegram, slack)
        yield world
        await world.end()
        assert telegram.problems == []
        assert slack.problems == []
        for secret in (telegram.token.partition(":")[2], "xoxb-", "xapp-test"):
            assert secret not in caplog.text.replace("xoxb-test", "xoxb-").replace("begins with xoxb-", "")
