"""The files of a bot: who reads and changes each on this machine, and what git has of them."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from bot.inspect.deployment.accounts import group_name, is_shared, owner_name
from bot.inspect.deployment.secrets import WrittenSecret
from bot.inspect.deployment.told import Deployment, DeploymentLine
from bot.inspect.deployment.tracking import Tracking, tracking
from bot.schema.secrets import TOKENS
from bot.store.backup import BEGINNINGS

_LINE_OF_PEOPLE = b'{"person": "'  # as `callboard people --export` writes lines
HAS_MODES = os.name != "nt"
"""Whether the modes that Python shows say who may read a file."""
_MOST = 2000  # entries of a folder that are looked at


@dataclass(frozen=True, slots=True)
class DeployedFile:
    """A file, and what it is. `keeps`: what of it nobody else is to know; None where others may read it."""

    path: Path
    what: str
    keeps: str | None


_TOKENS = "its tokens"
_SAID = "what was said, and who follows what"
_PEOPLE = "who follows what"
_ANEW = {_TOKENS: "have its tokens made anew"}
_HISTORY = "keep the repository to yourself, or take it out of its history"


def file_lines(deployment: Deployment, secrets: Sequence[WrittenSecret]) -> Iterator[DeploymentLine]:
    """A line for each file that there is; of those that nobody else is to read, what git has, too."""
    if not HAS_MODES:
        yield deployment.said("who can read the files is for Windows to say: only what git has is looked at here")
        for file in _files(deployment, secrets):
            yield from _in_git(file) if file.keeps and file.path.exists() else ()
        return
    for file in _files(deployment, secrets):
        with suppress(OSError):
            yield _read_by(deployment, file, file.path.stat())
            yield from _in_git(file) if file.keeps else ()
    folders = dict.fromkeys(_folders(deployment, _database(deployment)), _REPLACES)
    for folder, what in {deployment.config.registry: _ANNOUNCES, **folders}.items():
        with suppress(OSError):
            yield _written_by(folder, what, folder.stat())


_ANNOUNCES = "the posting files: whoever writes there announces what he likes"
_REPLACES = "whoever writes there can put a file of his own in the place of one of these"


def _files(deployment: Deployment, secrets: Sequence[WrittenSecret]) -> Iterator[DeployedFile]:
    literal = ", ".join(secret.name for secret in secrets if secret.references.is_literal)
    holds = f"the config, with {literal} written in it" if literal else "the config, which holds no secret"
    yield DeployedFile(deployment.config.path, holds, _TOKENS if literal else None)
    yield DeployedFile(deployment.folder / TOKENS, "tokens and passwords", _TOKENS)
    for secret in secrets:
        for path in secret.references.files:
            yield DeployedFile(deployment.folder / path, secret.name, _TOKENS)
    database = _database(deployment)
    for part in database:
        what = f"the database: {_SAID}" if part == database[0] else "belongs to the database"
        yield DeployedFile(part, what, _SAID)
    for other in _others(_folders(deployment, database)):
        if other not in database and (keeps := _told_by_its_beginning(other)):
            what = "an export of people" if keeps == _PEOPLE else "a database, or a backup of one"
            yield DeployedFile(other, f"{what}: {keeps}", keeps)


def _database(deployment: Deployment) -> list[Path]:
    """SQLite's file, and what lies beside it: its log, the lock, the chat in the browser."""
    file = deployment.config.database_file
    if not file:
        return []
    return [file, *(path for path in _others([file.parent]) if path.name.startswith(f"{file.name}") and path != file)]


def _folders(deployment: Deployment, database: Iterable[Path]) -> Iterable[Path]:
    """Those of the config and of the database, which may be one, by whatever way it is named."""
    folders: dict[Path, Path] = {}
    for folder in (deployment.folder, *(part.parent for part in database)):
        folders.setdefault(folder.resolve(), folder)
    return folders.values()


def _others(folders: Iterable[Path]) -> list[Path]:
    paths: list[Path] = []
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            paths += [Path(entry.path) for entry, _ in zip(entries, range(_MOST), strict=False) if entry.is_file()]
    return sorted(paths)


