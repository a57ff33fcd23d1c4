"""The database kept in a branch: nothing is lost that another round has kept, and persons are in it sealed alone."""

import os
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory
from unittest.mock import Mock

import pytest

from bot.app import branch as branches
from bot.app.branch import KEY, ON_THE_WIRE, Branch, BranchError, BusyError
from bot.store import LedgerError
from bot.store.sender import lock_file
from tests.tools import program

NOW = datetime(2027, 4, 1, 12, tzinfo=UTC)
WHO = {f"GIT_{who}_{what}": "a@lab.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
NAME = "callboard-ledger"


def git(folder, *words, **env):
    return subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **WHO, **env}, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(branches, "PAUSES", (0.0, 0.0))
    monkeypatch.delenv(KEY, raising=False)


@pytest.fixture
def origin(tmp_path):
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(tmp_path, "init", "-q", "-b", "main", "lab")
    (tmp_path / "lab" / "config.yaml").write_text("registry: postings\n")
    git(tmp_path / "lab", "add", ".")
    git(tmp_path / "lab", "commit", "-qm", "Ours")
    git(tmp_path / "lab", "push", "-q", "../origin.git", "main")
    git(tmp_path / "origin.git", "symbolic-ref", "HEAD", "refs/heads/main")
    return tmp_path / "origin.git"


def clone(origin, name):
    git(origin.parent, "clone", "-q", "--depth", "1", f"file://{origin}", name)
    return origin.parent / name


def in_branch(folder, database=None):
    return Branch(NAME, database or folder / "callboard.db", folder, lambda: datetime.now(UTC))


def lies_about(folder):
    """Names of files in a clone that are not in git."""
    return set(git(folder, "ls-files", "--others").splitlines())


