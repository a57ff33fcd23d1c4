"""The whole database as a file, and back: of SQLite one SQLite file, of PostgreSQL what pg_restore reads.

SQLite's own copying gives the state of one instant, however much is written meanwhile, and puts one back in a single
transaction (https://www.sqlite.org/backup.html); so does PostgreSQL's dump
(https://www.postgresql.org/docs/current/app-pgdump.html).
"""

import glob
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from sqlalchemy import URL, make_url

from bot.files.private import make_private
from bot.store.engine import LOCKED
from bot.store.errors import LedgerError, as_ledger_errors
from bot.store.restorations import noted
from bot.store.tables import is_newer, metadata, restorations

_SQLITE = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html
_ARCHIVE = b"PGDMP"  # https://github.com/postgres/postgres/blob/master/src/bin/pg_dump/pg_backup_archiver.h
BEGINNINGS = (_SQLITE, _ARCHIVE)
"""How a file begins that is a database of SQLite, or a backup of either."""

_WRITES_AS, _IN_A_LOG = 18, 2
"""Where SQLite's file says how it is written, and what it says while a bot uses it (fileformat.html, 1.3)."""

_LONGEST_CONTENTS = 1024 * 1024  # bytes of an archive in which its table of contents is looked for

_VERSIONS = "alembic_version"
_OURS = frozenset({_VERSIONS, "notices"})  # tables that every database of ours has
_ANOTHER = "name another file, or delete this one"
_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'callboard'"
    " AND datname = current_database() AND pid <> pg_backend_pid()"
)


IN_USE = "a bot or a command uses the database; stop it, then restore"


class BackupError(Exception):
    """A file that cannot be written, or is no backup that can be used; the text says why, and what to do."""