def _told_by_its_beginning(path: Path) -> str | None:
    """What a file keeps that begins as a backup or an export of people does."""
    try:
        with path.open("rb") as opened:
            begin = opened.read(16)
    except OSError:
        return None
    if any(begin.startswith(beginning) for beginning in BEGINNINGS):
        return _SAID
    return _PEOPLE if begin.startswith(_LINE_OF_PEOPLE) else None


def _read_by(deployment: Deployment, file: DeployedFile, status: os.stat_result) -> DeploymentLine:
    mode = stat.S_IMODE(status.st_mode)
    group = f"the group {group_name(status)}"
    has_others = is_shared(status)
    changing = _who(mode & stat.S_IWOTH, mode & stat.S_IWGRP and has_others, group)
    reading = _who(mode & stat.S_IROTH, mode & stat.S_IRGRP and has_others, group)
    named = f"{file.what}: mode {mode:03o}, owner {owner_name(status)}"
    say = f"say chmod {'600' if file.keeps else 'go-w'} {quote(str(file.path))}"
    if changing:
        return _exposed(file.path, f"{named}: {changing} can change it; {say}")
    if not file.keeps:
        too = f" and {group}" if mode & stat.S_IWGRP else ""
        return DeploymentLine(str(file.path), 1, f"{named}: only its owner{too} can change it")
    if reading and file.keeps == _TOKENS and _is_handed_in(deployment, file.path):
        return DeploymentLine(
            str(file.path), 1, f"{named}: handed into the container, where nobody else has an account"
        )
    if reading:
        return _exposed(file.path, f"{named}: {reading} can read it; {say}")
    too = f" and {group}" if mode & stat.S_IRGRP else ""
    return DeploymentLine(str(file.path), 1, f"{named}: only its owner{too} can read it")


def _is_handed_in(deployment: Deployment, file: Path) -> bool:
    """Whether whoever runs the container hands a secret in, with the mode that it has there (0444 in Docker and Podman,
    0644 in Kubernetes), and not in the bot's own folder.
    """
    folder = os.path.realpath(file.parent)
    is_mounted = os.path.ismount(os.path.realpath(file)) or os.path.ismount(folder)
    return deployment.is_contained and is_mounted and folder != os.path.realpath(deployment.folder)


def _who(everybody: int, several: bool | int, group: str) -> str:
    return "everybody on this machine" if everybody else group if several else ""


def _in_git(file: DeployedFile) -> Iterator[DeploymentLine]:
    name, anew = file.path.name, _ANEW.get(file.keeps or "", _HISTORY)
    if name.endswith((".lock", "-shm")):  # they hold nothing
        return
    state, why = tracking(file.path)
    if state is Tracking.TRACKED:
        text = (
            f"git has it, and so has whoever has the repository, for ever; say git rm --cached {quote(name)}, add it to"
        )
        yield _exposed(file.path, f"{text} .gitignore, and {anew}")
    elif state is Tracking.BEFORE:
        text = "git's history has it from before: whoever has the repository can read that"
        yield _exposed(file.path, f"{text}; {anew}")
    elif state is Tracking.UNTRACKED:
        text = "git does not have it, but the next git add . takes it in"
        yield DeploymentLine(str(file.path), 1, f"{text}; add {name} to .gitignore")
    elif state is Tracking.UNKNOWN:
        yield DeploymentLine(str(file.path), 1, f"it is not known what git has of it: {why}")


def _written_by(folder: Path, what: str, status: os.stat_result) -> DeploymentLine:
    mode = stat.S_IMODE(status.st_mode)
    named = f"a folder; {what}: mode {mode:03o}, owner {owner_name(status)}"
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        return _exposed(folder, f"{named}: everybody on this machine can write; say chmod o-w {quote(str(folder))}")
    if mode & stat.S_IWGRP:
        return DeploymentLine(str(folder), 1, f"{named}: its owner and the group {group_name(status)} can write")
    return DeploymentLine(str(folder), 1, f"{named}: only its owner can write")


def _exposed(path: Path, text: str) -> DeploymentLine:
    return DeploymentLine(str(path), 1, text, is_exposed=True)
