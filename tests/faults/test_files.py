"""Faults of the folder with the postings."""

import errno

import pytest
from watchdog.observers.api import BaseObserver

from bot.domain.notice import Kind, State
from tests.faults.build import GROUP

fault = pytest.mark.fault
BLANK = "is empty or missing, and 3 postings were there: is a drive not mounted"


async def three(world):
    for name in ("owls", "mice", "newts"):
        world.post(name)
    await world.go()
    assert len(world.telegram.sent) == 3
    world.forget()


def untouched(world):
    return not [one for one in world.telegram.sent if one.edits] and len(world.telegram.sent) == 3


@fault("the folder of the postings is empty or gone while the bot runs: a drive is not mounted")
@pytest.mark.parametrize("leaves", ["an empty folder", "nothing"])
async def test_a_folder_that_is_unmounted(world, leaves):
    await three(world)
    world.unmount()
    if leaves == "nothing":
        world.postings.rmdir()
    await world.go()
    world.said(f"WARNING .*postings:1: {BLANK}")
    assert len(world.board.index) == 3, "chat answers as before"
    world.clock.forward(hours=1)
    await world.go()
    assert untouched(world)
    world.postings.mkdir(exist_ok=True)
    world.mount()
    world.post("voles")
    await world.go()
    assert sorted(world.shown()) == ["mice", "newts", "owls", "voles"]
    assert {(one.kind, one.state) for one in await world.records()} == {(Kind.ANNOUNCEMENT, State.DELIVERED)}
    assert not world.board.problems


@fault("the folder of the postings is empty when the bot is started, and was not before")
async def test_a_folder_that_is_unmounted_over_a_restart(world):
    await three(world)
    await world.stop()
    world.unmount()
    await world.go()
    world.said("WARNING .*is empty or missing, though 3 postings were announced: is a drive not mounted?")
    world.clock.forward(hours=1)
    await world.go()
    assert untouched(world)
    drive = world.folder / "drive"
    (drive / "owls.yaml").write_text("title: Owls\nrole: phd\nstatus: filled\n")
    (drive / "mice.yaml").write_text("title: [\n")
    (drive / "newts.yaml").unlink()
    world.forget()
    world.mount()
    await world.go()
    world.clock.forward(minutes=2)
    await world.go()
    assert [line for line in world.lines() if "mice: its last good version stays in force" in line]
    assert world.board.index.get("mice"), "that it does not hold up now is no closing"
    owls, mice, newts = (next(one.text for one in world.telegram.sent if name in one.text) for name in NAMES)
    assert "filled" in owls.casefold()
    assert mice.count("\n") == 2
    assert "no longer listed" in newts.casefold()
    assert {one.state for one in await world.records()} == {State.DELIVERED}


NAMES = ("Owls", "Mice", "Newts")


@fault("every posting is really deleted at once")
async def test_all_that_is_deleted_on_purpose(world):
    await three(world)
    for path in world.postings.iterdir():
        path.unlink()
    await world.go()
    world.said(f"WARNING .*{BLANK}.*if all were deleted on purpose, put any file there, such as an empty README.md")
    assert untouched(world)
    (world.postings / "README.md").touch()
    await world.go()
    assert all("no longer listed" in one.text.casefold() for one in world.telegram.messages(GROUP))


@fault("a new file is half written when it is read")
async def test_a_half_written_new_file(world):
    (world.postings / "owls.yaml").write_text("title: Owls\nro")
    await world.go()
    world.said("WARNING .*owls.yaml:2: ")
    assert (world.telegram.sent, await world.records()) == ([], [])
    world.post("owls", deadline="2999-05-01")
    await world.go()
    assert world.shown() == ["owls"]
    assert "2999" in world.telegram.sent[0].text
    assert (await world.record()).state is State.DELIVERED
    assert not world.board.problems


