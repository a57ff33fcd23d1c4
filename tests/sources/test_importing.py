"""`callboard import`: what it prints, what it writes, and what it leaves alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import callboard

_PAGE = """# Join us

## PhD position in optics

We are looking for a PhD student. Apply by 2 May 2027 to jobs@lab.example. Start: 1 October 2027.

## Postdoc position in lasers

This position has been filled.
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\ntimezone: Europe/Berlin\nchannels: []\n")
    (tmp_path / "jobs.md").write_text(_PAGE)
    return tmp_path


def _run(lab: Path, *arguments: str, file: str = "jobs.md") -> Result:
    command = ["import", "--config", str(lab / "config.yaml"), "--kind", "page", *arguments, str(lab / file)]
    return CliRunner().invoke(callboard, command)


def test_a_dry_run_says_what_would_be_taken_in_and_writes_nothing(lab: Path) -> None:
    ran = _run(lab, "--dry-run")
    assert ran.exit_code == 0
    assert "new phd-position-in-optics" in ran.stdout
    assert 'deadline: 2027-05-02  <- "Apply by 2 May 2027 to jobs@lab.example."' in ran.stdout
    assert "1 closed; --all takes in these, too" in ran.stderr
    assert not list((lab / "postings").iterdir())


def test_json_is_an_object_a_line(lab: Path) -> None:
    ran = _run(lab, "--dry-run", "--json", "--all")
    optics, lasers = map(json.loads, ran.stdout.splitlines())
    assert list(optics) == ["source", "action", "posting", "as_found", "fields", "evidence", "uncertain"]
    assert (optics["action"], optics["as_found"], lasers["as_found"]) == ("new", "open", "closed")
    assert optics["fields"]["deadline"] == "2027-05-02"


def test_files_are_written_that_hold_up_and_say_where_they_come_from(lab: Path) -> None:
    assert _run(lab, "--all").exit_code == 0
    assert {file.name for file in (lab / "postings").iterdir()} == {
        "phd-position-in-optics.yaml",
        "postdoc-position-in-lasers.yaml",
    }
    checked = CliRunner().invoke(callboard, ["check", "--config", str(lab / "config.yaml")])
    assert checked.exit_code == 0, checked.stdout
    assert "status: closed" in (lab / "postings/postdoc-position-in-lasers.yaml").read_text()
    assert "name: jobs.md" in (lab / "postings/phd-position-in-optics.yaml").read_text()


def test_what_is_known_is_not_written_again(lab: Path) -> None:
    _run(lab)
    before = (lab / "postings/phd-position-in-optics.yaml").read_bytes()
    again = _run(lab, "--json")
    assert json.loads(again.stdout)["action"] == "same"
    (lab / "jobs.md").write_text(_PAGE.replace("2 May 2027", "9 May 2027"))
    moved = _run(lab, "--json")
    assert json.loads(moved.stdout)["action"] == "changed"
    assert "stay as they are" in moved.stderr
    assert (lab / "postings/phd-position-in-optics.yaml").read_bytes() == before
    assert len(list((lab / "postings").iterdir())) == 1


def test_what_cannot_be_read_ends_with_3(lab: Path) -> None:
    (lab / "feed.xml").write_text("Not found")
    command = ["import", "--config", str(lab / "config.yaml"), "--kind", "feed", "--json", str(lab / "feed.xml")]
    ran = CliRunner().invoke(callboard, command)
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["posting"] is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest/meta-data"])
def test_an_address_on_the_command_line_is_never_private(lab: Path, url: str) -> None:
    command = ["import", "--config", str(lab / "config.yaml"), "--kind", "page", "--dry-run", url]
    ran = CliRunner().invoke(callboard, command)
    assert ran.exit_code == 3
    assert "private network" in ran.stderr


def test_a_file_that_is_not_there_ends_with_2(lab: Path) -> None:
    assert _run(lab, file="none.md").exit_code == 2
