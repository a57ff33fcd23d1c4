"""Groups and channels in the database: what is set, by whom, when the bot introduces itself, and what is forgotten."""

import asyncio
from datetime import timedelta

from bot.audiences.place import Place, PlaceSettings, own_name
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.person import Person
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import EVERYTHING_ANNOUNCED, Announced, Destination
from bot.store import Ledger
from bot.store.places import MOST_A_DAY, MOST_AN_HOUR, Introduced
from tests.domain.build import leads
from tests.store.build import NOON

ADA = Person("telegram", "4711")
DAY = timedelta(days=1)


def at(number):
    return Destination("telegram", f"-100{number}")


def name(number):
    return own_name("telegram", at(number).address)


async def test_each_setting_is_kept_as_it_was_said_and_the_others_stay(url):
    ledger = await Ledger.open(url)
    night, weekly = QuietHours.parse("22:00-08:00"), DigestTimes.parse("weekly mon 09:00")
    for own in (
        PlaceSettings("de", "UTC", leads("7d 2h"), night, weekly, filter="phd", announce=EVERYTHING_ANNOUNCED),
        PlaceSettings("en", None, (), Off.OFF, Off.OFF, filter="", announce=frozenset()),
        PlaceSettings(announce=frozenset((Announced.OPENED, Announced.CLOSED))),
    ):
        before = await ledger.places.get("lab") or Place("lab", at(1))
        entry = AuditEntry(NOON, Contributor(ADA, str(ADA)), Action.SET, None, "lab: …")
        await ledger.places.arrange("lab", at(1), own, [entry])
        assert (await ledger.places.get("lab")).settings == before.settings.changed(own)
    assert [entry.action for entry in await ledger.drafts.audit()] == [Action.SET] * 3
    await ledger.places.arrange("lab", at(1), PlaceSettings(language="de"), (), anew=True)
    assert (await ledger.places.get("lab")).settings == PlaceSettings("de")
    await ledger.personal.forget(ADA)
    assert {entry.by.name for entry in await ledger.drafts.audit()} == {"forgotten"}
    await ledger.close()


async def test_two_who_set_something_at_once_are_both_heard(url):
    first, second = await Ledger.open(url), await Ledger.open(url)
    await asyncio.gather(
        first.places.arrange("lab", at(1), PlaceSettings(language="de"), ()),
        second.places.arrange("lab", at(1), PlaceSettings(filter="phd"), ()),
    )
    assert (await first.places.get("lab")).settings == PlaceSettings("de", filter="phd")
    await first.close()
    await second.close()


async def test_the_bot_introduces_itself_once_and_again_when_it_was_away_but_no_more_than_once_a_day(url):
    ledger = await Ledger.open(url)
    places = ledger.places
    assert await places.introduce(name(1), at(1), NOON) is Introduced.DUE
    assert await places.introduce(name(1), at(1), NOON) is Introduced.KNOWN
    await places.arrange(name(1), at(1), PlaceSettings(announce=EVERYTHING_ANNOUNCED), ())
    assert await places.introduce(name(1), at(1), NOON + 2 * DAY) is Introduced.KNOWN, (
        "it was there, and they have agreed"
    )
    assert await places.leave(name(1), NOON)
    assert not await places.leave(name(1), NOON), "that was known"
    assert await places.introduce(name(1), at(1), NOON + DAY / 2) is Introduced.KNOWN
    back = await places.get(name(1))
    assert back == Place(name(1), at(1), introduced_at=NOON), "who throws the bot out and adds it again is asked again"
    assert await places.introduce(name(1), at(1), NOON + DAY) is Introduced.DUE
    await ledger.close()


async def test_who_was_shut_out_for_a_while_has_agreed_still(url):
    ledger = await Ledger.open(url)
    await ledger.places.arrange(name(1), at(1), PlaceSettings(announce=EVERYTHING_ANNOUNCED), ())
    await ledger.places.leave(name(1), NOON)
    assert not (await ledger.places.get(name(1))).has_agreed
    assert await ledger.places.come_back(name(1))
    assert (await ledger.places.get(name(1))).has_agreed
    await ledger.close()


async def test_who_adds_the_bot_to_a_thousand_groups_has_it_write_to_a_few_and_nothing_is_kept_of_the_others(url):
    ledger = await Ledger.open(url)
    introduced = [await ledger.places.introduce(name(number), at(number), NOON) for number in range(MOST_AN_HOUR + 20)]
    assert introduced == [Introduced.DUE] * MOST_AN_HOUR + [Introduced.TOO_MANY] * 20
    assert len(await ledger.places.every()) == MOST_AN_HOUR
    for hour in range(1, 7):
        now = NOON + timedelta(hours=hour, minutes=1)
        introduced += [
            await ledger.places.introduce(name(100 * hour + one), at(100 * hour + one), now) for one in range(40)
        ]
    assert introduced.count(Introduced.DUE) == MOST_A_DAY
    await ledger.places.arrange(name(999), at(999), PlaceSettings(announce=EVERYTHING_ANNOUNCED), ())
    assert (await ledger.places.get(name(999))).has_agreed, "whoever administers one may agree all the same"
    await ledger.close()


async def test_what_nobody_has_set_is_forgotten_after_a_day_and_what_was_left_after_thirty(url):
    ledger = await Ledger.open(url)
    places = ledger.places
    await places.introduce(name(1), at(1), NOON)
    await places.introduce(name(2), at(2), NOON)
    await places.arrange(name(2), at(2), PlaceSettings(language="de"), ())
    await places.arrange(name(3), at(3), PlaceSettings(language="de"), ())
    await places.leave(name(3), NOON)
    assert await places.forget(NOON, NOON) == 0
    assert await places.forget(NOON + DAY, NOON + DAY) == 2
    assert [place.name for place in await places.every()] == [name(2)]
    await ledger.close()
