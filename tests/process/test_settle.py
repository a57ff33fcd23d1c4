"""A running bot lets a new file rest: whole processes, as a lab member saves a file."""

import json

import pytest

from tests.process.lab import GROUP, Lab

pytestmark = pytest.mark.process

IN_TELEGRAM = [{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}]


async def test_a_new_file_is_nowhere_until_it_has_rested_and_then_it_is_what_it_says_by_then(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure(IN_TELEGRAM, settle="1h")
        lab.post("owls", title="PhD on owls", deadline="2199-05-02")
        bot = await lab.start()
        await lab.until(lambda: len(lab.telegram.sent) == 1)
        await bot.says("answering in Telegram")
        lab.post("bats", title="PhD on owls", deadline="2199-05-02")  # a copy, before its title is changed
        await bot.says("bats: is new; it is announced, and shown, when its file was not written for 3600 s")
        lab.telegram.say(7, "/positions", user=7)
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        assert "Offene Stellen: 1" in lab.telegram.sent[-1].text
        lab.post("bats", title="Postdoc on bats", role="postdoc", deadline="2199-06-01")
        lab.post("owls", title="PhD on owls", deadline="2199-07-02")  # what is known does not wait
        await lab.until(lambda: len(lab.telegram.sent) == 3)
        lab.configure(IN_TELEGRAM, settle="0s")
        await lab.until(lambda: len(lab.telegram.sent) == 4)
        assert await bot.stop() == 0
        told = [sent.text for sent in lab.telegram.sent if sent.chat.id == GROUP]
        assert ["bats" in text for text in told] == [False, False, True]
        assert "Postdoc on bats" in told[-1]
        lab.assert_no_problems()


async def test_it_is_announced_when_it_has_rested(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure(IN_TELEGRAM, settle="1s")
        bot = await lab.start()
        await bot.says("ready")
        lab.post("bats", title="PhD on bats")
        await bot.says("bats: is new")
        await lab.until(lambda: lab.telegram.sent)
        assert await bot.stop() == 0


async def test_a_start_and_a_tick_do_not_wait(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure(IN_TELEGRAM, settle="1h")
        lab.post("bats")
        assert (await lab.callboard("tick")).code == 0
        assert len(lab.telegram.sent) == 1
        asked = await lab.callboard("ask", "--json", "phd")
        assert json.loads(asked.out)["postings"] == ["bats"]
        lab.post("owls")
        bot = await lab.start()
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        assert await bot.stop() == 0
