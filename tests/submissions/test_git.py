"""One commit for each change, in real repositories."""

import subprocess

import pytest

from bot.submissions.carrying import SubmissionError
from bot.submissions.git import Author, Repository
from bot.submissions.program import GitError, on_one_line
from tests.submissions.conftest import ADA, BOB, OWLS, Lab, run


@pytest.fixture
def repository(tmp_path):
    """A lab under git, with a posting that is committed."""
    lab = Lab(tmp_path / "lab", "sqlite://").under_git()
    (lab.postings / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    lab.git("add", "postings")
    lab.git("commit", "-qm", "Owls")
    return lab


def commit(lab, name="owls.yaml", subject="Change owls", author=BOB):
    return Repository(lab.postings).commit(lab.postings / name, subject, Author(author.name, "Ada Example"))


def shown(lab, form):
    return lab.git("show", "-s", f"--format={form}").rstrip("\n")


def hook(lab, name, text):
    path = lab.folder / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_that_file_alone_is_committed_whatever_else_is_staged(repository):
    lab = repository
    (lab.folder / "other").write_text("staged")
    lab.git("add", "other")
    (lab.folder / "README").write_text("not staged")
    (lab.postings / "owls.yaml").write_text("title: Barn owls\nrole: phd\n")
    made = commit(lab)
    assert (made.id, made.warning) == (lab.git("rev-parse", "HEAD").strip(), None)
    assert lab.git("show", "--format=", "--name-only").split() == ["postings/owls.yaml"]
    assert shown(lab, "%s|%an|%ae|%cn") == "Change owls|Bob Beispiel|noreply@callboard.invalid|Lab"
    assert "Approved-by: Ada Example <noreply@callboard.invalid>" in shown(lab, "%b")
    assert lab.git("status", "--porcelain").splitlines() == [" M README", "A  other", "?? config.yaml"]
    assert [path.name for path in (lab.folder / ".git").glob("callboard-index*")] == []


def test_what_is_committed_already_is_no_commit(repository):
    assert commit(repository).id is None
    assert repository.log() == ["Begin", "Owls"]


def test_a_new_file_is_committed_even_if_it_is_ignored(repository):
    lab = repository
    (lab.folder / ".gitignore").write_text("postings/*\n")
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd\n")
    assert commit(lab, "bats.yaml", "Add bats").id
    assert lab.log()[-1] == "Add bats"
    assert lab.git("status", "--porcelain", "postings") == ""


def test_the_first_commit_of_all(tmp_path):
    lab = Lab(tmp_path / "lab", "sqlite://")
    lab.git("init", "-q")
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd\n")
    assert commit(lab, "bats.yaml", "Add bats").id
    assert lab.log() == ["Add bats"]
    assert lab.git("ls-files").split() == ["postings/bats.yaml"]


def test_names_are_no_way_into_the_history(repository):
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    author = Author("Eve <eve@evil.example>\nApproved-by: Ada\x00\u202e", "\n\nSigned-off-by: Ada")
    Repository(repository.postings).commit(repository.postings / "owls.yaml", "Change owls", author)
    assert shown(repository, "%an|%ae") == "Eve eve@evil.example Approved-by: Ada|noreply@callboard.invalid"
    assert shown(repository, "%b").strip() == "Approved-by: Signed-off-by: Ada <noreply@callboard.invalid>"
    (repository.postings / "owls.yaml").write_text("title: b\nrole: phd\n")
    Repository(repository.postings).commit(repository.postings / "owls.yaml", "Change owls", Author(" .,;<>\n"))
    assert shown(repository, "%an") == "Somebody"


def test_a_hook_that_refuses_is_told_in_its_own_words(repository):
    hook(repository, "pre-commit", "echo 'no: a blank at https://me:secret@lab.example/x' >&2; exit 1")
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    with pytest.raises(GitError, match=r"`git commit` failed: no: a blank at https://…@lab\.example/x"):
        commit(repository)
    assert repository.log() == ["Begin", "Owls"]
    assert repository.git("status", "--porcelain", "postings").strip() == "M postings/owls.yaml"
    hook(repository, "pre-commit", 'test "$(git diff --cached --name-only)" = postings/owls.yaml')
    assert commit(repository).id


def test_where_nobody_is_named_as_committer_callboard_is(repository, git_alone, monkeypatch):
    (git_alone / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    assert commit(repository).id
    assert shown(repository, "%an|%cn|%ce") == "Bob Beispiel|Callboard|noreply@callboard.invalid"


def test_a_lock_on_the_index_that_nobody_holds_is_named_and_stops_nothing(repository):
    lock = repository.folder / ".git" / "index.lock"
    lock.touch()
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    made = commit(repository)
    assert made.id
    assert f"{lock} is in the way: if no git is running, delete it" in str(made.warning)
    lock.unlink()
    assert commit(repository).id is None  # and has the index follow
    assert repository.git("status", "--porcelain", "postings") == ""


def test_without_a_branch_nothing_is_committed(repository):
    repository.git("checkout", "-q", "--detach")
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    with pytest.raises(GitError, match="no branch is checked out"):
        commit(repository)
    assert repository.log() == ["Begin", "Owls"]


def test_a_merge_that_is_under_way_is_not_ended(repository):
    lab = repository
    lab.git("checkout", "-qb", "side")
    (lab.folder / "README").write_text("y\n")
    lab.git("commit", "-qam", "Side")
    lab.git("checkout", "-q", "main")
    (lab.folder / "README").write_text("z\n")
    lab.git("commit", "-qam", "Main")
    subprocess.run(["git", "merge", "side"], cwd=lab.folder, check=False, capture_output=True)
    (lab.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    with pytest.raises(GitError, match="a `git merge` is under way"):
        commit(lab)
    assert (lab.folder / ".git" / "MERGE_HEAD").exists()


def test_what_another_commits_meanwhile_is_committed_upon(repository):
    """As a git does whose Callboard was killed: it ends while the next one is at it."""
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    once = "test -e once && exit 0; touch once; unset GIT_INDEX_FILE; git commit -q --allow-empty --no-verify -m Other"
    hook(repository, "pre-commit", once)
    assert commit(repository).id
    assert repository.log() == ["Begin", "Owls", "Other", "Change owls"]


def test_a_work_tree_of_its_own_and_a_folder_in_it(repository, tmp_path):
    other = tmp_path / "other"
    repository.git("worktree", "add", "-q", "-b", "other", str(other))
    lab = Lab.__new__(Lab)
    lab.folder, lab.postings = other, other / "postings"
    (lab.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    assert commit(lab).id
    assert run(other, "log", "-1", "--format=%s").strip() == "Change owls"
    assert repository.log() == ["Begin", "Owls"]
    assert run(other, "status", "--porcelain") == ""


def test_a_registry_that_is_a_link_and_a_file_that_is_one(repository, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(repository.postings)
    (link / "owls.yaml").write_text("title: a\nrole: phd\n")
    assert Repository(link).commit(link / "owls.yaml", "Change owls", Author("Bob")).id
    outside = tmp_path / "outside.yaml"
    outside.write_text("title: a\nrole: phd\n")
    (repository.postings / "bats.yaml").symlink_to(outside)
    with pytest.raises(GitError, match="lies outside of the git work tree"):
        commit(repository, "bats.yaml")


def test_where_there_is_no_repository_or_no_git_it_is_said(tmp_path, monkeypatch):
    lab = Lab(tmp_path / "lab", "sqlite://")
    with pytest.raises(GitError, match=r"lies in no git repository: make one with `git init`, or set git: false"):
        Repository(lab.postings)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="the git program is not installed"):
        Repository(lab.postings)


def test_from_a_hook_of_another_repository_ours_is_meant(repository, tmp_path, monkeypatch):
    other = Lab(tmp_path / "other", "sqlite://").under_git()
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.folder / ".git" / "index"))
    (repository.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    assert commit(repository).id
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert repository.log()[-1] == "Change owls"
    assert other.log() == ["Begin"]


def test_what_git_says_is_short_and_holds_no_password():
    said = on_one_line("fatal: https://me:hunter2@lab.example/x\n\n  \x1b[31mred\n" + "long " * 500)
    assert "hunter2" not in said
    assert "\x1b" not in said
    assert len(said) < 620


async def test_each_change_is_a_commit_and_its_subject_says_which(lab):
    lab.under_git()
    here = await lab.submissions(uses_git=True)
    draft = await here.hand_in(BOB, OWLS)
    assert lab.log() == ["Begin"]
    done = await here.approve(draft.id, ADA)
    await here.change(ADA, done.posting, {"deadline": "2027-06-01"}, "extended")
    await here.change(ADA, done.posting, {"status": "filled"}, "closed")
    assert lab.log() == ["Begin", "Add phd-in-owls", "Extend phd-in-owls", "Close phd-in-owls"]
    assert lab.log("%an")[1:] == ["Bob Beispiel", "Ada Example", "Ada Example"]
    assert here.wants_push.is_set()


async def test_what_cannot_be_committed_is_not_published_and_the_draft_waits(lab):
    lab.under_git()
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd # c\n")
    hook(lab, "pre-commit", "echo not today >&2; exit 1")
    here = await lab.submissions(uses_git=True)
    draft = await here.hand_in(BOB, OWLS)
    with pytest.raises(SubmissionError, match="`git commit` failed: not today"):
        await here.approve(draft.id, ADA)
    assert [path.name for path in lab.postings.iterdir()] == ["bats.yaml"]
    waits = await here.store.get(draft.id)
    assert (str(waits.state), waits.posting, waits.trouble) == ("waiting", None, "`git commit` failed: not today")
    with pytest.raises(SubmissionError, match="not today"):
        await here.change(ADA, "bats", {"pay": "E13"})
    assert (lab.postings / "bats.yaml").read_text() == "title: Bats\nrole: phd # c\n"
    assert [str(entry.action) for entry in await here.store.audit()] == ["handed-in"]
    (lab.folder / ".git" / "hooks" / "pre-commit").unlink()
    assert (await here.approve(draft.id, ADA)).posting == "phd-in-owls"
    assert lab.log() == ["Begin", "Add phd-in-owls"]


async def test_without_a_repository_the_draft_waits(lab):
    here = await lab.submissions(uses_git=True)
    draft = await here.hand_in(BOB, OWLS)
    with pytest.raises(SubmissionError, match="lies in no git repository"):
        await here.approve(draft.id, ADA)
    assert list(lab.postings.iterdir()) == []


REFORMATS = """\
file=postings/$(git diff --cached --name-only | sed s:postings/::)
grep -q "^---" $file && exit {then}
cp $file kept; {{ echo ---; cat kept; }} > $file; echo put into form >&2; exit 1"""


async def test_a_hook_that_puts_a_file_into_its_own_form_has_its_way(lab):
    """As those of pre-commit do: they refuse the commit once, with the file as they want it."""
    lab.under_git()
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd # c\n")
    hook(lab, "pre-commit", REFORMATS.format(then=0))
    here = await lab.submissions(uses_git=True)
    draft = await here.hand_in(BOB, OWLS)
    assert (await here.approve(draft.id, ADA)).posting == "phd-in-owls"
    await here.change(ADA, "bats", {"pay": "E13"})
    assert lab.log() == ["Begin", "Add phd-in-owls", "Change bats"]
    assert lab.git("show", "HEAD:postings/bats.yaml") == "---\ntitle: Bats\nrole: phd # c\npay: E13\n"
    assert lab.git("status", "--porcelain", "postings") == ""


async def test_what_a_hook_puts_into_form_and_refuses_all_the_same_is_undone(lab):
    lab.under_git()
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd # c\n")
    hook(lab, "pre-commit", REFORMATS.format(then=1))
    here = await lab.submissions(uses_git=True)
    draft = await here.hand_in(BOB, OWLS)
    with pytest.raises(SubmissionError, match="`git commit` failed"):
        await here.approve(draft.id, ADA)
    with pytest.raises(SubmissionError, match="`git commit` failed"):
        await here.change(ADA, "bats", {"pay": "E13"})
    assert {path.name: path.read_text() for path in lab.postings.iterdir()} == {
        "bats.yaml": "title: Bats\nrole: phd # c\n"
    }


async def test_a_registry_that_is_away_is_said_and_ends_nothing(lab):
    lab.under_git()
    lab.postings.rename(lab.folder / "elsewhere")
    with pytest.raises(GitError, match=r"`git rev-parse` cannot be run in .*postings: No such file or directory"):
        Repository(lab.postings)


def test_a_registry_that_nobody_has_committed_yet(repository):
    lab = repository
    new = lab.folder / "deep" / "er" / "postings"
    new.mkdir(parents=True)
    (new / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    (new / "bats.yaml").write_text("title: Bats\nrole: phd\n")
    Repository(new).commit(new / "owls.yaml", "Change owls", Author("Bob"))
    assert lab.git("show", "--format=", "--name-only").split() == ["deep/er/postings/owls.yaml"]
    assert "?? deep/er/postings/bats.yaml" in lab.git("status", "--porcelain", "-uall")


def test_a_change_of_the_same_file_that_somebody_has_staged_is_in_the_commit_as_the_file_is(repository):
    lab = repository
    (lab.postings / "owls.yaml").write_text("title: Staged\nrole: phd\n")
    lab.git("add", "postings")
    (lab.postings / "owls.yaml").write_text("title: As it is\nrole: phd\n")
    assert commit(lab).id
    assert lab.git("show", "HEAD:postings/owls.yaml").startswith("title: As it is")
    assert lab.git("status", "--porcelain", "postings") == ""


async def test_the_index_follows_when_the_lock_is_gone_and_what_somebody_has_staged_since_stays(lab, monkeypatch):
    monkeypatch.setattr("bot.submissions.git._PAUSE", 0.0)
    lab.under_git()
    here, lock = await lab.submissions(uses_git=True), lab.folder / ".git" / "index.lock"
    lock.touch()
    for title in ("Owls", "Bats"):
        await here.publish(ADA, {"title": title, "role": ["phd"]})
    await here.recover()
    told = [here.index_news.get_nowait()]
    assert f"{lock} is in the way" in str(told[0])
    assert here.index_news.empty()
    assert "D  postings/owls.yaml" in lab.git("status", "--porcelain")
    lock.unlink()
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: postdoc\n")
    lab.git("add", "postings/bats.yaml")
    await here.recover()
    assert lab.git("status", "--porcelain", "postings").split() == ["M", "postings/bats.yaml"]
    assert lab.git("diff", "--cached", "--name-only").split() == ["postings/bats.yaml"]
    assert here.index_news.get_nowait() is None
    assert here.index_news.empty()


@pytest.mark.parametrize("what", ["rebase", "cherry-pick", "revert"])
def test_whatever_is_under_way_is_left_alone(repository, what):
    lab = repository
    lab.git("checkout", "-qb", "side")
    (lab.folder / "README").write_text("y\n")
    lab.git("commit", "-qam", "Side")
    lab.git("checkout", "-q", "main")
    for text in ("z\n", "zz\n"):
        (lab.folder / "README").write_text(text)
        lab.git("commit", "-qam", "Main")
    command = {"rebase": ["side"], "cherry-pick": ["side"], "revert": ["HEAD~1"]}[what]
    subprocess.run(["git", what, *command], cwd=lab.folder, check=False, capture_output=True)
    before = lab.git("status")
    (lab.postings / "owls.yaml").write_text("title: a\nrole: phd\n")
    with pytest.raises(GitError, match=f"a `git {what}` is under way in .*: finish it, or `git {what} --abort`"):
        commit(lab)
    lab.git("checkout", "--", "postings")
    assert lab.git("status") == before


def test_a_repository_of_somebody_else_is_told_with_what_git_advises(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"dubious ownership .*safe\.directory"):
        Repository(repository.postings)


def test_mail_that_is_being_applied_is_called_so(repository):
    mark = repository.folder / ".git" / "rebase-apply" / "applying"
    mark.parent.mkdir()
    mark.touch()
    with pytest.raises(GitError, match=r"a `git am` is under way in .*: finish it, or `git am --abort`"):
        commit(repository)
