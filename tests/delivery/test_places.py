"""What administrators have set lies over the config, and places that have agreed are channels like any other: whole
rounds over a folder and a ledger.
"""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.audiences.follower import Preferences
from bot.audiences.place import PlaceSettings, own_name
from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.schedule import USUALLY_ANNOUNCED, Destination
from bot.platforms.base import DeliveryError, Reader
from tests.delivery.test_corrections import LAB, bot  # noqa: F401
from tests.delivery.test_followers import follower, follows, posts
from tests.domain.build import channel

GROUP = Destination("fake", "group")
NAME = own_name("fake", "group")
USUAL = channel("", platform="fake", reminders="")
AGREED = PlaceSettings(announce=USUALLY_ANNOUNCED)


async def sets(bot, own, name="lab-a", at=LAB.destination):  # noqa: F811
    await bot.ledger.places.arrange(name, at, own, ())
    if bot.rounds:
        bot.rounds.places.ask_again()


async def agrees(bot, own=AGREED):  # noqa: F811
    bot.given["usual"] = USUAL
    await sets(bot, own, NAME, GROUP)


async def test_a_filter_counts_at_once_and_after_a_restart(bot):  # noqa: F811
    await bot.goes_on()
    await sets(bot, PlaceSettings(filter="postdoc"))
    bot.writes("owl")
    bot.writes("bat", role="postdoc")
    await bot.goes_on()
    assert await posts(bot) == ["bat"]
    await bot.restarts()
    assert await posts(bot) == ["bat"]
    await sets(bot, PlaceSettings(filter=""))
    await bot.goes_on()
    assert await posts(bot) == ["bat", "owl"]


async def test_what_another_process_sets_is_heard_of_when_it_is_looked_for(bot, monkeypatch):  # noqa: F811
    monkeypatch.setattr("bot.engine.places._ASKED_EVERY", 0.0)
    await bot.goes_on()
    await bot.ledger.places.arrange("lab-a", LAB.destination, PlaceSettings(filter="postdoc"), ())
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == []


async def test_what_the_config_has_locked_stays(bot):  # noqa: F811
    bot.channels = [replace(LAB, locked=True)]
    await sets(bot, PlaceSettings(filter="postdoc"))
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == ["owl"]


async def test_settings_go_with_the_channel_when_its_address_changes_and_with_the_channel_they_go(bot):  # noqa: F811
    await sets(bot, PlaceSettings(filter="postdoc"))
    bot.channels = [replace(LAB, destination=Destination("fake", "b"))]
    bot.writes("owl")
    bot.writes("bat", role="postdoc")
    await bot.goes_on()
    assert await posts(bot, "b") == ["bat"]
    bot.channels = [channel("other", platform="fake", address="a", reminders="")]
    await bot.restarts()
    assert await posts(bot, "a") == ["owl", "bat"] or await posts(bot, "a") == ["bat", "owl"]


async def test_a_filter_that_is_none_any_more_leaves_the_configs_and_is_said_once(bot, caplog):  # noqa: F811
    await sets(bot, PlaceSettings(filter="positions"))
    bot.writes("owl")
    await bot.goes_on()
    await sets(bot, PlaceSettings(language="de"))
    await bot.goes_on()
    assert await posts(bot) == ["owl"]
    assert caplog.text.count("the filter that was set there is none any more") == 1


async def test_nothing_is_announced_where_nothing_is_to_be(bot):  # noqa: F811
    await sets(bot, PlaceSettings(announce=frozenset()))
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == []
    await sets(bot, PlaceSettings(announce=USUALLY_ANNOUNCED))
    await bot.goes_on()
    assert await posts(bot) == ["owl"]


async def test_a_place_that_has_agreed_hears_and_one_that_has_not_hears_nothing(bot):  # noqa: F811
    await agrees(bot, PlaceSettings(language="de"))
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "group") == []
    await agrees(bot)
    await bot.goes_on()
    assert await posts(bot, "group") == ["owl"]
    await agrees(bot, PlaceSettings(announce=frozenset()))
    bot.writes("bat")
    await bot.goes_on()
    await bot.restarts()
    assert await posts(bot, "group") == ["owl"]
    assert await posts(bot, "a") == ["owl", "bat"]


