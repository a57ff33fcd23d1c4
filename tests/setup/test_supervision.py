"""The unit by which systemd keeps the bot running, judged by systemd's own programs."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.setup.supervision import INSTALLED, UNIT, Machine, UnnameableError, installed_by, shipped, unit
from tests.tools import program

DEPLOY = Path(__file__).parents[2] / "deploy"


def directives(text):
    return [line for line in text.splitlines() if line and not line.startswith(("#", "["))]


def analyzed(*words):
    analyze = program("systemd-analyze", "systemd")
    return subprocess.run([analyze, *words, "--no-pager"], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_deploy_has_is_what_init_fills_in(name):
    again = "write it anew: python -m bot.setup.supervision deploy"
    assert (DEPLOY / name).read_text("utf-8") == shipped()[name], again


@pytest.mark.parametrize("folder", ["lab", "our lab", "50% of a lab", 'the "lab"', "Labor für Eulen"])
def test_systemd_takes_every_line_of_the_unit(tmp_path, folder):
    there = tmp_path / folder
    there.mkdir()
    machine = Machine(Path(sys.executable), [Path(sys.prefix), there / "within"], "callboard")
    (tmp_path / UNIT).write_text(unit(there, machine, [tmp_path / "a secret"]))
    judged = analyzed("verify", "--man=no", str(tmp_path / UNIT))
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


def test_the_unit_is_hardened():
    judged = analyzed("security", "--offline=true", "--threshold=25", str(DEPLOY / UNIT))
    assert judged.returncode == 0, judged.stdout


def test_it_is_started_anew_but_where_that_would_not_help():
    lines = directives(unit(Path("/srv/callboard"), INSTALLED))
    assert {"Type=notify", "WatchdogSec=5min", "Restart=on-failure", "RestartPreventExitStatus=2"} <= set(lines)
    assert not [line for line in lines if line.startswith(("BindPaths", "BindReadOnlyPaths"))]


def test_what_the_unit_hides_is_bound_where_the_bot_needs_it():
    machine = Machine(
        Path("/home/ada/.venv/bin/callboard"),
        [Path("/home/ada/.venv"), Path("/usr"), Path("/home/ada/.venv/lib/python")],
        "ada",
    )
    lines = directives(unit(Path("/home/ada/our lab"), machine, [Path("/run/secrets/telegram"), Path("/root/x")]))
    assert "User=ada" in lines
    assert "WorkingDirectory=/home/ada/our lab" in lines
    assert "ExecStart=/home/ada/.venv/bin/callboard run" in lines
    assert 'ReadWritePaths="/home/ada/our lab"' in lines
    assert 'BindPaths="/home/ada/our lab"' in lines
    assert "BindReadOnlyPaths=/home/ada/.venv /root/x" in lines


def test_a_folder_that_no_unit_can_name_is_refused():
    with pytest.raises(UnnameableError, match="take a folder without a colon"):
        unit(Path("/srv/a:b"), INSTALLED)


def test_the_command_makes_an_account_where_there_is_only_root():
    there = Path("/srv/our lab")
    ours = installed_by(there, Machine(Path("/usr/bin/callboard"), (), "ada"))
    assert ours == (
        "sudo cp '/srv/our lab/callboard.service' /etc/systemd/system/callboard.service"
        " && sudo systemctl daemon-reload && sudo systemctl enable --now callboard.service"
    )
    roots = installed_by(there, Machine(Path("/usr/bin/callboard"), (), "callboard", is_root=True))
    assert "useradd --system" in roots
    assert "chown -R callboard: '/srv/our lab'" in roots
    assert "sudo" not in roots


def test_the_program_of_this_machine_is_there():
    here = Machine.here()
    assert here.program.is_file()
    assert all(library.is_dir() for library in here.libraries)
