"""The system's notice of a change, against real folders and files."""

import asyncio
import errno
import logging
import os
import threading
from contextlib import aclosing, asynccontextmanager

import pytest
from watchdog.observers.api import BaseObserver

from bot.sources.files import watching
from bot.sources.files.watching import changes
from tests.sources.build import chain

SOON = 5  # seconds, for a machine under load; a notice takes a tenth of one
A_WHILE = 0.4  # in which a notice would have come


class Told:
    """What has been told, in order."""

    def __init__(self):
        self._queue = asyncio.Queue()

    def put(self, paths):
        self._queue.put_nowait({path.name for path in paths})

    async def next(self):
        async with asyncio.timeout(SOON):
            return await self._queue.get()

    async def of(self, name):
        """Waits for a set with that name."""
        async with asyncio.timeout(SOON):
            while name not in await self._queue.get():
                pass

    async def anew(self):
        """Waits until all has to be looked at, as it has once another is watched."""
        async with asyncio.timeout(SOON):
            while await self._queue.get():
                pass

    async def nothing(self):
        await asyncio.sleep(A_WHILE)
        assert self._queue.empty(), self._queue.get_nowait()


@asynccontextmanager
async def watched(path, rescan_seconds=60.0, *, follow_links=False):
    """What is told from when the watch stands; at the end it must stop by itself."""
    stop, told = asyncio.Event(), Told()

    async def watch():
        async for paths in changes(path, rescan_seconds, stop, follow_links=follow_links):
            told.put(paths)

    watcher = asyncio.create_task(watch())
    assert await told.next() == set()
    try:
        yield told
    finally:
        stop.set()
        async with asyncio.timeout(SOON):
            await watcher


async def test_a_new_a_changed_a_renamed_and_a_deleted_file_are_told_of(tmp_path):
    async with watched(tmp_path) as told:
        (tmp_path / "a.yaml").write_text("one")
        await told.of("a.yaml")
        (tmp_path / "a.yaml").write_text("two")
        await told.of("a.yaml")
        (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
        await told.of("b.yaml")
        (tmp_path / "b.yaml").unlink()
        await told.of("b.yaml")


async def test_paths_are_named_as_the_folder_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "postings").symlink_to("real")
    stop = asyncio.Event()
    async with aclosing(changes(watching.Path("postings"), 60, stop)) as told:
        assert await anext(told) == set()
        (tmp_path / "real" / "sub" / "a.yaml").touch()
        assert await asyncio.wait_for(anext(told), SOON) == {watching.Path("postings/sub/a.yaml")}
        stop.set()


