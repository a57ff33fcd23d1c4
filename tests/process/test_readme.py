"""README and guide by their own words: their commands work as they stand there."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import callboard
from tests.process.lab import GROUP, Lab

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide.md").read_text()


def part(heading):
    return GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.fixture
def home(tmp_path):
    """A home with Callboard in it, as `make install` leaves it."""
    installed = tmp_path / "home/callboard"
    (installed / ".venv/bin").mkdir(parents=True)
    command = installed / ".venv/bin/callboard"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m bot "$@"\n')
    command.chmod(0o755)
    (installed / ".venv/bin/activate").write_text('PATH="$HOME/callboard/.venv/bin:$PATH"\n')
    for name in ("config.example.yaml", "postings"):
        (installed / name).symlink_to(ROOT / name)
    return tmp_path / "home"


def types(home, script, folder="", **more):
    environment = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **more}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home / folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def pattern_of(line):
    """A line of the log without what is another each time."""
    return re.sub(r"\d+", "0", line.strip())


IN_A_SHELL = "source ~/callboard/.venv/bin/activate\n"


async def test_ones_own_lab_begins_empty_and_its_channel_hears_of_its_own_postings_alone(home, tmp_path):
    own = part("Your own lab in five minutes")
    commands = "\n".join(re.findall(r"^    (\S.*)$", own.partition("\n1. ")[0], re.MULTILINE))
    assert "config.example.yaml" in commands
    begun = types(home, commands)
    assert begun.returncode == 0, begun.stderr
    promised = re.search(r"```\n(.*)\n```", own)[1]
    assert begun.stderr.splitlines()[-1] == promised == "postings: 0, channels: 2: all is well"
    folder = "open-positions"
    assert list((home / folder / "postings").iterdir()) == []

    new = types(home, IN_A_SHELL + re.search(r"`(callboard new \S+)`", own)[1], folder)
    assert new.returncode == 0, new.stderr
    written = home / folder / "postings/phd-robust-ml.yaml"
    assert "status: draft" in written.read_text()

    async with Lab(tmp_path) as lab:
        config = home / folder / "config.yaml"
        channel = re.search(r"```yaml\n +channels:\n(.*?)```", part("A Telegram channel"), re.DOTALL)[1]
        channel = re.sub(r"^ {3}", "", channel, flags=re.MULTILINE).replace("filter: phd postdoc", "filter: phd")
        text = config.read_text().replace(
            "    token: ${TELEGRAM_BOT_TOKEN}\n", "    token: ${TELEGRAM_BOT_TOKEN}\n    api_url: URL\n"
        )
        config.write_text(text.replace("URL", lab.telegram.url) + "\n" + channel)
        token = {"TELEGRAM_BOT_TOKEN": lab.telegram.token}
        draft = await asyncio.to_thread(types, home, IN_A_SHELL + "callboard tick", folder, **token)
        assert (draft.returncode, lab.telegram.sent) == (0, []), draft.stderr
        ready = (
            written.read_text().replace("status: draft\n", "").replace("A new position", "PhD Student in Owl Flight")
        )
        written.write_text(ready)
        ticked = await asyncio.to_thread(types, home, IN_A_SHELL + "callboard tick", folder, **token)
        assert ticked.returncode == 0, ticked.stderr
        [shown, *_] = re.search(r"\$ callboard tick\n(.*?)```", part("A Telegram channel"), re.DOTALL)[1].splitlines()
        assert pattern_of(shown) in map(pattern_of, ticked.stderr.splitlines())
        [sent] = lab.telegram.sent
        assert (sent.chat.id, "PhD Student in Owl Flight" in sent.text) == (GROUP, True)
        said = await asyncio.to_thread(types, home, IN_A_SHELL + "callboard ledger", folder, **token)
        assert "rostock" not in said.stdout + ticked.stdout + ticked.stderr


CODE = "\n".join(re.findall(r"`[^`\n]+`|^    .*$", (ROOT / "README.md").read_text() + GUIDE, re.MULTILINE))


def test_every_command_that_it_names_is_one():
    named = set(re.findall(r"callboard ([a-z][a-z-]+)\b", CODE))
    assert {"run", "tick", "check", "new", "demo"} <= named
    assert named - set(callboard.list_commands(click.Context(callboard))) == set()


def test_every_target_of_make_that_it_names_is_one():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z]+)(?=[`\s])", CODE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
