"""What docs/guide.md and docs/importing.md show of `callboard import` is what it prints."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import callboard

ROOT = Path(__file__).parents[2]
_OF_GUIDE = """# Jobs

## PhD student in Robust Imaging

Please send your application to ada@lab.example by May 2nd, 2027.

## Postdoc in Robust Imaging

Deadline: May 2nd
"""


def _blocks(file: str, language: str = "") -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / file).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for named, text in fenced if named == language]


def _examples() -> list[tuple[str, str]]:
    """Each page, with what is shown of its import."""
    shown = [block for block in _blocks("docs/importing.md") if block.startswith("new ")]
    pages = _blocks("docs/importing.md", "markdown")
    of_guide = [block for block in _blocks("docs/guide.md") if block.startswith("new ")]
    return [*zip(pages, shown, strict=True), *zip([_OF_GUIDE], of_guide, strict=True)]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\ntimezone: Europe/Berlin\nchannels: []\n")
    return tmp_path


def _printed(lab: Path, page: str, *options: str) -> list[str]:
    (lab / "jobs.md").write_text(page, encoding="utf-8")
    command = ["import", "--config", str(lab / "config.yaml"), "--kind", "page", str(lab / "jobs.md"), *options]
    ran = CliRunner().invoke(callboard, command)
    assert ran.exit_code == 0, ran.output
    return ran.stdout.splitlines()


@pytest.mark.parametrize(("page", "shown"), _examples(), ids=["comment", "one deadline", "readme"])
def test_what_is_shown_of_an_import_is_printed(lab: Path, page: str, shown: str) -> None:
    printed = iter(_printed(lab, page, "--dry-run", "--all"))
    is_gap = False
    for line in shown.splitlines():
        if line.strip() == "…":
            is_gap = True
            continue
        found = next(printed, "nothing more")
        while is_gap and found not in {line, "nothing more"}:
            found = next(printed, "nothing more")
        assert found == line
        is_gap = False
    assert is_gap or next(printed, None) is None, "more is printed than is shown"


def test_what_is_in_a_comment_is_taken_in_as_drafts_and_with_all_alone(lab: Path) -> None:
    page = _blocks("docs/importing.md", "markdown")[0]
    assert _printed(lab, page, "--dry-run") == []
    _printed(lab, page, "--all")
    files = [file.read_text("utf-8") for file in (lab / "postings").iterdir()]
    assert len(files) == 2
    assert all("status: draft\n" in file for file in files)
