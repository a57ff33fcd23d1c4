"""What is said to persons alone leaves once, whatever dies: whole rounds over a ledger, with drafts."""

from collections import deque
from datetime import timedelta

import pytest

from bot.config.settings import SubmissionSettings
from bot.domain.draft import Action, Contributor, Draft, DraftState, from_source
from bot.domain.notice import Kind, State
from bot.domain.person import People, Person
from bot.platforms.base import DeliveryError
from bot.sources.settings import SourceSettings
from bot.store import LedgerError
from bot.store.sources import SourceState
from tests.delivery.build import Arrives, busy, lost, refused, until
from tests.delivery.test_corrections import bot  # noqa: F401
from tests.domain.build import channel, posting

ADA, EVE, MIA = (Contributor(Person("fake", name), name.title()) for name in ("ada", "eve", "mia"))


@pytest.fixture
def lab(bot):  # noqa: F811
    """A bot with two admins, that knows what drafts make."""

    async def preview(draft):
        return posting(draft.id, title=draft.changes.get("title", "Mice"))

    bot.given = {"people": People(frozenset((ADA.person, EVE.person)))}
    bot.preview = preview
    return bot


async def hands_in(lab, name="draft1", **given):
    values = {"action": Action.PUBLISHED, "changes": {"title": "Owls", "role": ["phd"]}} | given
    await lab.ledger.drafts.add(Draft(id=name, at=lab.clock(), by=MIA, **values))


def heard(lab, person):
    return [message.text.partition("\n")[0] for at, _, message in lab.platform.shown if at == person]


ASKED = "Mia hands in a position:"


async def test_each_admin_is_shown_a_draft_once_also_after_restarts(lab):
    await lab.goes_on()
    await hands_in(lab)
    await lab.goes_on()
    await lab.restarts()
    await lab.goes_on()
    assert heard(lab, "ada") == heard(lab, "eve") == [ASKED]
    records = await lab.ledger.records()
    assert {(record.channel, record.kind, record.posting) for record in records} == {
        ("private:fake:ada", Kind.DRAFT, "draft1"),
        ("private:fake:eve", Kind.DRAFT, "draft1"),
    }


@pytest.mark.parametrize("step", [busy(), lost(), Arrives(lost())])
async def test_what_fails_on_the_way_is_told_once(lab, step):
    lab.platform.at("ada", step)
    await hands_in(lab)
    await lab.goes_on()
    await lab.restarts()
    assert heard(lab, "ada") == [ASKED]


async def test_killed_after_it_arrived_and_before_that_was_written_down_it_is_told_once(lab, monkeypatch):
    lab.starts()
    await hands_in(lab)

    async def fails(*_, **__):
        raise LedgerError("the power is cut")

    with monkeypatch.context() as patch:
        patch.setattr(lab.ledger, "end", fails)
        while len(lab.platform.shown) < 2:
            await lab.rounds.tick()
            await lab.rounds.delivery.idle()
        await lab.stops()
    assert set((await lab.states()).values()) == {State.ON_THE_WIRE}
    lab.starts()
    await lab.goes_on()
    assert heard(lab, "ada") == heard(lab, "eve") == [ASKED]
    assert set((await lab.states()).values()) == {State.DELIVERED}


async def test_whoever_handed_it_in_hears_what_became_of_it_once(lab):
    await hands_in(lab)
    await lab.goes_on()
    await lab.ledger.drafts.decide("draft1", DraftState.REJECTED, ADA, lab.clock(), why="Too late")
    lab.platform.at("mia", busy())
    await lab.goes_on()
    await lab.restarts()
    assert heard(lab, "mia") == ["“Owls” was rejected by Ada. Too late"]
    assert (await lab.ledger.drafts.get("draft1")).is_told


async def test_where_every_admin_refuses_the_submitter_is_told_once(lab):
    lab.platform.at("ada", refused())
    lab.platform.away["eve"] = deque([DeliveryError("never wrote", permanent=True, of_chat=True)])
    await hands_in(lab)
    await lab.goes_on()
    await lab.restarts()
    assert heard(lab, "mia") == ["No admin could be reached about “Owls”: please tell one yourself."]
    assert heard(lab, "ada") == heard(lab, "eve") == []


async def test_a_platform_that_does_not_say_where_somebody_is_holds_up_nobody(lab, monkeypatch):
    monkeypatch.setattr("bot.engine.persons._SOON", 0.01)
    lab.platform.away["ada"] = deque([DeliveryError("busy"), DeliveryError("busy")])
    lab.writes()
    await hands_in(lab)
    lab.starts()
    lab.board.take_in(lab.board.registry.read())
    await lab.rounds.tick()
    await lab.rounds.delivery.idle()
    assert [at for at, _, _ in lab.platform.shown] == ["a"]
    del lab.platform.away["ada"]
    await lab.goes_on()
    assert heard(lab, "ada") == [ASKED]


