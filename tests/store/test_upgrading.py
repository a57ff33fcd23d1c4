"""What each released version has left behind is carried on: nothing is said twice, reminders and corrections follow."""

import re
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.app.once import tick
from bot.config import read
from bot.engine.board import rehearsal_clock
from bot.store import Ledger
from bot.store.tables import HEAD
from tests.process.lab import GROUP, SLACK_CHANNEL, Lab
from tests.store.build import NOON, message, notice
from tests.store.test_tables import bring_back, migrations, upgrade

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(path.stem for path in RELEASED.iterdir())
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def test_each_release_is_tried():
    assert re.findall(r"^## (\d\S+) ", CHANGELOG.read_text(), re.MULTILINE)[::-1] == VERSIONS


async def post(url, params, token=None):
    head = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as client, client.post(url, json=params, headers=head) as answer:
        return await answer.json()


async def said_before(lab, script):
    """The database's rows, with the references that its messages have in these servers."""
    for old in re.findall(rf"'({GROUP}/\d+)'", script):
        message = await post(f"{lab.telegram.url}/bot{lab.telegram.token}/sendMessage", {"chat_id": GROUP, "text": "x"})
        script = script.replace(f"'{old}'", f"'{GROUP}/{message['result']['message_id']}'")
    for old in re.findall(rf"'({SLACK_CHANNEL}/[\d.]+)'", script):
        params = {"channel": SLACK_CHANNEL, "text": "x"}
        message = await post(f"{lab.slack.url}chat.postMessage", params, lab.slack.bot_token)
        script = script.replace(f"'{old}'", f"'{SLACK_CHANNEL}/{message['ts']}'")
    return re.findall(r'^INSERT INTO "(?!alembic).*;$', script, re.MULTILINE)


async def left_behind(url, script, rows):
    """The database as that version has left it."""
    [version] = re.findall(r"^INSERT INTO \"alembic_version\" VALUES\('(\d+)'\);$", script, re.MULTILINE)
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.run_sync(bring_back, version)
        for row in rows:
            await connection.execute(text(row.replace(":", r"\:")))
    await ledger.close()


class Upgraded:
    """A lab whose database an older version has left behind; what was said before counts for nothing."""

    def __init__(self, lab):
        self.lab = lab
        self.counts = self.count()

    def count(self):
        """Messages sent and edited, by platform."""
        calls = {name: [call.method for call in server.calls] for name, server in self.servers.items()}
        edits = {"telegram": "editMessageText", "slack": "chat.update"}
        return {name: (len(server.sent), calls[name].count(edits[name])) for name, server in self.servers.items()}

    @property
    def servers(self):
        return {"telegram": self.lab.telegram, "slack": self.lab.slack}

    async def does(self, instant):
        """How many messages a round at that instant sends and edits, the same on both platforms."""
        assert await tick(read(self.lab.config_path), rehearsal_clock(datetime.fromisoformat(instant))) == 0
        before, self.counts = self.counts, self.count()
        new = {tuple(now - then for now, then in zip(self.counts[name], before[name], strict=True)) for name in before}
        [did] = new
        return did


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_database_of_each_release_is_carried_on(url, version, tmp_path):
    script = (RELEASED / f"{version}.sql").read_text()
    async with Lab(tmp_path) as lab:
        await left_behind(url, script, await said_before(lab, script))
        lab.configure(database=url, reminders=["7d", "1d"])
        lab.post("owl", title="Owls at night", deadline="2027-05-09")
        lab.post("newt", title="Newts in ponds", deadline="2027-05-20")
        lab.post("mouse", title="Mice in fields", role="postdoc")
        upgraded = Upgraded(lab)
        assert await upgraded.does("2027-05-02T12:05:00Z") == (0, 0)
        assert await upgraded.does("2027-05-08T12:00:00Z") == (1, 0), "one day is left for owl"
        lab.post("newt", title="Newts in ponds", deadline="2027-05-27")
        lab.post("mouse", title="Mice in fields", role="postdoc", status="filled")
        # 0.1.0 did not write down what its messages say, so nobody knows what there is to correct in them.
        knows = version != "0.1.0"
        assert await upgraded.does("2027-05-08T13:00:00Z") == ((1, 2) if knows else (0, 0))
        assert await upgraded.does("2027-05-08T14:00:00Z") == (0, 0)
        # Seven days are left for newt, as moved; what was said of owl is marked as passed.
        assert await upgraded.does("2027-05-20T12:00:00Z") == ((1, 3) if knows else (1, 1))
        if not knows:
            lab.post("newt", title="Newts in ponds", deadline="2027-06-03")
            assert await upgraded.does("2027-05-20T13:00:00Z") == (1, 1), "what is said since is put right"
        lab.assert_no_problems()


def versions():
    script = ScriptDirectory.from_config(migrations())
    return sorted(revision.revision for revision in script.walk_revisions())


async def test_what_was_said_is_settled_from_whichever_version_on(url):
    """Each migration is made with rows of all versions before it, one by one: as from each of them to the present."""
    ledger, said = await Ledger.open(url), {}
    async with ledger._connect() as connection:
        for version in versions():
            await connection.run_sync(bring_back if not said else upgrade, version)
            said[version] = notice(f"owl-{version}")
            await connection.execute(
                text(
                    "INSERT INTO notices"
                    " (key, delivery, channel, platform, posting, kind, state, at, attempts, reference)"
                    " VALUES (:key, :key, 'lab', 'console', :posting, 'announcement', 'delivered',"
                    " '2027-05-02T12:00:00.000000Z', 1, :version)"
                ),
                {"key": said[version].key, "posting": f"owl-{version}", "version": version},
            )
    await ledger.close()
    assert max(said) == HEAD
    ledger = await Ledger.open(url)
    records = {record.reference: record for record in await ledger.records()}
    assert {version: record.key for version, record in records.items()} == {
        version: one.key for version, one in said.items()
    }
    assert {record.at for record in records.values()} == {NOON}
    for one in said.values():
        assert not await ledger.begin(message(one), NOON)
    await ledger.close()
