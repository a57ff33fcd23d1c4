"""What holds for every test."""

import gc
import os

import pytest
from hypothesis import settings

from bot.observe import logs

settings.register_profile("callboard", deadline=None)  # no test fails because the machine is busy
settings.register_profile("quick", settings.get_profile("callboard"), max_examples=20)  # `make check`
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "callboard"))
os.environ.setdefault("PTB_TIMEDELTA", "1")  # otherwise python-telegram-bot's RetryAfter warns as soon as it is made


_BEFORE_THE_END = 0.9  # whole processes last long: the last of them begins when so much of the rest is done


def pytest_collection_modifyitems(items):
    """Files with whole processes stand evenly among the others: they wait while those compute."""
    whole = [item for item in items if item.get_closest_marker("process")]
    others = [item for item in items if not item.get_closest_marker("process")]
    first = {item.path: at for at, item in reversed(list(enumerate(whole)))}
    places = {item: _BEFORE_THE_END * first[item.path] / len(whole) for item in whole}
    places |= {item: at / len(others) for at, item in enumerate(others)}
    items.sort(key=places.__getitem__)


def pytest_collection_finish():
    """What was imported and collected stays: the garbage collector need not look through it again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _unsealed():
    """Secrets of one test are left out of the log for the process's whole life; another may speak of the same words."""
    yield
    logs.seal(())


@pytest.fixture(scope="session")
def template():
    """Of which the labs take copies from then on; one for each test worker."""
    from tests.process.lab import Lab, environment  # the pure tests have no need of servers
    from tests.process.template import Template

    with Template(environment()) as made:
        Lab.template = made
        yield made
    Lab.template = None
