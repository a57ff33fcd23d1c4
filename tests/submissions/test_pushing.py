"""What was committed is pushed, whatever others do at the same time."""

import asyncio
import subprocess
from contextlib import asynccontextmanager

import pytest

from bot.app.once import tick
from bot.config import read as read_config
from bot.engine.board import real_clock
from bot.submissions.git import Author, Repository
from bot.submissions.program import GitError
from bot.submissions.pushing import ConflictError, keep_pushing, push
from tests.submissions.conftest import Lab, run


@pytest.fixture
def lab(tmp_path):
    """A lab whose branch follows one elsewhere."""
    run(tmp_path, "init", "-q", "--bare", "there.git")
    made = Lab(tmp_path / "lab", "sqlite://").under_git()
    made.git("remote", "add", "origin", str(tmp_path / "there.git"))
    made.git("push", "-qu", "origin", "main")
    return made


@pytest.fixture
def other(lab, tmp_path):
    """Somebody else's clone."""
    run(tmp_path, "clone", "-q", str(tmp_path / "there.git"), "other")
    return tmp_path / "other"


def add(lab, name, text="title: A\nrole: phd\n"):
    (lab.postings / f"{name}.yaml").write_text(text)
    Repository(lab.postings).commit(lab.postings / f"{name}.yaml", f"Add {name}", Author("Bob Beispiel"))


def pushed_by(other, name, text):
    (other / name).parent.mkdir(exist_ok=True)
    (other / name).write_text(text)
    run(other, "add", name)
    run(other, "commit", "-qm", f"By others: {name}")
    run(other, "push", "-q")


def there(lab):
    return lab.git(
        "--git-dir", str(lab.folder.parent / "there.git"), "log", "--format=%s", "--reverse", "main"
    ).splitlines()


def push_now(lab):
    return push(Repository(lab.postings), lab.postings)


def test_what_was_committed_is_pushed_to_where_the_branch_belongs(lab):
    add(lab, "owls")
    assert push_now(lab)
    assert there(lab) == ["Begin", "Add owls"]
    assert not push_now(lab)
    lab.git("branch", "-q", "-m", "local")
    add(lab, "bats")
    assert push_now(lab)
    assert there(lab)[-1] == "Add bats"


def test_when_others_have_pushed_it_goes_on_top_and_the_work_tree_follows(lab, other):
    pushed_by(other, "NEWS", "one\n")
    add(lab, "owls")
    (lab.folder / "README").write_text("not committed\n")
    (lab.folder / "staged").write_text("staged\n")
    lab.git("add", "staged")
    assert push_now(lab)
    assert there(lab) == ["Begin", "By others: NEWS", "Add owls"]
    assert lab.log() == there(lab)
    assert lab.git("log", "-1", "--format=%an").strip() == "Bob Beispiel"
    assert (lab.folder / "NEWS").read_text() == "one\n"
    assert (lab.folder / "README").read_text() == "not committed\n"
    assert lab.git("status", "--porcelain").splitlines() == [" M README", "A  staged", "?? config.yaml"]
    assert lab.git("worktree", "list").count("\n") == 1
    add(lab, "bats")
    assert push_now(lab)
    assert there(lab)[-1] == "Add bats"


def test_a_work_tree_that_cannot_follow_keeps_what_is_there_and_is_pushed_all_the_same(lab, other):
    pushed_by(other, "README", "by others\n")
    add(lab, "owls")
    (lab.folder / "README").write_text("mine\n")
    assert push_now(lab)
    assert there(lab) == ["Begin", "By others: README", "Add owls"]
    assert lab.log() == ["Begin", "Add owls"]
    assert (lab.folder / "README").read_text() == "mine\n"
    add(lab, "bats")
    assert push_now(lab)
    assert there(lab) == ["Begin", "By others: README", "Add owls", "Add bats"]
    lab.git("checkout", "README")
    add(lab, "cats")
    assert push_now(lab)
    assert lab.log() == there(lab)
    assert len(there(lab)) == 5


def test_what_does_not_fit_together_is_told_and_stays_committed(lab, other):
    add(lab, "owls")
    pushed_by(other, "postings/owls.yaml", "title: B\nrole: phd\n")
    with pytest.raises(ConflictError, match="does not fit what was committed here: `git pull --rebase`"):
        push_now(lab)
    assert lab.log() == ["Begin", "Add owls"]
    assert lab.git("status", "--porcelain", "postings") == ""
    assert lab.git("worktree", "list").count("\n") == 1


def test_a_remote_that_is_away_or_missing_is_told_without_secrets(lab, tmp_path):
    add(lab, "owls")
    lab.git("remote", "set-url", "origin", "https://me:hunter2@localhost:1/x")
    with pytest.raises(GitError, match="`git push` failed") as caught:
        push_now(lab)
    assert "hunter2" not in str(caught.value)
    lab.git("remote", "remove", "origin")
    with pytest.raises(GitError, match="there is no remote to push to"):
        push_now(lab)


def test_a_hook_there_that_refuses_is_told(lab, tmp_path):
    hook = tmp_path / "there.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho closed on Sundays >&2\nexit 1\n")
    hook.chmod(0o755)
    add(lab, "owls")
    with pytest.raises(GitError, match="closed on Sundays"):
        push_now(lab)
    assert lab.log() == ["Begin", "Add owls"]


