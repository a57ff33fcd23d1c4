"""The ready workflow for a site's own page: what stands on it becomes a pull request with posting files."""

import subprocess
from pathlib import Path

import yaml

from tests.submissions.conftest import git_alone  # noqa: F401  # a fixture
from tests.workflow_steps import lab, run

WORKFLOW = yaml.safe_load((Path(__file__).parent.parent / "docs/workflows/github-import.yml").read_text())
STEPS = {step.get("name"): step for step in WORKFLOW["jobs"]["import"]["steps"]}
PAGE = """---
title: Openings
---
## PhD position in owls

We are looking for a PhD student. Apply by 2 May 2099 to owls@lab.example.
"""


def both(folder, **env):
    given = {**WORKFLOW["env"], **env}
    return [run(STEPS[name], folder, **given) for name in ("Read the page", "Ask for it to be merged")]


def test_nothing_of_a_page_is_part_of_a_command():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
    assert WORKFLOW["permissions"] == {}


def test_what_is_new_on_the_page_becomes_a_pull_request_and_the_next_push_its_new_version(tmp_path):
    page = lab(tmp_path) / "_pages" / "openings.md"
    page.parent.mkdir()
    page.write_text(PAGE)
    for step in both(tmp_path):
        assert step.returncode == 0, step.stderr
    at = ["git", "--git-dir", str(tmp_path / "there.git")]
    shown = subprocess.run(
        [*at, "show", "--format=%s", "positions-from-the-page"], capture_output=True, text=True, check=True
    )
    assert "postings/phd-position-in-owls.yaml" in shown.stdout
    assert "+deadline: 2099-05-02" in shown.stdout
    assert "_pages" not in shown.stdout.partition("\n")[2]
    text = (tmp_path / "text").read_text()
    assert 'deadline: 2099-05-02  <- "Apply by 2 May 2099' in text
    assert "pr create --head positions-from-the-page" in (tmp_path / "asked").read_text()
    subprocess.run(["git", "switch", "-q", "-"], cwd=tmp_path / "lab", check=True)
    subprocess.run(["git", "branch", "-qD", "positions-from-the-page"], cwd=tmp_path / "lab", check=True)
    for step in both(tmp_path, OPEN="1"):
        assert step.returncode == 0, step.stderr
    assert (tmp_path / "asked").read_text().count("pr create") == 1
    assert "pr edit positions-from-the-page" in (tmp_path / "asked").read_text()


def test_a_page_with_nothing_new_asks_for_nothing(tmp_path):
    page = lab(tmp_path) / "_pages" / "openings.md"
    page.parent.mkdir()
    page.write_text("# Openings\n\nThere are no open positions.\n")
    read, asked = both(tmp_path)
    assert (read.returncode, asked.returncode) == (0, 0), read.stderr + asked.stderr
    assert "nothing new" in asked.stdout
    assert not (tmp_path / "asked").exists()
