"""What is published from chat while a bot runs: announced once, at once, and not before it is committed."""

import asyncio
import subprocess

import pytest

from bot.domain.draft import Action
from tests.process.lab import GROUP, Lab
from tests.submissions import dying

pytestmark = pytest.mark.process

IN_TELEGRAM = [{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}]
OWLS = {"title": "PhD in Owls", "role": ["phd"], "deadline": "2199-05-02"}


def under_git(lab):
    for command in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "Lab"],
        ["config", "user.email", "l@lab.example"],
    ):
        subprocess.run(["git", *command], cwd=lab.folder, check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "Begin"], cwd=lab.folder, check=True)


def hook(lab, text):
    path = lab.folder / ".git" / "hooks" / "pre-commit"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def log(lab):
    ran = subprocess.run(["git", "log", "--format=%s"], cwd=lab.folder, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def announced(lab):
    return [sent.text for sent in lab.telegram.sent if sent.chat.id == GROUP]


async def handed_in(lab):
    submissions, ledger = await dying.opened(lab.config_path)
    draft = await submissions.hand_in(dying.BOB, OWLS)
    await ledger.close()
    return draft.id


async def test_what_is_approved_elsewhere_is_announced_at_once_when_it_is_committed(tmp_path):
    async with Lab(tmp_path) as lab:
        under_git(lab)
        lab.configure(IN_TELEGRAM, settle="1h", submissions={"git": True})
        bot = await lab.start()
        await bot.says("ready")
        draft = await handed_in(lab)
        hook(lab, "touch waiting; while test ! -e go; do sleep 0.02; done")
        approving = asyncio.create_task(lab.callboard("approve", draft))
        await lab.until((lab.folder / "waiting").exists)
        assert (lab.postings / "phd-in-owls.yaml").exists()
        lab.post("bats", deadline="2199-05-02")  # the bot has looked at the folder when it says that
        await bot.says("bats: is new")
        asked = await lab.callboard("timeline", "--json")
        assert asked.code == 0
        assert announced(lab) == []
        assert not any("phd-in-owls: is new" in line for line in bot.log)
        (lab.folder / "go").touch()
        assert (await approving).code == 0
        await lab.until(lambda: announced(lab))
        assert await bot.stop() == 0
        assert len(announced(lab)) == 1
        assert "PhD in Owls" in announced(lab)[0]
        assert (await lab.callboard("tick")).code == 0  # where bats did not have to rest
        assert ["Owls" in text for text in announced(lab)] == [True, False]
        lab.assert_no_problems()


async def test_a_change_that_cannot_be_committed_is_no_news(tmp_path):
    async with Lab(tmp_path) as lab:
        under_git(lab)
        lab.configure(IN_TELEGRAM, settle="0s", submissions={"git": True})
        lab.post("owls", deadline="2199-05-02")
        bot = await lab.start()
        await lab.until(lambda: announced(lab))
        hook(lab, "touch waiting; while test ! -e go; do sleep 0.02; done; exit 1")
        submissions, ledger = await dying.opened(lab.config_path)
        draft = await submissions.propose(dying.BOB, "owls", {"deadline": "2199-06-02"}, Action.EXTENDED)
        await ledger.close()
        approving = asyncio.create_task(lab.callboard("approve", draft.id))
        await lab.until((lab.folder / "waiting").exists)
        assert "2199-06-02" in (lab.postings / "owls.yaml").read_text()
        lab.post("bats", deadline="2199-05-02")
        await lab.until(lambda: len(announced(lab)) == 2)
        (lab.folder / "go").touch()
        assert (await approving).code == 3
        assert "2199-05-02" in (lab.postings / "owls.yaml").read_text()
        lab.post("cats", deadline="2199-05-02")
        await lab.until(lambda: len(announced(lab)) == 3)
        assert not any("moved" in text.casefold() or "June" in text for text in announced(lab))
        assert await bot.stop() == 0


@pytest.mark.parametrize("how", ["tick", "run"])
async def test_what_a_killed_process_has_begun_is_committed_before_it_is_announced(tmp_path, how):
    async with Lab(tmp_path) as lab:
        under_git(lab)
        lab.configure(IN_TELEGRAM, settle="1h", submissions={"git": True})
        point = 0
        while not any(lab.postings.iterdir()):  # until its file is there, and its commit is not
            draft = await handed_in(lab)
            process = dying.processes().Process(target=dying.one, args=(lab.config_path, "approve", draft, point))
            process.start()
            await asyncio.to_thread(process.join, 60)
            point += 1
        assert log(lab) == ["Begin"]
        if how == "tick":
            assert (await lab.callboard("tick")).code == 0
        else:
            submissions, ledger = await dying.opened(lab.config_path)
            count = len(await submissions.store.unfinished())
            await ledger.close()
            bot = await lab.start()
            await lab.until(lambda: sum(text.count("PhD in Owls") for text in announced(lab)) == count)
            assert await bot.stop() == 0
        added = [subject for subject in log(lab) if subject != "Begin"]
        assert sorted(added) == sorted(f"Add {path.stem}" for path in lab.postings.iterdir())
        assert len(added) == sum(text.count("PhD in Owls") for text in announced(lab))
        lab.assert_no_problems()
