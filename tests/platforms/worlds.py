"""For each kind of platform, where it can be tried: a place where it sends, what is seen there, and what goes wrong.

A new kind has its world here, made of its emulated server.
"""

import json
from contextlib import AsyncExitStack

import aiohttp

from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording
from tests.emulators import slack, telegram
from tests.listening import listening
from tests.ports import free_address

GROUP, IDA = -1001234567890, 4242
CHANNEL, EMMY = "C0123456789", "U0456"


class World:
    """`async with World(tmp_path, capsys) as world`. `settings` are those of the config, and `address` a place in it.
    `tokens`: which of its settings are secret.
    """

    address = "lab"
    tokens = ()
    faults = {}  # noqa: RUF012  # how each is brought about: "wait", "never", "doubt"
    settings = {}  # noqa: RUF012

    def __init__(self, tmp_path, capsys):
        self.tmp_path, self.capsys = tmp_path, capsys
        self.stack = AsyncExitStack()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.stack.aclose()

    def seen(self):
        """The texts of all messages that stand in the place, in order."""
        raise NotImplementedError

    async def ask(self, text):
        """What somebody is answered in private; None where nobody can ask without a terminal."""
        return


class TelegramWorld(World):
    address = "@lab_jobs"
    tokens = ("token",)

    async def __aenter__(self):
        self.server = await self.stack.enter_async_context(telegram.TelegramServer())
        self.server.add_chat(GROUP, username="lab_jobs")
        self.server.add_user(IDA, "Ida", language_code="en")
        self.settings = {"token": self.server.token, "api_url": self.server.url}
        self.faults = {
            "wait": lambda: self.server.fail("sendMessage", telegram.too_many(7)),
            "never": lambda: self.server.set_standing(GROUP, "kicked"),
            "doubt": lambda: self.server.fail("sendMessage", telegram.drop_after()),
        }
        return self

    def seen(self):
        return [message.text for message in self.server.messages(GROUP)]

    async def ask(self, text):
        self.server.say(IDA, text)
        return await self.server.wait_for(self._last)

    def _last(self):
        last = self.server.messages(IDA)[-1]
        return last.text if last.sender.id != IDA else None

    async def __aexit__(self, *_):
        assert self.server.problems == []
        await super().__aexit__()


class SlackWorld(World):
    address = CHANNEL
    tokens = ("bot_token", "app_token", "signing_secret")

    async def __aenter__(self):
        self.server = await self.stack.enter_async_context(slack.SlackServer())
        self.server.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
        self.server.add_channel(CHANNEL, name="jobs")
        self.server.add_user(EMMY, name="emmy")
        self.settings = {
            "bot_token": self.server.bot_token,
            "app_token": self.server.app_token,
            "signing_secret": self.server.signing_secret,
            "api_url": self.server.url,
        }
        self.faults = {
            "wait": lambda: self.server.fail("chat.postMessage", slack.too_many(7)),
            "never": lambda: self.server.fail("chat.postMessage", slack.error("is_archived")),
            "doubt": lambda: self.server.fail("chat.postMessage", slack.drop_after),
        }
        return self

    def seen(self):
        return [message.shown for message in self.server.channel(CHANNEL).messages]

    async def ask(self, text):
        await self.server.wait_for(lambda: self.server.sockets)
        delivery = await self.server.direct_message(text, user=EMMY)
        room = delivery.payload["event"]["channel"]
        found = await self.server.wait_for(lambda: [one for one in self.server.messages(room) if one.params])
        return found[-1].shown

    async def __aexit__(self, *_):
        assert self.server.problems == []
        await super().__aexit__()


class WebWorld(World):
    async def __aenter__(self):
        self.settings = {"listen": free_address()}
        return self

    def seen(self):
        lines = (self.tmp_path / "kept.jsonl").read_text().splitlines()
        posts = [json.loads(line) for line in lines if line]
        return ["".join(span["text"] for line in post["lines"] for span in line["spans"]) for post in posts]

    async def ask(self, text):
        await listening(self.settings["listen"])
        url = f"http://{self.settings['listen']}/chat/lab-bot/ask"
        async with aiohttp.ClientSession() as client, client.post(url, json={"text": text}) as answer:
            return "".join(span["text"] for line in (await answer.json())["lines"] for span in line["spans"])


class ConsoleWorld(World):
    def seen(self):
        shown = self.capsys.readouterr().out
        return [shown] if shown else []


WORLDS = {"console": ConsoleWorld, "slack": SlackWorld, "telegram": TelegramWorld, "web": WebWorld}
