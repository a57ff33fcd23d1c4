"""A reader's own alerts, as they go on every platform: what is said, what the answer holds, and what is heard after."""

from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from bot.app.calendars import Calendars
from bot.app.effects import Effects
from bot.app.readers import Readers
from bot.app.responding import Responder
from bot.engine.editions import Editions
from bot.engine.rounds import Rounds
from bot.store import Ledger
from bot.submissions.submissions import Submissions
from tests.delivery.build import Lock
from tests.publish.calendars import alarms_of
from tests.publish.calendars import read as events

SCRIPT = (
    ("follow everything", "would let everything through"),
    ("follow phd in Rostock", "PhD · Rostock: 1 matches now"),
    ("follow swans", "“swans”: 0 match now"),
    ("following", "1. PhD · Rostock"),
    ("remind crows 2h", "Thursday, 6 May 2027, 21:59"),
    ("settings timezone America/New_York", "timezone: America/New_York"),
    ("remind crows 2h", "Thursday, 6 May 2027, 15:59"),
    ("settings", "timezone: America/New_York"),
    ("unfollow 2", "You do not follow this any more: “swans”"),
    ("following", "Crows: 2h"),
)
"""What a reader says in private, in words alone, and what the answer holds. The postings are those of `conversing`."""

CALENDAR = (
    ("follow phd in Rostock", "PhD · Rostock: 1 matches now"),
    ("remind bats 2h", "Bats"),
    ("calendar", "What you follow: 2 deadlines"),
    ("calendar doves", "Doves: 1 deadline"),
    ("calendar postdoc in Rostock", "Postdoc · Rostock: 2 deadlines"),
    ("calendar owls", "Nothing matches"),
)
"""What a reader says who wants files, and what the answers hold; the third to fifth bring one, in this order."""


def check_calendars(files):
    """Whether these are the files of that conversation, as strict readers see them. Each: name and bytes."""
    named = [(name, sorted(str(uid).partition("@")[0] for uid in events(body))) for name, body in files]
    assert named == [
        ("deadlines.ics", ["bats", "crows"]),
        ("doves.ics", ["doves"]),
        ("deadlines.ics", ["doves", "eagles"]),
    ]
    rings = {str(uid).partition("@")[0]: alarms_of(event) for uid, event in events(files[0][1]).items()}
    assert rings["bats"] == [timedelta(hours=-2)]
    assert rings["crows"] == [timedelta(days=-n, hours=-14, minutes=-59, seconds=-59) for n in (14, 7, 1)]


FORGOTTEN = (
    ("mydata", "1 note of what I sent to you"),
    ("forget", "Shall I erase all of this, for good?"),
    ("forget yes", "Erased, for good:"),
    ("mydata", "I keep nothing about you."),
)
"""What they say after they have heard, and what the answer holds. Nothing more is told to them."""

HERONS = "title: Herons\nrole: phd\nlocation: Rostock\n"


@asynccontextmanager
async def following(board, platforms):
    """A responder with a database, and rounds that deliver what is due when `tick` is called."""
    start, seconds = board.clock(), count()
    board.clock = lambda: start + timedelta(seconds=next(seconds))
    ledger = await Ledger.open(f"sqlite:///{board.config.registry.parent / 'reading.db'}")
    rounds = Rounds(board, ledger, Lock(platforms), platforms, quiet=timedelta())

    async def tick():
        board.take_in(board.registry.read())
        while True:
            outlook = await rounds.tick()
            if rounds.delivery.is_busy():
                await rounds.delivery.idle()
            elif not outlook.left and not rounds.changed.is_set():
                return

    async def turn(_destination):
        return None

    submissions = Submissions(board, ledger.drafts, uses_git=False)
    readers = Readers(board, ledger, platforms, rounds.followers, rounds.changed.set)
    calendars = Calendars(board, Editions(board, rounds.archive), ledger)
    effects = Effects(board, ledger, submissions, platforms, turn, readers, calendars=calendars)
    responder = Responder(board, ledger, submissions, platforms, effects, readers)
    board.audiences.change([], [channel.name for channel in board.config.channels])  # this is about readers alone
    await tick()
    yield SimpleNamespace(responder=responder, tick=tick, ledger=ledger, rounds=rounds, readers=readers)
    await rounds.close()


def opens(folder, name="herons", text=HERONS):
    (folder / f"{name}.yaml").write_text(text, "utf-8")


async def told(bot):
    """What was told, in order: to whom, of what, why."""
    records = sorted(await bot.ledger.records(), key=lambda record: record.at)
    return [(record.channel, record.posting, record.kind) for record in records]