async def test_who_is_not_found_now_is_looked_for_again_in_half_a_minute_and_not_before(lab):
    lab.platform.away["ada"] = deque([DeliveryError("busy")])
    await hands_in(lab)
    lab.starts()
    await lab.rounds.tick()
    await until(lambda: not lab.rounds.personal.persons._looking)
    outlook = await lab.rounds.tick()
    assert outlook.left
    assert timedelta(seconds=20) < outlook.next_instant - lab.clock() < timedelta(seconds=31)


async def test_nothing_said_to_persons_is_taken_for_an_announcement(lab):
    lab.writes()
    await lab.goes_on()
    await hands_in(lab, "draft2", posting="owl", base={"title": "Owls at night"}, action=Action.CHANGED)
    await lab.goes_on()
    lab.did()
    await lab.restarts()
    lab.ahead += timedelta(days=1)
    await lab.goes_on()
    assert lab.did() == []
    assert (await lab.ledger.remembered()).keys() == {"owl"}
    [reference] = [one.reference for one in await lab.ledger.records(channels=["private:fake:ada"])]
    assert not await lab.ledger.has_sent("fake", reference)


async def test_a_review_channel_hears_it_in_the_place_of_the_admins(lab):
    lab.given["submissions"] = SubmissionSettings(review=channel("admins", platform="fake", address="r"))
    await hands_in(lab)
    await lab.goes_on()
    assert heard(lab, "r") == [ASKED]
    assert heard(lab, "ada") == []


# --- Sources


def source_draft(lab, name, **given):
    values = {"action": Action.IMPORTED, "changes": {"title": f"PhD in {name}", "role": ["phd"]}} | given
    return Draft(id=name, at=lab.clock(), by=from_source("page"), **values)


async def read_whole(lab, **given):
    await lab.ledger.sources.put_state(SourceState(name="page", read_at=lab.clock(), **given))


async def test_a_reading_is_told_of_as_a_whole_in_one_message_and_once(lab):
    lab.given |= {"sources": (SourceSettings(name="page", kind="page", at="https://www.lab.example/jobs"),)}
    await read_whole(lab)
    await lab.goes_on()
    lab.ahead = timedelta(minutes=1)
    await lab.ledger.drafts.add(source_draft(lab, "owls"))
    await lab.goes_on()
    assert heard(lab, "ada") == []  # it is being read
    moved = {"deadline": "2027-05-31", "description": "It is about owls. Apply."}
    base = {"deadline": "2027-05-15", "description": "It is about owls. They see. They hear. Apply."}
    change = {"action": Action.CHANGED, "changes": moved, "base": base, "posting": "mice"}
    await lab.ledger.drafts.add(source_draft(lab, "mice", **change))
    await read_whole(lab)
    for _ in range(2):
        await lab.goes_on()
        await lab.restarts()
        await lab.goes_on()
    [message] = [message for at, _, message in lab.platform.shown if at == "ada"]
    assert message.text.splitlines() == [
        "page: 2 drafts wait for approval.",
        "",
        "1. PhD in owls",
        "2. Mice: Deadline 15 May 2027 → 31 May 2027; Description shorter by 2 sentences",
    ]
    labels = [button.label for row in message.buttons for button in row]
    assert labels == ["Approve all", "1", "2"]


async def test_a_source_that_wants_to_be_left_alone_is_told_of_when_it_was_so_for_a_whole_interval(lab):
    lab.given |= {"sources": (SourceSettings(name="page", kind="page", at="https://www.lab.example/jobs"),)}
    began = lab.clock()
    for minutes in (10, 30, 70):
        lab.ahead = timedelta(minutes=minutes)
        waits = {"failed_at": began, "error": "it answers 429", "not_before": lab.clock() + timedelta(minutes=10)}
        await read_whole(lab, failures=3, **waits)
        await lab.goes_on()
    assert heard(lab, "ada") == []
    lab.ahead = timedelta(hours=7)
    await read_whole(lab, failures=9, **waits)
    await lab.goes_on()
    assert heard(lab, "ada") == ["page could not be read, twice in a row."]


async def test_a_source_that_cannot_be_read_twice_is_told_of_once_and_again_only_when_it_was_well_meanwhile(lab):
    lab.given |= {"sources": (SourceSettings(name="page", kind="page", at="https://www.lab.example/jobs"),)}
    began = lab.clock()
    await read_whole(lab, failures=1, failed_at=began, error="it answers 500")
    await lab.goes_on()
    assert heard(lab, "ada") == []
    for failures in (2, 3):
        await read_whole(lab, failures=failures, failed_at=began, error="it answers 500")
        await lab.goes_on()
    assert heard(lab, "ada") == heard(lab, "eve") == ["page could not be read, twice in a row."]
    await read_whole(lab)
    await lab.goes_on()
    lab.ahead = timedelta(days=1)
    await read_whole(lab, failures=2, failed_at=lab.clock(), error="it answers 500")
    await lab.goes_on()
    assert len(heard(lab, "ada")) == 2
