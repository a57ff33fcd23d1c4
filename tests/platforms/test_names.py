"""Two platforms of one kind: each goes by its own name, so that neither paces nor settings of the two mix."""

from datetime import UTC, datetime

import pytest

from bot.domain.schedule import Destination
from bot.platforms.console.adapter import Console
from bot.platforms.slack import path_of
from bot.platforms.slack.adapter import Slack
from bot.platforms.slack.chat import SlackChat
from bot.platforms.telegram.adapter import Telegram
from bot.wording.catalogue import wording
from tests.platforms.answering import Everyone


def telegram(**name):
    return Telegram("1:a", "http://x", wording, lambda: datetime.now(UTC), **name)


def slack(**name):
    return Slack("xoxb-1", None, None, "socket", "127.0.0.1:3000", "http://x", **name)


@pytest.mark.parametrize("make", [telegram, slack])
async def test_two_of_a_kind_share_no_pace(make):
    for address in ("7", "-7", "C1"):
        first, other = make(), make(name="physics")
        buckets = [
            {rate.bucket for rate in one.rates(Destination(one.name, address))} for one in (first, other, make())
        ]
        assert buckets[0] == buckets[2]
        assert not buckets[0] & buckets[1]


def test_a_platform_goes_by_its_kind_unless_it_has_a_name():
    assert (telegram().name, slack().name, Console().name) == ("telegram", "slack", "console")
    assert [one(name="x").name for one in (telegram, slack, Console)] == ["x"] * 3


class Front(Everyone):
    """Keeps who asked."""

    def __init__(self):
        self.readers = []

    async def answer(self, request, reader, syntax=None):
        self.readers.append(reader)

    async def turn(self, destination):
        self.readers.append(destination)


async def test_whoever_asks_in_slack_asks_there_under_the_platforms_name():
    front = Front()
    chat = SlackChat(slack()._client, front, "physics")
    chat._known.update({"C1": "#jobs", "U1": "de"})
    await chat._answer(None, "C1", "U1")
    await chat._answer(None, "C1", "U1", only_for="U1")
    assert [reader.destination for reader in front.readers] == [Destination("physics", "C1")] * 2
    assert [reader.person for reader in front.readers] == ["U1"] * 2
    assert chat.called == "Slack (physics)"


def test_several_slack_apps_share_an_address_by_their_paths():
    assert path_of("slack") == "/slack/events"
    assert path_of("physics") == "/slack/physics/events"
