"""The pictures in the docs: what `make pictures` draws can still be drawn, without the browser that photographs it."""

import importlib
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "docs/pictures"


@pytest.fixture
def script(monkeypatch):
    """Imports one of the scripts, which know each other by their bare names."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in {path.stem for path in SCRIPTS.glob("*.py")} - before:
        sys.modules.pop(name, None)


def words(drawn):
    return " ".join("".join(drawn.itertext()).split())


@pytest.fixture
def own_zone():
    """The scripts move the process to the lab's zone; afterwards it is back in its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        yield
    time.tzset()


def test_an_announcement_in_each_program(script, own_zone):
    make = script("make")
    for platform in ("telegram", "slack"):
        shown = words(make.drawn(platform, "Lab jobs"))
        assert "Robust Machine Learning" in shown
        assert "Lab jobs" in shown
    assert "callboard>" in words(make.terminal())


def test_the_timeline_shows_what_was_said_and_what_did_not_arrive(script):
    drawn = script("make").timeline()
    shown = words(drawn)
    assert all(name in shown for name in ("lab-telegram", "lab-slack", "postdocs"))
    assert "refused" in shown + " ".join(part.get("class") or "" for part in drawn.iter())


def test_what_readers_have(script):
    follow, remind, settings = map(words, script("readers").conversations())
    assert "Tübingen" in follow
    assert "/remind" in remind
    assert "weekly" in settings


def test_posting_from_slack(script):
    shown = words(script("posting").panels())
    assert "jobs@lab.example" in shown
    assert "Approve" in shown


def test_setting_up_in_the_browser(script):
    shown = words(script("make").setup())
    assert "Which channel?" in shown
    assert "Positions at the lab" in shown
