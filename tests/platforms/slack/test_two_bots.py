"""Two bots on one database and one registry: whoever approves may reach the one that does not send."""

import pytest

from tests.listening import listening
from tests.platforms.slack.conftest import JOBS
from tests.platforms.slack.test_posting_form import ADA, BOB, NOW, heard
from tests.platforms.whole import whole_bot
from tests.ports import free_port
from tests.store.conftest import server as postgresql  # noqa: F401  # a fixture: Slack's own is called so, too
from tests.submissions import dying

CONFIG = """
timezone: Europe/Berlin
settle: 1h
database: {database}
platforms:
  slack: {{bot_token: {0.bot_token}, app_token: {0.app_token}, signing_secret: {0.signing_secret}, api_url: "{0.url}",
    mode: http, listen: "{listen}"}}
channels: [{{name: jobs, platform: slack, address: {channel}}}]
people: {{admins: ["slack:U0123"]}}
submissions: {{from: members}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'callboard.db'}"
    return request.getfixturevalue("postgresql").new_database()


def announced(server):
    return [one.shown for one in server.channel(JOBS.address).messages if "New position" in one.shown]


async def test_what_is_approved_by_the_one_that_stands_by_is_announced_once_and_at_once_by_the_other(
    server, tmp_path, database
):
    (tmp_path / "postings").mkdir()
    server.add_user(BOB, name="bob")
    sends, stands_by = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"

    def config(listen):
        return CONFIG.format(server, listen=listen, channel=JOBS.address, database=database)

    async with whole_bot(tmp_path, config(sends), NOW):
        await listening(sends)
        async with whole_bot(tmp_path, config(stands_by), NOW):
            await listening(stands_by)
            server.http_target = f"http://{stands_by}/slack/events"
            await server.slash("/positions", "new", user=BOB, channel=JOBS.address)
            await server.wait_for(lambda: server.modals.top(BOB))
            await server.submit(BOB, title="Owls", role=["phd"])
            await server.submit(BOB)
            # the other looks round, for the folder has changed
            (tmp_path / "postings" / "bats.yaml").write_text("title: Bats\nrole: phd\nstatus: draft\n")
            draft = await heard(server, ADA, "bob hands in a position")
            await server.press(draft, "Approve", ADA)
            await heard(server, BOB, "was approved by")
            await server.wait_for(lambda: announced(server))
    submissions, ledger = await dying.opened(tmp_path / "config.yaml")
    assert len(announced(server)) == 1
    actions = [str(entry.action) for entry in await submissions.store.audit("owls")]
    assert actions == ["handed-in", "approved", "published"]
    await ledger.close()
