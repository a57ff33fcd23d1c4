"""`callboard run` as a process started from nothing, on both platforms: start, announce, answer, stop, start again."""

import asyncio
import signal

import pytest

from tests.process.lab import GROUP, Lab

pytestmark = pytest.mark.process


async def test_a_file_becomes_an_announcement_and_an_answer_and_nothing_is_said_twice(tmp_path):
    async with Lab(tmp_path, fresh=True) as lab:
        lab.configure()
        lab.post("robots", title="Robots that learn", deadline="2199-05-02", tags=["robotics"])
        bot = await lab.start()
        await lab.until(lambda: lab.telegram.sent and lab.slack.sent)
        assert "Robots that learn" in lab.telegram.sent[0].text
        assert "Robots that learn" in lab.slack.sent[0].shown
        assert "Thursday, 2 May 2199, 23:59 (Europe/Berlin" in lab.telegram.sent[0].text

        await bot.says("answering in Telegram")
        lab.telegram.say(7, "/positions robotics", user=7)
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        assert "Bewerbung bis" in lab.telegram.sent[1].text  # Ada's client is German
        await bot.says("answering in Slack")
        heard = await (await lab.slack.slash("/positions", "phd")).answer()
        assert "Robots that learn" in heard.shown

        lab.post("fishes", title="Fishes that swim")
        await lab.until(lambda: any("Fishes" in sent.text for sent in lab.telegram.sent))
        await lab.until(lambda: any("Fishes" in sent.shown for sent in lab.slack.sent))
        assert await bot.stop() == 0
        sent = len(lab.telegram.sent), len(lab.slack.sent)

        (lab.postings / "robots.yaml").touch()
        again = await lab.start()
        await again.says("answering in Telegram")
        await again.says("answering in Slack")
        lab.telegram.say(7, "/help", user=7)
        await lab.until(lambda: len(lab.telegram.sent) > sent[0])
        assert (len(lab.telegram.sent), len(lab.slack.sent)) == (sent[0] + 1, sent[1])
        assert await again.stop(signal.SIGINT) == 0
        lab.assert_no_problems()
        assert "TEST-TOKEN" not in "".join(bot.log + again.log)


async def test_a_bad_file_is_told_with_its_line_and_the_last_good_version_stays(tmp_path):
    async with Lab(tmp_path, fresh=True) as lab:
        lab.configure()
        path = lab.post("robots", title="Robots", deadline="2199-05-02")
        bot = await lab.start()
        await lab.until(lambda: lab.telegram.sent and lab.slack.sent)
        path.write_text("title: Robots\nrole: phd\ndeadline: 2027-02-30\n")
        await bot.says(r'robots\.yaml:3: deadline: "2027-02-30" is no date; write YYYY-MM-DD')
        lab.post("fishes", title="Fishes")
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        await bot.says("answering in Telegram")
        lab.telegram.say(7, "/positions", user=7)
        await lab.until(lambda: len(lab.telegram.sent) == 3)
        assert "Robots" in lab.telegram.sent[2].text
        assert await bot.stop() == 0


async def test_one_process_sends_and_a_second_takes_over_when_it_is_killed(tmp_path):
    async with Lab(tmp_path, fresh=True) as lab:
        lab.configure([{"name": "lab-slack", "platform": "slack", "address": "#jobs"}])
        first = await lab.start()
        await first.says("answering in Slack")
        second = await lab.start()
        await second.says("stands by")
        lab.post("one")
        await lab.until(lambda: lab.slack.sent)
        await first.stop(signal.SIGKILL)
        lab.post("two")
        await lab.until(lambda: len(lab.slack.sent) == 2)
        assert await second.stop() == 0
        assert [message.shown.count("One") > 0 for message in lab.slack.sent] == [True, False]


async def test_a_platform_that_is_away_at_start_hears_of_everything_when_it_is_back(tmp_path):
    async with Lab(tmp_path, fresh=True) as lab:
        lab.configure()
        lab.post("robots")
        await lab.telegram.stop()
        bot = await lab.start()
        await lab.until(lambda: lab.slack.sent)  # nobody else waits
        await bot.says("Telegram cannot be reached")
        await lab.telegram.start()
        await lab.until(lambda: lab.telegram.sent)
        assert await bot.stop() == 0
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 1


async def test_a_reply_goes_ahead_of_a_broadcast(tmp_path):
    async with Lab(tmp_path, fresh=True) as lab:
        channels = []
        for number in range(60):
            lab.telegram.add_chat(-1000 - number, type="supergroup", title=str(number))
            channels.append({"name": f"group-{number}", "platform": "telegram", "address": -1000 - number})
        lab.configure(channels)
        bot = await lab.start()
        await bot.says("answering in Telegram")
        for number in range(3):
            lab.post(f"posting-{number}")
        await lab.until(lambda: len(lab.telegram.sent) > 10)
        began = asyncio.get_running_loop().time()
        lab.telegram.say(7, "/positions", user=7)
        await lab.until(lambda: any(message.chat.id == 7 for message in lab.telegram.sent))
        behind = len(lab.telegram.sent)
        assert asyncio.get_running_loop().time() - began < 3
        assert behind < 180, "the reply came after the whole broadcast"
        await lab.until(lambda: len(lab.telegram.sent) == 181, seconds=30)
        assert await bot.stop() == 0


async def test_a_stop_lets_what_is_on_the_wire_arrive(tmp_path):
    from tests.emulators.telegram import hang

    async with Lab(tmp_path, fresh=True) as lab:
        lab.configure([{"name": "lab-telegram", "platform": "telegram", "address": GROUP}])
        lab.telegram.fail("sendMessage", hang(1.0, act=True))
        lab.post("robots")
        bot = await lab.start()
        await lab.until(lambda: any(call.method == "sendMessage" for call in lab.telegram.calls))
        assert await bot.stop() == 0
        ledger = await lab.callboard("ledger", "--json")
        assert [row["state"] for row in ledger.rows] != ["on the wire"]
