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

from bot.domain.notice import State
from bot.files.private import PRIVATE
from bot.store import LedgerError
from bot.store.backup import BackupError, back_up
from bot.store.personal import names_persons
from bot.store.sender import lock_file
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

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far another machine's clock may be ahead."""

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
        self._tried: set[str] = set()  # commits of which nobody knows whether they have arrived
        self.has_moved = False
        """Whether anything was put into the branch since it was taken."""
        self.holds_back = False
        """Whether what was last about to leave could not be put into the branch, and so has not left."""
        with _in_words("the branch {name} cannot be used", name):
            self._folder = Path(git(folder, "rev-parse", "--show-toplevel").stdout.rstrip("\n"))
            if git(self._folder, "check-ref-format", self._ref, check=False).returncode:
                raise BranchError(f'"{name}" is no name for a branch; take letters, digits and hyphens')

    def take(self, *, is_sending: bool = True, must_exist: bool = False) -> None:
        """Puts the branch's database in the place of the one that is there, once it has been found whole. Where there
        is no branch yet, the one that is there stays, unless something was announced by it: the branch's name is wrong
        then. `must_exist`: the branch. For who is sending it raises `BusyError` where another round may be about to say
        what is in it.
        """
        with _in_words("the branch {name} cannot be read", self._name):
            head = self._remote_head()
            if head:
                git(self._folder, "fetch", "--quiet", "--depth=1", _REMOTE, f"+{self._ref}:{self._own}", is_slow=True)
                if is_sending:
                    self._refuse_while_under_way()
            elif must_exist:
                raise BranchError(
                    f"there is no branch {self._name}: nothing was kept there yet, or its name is another"
                )
            lock = lock_file(self._database)
            if lock is None:
                raise BranchError(
                    f"a bot sends for the database {self._database}, which would be replaced: stop it, or work in "
                    "another clone"
                )
            try:
                if head:
                    self._content = self._replace_database()
                elif _has_announced(self._database):
                    raise BranchError(
                        f"there is no branch {self._name}, and something was announced by the database "
                        f"{self._database}: is the name right? To begin anew in that branch, move the database away"
                    )
            finally:
                lock.release()
            self._head = head

    def _replace_database(self) -> str:
        """The digest of what is there now."""
        blob, is_sealed = self._blob()
        with self._beside_database() as folder:
            unpacked, fresh = self._unpacked(blob, folder), folder / _PLAIN
            if is_sealed:
                self._gpg("--decrypt", unpacked, fresh)
            else:
                unpacked.replace(fresh)
            fresh.chmod(PRIVATE)
            content = _digest(fresh)
            for suffix in ("-wal", "-shm", "-journal"):
                self._database.with_name(self._database.name + suffix).unlink(missing_ok=True)
            fresh.replace(self._database)
        return content

    def keep(self, subject: str = SETTLED) -> None:
        """Puts the database as it stands into the branch, unless that has it so already. Raises `BusyError` where the
        branch was moved on by somebody else.
        """
        if self._is_lost:
            raise BusyError(f"another round has moved the branch {self._name} on; the next one goes on from there")
        if not self._database.is_file():
            return
        with _in_words("the branch {name} cannot be written", self._name), self._beside_database() as folder:
            copy = folder / _PLAIN
            try:
                back_up(f"sqlite:///{self._database}", copy)
            except LedgerError as error:  # it may be the copy that cannot
                raise BranchError(
                    f"the branch {self._name} cannot be written: no copy of the database can be made in "
                    f"{self._database.parent}: {error}"
                ) from None
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
            if self._tried and (head := self._remote_head()) in self._tried:
                self._head, self.has_moved = head, True
            self._push(self._commit(copy.with_name(name), subject))
            self._content = content

    def keep_what_leaves(self) -> None:
        """Before messages leave."""
        self.holds_back = True
        self.keep(ON_THE_WIRE)
        self.holds_back = False

    @contextmanager
    def _beside_database(self) -> Iterator[Path]:
        """A folder for this account alone, on the database's file system, which git leaves out should it ever stay."""
        with TemporaryDirectory(dir=self._database.parent, prefix=f".{self._database.name}.") as copies:
            folder = Path(copies)
            (folder / ".gitignore").write_text("*\n")
            yield folder

    # --- Git

    def _remote_head(self) -> str:
        """The commit at which the branch is; empty where there is none yet. Git also lists what only ends so."""
        listed = git(self._folder, "ls-remote", _REMOTE, self._ref, is_slow=True).stdout.splitlines()
        heads = {ref: commit for commit, _, ref in (line.partition("\t") for line in listed)}
        return heads.get(self._ref, "")

    def _refuse_while_under_way(self) -> None:
        """By the commit's date, which is whatever the other machine took for the time: one that lies in the future says
        nothing.
        """
        line = git(self._folder, "log", "-1", "--format=%ct%x09%s", self._own).stdout.rstrip("\n")
        instant, _, subject = line.partition("\t")
        if subject != ON_THE_WIRE:
            return
        try:
            since = self._clock().timestamp() - int(instant)
        except ValueError:
            raise BranchError(
                f"the last commit of the branch {self._name} has no date that can be read; commit to it anew"
            ) from None
        if -CLOCKS_DIFFER.total_seconds() <= since < UNDER_WAY.total_seconds():
            raise BusyError(
                f"another round was about to say something {max(0.0, since):.0f} s ago, and has not "
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

    def _unpacked(self, blob: str, folder: Path) -> Path:
        """The content to the byte, whatever git is told to do with text, in a file at the top of what git takes for the
        work tree (https://git-scm.com/docs/git-unpack-file).
        """
        repository = git(self._folder, "rev-parse", "--absolute-git-dir").stdout.rstrip("\n")
        repository_variables = {"GIT_DIR": repository, "GIT_WORK_TREE": str(folder.resolve())}
        return folder / git(folder, "unpack-file", blob, env=repository_variables).stdout.strip()

    def _commit(self, file: Path, subject: str) -> str:
        blob = git(self._folder, "hash-object", "-w", "--no-filters", str(file)).stdout.strip()
        tree = git(self._folder, "mktree", stdin=f"100644 blob {blob}\t{file.name}\n").stdout.strip()
        parents = ("-p", self._head) if self._head else ()
        author = {"GIT_AUTHOR_NAME": "callboard", "GIT_AUTHOR_EMAIL": "noreply@callboard.invalid"}
        return git(
            self._folder, "commit-tree", tree, *parents, "-m", subject, env={**identity(self._folder), **author}
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
                self._tried.add(commit)
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
            completed = subprocess.run(  # noqa: S603  # the program that was found, and arguments of ours
                [program, *options, *ciphers, "--output", str(target), action, str(source)],
                check=False,
                input=self._key,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
            )
        if completed.returncode:
            raise BranchError(
                f"gpg cannot {action[2:]} the database of the branch {self._name}: is {KEY} the right one?"
            )


def _digest(database: Path) -> str:
    """Of all that a database says: its file differs with each time that it is opened."""
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            for line in opened.iterdump():
                digest.update(line.encode() + b"\n")
    except sqlite3.DatabaseError as error:
        raise BranchError(
            f"{database.name} of the branch is damaged: {error}; put back an earlier commit of it"
        ) from None
    return digest.hexdigest()


def _has_announced(database: Path) -> bool:
    """Whether anything was ever on its way by this database, if there is one. Raises `BranchError`."""
    if not database.is_file():
        return False
    query = "SELECT 1 FROM notices WHERE state <> ? LIMIT 1"
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            is_ours = opened.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'notices'").fetchone()
            return bool(is_ours and opened.execute(query, (str(State.DUE_AGAIN),)).fetchone())
    except sqlite3.Error as error:
        raise BranchError(f"the database {database} cannot be read: {error}; move it away") from None


@contextmanager
def _in_words(what: str, name: str) -> Iterator[None]:
    try:
        yield
    except BranchError:
        raise
    except (GitError, BackupError, LedgerError, sqlite3.Error, OSError) as error:
        raise BranchError(f"{what.format(name=name)}: {error}") from None
