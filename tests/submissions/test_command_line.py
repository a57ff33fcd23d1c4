"""`callboard drafts`, `approve`, `reject` and `audit`."""

import json

from tests.submissions.conftest import ADA, BOB, OWLS
from tests.test_cli import callboard


def rows(*words, lab):
    ended = callboard(*words, "--config", str(lab.config), "--json")
    assert (ended.code, ended.err) == (0, "")
    return ended.rows


async def handed_in(lab, **more):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, {**OWLS, **more})
    await lab.close()
    return draft.id


def in_process(*words, lab):
    """In a process of its own, for the loop of this one runs."""
    import subprocess
    import sys

    name, *rest = words
    command = [sys.executable, "-m", "bot", name, "--config", str(lab.config), *rest]
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def test_what_was_handed_in_is_listed_approved_and_rejected(lab):
    first, second = await handed_in(lab), await handed_in(lab, title="PhD in Bats")
    listed = in_process("drafts", "--json", lab=lab)
    drafts = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(draft["draft"], draft["person"], draft["name"], draft["state"]) for draft in drafts] == [
        (first, "telegram:4711", "Bob Beispiel", "waiting"),
        (second, "telegram:4711", "Bob Beispiel", "waiting"),
    ]
    assert drafts[0]["posting"] == OWLS
    assert drafts[0]["at"].endswith("Z")
    assert f"{first}  " in (shown := in_process("drafts", lab=lab).stdout)
    assert "Bob Beispiel (telegram:4711)  new: PhD in Owls" in shown

    approved = in_process("approve", first, lab=lab)
    assert (approved.returncode, approved.stdout) == (0, "phd-in-owls: published\n")
    assert (lab.postings / "phd-in-owls.yaml").exists()
    again = in_process("approve", first, lab=lab)
    assert again.returncode == 1
    assert f"{first} does not wait any more: approved by " in again.stderr
    rejected = in_process("reject", second, "--why", "no money", lab=lab)
    assert (rejected.returncode, rejected.stdout) == (0, f"{second}: rejected\n")
    assert in_process("reject", second, lab=lab).returncode == 1
    unknown = in_process("approve", "nothing", lab=lab)
    assert unknown.returncode == 2
    assert 'there is no draft "nothing"' in unknown.stderr
    assert in_process("drafts", lab=lab).stdout == ""
    states = [json.loads(line)["state"] for line in in_process("drafts", "--json", lab=lab).stdout.splitlines()]
    assert states == ["approved", "rejected"]

    entries = [json.loads(line) for line in in_process("audit", "--json", lab=lab).stdout.splitlines()]
    assert [(entry["action"], entry["posting"], entry["detail"]) for entry in entries] == [
        ("handed-in", "phd-in-owls", "title, role, deadline"),
        ("handed-in", None, "title, role, deadline"),
        ("approved", "phd-in-owls", ""),
        ("published", "phd-in-owls", "PhD in Owls"),
        ("rejected", None, "no money"),
    ]
    assert set(entries[0]) == {"at", "person", "name", "action", "posting", "detail"}
    one = in_process("audit", "--posting", "phd-in-owls", lab=lab).stdout
    assert one.count("\n") == 3
    assert "Bob Beispiel (telegram:4711)  PhD in Owls" in one


async def test_what_cannot_be_done_waits_and_says_why(lab):
    draft = await handed_in(lab)
    lab.config.write_text(lab.config.read_text() + "submissions: {git: true}\n")
    failed = in_process("approve", draft, lab=lab)
    assert failed.returncode == 3
    assert f"{draft} waits still: " in failed.stderr
    assert "lies in no git repository" in failed.stderr
    assert "lies in no git repository" in in_process("drafts", lab=lab).stdout
    lab.under_git()
    assert in_process("approve", draft, lab=lab).returncode == 0
    assert lab.log() == ["Begin", "Add phd-in-owls"]


async def test_a_registry_with_a_problem_elsewhere_stops_nobody(lab):
    (lab.postings / "broken.yaml").write_text("title\n")
    draft = await handed_in(lab)
    assert in_process("approve", draft, lab=lab).returncode == 0
    assert ADA
