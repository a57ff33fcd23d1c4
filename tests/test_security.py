"""docs/security.md: what it promises is shown by tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/security.md").read_text()


def test_each_test_that_the_page_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert named - there == set()
    assert len(named) > 50


def test_each_row_that_tells_what_stops_something_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "shown by" not in line]
    in_tables = [row for row in rows if row.count(" | ") >= 2 and "`test_" not in row]
    told = PAGE.partition("## Whom it trusts")[2].partition("## The ways in")[0]
    assert [row for row in in_tables if row not in told] == []


def test_its_links_lead_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.casefold()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings
    for path in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE):
        assert (ROOT / "docs" / path).exists()


def test_how_to_report_is_said_without_anybodys_address():
    policy = (ROOT / "SECURITY.md").read_text()
    assert "private vulnerability report" in policy
    assert "@" not in policy
