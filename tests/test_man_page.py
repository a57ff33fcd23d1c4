"""The man page: it says what `--help` says, programs that show such pages can read it, and the wheel brings it."""

import os
import shutil
import subprocess
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from bot.cli import callboard

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/man/callboard.1"


@pytest.fixture(scope="module")
def making():
    loader = SourceFileLoader("making_the_man_page", str(ROOT / "docs/man/make.py"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def test_it_is_what_the_commands_say_of_themselves(making):
    assert PAGE.read_text() == making.page(), "run `make man`"


def test_every_command_and_option_is_in_it(making):
    page = PAGE.read_text().replace(r"\-", "-")
    callboard.read_all()
    for name, command in callboard.commands.items():
        assert f"\n.SS callboard {name} " in page
        for option in command.params:
            assert not option.opts[0].startswith("--") or option.opts[0] in page


def test_what_would_be_a_request_of_roff_is_text(making):
    assert making.escaped(".TH `a-b` \\n\n'tis") == "\\&.TH \\fBa\\-b\\fR \\en\n\\&'tis"
    assert making.escaped("[a|b] | c") == "[a|\\:b] | c"  # a long list of choices may break


def test_a_judge_of_man_pages_finds_no_fault():
    if not shutil.which("mandoc"):
        missing = "mandoc is not here: apt-get install mandoc"
        if os.environ.get("CI"):  # a laptop may do without; what lands has been read by it
            pytest.fail(missing)
        pytest.skip(missing)
    lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", PAGE], capture_output=True, text=True, check=False)
    assert (lint.stdout, lint.stderr, lint.returncode) == ("", "", 0)
    shown = subprocess.run(["mandoc", "-Tascii", PAGE], capture_output=True, text=True, check=True).stdout
    assert "callboard - announces open positions" in " ".join(shown.replace("\b", "").split())


def test_the_wheel_brings_it_where_man_looks():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    assert data["share/man/man1"] == [str(PAGE.relative_to(ROOT))]
