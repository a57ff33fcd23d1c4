"""`callboard drafts`, `approve`, `reject` and `audit`."""

import json

import pytest

from tests.process.lab import Finished, environment
from tests.submissions.conftest import ADA, BOB, OWLS


async def handed_in(lab, **more):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, {**OWLS, **more})
    await lab.close()
    return draft.id


@pytest.fixture
def callboard(template, lab):
    """In a process of its own, for the loop of this one runs."""

    async def ended(name, *rest):
        started = await template.start(name, "--config", str(lab.config), *rest, env=environment())
        out, err = await started.communicate()
        return Finished(started.returncode, out.decode(), err.decode())

    return ended


async def test_what_was_handed_in_is_listed_approved_and_rejected(lab, callboard):
    first, second = await handed_in(lab), await handed_in(lab, title="PhD in Bats")
    listed = await callboard("drafts", "--json")
    drafts = [json.loads(line) for line in listed.out.splitlines()]
    assert [(draft["draft"], draft["person"], draft["name"], draft["state"]) for draft in drafts] == [
        (first, "telegram:4711", "Bob Beispiel", "waiting"),
        (second, "telegram:4711", "Bob Beispiel", "waiting"),
    ]
    assert drafts[0]["posting"] == OWLS
    assert drafts[0]["at"].endswith("Z")
    assert f"{first}  " in (shown := (await callboard("drafts")).out)
    assert "Bob Beispiel (telegram:4711)  new: PhD in Owls" in shown

    approved = await callboard("approve", first)
    assert (approved.code, approved.out) == (0, "phd-in-owls: published\n")
    assert (lab.postings / "phd-in-owls.yaml").exists()
    again = await callboard("approve", first)
    assert again.code == 1
    assert f"{first} does not wait any more: approved by " in again.err
    rejected = await callboard("reject", second, "--why", "no money")
    assert (rejected.code, rejected.out) == (0, f"{second}: rejected\n")
    assert (await callboard("reject", second)).code == 1
    unknown = await callboard("approve", "nothing")
    assert unknown.code == 2
    assert 'there is no draft "nothing"' in unknown.err
    assert (await callboard("drafts")).out == ""
    states = [json.loads(line)["state"] for line in (await callboard("drafts", "--json")).out.splitlines()]
    assert states == ["approved", "rejected"]

    entries = [json.loads(line) for line in (await callboard("audit", "--json")).out.splitlines()]
    assert [(entry["action"], entry["posting"], entry["detail"]) for entry in entries] == [
        ("handed-in", "phd-in-owls", "title, role, deadline"),
        ("handed-in", None, "title, role, deadline"),
        ("approved", "phd-in-owls", ""),
        ("published", "phd-in-owls", "PhD in Owls"),
        ("rejected", None, "no money"),
    ]
    assert set(entries[0]) == {"at", "person", "name", "action", "posting", "detail"}
    one = (await callboard("audit", "--posting", "phd-in-owls")).out
    assert one.count("\n") == 3
    assert "Bob Beispiel (telegram:4711)  PhD in Owls" in one


async def test_what_cannot_be_done_waits_and_says_why(lab, callboard):
    draft = await handed_in(lab)
    lab.config.write_text(lab.config.read_text() + "submissions: {git: true}\n")
    failed = await callboard("approve", draft)
    assert failed.code == 3
    assert f"{draft} waits still: " in failed.err
    assert "lies in no git repository" in failed.err
    assert "lies in no git repository" in (await callboard("drafts")).out
    lab.under_git()
    assert (await callboard("approve", draft)).code == 0
    assert lab.log() == ["Begin", "Add phd-in-owls"]


async def test_a_registry_with_a_problem_elsewhere_stops_nobody(lab, callboard):
    (lab.postings / "broken.yaml").write_text("title\n")
    draft = await handed_in(lab)
    assert (await callboard("approve", draft)).code == 0
    assert ADA
