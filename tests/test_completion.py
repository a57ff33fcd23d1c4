"""What a shell is offered: commands, options, and the names of what a lab has; and the scripts that ask for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from bot.cli import callboard
from bot.cli.common import _FILES

ROOT = Path(__file__).parents[1]
CONFIG = """\
registry: openings
timezone: Europe/Berlin
platforms: {console: {}, news: {kind: console}}
channels:
  - {name: terminal, platform: console}
  - {name: team, platform: news}
sources:
  - {name: group-page, kind: page, path: jobs.md}
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openings/2027").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "jobs.md").write_text("# Jobs\n")
    for name in ("robots.yaml", "rivers.md", "2027/owls.yaml", "_template.yaml", "README.md", "Not An Id.yaml"):
        (tmp_path / "openings" / name).write_text("nothing that holds up\n")
    return tmp_path


def test_each_command_is_where_the_group_looks_for_it():
    callboard.read_all()
    there = {name: command.callback.__module__ for name, command in callboard.commands.items()}
    listed = {name: f"bot.cli.{file}" for file, names in _FILES.items() for name in names}
    assert {name: file for name, file in there.items() if file.startswith("bot.cli.")} == listed


def test_the_file_of_a_command_is_read_when_it_is_asked_for():
    """In a process of its own: here all have been read."""
    asked = "import sys; from bot.cli import callboard; callboard.get_command(None, 'health')"
    code = f"{asked}; print(sorted(name for name in sys.modules if name.startswith('bot.cli.')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['bot.cli.common', 'bot.cli.probing']\n"


def offered(*words):
    """What is offered for the last word, which is not typed to its end."""
    *before, typed = words
    items = ShellComplete(callboard, {}, "callboard", "").get_completions(before, typed)
    return [item.value for item in items]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ti"], ["tick", "timeline"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["ask", "--la"], ["--language"]),
        (["ask", "--language", ""], ["en", "de"]),
        (["preview", ""], ["owls", "rivers", "robots"]),
        (["withdraw", "r"], ["rivers", "robots"]),
        (["resend", "ri"], ["rivers"]),
        (["erase", "ow"], ["owls"]),
        (["new", "--copy", "ri"], ["rivers"]),
        (["audit", "--posting", "ro"], ["robots"]),
        (["ledger", "--posting", "owls", "--posting", "ro"], ["robots"]),
        (["resend", "robots", "--channel", ""], ["team", "terminal"]),
        (["ledger", "--channel", "tea"], ["team"]),
        (["preview", "robots", "--platform", "ne"], ["news"]),
        (["import", ""], ["group-page"]),
        (["init", "--timezone", "Europe/Berl"], ["Europe/Berlin"]),
    ],
)
def test_what_may_stand_there(lab, words, expected):
    assert offered(*words) == expected


def test_of_the_config_that_the_command_line_names(lab, monkeypatch):
    monkeypatch.chdir("/")
    assert offered("preview", "ro") == []
    assert offered("preview", "--config", str(lab / "config.yaml"), "ro") == ["robots"]


def test_a_config_that_does_not_hold_up_offers_nothing_and_says_nothing(lab, capsys):
    Path("config.yaml").write_text("registri: openings\n")
    assert offered("preview", "") == offered("import", "") == offered("ledger", "--channel", "") == []
    assert "console" in offered("preview", "x", "--platform", "")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("words", [["import", "--kind", "page"], ["backup"], ["init", "--telegram-token-file"]])
def test_what_the_config_does_not_name_is_a_file(lab, words):
    items = ShellComplete(callboard, {}, "callboard", "").get_completions(words, "jo")
    assert [(item.type, item.value) for item in items] == [("file", "jo")]


def script(shell):
    ended = CliRunner().invoke(callboard, ["completion", shell])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


@pytest.mark.parametrize(
    ("shell", "says"),
    [
        ("bash", "complete -o nosort -F _callboard_completion callboard"),
        ("zsh", "compdef _callboard_completion callboard"),
        ("fish", "complete --no-files --command callboard"),
    ],
)
def test_each_shell_has_a_script_that_it_can_read(tmp_path, shell, says):
    written = tmp_path / "script"
    written.write_text(script(shell))
    assert says in written.read_text()
    if program := shutil.which(shell):
        read = subprocess.run([program, "-n", written], capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.process
def test_bash_completes_by_it(lab):
    """As when Tab is pressed after `callboard preview r`."""
    program = lab / "bin/callboard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m bot "$@"\n')
    program.chmod(0o755)
    pressed = """
        COMP_WORDS=(callboard preview r) COMP_CWORD=2
        _callboard_completion callboard r preview
        echo "${COMPREPLY[@]}"
    """
    shell = subprocess.run(
        ["bash", "-eu", "-c", script("bash") + pressed],
        env={"PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (shell.stdout, shell.stderr, shell.returncode) == ("rivers robots\n", "", 0)
