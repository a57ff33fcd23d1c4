"""The commands of a lab are copies of one process, made once for each test worker."""

import pytest


@pytest.fixture(autouse=True)
def _copied(template):
    pass
