"""Digests as the bot sends them: at their instants, once, whatever happens in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.audience import Mention
from bot.audiences.follower import Defaults, Follower, Preferences, SavedQuery
from bot.domain.notice import State
from bot.domain.posting import Status
from bot.domain.rhythm import DigestTimes
from bot.domain.schedule import Destination
from bot.engine.facts import RegistryChanged
from bot.engine.rounds import Rounds
from bot.sources.files import RegistryChanges
from tests.delivery.build import Fake, Lock, board, busy, lost, refused
from tests.domain.build import channel, instant, posting

FRIDAY = instant("2027-04-30 10:00")
MONDAY = instant("2027-05-03 07:00")  # 09:00 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = channel("lab", platform="fake", address="a", digest="weekly mon 09:00")
ALL_IN_DIGEST = channel("lab", platform="fake", address="a", digest="weekly mon 09:00", announce="")


def owl(name, ends=None, **given):
    return posting(name, title=name.title(), deadline=ends, url=f"https://owls.example/{name}", **given)


class Bot:
    """Rounds over a real ledger, by a clock that the test moves. `dies` and comes back with nothing in memory."""

    def __init__(self, ledger, *channels, postings=(), now=FRIDAY, platform=None):
        self.ledger, self.channels, self.now = ledger, channels, now
        self.platform = platform or Fake()
        self.postings = {one.id: one for one in postings}
        self.begins()

    def begins(self):
        self.board = board(self.channels, self.postings.values(), clock=lambda: self.now)
        self.rounds = Rounds(self.board, self.ledger, Lock(), {"fake": self.platform}, quiet=timedelta())

    async def dies(self):
        await self.rounds.delivery.close()
        self.begins()

    def has(self, *postings):
        self.postings |= {one.id: one for one in postings}
        change = RegistryChanges(tuple(postings), (), ())
        self.board.take_in(change)
        self.board.facts.put(RegistryChanged(change))

    async def at(self, now):
        """The rounds at an instant, until nothing more leaves; what was said, by its key."""
        self.now = now
        before = len(self.platform.shown)
        for _ in range(8):
            self.outlook = await self.rounds.tick()
            await self.rounds.delivery.idle()
            await self.rounds.pins.idle()
        return [key for _, key, _ in self.platform.shown[before:]]

    def last(self):
        return [line.text for line in self.platform.shown[-1][2].lines]


@pytest.fixture
def make(ledger):
    made = []

    def make(*channels, **given):
        made.append(Bot(ledger, *channels, **given))
        return made[-1]

    return make


async def test_what_waited_is_said_at_the_instant_in_one_message_and_once(make):
    bot = make(ALL_IN_DIGEST, postings=[owl("old", "2027-05-31"), owl("soon", "2027-05-06"), owl("any")])
    assert await bot.at(FRIDAY) == []
    assert bot.outlook.next_instant == MONDAY
    assert bot.outlook.left == 0
    assert await bot.at(MONDAY - MINUTE) == []
    assert await bot.at(MONDAY) == ["lab/digest/2027-05-03T07:00:00Z"]
    assert bot.last()[:3] == ["📋 3 positions at a glance", "", "New positions"]
    assert await bot.at(MONDAY + MINUTE) == []
    await bot.dies()
    assert await bot.at(MONDAY + HOUR) == []
    records = await bot.ledger.records()
    assert {record.state for record in records} == {State.DELIVERED}
    assert sorted((record.posting, record.kind) for record in records) == [
        ("", "digest"),
        ("any", "announcement"),
        ("old", "announcement"),
        ("soon", "announcement"),
    ]


async def test_single_notices_go_beside_it_and_it_repeats_what_they_told(make):
    bot = make(WEEKLY, postings=[owl("one", "2027-05-31"), owl("two", "2027-06-30")])
    assert await bot.at(FRIDAY) == ["lab/one/announcement", "lab/two/announcement"]
    bot.has(owl("two", "2027-07-15"))
    assert await bot.at(FRIDAY + HOUR) == ["lab/two/deadline-moved/1"]
    bot.has(replace(owl("one", "2027-05-31"), status=Status.FILLED))
    assert await bot.at(FRIDAY + 2 * HOUR) == []  # it is told in the digest; and the messages are put right at once
    assert bot.platform.page["a/1"].lines[1].text == "This position is filled."
    assert await bot.at(MONDAY) == ["lab/digest/2027-05-03T07:00:00Z"]
    assert [line for line in bot.last() if not line.startswith(("   ", "•"))] == [
        "📋 2 positions at a glance",
        "",
        "New positions",
        "",
        "No longer open",
    ]
    assert await bot.at(MONDAY + 7 * DAY) == ["lab/digest/2027-05-10T07:00:00Z"]
    assert [line for line in bot.last() if not line.startswith("   ")] == [
        "📋 1 position at a glance",
        "",
        "Also open",
        "• Two (PhD)",
    ]


async def test_a_reminder_whose_next_digest_comes_after_its_deadline_goes_out_by_itself(make):
    bot = make(ALL_IN_DIGEST, postings=[owl("one", "2027-05-06")])
    await bot.at(FRIDAY)
    assert await bot.at(MONDAY) == ["lab/digest/2027-05-03T07:00:00Z"]
    assert await bot.at(instant("2027-05-05 07:00")) == ["lab/one/reminder/1d/2027-05-06T21:59:59Z"]


async def test_a_missed_digest_is_sent_once_late_unless_the_next_is_due(make):
    bot = make(ALL_IN_DIGEST, postings=[owl("one", "2027-07-31")])
    await bot.at(FRIDAY)
    await bot.dies()
    assert await bot.at(MONDAY + 2 * DAY) == ["lab/digest/2027-05-03T07:00:00Z"]
    assert await bot.at(MONDAY + 2 * DAY + HOUR) == []
    await bot.dies()
    assert await bot.at(MONDAY + 15 * DAY) == ["lab/digest/2027-05-17T07:00:00Z"]  # that of the 10th is void
    assert await bot.at(MONDAY + 16 * DAY) == []


async def test_a_digest_with_nothing_to_say_is_not_sent_and_not_made_up_for(make):
    bot = make(channel("lab", platform="fake", address="a", digest="daily 09:00", announce=""))
    assert await bot.at(FRIDAY) == []
    assert await bot.at(MONDAY) == []
    bot.has(owl("one"))
    assert await bot.at(MONDAY + HOUR) == []
    await bot.dies()
    assert await bot.at(MONDAY + 2 * HOUR) == []
    assert await bot.at(MONDAY + DAY) == ["lab/digest/2027-05-04T07:00:00Z"]


async def test_what_was_held_up_is_said_in_one_message_with_what_falls_due_meanwhile(make):
    lab = channel("lab", platform="fake", address="a", announce_closing=True, reminders="1d", remind_at="00:00")
    closing = [owl(f"closing-{number}", "2027-05-03") for number in range(3)]
    bot = make(lab, postings=[*closing, *(owl(f"next-{number}", "2027-05-05") for number in range(3))])
    await bot.at(FRIDAY)
    midnight = instant("2027-05-03 22:00")  # in Berlin, when what ends on the day after has a reminder
    bot.platform.at("a", busy(2))
    assert await bot.at(midnight - timedelta(seconds=0.5)) == []
    await bot.dies()  # or a moment passes
    assert len(await bot.at(midnight + timedelta(seconds=2))) == 1
    assert bot.last()[0] == "📋 6 positions at a glance"
    assert [line for line in bot.last() if not line.startswith(("   ", "•"))][2::2] == [
        "Deadlines that come near",
        "No longer open",
    ]
    assert await bot.at(midnight + MINUTE) == []
    await bot.dies()
    assert await bot.at(midnight + HOUR) == []


async def test_who_has_a_digest_from_now_on_has_missed_none(make):
    bot = make(WEEKLY, postings=[owl("one")], now=MONDAY + HOUR)
    assert await bot.at(MONDAY + HOUR) == ["lab/one/announcement"]
    bot.channels = [replace(WEEKLY, schedule=channel(digest="weekly mon 08:00").schedule)]
    await bot.dies()
    assert await bot.at(MONDAY + 2 * HOUR) == []
    assert await bot.at(MONDAY + 7 * DAY - HOUR) == ["lab/digest/2027-05-10T06:00:00Z"]


async def test_who_asks_for_one_posting_does_not_wait_for_a_digest(make):
    bot = make(ALL_IN_DIGEST, postings=[owl("one")])
    await bot.at(FRIDAY)
    await bot.dies()
    bot.rounds = Rounds(bot.board, bot.ledger, Lock(), {"fake": bot.platform}, quiet=timedelta(), only="one")
    assert await bot.at(MONDAY) == []
    assert bot.outlook.left == 0


async def test_who_turns_it_off_and_on_again_has_missed_none(make):
    bot = make(WEEKLY, postings=[owl("one")], now=FRIDAY)
    await bot.at(FRIDAY)
    for lab in (channel("lab", platform="fake", address="a"), WEEKLY):
        bot.channels = [lab]
        await bot.dies()
        assert await bot.at(MONDAY + DAY) == []
    assert await bot.at(MONDAY + 7 * DAY) == ["lab/digest/2027-05-10T07:00:00Z"]


@pytest.mark.parametrize("trouble", [busy(60), lost(), refused()])
async def test_whatever_becomes_of_it_it_arrives_once_or_is_refused_once(make, trouble):
    bot = make(ALL_IN_DIGEST, postings=[owl("one")])
    await bot.at(FRIDAY)
    bot.platform.at("a", trouble)
    await bot.at(MONDAY)
    await bot.dies()
    await bot.at(MONDAY + 2 * MINUTE)
    expected = [] if trouble.permanent else ["lab/digest/2027-05-03T07:00:00Z"]
    assert [key for _, key, _ in bot.platform.shown] == expected
    assert {record.state.is_settled for record in await bot.ledger.records()} == {True}
    assert await bot.at(MONDAY + DAY) == []


async def test_of_a_try_that_failed_nothing_is_left_that_is_not_said_any_more(make):
    bot = make(WEEKLY, postings=[owl("one", "2027-05-06"), owl("two")])
    await bot.at(FRIDAY)
    bot.platform.at("a", busy(60))
    await bot.at(MONDAY)
    assert {record.state for record in await bot.ledger.records(since=MONDAY)} == {State.DUE_AGAIN}
    await bot.dies()
    bot.has(replace(owl("one", "2027-05-06"), status=Status.CLOSED))
    await bot.at(MONDAY + 2 * MINUTE)
    assert {record.state for record in await bot.ledger.records()} == {State.DELIVERED}
    assert "No longer open" in bot.last()


async def test_what_a_digest_said_is_put_right_and_news_is_told(make):
    bot = make(WEEKLY, postings=[owl("one", "2027-06-30"), owl("two", "2027-06-30")])
    await bot.at(FRIDAY)
    await bot.at(MONDAY)
    bot.has(owl("one", "2027-07-31"))
    assert await bot.at(MONDAY + HOUR) == ["lab/one/deadline-moved/1"]
    text = [line.text for line in bot.platform.page["a/3"].lines]
    assert "   Formerly: Wednesday, 30 June 2027, 23:59 (Europe/Berlin, UTC+2)" in text
    await bot.dies()
    bot.has(replace(owl("two"), status=Status.CLOSED))
    await bot.at(MONDAY + 2 * HOUR)
    text = [line.text for line in bot.platform.page["a/3"].lines]
    assert text[0] == "📋 2 positions at a glance"
    assert "   This position is closed." in text


async def test_news_that_waits_outlasts_a_restart(make):
    bot = make(ALL_IN_DIGEST, postings=[owl("one", "2027-06-30"), owl("two", "2027-06-30")])
    await bot.at(FRIDAY)
    await bot.at(MONDAY)
    bot.has(owl("one", "2027-07-31"))
    bot.has(replace(owl("two", "2027-06-30"), status=Status.CLOSED))
    assert await bot.at(MONDAY + DAY) == []
    assert "   This position is closed." in [line.text for line in bot.platform.page["a/1"].lines]
    await bot.dies()
    assert await bot.at(MONDAY + 7 * DAY) == ["lab/digest/2027-05-10T07:00:00Z"]
    kinds = {record.posting: record.kind for record in await bot.ledger.records(since=MONDAY + 7 * DAY)}
    assert kinds == {"": "digest", "one": "deadline-moved", "two": "closed"}
    await bot.dies()
    assert await bot.at(MONDAY + 14 * DAY) == ["lab/digest/2027-05-17T07:00:00Z"]
    assert bot.last()[:3] == ["📋 1 position at a glance", "", "Also open"]


async def test_in_quiet_hours_a_late_digest_waits_for_their_end(make):
    lab = channel("lab", platform="fake", address="a", digest="daily 09:00", announce="", quiet="22:00-08:00")
    bot = make(lab, postings=[owl("one")])
    await bot.at(FRIDAY)
    await bot.dies()
    night = instant("2027-05-01 21:30")
    assert await bot.at(night) == []
    assert await bot.at(instant("2027-05-02 06:00")) == ["lab/digest/2027-05-01T07:00:00Z"]


# --- People


def follower(**given):
    schedule = channel(digest="daily 09:00", announce="").schedule
    there = Follower("fake:4711", Destination("fake", "4711"), (SavedQuery("", FRIDAY),), **given)
    return there.audience((), Defaults(schedule))[0]


async def test_a_person_hears_all_of_it_in_the_digest(make):
    bot = make(postings=[owl("before", "2027-06-30")])
    await bot.at(FRIDAY - DAY)
    bot.board.audiences.change([follower()])
    await bot.at(FRIDAY)
    bot.has(owl("one", "2027-06-30"), owl("before", "2027-05-30"))
    assert await bot.at(FRIDAY + HOUR) == []
    assert await bot.at(FRIDAY + DAY) == ["fake:4711/digest/2027-05-01T07:00:00Z"]
    assert "• One (PhD)" in bot.last()
    assert await bot.at(FRIDAY + 2 * DAY) == []


async def test_a_person_hears_in_the_digest_what_has_become_of_what_was_there_before_after_a_restart_as_well(make):
    bot = make(postings=[owl("moves", "2027-06-30"), owl("closes", "2027-06-30"), owl("stays", "2027-06-30")])
    daily = Preferences(timezone="Europe/Berlin", digest=DigestTimes.parse("daily 09:00"))
    there = Destination("fake", "4711")
    await bot.ledger.followers.put([Follower("fake:4711", there, (SavedQuery("", FRIDAY),), preferences=daily)])
    await bot.at(FRIDAY)
    await bot.at(FRIDAY + HOUR)
    bot.has(owl("moves", "2027-07-31"), owl("closes", "2027-06-30", status=Status.CLOSED))
    assert await bot.at(FRIDAY + 2 * HOUR) == []
    await bot.dies()
    assert await bot.at(FRIDAY + DAY) == ["fake:4711/digest/2027-05-01T07:00:00Z"]
    assert [line for line in bot.last() if not line.startswith("   ")] == [
        "📋 2 positions at a glance",
        "",
        "Deadlines that were moved",
        "• Moves (PhD)",
        "",
        "No longer open",
        "• Closes (PhD)",
    ]
    assert await bot.at(FRIDAY + 2 * DAY) == []


# --- Pins, and who is called


async def test_the_newest_digest_is_pinned_after_a_kill_as_well(make):
    bot = make(replace(WEEKLY, pin=True), postings=[owl("one")])
    await bot.at(FRIDAY)
    await bot.at(MONDAY)
    assert bot.platform.pinned == ["a/2"]
    bot.now = MONDAY + 7 * DAY
    await bot.rounds.tick()
    await bot.rounds.delivery.idle()
    await bot.dies()  # between the message and its pin
    assert await bot.at(MONDAY + 7 * DAY) == []
    assert bot.platform.pinned == ["a/3"]


async def test_a_refused_pin_keeps_no_digest_from_going(make, caplog):
    bot = make(replace(WEEKLY, pin=True), postings=[owl("one")])
    bot.platform.pin_errors.extend([refused("the bot may not pin")] * 5)
    await bot.at(FRIDAY)
    for week in range(3):
        assert len(await bot.at(MONDAY + 7 * week * DAY)) == 1
    assert [record.message for record in caplog.records if "pin" in record.message] == [
        "lab: the digest is there, but cannot be pinned: the bot may not pin"
    ]


async def test_the_first_message_of_a_day_calls_who_is_there(make):
    bot = make(replace(WEEKLY, mention=Mention.HERE), postings=[owl("one"), owl("two")])
    await bot.at(FRIDAY)
    bot.has(owl("three"))
    await bot.at(FRIDAY + HOUR)
    await bot.dies()
    bot.has(owl("four"))
    await bot.at(FRIDAY + 2 * HOUR)
    await bot.at(MONDAY)
    bot.has(replace(owl("one"), status=Status.CLOSED))
    await bot.at(MONDAY + MINUTE)
    assert [message.mention for _, _, message in bot.platform.shown] == ["here", None, None, None, "here"]
    assert {message.mention for reference, message in bot.platform.page.items() if reference == "a/5"} == {None}
