"""The two databases that a ledger may lie in; PostgreSQL's server is started here, and ends with the tests."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from bot.store import Ledger
from tests.ports import free_port
from tests.store.build import make


def binaries():
    """The folder of PostgreSQL's programs (Debian keeps them off the path), or None."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    needed = ("initdb", "postgres", "createdb")
    return next((folder for folder in folders if all((folder / name).exists() for name in needed)), None)


def unprivileged():
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class Server:
    folder: Path
    port: int
    _numbers: count = field(default_factory=count)

    def new_database(self, template="template0"):
        name = f"ledger{next(self._numbers)}"
        at = ["--host=127.0.0.1", f"--port={self.port}", "--username=callboard"]
        subprocess.run([self.folder / "createdb", *at, f"--template={template}", name], check=True, capture_output=True)
        return f"postgresql://callboard@127.0.0.1:{self.port}/{name}"

    def answers(self):
        at = ["--host=127.0.0.1", f"--port={self.port}"]
        return subprocess.run([self.folder / "pg_isready", *at], check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def server():
    folder = binaries()
    if folder is None:
        missing = "PostgreSQL is not installed: there is no initdb on the path or in /usr/lib/postgresql/*/bin"
        if os.environ.get("CI"):  # a laptop may do without; what lands has run against both databases
            pytest.fail(missing)
        pytest.skip(missing)
    who = unprivileged()
    with tempfile.TemporaryDirectory(prefix="callboard-pg-") as root:
        data = Path(root) / "data"
        if who:
            os.chown(root, who["user"], who["group"])
        made = [folder / "initdb", "-D", data, "-U", "callboard", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(made, check=True, capture_output=True, cwd=root, **who)
        port = free_port()
        settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([folder / "postgres", "-D", data, *options], cwd=root, **quiet, **who) as process:
            try:
                one = Server(folder, port)
                end = time.monotonic() + 30
                while not one.answers():
                    assert process.poll() is None, "PostgreSQL ended as soon as it was started"
                    assert time.monotonic() < end, "PostgreSQL did not come up"
                    time.sleep(0.05)
                yield one
            finally:
                process.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'callboard.db'}"


@pytest.fixture
def postgresql_url(request):
    return request.getfixturevalue("server").new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    asyncio.run(make(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_template(server):
    url = server.new_database()
    asyncio.run(make(url))
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def copied_url(request, tmp_path):
    """An empty ledger, copied: migrations take a while."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(template, tmp_path)}"
    return request.getfixturevalue("server").new_database(template)


@pytest.fixture
async def ledger(copied_url):
    opened = await Ledger.open(copied_url)
    yield opened
    await opened.close()
