import logging
from datetime import UTC, datetime

import pytest

from bot.platforms.telegram.adapter import Telegram
from bot.wording.catalogue import wording
from tests.emulators.telegram import TelegramServer

GROUP, FORUM, CHANNEL, PERSON, GERMAN = -1001234567890, -1002222222222, -1003333333333, 4242, 4343


@pytest.fixture
async def server():
    async with TelegramServer() as server:
        server.add_chat(GROUP, username="lab_jobs")
        server.add_chat(FORUM, topics={17: "Jobs"})
        server.add_chat(CHANNEL, type="channel", username="lab_news", admin=True)
        server.add_user(PERSON, "Ida", language_code="en")
        server.add_user(GERMAN, "Ute", language_code="de")
        yield server
        assert server.problems == []


@pytest.fixture
def make(server):
    """Makes the platform; by default for the server, with its token."""

    def make(token=server.token, url=server.url, **given):
        return Telegram(token, url, wording, lambda: datetime.now(UTC), **given)

    return make


@pytest.fixture
async def telegram(make):
    telegram = make()
    yield telegram
    await telegram.close()


@pytest.fixture(autouse=True)
def log(caplog, server):
    """What was logged; the token never is."""
    caplog.set_level(logging.WARNING, "httpx")  # as bot.logs has it: below that it prints URLs
    caplog.set_level(logging.CRITICAL, "telegram")
    caplog.set_level(logging.INFO)
    yield caplog
    assert server.token not in caplog.text
    assert server.token.partition(":")[2] not in caplog.text
