"""A position by one script: handed in, previewed, approved, extended, closed, reopened; and one that is rejected with a
reason. On each platform, in English and German, with the whole bot behind it.

At the terminal and in the browser whoever runs the bot publishes at once, and presses a button of the owner's. No nudge
comes to the browser: that chat has no place where one person alone is reached.
"""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from bot.platforms.console.adapter import Console
from tests.domain.build import instant
from tests.emulators import slack, telegram
from tests.listening import listening
from tests.platforms.whole import whole_bot
from tests.ports import free_port

NOW = instant("2027-04-01 12:00")
CONFIG = """
timezone: Europe/Berlin
language: {language}
settle: 0s
platforms: {{{platform}}}
channels: [{channel}]
people: {{admins: {admins}}}
submissions: {{from: members}}
"""
SAID = {
    "en": {
        "begins": [
            ("/new", "What is the title of the position?"),
            ("PhD in Herons", "Which role is it?"),
            ("PhD", "Until when can one apply?"),
            ("in 4 weeks", "Thursday, 29 April 2027, 23:59 (Europe/Berlin, UTC+2) · 28 days left"),
        ],
        "all": ("That is all", "New position: PhD in Herons"),
        "hands in": ("Hand in", "Handed in. You will hear what becomes of it."),
        "publishes": ("Publish", "Published: phd-in-herons"),
        "fills": ("Filled", "Closed: phd-in-herons"),
        "is shown": "Mia hands in a position:",
        "approves": ("Approve", "“PhD in Herons” was approved by Ada: phd-in-herons"),
        "later": [
            ("/extend phd-in-herons 2 June 2027", "Wednesday, 2 June 2027"),
            ("/close phd-in-herons filled", "Closed: phd-in-herons"),
            ("/reopen phd-in-herons", "Open again: phd-in-herons"),
        ],
        "lines": ("/new\ntitle: Bats\nrole: phd", "New position: Bats"),
        "rejects": ("Reject", "No money.", "“Bats” was rejected by Ada. No money."),
    },
    "de": {
        "begins": [
            ("/new", "Wie heißt die Stelle?"),
            ("PhD in Herons", "Welche Rolle ist es?"),
            ("Doktorandin", "Bis wann kann man sich bewerben?"),
            ("in 4 Wochen", "Donnerstag, 29. April 2027, 23:59 (Europe/Berlin, UTC+2) · noch 28 Tage"),
        ],
        "all": ("Das ist alles", "Neue Stelle: PhD in Herons"),
        "hands in": ("Einreichen", "Eingereicht. Du erfährst, was daraus wird."),
        "publishes": ("Veröffentlichen", "Veröffentlicht: phd-in-herons"),
        "fills": ("Besetzt", "Geschlossen: phd-in-herons"),
        "is shown": "Mia reicht eine Stelle ein:",
        "approves": ("Freigeben", "„PhD in Herons“ wurde von Ada freigegeben: phd-in-herons"),
        "later": [
            ("/extend phd-in-herons 2. Juni 2027", "Mittwoch, 2. Juni 2027"),
            ("/close phd-in-herons besetzt", "Geschlossen: phd-in-herons"),
            ("/reopen phd-in-herons", "Wieder offen: phd-in-herons"),
        ],
        "lines": ("/new\ntitle: Bats\nrole: phd", "Neue Stelle: Bats"),
        "rejects": ("Ablehnen", "Kein Geld.", "„Bats“ wurde von Ada abgelehnt. Kein Geld."),
    },
}


