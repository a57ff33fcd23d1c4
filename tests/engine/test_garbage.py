"""What is there to stay is not looked through for garbage, and what is under way not all the time."""

import gc

import pytest

from bot.engine.garbage import keep_what_is_there


@pytest.fixture(autouse=True)
def as_it_was():
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_there_is_not_looked_through_again():
    there = [[] for _ in range(1000)]
    keep_what_is_there()
    assert not any(each is there for each in gc.get_objects())


def test_what_some_messages_are_made_of_is_not_looked_through_while_they_are_under_way():
    looks = []
    gc.callbacks.append(note := lambda phase, _: looks.append(phase))
    keep_what_is_there()
    under_way = [[] for _ in range(4000)]
    gc.callbacks.remove(note)
    assert len(under_way) == 4000
    assert not looks


def test_garbage_that_goes_round_in_circles_is_found_all_the_same():
    class Round:
        """Refers to itself."""

        def __init__(self):
            self.itself = self

    keep_what_is_there()
    for _ in range(20_000):
        Round()
    assert sum(type(each) is Round for each in gc.get_objects()) < 6000