async def test_reading_is_no_change(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("one")
    async with watched(tmp_path) as told:
        path.read_text()
        list(tmp_path.iterdir())
        await told.nothing()


async def test_the_writes_of_one_save_are_told_of_once(tmp_path):
    async with watched(tmp_path) as told:
        with (tmp_path / "a.yaml").open("w") as file:
            for _ in range(5):
                file.write("line\n")
                file.flush()
                await asyncio.sleep(0.01)
        assert await told.next() == {"a.yaml"}
        await told.nothing()


async def test_a_folder_that_is_written_to_without_end_is_told_of_all_the_same(tmp_path):
    async with watched(tmp_path) as told:

        async def write():
            with (tmp_path / "a.yaml").open("w") as file:
                while True:
                    file.write("line\n")
                    file.flush()
                    await asyncio.sleep(0.02)

        writing = asyncio.create_task(write())
        began = asyncio.get_running_loop().time()
        for _ in range(2):
            assert await told.next() == {"a.yaml"}
        writing.cancel()
        assert asyncio.get_running_loop().time() - began < 3


async def test_nothing_wakes_up_while_nothing_changes(tmp_path):
    before = set(threading.enumerate())
    async with watched(tmp_path):
        numbers = [thread.native_id for thread in set(threading.enumerate()) - before if "asyncio" not in thread.name]
        assert numbers, "the system is listened to in threads"
        await asyncio.sleep(A_WHILE)  # until they have gone to sleep
        asleep = woken(numbers)
        await asyncio.sleep(1.2)
        assert woken(numbers) == asleep


def woken(numbers):
    """How often these threads have waited for something."""
    found = []
    for number in numbers:
        lines = watching.Path(f"/proc/self/task/{number}/status").read_text().splitlines()
        found += [line for line in lines if line.startswith("voluntary_ctxt_switches")]
    return found


async def test_it_looks_again_at_its_own_pace_though_nothing_was_told(tmp_path):
    async with watched(tmp_path, rescan_seconds=0.05) as told:
        assert await told.next() == set()
        assert await told.next() == set()


@pytest.mark.parametrize("name", ["postings", "not/there/postings"])
async def test_a_folder_that_is_missing_is_watched_once_it_is_there(tmp_path, name):
    folder = tmp_path / name
    async with watched(folder) as told:
        folder.mkdir(parents=True)
        await told.anew()
        await settled(told)
        (folder / "a.yaml").write_text("one")
        await told.of("a.yaml")


async def test_a_folder_that_goes_and_comes_back_is_watched_anew(tmp_path):
    folder = tmp_path / "postings"
    folder.mkdir()
    async with watched(folder) as told:
        folder.rename(tmp_path / "old")
        await told.anew()
        folder.mkdir()
        await told.anew()
        (folder / "a.yaml").write_text("one")
        await told.of("a.yaml")
        (folder / "a.yaml").unlink()
        folder.rmdir()
        await told.anew()
        folder.mkdir()
        await told.anew()
        (folder / "b.yaml").write_text("one")
        await told.of("b.yaml")


async def test_a_folder_that_goes_while_it_is_being_watched_is_waited_for(tmp_path, monkeypatch, caplog):
    folder, real = tmp_path / "postings", watching._places
    folder.mkdir()

    def look_before_it_goes(path, **how):
        found = real(path, **how)
        if found.is_there and not list(folder.iterdir()):
            folder.rmdir()
        return found

    monkeypatch.setattr(watching, "_places", look_before_it_goes)
    async with watched(folder) as told:
        await told.anew()
        monkeypatch.setattr(watching, "_places", real)
        folder.mkdir()
        await told.anew()
        (folder / "a.yaml").write_text("one")
        await told.of("a.yaml")
    assert not caplog.messages


@pytest.mark.parametrize("name", ["file/postings", "x" * 300])
async def test_a_path_that_cannot_be_is_waited_for(tmp_path, name):
    (tmp_path / "file").touch()
    async with watched(tmp_path / name, rescan_seconds=0.05) as told:
        assert await told.next() == set()


async def test_a_folder_that_another_replaces_is_watched_anew(tmp_path):
    folder, new = tmp_path / "postings", tmp_path / "new"
    folder.mkdir()
    new.mkdir()
    async with watched(folder) as told:
        folder.rename(tmp_path / "old")
        new.rename(folder)
        await told.anew()
        (folder / "a.yaml").write_text("one")
        await told.of("a.yaml")
        (tmp_path / "old" / "b.yaml").write_text("one")
        await told.nothing()


async def test_a_link_that_is_turned_to_another_folder_is_followed(tmp_path):
    for name in ("one", "two"):
        (tmp_path / "data" / name).mkdir(parents=True)
    (tmp_path / "data" / "now").symlink_to("one")
    (tmp_path / "postings").symlink_to("data/now")
    async with watched(tmp_path / "postings") as told:
        (tmp_path / "data" / "new").symlink_to("two")
        (tmp_path / "data" / "new").rename(tmp_path / "data" / "now")
        await told.anew()
        (tmp_path / "data" / "two" / "a.yaml").write_text("one")
        await told.of("a.yaml")


async def test_a_drive_that_is_mounted_over_the_folder_is_found_at_the_next_look(tmp_path, monkeypatch):
    folder, drive = tmp_path / "postings", tmp_path / "drive"
    folder.mkdir()
    drive.mkdir()
    real = os.path.realpath
    async with watched(folder, rescan_seconds=0.2) as told:
        monkeypatch.setattr("os.path.realpath", lambda path: real(drive if str(path) == str(folder) else path))
        await told.anew()
        await told.anew()
        (drive / "a.yaml").write_text("one")
        await told.of("a.yaml")


async def test_folders_in_it_are_watched_too_new_ones_and_linked_ones(tmp_path):
    folder, elsewhere = tmp_path / "postings", tmp_path / "elsewhere"
    (folder / "physics").mkdir(parents=True)
    (elsewhere / "deep").mkdir(parents=True)
    (elsewhere / "back").symlink_to(tmp_path / "postings")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "up").symlink_to(".")
    async with watched(folder, follow_links=True) as told:
        (folder / "physics" / "a.yaml").write_text("one")
        await told.of("a.yaml")
        (folder / "new" / "deep").mkdir(parents=True)
        await told.of("new")
        (folder / "new" / "deep" / "b.yaml").write_text("one")
        await told.of("b.yaml")
        (elsewhere / "deep" / "c.yaml").write_text("one")
        await told.of("c.yaml")
        (tmp_path / "third").mkdir()
        (folder / "later").symlink_to(tmp_path / "third")
        await told.anew()
        (tmp_path / "third" / "d.yaml").write_text("one")
        await told.of("d.yaml")


