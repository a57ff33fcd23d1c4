"""What holds for every test."""

import os

import pytest

from bot.observe import logs

os.environ.setdefault("PTB_TIMEDELTA", "1")  # otherwise python-telegram-bot's RetryAfter warns as soon as it is made


@pytest.fixture(autouse=True)
def _unsealed():
    """Secrets of one test are left out of the log for the process's whole life; another may speak of the same words."""
    yield
    logs.seal(())
