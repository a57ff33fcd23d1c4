"""What platforms share: trying again, and a memory that has an end."""

import pytest

from bot.platforms import retrying
from bot.platforms.base import DeliveryError
from bot.platforms.retrying import Backoff, retried
from bot.platforms.seen import Seen


@pytest.fixture(autouse=True)
def waited(monkeypatch):
    """The seconds that were waited; none pass."""
    seconds = []

    async def sleep(length):
        seconds.append(length)

    monkeypatch.setattr(retrying.asyncio, "sleep", sleep)
    return seconds


def calls(*outcomes):
    left = list(outcomes)

    async def call():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return call, left


async def test_what_was_surely_not_sent_is_tried_three_times(waited):
    call, left = calls(DeliveryError("off"), DeliveryError("wait", retry_after=7), "sent", "twice")
    assert await retried(call) == "sent"
    assert (waited, left) == ([1.0, 7], ["twice"])
    call, left = calls(*[DeliveryError("off")] * 4)
    with pytest.raises(DeliveryError):
        await retried(call)
    assert len(left) == 1


@pytest.mark.parametrize(
    "error",
    [DeliveryError("x", permanent=True), DeliveryError("x", in_doubt=True), DeliveryError("x", retry_after=61)],
)
async def test_what_may_have_arrived_or_never_will_is_not(waited, error):
    call, left = calls(error, "twice")
    with pytest.raises(DeliveryError):
        await retried(call)
    assert (waited, left) == ([], ["twice"])


async def test_a_backoff_doubles_up_to_its_end_and_begins_anew(waited):
    backoff = Backoff(1.0, 5.0)
    for _ in range(4):
        await backoff.wait()
    await backoff.wait(at_least=9)
    backoff.reset()
    await backoff.wait()
    assert waited == [1.0, 2.0, 4.0, 5.0, 9, 1.0]


def test_what_came_before_is_known_for_a_while():
    seen = Seen(2)
    assert [seen.is_new(key) for key in ("a", "a", "b", "c", "a")] == [True, False, True, True, True]
