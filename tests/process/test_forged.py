"""Presses that no button makes: a person's own program sends them for messages of a running bot."""

import asyncio

import pytest

from tests.process.lab import GROUP, SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process

NEWS = -1003333333333  # a channel in which administrators alone post


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.telegram.add_chat(NEWS, type="channel", username="lab_news", admin=True)
        lab.telegram.add_user(66, "Mallory")
        channels = [
            {"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"},
            {"name": "lab-news", "platform": "telegram", "address": "@lab_news"},
            {"name": "lab-slack", "platform": "slack", "address": SLACK_CHANNEL},
        ]
        lab.configure(channels)
        lab.post("robots", title="Robots that learn", url="https://lab.example/robots")
        lab.post("fishes", title="Fishes that swim", url="https://lab.example/fishes")
        yield lab
        lab.assert_no_problems()


@pytest.mark.parametrize("data", ["positions.1 moved to evil.example", "position.1 robots", "help.1"])
async def test_a_forged_press_changes_no_announcement_and_posts_nothing_in_telegram(lab, data):
    bot = await lab.start()
    await lab.until(lambda: len(lab.telegram.sent) == 4)
    await bot.says("answering in Telegram")
    announced = {(message.chat.id, message.message_id): message.text for message in lab.telegram.sent}
    assert {chat for chat, _ in announced} == {GROUP, NEWS}
    queries = [lab.telegram.forge(*place, data, user=66) for place in announced]
    await lab.until(lambda: all(query.answer is not None for query in queries))
    lab.telegram.say(66, "/help", user=66)
    await lab.until(lambda: len(lab.telegram.sent) > 4)
    assert [message.chat.id for message in lab.telegram.sent[4:]] == [66]
    now = {(message.chat.id, message.message_id): message.text for message in lab.telegram.sent[:4]}
    assert now == announced
    assert not any(message.edited for message in lab.telegram.sent)
    assert await bot.stop() == 0


async def test_a_forged_press_changes_no_announcement_in_slack(lab):
    bot = await lab.start()
    await lab.until(lambda: len(lab.slack.sent) == 2)
    await bot.says("answering in Slack")
    before = [message.shown for message in lab.slack.sent]
    for value in ("positions.1 moved to evil.example", "position.1 robots"):
        for message in list(lab.slack.sent):
            pressed = await lab.slack.press(message, "Advert", forged=value)
            assert pressed.acked_in is not None
            pressed = await lab.slack.press(message, None, forged=value)
            assert pressed.acked_in is not None
    heard = await (await lab.slack.slash("/positions", "help")).answer()
    assert "Ask me" in heard.shown
    assert [message.shown for message in lab.slack.sent] == before
    assert [delivery.responses for delivery in lab.slack.deliveries if delivery.type == "interactive"] == [[]] * 8
    assert await bot.stop() == 0


async def test_the_buttons_of_an_answer_do_work(lab):
    bot = await lab.start()
    await bot.says("answering in Telegram")
    await bot.says("answering in Slack")
    await lab.until(lambda: len(lab.telegram.sent) == 4 and len(lab.slack.sent) == 2)
    lab.telegram.say(66, "penguins", user=66)
    await lab.until(lambda: len(lab.telegram.sent) == 5)
    nothing = lab.telegram.sent[-1]
    lab.telegram.press(66, nothing.message_id, "What is open?")
    await lab.until(lambda: nothing.edited)
    lab.telegram.press(66, nothing.message_id, "1")
    await lab.until(lambda: len(lab.telegram.sent) == 6)
    listed = await (await lab.slack.slash("/positions", "")).answer()
    one = await (await lab.slack.press(listed, "1")).answer()
    assert "Fishes that swim" in one.shown
    assert await bot.stop() == 0


# --- The flood


async def test_whoever_floods_the_bot_holds_back_neither_announcements_nor_others(lab):
    bot = await lab.start()
    await bot.says("answering in Telegram")
    await lab.until(lambda: len(lab.telegram.sent) == 4)
    stopped = asyncio.Event()

    async def flood():
        while not stopped.is_set():
            lab.telegram.say(66, "/positions fishes", user=66)
            await asyncio.sleep(1 / 40)

    flooding = asyncio.create_task(flood())

    def answers(to):
        return [message.text for message in lab.telegram.sent if message.chat.id == to]

    try:
        await lab.until(lambda: any("many questions" in text for text in answers(66)))
        lab.post("owls", title="Owls that listen")
        await lab.until(
            lambda: sorted(m.chat.id for m in lab.telegram.sent if "New position: Owls" in m.text) == [NEWS, GROUP]
        )
        lab.telegram.say(7, "/positions owls", user=7)
        await lab.until(lambda: any("Owls that listen" in text for text in answers(7)))
        await lab.until(lambda: len(answers(66)) == 21, 40)  # twenty, one a second after the first five, and the note
    finally:
        stopped.set()
        await flooding
    lab.telegram.say(7, "/help", user=7)
    await lab.until(lambda: any("/positions" in text for text in answers(7)))
    assert sum("many questions" in text for text in answers(66)) == 1
    assert len(answers(66)) == 21
    assert await bot.stop() == 0
