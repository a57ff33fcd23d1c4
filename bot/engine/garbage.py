"""Many objects that are here to stay: Python need not look for garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (5000, 5, 5)
"""Objects that have come and not gone, and so on as `gc.set_threshold` has it. As many as messages under way at once
are made of: nearly all of it goes without being looked for. A look takes some milliseconds at most, and what it would
have found until then is a megabyte.
"""


@contextmanager
def without_garbage() -> Iterator[None]:
    """While it is entered, nothing is garbage in cycles: to look for it meanwhile takes as long as the work itself, and
    to look through all that stays later on would hold up an answer.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()


def keep_what_is_there() -> None:
    """Most of what is there by now stays: it is not looked through for garbage again, which would hold up an answer.
    Of what comes later, more may come before somebody looks.
    """
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
