"""An emulated Slack with a channel, an app with just the manifest's scopes, and short waits."""

import pytest

from bot.domain.schedule import Destination
from bot.platforms.slack.adapter import Slack
from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording
from tests.emulators.slack import SlackServer

JOBS = Destination("slack", "C0123456789")


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr("bot.platforms.slack.listening.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bot.web.listener.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bot.platforms.retrying.REPLY_WAIT", 0.02)
    monkeypatch.setattr("bot.platforms.slack.answering._LOOK_UP_SECONDS", 1.0)


@pytest.fixture
async def server():
    """A bot that does what Slack would frown upon fails the test."""
    async with SlackServer() as server:
        server.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
        server.add_channel(JOBS.address, name="jobs")
        server.add_user("U0456", name="emmy", locale="de-DE")
        yield server
        assert server.problems == []
        assert server.mentions == []


@pytest.fixture
async def slack(server):
    """The adapter, for sending."""
    slack = make_slack(server)
    yield slack
    await slack.close()


def make_slack(server, **other):
    settings = {
        "bot_token": server.bot_token,
        "app_token": server.app_token,
        "signing_secret": server.signing_secret,
        "mode": "socket",
        "listen": "127.0.0.1:3000",
        "api_url": server.url,
    }
    return Slack(**{**settings, **other})
