"""The database kept in a branch of a git repository, for where no machine stays: taken from there before a round, and
put back before anything leaves, and at the end.

A branch is only ever moved forward from the commit that was taken: what another round has kept meanwhile is never lost,
and git's server says no to the one that comes second. What is on its way is kept before it leaves, so that a round that
is killed leaves it in doubt, and the next one does not say it as if nothing had been.
"""

import hashlib
import logging
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from bot.store import LedgerError
from bot.store.backup import BackupError, back_up
from bot.store.personal import names_persons
from bot.submissions.program import GitError, git, identity

_log = logging.getLogger("callboard")

KEY = "CALLBOARD_LEDGER_KEY"
"""The variable with the words that seal the database; without it the branch has it as it is."""

ON_THE_WIRE, SETTLED = "What is about to be said", "What is settled and published by now"
"""Subjects of the commits: of what was kept before messages leave, and of what was kept at the end."""

UNDER_WAY = timedelta(minutes=15)
"""So long a round is taken to be alive that has kept what it is about to say: longer than the ready workflows let one
run.
"""

PAUSES = (1.0, 5.0, 20.0)
"""Seconds before a push that failed is tried again."""

_REMOTE, _PLAIN, _SEALED = "origin", "callboard.db", "callboard.db.gpg"
_UNCHANGED = ""


class BranchError(LedgerError):
    """The branch cannot be had, or not be moved on; the text says why, and what to do."""


class BusyError(BranchError):
    """Another round is, or may be, about to say the same."""


