"""A digest over real HTTP, as `callboard tick` sends it: in Telegram and Slack, pinned, and calling who is there."""

from pathlib import Path

import pytest

from bot import config
from bot.app import once
from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording
from tests.domain.build import instant
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.platforms.slack.conftest import JOBS
from tests.platforms.telegram.conftest import GROUP

FRIDAY, MONDAY, NEXT = (instant(text) for text in ("2027-04-30 10:00", "2027-05-03 07:00", "2027-05-10 07:00"))
CONFIG = """
registry: postings
timezone: Europe/Berlin
digest: weekly mon 09:00
announce: []
pin: true
mention: here
platforms:
  telegram: {{token: "{token}", api_url: "{telegram}"}}
  slack: {{bot_token: "{bot_token}", app_token: "{app_token}", api_url: "{slack}"}}
channels:
  - {{name: group, platform: telegram, address: "{group}"}}
  - {{name: jobs, platform: slack, address: {jobs}, language: de}}
"""


@pytest.fixture
async def servers():
    async with TelegramServer() as telegram, SlackServer() as slack:
        telegram.add_chat(GROUP, username="lab_jobs", admin=True)
        slack.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
        slack.add_channel(JOBS.address, name="jobs")
        yield telegram, slack
        assert telegram.problems == slack.problems == []


@pytest.fixture
def tick(servers, tmp_path):
    telegram, slack = servers
    (tmp_path / "postings").mkdir()
    given = {"token": telegram.token, "telegram": telegram.url, "bot_token": slack.bot_token, "slack": slack.url}
    text = CONFIG.format(**given, app_token=slack.app_token, group=GROUP, jobs=JOBS.address)
    path = tmp_path / "config.yaml"
    path.write_text(text)

    async def tick(now):
        assert await once.tick(config.read(path), lambda: now) == 0

    return tick


def posts(folder: Path, name, ends):
    (folder / "postings" / f"{name}.yaml").write_text(
        f"title: {name.title()}\nrole: phd\ndeadline: {ends}\nurl: https://owls.example/{name}\n"
    )


async def test_one_message_in_each_channel_is_pinned_and_calls_who_is_there(servers, tick, tmp_path):
    telegram, slack = servers
    posts(tmp_path, "owls", "2027-05-31")
    posts(tmp_path, "bees", "2027-05-06")
    for now in (FRIDAY, MONDAY, MONDAY):
        await tick(now)
    [first] = telegram.chat(GROUP).messages
    assert first.text.startswith("📋 2 positions at a glance\n\nNew positions\n• Bees (PhD)\n")
    [message] = slack.channel("#jobs").messages
    assert message.shown.startswith("here 📋 2 Stellen im Überblick\n\nNeue Stellen\n• Bees (Promotion)\n")
    assert slack.mentions == [("chat.postMessage", "<!here>")]
    await tick(NEXT)
    [first, second] = telegram.chat(GROUP).messages
    assert telegram.chat(GROUP).pinned == [second]
    assert "Also open\n• Owls (PhD)" in second.text
    assert slack.channel("#jobs").pinned == slack.channel("#jobs").messages[1:]


async def test_where_nothing_may_be_pinned_the_digest_is_there(servers, tick, tmp_path, caplog):
    telegram, slack = servers
    telegram.set_standing(GROUP, "administrator", can_pin_messages=False)
    slack.scopes.discard("pins:write")
    posts(tmp_path, "owls", "2027-06-30")
    for now in (FRIDAY, MONDAY, NEXT):
        await tick(now)
    assert [len(telegram.chat(GROUP).messages), len(slack.channel("#jobs").messages)] == [2, 2]
    told = [record.getMessage() for record in caplog.records if "cannot be pinned" in record.getMessage()]
    assert len(told) == 2
    assert any("give it the right to pin messages" in line for line in told)
    assert any("lacks the scope pins:write" in line for line in told)
