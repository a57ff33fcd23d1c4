"""The ready forms for issues: what they ask for are keys, and what is filled in is read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.domain.posting import Role
from bot.sources.files.fields import FIELDS
from bot.submissions.issues import read_issue

FOLDER = Path(__file__).parent.parent / "bot/setup/templates"
FORM = yaml.safe_load((FOLDER / "github-form.yml").read_text())


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
