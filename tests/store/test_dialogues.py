"""Dialogues: what was asked last of whom, kept for a day."""

from datetime import timedelta

import pytest

from bot.store import Ledger
from tests.domain.build import instant

NOW = instant("2027-02-10 12:00")
ASKED = {"kind": "posting", "step": "title", "fields": {"title": "Owls: “:)” 🦉"}}


@pytest.fixture
async def ledger(url):
    made = await Ledger.open(url)
    yield made
    await made.close()


async def test_a_dialogue_is_kept_for_a_day_over_a_restart(url):
    first = await Ledger.open(url)
    await first.dialogues.put("slack:U1", "D1", ASKED, NOW)
    await first.close()
    second = await Ledger.open(url)
    assert await second.dialogues.get("slack:U1", "D1", NOW + timedelta(hours=23)) == ASKED
    assert await second.dialogues.get("slack:U1", "D1", NOW + timedelta(days=1)) is None
    await second.close()


async def test_dialogues_of_others_and_in_other_places_are_others(ledger):
    await ledger.dialogues.put("slack:U1", "D1", ASKED, NOW)
    await ledger.dialogues.put("slack:U1", "D1", {**ASKED, "step": "role"}, NOW)
    assert (await ledger.dialogues.get("slack:U1", "D1", NOW))["step"] == "role"
    assert await ledger.dialogues.get("slack:U2", "D1", NOW) is None
    assert await ledger.dialogues.get("slack:U1", "D2", NOW) is None


async def test_a_state_is_taken_once(ledger):
    await ledger.dialogues.put("slack:U1", "D1", ASKED, NOW)
    assert not await ledger.dialogues.take("slack:U1", "D1", {**ASKED, "step": "role"})
    assert await ledger.dialogues.take("slack:U1", "D1", ASKED)
    assert not await ledger.dialogues.take("slack:U1", "D1", ASKED)
    assert await ledger.dialogues.get("slack:U1", "D1", NOW) is None