async def until(predicate):
    """Looks again and again: nobody is told when a push arrives."""
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(predicate):  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.02)


class Ears:
    """What admins are told."""

    def __init__(self):
        self.told, self._more = [], asyncio.Event()

    async def tell(self, error):
        self.told.append(error and str(error))
        self._more.set()

    async def hears(self, count):
        async with asyncio.timeout(30):
            while len(self.told) < count:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def pushing(lab, again=0.01):
    ears, wanted = Ears(), asyncio.Event()
    task = asyncio.create_task(keep_pushing(lab.postings, wanted, ears.tell, again=again))
    yield ears, wanted
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_is_tried_again_and_told_once_and_that_it_is_there_then(lab):
    add(lab, "owls")
    away = lab.git("remote", "get-url", "origin").strip()
    lab.git("remote", "set-url", "origin", str(lab.folder / "nowhere"))
    async with pushing(lab) as (ears, wanted):
        await ears.hears(1)
        await asyncio.to_thread(lab.git, "remote", "set-url", "origin", away)
        await ears.hears(2)
        assert there(lab) == ["Begin", "Add owls"]
        add(lab, "bats")
        wanted.set()
        await until(lambda: there(lab)[-1] == "Add bats")
    assert "`git push` failed" in ears.told[0]
    assert ears.told[1:] == [None]


async def test_what_fails_in_turns_is_told_once_of_each_kind(lab, monkeypatch):
    said = ["could not apply 1234567", "no route to host", "could not apply 89abcde", "no route to host", "closed"]

    def fails(*_):
        raise GitError(said.pop(0) if said else "closed")

    monkeypatch.setattr("bot.submissions.pushing.push", fails)
    async with pushing(lab, again=0.0) as (ears, _):
        await ears.hears(3)
    assert ears.told == ["could not apply 1234567", "no route to host", "closed"]


@pytest.mark.parametrize("trouble", ["detached", "away"])
async def test_where_nothing_can_be_pushed_from_is_told_and_it_goes_on_when_it_can(lab, trouble):
    add(lab, "owls")
    elsewhere = lab.folder / "elsewhere"
    if trouble == "detached":
        lab.git("checkout", "-q", "--detach")
    else:
        lab.postings.rename(elsewhere)
    async with pushing(lab) as (ears, _):
        await ears.hears(1)
        if trouble == "detached":
            await asyncio.to_thread(lab.git, "checkout", "-q", "main")
        else:
            elsewhere.rename(lab.postings)
        await ears.hears(2)
    expected = {"detached": "no branch is checked out (a detached HEAD)", "away": "No such file or directory"}
    assert expected[trouble] in ears.told[0]
    assert there(lab)[-1] == "Add owls"


def test_from_a_work_tree_of_its_own_too(lab, other, tmp_path):
    tree = tmp_path / "tree"
    lab.git("worktree", "add", "-q", "-b", "side", str(tree), "main")
    lab.git("push", "-qu", "origin", "side")
    run(other, "fetch", "-q")
    run(other, "checkout", "-q", "side")
    pushed_by(other, "NEWS", "one\n")
    mine = Lab.__new__(Lab)
    mine.folder, mine.postings = tree, tree / "postings"
    mine.postings.mkdir()
    add(mine, "owls")
    assert push_now(mine)
    assert run(tree, "log", "--format=%s").splitlines() == ["Add owls", "By others: NEWS", "Begin"]
    assert run(tree, "status", "--porcelain") == ""
    assert lab.log() == ["Begin"]


def test_what_is_under_way_here_is_left_alone_when_others_have_pushed(lab, other):
    add(lab, "owls")
    pushed_by(other, "NEWS", "one\n")
    lab.git("checkout", "-qb", "side")
    (lab.folder / "README").write_text("y\n")
    lab.git("commit", "-qam", "Side")
    lab.git("checkout", "-q", "main")
    (lab.folder / "README").write_text("z\n")
    lab.git("commit", "-qam", "Main")
    run(lab.folder, "config", "merge.conflictStyle", "merge")
    with pytest.raises(subprocess.CalledProcessError):
        lab.git("merge", "side")
    before = lab.git("status")
    assert push_now(lab)
    assert there(lab) == ["Begin", "By others: NEWS", "Add owls", "Main"]
    assert lab.git("status").splitlines()[0] == before.splitlines()[0]
    assert (lab.folder / ".git" / "MERGE_HEAD").exists()
    assert "<<<<<<<" in (lab.folder / "README").read_text()


async def test_a_round_by_hand_pushes_what_is_ahead_and_asks_nobody_else(lab, caplog):
    (lab.folder / "config.yaml").write_text("submissions: {git: true, push: true}\nplatforms: {console: {}}\n")
    config = read_config(lab.folder / "config.yaml")
    add(lab, "owls", "title: A\nrole: phd\nstatus: draft\n")
    assert await tick(config, real_clock) == 0
    assert there(lab) == ["Begin", "Add owls"]
    lab.git("remote", "set-url", "origin", str(lab.folder / "nowhere"))
    assert await tick(config, real_clock) == 0
    assert "could not be pushed" not in caplog.text
    add(lab, "bats", "title: A\nrole: phd\nstatus: draft\n")
    assert await tick(config, real_clock) == 0
    assert "could not be pushed, and is tried again with the next round: `git push` failed" in caplog.text
    assert lab.log()[-1] == "Add bats"