async def test_a_place_that_the_config_names_hears_once(bot):  # noqa: F811
    await agrees(bot)
    bot.channels = [LAB, replace(LAB, name="named", destination=GROUP)]
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "group") == ["owl"]


async def test_a_place_that_does_not_let_the_bot_in_is_let_go(bot, caplog):  # noqa: F811
    await agrees(bot)
    bot.platform.script["group"] += [DeliveryError("kicked", permanent=True, of_chat=True)]
    bot.writes("owl")
    await bot.goes_on()
    bot.writes("bat")
    await bot.goes_on()
    assert [place for place, *_ in bot.platform.shown if place == "group"] == []
    assert caplog.text.count(f"{NAME} does not let the bot in") == 1
    await bot.restarts()
    await agrees(bot)  # an administrator writes there: it is back
    await bot.goes_on()
    assert "bat" in await posts(bot, "group")


async def test_a_group_that_has_another_number_now_is_the_same_place(bot):  # noqa: F811
    await sets(bot, PlaceSettings(filter="postdoc"))
    await bot.ledger.move("fake", "a", "super")
    bot.writes("owl")
    bot.writes("bat", role="postdoc")
    await bot.goes_on()
    there = Reader(Destination("fake", "super"))
    assert bot.rounds.places.names(there) == ("lab-a",)
    assert [one.name for one in bot.board.channels_at(there)] == ["lab-a"]
    assert await posts(bot) == ["bat"]


async def test_answers_there_are_given_as_it_is_set(bot):  # noqa: F811
    await sets(bot, PlaceSettings(language="de", timezone="Asia/Tokyo"))
    await bot.goes_on()
    [there] = bot.board.channels_at(Reader(LAB.destination))
    assert (there.language, there.schedule.timezone) == ("de", "Asia/Tokyo")


async def test_what_the_bot_left_long_ago_is_forgotten(bot):  # noqa: F811
    await agrees(bot)
    await bot.ledger.places.leave(NAME, bot.clock() - timedelta(days=31))
    await sets(bot, PlaceSettings(filter="phd"))
    await bot.goes_on()
    bot.rounds.places._forgot_at = float("-inf")
    bot.rounds.places.ask_again()
    await bot.goes_on()
    assert [place.name for place in await bot.ledger.places.every()] == ["lab-a"]


def at_hour(bot, hour):  # noqa: F811
    """It is that hour in Berlin, the next time that it is."""
    now = bot.clock().astimezone(ZoneInfo("Europe/Berlin"))
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    bot.ahead += (at if at > now else at + timedelta(days=1)) - now


async def test_quiet_hours_that_somebody_set_are_kept_for_them_and_for_their_group(bot):  # noqa: F811
    night = QuietHours.parse("22:00-08:00")
    await bot.goes_on()
    await follows(bot, replace(follower(bot), preferences=Preferences(timezone="Europe/Berlin", quiet=night)))
    await sets(bot, PlaceSettings(quiet=night))
    at_hour(bot, 23)
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == []
    at_hour(bot, 8)
    await bot.goes_on()
    assert sorted({record.address for record in await bot.ledger.records()}) == ["a", "ada"]
    assert set(await posts(bot)) == {"owl"}


async def test_a_digest_that_somebody_set_has_all_of_it_for_them(bot):  # noqa: F811
    await bot.goes_on()
    daily = DigestTimes.parse("daily 09:00")
    await follows(bot, replace(follower(bot), preferences=Preferences(timezone="Europe/Berlin", digest=daily)))
    at_hour(bot, 10)
    await bot.goes_on()
    bot.writes("owl")
    bot.writes("bat")
    await bot.goes_on()
    assert await posts(bot, "ada") == []
    assert sorted(await posts(bot, "a")) == ["bat", "owl"]
    at_hour(bot, 9)
    await bot.goes_on()
    [(_, key, _)] = [shown for shown in bot.platform.shown if shown[0] == "ada"]
    assert "digest" in key
