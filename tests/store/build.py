"""Builders for the ledger's tests."""

from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Kind, Notice, Occasion
from bot.store import Ledger
from tests.domain.build import channel, instant, leads, posting


async def make(url):
    """An empty ledger there."""
    ledger = await Ledger.open(url)
    await ledger.close()


CREDENTIALS = {"console": "the terminal"}
"""What a sender's lock is taken for."""

NOON = instant("2027-05-02 12:00")

AUDIENCES = {}
"""Those that the notices of these tests name, as they were built last."""


def notice(name="phd-owls", *, lead=None, where="lab", **given):
    """An announcement of the posting of that id, or a reminder when `lead` is given."""
    kind = Kind.REMINDER if lead else Kind.ANNOUNCEMENT
    ends = "2027-06-01" if lead else None
    occasion = Occasion(posting(name, deadline=ends), kind, None, leads(lead)[0] if lead else None)
    AUDIENCES[where] = channel(where, **given)
    return Notice(occasion, where)


def notices(count, where="lab"):
    return [notice(f"phd-{number:03}", where=where) for number in range(count)]


def message(*some, **given):
    """A dispatch of these notices: one message to the audience that they name."""
    return Dispatch(AUDIENCES[some[0].audience], some, **given)
