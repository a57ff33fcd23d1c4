"""Many objects that are here to stay: Python need not look for garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
