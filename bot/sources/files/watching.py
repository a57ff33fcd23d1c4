"""Tells when a file or a folder may have changed. The home of watchdog.

The system tells of changes (on Linux, inotify), and until it does nothing wakes up. Where it cannot, and at a slow pace
for network drives, it is time to look without having been told.
"""

import asyncio
import errno
import logging
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_log = logging.getLogger("callboard")

LOOK_SECONDS = 5.0
"""How often to look when the system does not tell, or when nothing is there."""

_QUIET_SECONDS = 0.1
"""A change is told when this long nothing more has come: an editor's several writes are one."""
_LONGEST_SECONDS = 0.3
"""… and after this, though more is coming."""
_MOST_LINKS = 40  # as in Linux
_MOST_TREES = 100
_MOST_DEPTH = 64
_ADVICE = "; raise fs.inotify.max_user_watches or fs.inotify.max_user_instances (sysctl)"

# Reading is no change: opened, and closed without a write, are not asked for.
_COME_AND_GONE: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
]
_WRITTEN: list[type[FileSystemEvent]] = [FileModifiedEvent, FileAttribEvent]
# Beside a config lies a database, which is written to all the time and hardly ever closed.
_BESIDE = _COME_AND_GONE if sys.platform == "linux" else _COME_AND_GONE + _WRITTEN


async def changes(
    path: Path, rescan_seconds: float, stop: asyncio.Event, *, follow_links: bool = False
) -> AsyncGenerator[set[Path], None]:
    """Yields the paths that were touched: of a file itself, or of all in a folder; an empty set when it is time to look
    at everything, which it is once the watch stands. Ends on `stop`.

    The file or folder may go and come back, or be a link that is turned: what is watched is what bears its name now.
    With `follow_links`, also the folders to which links in it lead.
    """
    reported = ""
    while not stop.is_set():
        places = await asyncio.to_thread(_places, path, follow_links=follow_links)
        watch = _Watch(places, stop)
        try:
            await watch.begin()
            pause = rescan_seconds if places.is_there and not watch.trouble else min(rescan_seconds, LOOK_SECONDS)
            reported = _say(path, watch.trouble, reported)
            yield set()
            while not stop.is_set():
                touched = await watch.touched_within(pause)
                if watch.trouble:
                    break
                if await asyncio.to_thread(places.are_others_now, touched):
                    break
                if not stop.is_set():
                    yield touched
        finally:
            await watch.end()


def _say(path: Path, trouble: str, reported: str) -> str:
    """Says once that the system does not tell, and once that it does again. What stands in the log now."""
    if trouble and not reported:
        text = "%s: looked at every %.0f seconds, for the system does not tell of changes: %s"
        _log.warning(text, path, LOOK_SECONDS, trouble)
    elif reported and not trouble:
        _log.info("%s: the system tells of changes again", path)
    return trouble


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a change is one of `path`."""

    path: Path
    entries: frozenset[str]
    """The path and the links on the way to what it means, each in its real folder."""
    trees: dict[str, tuple[str, object]]
    """Real folders, with all that is in them: the name by which each is known, and what tells it from another."""
    is_there: bool
    follow_links: bool

    def folders(self) -> list[str]:
        """Those with entries, as far as they are in no tree."""
        return sorted({folder for folder in map(os.path.dirname, self.entries) if not self._tree_of(folder)})

    def named(self, changed: str) -> Path | None:
        """The path by which it is known; None when it is another's."""
        if changed in self.entries:
            return self.path
        tree = self._tree_of(changed)
        return Path(self.trees[tree][0] + changed[len(tree) :]) if tree else None

    def are_others_now(self, touched: set[Path]) -> bool:
        """Whether these changes, or time, have made them others. Blocks."""
        names = {self.path, *(Path(name) for name, _ in self.trees.values())}
        if touched and not any(place in names or os.path.islink(place) for place in touched):
            return False
        return _places(self.path, follow_links=self.follow_links) != self

    def _tree_of(self, changed: str) -> str:
        return next((tree for tree in self.trees if _is_within(changed, tree)), "")


def _places(path: Path, *, follow_links: bool) -> _Places:
    """Blocks."""
    trees: dict[str, tuple[str, object]] = {}
    left = [str(path)] if os.path.isdir(path) else []
    while left and len(trees) < _MOST_TREES:
        name = left.pop()
        if _add_tree(name, trees) and follow_links:
            left += _links(name)
    return _Places(path, frozenset(_trail(path)), trees, os.path.exists(path), follow_links)


def _trail(path: Path) -> Iterator[str]:
    """The path and every link on the way to what it means; or the first name on that way that is not there."""
    here, left, links = Path(path.absolute().anchor), [*reversed(path.absolute().parts[1:])], 0
    while left and links < _MOST_LINKS:
        name = left.pop()
        if name == "..":
            here = here.parent
            continue
        place = here / name
        with suppress(OSError):
            target = place.readlink()
            yield str(place)
            links += 1
            here = Path(target.anchor) if target.is_absolute() else here
            left += reversed(target.parts[1:] if target.is_absolute() else target.parts)
            continue
        here = place
        if not left or not os.path.exists(place):
            yield str(place)
            return


