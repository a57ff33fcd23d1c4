"""A bot that is added to a group or channel that no config names introduces itself, and posts nothing before an
administrator agrees: one script on Telegram and Slack, and what only Telegram has.
"""

from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.platforms.slack.manifest import EVENTS
from bot.store.places import MOST_AN_HOUR
from tests.emulators.telegram import status
from tests.platforms import test_place_settings as settings
from tests.platforms.test_place_settings import CONFIG, NOW, _no_pace, write  # noqa: F401
from tests.platforms.whole import whole_bot

SAID = {
    "en": {
        "begins": "Hello! I know of 1 open position, and would announce in this chat: new positions, moved deadlines, "
        "reminders.",
        "button": "Announce in this chat",
        "no": settings.SAID["en"]["no"],
        "noted": "announce: new positions, moved deadlines, reminders",
    },
    "de": {
        "begins": "Hallo! Ich kenne 1 offene Stelle und würde in diesem Chat melden: neue Stellen",
        "button": "In diesem Chat melden",
        "no": settings.SAID["de"]["no"],
        "noted": "announce: neue Stellen, verschobene Fristen, Erinnerungen",
    },
}


class Telegram(settings.Telegram):
    NEW = -1009999999999

    async def config(self, language):
        given = await super().config(language)
        self.server.add_chat(self.NEW, member=False)
        self.server.join(self.NEW, self.ADA, "administrator")
        return given

    async def ready(self):
        await self.server.wait_for(lambda: self.server.counts["getUpdates"])

    async def adds(self, place):
        self.server.my_chat_member(place, "member", self.MIA)

    async def removes(self, place):
        self.server.my_chat_member(place, "kicked", self.ADA)

    async def hears(self, place, holds):
        def last():
            return next((one for one in reversed(self.server.messages(place)) if holds in one.text), None)

        return await self.server.wait_for(last)

    async def presses(self, message, label, person):
        self.server.press(message.chat.id, message.message_id, label, person)


class Slack(settings.Slack):
    NEW = "C0999999999"

    async def config(self, language):
        given = await super().config(language)
        self.server.events = set(EVENTS)
        self.server.add_channel(self.NEW, name="new", member=False).creator = self.ADA
        return given

    async def ready(self):
        await self.server.wait_for(lambda: self.server.sockets)

    async def adds(self, place):
        await self.server.invite(place, self.MIA)

    async def removes(self, place):
        await self.server.remove(place)

    async def hears(self, place, holds):
        def last():
            shown = [*self.server.messages(place), *(one.message for one in self.server.responses if one.message)]
            return next((one for one in reversed(shown) if one.channel == place and holds in one.shown), None)

        return await self.server.wait_for(last)

    async def presses(self, message, label, person):
        await self.server.press(message, label, person)


@asynccontextmanager
async def running(tmp_path, world, language="en", *postings):
    (tmp_path / "postings").mkdir()
    write(tmp_path, *postings)
    async with AsyncExitStack() as stack:
        lab = world(stack)
        text = CONFIG.format(language=language, **await lab.config(language))
        clock = await stack.enter_async_context(whole_bot(tmp_path, text, NOW))
        await lab.ready()
        yield lab, clock
        lab.ends()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("world", [Telegram, Slack])
async def test_it_says_what_it_would_post_and_posts_it_once_an_administrator_agrees(tmp_path, world, language):
    said = SAID[language]
    async with running(tmp_path, world, language, "phd-owls") as (lab, clock):
        await lab.adds(lab.NEW)
        hello = await lab.hears(lab.NEW, said["begins"])
        write(tmp_path, "phd-bats")
        await lab.hears(lab.LAB, "phd-bats")
        assert not any("phd-" in shown for shown in lab.shown(lab.NEW)), "nobody has agreed"
        await lab.presses(hello, said["button"], lab.MIA)
        await lab.hears(lab.NEW, said["no"][world is Slack])
        await lab.presses(hello, said["button"], lab.ADA)
        await lab.hears(lab.NEW, said["noted"])
        await lab.hears(lab.NEW, "phd-owls")
        await lab.hears(lab.NEW, "phd-bats")
        await lab.removes(lab.NEW)
        write(tmp_path, "phd-newts")
        await lab.hears(lab.LAB, "phd-newts")
        await lab.adds(lab.NEW)
        write(tmp_path, "phd-foxes")
        await lab.hears(lab.LAB, "phd-foxes")
        assert sum(said["begins"][:9] in shown for shown in lab.shown(lab.NEW)) <= 1, "once a day"
        assert not any("phd-newts" in shown or "phd-foxes" in shown for shown in lab.shown(lab.NEW))
        clock.advance(days=1)
        await lab.removes(lab.NEW)
        await lab.adds(lab.NEW)
        await lab.hears(lab.NEW, said["begins"][:14])


@pytest.mark.parametrize("world", [Telegram, Slack])
async def test_where_the_config_names_it_it_says_nothing(tmp_path, world):
    async with running(tmp_path, world) as (lab, _clock):
        for place in (lab.LAB, lab.FIXED):
            await lab.removes(place)
            await lab.adds(place)
        await lab.adds(lab.NEW)
        await lab.hears(lab.NEW, "Hello!")
        assert lab.shown(lab.LAB) == lab.shown(lab.FIXED) == []


