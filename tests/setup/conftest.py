"""Pages of `callboard init --web`, and somebody who has opened one."""

import pytest

from tests.setup.served import serves
from tests.setup.visitor import Visitor


@pytest.fixture
async def page(tmp_path):
    """One for which no platform is there."""
    async with serves(tmp_path / "lab") as page:
        yield page


@pytest.fixture
async def visitor(page):
    async with Visitor() as visitor:
        await visitor.open(page.link)
        yield visitor
