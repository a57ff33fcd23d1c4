"""Whoever has left a workspace is forgotten, whether the platform tells of it or is asked."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.app import leaving
from bot.app.readers import Readers
from bot.audiences.follower import Follower
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, Platform
from bot.store import Ledger
from tests.domain.build import instant

NOW = instant("2027-05-02 12:00")


class Workspace(Platform):
    """Where some have left. Of whom it does not know, it cannot say."""

    def __init__(self, name, left=()):
        self.name, self.left, self.asked = name, set(left), []

    def payload(self, destination, message, key):
        raise NotImplementedError

    async def send(self, destination, message, key, reply_to=None):
        raise NotImplementedError

    async def listen(self, answers):
        raise NotImplementedError

    async def has_left(self, person):
        self.asked.append(person)
        if person == "U0DOUBT":
            raise CannotAskError("not now")
        return person in self.left


class Messenger(Workspace):
    """Which never says who has left."""

    has_left = Platform.has_left


@pytest.fixture
async def ledger(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path / 'callboard.db'}")
    names = ("slack:U0ADA", "slack:U0BOB", "slack:U0DOUBT", "slack:U0EVE", "slackers:U0BOB", "telegram:4711")
    await ledger.followers.put([Follower(name, Destination(*name.split(":"))).following("phd", NOW) for name in names])
    yield ledger
    await ledger.close()


def readers(ledger, *platforms):
    done = []
    board = SimpleNamespace(forget=lambda person: done.append(str(person)))
    followers = SimpleNamespace(ask_again=lambda: done.append("asks again"))
    named = {platform.name: platform for platform in platforms}
    return Readers(board, ledger, named, followers, lambda: done.append("woken")), done


async def known(ledger):
    return [follower.name for follower in await ledger.followers.every()]


async def test_who_has_left_is_forgotten_and_those_of_whom_nobody_knows_stay(ledger):
    slack, telegram = Workspace("slack", {"U0BOB", "U0EVE"}), Messenger("telegram", {"4711"})
    some, done = readers(ledger, slack, telegram)
    await some.look_who_has_left(0)
    assert slack.asked == ["U0ADA", "U0BOB", "U0DOUBT", "U0EVE"]
    assert telegram.asked == []
    assert await known(ledger) == ["slack:U0ADA", "slack:U0DOUBT", "slackers:U0BOB", "telegram:4711"]
    assert done == ["slack:U0BOB", "asks again", "woken", "slack:U0EVE", "asks again", "woken"]


async def test_who_follows_nothing_is_not_looked_for(ledger):
    some, done = readers(ledger, Workspace("slack"))
    await some.left(Person("slack", "U0STRANGER"))
    assert done == []
    await some.left(Person("slack", "U0ADA"))
    assert "slack:U0ADA" not in await known(ledger)


async def test_it_is_looked_at_again_and_again_by_who_may_whatever_goes_wrong(monkeypatch):
    monkeypatch.setattr(leaving, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(leaving, "EVERY_SECONDS", 0.0)
    looks, enough = [], asyncio.Event()

    class Some:
        async def look_who_has_left(self, _pause):
            looks.append(len(looks))
            if len(looks) == 3:
                enough.set()
            raise RuntimeError

    turns = iter([False])
    keeping = asyncio.create_task(leaving.keep_looking(Some(), may_look=lambda: next(turns, True)))
    await asyncio.wait_for(enough.wait(), 20)
    keeping.cancel()
    assert looks[:3] == [0, 1, 2]
