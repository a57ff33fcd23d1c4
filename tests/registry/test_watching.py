"""The system's notice of a change, against a real folder."""

import asyncio
from contextlib import asynccontextmanager

from bot.registry import changes

SOON = 5  # seconds, for a machine under load; a notice takes a tenth of one


@asynccontextmanager
async def watching(folder, rescan_seconds=60.0):
    """A function that waits for the next set of changed names; at the end the watch must stop by itself."""
    stop, told = asyncio.Event(), asyncio.Queue()

    async def watch():
        async for paths in changes(folder, rescan_seconds, stop):
            await told.put({path.name for path in paths})

    async def until(name):
        async with asyncio.timeout(SOON):
            while name not in await told.get():
                pass

    async def next_set():
        async with asyncio.timeout(SOON):
            return await told.get()

    watcher = asyncio.create_task(watch())
    until.next = next_set
    await asyncio.sleep(0.1)  # the watch is set up in a thread
    try:
        yield until
    finally:
        stop.set()
        async with asyncio.timeout(SOON):
            await watcher


async def test_a_new_a_changed_a_renamed_and_a_deleted_file_are_told_of(tmp_path):
    async with watching(tmp_path) as told:
        (tmp_path / "a.yaml").write_text("one")
        await told("a.yaml")
        (tmp_path / "a.yaml").write_text("two")
        await told("a.yaml")
        (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
        await told("b.yaml")
        (tmp_path / "b.yaml").unlink()
        await told("b.yaml")


async def test_it_looks_again_at_its_own_pace_though_nothing_was_told(tmp_path):
    async with watching(tmp_path, rescan_seconds=0.05) as told:
        assert await told.next() == set()
        assert await told.next() == set()


async def test_a_folder_that_is_missing_is_watched_once_it_is_there(tmp_path):
    folder = tmp_path / "postings"
    async with watching(folder, rescan_seconds=0.05) as told:
        assert await told.next() == set()
        folder.mkdir()
        assert await told.next() == set()
        await asyncio.sleep(0.1)
        (folder / "a.yaml").write_text("one")
        await told("a.yaml")


async def test_a_folder_that_goes_and_comes_back_is_watched_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.registry.watching._MISSING_SECONDS", 0.05)
    folder = tmp_path / "postings"
    folder.mkdir()
    async with watching(folder) as told:
        folder.rename(tmp_path / "old")
        await told("postings")
        assert await told.next() == set()
        folder.mkdir()
        assert await told.next() == set()
        await asyncio.sleep(0.1)
        (folder / "a.yaml").write_text("one")
        await told("a.yaml")


async def test_a_folder_that_another_replaces_is_watched_anew(tmp_path):
    folder, new = tmp_path / "postings", tmp_path / "new"
    folder.mkdir()
    new.mkdir()
    async with watching(folder) as told:
        folder.rename(tmp_path / "old")
        new.rename(folder)
        await told("postings")
        assert await told.next() == set()
        await asyncio.sleep(0.1)
        (folder / "a.yaml").write_text("one")
        await told("a.yaml")


async def test_it_ends_at_once_when_asked_to_stop_before_it_began(tmp_path):
    stop = asyncio.Event()
    stop.set()
    assert [paths async for paths in changes(tmp_path, 60, stop)] == []


async def test_it_ends_when_asked_to_stop_while_the_folder_is_missing(tmp_path):
    async with watching(tmp_path / "nowhere", rescan_seconds=60) as told:
        assert await told.next() == set()
