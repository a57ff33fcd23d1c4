"""Somebody leaves the workspace in Slack, and is forgotten at once."""

import sqlite3
from contextlib import closing

from tests.platforms.slack.conftest import JOBS
from tests.platforms.slack.test_chat import until
from tests.platforms.slack.test_posting_form import ADA, BOB, bot, folder  # noqa: F401


def known(folder):  # noqa: F811
    with closing(sqlite3.connect(folder / "callboard.db")) as database:
        return [name for (name,) in database.execute("SELECT name FROM followers ORDER BY name")]


async def test_whose_account_is_closed_is_forgotten_at_once(server, folder, bot):  # noqa: F811
    for user in (ADA, BOB):
        followed = await server.slash("/positions", "follow phd", user=user, channel=JOBS.address)
        await followed.answer()
    assert known(folder) == [f"slack:{ADA}", f"slack:{BOB}"]
    await server.deactivate(ADA, team="T0OTHERLAB")
    server.users[ADA].deleted = False
    await server.event({"type": "user_change", "user": server.users[ADA].as_json(locale=False, app=server.app)})
    await server.deactivate(BOB)
    await until(lambda: known(folder) == [f"slack:{ADA}"])
    assert BOB.encode() not in (folder / "callboard.db").read_bytes()
