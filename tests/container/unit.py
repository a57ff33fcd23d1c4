"""deploy/callboard.service under a systemd that runs: `make container` runs this; `make test` does not."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.container.following import OUTER_GUARD, until
from tests.ports import free_port

HERE = Path(__file__).parent
UNIT = HERE.parents[1] / "deploy/callboard.service"
IMAGE = os.environ["CALLBOARD_IMAGE"]
MADE_FROM_IT = f"""
FROM {IMAGE}
USER root
RUN apt-get update && apt-get install --yes --no-install-recommends systemd systemd-sysv dbus \
    && userdel callboard && useradd --system --user-group callboard
"""
SPACES = ["--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc", "--propagation", "private"]


class Machine:
    """systemd as process 1 of name spaces of its own, and the bot's unit, with a watchdog that is in a hurry."""

    def __init__(self, root):
        self.root = root
        self.lab = root / "srv/callboard"
        self._started = None

    def boot(self):
        """Returns when all is started: systemd says so to whoever has started it, as the bot does to systemd."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(f"\0callboard-{os.getpid()}")
            heard.settimeout(OUTER_GUARD)
            self._started = subprocess.Popen(
                ["unshare", *SPACES, HERE / "boot.sh", self.root],
                env={**os.environ, "NOTIFY_SOCKET": f"@callboard-{os.getpid()}"},
            )
            while b"READY=1" not in heard.recv(4096).split(b"\n"):
                pass

    def halt(self):
        self._started.kill()
        self._started.wait()

    def _there(self, *words):
        number = self._started.pid
        first = Path(f"/proc/{number}/task/{number}/children").read_text().split()[:1]
        return ["nsenter", "--target", *first, "--mount", "--pid", "--uts", "--ipc", "--cgroup", *words]

    def does(self, *words):
        """A program on it."""
        return subprocess.run(self._there(*words), capture_output=True, text=True, check=False)

    def is_(self, name):
        """A property of the unit."""
        return self.does("systemctl", "show", "--value", "--property", name, "callboard").stdout.strip()

    def log(self):
        return self.does("journalctl", "--unit", "callboard", "--no-pager", "--output", "cat").stdout

    def until(self, holds):
        """The journal has what systemd says of the unit, too."""
        until(holds, self._there("journalctl", "--follow", "--lines=all", "--output=cat"))

    def until_it_is(self, name, value):
        self.until(lambda: self.is_(name) == value)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """The root of a file system with systemd and the bot."""
    root = tmp_path_factory.mktemp("root")
    root.chmod(0o755)
    tag = "localhost/callboard:systemd"
    build = ["podman", "build", "--quiet", "--network", "host", "--tag", tag, "-"]
    subprocess.run(build, input=MADE_FROM_IT, text=True, check=True)
    made = subprocess.run(["podman", "create", tag], capture_output=True, text=True, check=True).stdout.strip()
    with subprocess.Popen(["podman", "export", made], stdout=subprocess.PIPE) as exporting:
        subprocess.run(["tar", "-x", "-C", root], stdin=exporting.stdout, check=True)
    subprocess.run(["podman", "rm", made], check=True, capture_output=True)
    return root


@pytest.fixture
def machine(system):
    made = Machine(system)
    (made.lab / "postings").mkdir(parents=True)
    made.port = free_port()
    config = {
        "settle": "0s",
        "web": {"listen": f"127.0.0.1:{made.port}"},
        "platforms": {"console": {}},
        "channels": [{"name": "terminal", "platform": "console"}],
        "sources": [{"name": "page", "kind": "page", "path": "page.html", "every": "10m"}],
    }
    (made.lab / "config.yaml").write_text(yaml.safe_dump(config))
    (made.lab / "page.html").write_text("<h1>Open positions</h1><h2>PhD in newts</h2><p>Apply by 1 May 2099.</p>")
    (made.lab / "postings/owls.yaml").write_text("title: Owls\nrole: phd\n")
    units = system / "etc/systemd/system"
    (units / UNIT.name).write_text(UNIT.read_text())
    (units / f"{UNIT.name}.d").mkdir()
    (units / f"{UNIT.name}.d/hurry.conf").write_text("[Service]\nWatchdogSec=2\nRestartSec=1\n")
    subprocess.run(["chroot", system, "chown", "-R", "callboard:", "/srv/callboard"], check=True)
    try:
        made.boot()
        yield made
    finally:
        made.halt()


def test_the_hardened_unit_runs_the_bot_and_starts_it_anew_but_where_that_would_not_help(machine):
    started = machine.does("systemctl", "start", "callboard")  # returns when the bot says that it is ready
    assert started.returncode == 0, machine.log()
    assert machine.is_("StatusText").startswith("postings: 1, open: 1, ")
    machine.until_it_is("SubState", "running")
    board = ["/opt/callboard/bin/python", "-c", "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).status)"]
    assert machine.does(*board, f"http://127.0.0.1:{machine.port}/postings/owls.png").stdout == "200\n"
    machine.until(lambda: "source page: read, 1 new" in machine.log())  # by a process of its own, with limits
    assert machine.does("systemctl", "reload", "callboard").returncode == 0
    machine.until(lambda: "the config holds up and is the one in force" in machine.log())

    machine.does("systemctl", "kill", "--signal", "STOP", "callboard")  # it hangs
    machine.until_it_is("NRestarts", "1")
    machine.until_it_is("SubState", "running")
    assert "Watchdog timeout" in machine.log()
    machine.does("systemctl", "kill", "--signal", "KILL", "callboard")
    machine.until_it_is("NRestarts", "2")
    machine.until_it_is("SubState", "running")

    assert machine.does("systemctl", "stop", "callboard").returncode == 0
    assert (machine.is_("Result"), machine.is_("ExecMainStatus")) == ("success", "0")
    assert machine.log().count("New position: Owls") == 1

    with (machine.lab / "config.yaml").open("a") as config:
        config.write("languag: de\n")
    assert machine.does("systemctl", "start", "callboard").returncode != 0
    assert (machine.is_("ActiveState"), machine.is_("ExecMainStatus")) == ("failed", "2")
    assert '"languag" is no key I know; did you mean "language"?' in machine.log()
