"""No pattern of the project takes more than linear time, whatever it is given."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patterns.attacking import is_slow
from tests.patterns.collecting import Found, every

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_every_pattern_is_linear():
    """In a process of its own, for one that never ends cannot be stopped; the last line of standard error names it."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.patterns.attacking"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=ROOT,
    )
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr[-300:]
    assert len(ran.stderr.splitlines()) == len(every())


def test_they_are_found_wherever_they_stand():
    where = {found.where for found in every()}
    for name in (
        "bot.domain.letters:_COMMAND",  # a name of a module
        "telegram:hidden",  # what a platform keeps out of the log
        "bot.domain.addresses:_is_email",  # one of its methods
        "bot.sources.files.hints:_forms",  # made once, of the words of all languages, in a tuple
        "bot.sources.files.fields:FIELDS",  # in a kind of value
        "bot.config.keys:CONFIG",
    ):
        assert name in where
    assert any(re.fullmatch(r"bot\.config\.keys:[0-9]+", name) for name in where)  # in a call
    assert any(name.startswith("schema:") for name in where)
    assert len(where) > 100
    anywhere = {found.where for found in every() if found.anywhere}
    assert {"bot.domain.letters:_COMMAND", "telegram:hidden"} <= anywhere
    assert "bot.domain.addresses:_is_email" not in anywhere


@pytest.mark.parametrize(
    ("pattern", "anywhere", "slow"),
    [
        (r"\s*[(\[][mwfdxi*](?:\s*[/|,]\s*[mwfdxi*]){1,4}[)\]]", True, True),
        (r'[^@\s<>",;]+@[^@\s<>",;]+\.[^@\s<>",;]+', False, True),
        (r"//\S*@", True, True),
        (r"^[ \t]*[^\n]*[ \t]*$", False, True),
        (r"[a-z]+@", True, True),
        (r"[a-z]+@", False, False),
        (r"[a-z]{1,20}@", True, False),
        (r" ?[(]([^()]{1,40})[)]", True, False),
    ],
)
def test_a_slow_one_is_told_from_others(pattern, anywhere, slow):
    assert is_slow(Found("here", re.compile(pattern), anywhere)) is slow