def back_up(url: str, file: Path) -> bool:
    """Writes the database into a file for this account alone, whole or not at all: while it is written, the file that
    was there stays. Only an earlier backup, or an empty file, is replaced. Whether this program can put it back: not
    what a newer one wrote. Raises `BackupError` and `LedgerError`.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").is_file():
        raise LedgerError(f"there is no database {target.database} yet: nothing has been announced with this config")
    if file.resolve() == Path(target.database or "").resolve():
        raise BackupError(f"{file} is the database itself; name another file")
    _check_may_go(file)
    with _in_place(file) as fresh:
        if target.get_backend_name() == "sqlite":
            with as_ledger_errors(target):
                _copy(Path(target.database or ""), fresh)
                with closing(sqlite3.connect(fresh)) as written:
                    written.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
                    version = _version_in(written)
        else:
            _run(target, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={fresh}")
            version = _version_of(target, fresh)
    return version is None or not is_newer(version)


def restore(url: str, file: Path, now: datetime) -> None:
    """Puts a backup in the place of all that the database holds, in one step, with a note of when that was: not in one
    of before there were such notes. Nobody may use it meanwhile: who calls has seen to that. Raises `BackupError`, with
    the database as it was, and `LedgerError`.
    """
    target = make_url(url)
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(_SQLITE))
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror or error}") from None
    if target.get_backend_name() == "sqlite":
        if begin != _SQLITE:
            raise BackupError(f"{file} is no backup of SQLite" + _of_the_other(begin, _ARCHIVE, "PostgreSQL"))
        with as_ledger_errors(target), _beside(Path(target.database or "")) as folder:
            checked = folder / "backup.db"
            shutil.copyfile(file, checked)
            if restorations.name in _check(file, checked):
                _note(checked, now)
            _have_alone(Path(target.database or ""))
            _copy(checked, Path(target.database or ""))
    else:
        if not begin.startswith(_ARCHIVE):
            raise BackupError(f"{file} is no backup of PostgreSQL" + _of_the_other(begin, _SQLITE, "SQLite"))
        _restore_postgresql(target, file, now)


def _in_sql(now: datetime) -> list[str]:
    """What writes down that it was put in place, as text."""
    return [str(statement.compile(compile_kwargs={"literal_binds": True})) for statement in noted(now)]


def _of_the_other(begin: bytes, mark: bytes, name: str) -> str:
    return f" but of {name}: name that database in the config" if begin.startswith(mark) else ""


@contextmanager
def _beside(database: Path) -> Iterator[Path]:
    """A passing folder beside the database, by whose name git leaves it out as it does the database. What a restoration
    that was killed has left goes: two at a time there are none.
    """
    prefix = f"{database.name}-restoring-"
    database.parent.mkdir(parents=True, exist_ok=True)
    for left in database.parent.glob(f"{glob.escape(prefix)}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=database.parent, prefix=prefix) as folder:
        yield Path(folder)


def _check_may_go(file: Path) -> None:
    """Raises `BackupError` where a file is there that holds something else than a backup of a database of ours."""
    try:
        with file.open("rb") as opened:
            begin = opened.read(_LONGEST_CONTENTS)
        is_backup = begin.startswith(_SQLITE) and _has_our_tables(file)
    except FileNotFoundError:
        return
    except (OSError, sqlite3.DatabaseError) as error:
        raise BackupError(f"{file} is there, and cannot be read: {error}; {_ANOTHER}") from None
    if begin.startswith(_ARCHIVE):  # its table of contents comes first, as it is
        is_backup = all(name.encode() in begin for name in _OURS)
    elif is_backup and begin[_WRITES_AS] == _IN_A_LOG:
        raise BackupError(f"{file} is a database that a bot uses, and no backup; {_ANOTHER}")
    if begin and not is_backup:
        raise BackupError(f"{file} is there, and is no backup; {_ANOTHER}")


def _has_our_tables(file: Path) -> bool:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
        return {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} >= _OURS


@contextmanager
def _in_place(file: Path) -> Iterator[Path]:
    """A file beside that one, which takes its place at the end. By its name git leaves it out, should it ever stay."""
    try:
        with NamedTemporaryFile(
            dir=file.parent, prefix=f".{file.name}.", suffix=".backup", delete=False
        ) as opened:  # its mode is 600
            fresh = Path(opened.name)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}") from None
    try:
        yield fresh
        with fresh.open("rb") as whole:
            os.fsync(whole.fileno())
        fresh.replace(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        fresh.unlink(missing_ok=True)


# --- SQLite


def _copy(source: Path, target: Path) -> None:
    """All that is in one database file, in the place of all that is in the other, as one transaction there."""
    make_private(target)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as written,
    ):
        original.backup(written)


def _have_alone(database: Path) -> None:
    """Puts what stands in the log beside a database into it, and takes the log away, which nobody can while another
    has it open (https://www.sqlite.org/pragma.html#pragma_journal_mode). Raises `LedgerError` where somebody has.
    """
    with closing(sqlite3.connect(database, timeout=0)) as opened:
        try:
            is_alone = opened.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            is_alone = False
    if not is_alone:
        raise LedgerError(IN_USE)


def _note(database: Path, now: datetime) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        for statement in _in_sql(now):
            opened.execute(statement)


def _check(name: Path, file: Path) -> set[str]:
    """The names of its tables. Raises `BackupError` where it is no database of ours, or of a newer program."""
    try:
        with closing(sqlite3.connect(file)) as opened:
            broken = opened.execute("PRAGMA quick_check(1)").fetchone()
            tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            version = _version_in(opened)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{name} is damaged: {error}") from None
    if broken != ("ok",):
        raise BackupError(f"{name} is damaged: {broken[0]}")
    _check_version(name, version if "notices" in tables else None)
    return tables


def _version_in(database: sqlite3.Connection) -> str | None:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    is_there = database.execute(query).fetchone()
    row = database.execute("SELECT version_num FROM alembic_version").fetchone() if is_there else None
    return str(row[0]) if row else None


def _check_version(name: Path, version: str | None) -> None:
    if version is None:
        raise BackupError(f"{name} is no database of Callboard's")
    if is_newer(version):
        raise BackupError(f"{name} was made by a newer Callboard; update this one, then restore it")


# --- PostgreSQL


def _restore_postgresql(url: URL, file: Path, now: datetime) -> None:
    listed = _run(url, "pg_restore", "--list", str(file), connects=False)
    tables = set(re.findall(r" TABLE \S+ (\S+) ", listed))
    version = _version_of(url, file) if tables >= _OURS else None
    _check_version(file, version)
    if int(_run(url, "psql", "--no-psqlrc", "--tuples-only", f"--command={_SESSIONS}").strip() or 0):
        raise LedgerError(IN_USE)
    names = sorted({_VERSIONS, *metadata.tables})
    script = _run(url, "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file), connects=False)
    dropped = "".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in names)
    note = "".join(f"{statement};\n" for statement in _in_sql(now)) if restorations.name in tables else ""
    # The script has set the search path to nothing (https://www.postgresql.org/docs/current/app-pgdump.html).
    whole = f"SET lock_timeout = '{LOCKED:.0f}s';\n{dropped}{script}\nRESET search_path;\n{note}"
    _run(
        url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-", stdin=whole
    )


def _version_of(url: URL, archive: Path) -> str | None:
    dumped = _run(url, "pg_restore", "--data-only", f"--table={_VERSIONS}", "--file=-", str(archive), connects=False)
    version = re.search(r"^COPY .*\n(\S+)\n\\\.$", dumped, re.MULTILINE)
    return version[1] if version else None


def _run(url: URL, program: str, *arguments: str, connects: bool = True, stdin: str | None = None) -> str:
    """What one of PostgreSQL's programs says. The password goes by its environment, where nobody else can see it.
    Raises `BackupError`.
    """
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed; install PostgreSQL's client programs (postgresql-client)")
    command = [path, *(["--dbname", _without_password(url)] if connects else []), *arguments]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PGAPPNAME": "callboard backup", **_password(url)}
    ended = subprocess.run(  # noqa: S603  # the program that was found, and arguments of ours
        command, check=False, env=environment, input=stdin, capture_output=True, encoding="utf-8", errors="replace"
    )
    if ended.returncode:
        complaint = _last_line(ended.stderr) or f"exit {ended.returncode}"
        raise BackupError(f"{program} could not do it: {complaint}")
    return ended.stdout


def _without_password(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string()


def _password(url: URL) -> Mapping[str, str]:
    return {"PGPASSWORD": str(url.password)} if url.password else {}


def _last_line(text: str) -> str:
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
