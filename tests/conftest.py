"""What holds for every test."""

import os

import pytest
from hypothesis import settings

from bot.observe import logs

settings.register_profile("callboard", deadline=None)  # no test fails because the machine is busy
settings.load_profile("callboard")
os.environ.setdefault("PTB_TIMEDELTA", "1")  # otherwise python-telegram-bot's RetryAfter warns as soon as it is made


@pytest.fixture(autouse=True)
def _unsealed():
    """Secrets of one test are left out of the log for the process's whole life; another may speak of the same words."""
    yield
    logs.seal(())