class Slack:
    """Mia and Ada write to the bot in their direct messages."""

    MIA, ADA = "U0MIA", "U0ADA"

    def __init__(self, stack, language):
        self.stack, self.locale = stack, {"en": "en-GB", "de": "de-DE"}[language]

    async def config(self):
        self.server = await self.stack.enter_async_context(slack.SlackServer())
        for person, name in ((self.MIA, "Mia"), (self.ADA, "Ada")):
            self.server.add_user(person, name=name, locale=self.locale)
        tokens = f"bot_token: {self.server.bot_token}, app_token: {self.server.app_token}"
        return {
            "platform": f'slack: {{{tokens}, api_url: "{self.server.url}"}}',
            "channel": "",
            "admins": f"[slack:{self.ADA}]",
        }

    async def begins(self, _key):
        await self.server.wait_for(lambda: self.server.sockets)

    async def says(self, person, text):
        await self.server.direct_message(text.removeprefix("/"), user=person)

    async def hears(self, person, holds):
        def last():
            return next((sent for sent in reversed(self.server.messages(person)) if holds in sent.shown), None)

        return await self.server.wait_for(last)

    async def presses(self, person, message, label):
        await self.server.press(message, label, person)

    async def gives_reason(self, person, reason):
        await self.server.wait_for(lambda: self.server.modals.top(person))
        await self.server.submit(person, reason=reason)

    def ends(self):
        assert self.server.problems == []


class Telegram:
    """Mia and Ada write to the bot in private; Mia belongs to the lab's group."""

    MIA, ADA, GROUP = 4711, 4712, -1001234567890

    def __init__(self, stack, language):
        self.stack, self.language = stack, language

    async def config(self):
        self.server = await self.stack.enter_async_context(telegram.TelegramServer())
        self.server.add_chat(self.GROUP, username="lab_jobs")
        for person, name in ((self.MIA, "Mia"), (self.ADA, "Ada")):
            self.server.add_user(person, name, language_code=self.language)
        self.server.chat(self.GROUP).members[self.MIA] = {"status": "member"}
        return {
            "platform": f'telegram: {{token: "{self.server.token}", api_url: "{self.server.url}"}}',
            "channel": '{name: lab, platform: telegram, address: "@lab_jobs"}',
            "admins": f'["telegram:{self.ADA}"]',
        }

    async def begins(self, _key):
        self.server.say(self.ADA, "/help")
        await self.hears(self.ADA, "/positions")

    async def says(self, person, text):
        self.server.say(person, text)

    async def hears(self, person, holds):
        def last():
            return next((sent for sent in reversed(self.server.messages(person)) if holds in (sent.text or "")), None)

        return await self.server.wait_for(last)

    async def presses(self, person, message, label):
        self.server.press(person, message.message_id, label, person)

    async def gives_reason(self, person, reason):
        await self.hears(person, "Bats” " if self.language == "en" else "Bats“ ")
        self.server.say(person, reason)

    def ends(self):
        assert self.server.problems == []


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch):
    """What the platforms let pass in a second, and how fast one may ask, is tried elsewhere."""

    async def admit(_self, request, _reader):
        return request

    monkeypatch.setattr("bot.app.admitting.Admission.admit", admit)
    for name in ("slack.adapter.Slack", "telegram.adapter.Telegram"):
        monkeypatch.setattr(f"bot.platforms.{name}.rates", lambda *_: ())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("world", [Slack, Telegram])
async def test_a_member_hands_in_and_an_admin_decides(tmp_path, world, language):
    said = SAID[language]
    (tmp_path / "postings").mkdir()
    async with AsyncExitStack() as stack:
        lab = world(stack, language)
        text = CONFIG.format(language=language, **await lab.config())
        clock = await stack.enter_async_context(whole_bot(tmp_path, text, NOW))
        await lab.begins(clock.key)
        for words, holds in said["begins"]:
            await lab.says(lab.MIA, words)
            last = await lab.hears(lab.MIA, holds)
        label, holds = said["all"]
        await lab.presses(lab.MIA, last, label)
        preview = await lab.hears(lab.MIA, holds)
        label, holds = said["hands in"]
        await lab.presses(lab.MIA, preview, label)
        await lab.hears(lab.MIA, holds)
        label, holds = said["approves"]
        await lab.presses(lab.ADA, await lab.hears(lab.ADA, said["is shown"]), label)
        await lab.hears(lab.MIA, holds)
        await lab.says(lab.MIA, said["lines"][0])
        await lab.presses(lab.MIA, await lab.hears(lab.MIA, said["lines"][1]), said["hands in"][0])
        label, why, holds = said["rejects"]
        await lab.presses(lab.ADA, await lab.hears(lab.ADA, said["lines"][1]), label)
        await lab.gives_reason(lab.ADA, why)
        await lab.hears(lab.MIA, holds)
        for words, holds in said["later"]:
            await lab.says(lab.MIA, words)
            await lab.hears(lab.MIA, holds)
        lab.ends()
    lines = (tmp_path / "postings" / "phd-in-herons.yaml").read_text("utf-8").splitlines()
    assert {"title: PhD in Herons", "role: phd", "deadline: 2027-06-02", "status: open"} <= set(lines)
    assert not (tmp_path / "postings" / "bats.yaml").exists()


