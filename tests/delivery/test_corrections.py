"""What was said stays true, over a real folder and a real ledger: through changes, failures, crashes and restarts."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import AffectedRows, Written
from bot.domain.notice import Kind, State
from bot.engine import reviewer
from bot.engine.board import Callboard, real_clock
from bot.engine.facts import RegistryChanged
from bot.engine.rounds import Rounds
from bot.planning import review
from bot.sources.items import SourceItem
from bot.sources.settings import SourceSettings
from bot.store import LedgerError
from tests.delivery.build import Arrives, Fake, Lock, busy, lost, refused, settings, until
from tests.domain.build import channel

LAB = channel("lab-a", platform="fake", address="a", reminders="")
SOON, LATER = "2097-05-31", "2097-06-10"


class Bot:
    """Rounds over a folder; `starts` is a new process over the same folder, ledger and platform."""

    def __init__(self, folder, ledger):
        self.folder = folder
        self.ledger = ledger
        self.platform = Fake()
        self.channels = [LAB]
        self.given = {}
        self.preview = None
        self.ahead = timedelta()
        self.rounds = None

    def clock(self):
        return real_clock() + self.ahead

    def writes(self, name="owl", **keys):
        given = {"title": "Owls at night", "role": "phd", "deadline": SOON} | keys
        text = "".join(f"{key}: {value}\n" for key, value in given.items())
        (self.folder / f"{name}.yaml").write_text(text)

    def renames(self, before, after):
        (self.folder / f"{before}.yaml").rename(self.folder / f"{after}.yaml")

    def deletes(self, *names):
        for name in names:
            (self.folder / f"{name}.yaml").unlink()

    def starts(self):
        config = settings(self.folder, self.channels, schedule=LAB.schedule, **self.given)
        self.board = Callboard(config, self.clock)
        self.board.read()
        self.rounds = Rounds(
            self.board, self.ledger, Lock(), {"fake": self.platform}, timedelta(), preview=self.preview
        )

    async def stops(self):
        """As kill -9 does: whatever it is about."""
        if self.rounds is None:  # a test that was skipped has not begun
            return
        self.rounds.delivery._closing = True
        tasks = self.rounds.delivery._at_work()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def goes_on(self):
        """Reads the folder, and ticks until nothing is left to do."""
        if self.rounds is None:
            self.starts()
        self.board.take_in(self.board.registry.read())
        async with asyncio.timeout(20):
            while True:
                outlook = await self.rounds.tick()
                if self.rounds.delivery.is_busy():
                    await self.rounds.delivery.idle()
                elif not outlook.left and not self.is_due_soon(outlook):
                    return
                else:
                    await asyncio.sleep(0.002)

    def is_due_soon(self, outlook):
        return outlook.next_instant is not None and outlook.next_instant < self.clock() + timedelta(seconds=0.1)

    async def restarts(self):
        await self.stops()
        self.starts()
        await self.goes_on()

    def did(self):
        """What was asked of the platform since the last time, in short."""
        calls = [what for what, *_ in self.platform.calls]
        self.platform.calls.clear()
        return calls

    def says(self, reference="a/1"):
        return self.platform.page[reference].text

    def struck(self, reference="a/1"):
        lines = self.platform.page[reference].lines
        return [span.text for line in lines for span in line.spans if span.strike]

    async def states(self):
        return {record.key: record.state for record in await self.ledger.records()}


@pytest.fixture
async def bot(tmp_path, ledger, monkeypatch):
    monkeypatch.setattr(review, "GATHERED", timedelta(milliseconds=1))
    folder = tmp_path / "postings"
    folder.mkdir()
    one = Bot(folder, ledger)
    yield one
    await one.stops()


@pytest.fixture
async def announced(bot):
    """A bot that has announced the owls."""
    bot.writes()
    await bot.goes_on()
    assert bot.did() == ["send"]
    return bot


# --- While it runs


async def test_a_deadline_that_moves_is_told_in_reply_and_the_message_edited(announced):
    announced.writes(deadline=LATER)
    await announced.goes_on()
    assert announced.did() == ["send", "edit"]
    assert announced.platform.replies["a/2"] == "a/1"
    assert announced.says("a/2").startswith("⏩ Deadline extended: Owls at night")
    assert announced.struck() == ["Friday, 31 May 2097, 23:59 (Europe/Berlin, UTC+2)"]
    await announced.goes_on()
    await announced.restarts()
    assert announced.did() == []


async def test_any_other_change_is_gathered_for_a_minute(announced, monkeypatch):
    monkeypatch.setattr(review, "GATHERED", timedelta(minutes=1))
    for title in ("Owls by day", "Owls at dawn"):
        announced.writes(title=title)
        await announced.goes_on()
        assert announced.did() == []
    announced.ahead = timedelta(seconds=59)
    await announced.goes_on()
    assert announced.did() == []
    announced.ahead = timedelta(seconds=61)
    await announced.goes_on()
    assert announced.did() == ["edit"]
    assert "Owls at dawn" in announced.says()


async def test_after_a_restart_a_change_of_meanwhile_waits_for_nothing(announced, monkeypatch):
    monkeypatch.setattr(review, "GATHERED", timedelta(minutes=1))
    announced.writes(title="Owls by day")
    await announced.restarts()
    assert announced.did() == ["edit"]


async def test_a_touched_file_changes_nothing(announced):
    announced.writes()
    await announced.goes_on()
    announced.writes(tags="[night]")
    await announced.goes_on()
    assert announced.did() == []


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("status", ["closed", "filled", "withdrawn", "draft"])
async def test_what_is_over_is_struck_and_open_again_announced(announced, status, restarts):
    announced.writes(status=status)
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["edit"]
    assert announced.struck() == ["Owls at night"]
    announced.ahead = timedelta(days=2)
    announced.writes()
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["send", "edit"]
    assert announced.says("a/2").startswith("📣 Open again: Owls at night")
    assert announced.struck() == []


async def test_when_its_deadline_passes_the_next_instant_says_so(announced):
    outlook = await announced.rounds.tick()
    assert outlook.next_instant.isoformat() == "2097-05-31T21:59:59.000001+00:00"
    announced.ahead = outlook.next_instant - real_clock()
    await announced.goes_on()
    assert announced.did() == ["edit"]
    assert announced.struck() == ["Owls at night"]


async def test_a_channel_that_wants_it_hears_that_it_is_over(bot):
    bot.channels = [channel("lab-a", platform="fake", address="a", announce_closing=True)]
    bot.writes()
    await bot.goes_on()
    bot.writes(status="filled")
    await bot.goes_on()
    assert bot.did() == ["send", "send", "edit"]
    assert bot.platform.replies["a/2"] == "a/1"


async def test_items_of_a_digest_are_put_right_together(bot):
    names = [f"owl-{number}" for number in range(6)]
    for name in names:
        bot.writes(name, title=name)
    await bot.goes_on()
    assert bot.did() == ["send"]
    bot.writes("owl-1", title="owl-1", status="filled")
    bot.writes("owl-3", title="Another")
    bot.deletes("owl-5")
    await bot.goes_on()
    assert bot.did() == ["edit"]  # what could have been gathered is shown by what must not wait
    assert bot.struck() == ["owl-1", "owl-5"]
    assert "• Another (PhD)" in bot.says()
    assert [name for name in names if f"• {name} " in bot.says()] == ["owl-0", "owl-1", "owl-2", "owl-4", "owl-5"]
    await bot.restarts()
    assert bot.did() == []


async def test_a_digest_is_edited_once_when_one_item_is_over_and_another_has_news(bot):
    for number in range(6):
        bot.writes(f"owl-{number}", title=f"owl-{number}")
    await bot.goes_on()
    assert bot.did() == ["send"]
    bot.writes("owl-1", title="owl-1", status="filled")
    bot.writes("owl-3", title="owl-3", deadline=LATER)
    await bot.goes_on()
    assert bot.did() == ["send", "edit"]  # the news first, and then all of the digest


async def test_a_change_while_the_message_is_on_its_way_is_put_right_when_it_has_arrived(bot):
    gate = asyncio.Event()
    bot.platform.at("a", gate)
    bot.writes()
    bot.starts()
    await bot.rounds.tick()
    await until(lambda: bot.platform.calls)
    bot.writes(deadline=LATER)
    asyncio.get_running_loop().call_later(0.05, gate.set)
    await bot.goes_on()
    assert bot.did() == ["send", "send", "edit"]
    assert bot.struck() == ["Friday, 31 May 2097, 23:59 (Europe/Berlin, UTC+2)"]


# --- Platforms that fail


@pytest.mark.parametrize(
    "steps",
    [
        [busy()],
        [None, busy(), busy()],
        [lost()],
        [Arrives(lost())],
        [None, Arrives(lost())],
        [None, lost(), Arrives(busy())],
        [None, ValueError("a bug")],
    ],
)
async def test_whatever_fails_on_the_way_it_ends_right_and_is_told_once(announced, steps):
    announced.writes(deadline=LATER)
    announced.platform.at("a", *steps)
    await announced.goes_on()
    assert len(announced.platform.shown) == 2
    assert len(announced.struck()) == 1
    assert set((await announced.states()).values()) == {State.DELIVERED}


async def test_an_edit_that_arrived_without_an_answer_is_taken_back_when_it_no_longer_holds(announced):
    announced.writes(status="filled")
    announced.platform.at("a", Arrives(busy(1)))
    announced.board.take_in(announced.board.registry.read())
    await announced.rounds.tick()
    await announced.rounds.delivery.idle()
    assert announced.struck() == ["Owls at night"]
    announced.writes()
    await announced.restarts()
    assert announced.struck() == []


async def test_a_refused_edit_is_settled_and_said_as_a_warning(announced, caplog):
    announced.writes(title="Owls by day")
    announced.platform.at("a", refused("the message is too old"))
    await announced.goes_on()
    assert announced.did() == ["edit"]
    assert "the message is too old" in caplog.text
    assert {record.levelno for record in caplog.records} <= {logging.INFO, logging.WARNING, logging.DEBUG}
    await announced.restarts()
    assert announced.did() == []


async def test_a_day_that_was_put_off_while_nobody_watched_is_seen_at_the_next_start(announced):
    await announced.stops()
    announced.writes(posted="2097-05-01")
    announced.starts()
    await announced.goes_on()
    assert announced.struck() == ["Owls at night"]
    await announced.restarts()
    announced.writes()
    await announced.goes_on()
    assert announced.did() == ["edit", "edit"]
    assert announced.struck() == []


async def test_news_that_is_undone_while_it_waits_is_no_longer_in_the_ledger(announced):
    announced.platform.at("a", busy(1))
    announced.writes(deadline=LATER)
    announced.board.take_in(announced.board.registry.read())
    await announced.rounds.tick()
    await announced.rounds.delivery.idle()
    assert await announced.ledger.records(states=[State.DUE_AGAIN])
    announced.writes()
    await announced.goes_on()
    assert not await announced.ledger.records(states=[State.DUE_AGAIN])
    assert announced.struck() == []


async def test_a_digest_in_doubt_is_not_torn_by_the_plan_that_was_being_made_when_it_was_cleared_up(
    announced, monkeypatch
):
    """What was worked out before knows that it waits, and what is read after that it is due."""
    asked, gate, platform, rounds = asyncio.Event(), asyncio.Event(), announced.platform, announced.rounds
    platform.at("a", Arrives(lost()))
    find, announce = platform.find, rounds._announce

    async def find_later(*given):
        asked.set()
        await gate.wait()
        platform.can_be_asked = False
        return await find(*given)

    async def announce_later(plan, now):
        gate.set()  # the news was looked at; now the doubt is cleared up
        while await announced.ledger.records(states=[State.IN_DOUBT]):  # noqa: ASYNC110  # a ledger sets no event
            await asyncio.sleep(0.002)
        await announce(plan, now)

    monkeypatch.setattr(platform, "find", find_later)
    announced.writes(deadline=LATER)
    for number in range(5):
        announced.writes(f"mice-{number}", title=f"Mice {number}")
    announced.board.take_in(announced.board.registry.read())
    while not asked.is_set():  # sent, in doubt, and after a moment asked for
        await rounds.tick()
        await asyncio.sleep(0.002)
    monkeypatch.setattr(rounds, "_announce", announce_later)
    await rounds.tick()
    await announced.goes_on()
    assert [message.lines[0].text for message in list(platform.page.values())[1:]] == ["📋 6 positions at a glance"] * 2


async def test_where_messages_cannot_be_edited_the_news_is_told_all_the_same(announced):
    announced.platform.can_edit = False
    announced.writes(deadline=LATER, title="Owls by day")
    await announced.goes_on()
    await announced.restarts()
    assert announced.did() == ["send"]


# --- Crashes and restarts


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("arrives", [False, True])
async def test_a_crash_while_the_news_or_the_edit_is_on_its_way_ends_right_all_the_same(announced, number, arrives):
    announced.writes(deadline=LATER)
    gate = asyncio.Event()
    announced.platform.at("a", *[None] * number, gate)
    announced.board.take_in(announced.board.registry.read())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            while True:
                await announced.rounds.tick()
                await asyncio.sleep(0.05)
    on_the_wire = await announced.ledger.records(states=[State.ON_THE_WIRE])
    assert len(on_the_wire) == 1
    await announced.stops()
    if arrives and number == 0:
        announced.platform.shown.append(("a", on_the_wire[0].key, None))
        announced.platform.page["a/2"] = announced.platform.page["a/1"]
    announced.starts()
    await announced.goes_on()
    assert len(announced.platform.shown) == 2
    assert announced.struck() == ["Friday, 31 May 2097, 23:59 (Europe/Berlin, UTC+2)"]
    assert set((await announced.states()).values()) == {State.DELIVERED}


async def test_what_changed_while_nobody_watched_is_put_right_at_the_next_start(announced):
    await announced.stops()
    announced.writes(deadline=LATER)
    announced.writes("mouse", title="Mice")
    await announced.restarts()
    assert sorted(announced.did()) == ["edit", "send", "send"]


async def test_what_passed_while_nobody_watched_is_put_right_at_the_next_start(announced):
    announced.ahead = timedelta(days=80 * 365)
    await announced.restarts()
    assert announced.did() == ["edit"]
    assert announced.struck() == ["Owls at night"]


@pytest.mark.parametrize("name", ["renamed", "remembered", "mark_wire_in_doubt", "moved", "standing", "story"])
async def test_a_ledger_that_fails_at_the_start_has_it_all_done_later(announced, monkeypatch, name):
    await announced.stops()
    announced.writes(deadline=LATER)
    announced.renames("owl", "eagle-owl")
    announced.writes("eagle-owl")
    announced.starts()
    step = getattr(announced.ledger, name)

    async def fail(*given, **more):
        monkeypatch.setattr(announced.ledger, name, step)
        raise LedgerError("the database is away")

    monkeypatch.setattr(announced.ledger, name, fail)
    announced.deletes("eagle-owl")
    announced.board.take_in(announced.board.registry.read())
    (announced.folder / "README.md").touch()
    announced.board.take_in(announced.board.registry.read())
    with pytest.raises(LedgerError):
        await announced.goes_on()
    await announced.goes_on()
    assert announced.struck() == ["Owls at night"]


# --- Files that have another name


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_renamed_file_is_the_same_posting(announced, restarts):
    announced.renames("owl", "eagle-owl")
    await (announced.restarts() if restarts else announced.goes_on())
    await announced.restarts()
    assert announced.did() == []
    announced.writes("eagle-owl", deadline=LATER)
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["send", "edit"]
    assert announced.platform.replies["a/2"] == "a/1"


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_renamed_file_that_is_changed_is_the_same_when_it_names_its_former_id(announced, restarts):
    announced.deletes("owl")
    announced.writes("eagle-owl", title="Owls by day", aliases="[owl]")
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["edit"]
    assert "Owls by day" in announced.says()


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("by_alias", [False, True])
async def test_a_file_that_was_renamed_and_then_deleted_is_gone(announced, by_alias, late):
    if by_alias:
        announced.deletes("owl")
        announced.writes("eagle-owl", title="Owls by day", aliases="[owl]")
    else:
        announced.renames("owl", "eagle-owl")
    await announced.goes_on()
    announced.did()
    (announced.folder / "README.md").touch()  # or nobody would know whether all of it was meant
    announced.deletes("eagle-owl")
    await (announced.restarts() if late else announced.goes_on())
    assert announced.did() == ["edit"]
    assert announced.struck() == ["Owls by day" if by_alias else "Owls at night"]
    await announced.restarts()
    assert announced.did() == []


async def test_a_copy_is_another_posting(announced):
    announced.writes("eagle-owl")
    await announced.goes_on()
    assert announced.did() == ["send"]
    announced.writes("eagle-owl", title="Eagle owls")
    await announced.goes_on()
    assert announced.did() == ["edit"]
    announced.deletes("owl")
    await announced.goes_on()
    assert announced.did() == ["edit"]
    assert "This position is no longer listed." in announced.says()


@pytest.mark.parametrize("restarts", [False, True])
async def test_of_two_that_are_alike_one_is_deleted_and_its_message_goes_by_the_other(announced, restarts):
    async def goes_on():
        await (announced.restarts() if restarts else announced.goes_on())

    announced.writes("eagle-owl")
    await announced.goes_on()
    assert announced.did() == ["send"]
    announced.deletes("owl")
    await goes_on()
    assert announced.did() == []
    assert "no longer listed" not in announced.says()
    announced.writes("eagle-owl", deadline=LATER)
    await goes_on()
    assert announced.did() == ["send", "edit", "edit"]  # one piece of news, of the one that is there
    assert announced.platform.replies["a/3"] == "a/2"
    announced.writes("eagle-owl", deadline=LATER, status="filled")
    await goes_on()
    assert "This position is filled." in announced.says()
    announced.writes("eagle-owl", deadline=LATER, status="open")
    await goes_on()
    announced.did()
    announced.writes("mouse", title="Mice")
    await announced.goes_on()
    announced.deletes("eagle-owl")
    await goes_on()
    assert "This position is no longer listed." in announced.says()


# --- Files that are gone, or do not hold up


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_file_that_is_gone_is_no_longer_listed_and_back_within_a_day_no_news(announced, restarts):
    announced.writes("mouse", title="Mice")
    await announced.goes_on()
    announced.did()
    announced.deletes("owl")
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["edit"]
    assert "This position is no longer listed." in announced.says()
    announced.ahead = timedelta(hours=23)
    announced.writes()
    await (announced.restarts() if restarts else announced.goes_on())
    assert announced.did() == ["edit"]
    assert announced.struck() == []


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_a_source_closes_is_told_when_a_day_has_passed_and_flapping_is_never_told(bot, restarts):
    bot.channels = [channel("lab-a", platform="fake", address="a", reminders="", announce_closing=True)]
    bot.given = {"sources": (SourceSettings(name="board", kind="board", at="https://lab.example/jobs.json"),)}
    bot.writes()
    await bot.goes_on()
    assert bot.did() == ["send"]

    async def follows(*, is_open):
        written = {} if is_open else {"status": "closed"}
        item = SourceItem(source="board", key="1", posting="owl", seen_at=bot.clock(), written=written)
        await bot.ledger.sources.put([replace(item, gone_at=None if is_open else bot.clock())])
        bot.writes(**written)
        await (bot.restarts() if restarts else bot.goes_on())

    for _ in range(3):
        await follows(is_open=False)
        assert bot.did() == ["edit"]
        assert bot.struck() == ["Owls at night"]
        assert not bot.board.find("owl").is_open(bot.clock())
        bot.ahead += timedelta(hours=20)
        await follows(is_open=True)
        assert bot.did() == ["edit"]
        bot.ahead += timedelta(hours=1)
    await follows(is_open=False)
    assert bot.did() == ["edit"]
    bot.ahead += timedelta(hours=23)
    await (bot.restarts() if restarts else bot.goes_on())
    assert bot.did() == []
    bot.ahead += timedelta(hours=1)
    await (bot.restarts() if restarts else bot.goes_on())
    assert bot.did() == ["send"]
    assert (await bot.ledger.records())[-1].kind == Kind.CLOSED
    await bot.restarts()
    assert bot.did() == []


async def test_a_file_that_does_not_hold_up_keeps_its_last_good_version_after_a_restart_too(announced, caplog):
    good = announced.says()
    (announced.folder / "owl.yaml").write_text("title: Owls by day\nrole: wizard\n")
    await announced.goes_on()
    await announced.restarts()
    assert announced.did() == []
    assert announced.says() == good
    assert announced.board.index.get("owl").title == "Owls at night"
    assert "its last good version stays in force" in caplog.text
    announced.writes(title="Owls at dawn")
    await announced.goes_on()
    assert announced.did() == ["edit"]
    announced.writes(title="Owls at dawn", deadline=LATER)
    await announced.goes_on()
    assert announced.did() == ["send", "edit"]


async def test_a_folder_that_is_empty_closes_nothing(announced, caplog):
    announced.writes("mouse", title="Mice")
    await announced.goes_on()
    announced.did()
    announced.deletes("owl", "mouse")
    await announced.goes_on()
    assert len(announced.board.index) == 2
    await announced.restarts()
    await announced.goes_on()
    assert announced.did() == []
    assert "is a drive not mounted?" in caplog.text
    announced.writes("mouse", title="Mice")  # the drive is back, and the owls are gone indeed
    await announced.goes_on()
    assert announced.did() == ["edit"]
    assert announced.struck() == ["Owls at night"]


async def test_a_folder_that_is_missing_closes_nothing(announced):
    announced.folder.rename(announced.folder.parent / "elsewhere")
    await announced.goes_on()
    await announced.restarts()
    assert announced.did() == []
    (announced.folder.parent / "elsewhere").rename(announced.folder)
    await announced.goes_on()
    assert announced.did() == []


# --- What an admin asks for


@pytest.fixture
def asked_often(monkeypatch):
    monkeypatch.setattr("bot.engine.rounds._ASKED_EVERY", 0.0)


@pytest.mark.usefixtures("asked_often")
async def test_an_announcement_can_be_taken_back_and_sent_once_more(announced):
    [key] = await announced.ledger.ask(Kind.WITHDRAWAL, "owl", [("lab-a", "fake")], announced.clock())
    await announced.goes_on()
    assert announced.did() == ["delete"]
    assert announced.platform.page == {}
    assert (await announced.states())[key] is State.DELIVERED
    await announced.restarts()
    assert announced.did() == []
    [key] = await announced.ledger.ask(Kind.ANNOUNCEMENT, "owl", [("lab-a", "fake")], announced.clock())
    await announced.goes_on()
    assert announced.did() == ["send"]
    assert (await announced.states())[key] is State.DELIVERED
    await announced.restarts()
    assert announced.did() == []


@pytest.mark.usefixtures("asked_often")
async def test_what_cannot_be_deleted_says_that_it_was_withdrawn(announced):
    announced.platform.at("a", refused("it is too old to be deleted"))
    await announced.ledger.ask(Kind.WITHDRAWAL, "owl", [("lab-a", "fake")], announced.clock())
    await announced.goes_on()
    assert announced.did() == ["delete", "edit"]
    assert "This position was withdrawn." in announced.says()
    await announced.restarts()
    assert announced.did() == []


@pytest.mark.usefixtures("asked_often")
async def test_what_was_asked_for_is_done_after_a_crash_too(announced):
    announced.platform.at("a", asyncio.Event())
    await announced.ledger.ask(Kind.WITHDRAWAL, "owl", [("lab-a", "fake")], announced.clock())
    await announced.rounds.tick()
    await until(lambda: announced.did() == ["delete"])
    await announced.restarts()
    assert announced.platform.page == {}
    assert State.DUE_AGAIN not in (await announced.states()).values()


async def test_what_was_missed_because_too_much_happened_is_worked_out_anew(announced):
    announced.board.facts._limit = 1
    announced.deletes("owl")
    announced.board.take_in(announced.board.registry.read())
    announced.writes("mouse", title="Mice")
    announced.board.take_in(announced.board.registry.read())
    assert len(announced.board.facts.take(RegistryChanged)) == 1, "the other one is lost"
    announced.board.facts._limit = 1000
    await announced.goes_on()
    assert sorted(announced.did()) == ["edit", "send"]
    assert announced.struck() == ["Owls at night"]


# --- What a round costs


async def test_while_edits_wait_a_round_looks_only_at_what_has_changed(bot, monkeypatch):
    names = [f"owl-{number}" for number in range(6)]
    bot.channels = [channel(f"lab-{one}", platform="fake", address=one, reminders="") for one in "abc"]
    for name in names:
        bot.writes(name)
    await bot.goes_on()
    for one in "abc":
        bot.platform.at(one, *[busy(30)] * 2)
    for name in names:
        bot.writes(name, title="Owls by day")
    bot.board.take_in(bot.board.registry.read())
    looked = []
    real = reviewer.corrections
    monkeypatch.setattr(
        reviewer,
        "corrections",
        lambda one, where, *rest, **more: looked.append(where.name) or real(one, where, *rest, **more),
    )
    async with asyncio.timeout(20):
        while not await _waits_everywhere(bot):
            await bot.rounds.tick()
            await bot.rounds.delivery.idle()
            await asyncio.sleep(0.002)
    await bot.rounds.tick()
    assert set(looked) == {"lab-a", "lab-b", "lab-c"}
    looked.clear()
    for _ in range(5):
        await bot.rounds.tick()
    assert looked == [], "nothing has changed"
    bot.rounds.delivery._tell(Written(AffectedRows("lab-b", frozenset({"owl-3"}), "a message")))
    await bot.rounds.tick()
    assert looked == ["lab-b"]
    bot.ahead = reviewer._ANEW
    looked.clear()
    await bot.rounds.tick()
    assert len(looked) >= len(names) * 3, "time has passed"


async def _waits_everywhere(bot):
    return sum(record.state is State.DUE_AGAIN for record in await bot.ledger.records()) >= len(bot.channels)