async def test_who_adds_it_to_many_groups_has_it_write_to_a_few(tmp_path):
    async with running(tmp_path, Telegram) as (lab, _clock):
        groups = [lab.NEW - number for number in range(1, MOST_AN_HOUR + 11)]
        for group in groups:
            lab.server.add_chat(group, member=False)
            await lab.adds(group)
        await lab.server.wait_for(lambda: sum(map(bool, map(lab.shown, groups))) == MOST_AN_HOUR)
        for question in ("/help", "/positions"):
            lab.server.say(lab.MIA, question)
        await lab.hears(lab.MIA, "/positions")
        await lab.hears(lab.MIA, "Nothing is open")
        assert sum(map(bool, map(lab.shown, groups))) == MOST_AN_HOUR


async def test_in_telegrams_channels_who_added_it_is_told_in_private_or_it_says_so_there(tmp_path):
    async with running(tmp_path, Telegram, "en", "phd-owls", "postdoc-owls") as (lab, _clock):
        for channel, name in ((-1003, "lab_news"), (-1004, "lab_more")):
            lab.server.add_chat(channel, "channel", username=name, member=False)
            lab.server.join(channel, lab.ADA, "creator")
        lab.server.my_chat_member("@lab_more", "administrator", lab.ADA)
        await lab.hears("@lab_more", "/settings @lab_more announce on")
        assert lab.server.messages("@lab_more")[0].labels == []
        lab.server.say(lab.ADA, "/help")
        await lab.hears(lab.ADA, "/positions")
        lab.server.my_chat_member("@lab_news", "administrator", lab.ADA)
        hello = await lab.hears(lab.ADA, "would announce in @lab_news: new positions")
        await lab.presses(hello, "Announce in @lab_news", lab.ADA)
        await lab.hears("@lab_news", "phd-owls")
        lab.server.say(lab.ADA, "/settings @lab_news filter postdoc")
        await lab.hears(lab.ADA, "filter: Postdoc: 1 matches now")
        lab.server.say(lab.MIA, "/settings @lab_news announce off")
        await lab.hears(lab.MIA, "Only its administrators")
        lab.server.say(lab.MIA, "/settings @lab_nowhere announce off")
        await lab.hears(lab.MIA, "I know no group or channel @lab_nowhere")
        lab.server.fail("getChat", status(502))
        lab.server.say(lab.ADA, "/settings @lab_news announce off")
        await lab.hears(lab.ADA, "I cannot find out whether that is for you to say")
        write(tmp_path, "phd-bats", "postdoc-bats")
        await lab.hears("@lab_news", "postdoc-bats")
        assert not any("phd-bats" in shown for shown in lab.shown("@lab_news"))


async def test_an_administrator_who_writes_in_the_groups_name_is_one_and_a_channel_in_a_group_is_none(tmp_path):
    async with running(tmp_path, Telegram) as (lab, _clock):
        answer = await lab.sets(lab.LAB, "language de", lab.ADA, in_the_name_of=lab.LAB)
        assert "Das ist notiert." in answer.text
        lab.server.add_chat(-1003, "channel", username="other")
        lab.server.join(-1003, lab.MIA, "creator")
        refused = await lab.sets(lab.LAB, "language en", lab.MIA, in_the_name_of=-1003)
        assert any(said["no"][0] in refused.text for said in SAID.values())
        lab.server.join(lab.LAB, lab.MIA, "member")
        refused = await lab.sets(lab.LAB, "language en", lab.MIA)
        assert any(said["no"][0] in refused.text for said in SAID.values())
        assert [button.get("url") for button in refused.buttons] == ["https://t.me/callboard_bot?start=settings"]


async def test_a_group_that_becomes_a_supergroup_keeps_what_was_set_and_that_it_agreed(tmp_path):
    async with running(tmp_path, Telegram) as (lab, _clock):
        group, becomes = -55, -1005555555555
        lab.server.add_chat(group, "group", member=False)
        lab.server.join(group, lab.ADA, "administrator")
        await lab.adds(group)
        await lab.presses(await lab.hears(group, "Hello!"), "Announce in this chat", lab.ADA)
        await lab.hears(group, "announce: new positions")
        lab.server.migrate(group, becomes)
        lab.server.my_chat_member(group, "left", lab.ADA)
        lab.server.join(becomes, lab.ADA, "administrator")
        while "announce: new positions" not in (await lab.sets(becomes, "", lab.ADA)).text:
            pass  # several updates tell of it, in any order
        await lab.sets(becomes, "filter phd", lab.ADA)
        write(tmp_path, "postdoc-bats", "phd-bats")
        await lab.hears(becomes, "phd-bats")
        assert not any("postdoc-bats" in shown or "Hello" in shown for shown in lab.shown(becomes))


async def test_in_a_forum_announcements_go_to_the_topic_where_that_was_agreed(tmp_path):
    async with running(tmp_path, Telegram, "en", "phd-owls") as (lab, _clock):
        forum = -1006
        lab.server.add_chat(forum, topics={17: "Jobs", 18: "Chat"}, member=False)
        lab.server.join(forum, lab.ADA, "administrator")
        await lab.adds(forum)
        await lab.hears(forum, "Hello!")
        assert "That is noted." in (await lab.sets(forum, "announce on", lab.ADA, thread=17)).text
        assert (await lab.hears(forum, "New position: phd-owls")).thread == 17
        assert "That is noted." in (await lab.sets(forum, "remind 1d", lab.ADA, thread=18)).text
        write(tmp_path, "phd-bats")
        assert (await lab.hears(forum, "New position: phd-bats")).thread == 17
