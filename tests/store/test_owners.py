"""Whose postings are, when their owners were asked, and what they said: under former names, too, on both databases."""

from datetime import timedelta

from bot.audiences.dispatch import Dispatch
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.notice import Kind, Notice, Occasion, State
from bot.domain.person import Person
from bot.store import Ledger, peek_at_owners
from bot.store.tables import owners
from tests.domain.build import channel, posting
from tests.store.build import NOON

MIA = Person("lab", "mia")
LATER, LAST = NOON + timedelta(days=1), NOON + timedelta(days=2)


async def said(ledger, kind, name, at, state=State.DELIVERED, **given):
    dispatch = Dispatch(channel("lab"), (Notice(Occasion(posting(name), kind, at, **given), "lab"),))
    assert await ledger.begin(dispatch, at)
    await ledger.end(dispatch.key, state, at)


async def test_what_is_known_of_owners_and_their_answers(ledger):
    async with ledger._connect() as connection:
        await connection.execute(owners.insert().values({"posting": "owl", "person": str(MIA), "at": NOON}))
    await ledger.remember([posting("owl")])
    await ledger.rename("owl", posting("owls", aliases=("owl",)), NOON)
    assert await ledger.owners.owned() == {"owl": {MIA}, "owls": {MIA}}
    await ledger.owners.confirm("owl", NOON)
    await ledger.owners.confirm("owl", LAST)
    assert await ledger.owners.confirmed() == {"owl": LAST, "owls": LAST}
    by = Contributor(MIA, "Mia")
    await ledger.drafts.write([AuditEntry(at, by, Action.EXTENDED, "owl", "") for at in (NOON, LATER)])
    await ledger.drafts.write([AuditEntry(LAST, by, Action.CLOSED, "owl", "")])
    assert await ledger.owners.touched(["owl", "bat"], [Action.EXTENDED]) == {"owl": LATER}


async def test_when_it_was_announced_and_asked_about(ledger):
    await said(ledger, Kind.ANNOUNCEMENT, "owl", NOON)
    await said(ledger, Kind.REOPENED, "owl", LATER, number=1)
    await said(ledger, Kind.CONFIRMATION, "owl", LATER, since=NOON, number=1)
    await said(ledger, Kind.CONFIRMATION, "owl", LAST, since=NOON, number=2)
    await said(ledger, Kind.ANNOUNCEMENT, "bat", NOON)
    assert await ledger.owners.announced(["owl"]) == {"owl": LATER}
    assert await ledger.owners.asked_at(["owl", "bat"]) == {"owl": LATER}
    assert (await ledger.standing())[0][0] in {"owl", "bat"}
    assert len(await ledger.standing()) == 2  # nothing that was asked counts as told


async def test_a_database_that_is_not_there_is_looked_at_and_not_made(tmp_path, copied_url):
    async with peek_at_owners(f"sqlite:///{tmp_path}/none.db") as nothing:
        assert nothing is None
    assert not (tmp_path / "none.db").exists()
    ledger = await Ledger.open(copied_url)
    await ledger.owners.confirm("owl", NOON)
    await ledger.close()
    async with peek_at_owners(copied_url) as store:
        assert await store.confirmed() == {"owl": NOON}
