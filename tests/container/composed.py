"""What `callboard init --service compose` writes, started by docker-compose with Podman behind it: `make container`
runs this; `make test` does not.
"""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
import yaml

from tests.ports import free_port
from tests.tools import program

IMAGE = os.environ["CALLBOARD_IMAGE"]


def done(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The environment in which Podman is what Docker's programs find; they know the image by the name that it has when
    it is built by hand.
    """
    address = f"unix://{tmp_path_factory.mktemp('engine') / 'socket'}"
    subprocess.run(["podman", "tag", IMAGE, "localhost/callboard"], check=True)
    with subprocess.Popen(["podman", "system", "service", "--time=0", address], stderr=subprocess.DEVNULL) as serving:
        yield {**os.environ, "DOCKER_HOST": address}
        serving.kill()


@contextmanager
def composed(file, environment):
    """A program that talks of these services, which are up."""
    compose = [program("docker-compose", "docker-compose"), "-f", str(file), "-p", "callboard-tests"]

    def does(*words):
        return done(*compose, *words, env=environment)

    try:
        up = does("up", "--detach", "--no-build")
        assert up.returncode == 0, up.stderr
        yield does
    finally:
        does("down", "--volumes")


def until(holds, log):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, log()
        time.sleep(0.2)


def test_what_init_writes_runs_the_lab_for_this_machine_alone(tmp_path, engine):
    folder = tmp_path / "our lab"
    words = [sys.executable, "-m", "bot", "init", folder, "--yes", "--lab", "Owl Lab", "--timezone", "Europe/Berlin"]
    ended = done(*words, "--language", "en", "--service", "compose")
    assert ended.returncode == 0, ended.stderr
    command = ended.stdout.strip()
    assert command.endswith(f"docker compose -f '{folder}/compose.yaml' up -d")
    (folder / "postings/owls.yaml").write_text("title: Owls\nrole: phd\n")
    file, port = folder / "compose.yaml", free_port()
    file.write_text(file.read_text().replace('"127.0.0.1:8080:8080"', f'"127.0.0.1:{port}:8080"'))
    if " && " in command:  # by root
        subprocess.run(command.partition(" && ")[0], shell=True, check=True)
    with composed(file, engine) as does:
        until(lambda: "ready" in does("logs").stdout, lambda: does("logs").stdout)
        number = does("ps", "--quiet").stdout.strip()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as board:
            assert b"Owls" in board.read()
        listening = done("ss", "--listening", "--tcp", "--numeric", "--no-header").stdout
        assert [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{port}")] in (
            [],  # the kernel leads there
            [f"127.0.0.1:{port}"],
        )
        assert done("podman", "healthcheck", "run", number).returncode == 0
        [known] = yaml.safe_load(done("podman", "inspect", number).stdout)
        assert known["HostConfig"]["RestartPolicy"]["Name"] == "on-failure"
        assert known["HostConfig"]["ReadonlyRootfs"] is True
        assert known["EffectiveCaps"] in (None, [])
        does("stop")
        assert yaml.safe_load(done("podman", "inspect", number).stdout)[0]["State"]["ExitCode"] == 0
        assert does("logs").stdout.count("New position: Owls") == 1