def _add_tree(name: str, trees: dict[str, tuple[str, object]]) -> bool:
    """Puts a folder among the trees, in place of those within it; False when it is in one of them, or gone."""
    real = os.path.realpath(name)
    if any(_is_within(real, tree) for tree in trees):
        return False
    with suppress(OSError):  # it has just gone
        status = os.stat(real)
        for inner in [tree for tree in trees if _is_within(tree, real)]:
            del trees[inner]
        trees[real] = name, (status.st_dev, status.st_ino, os.access(real, os.R_OK))
        return True
    return False


def _links(folder: str) -> Iterator[str]:
    """The links to folders, as far down as no link is followed and anybody would go."""
    for entry, _ in _entries(folder):
        with suppress(OSError):
            if entry.is_symlink() and not entry.name.startswith(".") and entry.is_dir():
                yield entry.path


def _is_bottomless(folder: str) -> bool:
    """Whether folders lie deeper in each other than anybody would go; watchdog recurses into them."""
    return any(depth == _MOST_DEPTH and entry.is_dir(follow_symlinks=False) for entry, depth in _entries(folder))


def _entries(folder: str) -> Iterator[tuple["os.DirEntry[str]", int]]:
    """All in a folder and the folders in it, and how deep each lies."""
    left = [(folder, 0)]
    while left:
        name, depth = left.pop()
        with suppress(OSError), os.scandir(name) as entries:
            for entry in entries:
                yield entry, depth
                with suppress(OSError):
                    if depth < _MOST_DEPTH and entry.is_dir(follow_symlinks=False):
                        left.append((entry.path, depth + 1))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


class _Watch:
    """Watches these places. `trouble` says why the system does not tell; else it is empty."""

    def __init__(self, places: _Places, stop: asyncio.Event) -> None:
        self._places = places
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._touched: set[Path] = set()
        self._woken = asyncio.Event()
        self._stopping = asyncio.create_task(stop.wait())
        self._stopping.add_done_callback(lambda _: self._woken.set())
        self._observer: BaseObserver | None = None
        self._beginning = asyncio.create_task(asyncio.to_thread(self._begin))
        self.trouble = ""

    async def begin(self) -> None:
        await asyncio.shield(self._beginning)

    async def end(self) -> None:
        """Waits for the system's threads, which takes up to half a second when a file has just been moved away."""
        self._stopping.cancel()
        await asyncio.shield(asyncio.create_task(self._end()))  # or its threads would stay

    async def _end(self) -> None:
        await asyncio.wait([self._beginning])
        if self._observer:
            await asyncio.to_thread(self._observer.stop)

    async def touched_within(self, seconds: float) -> set[Path]:
        """What is touched, gathered until it is quiet; nothing, when nothing is or it has to stop."""
        end = self._loop.time() + seconds
        while not self._touched and not self._stop.is_set() and (left := end - self._loop.time()) > 0:
            await self._is_woken(left)
        end = self._loop.time() + _LONGEST_SECONDS
        while self._touched and not self._stop.is_set() and (left := end - self._loop.time()) > 0:
            if not await self._is_woken(min(_QUIET_SECONDS, left)):
                break
        with self._lock:
            touched, self._touched = self._touched, set()
        return touched

    async def _is_woken(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        is_woken = self._woken.is_set()
        self._woken.clear()
        return is_woken

    def _begin(self) -> None:
        if any(_is_bottomless(tree) for tree in self._places.trees):
            self.trouble = "folders lie too deep in each other"
            return
        try:
            self._observer = Observer()
            self._observer.start()
            teller = _Teller(self._tell)
            for tree in self._places.trees:
                self._observer.schedule(teller, tree, recursive=True, event_filter=_COME_AND_GONE + _WRITTEN)
            # Last: watchdog says nothing of a limit that it meets further down in a tree, but it is met here again.
            for folder in self._places.folders():
                self._observer.schedule(teller, folder, event_filter=_BESIDE)
        except (FileNotFoundError, NotADirectoryError):  # it has just gone: these are the places no more
            self._touched.add(self._places.path)
        except OSError as error:
            is_limit = error.errno in {errno.ENOSPC, errno.EMFILE, errno.ENFILE}
            self.trouble = f"{error.strerror}{_ADVICE if is_limit else ''}"

    def _tell(self, paths: Iterable[str]) -> None:
        """Called in a thread of the observer's."""
        named = {name for path in paths if (name := self._places.named(path))}
        if named:
            with self._lock:
                self._touched |= named
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._woken.set)


class _Teller(FileSystemEventHandler):
    def __init__(self, tell: Callable[[Iterable[str]], None]) -> None:
        self._tell = tell

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._tell([os.fsdecode(path) for path in (event.src_path, event.dest_path) if path])
