"""A bot that runs reads its sources: one message to the reviewers for a reading, and what they approve is announced."""

import json

import pytest

from tests.process.lab import GROUP, Lab
from tests.process.test_submissions import log, under_git

pytestmark = pytest.mark.process

IN_TELEGRAM = [{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}]
BOARD = [
    {"name": f"PhD position in {field}", "url": f"https://jobs.lab.example/{field}", "expires": "2199-05-02"}
    for field in ("optics", "lasers", "owls")
]


def sent_to(lab, chat):
    return [sent for sent in lab.telegram.sent if sent.chat.id == chat]


def asking(lab):
    """What asked the admin for approval."""
    return [sent for sent in sent_to(lab, 7) if "waits for approval" in sent.text or "wait for approval" in sent.text]


async def test_what_a_source_has_is_approved_by_one_press_and_announced_once(tmp_path):
    async with Lab(tmp_path) as lab:
        (tmp_path / "jobs.json").write_text(json.dumps(BOARD))
        lab.configure(
            IN_TELEGRAM,
            settle="1h",
            people={"admins": ["telegram:7"]},
            sources=[{"name": "board", "kind": "board", "path": "jobs.json"}],
        )
        lab.telegram.say(7, "/start")
        bot = await lab.start()
        await lab.until(lambda: len(sent_to(lab, 7)) == 2)
        [asked] = asking(lab)
        assert asked.text.splitlines()[:3] == [
            "board: 3 drafts wait for approval.",
            "",
            "1. PhD position in optics, 2 May 2199",
        ]
        lab.telegram.press(7, asked.message_id, "Approve all")
        await lab.until(lambda: len(sent_to(lab, GROUP)) == 3)
        assert len(list(lab.postings.iterdir())) == 3
        assert await bot.stop() == 0
        again = await lab.callboard("import", "--json")
        assert [json.loads(line)["action"] for line in again.out.splitlines()] == ["same"] * 3
        assert (await lab.callboard("tick")).code == 0
        assert (len(sent_to(lab, GROUP)), len(sent_to(lab, 7))) == (3, 2)
        assert asking(lab) == []  # it says what became of each
        lab.assert_no_problems()


async def test_what_is_imported_while_no_bot_runs_is_shown_by_the_next_tick_and_published_with_its_commit(tmp_path):
    async with Lab(tmp_path) as lab:
        under_git(lab)
        (tmp_path / "jobs.json").write_text(json.dumps(BOARD))
        lab.configure(
            IN_TELEGRAM,
            people={"admins": ["telegram:7"]},
            submissions={"git": True},
            sources=[{"name": "board", "kind": "board", "path": "jobs.json"}],
        )
        lab.telegram.say(7, "/start")
        imported = await lab.callboard("import", "--json")
        assert [json.loads(line)["action"] for line in imported.out.splitlines()] == ["new"] * 3
        assert sent_to(lab, 7) == []
        assert (await lab.callboard("tick")).code == 0
        assert len(asking(lab)) == 1
        drafts = [json.loads(line)["draft"] for line in (await lab.callboard("drafts", "--json")).out.splitlines()]
        assert (await lab.callboard("approve", drafts[0])).code == 0
        assert log(lab)[0] == "Import phd-position-in-optics"
        assert (await lab.callboard("tick")).code == 0
        assert len(sent_to(lab, GROUP)) == 1
