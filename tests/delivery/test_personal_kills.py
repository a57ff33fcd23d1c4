"""The process dies at any moment while reviewers and owners are told things: each hears each thing once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.draft import Action, Contributor, Draft, DraftState
from bot.domain.person import People, Person
from bot.domain.schedule import Destination, Lead
from bot.engine.board import Callboard, real_clock
from bot.engine.rounds import Rounds
from bot.sources.files import RegistryChanges
from tests.delivery.build import Lock, settings
from tests.delivery.test_crashes import Life, MortalLedger, MortalPlatform, World, go_round
from tests.domain.build import channel, posting

ADA, EVE = Person("fake", "ada"), Person("fake", "eve")
MIA = Contributor(Person("fake", "mia"), "Mia")
LAB = channel("lab", platform="fake", address="lab", reminders="")
LEADS = tuple(Lead.parse(text, is_signed=True) for text in ("7d", "1d", "-1d"))
DRAFTS, OWLS = 3, 3
KILLS = 12


class Platforms(MortalPlatform):
    async def private_place(self, person):
        return await self._life.do(lambda: self._place(person))

    async def _place(self, person):
        return Destination("fake", person)


class Lab:
    """What outlives every process: the ledger, the chats, the postings, and the time."""

    def __init__(self, ledger, seed):
        self.ledger, self.world = ledger, World(seed, can_be_asked=True, troubles=True)
        self.ahead = timedelta()
        days = (real_clock() + timedelta(days=30)).date()
        self.postings = [posting(f"owl{number}", title=f"Owls {number}", deadline=f"{days}") for number in range(OWLS)]
        self.deaths = 0

    def clock(self):
        return real_clock() + self.ahead

    async def preview(self, draft):
        return posting(draft.id, title=draft.changes["title"])

    async def live(self, steps):
        """One process, until all is said or it dies. Whether it died."""
        life = Life(steps)
        people = People(frozenset((ADA, EVE)))
        board = Callboard(settings("postings", [LAB], people=people, nudges=LEADS), self.clock)
        board.take_in(RegistryChanges(tuple(self.postings), (), ()))
        platforms = {"fake": Platforms(self.world, life)}
        ledger = MortalLedger(self.ledger, life)
        rounds = Rounds(board, ledger, Lock(), platforms, timedelta(), preview=self.preview)
        going, over = asyncio.create_task(go_round(rounds)), asyncio.create_task(life.is_over.wait())
        await asyncio.wait({going, over}, return_when=asyncio.FIRST_COMPLETED)
        died = life.is_over.is_set()
        if died:
            await life.is_still.wait()
        rounds.delivery._closing = True
        await rounds.personal.close()
        queues = rounds.delivery._at_work()
        for task in (going, over, *queues):
            task.cancel()
        await asyncio.gather(going, over, *queues, return_exceptions=True)
        if not died:
            going.result()
        return died

    async def lives(self, kills):
        """Processes that die, and in the end one that does not."""
        for _ in range(kills):
            self.deaths += await self.live(self.world.random.randrange(5, 70))
        async with asyncio.timeout(30):
            assert not await self.live(10**6)


async def check(ledger, seed, kills):
    """All that is to be said to persons, with so many kills in between. How many processes died on the way."""
    lab = Lab(ledger, seed)
    await lab.live(10**6)  # all is announced
    for number in range(DRAFTS):
        changes = {"title": f"Bats {number}", "role": ["phd"]}
        draft = Draft(id=f"draft{number}", at=lab.clock(), by=MIA, action=Action.PUBLISHED, changes=changes)
        await ledger.drafts.add(draft)
    await lab.lives(kills)
    for number in range(DRAFTS):
        by = Contributor(ADA, "Ada")
        await ledger.drafts.decide(f"draft{number}", DraftState.REJECTED, by, lab.clock(), why=f"No {number}")
    lab.ahead = timedelta(days=24)
    await lab.lives(kills)
    lab.ahead = timedelta(days=32)
    await lab.lives(kills)
    heard = Counter((at, key) for at, key, _ in lab.world.shown)
    assert set(heard.values()) == {1}, "told twice"
    drafts = {(name, f"private:fake:{name}/draft{number}/draft") for name in ("ada", "eve") for number in range(DRAFTS)}
    decisions = {("mia", f"private:fake:mia/draft{number}/decision") for number in range(DRAFTS)}
    asked = {key for at, key in heard if "/nudge/" in key}
    nudges = {(name, one.id, lead) for name in ("ada", "eve") for one in lab.postings for lead in ("7d", "-1d")}
    assert heard.keys() >= drafts | decisions, "not told"
    assert {(key.split("/")[0].rpartition(":")[2], key.split("/")[1], key.split("/")[3]) for key in asked} == nudges
    assert len(heard) == len(drafts) + len(decisions) + len(nudges) + OWLS
    return lab.deaths


@pytest.mark.parametrize("seed", range(3))
async def test_killed_again_and_again_nothing_is_told_twice_or_not_at_all(ledger, seed):
    assert await check(ledger, seed, KILLS) > KILLS
