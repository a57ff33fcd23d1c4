"""`callboard check --online`, as a process: what it prints where, and how it ends."""

import pytest

from tests.process.lab import GROUP, SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.post("owls")
        lab.slack.scopes.add("chat:write.public")
        lab.telegram.set_standing(GROUP, "administrator")
        lab.configure()
        yield lab
        assert lab.telegram.sent == lab.slack.sent == []
        lab.assert_no_problems()


def line_of(lab, text):
    lines = lab.config_path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


async def test_when_all_is_well_it_says_what_was_verified_and_what_was_not(lab):
    done = await lab.callboard("check", "--online")
    assert (done.code, done.out) == (0, "")
    first, second, *rest = done.err.splitlines()
    assert first == "postings: 1, channels: 2: all is well with the files"
    assert second.startswith("online: telegram, slack, channels: 2: all is well with tokens, scopes, membership")
    assert [line.partition(" does not tell ")[0] for line in rest] == ["online: telegram", "online: slack"]
    assert not lab.telegram.counts["getUpdates"]
    assert not lab.slack.sockets


async def test_a_problem_has_its_line_and_a_note_is_none(lab):
    lab.telegram.set_standing(GROUP, "left")
    lab.slack.channel("#jobs").member = False
    done = await lab.callboard("check", "--online")
    assert done.code == 1
    [problem] = done.out.splitlines()
    where = f"{lab.config_path}:{line_of(lab, 'lab-telegram')}"
    assert problem.startswith(f"{where}: channels: lab-telegram: the bot is not in the group @lab_jobs; in Telegram")
    note = f"{lab.config_path}:{line_of(lab, 'lab-slack')}: note: channels: lab-slack: the bot is not in the channel"
    assert note in done.err
    assert "online: telegram" not in done.err
    lab.telegram.set_standing(GROUP, "administrator")
    noted = await lab.callboard("check", "--online")
    assert (noted.code, noted.out) == (0, "")
    assert note in noted.err


async def test_what_the_registry_holds_is_checked_as_well(lab):
    lab.post("bats", deadline="2027-02-30")
    lab.slack.channels[SLACK_CHANNEL].archived = True
    done = await lab.callboard("check", "--online")
    assert done.code == 1
    posting, channel = done.out.splitlines()
    assert "bats.yaml:1: deadline: " in posting
    assert "channels: lab-slack: the channel is archived" in channel


async def test_no_secret_is_shown_and_no_network_is_said(lab):
    lab.configure(
        platforms={
            "telegram": {"token": "123456:WRONG-Token_WRONG-Token", "api_url": lab.telegram.url},
            "lab": {"kind": "slack", "bot_token": "xoxb-wrong-1234", "api_url": "http://127.0.0.1:9/api/"},
        },
        channels=[{"name": "here", "platform": "telegram", "address": "@lab_jobs"}],
    )
    done = await lab.callboard("check", "--online")
    assert done.code == 1
    token, network = done.out.splitlines()
    line = f"{lab.config_path}:{line_of(lab, 'token: 123456')}"
    assert token.startswith(f"{line}: platforms.telegram.token: Telegram does not accept the token")
    assert "platforms.lab: could not be verified: Slack cannot be reached" in network
    assert "WRONG" not in done.out + done.err
    assert "xoxb-wrong" not in done.out + done.err
    assert "Traceback" not in done.err


async def test_with_the_console_alone_there_is_nothing_to_ask(lab):
    lab.configure(platforms={"console": {}}, channels=[{"name": "terminal", "platform": "console"}])
    done = await lab.callboard("check", "--online")
    assert (done.code, done.out) == (0, "")
    assert "online: there is nothing to ask" in done.err