@fault("a file that is in force is half written when it is read")
@pytest.mark.parametrize("half", ["", "title: Owls\nrole: phd\nstatus: fil", "title: Owls\nrole: p", '{"title": "Ow'])
async def test_a_half_written_change(world, half):
    await world.announce()
    (world.postings / "owls.yaml").write_text(half)
    await world.go()
    assert world.board.index.get("owls").is_open(world.clock())
    world.said("WARNING .*owls.yaml:")
    assert world.telegram.sent[0].edits == []
    world.post("owls", status="filled")
    await world.go()
    assert len(world.telegram.sent) == len(world.telegram.sent[0].edits) == 1
    assert {one.state for one in await world.records()} == {State.DELIVERED}


@fault("a posting does not hold up any more, and the bot is started again")
async def test_the_last_good_version_comes_from_the_ledger(world):
    await world.announce(deadline="2999-05-01")
    (world.postings / "owls.yaml").write_text("title: Owls\nrole: phd\ndeadline: tomorrow\n")
    await world.restart()
    await world.go()
    world.said("WARNING .*owls.yaml:3: deadline", "WARNING owls: its last good version stays in force")
    assert world.board.index.get("owls").deadline.at.year == 2999
    assert (len(world.telegram.sent), world.telegram.sent[0].edits) == (1, [])
    world.post("owls", status="filled")
    await world.go()
    assert len(world.telegram.sent[0].edits) == 1
    assert {one.state for one in await world.records()} == {State.DELIVERED}


@fault("a file cannot be read: a broken link, a drive that fails")
async def test_a_file_that_cannot_be_read(world):
    await world.announce()
    path = world.postings / "owls.yaml"
    text = path.read_text()
    path.unlink()
    path.symlink_to("nowhere")
    await world.go()
    world.said("WARNING .*owls.yaml:1: cannot be read")
    assert world.board.index.get("owls")
    assert world.telegram.sent[0].edits == []
    path.unlink()
    path.write_text(text)
    await world.go()
    assert not world.board.problems
    assert (world.shown(), (await world.record()).attempts) == (["owls"], 1)


@fault("a file was renamed")
async def test_a_renamed_file(world):
    await world.announce()
    await world.stop()
    (world.postings / "owls.yaml").rename(world.postings / "night-owls.yaml")
    await world.go()
    assert world.shown() == ["owls"]
    assert (len(await world.records()), world.telegram.sent[0].edits) == (1, [])
    assert "INFO owls is called night-owls now; nothing is announced anew" in world.lines(0)


@fault("the system tells of no changes: the limits of inotify are reached")
async def test_inotify_that_watches_no_more(world, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    monkeypatch.setattr("bot.sources.files.watching.LOOK_SECONDS", 0.1)
    await world.run()
    await world.says(
        "WARNING .*postings: looked at every .* seconds, .*: inotify watch limit reached; raise fs.inotify"
    )
    world.post("owls")
    await world.says("delivered announcement of owls")
    world.post("mice")
    await world.says("delivered announcement of mice")
    assert sum("inotify" in line for line in world.lines()) == 1
    assert (world.shown(), {one.state for one in await world.records()}) == (["owls", "mice"], {State.DELIVERED})


@fault("a merge of a file is not finished: lines such as `<<<<<<< HEAD`")
async def test_a_merge_that_is_not_finished(world):
    await world.announce()
    path = world.postings / "owls.yaml"
    text = path.read_text()
    path.write_text(f"{text}<<<<<<< HEAD\npay: E13\n=======\npay: E14\n>>>>>>> pay\n")
    await world.go()
    world.said("WARNING .*owls.yaml:[0-9]+: a merge is not finished: keep one version")
    assert world.board.index.get("owls")
    assert world.telegram.sent[0].edits == []
    path.write_text(text)
    await world.go()
    assert not world.board.problems
    assert world.shown() == ["owls"]


@fault("a sync program has left a conflict copy beside a file")
async def test_a_conflict_copy(world):
    await world.announce()
    text = (world.postings / "owls.yaml").read_text()
    (world.postings / "owls.sync-conflict-20261129-120000-ABCDEFG.yaml").write_text(text)
    await world.go()
    world.said("WARNING .*: is a conflict copy of owls.yaml; merge it and delete it")
    assert len(world.board.index) == 1
    assert world.shown() == ["owls"]