@pytest.mark.parametrize("language", ["en", "de"])
async def test_in_the_browser_whoever_came_by_the_key_publishes(tmp_path, language):
    said, listen = SAID[language], f"127.0.0.1:{free_port()}"
    (tmp_path / "postings").mkdir()
    given = {"platform": f'web: {{listen: "{listen}"}}', "channel": "", "admins": "[]"}
    async with whole_bot(tmp_path, CONFIG.format(language=language, **given), NOW) as clock:
        await listening(listen)
        cookie = {"Cookie": clock.key.cookie(listen).partition(";")[0]}
        async with aiohttp.ClientSession(f"http://{listen}", headers=cookie) as client:

            async def asked(**what):
                body = {"language": language, "conversation": "c1", **what}
                async with client.post("/chat/ask", json=body) as answer:
                    assert answer.status == 200
                    return await answer.json()

            def text(shown):
                return "\n".join("".join(span["text"] for span in line["spans"]) for line in shown["lines"])

            def button(shown, label):
                [request] = [one["request"] for row in shown["buttons"] for one in row if one["label"] == label]
                return request

            for words, holds in said["begins"]:
                shown = await asked(text=words)
                assert holds in text(shown), words
            for step in ("all", "publishes", "fills"):
                label, holds = said[step]
                shown = await asked(request=button(shown, label))
                assert holds in text(shown)
            for words, holds in [said["later"][-1], *said["later"]]:  # open again first: the button has closed it
                assert holds in text(await asked(text=words)), words
        async with (
            aiohttp.ClientSession(f"http://{listen}") as client,
            client.post("/chat/ask", json={"text": "/new", "language": language}) as answer,
        ):
            refused = await answer.json()
        assert "buttons" not in refused, "any other browser is a reader"
    lines = (tmp_path / "postings" / "phd-in-herons.yaml").read_text("utf-8").splitlines()
    assert {"title: PhD in Herons", "role: phd", "deadline: 2027-06-02", "status: open"} <= set(lines)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_at_the_terminal_whoever_sits_there_publishes_and_types_the_buttons(
    tmp_path, capsys, monkeypatch, language
):
    said = SAID[language]
    (tmp_path / "postings").mkdir()
    prompt = asyncio.get_running_loop().create_future()

    async def listen(console, answers):
        prompt.set_result((console, answers))
        await asyncio.Event().wait()

    monkeypatch.setattr(Console, "listen", listen)  # there is no terminal here: what is typed comes from below
    given = {"platform": "console: {}", "channel": "{name: all, platform: console}", "admins": "[]"}
    async with whole_bot(tmp_path, CONFIG.format(language=language, **given), NOW):
        console, answers = await asyncio.wait_for(prompt, 30)
        buttons, again = [said[step] for step in ("all", "publishes", "fills")], said["later"][-1]
        typed = [*said["begins"], *buttons, again, *said["later"]]
        for words, holds in typed:
            capsys.readouterr()
            await console._answer(words, answers)
            assert holds in capsys.readouterr().out, words
    lines = (tmp_path / "postings" / "phd-in-herons.yaml").read_text("utf-8").splitlines()
    assert {"title: PhD in Herons", "role: phd", "deadline: 2027-06-02", "status: open"} <= set(lines)
