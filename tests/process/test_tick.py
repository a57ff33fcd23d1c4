"""`callboard tick` as cron runs it: exit status, retries, digests, and two at once."""

import asyncio

import pytest

from tests.emulators import slack, telegram
from tests.process.lab import GROUP, SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process


async def test_status_3_says_that_something_is_left_and_the_next_tick_sends_it(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots", deadline="2027-05-02")
        lab.telegram.fail("sendMessage", telegram.too_many(3600))
        first = await lab.callboard("tick", "--at", "2027-04-01T08:00")
        assert first.code == 3
        assert "left to retry" in first.err
        assert len(lab.slack.sent) == 1, "another destination does not wait"
        too_early = await lab.callboard("tick", "--at", "2027-04-01T08:30")
        assert (too_early.code, lab.telegram.sent) == (3, [])
        states = {row["channel"]: row["state"] for row in (await lab.callboard("ledger", "--json")).rows}
        assert states == {"lab-slack": "delivered", "lab-telegram": "due again"}
        later = await lab.callboard("tick", "--at", "2027-04-01T09:00:10")
        assert (later.code, len(lab.telegram.sent), len(lab.slack.sent)) == (0, 1, 1)


async def test_a_destination_that_was_told_to_wait_is_left_alone_by_the_next_tick_too(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([{"name": "lab-telegram", "platform": "telegram", "address": GROUP}])
        for number in range(3):
            lab.post(f"posting-{number}")
        lab.telegram.fail("sendMessage", telegram.too_many(600))
        assert (await lab.callboard("tick", "--at", "2027-04-01T08:00")).code == 3
        assert (await lab.callboard("tick", "--at", "2027-04-01T08:05")).code == 3
        assert len([call for call in lab.telegram.calls if call.method == "sendMessage"]) == 1
        assert (await lab.callboard("tick", "--at", "2027-04-01T08:10:30")).code == 0
        assert [message.text.splitlines()[0][-9:] for message in lab.telegram.sent] == [
            "Posting-0",
            "Posting-1",
            "Posting-2",
        ]


async def test_a_short_wait_and_a_passing_fault_are_sat_out(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots")
        lab.telegram.fail("sendMessage", telegram.too_many(1), telegram.drop_before())
        lab.slack.fail("chat.postMessage", slack.too_many(1), slack.drop_after)
        assert (await lab.callboard("tick")).code == 0
        assert len(lab.telegram.sent) == 1
        assert len(lab.slack.sent) == 1, "Slack was asked, and had it"


async def test_what_a_platform_refuses_is_settled_with_its_reason_and_stops_nobody(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots")
        lab.post("fishes")
        lab.telegram.kick(GROUP)
        done = await lab.callboard("tick")
        assert done.code == 0
        assert done.err.count("removed from the chat") == 1, "said once"
        assert len(lab.slack.sent) == 2
        rows = (await lab.callboard("ledger", "--json")).rows
        assert {(row["channel"], row["state"]) for row in rows} == {
            ("lab-telegram", "refused"),
            ("lab-slack", "delivered"),
        }
        assert all("removed from the chat" in row["reason"] for row in rows if row["state"] == "refused")


async def test_six_at_once_are_one_digest_that_settles_them_all_and_five_are_five(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        for number in range(6):
            lab.post(f"posting-{number}", deadline="2027-05-02")
        assert (await lab.callboard("tick", "--at", "2027-04-01")).code == 0
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 1
        for number in range(6):
            assert f"Posting-{number}" in lab.telegram.sent[0].text
            assert f"Posting-{number}" in lab.slack.sent[0].shown
        rows = (await lab.callboard("ledger", "--json")).rows
        assert len(rows) == 12
        assert len({row["reference"] for row in rows}) == 2
        assert (await lab.callboard("tick", "--at", "2027-04-01T01:00")).code == 0
        assert len(lab.telegram.sent) == 1
        (lab.postings / "posting-0.yaml").unlink()
        assert (await lab.callboard("tick", "--at", "2027-04-18T08:00")).code == 0
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 6
        lab.assert_no_problems()


async def test_after_an_outage_only_the_nearest_reminder_goes_out_and_says_what_is_really_left(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots", deadline="2027-05-02")
        await lab.callboard("tick", "--at", "2027-04-01")
        await lab.callboard("tick", "--at", "2027-04-29T12:00")
        assert [message.text.split("\n")[0] for message in lab.telegram.sent[1:]] == ["⏰ 3 days left: Robots"]
        await lab.callboard("tick", "--at", "2027-05-03T12:00")
        assert len(lab.telegram.sent) == 2, "no reminder after the deadline"


async def test_two_ticks_at_once_send_once(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        for number in range(4):
            lab.post(f"posting-{number}")
        both = await asyncio.gather(lab.callboard("tick"), lab.callboard("tick"))
        assert {done.code for done in both} <= {0, 3}
        assert 0 in {done.code for done in both}
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 4


async def test_a_tick_beside_a_running_bot_leaves_the_sending_to_it(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([{"name": "lab-slack", "platform": "slack", "address": SLACK_CHANNEL}])
        bot = await lab.start()
        await bot.says("ready")
        lab.post("robots")
        done = await lab.callboard("tick")
        assert done.code == 0, done.err
        assert len(lab.slack.sent) == 1
        assert await bot.stop() == 0


async def test_a_forum_topic_a_filter_a_language_and_silence_are_kept(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.telegram.add_chat(-1002, type="supergroup", title="Forum", forum=True, topics={17: "Jobs"})
        lab.configure(
            [
                {
                    "name": "a",
                    "platform": "telegram",
                    "address": -1002,
                    "thread": 17,
                    "filter": "postdoc",
                    "silent": True,
                },
                {"name": "b", "platform": "slack", "address": "#jobs", "filter": "PhD robotics", "language": "de"},
            ]
        )
        lab.post("one", role="postdoc")
        lab.post("two", tags=["robotics"], deadline="2199-05-02 12:00", timezone="AoE")
        lab.post("three", role="thesis")
        assert (await lab.callboard("tick")).code == 0
        assert [(m.thread, m.silent, "One" in m.text) for m in lab.telegram.sent] == [(17, True, True)]
        assert len(lab.slack.sent) == 1
        assert "Neue Stelle: Two" in lab.slack.sent[0].shown
        assert "Donnerstag, 2. Mai 2199, 12:00 (AoE" in lab.slack.sent[0].shown
        lab.assert_no_problems()


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "localhost,127.0.0.0/8", "*"])
async def test_what_needs_no_proxy_is_reached_without_one_on_both_platforms(tmp_path, no_proxy):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots", title="Robots")
        nobody = "http://ida:SECRET@127.0.0.1:9"
        lab.environment = {"HTTPS_PROXY": nobody, "HTTP_PROXY": nobody, "NO_PROXY": no_proxy}
        finished = await lab.callboard("tick")
        assert finished.code == 0, finished.err
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 1


async def test_a_proxy_that_is_not_there_is_named_on_both_platforms(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("robots", title="Robots")
        lab.environment = {"ALL_PROXY": "http://ida:SECRET@127.0.0.1:9"}
        finished = await lab.callboard("tick")
        assert finished.code == 3
        for called in ("Telegram", "Slack"):
            assert f"{called} cannot be reached (through the proxy http://127.0.0.1:9: " in finished.err
        assert "SECRET" not in finished.err
