"""What is kept about somebody is all shown, and after they wanted to be forgotten stands in no byte of the database."""

from bot.audiences.follower import Follower, OwnReminders
from bot.audiences.personal import PersonalData
from bot.audiences.private import name_of
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.notice import State
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.store import Ledger
from tests.domain.build import leads
from tests.store.build import NOON, message, notice

ID = "4711471147114711"
ADA = Person("telegram", ID)
EVE = Person("telegram", "99")


def follower(person, *texts):
    one = Follower(str(person), Destination("telegram", person.id), reminders={"owl": OwnReminders(leads("3d"), NOON)})
    for text in texts:
        one = one.following(text, NOON)
    return one


async def fill(ledger, person):
    await ledger.followers.put([follower(person, "phd", "owls")])
    for name in ("owl", "mouse"):
        one = message(notice(name, where=str(person), platform="telegram", address=person.id))
        assert await ledger.begin(one, NOON)
        await ledger.end(one.key, State.DELIVERED, NOON, reference=f"{person.id}/1")
    await ledger.dialogues.put(str(person), person.id, {"asks": "title"}, NOON)
    await ledger.drafts.write([AuditEntry(NOON, Contributor(person, "Ada L."), Action.CLOSED, "owl", "", None)])


async def test_all_that_is_kept_is_told_and_erased_and_of_others_nothing(url):
    ledger = await Ledger.open(url)
    await fill(ledger, ADA)
    await fill(ledger, EVE)
    kept = await ledger.personal.data_of(ADA)
    assert [saved.text for saved in kept.follower.queries] == ["phd", "owls"]
    assert (kept.messages, kept.postings, kept.dialogues) == (2, ("mouse", "owl"), 1)
    assert kept.entries == ((NOON, "closed", "owl"),)
    assert await ledger.personal.forget(ADA) == kept
    assert await ledger.personal.data_of(ADA) == PersonalData()
    assert (await ledger.personal.data_of(EVE)).messages == 2
    assert [entry.by.name for entry in await ledger.drafts.audit()] == ["forgotten", "Ada L."]
    await ledger.close()


async def test_what_was_said_to_them_alone_is_erased_as_well(url):
    ledger = await Ledger.open(url)
    one = message(notice("owl", where=name_of(str(ADA)), platform="telegram", address=ID))
    assert await ledger.begin(one, NOON)
    assert (await ledger.personal.forget(ADA)).messages == 1
    assert (await ledger.personal.data_of(ADA)).is_empty
    await ledger.close()


async def test_no_byte_of_who_was_forgotten_stands_in_the_files_of_sqlite(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path / 'callboard.db'}")
    await fill(ledger, EVE)
    for text in ("phd", "postdoc", "in berlin " * 15):  # rows that grow and shrink leave pages behind
        await ledger.followers.put([follower(ADA, *[text] * 12)])
    await fill(ledger, ADA)

    def where():
        return [path.name for path in tmp_path.iterdir() if ID.encode() in path.read_bytes()]

    assert where()
    await ledger.personal.forget(ADA)
    assert where() == []
    await ledger.close()
    assert where() == []


async def test_what_was_on_the_wire_meanwhile_is_swept_and_who_is_there_again_is_left(url):
    ledger = await Ledger.open(url)
    await fill(ledger, ADA)
    await ledger.followers.remove(str(ADA))
    await ledger.personal.sweep({str(ADA)})
    assert (await ledger.personal.data_of(ADA)).messages == 0
    await fill(ledger, EVE)
    await ledger.personal.sweep({str(EVE)})
    assert (await ledger.personal.data_of(EVE)).messages == 2
    await ledger.close()
