"""`--keep-in BRANCH`: rounds on machines that do not stay, with the database in a branch."""

import subprocess
from pathlib import Path

import pytest

from bot.app import branch as branches
from tests.app.test_branch import NAME, git, origin  # noqa: F401  # a fixture
from tests.test_cli import callboard

CONFIG = "registry: postings\nplatforms: {console: {}}\nchannels: [{name: terminal, platform: console}]\n"


@pytest.fixture
def machine(origin, tmp_path, monkeypatch):  # noqa: F811
    """Goes to a new clone, as each run of a workflow has one."""
    monkeypatch.setattr(branches, "PAUSES", (0.0,))
    monkeypatch.setattr("bot.app.once.tick.__defaults__", (0.5, None, None))  # how long a round is tried
    lab = tmp_path / "lab"
    (lab / "postings").mkdir()
    (lab / "config.yaml").write_text(CONFIG)
    (lab / "postings" / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    git(lab, "add", ".")
    git(lab, "commit", "-qm", "Owls")
    git(lab, "push", "-q", "../origin.git", "main")

    def go(name):
        git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", name)
        monkeypatch.chdir(tmp_path / name)

    return go


def test_two_rounds_on_two_machines_announce_once(machine, origin):  # noqa: F811
    machine("first")
    first = callboard("tick", "--keep-in", NAME)
    assert (first.code, first.out.count("New position: Owls")) == (0, 1), first.err
    machine("second")
    second = callboard("tick", "--keep-in", NAME)
    assert (second.code, second.out) == (0, ""), second.err
    assert "nothing was due" in second.err
    assert git(origin, "log", "--format=%s", NAME).splitlines() == [branches.SETTLED, branches.ON_THE_WIRE]
    machine("third")
    [row] = callboard("ledger", "--json", "--keep-in", NAME).rows
    assert (row["posting"], row["state"]) == ("owls", "delivered")


def test_what_cannot_be_kept_before_does_not_leave(machine, origin):  # noqa: F811
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    machine("first")
    ended = callboard("tick", "--keep-in", NAME)
    assert (ended.code, ended.out) == (1, "")
    assert "nothing is sent until it can be used again" in ended.err
    hook.unlink()
    machine("second")
    assert "New position: Owls" in callboard("tick", "--keep-in", NAME).out


def test_an_outage_longer_than_the_round_loses_nothing_that_has_not_left(machine, origin):  # noqa: F811
    """It is over when the round puts away what became of it."""
    hook = origin / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\necho x >> "$GIT_DIR/tries"\n[ "$(wc -l < "$GIT_DIR/tries")" -gt 2 ]\n')
    hook.chmod(0o755)
    machine("first")
    Path("config.yaml").write_text(f"in_doubt: drop\n{CONFIG}")
    ended = callboard("tick", "--keep-in", NAME)
    assert (ended.code, ended.out) == (1, ""), ended.err
    assert f"put into the branch {NAME} before it left has not left; run the same again" in ended.err
    assert git(origin, "log", "--format=%s", NAME).splitlines() == [branches.SETTLED]
    machine("second")
    Path("config.yaml").write_text(f"in_doubt: drop\n{CONFIG}")
    ended = callboard("tick", "--keep-in", NAME)
    assert (ended.code, ended.out.count("New position: Owls")) == (0, 1), ended.err


def test_what_became_of_what_was_sent_cannot_be_kept(machine, origin):  # noqa: F811
    """The second push is refused: the message has left."""
    hook = origin / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\n[ ! -e "$GIT_DIR/first" ] && touch "$GIT_DIR/first"\n')
    hook.chmod(0o755)
    machine("first")
    ended = callboard("tick", "--keep-in", NAME)
    assert ended.code == 1
    assert "New position: Owls" in ended.out
    assert "the next round finds them in doubt" in ended.err
    machine("second")
    ended = callboard("tick", "--keep-in", NAME)
    assert (ended.code, ended.out) == (3, "")
    assert "has not ended: nothing is said before 15 minutes are over" in ended.err
    [row] = callboard("ledger", "--json", "--keep-in", NAME).rows
    assert row["state"] == "on the wire", "it can be read all the same"


def test_what_is_taken_back_and_said_again_is_kept_as_well(machine):
    machine("first")
    callboard("tick", "--keep-in", NAME)
    machine("second")
    assert callboard("withdraw", "owls", "--keep-in", NAME).code == 0
    machine("third")
    assert callboard("resend", "owls", "--channel", "terminal", "--keep-in", NAME).out.startswith("──")


def test_who_only_reads_or_exports_leaves_the_database_that_is_there(machine):
    machine("first")
    assert callboard("tick").code == 0
    before = Path("callboard.db").read_bytes()
    ended = callboard("ledger", "--keep-in", "typo")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no branch typo: nothing was kept there yet, or its name is another" in ended.err
    assert callboard("export", "--format", "json", "--out", "site", "--keep-in", "published").code == 0
    assert callboard("ledger", "--json", "--keep-in", "published").rows == []
    assert callboard("tick", "--keep-in", "typo").code == 2
    assert Path("callboard.db").read_bytes() == before
    [row] = callboard("ledger", "--json").rows
    assert row["state"] == "delivered"


def test_an_export_counts_on_from_the_last_one(machine):
    words = (
        "export",
        "--format",
        "ics",
        "--out",
        "site",
        "--base-url",
        "https://lab.example",
        "--keep-in",
        "published",
    )
    machine("first")
    assert callboard(*words).code == 0
    machine("second")
    Path("postings/owls.yaml").write_text("title: Owls at night\nrole: phd\ndeadline: 2099-05-02\n")
    assert callboard(*words).code == 0
    machine("third")
    Path("postings/owls.yaml").write_text("title: Owls at noon\nrole: phd\ndeadline: 2099-05-02\n")
    assert callboard(*words).code == 0
    assert "SEQUENCE:2" in Path("site/calendar.ics").read_text()


def test_a_folder_that_is_in_no_repository_is_said(machine, tmp_path, monkeypatch):
    machine("first")
    subprocess.run(["rm", "-rf", ".git"], check=True)
    ended = callboard("tick", "--keep-in", NAME)
    assert (ended.code, ended.out) == (2, "")
    assert f"the branch {NAME} cannot be used: " in ended.err


def test_postgresql_stays_where_it_is(machine):
    machine("first")
    Path("config.yaml").write_text(CONFIG + "database: postgresql://callboard@127.0.0.1/lab\n")
    ended = callboard("tick", "--keep-in", NAME)
    assert ended.code == 2
    assert "--keep-in is for SQLite" in ended.err
