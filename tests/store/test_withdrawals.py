"""What was withdrawn is in the database, under every id by which its posting may be found."""

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.store import Ledger, peek_at_withdrawn
from bot.store.tables import metadata
from tests.domain.build import posting
from tests.store.build import NOON


async def test_it_holds_until_it_is_published_again(ledger):
    for _ in range(2):
        await ledger.withdraw("owls", NOON)
    await ledger.withdraw("bats", NOON)
    assert await ledger.withdrawn() == {"owls", "bats"}
    await ledger.republish(["eagles", "owls"])
    assert await ledger.withdrawn() == {"bats"}


async def test_it_follows_the_names_of_its_file_and_is_undone_under_any_of_them(ledger):
    await ledger.remember([posting("owls"), posting("bats")])
    await ledger.withdraw("owls", NOON)
    await ledger.rename("owls", posting("night-owls"), NOON)
    await ledger.rename("night-owls", posting("old-owls"), NOON)
    assert await ledger.withdrawn() == {"owls", "night-owls", "old-owls"}
    await ledger.republish(["bats"])
    assert await ledger.withdrawn() != set()
    await ledger.republish(["old-owls"])
    assert await ledger.withdrawn() == set()


async def test_a_file_that_is_renamed_back_is_withdrawn_still(ledger):
    await ledger.remember([posting("owls"), posting("bats")])
    await ledger.withdraw("owls", NOON)
    await ledger.rename("owls", posting("bats"), NOON)
    await ledger.rename("bats", posting("owls"), NOON)
    assert await ledger.withdrawn() == {"owls"}


async def test_a_look_from_outside_makes_and_changes_nothing(url, tmp_path):
    if url.startswith("sqlite"):
        assert await peek_at_withdrawn(url) == set()
        assert list(tmp_path.iterdir()) == []
    ledger = await Ledger.open(url)
    await ledger.withdraw("owls", NOON)
    assert await peek_at_withdrawn(url) == {"owls"}
    await ledger.close()
    assert await peek_at_withdrawn(url) == {"owls"}


async def test_a_database_from_before_is_brought_up_to_date_and_keeps_what_it_has(url):
    ledger = await Ledger.open(url)
    async with ledger._connect() as connection:
        await connection.run_sync(_made_before)
        await connection.execute(
            text(
                "INSERT INTO notices (key, delivery, channel, platform, posting, kind, state, at, attempts, original,"
                " revision, place) VALUES ('lab/owls/withdrawal', 'lab/owls/withdrawal', 'lab', 'console', 'owls',"
                " 'withdrawal', 'delivered', '2027-05-02T12:00:00.000000Z', 0, 'lab/owls/withdrawal', 0, 0)"
            )
        )
    await ledger.close()
    assert await peek_at_withdrawn(url) == set(), "a database of before is looked into as well"
    ledger = await Ledger.open(url)
    assert await ledger.withdrawn() == set(), "what was withdrawn in the channels alone stays so"
    assert [record.key for record in await ledger.records()] == ["lab/owls/withdrawal"]
    await ledger.withdraw("owls", NOON)
    assert await ledger.withdrawn() == {"owls"}
    await ledger.close()


def _made_before(connection):
    metadata.drop_all(connection)
    connection.execute(text("DELETE FROM alembic_version"))
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0004")
