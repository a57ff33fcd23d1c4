"""Who is answered when many ask much: in virtual time."""

import asyncio
from contextlib import ExitStack

from bot.app.admitting import MOST_TYPED, MOST_WAITING, Admission
from bot.chat.request import FLOODED, Request
from bot.domain.schedule import Destination
from bot.platforms.base import Reader
from tests.delivery.virtual_time import run

ASKED = Request("positions", "phd")


def reader(person, platform="telegram"):
    return Reader(Destination(platform, "-100"), person=person)


async def at(admission, who):
    """What a request becomes, and after how many seconds."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    return await admission.admit(ASKED, who), loop.time() - begin


def test_whoever_asks_fast_waits_alone_and_whoever_asks_too_much_is_told_once():
    async def main():
        admission = Admission()
        ada = [asyncio.create_task(at(admission, reader("ada"))) for _ in range(25)]
        await asyncio.sleep(0)
        emmy = await at(admission, reader("emmy"))
        other = await at(admission, reader("ada", "slack"))
        return await asyncio.gather(*ada), emmy, other

    ada, emmy, other = run(main())
    assert [request for request, _ in ada] == [ASKED] * 20 + [FLOODED] + [None] * 4
    assert [round(seconds) for _, seconds in ada] == [0] * 5 + list(range(1, 16)) + [0] * 5
    assert emmy == other == (ASKED, 0)


def test_whoever_sits_at_the_machine_may_ask_as_much_as_they_like():
    async def main():
        admission = Admission()
        return [await at(admission, reader(None)) for _ in range(100)]

    assert run(main()) == [(ASKED, 0)] * 100


def test_no_more_answers_wait_than_can_be_given_and_that_is_said_once_a_minute(caplog):
    async def main():
        admission = Admission()
        with ExitStack() as waiting:
            for _ in range(MOST_WAITING - 1):  # each as while it waits for the platform's pace
                waiting.enter_context(admission.waiting())
            last = await admission.admit(ASKED, reader("ada"))
            waiting.enter_context(admission.waiting())
            too_many = [await admission.admit(ASKED, reader(f"p{number}")) for number in range(3)]
        return last, too_many, await admission.admit(ASKED, reader("emmy"))

    assert run(main()) == (ASKED, [None] * 3, ASKED)
    assert len([record for record in caplog.records if "more people ask" in record.message]) == 1


def test_who_types_without_end_is_not_heard_and_may_ask_all_the_same():
    async def typing():
        admission = Admission()
        looked_at = [admission.admits_typing(reader("ada")) for _ in range(MOST_TYPED + 5)]
        return looked_at, await admission.admit(ASKED, reader("ada"))

    looked_at, request = run(typing())
    assert looked_at == [True] * MOST_TYPED + [False] * 5
    assert request == ASKED
