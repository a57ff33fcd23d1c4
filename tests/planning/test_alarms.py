"""When a reader's calendar rings."""

from dataclasses import replace

from bot.audiences.follower import Defaults, Follower, Preferences
from bot.domain.schedule import Destination
from bot.planning.alarms import alarms
from tests.domain.build import channel, instant, leads, posting

OWLS = posting("owls", deadline="2027-05-20", aliases=("birds",))
COMMON = Defaults(channel(reminders="7d 1d").schedule)
ADA = Follower("telegram:4711", Destination("telegram", "4711"))
NOW = instant("2027-05-01")


def test_it_rings_as_one_is_reminded():
    week, day = instant("2027-05-13 07:00"), instant("2027-05-19 07:00")
    assert alarms(OWLS, None, COMMON) == alarms(OWLS, ADA, COMMON) == (week, day)
    assert alarms(OWLS, ADA.reminded("owls", leads("2h"), NOW), COMMON) == (instant("2027-05-20 19:59:59"),)
    assert alarms(OWLS, ADA.reminded("birds", leads("2h"), NOW), COMMON) == (instant("2027-05-20 19:59:59"),)
    assert alarms(OWLS, ADA.reminded("owls", (), NOW), COMMON) == ()
    elsewhere = replace(ADA, preferences=Preferences(timezone="America/New_York", reminders=leads("1d")))
    assert alarms(OWLS, elsewhere, COMMON) == (instant("2027-05-19 13:00"),)
    assert alarms(posting("bats"), ADA, COMMON) == ()
