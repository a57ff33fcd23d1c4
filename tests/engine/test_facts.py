"""What has happened since the last round waits in one bounded queue."""

import asyncio

from bot.delivery import PlanOutdated
from bot.engine.facts import FactQueue, RegistryChanged
from bot.sources.files import RegistryChanges
from tests.domain.build import posting


def changed(name):
    return RegistryChanged(RegistryChanges((posting(name),), (), ()))


def test_facts_of_a_kind_are_taken_once_and_in_order():
    facts = FactQueue()
    for fact in (changed("owls"), PlanOutdated(), changed("mice")):
        facts.put(fact)
    assert facts.take(RegistryChanged) == [changed("owls"), changed("mice")]
    assert facts.take(RegistryChanged) == []
    assert facts.take(PlanOutdated) == [PlanOutdated()]
    assert not facts.has_missed()
    assert not facts.changed.is_set(), "who puts a fact says whether it is urgent"


def test_when_there_are_too_many_all_are_dropped_and_a_round_is_asked_for():
    facts = FactQueue(limit=2)
    for name in ("owls", "mice", "bats"):
        facts.put(changed(name))
    assert facts.changed.is_set()
    assert facts.has_missed()
    assert not facts.has_missed(), "once"
    assert facts.take(RegistryChanged) == [changed("bats")]
    for name in ("owls", "mice"):
        facts.put(changed(name))
    assert not facts.has_missed(), "what was taken counts no more"


def test_half_of_what_may_wait_asks_for_a_round_before_anything_is_dropped():
    facts = FactQueue(limit=4)
    facts.put(changed("owls"))
    assert not facts.changed.is_set()
    facts.put(changed("mice"))
    assert facts.changed.is_set()
    assert not facts.has_missed()


async def test_those_who_ask_for_a_round_soon_share_it():
    facts = FactQueue()
    for _ in range(2):  # the first one has come by then
        facts.wake(1e-6)
        await asyncio.wait_for(facts.changed.wait(), 20)
        facts.changed.clear()
    facts.wake(3600)
    timer = facts._soon
    facts.wake(3600)
    assert facts._soon is timer
    facts.wake()
    assert facts.changed.is_set()
    facts.close()
    assert timer.cancelled()
