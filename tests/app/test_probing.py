"""`callboard health` asks the bot that runs, by a socket that only its account can reach."""

import asyncio
import os
import socket
import tempfile
from contextlib import asynccontextmanager

import pytest
from click.testing import CliRunner

from bot.app import probing
from bot.cli import callboard
from bot.observe.metrics import Round
from bot.web.health import Health

ROUND = Round(seconds=0.01, sends=True, left=2, postings=7, open_postings=5, problems=1)


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    """A folder of temporary files whose path a socket's may begin with: that may have 108 characters (unix(7)). pytest
    has its own by then.
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield


@pytest.fixture
def config(tmp_path):
    return tmp_path / "config.yaml"


@asynccontextmanager
async def answering(config, health, pid=1):
    """A bot of that config, in a process of that number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getpid", lambda: pid)
        task = asyncio.create_task(probing.answer(config, health))
        while not (known := await probing.ask(config)) or len(known) < pid:
            assert not task.done(), task.exception()
            await asyncio.sleep(0)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def probe():
    pass


async def asked(*words):
    ended = await asyncio.to_thread(CliRunner().invoke, callboard, ["health", *words])
    return ended.exit_code, ended.output


async def test_a_bot_says_how_it_is(config):
    health = Health(probe)
    async with answering(config, health):
        assert await asked("--config", str(config)) == (1, "no tick has gone well yet\n")
        health.ticked(ROUND)
        code, text = await asked("--config", str(config))
        assert (code, text) == (0, "ok: postings: 7, notices left to send: 2, last round 0 s ago\n")
        health.failed(OSError("the disk is full"))
        assert await asked("--config", str(config)) == (1, "the disk is full\n")
        code, text = await asked("--json", "--config", str(config))
        assert '"status": "failing"' in text
    code, text = await asked("--config", str(config))
    assert code == 1
    assert "no callboard runs here with" in text


async def test_of_two_bots_each_counts_and_none_takes_the_others_place(config):
    well, badly = Health(probe), Health(probe)
    well.ticked(ROUND)
    async with answering(config, well):
        async with answering(config, badly, pid=2):
            assert [known["status"] for known in await probing.ask(config)] == ["ok", "failing"]
            assert (await asked("--config", str(config)))[0] == 1
        assert (await asked("--config", str(config)))[0] == 0
        assert (await asked("--config", str(config.with_name("other.yaml"))))[0] == 1


async def test_one_that_was_killed_is_not_there_and_its_number_can_come_again(config):
    health = Health(probe)
    async with answering(config, health):
        [path] = probing._folder().iterdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))  # and nobody listens
    assert await probing.ask(config) == []
    async with answering(config, health):
        assert len(await probing.ask(config)) == 1


async def test_one_whose_loop_hangs_is_not_well(config, monkeypatch):
    async with answering(config, Health(probe)):
        [path] = probing._folder().iterdir()
    monkeypatch.setattr(probing, "ANSWERS_WITHIN", 0.01)
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(path))
        hanging.listen()
        code, text = await asked("--config", str(config))
    assert (code, text) == (1, "it runs, but does not answer within 0 s\n")


@pytest.mark.parametrize("how", ["open to others", "a link"])
async def test_a_folder_that_somebody_else_could_fill_is_neither_used_nor_believed(config, how, tmp_path):
    folder = probing._folder()
    if how == "a link":
        (tmp_path / "theirs").mkdir(0o700)
        folder.symlink_to(tmp_path / "theirs")
    else:
        folder.mkdir()
        folder.chmod(0o770)
    with pytest.raises(PermissionError, match="somebody else's, or open to others"):
        await probing.answer(config, Health(probe))
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(folder / f"{probing._mark(config)}-1.sock"))
        theirs.listen()
        assert await probing.ask(config) == []
