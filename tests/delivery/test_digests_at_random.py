"""Eleven days at random: postings come, move, close; the platform fails, the bot dies; digests hold to their rules."""

import random
from datetime import UTC, timedelta
from itertools import takewhile

import pytest

from bot.domain.notice import State
from bot.domain.posting import Status
from bot.domain.version import told_deadline
from bot.planning.correcting import corrections
from bot.planning.moments import digests
from tests.delivery.build import busy, lost
from tests.delivery.test_digests import FRIDAY, Bot, owl
from tests.domain.build import channel

END = FRIDAY + timedelta(days=11)


def labs(seed):
    chance = random.Random(seed)
    some = [kind for kind in ("opened", "moved", "closed", "reminders") if chance.random() < 0.5]
    given = {"digest": ("weekly mon 09:00", "daily 18:00")[seed % 2], "quiet": ("", "22:00-08:00")[seed // 2 % 2]}
    return channel("lab", platform="fake", address="a", announce=" ".join(some), **given)


class Life:
    """What happens, by chance. `listed`: since when postings are there."""

    def __init__(self, bot, seed):
        self.bot, self.chance, self.listed, self.said = bot, random.Random(seed), {}, []

    async def at(self, now):
        before = len(self.bot.platform.shown)
        await self.bot.at(now)
        shown = self.bot.platform.shown[before:]
        self.said += [(now, key, "\n".join(line.text for line in message.lines)) for _, key, message in shown]

    async def goes_on(self):
        """Up to something that happens, with a round at each instant at which one is due."""
        until = self.bot.now + timedelta(minutes=self.chance.randrange(20, 1200))
        if self.chance.random() < 0.3:
            self.bot.platform.at("a", self.chance.choice([busy(0.01), lost()]))
        while self.bot.now < until:
            if self.chance.random() < 0.1:
                await self.bot.dies()
            due = self.bot.outlook.next_instant or until
            await self.at(min(until, max(due, self.bot.now + timedelta(seconds=30))))

    def happens(self):
        chance, now = self.chance, self.bot.now
        ends = (now + timedelta(hours=chance.randrange(5, 480))).replace(second=0, microsecond=0).isoformat()
        one = chance.choice([None, *self.bot.postings.values()])
        if one is None or chance.random() < 0.5:
            one = owl(f"p{len(self.bot.postings)}", ends if chance.random() < 0.8 else None)
            self.listed[one.id] = now
        elif chance.random() < 0.6:
            one = owl(one.id, ends)
        else:
            one = owl(one.id, one.deadline and one.deadline.at.isoformat(), status=Status.FILLED)
        self.bot.has(one)


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_said_twice_or_too_late_and_all_that_was_said_is_true(ledger, seed):
    lab = labs(seed)
    life = Life(Bot(ledger, lab), seed)
    bot = life.bot
    await life.at(FRIDAY)
    while bot.now < END:
        await life.goes_on()
        life.happens()
        await life.at(bot.now + timedelta(seconds=1))
    await bot.dies()
    await life.at(bot.now + timedelta(minutes=2))
    keys = [key for _, key, _ in life.said]
    assert len(keys) == len(set(keys))
    left = [record for record in await ledger.records() if not record.state.is_settled]
    assert [record for record in left if record.state is not State.DUE_AGAIN or is_due(record, bot)] == []
    assert_true(bot, lab, await ledger.records(), await bot.rounds.archive.subjects(set(bot.postings), bot.now))
    due = takewhile(lambda at: at <= bot.now, digests(lab.schedule, FRIDAY))
    instants = [f"lab/digest/{at:%Y-%m-%dT%H:%M:%SZ}" for at in due]
    own = [key for key in keys if key.startswith("lab/digest/2027")]
    assert set(own) <= set(instants)
    assert own
    for posting in bot.postings.values():
        ends = told_deadline(posting)
        if ends and ends.at < bot.now and ends.at - life.listed[posting.id] > timedelta(days=8):
            assert min(at for at, _, text in life.said if posting.title in text) < ends.at


def is_due(record, bot):
    """Whether its deadline, which its key ends with, is still to come and still the posting's."""
    posting = bot.postings[record.posting]
    ends = told_deadline(posting)
    return posting.is_open(bot.now) and (
        not ends or record.key.endswith(f"{ends.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    )


def assert_true(bot, lab, records, subjects):
    """Nothing that stands in the chat is left to be put right."""
    for subject in subjects.values():
        story = [record for record in records if record.posting in subject.names]
        assert corrections(subject, lab, story, {}, bot.now).edits == ()
