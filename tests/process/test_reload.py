"""The config file is changed while the bot runs: a good one takes effect, a bad one changes nothing and is told."""

import asyncio
import os
import pty
import signal
import sys

import pytest
import yaml

from tests.process.lab import GROUP, SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process

IN_TELEGRAM = {"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}
IN_SLACK = {"name": "lab-slack", "platform": "slack", "address": SLACK_CHANNEL}


async def test_a_new_channel_hears_of_everything_and_the_others_hear_nothing_twice(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        lab.post("robots")
        bot = await lab.start()
        await lab.until(lambda: lab.telegram.sent)
        await bot.says("answering in Telegram")
        replace(lab, [IN_TELEGRAM, IN_SLACK])
        await bot.says("the config has changed: starting anew with it", 5)
        await lab.until(lambda: lab.slack.sent)
        lab.post("fishes")
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        await lab.until(lambda: len(lab.slack.sent) == 2)
        lab.telegram.say(7, "/positions", user=7)
        await lab.until(lambda: len(lab.telegram.sent) == 3)
        assert bot.process.returncode is None
        assert await bot.stop() == 0
        assert sum("Robots" in sent.text and sent.chat.id == GROUP for sent in lab.telegram.sent) == 1
        assert "TEST-TOKEN" not in "".join(bot.log)
        lab.assert_no_problems()


async def test_a_config_that_does_not_hold_up_changes_nothing_until_it_is_mended(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        good = lab.config_path.read_text()
        bot = await lab.start()
        await bot.says("ready")
        lab.config_path.write_text(f"languag: de\nremind_at: 12:30\n{good}")
        await bot.says(r'WARNING .*config\.yaml:1: "languag" is no key I know; did you mean "language"\?')
        await bot.says(r'WARNING .*config\.yaml:2: remind_at: "12:30" is no time of day; write "12:30" in quotes')
        await bot.says("WARNING the config as it was stays in force until it is mended")
        lab.post("robots")
        await lab.until(lambda: lab.telegram.sent)
        lab.config_path.write_text(f"# nothing else\n{good}")
        await bot.says("the config holds up and is the one in force")
        assert not [line for line in bot.log if "starting anew" in line]
        lab.config_path.unlink()
        await bot.says(r"config\.yaml:1: cannot be read: No such file")
        replace(lab, [IN_TELEGRAM, IN_SLACK])
        await bot.says("starting anew")
        await lab.until(lambda: lab.slack.sent)
        assert await bot.stop() == 0
        assert len(lab.telegram.sent) == 1
        assert sum("languag" in line for line in bot.log) == 1


async def test_a_database_that_cannot_be_used_is_not_begun_with(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        bot = await lab.start()
        await bot.says("ready")
        lab.configure([IN_TELEGRAM], database="sqlite:///postings")
        await bot.says(r"WARNING .*config\.yaml:1: database: the database .*postings")
        lab.post("robots")
        await lab.until(lambda: lab.telegram.sent)
        assert await bot.stop() == 0
        assert not [line for line in bot.log if "starting anew" in line]


async def test_another_registry_and_another_database_take_effect(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        lab.post("robots")
        bot = await lab.start()
        await lab.until(lambda: lab.telegram.sent)
        (lab.folder / "elsewhere").mkdir()
        (lab.folder / "elsewhere" / "fishes.yaml").write_text("title: Fishes\nrole: phd\n")
        lab.configure([IN_TELEGRAM], registry="elsewhere", database="sqlite:///other.db")
        await lab.until(lambda: len(lab.telegram.sent) == 2)
        lab.post("birds")
        (lab.folder / "elsewhere" / "worms.yaml").write_text("title: Worms\nrole: phd\n")
        await lab.until(lambda: len(lab.telegram.sent) == 3)
        assert await bot.stop() == 0
        assert [sent.text.splitlines()[0].split()[-1] for sent in lab.telegram.sent] == ["Robots", "Fishes", "Worms"]
        assert (lab.folder / "other.db").is_file()


async def test_sighup_asks_to_look_at_once_and_never_ends_the_bot(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        bot = await lab.start()
        await bot.says("ready")
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("the config holds up and is the one in force")
        lab.config_path.write_text("languag: de\n")
        await bot.says("stays in force until it is mended")
        bot.process.send_signal(signal.SIGHUP)
        while sum("stays in force" in line for line in bot.log) < 2:  # noqa: ASYNC110  # told again, for it was asked
            await asyncio.sleep(0.05)
        assert await bot.stop() == 0


async def test_what_is_on_the_wire_arrives_before_the_bot_starts_anew(tmp_path):
    from tests.emulators.telegram import hang

    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        lab.telegram.fail("sendMessage", hang(2.0, act=True))
        lab.post("robots")
        bot = await lab.start()
        await lab.until(lambda: any(call.method == "sendMessage" for call in lab.telegram.calls))
        replace(lab, [IN_TELEGRAM, IN_SLACK])
        await bot.says("starting anew")
        await lab.until(lambda: lab.slack.sent)
        assert await bot.stop() == 0
        assert len(lab.telegram.sent) == 1
        rows = (await lab.callboard("ledger", "--json")).rows
        assert [row["state"] for row in rows] == ["delivered", "delivered"]


async def test_a_stop_while_it_starts_anew_is_a_stop(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        bot = await lab.start()
        await bot.says("ready")
        replace(lab, [IN_TELEGRAM, IN_SLACK])
        await bot.says("starting anew")
        assert await bot.stop() == 0


async def test_two_bots_of_one_kind_answer_and_announce_each_on_its_own(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([IN_TELEGRAM])
        lab.post("robots")
        bot = await lab.start()
        await lab.until(lambda: lab.telegram.sent)
        config = yaml.safe_load(lab.config_path.read_text())
        config["platforms"]["physics"] = {**config["platforms"]["slack"], "kind": "slack"}
        lab.config_path.write_text(yaml.safe_dump(config, sort_keys=False))
        await bot.says(r"platforms\.physics\.bot_token: is that of platforms\.slack, too")
        del config["platforms"]["slack"]
        config["channels"].append({"name": "physics-jobs", "platform": "physics", "address": SLACK_CHANNEL})
        lab.config_path.write_text(yaml.safe_dump(config, sort_keys=False))
        await bot.says(r"announcing to physics-jobs \(physics C0123456789\)")
        await bot.says(r"answering in Slack \(physics\) by Socket Mode")
        await lab.until(lambda: lab.slack.sent)
        assert await bot.stop() == 0
        rows = (await lab.callboard("ledger", "--json")).rows
        assert [(row["channel"], row["platform"], row["state"]) for row in rows] == [
            ("lab-telegram", "telegram", "delivered"),
            ("physics-jobs", "physics", "delivered"),
        ]


def replace(lab, channels):
    """Writes the config the way an editor does: beside it, then in its place."""
    there = lab.config_path
    lab.config_path = lab.folder / "config.new"
    lab.configure(channels)
    lab.config_path.replace(there)
    lab.config_path = there


async def test_sighup_from_a_terminal_that_is_gone_ends_it(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("channels: [{name: a, platform: console}]\n")
    ours, its = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "config.yaml")),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=its,
    )
    os.close(its)
    shown = b""
    while b"ready" not in shown:
        shown += await asyncio.to_thread(os.read, ours, 65536)
    process.send_signal(signal.SIGHUP)
    while b"in force" not in shown:
        shown += await asyncio.to_thread(os.read, ours, 65536)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    assert await asyncio.wait_for(process.wait(), 20) == 0
