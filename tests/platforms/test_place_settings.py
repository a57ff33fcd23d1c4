"""Groups and channels as their administrators set them, by one script on Telegram and Slack."""

from contextlib import AsyncExitStack

import pytest

from bot.store import Ledger
from tests.domain.build import instant
from tests.emulators import slack, telegram
from tests.platforms.whole import whole_bot

NOW = instant("2027-04-01 12:00")
CONFIG = """
timezone: Europe/Berlin
language: {language}
settle: 0s
platforms: {{{platform}}}
channels: [{channels}]
"""
SAID = {
    "en": {
        "noted": "That is noted.",
        "filter": "filter: PhD: 1 matches now",
        "no": ("Only its administrators and my own admins", "Only the workspace's admins and owners"),
        "locked": "Whoever runs me has fixed that in the config (locked)",
        "asked": "would let everything through. Is that what you want?",
        "all": ("Take every position", "filter: Every position: 2 match now"),
    },
    "de": {
        "noted": "Das ist notiert.",
        "filter": "filter: Promotion: 1 passt jetzt",
        "no": ("Nur die Administratoren und meine eigenen Admins", "Nur Admins und Eigentümer des Workspace"),
        "locked": "Wer mich betreibt, hat das in der Konfiguration festgelegt (locked)",
        "asked": "ließe alles durch. Willst du das?",
        "all": ("Jede Stelle nehmen", "filter: Jede Stelle: 2 passen jetzt"),
    },
}


class Telegram:
    """Ada administers the group, and the channel; Mia is a member."""

    MIA, ADA = 4711, 4712
    LAB, FIXED = -1001234567890, -1002222222222

    def __init__(self, stack):
        self.stack = stack

    async def config(self, language):
        self.server = await self.stack.enter_async_context(telegram.TelegramServer())
        for person, name in ((self.MIA, "Mia"), (self.ADA, "Ada")):
            self.server.add_user(person, name, language_code=language)
        for chat in (self.LAB, self.FIXED):
            self.server.add_chat(chat, admin=True)
            self.server.join(chat, self.ADA, "administrator")
        return {
            "platform": f'telegram: {{token: "{self.server.token}", api_url: "{self.server.url}"}}',
            "channels": f'{{name: lab, platform: telegram, address: "{self.LAB}"}}, '
            f'{{name: fixed, platform: telegram, address: "{self.FIXED}", locked: true}}',
        }

    async def sets(self, place, text, person, **how):
        """What somebody is answered who writes it in the group."""
        asked = self.server.say(place, f"/settings {text}", person, **how)
        return await self.server.wait_for(lambda: self.answer(place, asked.message_id))

    def answer(self, place, after):
        return next((one for one in self.server.messages(place) if one.reply_to == after), None)

    async def presses(self, answer, label, person, holds):
        self.server.press(answer.chat.id, answer.message_id, label, person)
        await self.server.wait_for(lambda: holds in answer.text)

    def text(self, answer):
        return answer.text

    def shown(self, place):
        return [message.text for message in self.server.messages(place)]

    def ends(self):
        assert self.server.problems == []


class Slack:
    """Ada has made the channels; Mia is a member of the workspace."""

    MIA, ADA = "U0MIA", "U0ADA"
    LAB, FIXED = "C0123456789", "C0222222222"

    def __init__(self, stack):
        self.stack = stack

    async def config(self, language):
        self.server = await self.stack.enter_async_context(slack.SlackServer())
        for person, name in ((self.MIA, "mia"), (self.ADA, "ada")):
            self.server.add_user(person, name=name, locale={"en": "en-GB", "de": "de-DE"}[language])
        for channel, name in ((self.LAB, "jobs"), (self.FIXED, "fixed")):
            self.server.add_channel(channel, name=name).creator = self.ADA
        tokens = f"bot_token: {self.server.bot_token}, app_token: {self.server.app_token}"
        return {
            "platform": f'slack: {{{tokens}, api_url: "{self.server.url}"}}',
            "channels": f"{{name: lab, platform: slack, address: {self.LAB}}}, "
            f'{{name: fixed, platform: slack, address: "#fixed", locked: true}}',
        }

    async def sets(self, place, text, person):
        await self.server.wait_for(lambda: self.server.sockets)
        asked = await self.server.slash("/positions", f"settings channel {text}", user=person, channel=place)
        return await asked.answer(20)

    async def presses(self, answer, label, person, holds):
        pressed = await self.server.press(answer, label, person)
        assert holds in (await pressed.answer(20)).shown

    def text(self, answer):
        return answer.shown

    def shown(self, place):
        return [message.shown for message in self.server.messages(place)]

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