async def test_links_out_of_it_are_not_watched_unless_it_is_wanted(tmp_path):
    folder, elsewhere = tmp_path / "postings", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "linked").symlink_to(elsewhere)
    async with watched(folder) as told:
        (elsewhere / "a.yaml").write_text("one")
        (folder / "b.yaml").write_text("one")
        assert await told.next() == {"b.yaml"}


async def test_folders_too_deep_in_each_other_are_looked_at_from_time_to_time(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    with chain(tmp_path):
        async with watched(tmp_path) as told:
            assert await told.next() == set()
    assert "folders lie too deep in each other" in caplog.text


async def test_a_file_is_told_of_however_it_is_written_and_its_neighbours_are_not(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("one")
    async with watched(path) as told:
        (tmp_path / "callboard.db").write_text("one")
        await told.nothing()
        path.write_text("two")
        await told.of("config.yaml")
        (tmp_path / "config.new").write_text("three")
        (tmp_path / "config.new").rename(path)
        await told.of("config.yaml")
        path.unlink()
        await told.anew()
        path.write_text("four")
        await told.anew()


async def test_a_config_map_as_kubernetes_mounts_it(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.yaml").write_text(name)
    (tmp_path / "..data").symlink_to("first")
    (tmp_path / "config.yaml").symlink_to("..data/config.yaml")
    async with watched(tmp_path / "config.yaml") as told:
        (tmp_path / "..data_tmp").symlink_to("second")
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")
        await told.anew()
        (tmp_path / "second" / "config.yaml").write_text("third")
        await told.of("config.yaml")


async def test_links_that_lead_nowhere_or_in_a_circle_are_waited_for(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    async with watched(tmp_path / "a") as told:
        (tmp_path / "b").unlink()
        (tmp_path / "b").mkdir()
        await told.anew()
        (tmp_path / "b" / "a.yaml").write_text("one")
        await told.of("a.yaml")


@pytest.mark.parametrize("missing", ["instances", "watches"])
async def test_where_the_system_does_not_tell_it_looks_and_says_so_once(tmp_path, monkeypatch, caplog, missing):
    caplog.set_level(logging.INFO, "callboard")
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.05)

    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    with monkeypatch.context() as limits:
        if missing == "watches":
            limits.setattr(BaseObserver, "schedule", refuse)
        else:
            limits.setattr(watching, "Observer", refuse)
        stop, told = asyncio.Event(), Told()

        async def watch():
            async for paths in changes(tmp_path, 60, stop):
                told.put(paths)

        watcher = asyncio.create_task(watch())
        for _ in range(3):
            assert await told.next() == set()
        (line,) = caplog.messages
        assert "the system does not tell of changes: inotify watch limit reached; raise fs.inotify" in line
    await told.anew()
    async with asyncio.timeout(SOON):
        while len(caplog.messages) < 2:  # noqa: ASYNC110  # the log tells of nothing
            await asyncio.sleep(0.01)
    assert caplog.messages[1].endswith("the system tells of changes again")
    (tmp_path / "a.yaml").write_text("one")
    await told.of("a.yaml")
    stop.set()
    await asyncio.wait_for(watcher, SOON)


async def test_no_thread_is_left_when_it_is_cancelled(tmp_path):
    before = set(threading.enumerate())

    async def watch():
        async with aclosing(changes(tmp_path, 60, asyncio.Event())) as told:
            async for _ in told:
                pass

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(SOON):
        while not observers(before):  # noqa: ASYNC110  # threads tell of nothing
            await asyncio.sleep(0.01)
    watcher.cancel()
    await asyncio.gather(watcher, return_exceptions=True)
    async with asyncio.timeout(SOON):
        while observers(before):  # noqa: ASYNC110  # threads tell of nothing
            await asyncio.sleep(0.01)


def observers(before):
    return [thread for thread in set(threading.enumerate()) - before if "asyncio" not in thread.name]


async def test_it_ends_at_once_when_asked_to_stop_before_it_began(tmp_path):
    stop = asyncio.Event()
    stop.set()
    assert [paths async for paths in changes(tmp_path, 60, stop)] == []


async def test_it_ends_when_asked_to_stop_while_the_folder_is_missing(tmp_path):
    async with watched(tmp_path / "nowhere"):
        pass


async def settled(told):
    """Until the folders on the way, which came one by one, have been told of."""
    async with asyncio.timeout(SOON):
        while True:
            try:
                await asyncio.wait_for(told._queue.get(), A_WHILE)
            except TimeoutError:
                return
