"""A reader's calendar by one script, with the whole bot behind it: below an announcement they press the button, follow,
subscribe to their private address, see a deadline move there, and are forgotten.
"""

import asyncio
import re
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.domain.build import instant
from tests.emulators import slack, telegram
from tests.listening import listening
from tests.platforms.whole import whole_bot
from tests.ports import free_address
from tests.publish.calendars import alarms_of
from tests.publish.calendars import read as events

NOW = instant("2027-04-01 12:00")
CONFIG = """
timezone: Europe/Berlin
settle: 0s
reminders: [7d]
platforms: {{{platform}}}
channels: [{channel}]
web: {{listen: "{listen}", base_url: "http://{listen}"}}
"""
OWLS = "title: Owls\nrole: phd\ndeadline: 2027-05-10\n"
IDA, GROUP, EMMY, JOBS = 4242, -1001234567890, "U0EMMY", "C0123456789"


class OnTelegram:
    def __init__(self, server):
        self.server = server
        server.add_chat(GROUP, username="lab_jobs")
        server.add_user(IDA, "Ida", language_code="en")
        self.platform = f'telegram: {{token: "{server.token}", api_url: "{server.url}"}}'
        self.channel = '{name: lab, platform: telegram, address: "@lab_jobs"}'

    async def listens(self):
        await self.server.wait_for(lambda: [call for call in self.server.calls if call.method == "getUpdates"])

    async def presses(self):
        announced = await self.server.wait_for(lambda: self.server.messages(GROUP))
        [url] = [button["url"] for button in announced[0].buttons if button["text"] == "Remind me"]
        return await self._answer(lambda: self.server.follow(url, IDA))

    async def says(self, text):
        return await self._answer(lambda: self.server.say(IDA, f"/{text}"))

    async def _answer(self, say):
        before = len(self.server.messages(IDA))
        say()
        return (await self.server.wait_for(lambda: self.server.messages(IDA)[before + 1 :]))[-1].text

    def files(self):
        return [message.file for message in self.server.messages(IDA) if message.file]


class OnSlack:
    def __init__(self, server):
        self.server = server
        server.add_channel(JOBS, name="jobs")
        server.add_user(EMMY, name="emmy")
        tokens = ("bot_token", "app_token", "signing_secret")
        secrets = ", ".join(f"{name}: {getattr(server, name)}" for name in tokens)
        self.platform = f'slack: {{{secrets}, api_url: "{server.url}"}}'
        self.channel = f"{{name: lab, platform: slack, address: {JOBS}}}"

    async def listens(self):
        await self.server.wait_for(lambda: self.server.sockets)

    async def presses(self):
        announced = await self.server.wait_for(lambda: self.server.messages(JOBS))
        return (await (await self.server.press(announced[0], "Remind me", EMMY)).answer()).shown

    async def says(self, text):
        before = [one for one in self.server.messages(EMMY) if one.params]
        await self.server.direct_message(text, user=EMMY)

        def answered():
            return [one for one in self.server.messages(EMMY) if one.params][len(before) :]

        return (await self.server.wait_for(answered))[-1].shown

    def files(self):
        return [one.body for one in self.server.files.shared]


PLATFORMS = {"telegram": (telegram.TelegramServer, OnTelegram), "slack": (slack.SlackServer, OnSlack)}


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_reader_subscribes_to_what_they_follow(tmp_path, name):
    (tmp_path / "postings").mkdir()
    owls = tmp_path / "postings" / "owls.yaml"
    owls.write_text(OWLS)
    (tmp_path / "postings" / "mice.yaml").write_text("title: Mice\nrole: technician\ndeadline: 2027-05-20\n")
    listen = free_address()
    async with AsyncExitStack() as stack:
        make, wrapped = PLATFORMS[name]
        there = wrapped(await stack.enter_async_context(make()))
        client = await stack.enter_async_context(aiohttp.ClientSession())
        text = CONFIG.format(platform=there.platform, channel=there.channel, listen=listen)
        await stack.enter_async_context(whole_bot(tmp_path, text, NOW))
        await there.listens()
        await listening(listen)

        async def calendar(address):
            async with client.get(address) as answer:
                body = await answer.read()
                return {uid.partition("@")[0]: one for uid, one in events(body).items()} if answer.ok else answer.status

        assert "I remind you in private:" in await there.presses()
        shown = await there.says("calendar")
        assert "What you follow: 1 deadline" in shown
        [address] = re.findall(rf"http://{listen}/calendar/\S+", shown)
        before = await calendar(address)
        await _until(lambda: len(there.files()) == 1)
        assert list(events(there.files()[0])) == [str(one["uid"]) for one in before.values()]
        assert [alarms_of(one) for one in before.values()] == [
            alarms_of(one) for one in events(there.files()[0]).values()
        ]
        await there.says("follow technician")
        assert set(await calendar(address)) == {"owls", "mice"}
        owls.write_text(OWLS.replace("05-10", "05-17"))
        await _until(lambda: _moved(calendar, address))
        assert (await calendar(address))["owls"]["sequence"] == before["owls"]["sequence"] + 1
        assert "Erased, for good" in await there.says("forget yes")
        assert await calendar(address) == 404
        assert there.server.problems == []


async def _moved(calendar, address):
    return (await calendar(address))["owls"]["dtstart"].dt == instant("2027-05-17 21:59:59")


async def _until(true):
    async with asyncio.timeout(20):
        while True:
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)