class Round:
    """A clone of its own, as each run of a workflow has."""

    def __init__(self, origin, name, clock=lambda: datetime.now(UTC)):
        self.folder = clone(origin, name)
        self.database = self.folder / "callboard.db"
        self.branch = Branch(NAME, self.database, self.folder, clock)
        self.branch.take()

    def says(self, *words):
        tables = (
            "followers",
            "dialogues",
            "calendars",
            "owners",
            "drafts (person, decided_by)",
            "audit (person)",
            "notices (channel, state)",
        )
        with closing(connect(self.database)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            for table in tables:
                name, _, column = table.partition(" ")
                database.execute(f"CREATE TABLE IF NOT EXISTS {name} {column or '(name)'}")
            database.executemany("INSERT INTO notices VALUES (?, 'delivered')", [(word,) for word in words])
            database.commit()

    def knows(self):
        with closing(connect(self.database)) as database:
            return [word for (word,) in database.execute("SELECT channel FROM notices")]

    def keeps(self, *words):
        self.says(*words)
        self.branch.keep()
        return self


def commits(origin):
    return git(origin, "log", "--format=%s", NAME).splitlines()


def test_what_one_round_keeps_the_next_one_has_and_your_branch_stays_as_it_is(origin):
    first = Round(origin, "first").keeps("owl")
    assert git(first.folder, "status", "--short", "--untracked-files=no") == ""
    second = Round(origin, "second")
    assert second.knows() == ["owl"]
    second.branch.keep()  # it was opened, which changes its bytes, and says the same
    assert len(commits(origin)) == 1
    second.keeps("mouse")
    assert Round(origin, "third").knows() == ["owl", "mouse"]
    assert git(origin, "ls-tree", "--name-only", NAME) == "callboard.db\n"
    assert git(origin, "ls-tree", "--name-only", "main") == "config.yaml\n"


def test_the_very_first_round_has_no_database_and_keeps_none(origin):
    first = Round(origin, "first")
    first.branch.keep()
    assert NAME not in git(origin, "branch")


def test_a_database_that_lies_about_is_not_mixed_with_that_of_the_branch(origin):
    Round(origin, "first").keeps("owl")
    second = Round(origin, "second")
    second.says("mouse")
    with closing(connect(second.database)) as writing:  # its log stays beside it
        writing.execute("INSERT INTO notices VALUES ('newt', 'delivered')")
        writing.commit()
        second.branch.take()
        assert second.knows() == ["owl"]


def test_of_two_at_once_the_second_keeps_nothing_and_loses_nothing(origin):
    first, second = Round(origin, "first"), Round(origin, "second")
    first.keeps("owl")
    second.says("mouse")
    for _ in range(2):
        with pytest.raises(BusyError, match="another round has moved the branch"):
            second.branch.keep_what_leaves()
    assert not second.branch.has_moved
    assert Round(origin, "third").knows() == ["owl"]


def test_while_a_round_may_be_about_to_say_something_the_next_one_waits(origin):
    first = Round(origin, "first")
    first.says("owl")
    first.branch.keep_what_leaves()
    with pytest.raises(BusyError, match="has not ended: nothing is said before 15 minutes are over"):
        Round(origin, "second")
    later = Round(origin, "third", lambda: datetime.now(UTC) + timedelta(minutes=16))
    assert later.knows() == ["owl"]
    first.says("owl, delivered")
    first.branch.keep()
    assert commits(origin) == [branches.SETTLED, ON_THE_WIRE]
    assert Round(origin, "fourth").knows() == ["owl", "owl, delivered"]


def test_a_push_whose_answer_is_lost_is_one_that_was_made(origin, monkeypatch):
    real, pushes = branches.git, []

    def answers_nothing(folder, *words, **more):
        answer = real(folder, *words, **more)
        if words[0] == "push":
            pushes.append(words)
            answer.returncode, answer.stderr = 128, "the remote end hung up unexpectedly"
        return answer

    first = Round(origin, "first")
    monkeypatch.setattr(branches, "git", answers_nothing)
    first.keeps("owl")
    assert (len(pushes), commits(origin)) == (1, [branches.SETTLED])


def test_a_push_that_is_refused_is_tried_again_and_then_said(origin):
    hook = origin / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\necho x >> "$GIT_DIR/tries"\n[ "$(wc -l < "$GIT_DIR/tries")" -gt 1 ]\n')
    hook.chmod(0o755)
    first = Round(origin, "first").keeps("owl")
    assert Round(origin, "second").knows() == ["owl"]
    hook.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    with pytest.raises(BranchError, match=f"the branch {NAME} cannot be written: .*no room"):
        first.keeps("mouse")


def test_a_repository_that_does_not_answer_is_said_and_the_database_stays(origin):
    first = Round(origin, "first").keeps("owl")
    origin.rename(origin.with_name("elsewhere.git"))
    with pytest.raises(BranchError, match=f"the branch {NAME} cannot be read: `git ls-remote` failed"):
        first.branch.take()
    assert first.knows() == ["owl"]


@pytest.mark.parametrize("what", ["link", "folder", "nothing", "damaged"])
def test_what_is_no_database_is_refused(origin, what):
    evil = Round(origin, "evil").folder
    git(evil, "switch", "-q", "--orphan", NAME)
    place = evil / "callboard.db"
    if what == "link":
        place.symlink_to("/etc/passwd")
    elif what == "folder":
        place.mkdir()
        (place / "inside").write_text("x")
    elif what == "damaged":
        place.write_text("no database, and long enough to be seen as none " * 20)
    else:
        (evil / "config.yaml").write_text("registry: elsewhere")
    git(evil, "add", "--force", ".")
    git(evil, "commit", "-qm", "Ours now")
    git(evil, "push", "-q", "origin", NAME)
    second = clone(origin, "second")
    (second / "callboard.db").write_bytes(b"what was there")
    with pytest.raises(
        BranchError, match="is damaged" if what == "damaged" else "has no callboard.db: .* announced again"
    ):
        in_branch(second).take()
    assert (second / "config.yaml").read_text() == "registry: postings\n"
    assert (second / "callboard.db").read_bytes() == b"what was there"
    assert lies_about(second) == {"callboard.db", "callboard.db.lock"}


def test_the_database_is_kept_to_the_byte_whatever_git_is_told_to_do_with_text(origin):
    first = Round(origin, "first")
    (first.folder / ".gitattributes").write_text("* text eol=lf\n*.db ident\n")
    first.keeps("\r\n$Id: x$\r\n")
    assert Round(origin, "second").knows() == ["\r\n$Id: x$\r\n"]


def test_persons_are_kept_sealed_or_not_at_all(origin, monkeypatch):
    program("gpg", "gnupg")
    first = Round(origin, "first")
    first.says("private:telegram:4711")
    with pytest.raises(BranchError, match=f"the database names persons.*set {KEY}"):
        first.branch.keep_what_leaves()
    assert NAME not in git(origin, "branch")
    monkeypatch.setenv(KEY, "some long words")
    Round(origin, "second").keeps("private:telegram:4711")
    assert git(origin, "ls-tree", "--name-only", NAME) == "callboard.db.gpg\n"
    third = Round(origin, "third")
    assert third.knows() == ["private:telegram:4711"]
    third.branch.keep()
    assert len(commits(origin)) == 1, "sealed anew it is other bytes, and says the same"
    monkeypatch.setenv(KEY, "others")
    with pytest.raises(BranchError, match=f"is {KEY} the right one"):
        in_branch(third.folder).take()
    assert third.knows() == ["private:telegram:4711"], "what was there stays until the other is found whole"
    assert {name.split("-")[0] for name in lies_about(third.folder)} <= {"callboard.db", "callboard.db.lock"}
    monkeypatch.delenv(KEY)
    with pytest.raises(BranchError, match=f"is sealed: set {KEY}"):
        Round(origin, "fifth")


def test_a_branch_has_a_name_that_git_takes(origin):
    with pytest.raises(BranchError, match=r'"a\.\.b" is no name for a branch'):
        Branch("a..b", origin.parent / "callboard.db", origin.parent / "lab", lambda: NOW)


def test_who_approved_a_draft_is_a_person(origin):
    first = Round(origin, "first")
    first.says()
    with closing(connect(first.database)) as database, database:
        database.execute("INSERT INTO drafts VALUES ('source:page', 'source:page'), ('console:a', NULL)")
    first.branch.keep()
    with closing(connect(first.database)) as database, database:
        database.execute("INSERT INTO drafts VALUES ('source:page', 'telegram:4711')")
    with pytest.raises(BranchError, match="the database names persons"):
        first.branch.keep()


def test_a_database_by_which_something_was_announced_is_not_put_aside_for_a_branch_that_is_not_there(origin):
    lab = Round(origin, "first")
    lab.says("owl")
    with pytest.raises(
        BranchError, match=f"there is no branch {NAME}, and something was announced .*is the name right"
    ):
        lab.branch.take()
    assert lab.knows() == ["owl"]
    with closing(connect(lab.database)) as database, database:
        database.execute("UPDATE notices SET state = 'due again'")
    lab.branch.take()
    assert lab.knows() == ["owl"], "it never left: the first push was refused, and is tried again"


def test_a_database_that_a_bot_sends_for_is_not_replaced(origin):
    Round(origin, "first").keeps("owl")
    second = Round(origin, "second")
    second.says("mouse")
    lock = lock_file(second.database)
    with pytest.raises(BranchError, match=r"a bot sends for the database .*: stop it"):
        second.branch.take()
    assert second.knows() == ["owl", "mouse"]
    lock.release()
    second.branch.take()
    assert second.knows() == ["owl"]


def test_the_database_may_lie_in_a_folder_that_is_not_there_yet_and_on_another_disk(origin, tmp_path):
    Round(origin, "first").keeps("owl")
    memory = Path("/dev/shm")  # another file system than that of the clone
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as elsewhere:
        database = Path(elsewhere) / "not" / "yet" / "callboard.db"
        branch = in_branch(clone(origin, "second"), database)
        branch.take()
        with closing(connect(database)) as opened, opened:
            assert opened.execute("SELECT channel FROM notices").fetchall() == [("owl",)]
            opened.execute("INSERT INTO notices VALUES ('mouse', 'delivered')")
        branch.keep()
    assert Round(origin, "third").knows() == ["owl", "mouse"]


def test_what_is_unpacked_is_for_this_account_alone_and_nothing_that_git_would_add(origin, monkeypatch):
    first, seen = Round(origin, "first").keeps("owl"), []
    real = branches._digest

    def looks(database):
        seen.append((database.parent.stat().st_mode & 0o777, database.stat().st_mode & 0o777))
        would_be_added = git(first.folder, "status", "--short", "--untracked-files=all").splitlines()
        assert {line.partition("-")[0] for line in would_be_added} == {"?? callboard.db", "?? callboard.db.lock"}
        return real(database)

    monkeypatch.setattr(branches, "_digest", looks)
    first.branch.take()
    assert seen == [(0o700, 0o600)]


@pytest.mark.parametrize("seconds", ["4102444800", "99999999999999"])
def test_a_round_of_the_far_future_holds_up_nobody(origin, seconds):
    dated(origin, seconds)
    assert Round(origin, "second").knows() == ["owl"]


def test_a_round_of_a_clock_that_is_a_little_ahead_is_under_way(origin):
    dated(origin, str(int(datetime.now(UTC).timestamp()) + 120))
    with pytest.raises(BusyError, match="about to say something 0 s ago"):
        Round(origin, "second")


def test_a_round_without_a_date_is_said_in_words(origin):
    dated(origin, "yesterday")
    with pytest.raises(BranchError, match=f"the last commit of the branch {NAME} has no date that can be read"):
        Round(origin, "second")


def dated(origin, seconds):
    """A round that was about to say something then."""
    Round(origin, "first").keeps("owl")
    tree = git(origin, "rev-parse", f"{NAME}^{{tree}}").strip()
    who = "a <a@lab.example>"
    text = f"tree {tree}\nauthor {who} 1 +0000\ncommitter {who} {seconds} +0000\n\n{ON_THE_WIRE}\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=origin, input=text, check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    git(origin, "update-ref", f"refs/heads/{NAME}", made)


def test_a_branch_whose_name_only_ends_so_is_another_one(origin):
    git(origin, "update-ref", f"refs/heads/x/refs/heads/{NAME}", "main")
    Round(origin, "first").keeps("owl")
    assert Round(origin, "second").knows() == ["owl"]


def test_a_copy_that_cannot_be_made_is_said_with_its_place(origin, monkeypatch):
    first = Round(origin, "first")
    first.says("owl")
    with closing(connect(first.database)) as database, database:
        database.execute("DROP TABLE owners")
    with pytest.raises(BranchError, match=f"the branch {NAME} cannot be written: .*no such table: owners"):
        first.branch.keep()
    full = LedgerError("the database cannot be used: database or disk is full")
    monkeypatch.setattr(branches, "back_up", Mock(side_effect=full))
    with pytest.raises(BranchError, match=f"the branch {NAME} cannot be written: .*{first.folder}.* disk is full"):
        first.branch.keep()


def test_a_push_that_arrived_though_nobody_could_say_so_is_gone_on_from(origin, monkeypatch):
    real = branches.git

    def hears_nothing(folder, *words, **more):
        if words[0] == "ls-remote":
            raise branches.GitError.of("the network is away")
        answer = real(folder, *words, **more)
        if words[0] == "push":
            answer.returncode, answer.stderr = 128, "the network is away"
        return answer

    first = Round(origin, "first")
    first.says("owl")
    with monkeypatch.context() as away:
        away.setattr(branches, "git", hears_nothing)
        with pytest.raises(BranchError, match="the network is away"):
            first.branch.keep_what_leaves()
    first.says("owl, due again")
    first.branch.keep()
    assert commits(origin) == [branches.SETTLED, ON_THE_WIRE]
