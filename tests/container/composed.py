"""What `callboard init --service compose` writes, started by docker-compose with Podman behind it: `make container`
runs this; `make test` does not.
"""

import os
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
import yaml

from tests.container.following import until
from tests.ports import free_port
from tests.tools import program

ROOT = Path(__file__).parents[2]
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


def check_health(ended):
    """Does what systemd's timers do for Podman elsewhere: has each container look how it is."""
    while not ended.wait(0.5):
        for number in done("podman", "ps", "--quiet").stdout.split():
            done("podman", "healthcheck", "run", number)


@dataclass
class Services:
    """Those of a compose file, under an engine."""

    compose: list[str]
    environment: dict[str, str]

    def does(self, *words):
        """docker-compose, about them."""
        return done(*self.compose, *words, env=self.environment)

    def log(self, *names):
        return self.does("logs", *names).stdout

    def until(self, holds):
        until(holds, [*self.compose, "logs", "--follow"], self.environment)


@contextmanager
def composed(file, environment):
    """The services, which are up."""
    compose = [program("docker-compose", "docker-compose"), "-f", str(file), "-p", "callboard-tests"]
    services = Services(compose, environment)
    ended = Event()
    try:
        with ThreadPoolExecutor() as pool:
            pool.submit(check_health, ended)
            up = services.does("up", "--detach", "--no-build")
            ended.set()
        assert up.returncode == 0, up.stderr
        yield services
    finally:
        services.does("down", "--volumes")


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
    with composed(file, engine) as services:
        services.until(lambda: "ready" in services.log())
        number = services.does("ps", "--quiet").stdout.strip()
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
        services.does("stop")
        assert yaml.safe_load(done("podman", "inspect", number).stdout)[0]["State"]["ExitCode"] == 0
        assert services.log().count("New position: Owls") == 1


DATABASE = """
FROM localhost/callboard-base
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql && ln -s /usr/lib/postgresql/*/bin /pg
COPY entry /entry
ENTRYPOINT ["sh", "/entry"]
"""
ENTRY = """
set -e
data=/var/lib/postgresql/data
if [ "$(id -u)" = 0 ]; then
    export POSTGRES_PASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")"
    mkdir -p $data && chown postgres $data /run/postgresql && chmod 700 $data
    exec setpriv --reuid=postgres --regid=postgres --init-groups sh /entry
fi
if [ ! -s $data/PG_VERSION ]; then
    printf %s "$POSTGRES_PASSWORD" > /tmp/password
    /pg/initdb -D $data -U "$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --auth-local=trust
    echo "host all all all scram-sha-256" >> $data/pg_hba.conf
    /pg/pg_ctl -D $data -w start -o "-c listen_addresses="
    /pg/createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
    /pg/pg_ctl -D $data -w stop
fi
exec /pg/postgres -D $data -c "listen_addresses=*"
"""


@pytest.fixture
def database(tmp_path):
    """Debian's PostgreSQL, by the name of the image that the compose file wants, with the same ways in."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made/entry").write_text(ENTRY)
    words = ["podman", "build", "--quiet", "--network", "host", "--tag", "docker.io/library/postgres:17", "-f", "-"]
    subprocess.run([*words, tmp_path / "made"], input=DATABASE, text=True, check=True)


def test_two_bots_share_a_database_and_one_takes_over(tmp_path, engine, database):
    folder = tmp_path / "lab"
    (folder / "postings").mkdir(parents=True)
    config = {
        "database": "postgresql://callboard:${file:/run/secrets/database_password}@database/callboard",
        "settle": "0s",
        "web": {"listen": "0.0.0.0:8080"},
        "platforms": {"console": {}},
        "channels": [{"name": "terminal", "platform": "console"}],
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "postings/owls.yaml").write_text("title: Owls\nrole: phd\n")
    password = tmp_path / "password"
    password.write_text("0123456789abcdef")
    password.chmod(0o600)
    subprocess.run(["chown", "-R", "10001:10001", folder, password], check=True)
    text = (ROOT / "deploy/compose.postgresql.yaml").read_text()
    for port in ("8080", "8081"):
        text = text.replace(f'"127.0.0.1:{port}:', f'"127.0.0.1:{free_port()}:')
    (tmp_path / "compose.yaml").write_text(text)
    lab = {"CALLBOARD_FOLDER": str(folder), "CALLBOARD_DATABASE_PASSWORD": str(password)}
    with composed(tmp_path / "compose.yaml", engine | lab) as services:
        services.until(lambda: "New position: Owls" in services.log() and "stands by" in services.log())
        sends = "one" if "stands by" in services.log("two") else "two"
        other = {"one": "two", "two": "one"}[sends]
        assert services.does("exec", "-T", other, "callboard", "health").returncode == 0
        assert services.does("kill", sends).returncode == 0
        services.until(lambda: "the other callboard is gone; this one sends now" in services.log(other))
        (folder / "postings/newts.yaml").write_text("title: Newts\nrole: phd\n")
        services.until(lambda: "New position: Newts" in services.log(other))
        assert services.log().count("New position: Owls") == 1
        assert password.read_text() not in services.log()
