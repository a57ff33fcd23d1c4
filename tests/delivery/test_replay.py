"""Boards as they changed, version by version: nothing is announced twice, every new date is told once."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from bot.domain.notice import Kind
from bot.engine.board import real_clock
from bot.sources.fetching import Fetched
from bot.sources.identity import plain_address
from bot.sources.kinds import from_bytes
from bot.sources.settings import SourceSettings
from bot.submissions.following import SourceFollower
from bot.submissions.submissions import Submissions
from tests.delivery.test_corrections import bot  # noqa: F401  # a fixture

SHARED = Path(__file__).parents[3] / "shared"
BOARD = SourceSettings(name="board", kind="board", at="jobs.yml", trust=True)


def versions(file, every=1, most=None):
    """The instants and what the board had then."""
    path = SHARED / file
    if not path.exists():
        pytest.skip("the recorded boards are not here")
    with gzip.open(path, "rt") as lines:
        recorded = [json.loads(line) for line in lines][:most]
    for version in recorded[::every]:
        at = datetime.fromtimestamp(version["time"], UTC)
        yield at, from_bytes("board", Fetched("jobs.yml", version["text"].encode()), at)


class Replay:
    """A bot that follows a board, at the instants of its versions."""

    def __init__(self, bot):  # noqa: F811
        self.bot = bot
        bot.channels = [bot.channels[0]]
        self.dates = {}
        """By address, the deadlines that the board had, each while neither it nor the one before had passed."""

    async def shows(self, at, reading):
        bot = self.bot  # noqa: F811
        bot.ahead = at - real_clock()
        if bot.rounds is None:
            bot.starts()
        submissions = Submissions(bot.board, bot.ledger.drafts, uses_git=False)
        follower = SourceFollower(bot.board, bot.ledger.sources, submissions)
        await follower.take_in(BOARD, reading, at)
        await bot.goes_on()
        for found in reading.postings:
            address, day = plain_address(found.url), found.fields.get("deadline")
            dates = self.dates.setdefault(address, [])
            today = str(at.date())
            if day and day >= today and (not dates or dates[-1] >= today):
                dates.append(day)

    async def told(self):
        """How often each kind of notice was said of each position, by its address."""
        address = {item.posting: plain_address(item.url) for item in await self.bot.ledger.sources.items()}
        records = await self.bot.ledger.records()
        return Counter((address[record.posting], record.kind) for record in records if record.state == "delivered")


async def test_each_move_of_a_deadline_is_news_once(bot):  # noqa: F811
    replay = Replay(bot)
    for at, reading in versions("sources/redates-2021-2022.jsonl.gz"):
        await replay.shows(at, reading)
        await replay.shows(at, reading)
    told = await replay.told()
    moves = {address: len([*groupby(dates)]) - 1 for address, dates in replay.dates.items()}
    assert sum(moves.values()) > 5
    assert {address: told[address, Kind.DEADLINE_MOVED] for address in moves} == moves
    assert {address: told[address, Kind.ANNOUNCEMENT] for address in moves} == dict.fromkeys(moves, 1)


async def test_a_real_board_announces_nothing_twice_and_makes_each_position_one_file(bot):  # noqa: F811
    replay = Replay(bot)
    addresses = set()
    for at, reading in versions("replay/usrse-2023-2024.jsonl.gz", every=2, most=60):
        await replay.shows(at, reading)
        addresses |= {plain_address(found.url) for found in reading.postings}
    records = await bot.ledger.records()
    said = Counter((record.posting, record.kind) for record in records)
    assert max(count for (_, kind), count in said.items() if kind == Kind.ANNOUNCEMENT) == 1
    assert not any(kind == Kind.REOPENED for _, kind in said)
    files = len(list(bot.folder.iterdir()))
    assert len(addresses) * 0.9 <= files <= len(addresses) * 1.05


async def test_what_a_board_closes_and_opens_within_a_day_is_no_news_and_after_more_it_is_open_again(bot):  # noqa: F811
    replay = Replay(bot)
    entry = {"name": "PhD position in owls", "url": "https://jobs.lab.example/owls", "expires": "2030-05-02"}
    other = {"name": "PhD position in bats", "url": "https://jobs.lab.example/bats", "expires": "2030-05-02"}

    async def has(hours, *entries):
        at = datetime(2027, 1, 4, 12, tzinfo=UTC) + timedelta(hours=hours)
        await replay.shows(at, from_bytes("board", Fetched("jobs.json", json.dumps(entries).encode()), at))
        return Counter(record.kind for record in await bot.ledger.records() if "owls" in record.posting)

    await has(0, entry, other)
    for hour in range(2, 20, 2):
        await has(hour, {**entry, "status": "filled"}, other)
        said = await has(hour + 1, entry, other)
    assert (said[Kind.ANNOUNCEMENT], said[Kind.REOPENED]) == (1, 0)
    await has(21, other)
    await has(23, other)
    assert "status: closed" in (bot.folder / "phd-position-in-owls.yaml").read_text()
    said = await has(30, entry, other)
    assert (said[Kind.ANNOUNCEMENT], said[Kind.REOPENED]) == (1, 0)
    await has(40, other)
    await has(42, other)
    said = await has(42 + 25, entry, other)
    assert (said[Kind.ANNOUNCEMENT], said[Kind.REOPENED]) == (1, 1)
