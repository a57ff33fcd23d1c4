"""What runs the bot in a container, judged by docker-compose, which knows no daemon here."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import callboard
from bot.setup.containers import CONTAINERFILE, Builder, _origin, compose, composed_by
from tests.tools import program

ROOT = Path(__file__).parents[2]
FILES = ["compose.yaml", "compose.postgresql.yaml"]


def judged(file, **environment):
    """What docker-compose makes of a compose file."""
    words = [program("docker-compose", "docker-compose"), "-f", str(file), "config"]
    kept = {"PATH": os.environ["PATH"], "HOME": str(file.parent)}
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env=kept | environment)
    assert (ended.returncode, ended.stderr) == (0, "")
    return yaml.safe_load(ended.stdout)


@pytest.mark.parametrize("name", FILES)
def test_what_deploy_has_holds_up_and_is_closed(name):
    services = judged(ROOT / "deploy" / name, CALLBOARD_FOLDER="/srv/our lab")["services"]
    bots = [service for service in services.values() if service["image"] == "localhost/callboard"]
    assert len(bots) == (1 if name == "compose.yaml" else 2)
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(set(ports)) == len(bots)
    assert all(port.startswith("127.0.0.1:") for port in ports)
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "on-failure"
        assert "test" in service["healthcheck"]
    for bot in bots:
        assert bot["user"] == "10001:10001"
        assert bot["volumes"] == [{"type": "bind", "source": "/srv/our lab", "target": "/data"}]
        assert bot["build"] == {"context": str(ROOT), "dockerfile": CONTAINERFILE}
        assert bot["stop_grace_period"] == "40s"
        assert "cap_add" not in bot


def test_the_password_is_in_a_file_alone():
    text = (ROOT / "deploy/compose.postgresql.yaml").read_text()
    services = yaml.safe_load(text)["services"]
    environment = services["database"]["environment"]
    assert environment["POSTGRES_PASSWORD_FILE"] == "/run/secrets/database_password"
    assert [name for name in environment if "PASS" in name] == ["POSTGRES_PASSWORD_FILE"]
    assert all(service["secrets"] == ["database_password"] for service in services.values())


def test_what_init_writes_is_for_the_folder_in_which_it_lies(tmp_path):
    folder, origin = tmp_path / "our $lab", tmp_path / "callboard $1"
    folder.mkdir()
    origin.mkdir()
    secrets = ["/run/secrets/telegram", "/srv/a $HOME:of tokens/'telegram'"]
    file = folder / "compose.yaml"
    file.write_text(compose(Builder("1000:1001", str(origin)), list(map(Path, secrets))))
    bot = judged(file)["services"]["callboard"]
    unescaped = json.loads(json.dumps(bot).replace("$$", "$"))  # it writes what could be read again
    assert unescaped["user"] == "1000:1001"
    assert unescaped["build"]["context"] == str(origin)
    assert unescaped["volumes"] == [
        {"type": "bind", "source": str(folder), "target": "/data"},
        *({"type": "bind", "source": secret, "target": secret, "read_only": True} for secret in secrets),
    ]


def test_where_no_image_can_be_made_none_is_asked_for_from_elsewhere(tmp_path):
    (tmp_path / "compose.yaml").write_text(compose(Builder("1000:1000")))
    read = yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]["callboard"]
    assert read["pull_policy"] == "never"
    assert "build" not in read


def test_an_image_is_made_from_what_was_installed():
    assert _origin({"url": ROOT.as_uri(), "dir_info": {"editable": True}}) == str(ROOT)
    assert _origin({"url": "file:///nowhere", "dir_info": {}}) == ""
    versions = {"vcs": "git", "commit_id": "0123abc"}
    assert _origin({"url": "https://git.lab.example/callboard.git", "vcs_info": versions}) == (
        "https://git.lab.example/callboard.git#0123abc"
    )
    assert _origin({"url": "https://lab.example/callboard-1-py3-none-any.whl", "archive_info": {}}) == ""
    assert _origin({}) == ""


def test_root_gives_the_folder_to_the_account_of_the_image():
    start = "docker compose -f '/srv/our lab/compose.yaml' up -d"
    assert composed_by(Path("/srv/our lab"), Builder("1000:1000")) == start
    assert (
        composed_by(Path("/srv/our lab"), Builder("10001:10001")) == f"chown -R 10001:10001 '/srv/our lab' && {start}"
    )
    assert composed_by(Path("-dash"), Builder("10001:10001")).startswith("chown -R 10001:10001 ./-dash && ")


@pytest.mark.parametrize(
    ("service", "name", "command"),
    [("compose", "compose.yaml", "docker compose -f "), ("systemd", "callboard.service", "systemctl enable --now")],
)
def test_init_writes_what_keeps_the_bot_running_and_changes_nothing_that_is_there(tmp_path, service, name, command):
    words = ["init", str(tmp_path / "our lab"), "--yes", "--timezone", "UTC", "--language", "en", "--service"]
    ended = CliRunner().invoke(callboard, [*words, service])
    assert ended.exit_code == 0
    assert command in ended.stdout
    assert f"{name}: written" in ended.stderr
    listens = "0.0.0.0" if service == "compose" else "127.0.0.1"
    assert f"  listen: {listens}:8080" in (tmp_path / "our lab/config.yaml").read_text()
    (tmp_path / "our lab" / name).write_text("mine")
    again = CliRunner().invoke(callboard, [*words, service])
    assert again.exit_code == 0
    assert f"{name}: is there already, and stays as it is" in again.stderr
    assert (tmp_path / "our lab" / name).read_text() == "mine"


def directives():
    """Of the image itself, by name: the last stage."""
    lines = re.sub(r"\\\n", "", (ROOT / CONTAINERFILE).read_text().rpartition("\nFROM ")[2]).splitlines()[1:]
    return dict(line.split(maxsplit=1) for line in lines if line and line[0] != "#")


def test_the_image_runs_the_bot_as_nobody_in_particular():
    found = directives()
    assert found["USER"] == "10001:10001"
    assert found["VOLUME"] == "/data"
    assert json.loads(found["CMD"]) == ["callboard", "run", "--config", "/data/config.yaml"]
    options, _, check = found["HEALTHCHECK"].partition(" CMD ")
    assert json.loads(check) == ["callboard", "health", "--config", "/data/config.yaml"]
    for name in FILES:
        bots = [
            bot for bot in yaml.safe_load((ROOT / "deploy" / name).read_text())["services"].values() if "user" in bot
        ]
        for bot in bots:
            assert bot["healthcheck"]["test"] == ["CMD", *json.loads(check)]
            assert all(f"={bot['healthcheck'][key]}" in options for key in ("interval", "timeout", "start_period"))


def test_the_image_is_made_from_what_the_wheel_needs_and_no_file_of_a_lab():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert next(line for line in lines if not line.startswith("#")) == "*"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    data = project["tool"]["setuptools"].get("data-files", {})
    needed = {"pyproject.toml", "constraints.txt", "bot", project["project"]["readme"]}
    assert let_in == needed.union(project["project"]["license-files"], *data.values())