def write(folder, *names):
    for name in names:
        role = name.partition("-")[0]
        (folder / "postings" / f"{name}.yaml").write_text(f"title: {name}\nrole: {role}\ntags: [t]\n", "utf-8")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("world", [Telegram, Slack])
async def test_administrators_set_what_is_announced_and_nobody_else(tmp_path, world, language):
    said = SAID[language]
    (tmp_path / "postings").mkdir()
    write(tmp_path, "phd-owls", "postdoc-owls")
    async with AsyncExitStack() as stack:
        lab = world(stack)
        text = CONFIG.format(language=language, **await lab.config(language))
        await stack.enter_async_context(whole_bot(tmp_path, text, NOW))
        answer = await lab.sets(lab.LAB, "filter phd", lab.ADA)
        assert said["noted"] in lab.text(answer)
        assert said["filter"] in lab.text(answer)
        assert said["no"][world is Slack] in lab.text(await lab.sets(lab.LAB, "filter postdoc", lab.MIA))
        assert said["locked"] in lab.text(await lab.sets(lab.FIXED, "filter phd", lab.ADA))
        write(tmp_path, "postdoc-bats", "phd-bats")
        await lab.server.wait_for(lambda: any("phd-bats" in shown for shown in lab.shown(lab.LAB)))
        await lab.server.wait_for(lambda: sum("-bats" in shown for shown in lab.shown(lab.FIXED)) == 2)
        assert not any("postdoc-bats" in shown for shown in lab.shown(lab.LAB)), "it counts at once"
        answer = await lab.sets(lab.LAB, "filter positions", lab.ADA)
        assert said["asked"] in lab.text(answer)
        label, holds = said["all"]
        await lab.presses(answer, label, lab.ADA, holds.replace("2", "4"))
        await lab.server.wait_for(lambda: any("postdoc-bats" in shown for shown in lab.shown(lab.LAB)))
        lab.ends()
    ledger = await Ledger.open(f"sqlite:///{tmp_path / 'callboard.db'}")
    entries = await ledger.drafts.audit()
    platform = world.__name__.casefold()
    assert [(str(one.by.person), one.by.name, str(one.action), one.posting, one.detail) for one in entries] == [
        (f"{platform}:{lab.ADA}", f"{platform}:{lab.ADA}", "set", None, f"lab: filter {text}")
        for text in ("phd", "off")
    ]
    await ledger.close()


async def test_of_several_channels_in_a_forum_the_one_of_the_topic_is_meant(tmp_path):
    (tmp_path / "postings").mkdir()
    async with AsyncExitStack() as stack:
        lab = Telegram(stack)
        given = await lab.config("en")
        lab.server.add_chat(-1006, topics={17: "PhD", 18: "Postdoc"})
        lab.server.join(-1006, lab.ADA, "administrator")
        at = "{{name: {}, platform: telegram, address: '-1006', thread: {}}}"
        channels = ", ".join((at.format("first", 17), at.format("second", 18)))
        text = CONFIG.format(language="en", platform=given["platform"], channels=channels)
        await stack.enter_async_context(whole_bot(tmp_path, text, NOW))
        assert "That is not clear here" in (await lab.sets(-1006, "filter yes phd", lab.ADA)).text
        for thread, role in ((17, "phd"), (18, "postdoc")):
            answer = await lab.sets(-1006, f"filter yes {role}", lab.ADA, thread=thread)
            assert "That is noted." in answer.text
        write(tmp_path, "postdoc-bats", "phd-bats")
        shown = await lab.server.wait_for(lambda: len(notices := announced(lab, -1006)) == 2 and notices)
        assert sorted(shown) == [(17, "phd-bats"), (18, "postdoc-bats")]
        lab.ends()


def announced(lab, place):
    messages = [message for message in lab.server.messages(place) if "New position: " in message.text]
    return [(message.thread, message.text.partition("New position: ")[2].split()[0]) for message in messages]
