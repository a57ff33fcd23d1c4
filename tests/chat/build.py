"""What an answer is made from, for tests."""

from bot.chat.context import Context
from bot.chat.facts import NO_FACTS
from bot.chat.request import SLASH_COMMANDS
from bot.domain.person import NOBODY
from bot.questions.index import Index
from bot.wording.catalogue import wording
from tests.domain.build import BERLIN


def context(
    postings,
    now,
    language="en",
    syntax=SLASH_COMMANDS,
    zone=BERLIN,
    empty="Nothing.",
    rights=NOBODY,
    site=None,
    facts=NO_FACTS,
):
    """`postings`: some, or an index of them."""
    index = postings if isinstance(postings, Index) else Index(postings)
    return Context(index, now, zone, empty, wording(language).leading_to(site), syntax, rights, facts)
