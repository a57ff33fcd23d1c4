"""`callboard init` by its options alone; both platforms are emulated."""

import asyncio

import pytest
from click.testing import CliRunner

from bot import config
from bot.cli import callboard
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer

CHANNELS = ("--telegram-channel", "-1001234567890", "--slack-channel", "C0123456789")


@pytest.fixture
async def servers():
    async with TelegramServer() as telegram, SlackServer() as slack:
        telegram.add_chat(-1001234567890, type="channel", title="Jobs", admin=True)
        slack.add_channel("C0123456789", name="jobs")
        yield telegram, slack


async def init(folder, *words):
    """As somebody without a terminal starts it."""
    words = ("init", str(folder), "--yes", "--timezone", "UTC", "--language", "en", *words)
    return await asyncio.to_thread(CliRunner().invoke, callboard, words)


def at(servers):
    telegram, slack = servers
    return "--telegram-api-url", telegram.url, "--slack-api-url", slack.url


async def test_each_token_may_be_in_a_file_which_then_is_where_the_bot_reads_it(servers, tmp_path, monkeypatch):
    telegram, slack = servers
    monkeypatch.chdir(tmp_path)
    tokens = {"telegram-token": telegram.token, "slack-bot-token": slack.bot_token, "slack-app-token": slack.app_token}
    options = []
    for name, token in tokens.items():
        file = tmp_path / f"{name}.txt"
        file.write_text(f"{token}\n")
        file.chmod(0o600)
        options += [f"--{name}-file", file.name]
    ended = await init("lab", *options, *CHANNELS, *at(servers))
    assert ended.exit_code == 0, ended.output
    assert set(tokens.values()) <= config.read(tmp_path / "lab/config.yaml").secrets
    assert not (tmp_path / "lab/tokens.env").exists()
    assert not any(token in ended.output for token in tokens.values())
