"""A process killed again and again, at any moment of its life; `make kills` does that 200 times."""

import pytest

from benchmarks.kills import Kills

pytestmark = pytest.mark.process


async def test_killed_again_and_again_nothing_is_lost_and_only_the_wire_is_doubled(tmp_path):
    kills = Kills(tmp_path, kills=5, places=8, waves=(3, 6), moves=1, seed=3)
    figures = await kills.run()
    assert figures.kills == 5
    assert figures.notices == 16 * (9 + 1)
    assert figures.holds, figures.table()
