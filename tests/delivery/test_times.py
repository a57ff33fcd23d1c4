"""At which instants messages leave, by rounds over a real folder and a real ledger, with a clock that is moved."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.follower import Preferences
from bot.domain.notice import Kind
from bot.domain.rhythm import QuietHours
from bot.domain.zones import zone
from bot.planning import review
from bot.planning.wanted import timeline
from tests.delivery.build import busy, until
from tests.delivery.test_corrections import Bot
from tests.delivery.test_followers import follower, follows
from tests.domain.build import BERLIN, channel, instant, leads
from tests.planning.test_planning import QUIET

NIGHT = "22:00-08:00"
FAR = "2027-06-30"


class Timed(Bot):
    """`left` says what was asked of the platform, and when by the clock in Berlin."""

    def __init__(self, folder, ledger, now, **given):
        super().__init__(folder, ledger)
        self.channels = [channel("lab-a", platform="fake", address="a", **given)]
        self.now = now
        self.left = []

    def clock(self):
        return self.now

    def is_due_soon(self, outlook):
        return outlook.next_instant is not None and outlook.next_instant <= self.now

    async def lives(self, end, kills=()):
        """Rounds at each instant at which there may be something to do, until then; at some, after a kill -9."""
        self.note()
        await self.goes_on()
        while True:
            self.note()
            following = (await self.rounds.tick()).next_instant
            if following is None or following > end:
                break
            self.now = following
            if any(at <= self.now for at in kills):
                kills = [at for at in kills if at > self.now]
                await self.stops()
                self.starts()
            await self.goes_on()
        self.now = end

    def note(self):
        for what in self.did():
            left = f"{self.now.astimezone(zone(BERLIN)):%a %H:%M} {what}"
            if what != "edit" or left not in self.left:  # of one instant one is enough
                self.left.append(left)

    async def leaves(self, end, kills=()):
        """What left until then, and when."""
        await self.lives(instant(end, BERLIN), kills)
        left, self.left = self.left, []
        return left


@pytest.fixture
async def begins(tmp_path, ledger, monkeypatch):
    """A bot that begins on Tuesday, 4 May 2027, at that time."""
    monkeypatch.setattr(review, "GATHERED", timedelta())
    folder = tmp_path / "postings"
    folder.mkdir()
    bots = []

    def begin(now="2027-05-04 23:00", **given):
        bots.append(Timed(folder, ledger, instant(now, BERLIN), **{"reminders": ""} | given))
        return bots[-1]

    yield begin
    for bot in bots:
        await bot.stops()


# --- Quiet hours


async def test_what_comes_in_the_night_is_announced_in_the_morning_once_over_restarts(begins):
    bot = begins(quiet=NIGHT)
    bot.writes(deadline=FAR)
    kills = [instant("2027-05-04 23:30", BERLIN), instant("2027-05-05 09:00", BERLIN)]
    assert await bot.leaves("2027-05-06 12:00", kills) == ["Wed 08:00 send"]
    await bot.restarts()
    assert bot.did() == []


async def test_what_closes_before_the_morning_is_announced_at_once(begins):
    bot = begins(quiet=NIGHT)
    bot.writes(deadline="2027-05-05 08:00")
    bot.writes("mouse", deadline="2027-05-05 08:01", title="Mice")
    assert await bot.leaves("2027-05-05 07:59") == ["Tue 23:00 send"]
    assert "Owls at night" in bot.says()
    assert await bot.leaves("2027-05-05 08:00") == ["Wed 08:00 send"]


async def test_a_reminder_in_quiet_hours_waits_or_goes_out_when_they_begin(begins):
    bot = begins("2027-05-03 12:00", quiet="08:00-12:00", reminders="1d 0d")
    bot.writes(deadline="2027-05-05 11:00")
    assert await bot.leaves("2027-05-06 12:00") == [
        "Mon 12:00 send",
        "Tue 12:00 send",
        "Wed 08:00 send",
        "Wed 11:00 edit",
    ]


async def test_a_deadline_that_is_moved_in_the_night_is_put_right_at_once_and_told_in_the_morning(begins):
    bot = begins("2027-05-04 12:00", quiet=NIGHT)
    bot.writes(deadline=FAR)
    assert await bot.leaves("2027-05-04 23:00") == ["Tue 12:00 send"]
    bot.writes(deadline="2027-07-15")
    assert await bot.leaves("2027-05-04 23:30") == ["Tue 23:00 edit"]
    await bot.restarts()
    assert await bot.leaves("2027-05-06 12:00") == ["Wed 08:00 send"]
    assert bot.platform.replies["a/2"] == "a/1"
    await bot.restarts()
    assert await bot.leaves("2027-05-07 12:00") == []


async def test_a_deadline_that_is_moved_into_the_night_is_told_at_once(begins):
    bot = begins("2027-05-04 12:00", quiet=NIGHT)
    bot.writes(deadline=FAR)
    assert await bot.leaves("2027-05-04 23:00") == ["Tue 12:00 send"]
    bot.writes(deadline="2027-05-05 06:00")
    assert await bot.leaves("2027-05-04 23:30") == ["Tue 23:00 send", "Tue 23:00 edit"]


async def test_what_was_moved_and_moved_back_in_the_night_is_no_news_in_the_morning(begins):
    bot = begins("2027-05-04 12:00", quiet=NIGHT)
    bot.writes(deadline=FAR)
    await bot.leaves("2027-05-04 23:00")
    bot.writes(deadline="2027-07-15")
    await bot.leaves("2027-05-04 23:30")
    bot.writes(deadline=FAR)
    assert await bot.leaves("2027-05-06 12:00") == ["Tue 23:30 edit"]


async def test_a_position_that_is_filled_in_the_night_is_told_of_in_the_morning_and_put_right_at_once(begins):
    bot = begins("2027-05-04 12:00", quiet=NIGHT, announce_closing=True)
    bot.writes(deadline=FAR)
    await bot.leaves("2027-05-04 23:00")
    bot.writes(deadline=FAR, status="filled")
    assert await bot.leaves("2027-05-04 23:30") == ["Tue 23:00 edit"]
    await bot.restarts()
    assert await bot.leaves("2027-05-06 12:00") == ["Wed 08:00 send"]
    await bot.restarts()
    assert await bot.leaves("2027-05-07 12:00") == []


async def test_what_an_outage_has_kept_back_waits_for_the_morning_too(begins):
    bot = begins("2027-05-04 21:00", quiet=NIGHT)
    bot.platform.at("a", busy(7200))
    bot.writes(deadline=FAR)
    bot.starts()
    await bot.rounds.tick()
    await bot.rounds.delivery.idle()
    bot.note()
    bot.now = instant("2027-05-04 23:00", BERLIN)
    assert (await bot.rounds.tick()).left == 0
    assert bot.did() == []
    await bot.stops()
    bot.starts()
    assert await bot.leaves("2027-05-06 12:00") == ["Tue 21:00 send", "Wed 08:00 send"]


async def test_what_has_not_left_when_quiet_hours_begin_waits_for_their_end(begins):
    bot = begins("2027-05-04 21:59", quiet=NIGHT)
    for name in ("owl", "mouse"):
        bot.writes(name, deadline=FAR, title=name)
    gate = asyncio.Event()
    bot.platform.at("a", gate)
    bot.starts()
    outlook = await bot.rounds.tick()
    await until(lambda: bot.platform.calls)
    assert outlook.next_instant == instant("2027-05-04 22:00", BERLIN)
    bot.now = outlook.next_instant
    await bot.rounds.tick()
    gate.set()
    await bot.rounds.delivery.idle()
    assert bot.did() == ["send"]
    assert await bot.leaves("2027-05-06 12:00") == ["Wed 08:00 send"]


# --- Working days


async def test_what_comes_on_a_day_off_waits_for_monday_morning(begins):
    bot = begins("2027-05-08 13:00", working_days="", reminders="1d")
    bot.writes(deadline=FAR)
    bot.writes("mouse", title="Mice", deadline="2027-05-10 12:00")
    bot.writes("rat", title="Rats", deadline="2027-05-10 09:00")
    kills = [instant("2027-05-10", BERLIN)]
    left = await bot.leaves("2027-05-11 12:00", kills)
    assert left == ["Sat 13:00 send", "Mon 09:00 send", "Mon 09:00 send", "Mon 09:00 edit", "Mon 12:00 edit"]


async def test_reminders_of_days_off_come_on_monday_or_on_friday(begins):
    bot = begins("2027-05-03 12:00", working_days="", reminders="2d")
    bot.writes("owl", title="Owls", deadline="2027-05-10 18:00")  # 2d are Saturday
    bot.writes("mouse", title="Mice", deadline="2027-05-10 08:00")
    left = await bot.leaves("2027-05-10 07:00")
    assert left == ["Mon 12:00 send", "Mon 12:00 send", "Fri 09:00 send"]
    assert await bot.leaves("2027-05-10 12:00") == ["Mon 08:00 edit", "Mon 09:00 send"]


# --- People


async def test_who_follows_is_left_in_peace_as_they_say_once_over_restarts(begins):
    bot = begins("2027-05-04 12:00")
    own = Preferences("en", BERLIN, leads("1d"), QuietHours.parse(NIGHT))
    ada, eve = (replace(follower(bot, name), preferences=one) for name, one in (("ada", own), ("eve", Preferences())))
    await follows(bot, ada, eve)
    await bot.leaves("2027-05-04 23:00")
    bot.writes(deadline="2027-05-06 07:00")
    bot.writes("mouse", title="Mice", deadline="2027-05-05 07:00")
    await bot.lives(instant("2027-05-06 08:00", BERLIN), [instant("2027-05-05 03:00", BERLIN)])
    told = {"fake:ada": [], "fake:eve": []}
    for record in sorted(await bot.ledger.records(), key=lambda record: (record.at, record.key)):
        if record.channel in told and record.kind != Kind.EDIT:
            told[record.channel].append(f"{record.at.astimezone(zone(BERLIN)):%a %H:%M} {record.kind} {record.posting}")
    assert told["fake:ada"] == [
        "Tue 23:00 announcement mouse",
        "Wed 08:00 closed mouse",
        "Wed 08:00 announcement owl",
        "Wed 09:00 reminder owl",
        "Thu 08:00 closed owl",
    ]
    assert told["fake:eve"] == [
        "Tue 23:00 announcement mouse",
        "Tue 23:00 announcement owl",
        "Wed 07:00 closed mouse",
        "Thu 07:00 closed owl",
    ]


# --- What is announced


@pytest.mark.parametrize(
    ("announce", "expected"),
    [
        (
            "opened moved closed reminders",
            [
                *("Mon 12:00 send", "Tue 09:00 send", "Tue 12:00 send"),
                *("Tue 12:00 edit", "Tue 13:00 send", "Tue 13:00 edit"),
            ],
        ),
        ("", []),
        ("reminders", ["Tue 09:00 send", "Tue 12:00 edit", "Tue 13:00 edit"]),
        ("opened", ["Mon 12:00 send", "Tue 12:00 edit", "Tue 13:00 edit"]),
        ("opened closed", ["Mon 12:00 send", "Tue 12:00 edit", "Tue 13:00 send", "Tue 13:00 edit"]),
    ],
)
async def test_what_is_not_announced_is_put_right_alone(begins, announce, expected):
    bot = begins("2027-05-03 12:00", announce=announce, reminders="1d")
    bot.writes(deadline="2027-05-05")
    left = await bot.leaves("2027-05-04 12:00")
    bot.writes(deadline=FAR)
    left += await bot.leaves("2027-05-04 13:00")
    bot.writes(deadline=FAR, status="filled")
    left += await bot.leaves("2027-05-04 14:00")
    await bot.restarts()
    assert left + bot.did() == expected


# --- What a timeline shows


@pytest.mark.parametrize("seed", [0, 1, 2, 17])  # 17: after a restart nobody knows when a posting came
async def test_over_a_change_of_clocks_and_kills_all_leaves_once_and_when_the_timeline_says(begins, seed):
    choose = random.Random(seed)
    bot = begins(
        "2027-03-22 12:00",  # clocks change on the 28th, a Sunday
        quiet=str(choose.choice(QUIET)),
        working_days=choose.choice([None, ""]),
        announce=choose.choice(["opened reminders", "opened closed reminders", "reminders"]),
        reminders=choose.choice(["3d 1d 12h", "7d 2d 36h 1h"]),
        remind_at=choose.choice(["02:30", "09:00"]),
    )
    for name in ("owl", "mouse", "rat", "bat"):
        day, clock = choose.randint(24, 31), choose.choice(["02:30", "07:00", "12:00", "23:59"])
        posted = {"posted": f"2027-03-{choose.randint(20, day)}"} if choose.random() < 0.5 else {}
        bot.writes(name, title=name, deadline=f"2027-03-{day} {clock}", **posted)
    bot.starts()
    end = instant("2027-04-02 12:00", BERLIN)
    expected = {notice.key: at for at, notice in timeline(bot.board.index, bot.channels, bot.now, end)}
    await bot.lives(end, [bot.now + timedelta(hours=choose.randint(1, 200)) for _ in range(6)])
    assert [what for what in bot.left if "send" in what] == [
        f"{at.astimezone(zone(BERLIN)):%a %H:%M} send" for at in sorted(expected.values())
    ]
    records = [record for record in await bot.ledger.records() if record.kind != Kind.EDIT]
    assert {record.key: record.at.replace(microsecond=0) for record in records} == expected
