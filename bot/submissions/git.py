"""One commit for each change, by the git program, so that the repository's hooks and config count.

A commit has an index of its own: whatever else is staged stays staged, and is no part of it.
"""

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.submissions.program import GitError, NoRepositoryError, git, identity

NO_REPLY = "noreply@callboard.invalid"
"""The address of every author: of people no more than the name they show is put into the history (RFC 2606: no mail
goes to `.invalid`).
"""

_TRIES = 3
_PATIENCE, _PAUSE = 10, 0.3  # looks at the person's own index while another git has it, and seconds between them
_ABANDONED = 3600.0  # seconds after which an index of ours is nobody's any more
_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply/applying": "am",
    "rebase-apply": "rebase",
}


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit is by; `approved_by` is the name of who approved it, if somebody had to."""

    name: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """What was committed: the commit's id; None where all was committed before. `warning`: what the person who looks
    after the work tree should know. `behind`: what git's own index still has to learn.
    """

    id: str | None
    warning: GitError | None = None
    behind: "Behind | None" = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A file that was committed, and what git's own index says of it still: a line of `git ls-files --stage`."""

    path: Path
    staged: str


class Repository:
    """The work tree in which a folder lies. All methods block, and raise `GitError` in words."""

    def __init__(self, folder: Path) -> None:
        """Raises `NoRepositoryError` where there is no work tree, and `GitError` where git cannot tell."""
        real = folder.resolve()
        answer = git(real, "rev-parse", "--is-inside-work-tree", check=False)
        if answer.returncode or answer.stdout.strip() != "true":
            why = answer.stderr.strip()
            if why and "not a git repository" not in why:
                raise GitError.of(why)
            raise NoRepositoryError(
                "{folder} lies in no git repository: make one with `git init`, or set git: false", folder=folder
            )
        self.top = Path(git(real, "rev-parse", "--show-toplevel").stdout.rstrip("\n"))
        self.folder = Path(git(real, "rev-parse", "--absolute-git-dir").stdout.rstrip("\n"))

    def commit(self, path: Path, subject: str, author: Author) -> Commit:
        """Commits that file as it is, or that it is gone, and nothing else."""
        name = self._name_of(path)
        self._refuse_what_is_under_way()
        message, signed, left = _message(subject, author), _signed(author.name), _TRIES
        while True:
            head = self.head()
            try:
                commit = self._commit(name, head, message, signed)
            except GitError:
                left -= 1
                if self.head() == head or not left:
                    raise
            else:
                warning = self._follow(name)
                behind = Behind(path, self._staged(name)) if warning else None
                return Commit(self.head() if commit else None, warning, behind)

    def _commit(self, name: str, head: str | None, message: str, author: str) -> bool:
        """Commits a file on top of `head`, which is the one checked out; False where that says the same already. Git
        itself refuses it where somebody else, such as a process that was killed and left its git running, has moved
        the branch meanwhile.
        """
        index = self._own_index()
        try:
            own = {"GIT_INDEX_FILE": str(index)}
            git(self.top, "read-tree", *([head] if head else ["--empty"]), env=own)
            git(self.top, "update-index", "--add", "--remove", "--", name, env=own)
            if head:
                same = git(self.top, "diff-index", "--cached", "--quiet", head, "--", name, env=own, check=False)
                if not same.returncode:
                    return False
            git(
                self.top,
                *("commit", "--quiet", "--cleanup=whitespace", "--file=-", f"--author={author}"),
                stdin=message,
                env=own | identity(self.top),
                is_slow=True,
            )
        finally:
            for left in (index, index.with_name(f"{index.name}.lock")):
                with suppress(FileNotFoundError):
                    left.unlink()
        return True

    def catch_up(self, behind: Behind) -> bool:
        """Has git's own index know of what was committed while another git had it; whether nothing is left to do. What
        somebody has staged meanwhile stays.
        """
        name = self._name_of(behind.path)
        if self._staged(name) != behind.staged:
            return True
        entry = git(self.top, "ls-tree", "HEAD", "--", name).stdout
        if not entry:
            return True
        mode, _kind, blob = entry.partition("\t")[0].split()
        into = ("update-index", "--add", "--cacheinfo", f"{mode},{blob},{name}")
        return not git(self.top, *into, check=False).returncode

    def _staged(self, name: str) -> str:
        return git(self.top, "ls-files", "--stage", "--", name, check=False).stdout.strip()

    def head(self) -> str | None:
        """The commit that is checked out; None where there is none yet."""
        answer = git(self.top, "rev-parse", "--quiet", "--verify", "HEAD^{commit}", check=False)
        return answer.stdout.strip() or None

    def branch(self) -> str:
        """The branch that is checked out."""
        answer = git(self.top, "symbolic-ref", "--quiet", "--short", "HEAD", check=False)
        if answer.returncode:
            raise GitError("no branch is checked out (a detached HEAD): check one out with `git switch`")
        return answer.stdout.strip()

    def _name_of(self, path: Path) -> str:
        real = path.parent.resolve() / path.name
        if real.is_symlink():
            real = real.resolve()
        try:
            return real.relative_to(self.top.resolve()).as_posix()
        except ValueError:
            raise GitError("{path} lies outside of the git work tree {top}", path=path, top=self.top) from None

    def _refuse_what_is_under_way(self) -> None:
        for mark, what in _UNDER_WAY.items():
            if (self.folder / mark).exists():
                raise GitError(
                    "a `git {command}` is under way in {folder}: finish it, or `git {command} --abort`",
                    command=what,
                    folder=self.top,
                )
        self.branch()

    def _own_index(self) -> Path:
        for left in self.folder.glob("callboard-index-*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()
        return self.folder / f"callboard-index-{secrets.token_hex(8)}"

    def _follow(self, name: str) -> GitError | None:
        """Has the person's own index know of the commit, which it would else undo; what keeps it from that."""
        why = ""
        for attempt in range(_PATIENCE):
            if attempt:
                time.sleep(_PAUSE)
            answer = git(self.top, "update-index", "--add", "--remove", "--", name, check=False)
            if not answer.returncode:
                return None
            why = answer.stderr.strip()
        lock = self.folder / "index.lock"
        if lock.exists():
            return GitError(
                "{lock} is in the way: if no git is running, delete it, then `git add {file}`", lock=lock, file=name
            )
        return GitError("git's index does not know of {file} yet: `git add {file}` ({why})", file=name, why=why)


def _message(subject: str, author: Author) -> str:
    approved = f"\n\nApproved-by: {_signed(author.approved_by)}" if author.approved_by else ""
    return f"{subject}{approved}\n"


_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f<>\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _signed(name: str) -> str:
    """A name with its address. Git itself takes these signs from the edges of a name (ident.c, `crud`)."""
    plain = " ".join(_NO_NAME.sub(" ", name).split()).strip(" .,:;\"\\'")
    return f"{plain[:100] or 'Somebody'} <{NO_REPLY}>"