class Branch:
    """A branch with one database, an SQLite file. `folder` lies in a clone of the repository. All methods block, and
    raise `BranchError`.
    """

    def __init__(self, name: str, database: Path, folder: Path, clock: Callable[[], datetime]) -> None:
        self._name, self._database, self._clock = name, database, clock
        self._ref, self._own = f"refs/heads/{name}", f"refs/callboard/{name}"
        self._key = os.environ.get(KEY, "")
        self._head, self._content, self._is_lost = "", _UNCHANGED, False
        self.has_moved = False
        """Whether anything was put into the branch since it was taken."""
        self.holds_back = False
        """Whether what was last about to leave could not be put into the branch, and so has not left."""
        with _in_words("the branch {name} cannot be used", name):
            self._folder = Path(git(folder, "rev-parse", "--show-toplevel").stdout.rstrip("\n"))
            if git(self._folder, "check-ref-format", self._ref, check=False).returncode:
                raise BranchError(f'"{name}" is no name for a branch; take letters, digits and hyphens')

    def take(self, *, is_sending: bool = True) -> None:
        """Puts the branch's database in the place of the one that is there, which is no longer. For who is sending it
        raises `BusyError` where another round may be about to say what is in it.
        """
        with _in_words("the branch {name} cannot be read", self._name):
            head = self._remote_head()
            if head:
                git(self._folder, "fetch", "--quiet", "--depth=1", _REMOTE, f"+{self._ref}:{self._own}", is_slow=True)
                if is_sending:
                    self._refuse_while_under_way()
                blob, is_sealed = self._blob()
                content = self._unpacked(blob)
            for suffix in ("", "-wal", "-shm", "-journal"):
                self._database.with_name(self._database.name + suffix).unlink(missing_ok=True)
            self._head = head
            if head:
                if is_sealed:
                    self._gpg("--decrypt", content, self._database)
                    content.unlink()
                else:
                    content.replace(self._database)
                self._database.chmod(0o600)
                self._content = _digest(self._database)

    def keep(self, subject: str = SETTLED) -> None:
        """Puts the database as it stands into the branch, unless that has it so already. Raises `BusyError` where the
        branch was moved on by somebody else.
        """
        if self._is_lost:
            raise BusyError(f"another round has moved the branch {self._name} on; the next one goes on from there")
        if not self._database.is_file():
            return
        with TemporaryDirectory() as made, _in_words("the branch {name} cannot be written", self._name):
            copy = Path(made) / _PLAIN
            back_up(f"sqlite:///{self._database}", copy)
            content = _digest(copy)
            if content == self._content:
                return
            name = _PLAIN
            if self._key:
                name = _SEALED
                self._gpg("--symmetric", copy, copy.with_name(name))
            elif names_persons(copy):
                raise BranchError(
                    f"the database names persons, and whoever can read the branch {self._name} could read who they "
                    f"are: set {KEY} to some long words that seal it (a secret of the repository), or leave `people` "
                    "out of the config"
                )
            self._push(self._commit(copy.with_name(name), subject))
            self._content = content

    def keep_what_leaves(self) -> None:
        """Before messages leave."""
        self.holds_back = True
        self.keep(ON_THE_WIRE)
        self.holds_back = False

    # --- Git

    def _remote_head(self) -> str:
        """The commit at which the branch is; empty where there is none yet."""
        return git(self._folder, "ls-remote", _REMOTE, self._ref, is_slow=True).stdout.partition("\t")[0].strip()

    def _refuse_while_under_way(self) -> None:
        instant, _, subject = git(self._folder, "log", "-1", "--format=%ct %s", self._own).stdout.strip().partition(" ")
        since = self._clock() - datetime.fromtimestamp(int(instant), self._clock().tzinfo)
        if subject == ON_THE_WIRE and since < UNDER_WAY:
            raise BusyError(
                f"another round was about to say something {max(0.0, since.total_seconds()):.0f} s ago, and has not "
                f"ended: nothing is said before {UNDER_WAY.total_seconds() / 60:.0f} minutes are over"
            )

    def _blob(self) -> tuple[str, bool]:
        """What has the database, and whether that is sealed. A link, or a folder, is none."""
        entries = {}
        for line in git(self._folder, "ls-tree", self._own).stdout.splitlines():
            about, _, name = line.partition("\t")
            entries[name] = about.split()
        name = _SEALED if _SEALED in entries else _PLAIN
        if entries.get(name, [])[:2] != ["100644", "blob"]:
            raise BranchError(
                f"the branch {self._name} has no {_PLAIN}: without what was said before, everything would be announced "
                "again. Put back an earlier commit of it, or delete the branch if nothing was announced yet"
            )
        if name == _SEALED and not self._key:
            raise BranchError(
                f"the database in the branch {self._name} is sealed: set {KEY} to the words it was sealed with"
            )
        return entries[name][2], name == _SEALED

    def _unpacked(self, blob: str) -> Path:
        """The content to the byte, whatever git is told to do with text (https://git-scm.com/docs/git-unpack-file)."""
        return self._folder / git(self._folder, "unpack-file", blob).stdout.strip()

    def _commit(self, file: Path, subject: str) -> str:
        blob = git(self._folder, "hash-object", "-w", "--no-filters", str(file)).stdout.strip()
        tree = git(self._folder, "mktree", stdin=f"100644 blob {blob}\t{file.name}\n").stdout.strip()
        parents = ("-p", self._head) if self._head else ()
        who = {"GIT_AUTHOR_NAME": "callboard", "GIT_AUTHOR_EMAIL": "noreply@callboard.invalid"}
        return git(
            self._folder, "commit-tree", tree, *parents, "-m", subject, env={**identity(self._folder), **who}
        ).stdout.strip()

    def _push(self, commit: str) -> None:
        """Moves the branch on from where it was, and from nowhere else."""
        lease = f"--force-with-lease={self._ref}:{self._head}"
        for pause in (*PAUSES, None):
            pushed = git(
                self._folder, "push", "--quiet", lease, _REMOTE, f"{commit}:{self._ref}", check=False, is_slow=True
            )
            if not pushed.returncode:
                break
            try:
                head = self._remote_head()
            except GitError:
                head = self._head  # it cannot be said: perhaps it can when it is tried again
            if head == commit:  # the answer was lost, and nothing else
                break
            if head != self._head:
                self._is_lost = True
                raise BusyError(f"another round has moved the branch {self._name} on; the next one goes on from there")
            if pause is None:
                raise GitError.of(pushed.stderr or "git push failed")
            _log.warning(
                "the branch %s cannot be moved on; tried again in %.0f s: %s", self._name, pause, pushed.stderr
            )
            time.sleep(pause)
        self._head, self.has_moved = commit, True

    # --- Sealing

    def _gpg(self, action: str, source: Path, target: Path) -> None:
        """Symmetric, and with a check of what comes out (https://www.gnupg.org/documentation/manuals/gnupg/)."""
        program = which("gpg")
        if program is None:
            raise BranchError(f"gpg is not installed, and {KEY} asks for a sealed database; install it (gnupg)")
        with TemporaryDirectory() as home:
            options = ("--batch", "--yes", "--quiet", "--no-tty", "--homedir", home, "--pinentry-mode", "loopback")
            ciphers = ("--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512", "--passphrase-fd", "0")
            done = subprocess.run(  # noqa: S603  # the program that was found, and arguments of ours
                [program, *options, *ciphers, "--output", str(target), action, str(source)],
                check=False,
                input=self._key,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
            )
        if done.returncode:
            raise BranchError(
                f"gpg cannot {action[2:]} the database of the branch {self._name}: is {KEY} the right one?"
            )


def _digest(database: Path) -> str:
    """Of all that a database says: its file differs with each time that it is opened."""
    said = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            for line in opened.iterdump():
                said.update(line.encode() + b"\n")
    except sqlite3.DatabaseError as error:
        raise BranchError(
            f"{database.name} of the branch is damaged: {error}; put back an earlier commit of it"
        ) from None
    return said.hexdigest()


@contextmanager
def _in_words(what: str, name: str) -> Iterator[None]:
    try:
        yield
    except (GitError, BackupError, OSError) as error:
        raise BranchError(f"{what.format(name=name)}: {error}") from None
