"""The bot in its container, on an emulated Telegram: `make container` makes the image and runs this; `make test` does
not.

A container is as deploy/compose.yaml has it: a read-only system, no rights, /data alone to write to; but on this
machine's network, where the emulated Telegram is.
"""

import asyncio
import json
import os
import re
import stat
import subprocess
from contextlib import suppress

import pytest
import yaml

from tests.ports import free_port
from tests.process.lab import Lab

UID = 10001
IMAGE = os.environ["CALLBOARD_IMAGE"]
CLOSED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]


async def podman(*words, check=True):
    """What it printed, on both; without its own grumbling about a machine without systemd."""
    started = await asyncio.create_subprocess_exec(
        "podman", *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await asyncio.wait_for(started.communicate(), 60)
    assert not check or started.returncode == 0, err.decode()
    told = [line for line in err.decode().splitlines() if not line.startswith("time=")]
    return started.returncode, "\n".join([*out.decode().splitlines(), *told])


class Container:
    """A lab's bot, in a container."""

    def __init__(self, folder):
        self.folder = folder
        self.name = f"callboard-tests-{os.getpid()}"

    async def start(self):
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, UID, UID)
        mount = f"type=bind,source={self.folder},target=/data"
        await podman("run", "--detach", "--name", self.name, "--network", "host", *CLOSED, "--mount", mount, IMAGE)

    async def again(self):
        await podman("start", self.name)

    async def does(self, *words):
        """A program in it."""
        return await podman("exec", self.name, *words, check=False)

    async def log(self):
        return (await podman("logs", self.name))[1]

    async def says(self, pattern, times=1):
        async with asyncio.timeout(30):
            while len(re.findall(pattern, log := await self.log())) < times:
                running = await self.state("Running")
                assert running == "true", log
        return log

    async def state(self, key):
        return (await podman("inspect", "--format", f"{{{{json .State.{key}}}}}", self.name))[1]

    async def stop(self, signal="TERM"):
        """Its exit code."""
        await podman("kill", "--signal", signal, self.name)
        return int((await podman("wait", self.name))[1])


@pytest.fixture
async def lab(tmp_path):
    """A lab whose token is in a file, and whose board stands."""
    async with Lab(tmp_path) as made:
        made.configure([{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}])
        config = yaml.safe_load(made.config_path.read_text())
        (tmp_path / "token").write_text(config["platforms"]["telegram"]["token"])
        (tmp_path / "token").chmod(0o600)
        made.port = free_port()
        config["platforms"] = {"telegram": {"token": "${file:token}", "api_url": made.telegram.url}}
        config["web"] = {"listen": f"127.0.0.1:{made.port}"}
        config["submissions"] = {"git": True}
        made.config_path.write_text(yaml.safe_dump(config))
        made_git = await asyncio.create_subprocess_exec("git", "init", "--quiet", tmp_path)
        assert await made_git.wait() == 0
        yield made


@pytest.fixture
async def container(lab):
    made = Container(lab.folder)
    yield made
    with suppress(AssertionError):
        await podman("rm", "--force", made.name)


async def asked(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def test_it_announces_answers_shows_the_board_and_stops_in_good_order(lab, container):
    lab.post("owls", title="Owls that sing", deadline="2199-05-02 12:00", timezone="America/St_Johns")
    await container.start()
    await lab.until(lambda: lab.telegram.sent, 60)
    assert "2 May 2199, 12:00 (America/St_Johns" in lab.telegram.sent[0].text  # zones are there
    await container.says("answering in Telegram")
    lab.telegram.say(7, "/positions", user=7)
    await lab.until(lambda: len(lab.telegram.sent) == 2)
    code, page = await asked(lab.port, "/postings/owls")
    assert (code, b"Owls that sing" in page) == (200, True)
    code, picture = await asked(lab.port, "/postings/owls.png")
    assert (code, picture[1:4]) == (200, b"PNG")  # so are letters

    code, text = await podman("healthcheck", "run", container.name, check=False)
    assert (code, text) == (0, "")
    code, text = await container.does("callboard", "health")
    assert (code, text.partition(",")[0]) == (0, "ok: postings: 1")
    status = dict(line.split(":\t", 1) for line in (await container.does("cat", "/proc/1/status"))[1].splitlines())
    assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(UID)}
    assert int(status["CapBnd"], 16) == int(status["CapEff"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert "Read-only file system" in (await container.does("touch", "/opt/callboard/x"))[1]
    assert "(PostgreSQL)" in (await container.does("pg_dump", "--version"))[1]
    assert (await container.does("callboard", "backup", "/data/copy"))[0] == 0
    database = lab.folder / "callboard.db"
    assert (database.stat().st_uid, stat.S_IMODE(database.stat().st_mode)) == (UID, 0o600)

    assert await container.stop() == 0
    assert "stopping: what is on the wire may arrive" in await container.log()
    lab.assert_no_problems()


async def test_killed_and_started_again_it_says_nothing_twice(lab, container):
    lab.post("owls", title="Owls")
    await container.start()
    await container.says("delivered announcement of owls")
    assert await container.stop("KILL") == 137
    lab.post("fishes", title="Fishes")
    await container.again()
    await container.says("delivered announcement of fishes")
    (lab.postings / "owls.yaml").touch()
    lab.post("newts", title="Newts")
    await container.says("delivered announcement of newts")
    assert [sent.text.split("\n")[0].split()[-1] for sent in lab.telegram.sent] == ["Owls", "Fishes", "Newts"]
    assert (await container.does("callboard", "health"))[0] == 0
    assert await container.stop() == 0


async def test_a_config_that_cannot_be_used_ends_it_with_2_and_says_why(lab, container):
    lab.config_path.write_text("languag: de\n")
    await container.start()
    assert (await podman("wait", container.name))[1] == "2"
    assert 'config.yaml:1: "languag" is no key I know' in await container.log()


async def test_it_is_not_well_while_nothing_runs(container):
    _, text = await podman("run", "--rm", "--network", "none", *CLOSED, IMAGE, "callboard", "health", check=False)
    assert "no callboard runs here with config.yaml" in text
    _, told = await podman("image", "inspect", IMAGE)
    [image] = json.loads(told)
    assert image["Labels"]["org.opencontainers.image.title"] == "Callboard"
    assert image["Config"]["Volumes"] == {"/data": {}}
    assert image["Healthcheck"]["Test"][0] == "CMD"
