"""How far audiences are with their digests, and which one is pinned."""

from dataclasses import replace

import pytest

from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Kind, Notice, Occasion, State
from bot.domain.person import Person
from bot.store.digests import DigestState
from tests.domain.build import channel, instant, posting

MONDAY, NOW = instant("2027-05-03 07:00"), instant("2027-05-03 07:01")
STATE = DigestState("lab", "weekly mon 09:00", MONDAY)


@pytest.mark.parametrize("order", [1, -1])
async def test_what_is_pinned_and_what_is_done_are_written_down_apart(ledger, order):
    store = ledger.digests
    assert await store.states() == {}
    await store.put([STATE, replace(STATE, name="other")])
    assert await store.states() == {"lab": STATE, "other": replace(STATE, name="other")}
    pinned, later = replace(STATE, pinned="C1/2", refused="C1/1"), replace(STATE, since=NOW)
    for write in [lambda: store.put_pin(pinned), lambda: store.put([later])][::order]:
        await write()
    assert (await store.states())["lab"] == replace(later, pinned="C1/2", refused="C1/1")


def made(at, reference_of=("owl",)):
    postings = [posting(name, deadline="2027-05-31") for name in reference_of]
    some = [Notice(Occasion(one, Kind.DIGEST, at, part=Kind.REMINDER), "lab") for one in postings]
    return Dispatch(channel("lab"), (*some, Notice(Occasion.of_digest(at, 30), "lab")))


async def test_a_digest_is_one_delivery_with_a_row_of_its_own(ledger):
    one = made(MONDAY)
    assert await ledger.begin(one, MONDAY)
    await ledger.end(one.key, State.DELIVERED, NOW, reference="C1/1")
    whole, named = sorted(await ledger.records(channels=["lab"]), key=lambda record: record.posting)
    assert (whole.key, whole.posting, whole.kind, whole.place) == ("lab/digest/2027-05-03T07:00:00Z", "", "digest", 30)
    assert (whole.told, whole.is_digest, whole.is_in_digest, whole.part) == (None, True, False, None)
    assert named.key == "lab/owl/digest/2027-05-03T07:00:00Z/reminder"
    assert (named.delivery, named.is_in_digest, named.part) == (whole.key, True, Kind.REMINDER)
    assert named.told.until == posting(deadline="2027-05-31").deadline.at
    assert [name for name, _ in await ledger.standing()] == ["owl"]
    assert {record.key for record in await ledger.digest("lab", whole.delivery)} == {whole.key, named.key}
    assert not await ledger.begin(one, NOW)  # once


async def test_the_newest_digest_is_the_last_that_has_arrived(ledger):
    store = ledger.digests
    assert await store.newest("lab") is None
    for day, (state, reference) in enumerate(
        [(State.DELIVERED, "C1/1"), (State.DELIVERED, "C1/2"), (State.REFUSED, None)]
    ):
        one = made(MONDAY.replace(day=3 + day))
        await ledger.begin(one, one.notices[-1].occasion.at)
        await ledger.end(one.key, state, one.notices[-1].occasion.at, reference=reference)
    assert await store.newest("lab") == "C1/2"
    assert await store.newest("other") is None


async def test_of_who_is_forgotten_nothing_is_known_of_digests_either(ledger):
    some = ["slack:U0MIA", "slack:U0ADA", "lab"]
    await ledger.digests.put(replace(STATE, name=name) for name in some)
    await ledger.personal.forget(Person.parse("slack:U0MIA"))
    assert (await ledger.digests.states()).keys() == {"slack:U0ADA", "lab"}
    await ledger.personal.sweep({"slack:U0ADA"})  # written while they were forgotten
    assert (await ledger.digests.states()).keys() == {"lab"}
