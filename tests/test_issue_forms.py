"""The ready forms for issues: what they ask for are keys, and what is filled in becomes a pull request with a file."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.domain.posting import Role
from bot.sources.files.fields import FIELDS
from bot.submissions.issues import read_issue
from tests.submissions.conftest import git_alone  # noqa: F401  # a fixture
from tests.workflow_steps import lab, run

FOLDER = Path(__file__).parent.parent / "docs/workflows"
FORM = yaml.safe_load((FOLDER / "github-form.yml").read_text())
WORKFLOW = yaml.safe_load((FOLDER / "github-position.yml").read_text())
STEPS = {step.get("name"): step for step in WORKFLOW["jobs"]["hand-in"]["steps"]}


def as_github_writes(answers):
    """The issue that GitHub makes of a filled-in form."""
    rows = [(field["attributes"]["label"], answers.get(field["id"], "_No response_")) for field in FORM["body"]]
    return "\n\n".join(f"### {label}\n\n{answer}" for label, answer in rows)


def test_each_field_of_the_form_is_a_key_that_is_taken_from_members():
    for field in FORM["body"]:
        assert field["attributes"]["label"].endswith(f"({field['id']})")
        assert FIELDS[field["id"]].by_members
    options = {field["id"]: field["attributes"].get("options") for field in FORM["body"]}
    assert options["role"] == [str(role) for role in Role]


def test_what_is_filled_in_is_read():
    answers = {"title": "PhD in Owls", "role": "phd, postdoc", "deadline": "2199-05-02", "description": "a\n\n- b"}
    found = read_issue(as_github_writes(answers), datetime(2026, 12, 1, tzinfo=UTC), "UTC")
    assert found.fields == {**answers, "role": ["phd", "postdoc"]}
    assert found.left_out == {}


def test_the_template_of_gitlab_has_keys_alone_and_its_hints_say_nothing():
    text = (FOLDER / "gitlab-form.md").read_text()
    keys = re.findall(r"^### .*\((\w+)\)$", text, re.MULTILINE)
    assert all(FIELDS[key].by_members for key in keys)
    filled = text.replace("### Title (title)\n", "### Title (title)\n\nOwls\n").replace(
        "### Role (role)\n", "### Role (role)\n\nphd\n"
    )
    found = read_issue(filled, datetime(2026, 12, 1, tzinfo=UTC), "UTC")
    assert (found.fields, found.left_out) == ({"title": "Owls", "role": ["phd"]}, {})


def test_nothing_of_an_issue_is_part_of_a_command():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
    assert WORKFLOW["permissions"] == {}


def test_a_form_becomes_a_branch_with_the_file_and_a_pull_request(tmp_path):
    lab(tmp_path)
    body = as_github_writes({"title": "PhD in Owls $(touch evil)", "role": "phd", "deadline": "3/4/2199"})
    wrote = run(STEPS["Write the posting"], tmp_path, BODY=body, NUMBER="7")
    assert wrote.returncode == 0, wrote.stderr
    file = (tmp_path / "output").read_text().removeprefix("file=").strip()
    assert file == "postings/phd-in-owls-touch-evil.yaml"
    asked = run(STEPS["Ask for it to be merged"], tmp_path, FILE=file, NUMBER="7", WHO="ada")
    assert asked.returncode == 0, asked.stderr
    at = ["git", "--git-dir", str(tmp_path / "there.git")]
    shown = subprocess.run(
        [*at, "show", "--format=%an|%s", "--name-only", "position-7"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split("\n")[:3] == ["ada|Add phd-in-owls-touch-evil", "", file]
    assert (tmp_path / "asked").read_text().startswith("pr create --head position-7 --title Add phd-in-owls-touch-evil")
    assert "    " in (tmp_path / "text").read_text()
    assert "may be 2199-03-04 or 2199-04-03" in (tmp_path / "text").read_text()
    assert not (tmp_path / "lab" / "evil").exists()


def test_what_is_no_posting_is_told_in_the_issue(tmp_path):
    lab(tmp_path)
    wrote = run(
        STEPS["Write the posting"], tmp_path, BODY=as_github_writes({"title": "Owls", "role": "boss"}), NUMBER="7"
    )
    assert wrote.returncode == 1
    assert (tmp_path / "asked").read_text().startswith("issue comment 7 --body-file")
    assert 'role: "boss" is not one of' in (tmp_path / "notes").read_text()
