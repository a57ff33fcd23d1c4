"""`callboard new`: a template and copies, which are drafts and never take the place of what is there."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.domain.posting import Status
from bot.schema import InvalidError, compose
from bot.sources.files import Registry
from bot.sources.files.drafting import as_draft, template
from bot.sources.files.fields import FIELDS, posting
from tests.test_cli import callboard, lab, post  # noqa: F401  # a fixture

TODAY = date(2026, 12, 1)


def test_the_template_is_a_draft_that_holds_up_and_explains_every_key():
    text = template("phd-owls", TODAY, "Europe/Berlin")
    draft = posting("phd-owls", compose(text), "UTC")
    assert (draft.status, draft.title, draft.deadline) == (Status.DRAFT, "A new position", None)
    assert set(re.findall(r"^(?:# )?(\w+): ", text, re.MULTILINE)) == set(FIELDS) - {"source"}  # an import writes that


def test_with_every_key_in_use_it_holds_up_as_well():
    text = re.sub(r"^# (\w+: |  )", r"\1", template("phd-owls", TODAY, "Asia/Tokyo"), flags=re.MULTILINE)
    full = posting("phd-owls", compose(text), "UTC")
    assert (str(full.deadline.at), full.posted) == ("2027-01-26 12:00:00+09:00", date(2026, 12, 8))
    assert full.contact.email == "jobs@lab.example"
    assert "As long as you like" in full.description


COPIES = {
    "title: A  # no\nrole: phd\n": "status: draft\ntitle: A  # no\nrole: phd\n",
    "# About\ntitle: A\nrole: phd\nstatus: open  # since May\nfte: 65\n": (
        "# About\ntitle: A\nrole: phd\nstatus: draft  # since May\nfte: 65\n"
    ),
    "title: 🦉\nstatus: 'filled'\nrole: phd": "title: 🦉\nstatus: draft\nrole: phd",
    "title: A\nrole: phd\nstatus: |\n  open\n": "title: A\nrole: phd\nstatus: draft\n",
    "title: A\naliases: [old, b]  # once\nrole: phd\n": "status: draft\ntitle: A\nrole: phd\n",
    "title: A\naliases:\n  - old\n  - b\n# Who\nrole: phd\n": "status: draft\ntitle: A\n# Who\nrole: phd\n",
    "title: A\naliases:\n- old\n\nrole: phd\n": "status: draft\ntitle: A\n\nrole: phd\n",
    "title: A\nrole: phd\naliases: [old]\n": "status: draft\ntitle: A\nrole: phd\n",
}


@pytest.mark.parametrize("text", COPIES)
def test_a_copy_is_a_draft_with_the_comments_and_without_former_ids(text):
    assert as_draft(text, markdown=False) == COPIES[text]
    below = "---\nText with status: open\naliases: [x]\n"
    if text.endswith("\n"):
        assert as_draft(f"---\n{text}{below}", markdown=True) == f"---\n{COPIES[text]}{below}"


def test_what_is_written_in_braces_is_not_copied():
    with pytest.raises(InvalidError, match="written in braces"):
        as_draft("{title: A, role: phd}\n", markdown=False)


@pytest.mark.usefixtures("lab")
def test_a_new_file_is_written_and_nothing_is_said_of_it():
    made = callboard("new", "phd-owls")
    assert (made.code, made.out) == (0, "postings/phd-owls.yaml\n")
    assert "delete the line `status: draft`" in made.err
    assert callboard("check").code == 0
    assert callboard("timeline").out == ""
    assert callboard("ask", "/positions", "--json").rows[0]["postings"] == []
    [read] = Registry(Path("postings"), "UTC").read().changed
    assert read.status is Status.DRAFT


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("there", ["owls.yaml", "owls.md", "2027/owls.yaml", "owls.yml", "Owls.yaml", "bats.yaml"])
def test_what_is_there_is_never_changed(there):
    file = Path("postings") / there
    file.parent.mkdir(exist_ok=True)
    text = "title: A\nrole: phd\n" + ("aliases: [owls]\n" if there == "bats.yaml" else "")
    file.write_text(f"---\n{text}---\n" if there.endswith(".md") else text)
    before = {path: path.is_file() and path.read_text() for path in Path("postings").rglob("*")}
    refused = callboard("new", "owls")
    assert (refused.code, '"owls" is taken' in refused.err) == (2, True)
    assert {path: path.is_file() and path.read_text() for path in Path("postings").rglob("*")} == before


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("name", ["Owls", "phd owls", "../owls", "owls.yaml", "-owls", "ü", "", "x" * 201])
def test_a_bad_id_is_refused_with_a_better_one(name):
    refused = callboard("new", "--", name)
    assert refused.code == 2
    better = re.search(r"such as (\S+)", refused.err)[1]
    assert callboard("new", better).code == 0


@pytest.mark.usefixtures("lab")
def test_a_copy_keeps_the_ending_and_says_the_same():
    Path("postings/2026").mkdir()
    text = "---\n# Of the spring call\ntitle: Owls\nrole: phd\naliases: [eulen]\n---\nAbout **owls**.\n"
    Path("postings/2026/owls.md").write_text(text)
    made = callboard("new", "bats", "--copy", "eulen")
    assert (made.code, made.out) == (0, "postings/2026/bats.md\n")
    assert Path("postings/2026/bats.md").read_text() == (
        "---\n# Of the spring call\nstatus: draft\ntitle: Owls\nrole: phd\n---\nAbout **owls**.\n"
    )
    assert Path("postings/2026/owls.md").read_text() == text
    checked = callboard("check")
    assert (checked.code, checked.err) == (0, "postings: 2, channels: 2: all is well\n")


@pytest.mark.usefixtures("lab")
def test_only_what_holds_up_is_copied():
    post("owls")
    post("bats", "fte: 0\n")
    for source in ("olws", "bats"):
        refused = callboard("new", "mice", "--copy", source)
        assert (refused.code, f'no good posting "{source}"' in refused.err) == (2, True)
    assert not Path("postings/mice.yaml").exists()


def test_help_cuts_no_summary():
    shown = " ".join(callboard("--help").out.split())
    assert "..." not in shown.partition("Commands:")[2]
    assert "timeline List every notice that would go out in a span of time, in order" in shown
    assert "new Write a new posting file to fill in, with every key explained" in shown


def test_a_filled_in_form_becomes_a_posting_that_is_no_draft(lab):  # noqa: F811
    Path("issue.md").write_text(
        "### Title (title)\n\nPhD in Owls\n\n### role\n\nPhD\n\n### Deadline (deadline)\n\n3/4/2199\n"
    )
    made = callboard("new", "--from-issue", "issue.md")
    assert (made.code, made.out) == (0, "postings/phd-in-owls.yaml\n")
    assert 'issue.md: left out: deadline: "3/4/2199" may be 2199-03-04 or 2199-04-03' in made.err
    assert Path("postings/phd-in-owls.yaml").read_text() == "title: PhD in Owls\nrole: phd\n"
    assert callboard("check").code == 0
    assert callboard("new", "other", "--from-issue", "issue.md").out == "postings/other.yaml\n"
    again = callboard("new", "--from-issue", "issue.md")
    assert again.out == "postings/phd-in-owls-2.yaml\n"
    Path("issue.md").write_text("### title\n\nOwls\n")
    assert "role: is missing" in callboard("new", "--from-issue", "issue.md").err
    assert callboard("new").code == 2
    assert callboard("new", "a", "--copy", "other", "--from-issue", "issue.md").code == 2
