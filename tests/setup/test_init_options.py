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


async def test_what_a_config_that_is_there_does_not_have_is_said_with_what_to_add(servers, tmp_path, monkeypatch):
    telegram, slack = servers
    for name, token in (("T", telegram.token), ("S", slack.bot_token), ("A", slack.app_token)):
        monkeypatch.setenv(name, token)
    at_telegram = ("--telegram-token-env", "T", *CHANNELS[:2], *at(servers)[:2])
    assert (await init(tmp_path, *at_telegram)).exit_code == 0
    again = await init(tmp_path, *at_telegram)
    assert "Not taken" not in again.output
    before = (tmp_path / "config.yaml").read_text()
    at_slack = ("--slack-bot-token-env", "S", "--slack-app-token-env", "A", *CHANNELS[2:], *at(servers)[2:])
    ended = await init(tmp_path, *at_telegram, *at_slack, "--timezone", "Asia/Tokyo", "--lab", "Owls")
    assert (ended.exit_code, (tmp_path / "config.yaml").read_text()) == (0, before)
    added = f'  slack:\n    bot_token: ${{S}}\n    app_token: ${{A}}\n    api_url: "{slack.url}"\n'
    assert f"below platforms:\n{added}" in ended.stderr
    channel = '  - name: lab-slack\n    platform: slack\n    address: "C0123456789"\n'
    assert f"below channels:\n{channel}" in ended.stderr
    assert "tokens.env was there already, so you have to add what the config names: S, A\n" in ended.stderr
    assert "Not taken: timezone: Asia/Tokyo\n" in ended.stderr
    assert "Not taken: web.title: Owls\n" in ended.stderr
    assert slack.bot_token not in ended.output


async def test_without_a_zone_that_of_the_config_stays(tmp_path):
    assert (await init(tmp_path, "--timezone", "Asia/Tokyo")).exit_code == 0
    words = ("init", str(tmp_path), "--yes")
    assert "Not taken" not in (await asyncio.to_thread(CliRunner().invoke, callboard, words)).output


async def test_a_port_of_a_container_that_leads_nowhere_is_said(tmp_path):
    assert (await init(tmp_path)).exit_code == 0
    ended = await init(tmp_path, "--service", "compose")
    assert "listen at 127.0.0.1:8080, which nobody reaches in a container: write listen: 0.0.0.0:8080" in ended.stderr
    other = tmp_path / "other"
    await init(other, "--service", "compose")
    assert "nobody reaches" not in (await init(other, "--service", "compose")).stderr


async def test_the_template_says_what_to_do_with_a_file_that_is_not_read(tmp_path):
    await init(tmp_path)
    text = (tmp_path / "postings/_template.yaml").read_text()
    assert text.startswith("# Copy this to NAME.yaml")
    assert "callboard preview NAME\n" in text
    (tmp_path / "postings/owls.yaml").write_text(text)
    words = ["preview", "owls", "--config", str(tmp_path / "config.yaml")]
    shown = await asyncio.to_thread(CliRunner().invoke, callboard, words)
    assert (shown.exit_code, "A new position" in shown.output) == (0, True)
