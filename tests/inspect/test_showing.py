"""What a running bot shows: the ledger's past and the registry's future in one picture."""

from datetime import timedelta

import pytest

from bot.config import read
from bot.domain.notice import State
from bot.engine.board import Callboard
from bot.inspect.showing import Sights, gathered
from bot.planning.wanted import bundles, timeline
from bot.sources.files import RegistryChanges
from bot.store import Ledger
from tests.domain.build import instant

NOW = instant("2027-04-15 13:00")
CONFIG = """\
registry: postings
timezone: Europe/Berlin
reminders: [7d, 1d]
channels:
  - {name: lab, platform: console}
  - {name: quiet, platform: console, filter: postdoc}
"""


@pytest.fixture
def board(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    for name, text in {
        "owls": "deadline: 2027-04-20\n",
        "newts": "deadline: 2027-05-05\n",
        "bats": "status: draft\n",
    }.items():
        (tmp_path / "postings" / f"{name}.yaml").write_text(f"title: {name.title()} <at> night\nrole: phd\n{text}")
    board = Callboard(read(tmp_path / "config.yaml"), lambda: NOW)
    board.read()
    return board


@pytest.fixture
async def ledger(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/callboard.db")
    yield ledger
    await ledger.close()


async def say(board, ledger, at, name, state=State.DELIVERED):
    """As if the announcement had been sent then."""
    notices = [one for _, one in timeline([board.index.get(name)], board.config.channels, at, at)]
    for dispatch in bundles(board.config.channels[0], notices):
        assert await ledger.begin(dispatch, at)
        await ledger.end(dispatch.key, state, at)


async def test_the_past_is_the_ledgers_and_the_future_what_is_left(board, ledger):
    await say(board, ledger, NOW - timedelta(days=9), "owls", State.REFUSED)
    span = await gathered(board, ledger, NOW - timedelta(days=14), NOW + timedelta(days=30))
    told = sorted((mark.at, mark.postings, mark.kind, mark.lead, mark.state) for mark in span.marks)
    assert told == [
        (NOW - timedelta(days=9), ("owls",), "announcement", None, "refused"),
        (NOW, ("newts",), "announcement", None, "planned"),
        (NOW, ("owls",), "reminder", "7d", "planned"),  # it has passed, and was not said
        (instant("2027-04-19 07:00"), ("owls",), "reminder", "1d", "planned"),
        (instant("2027-04-28 07:00"), ("newts",), "reminder", "7d", "planned"),
        (instant("2027-05-04 07:00"), ("newts",), "reminder", "1d", "planned"),
    ]
    assert [end.posting for end in span.deadlines] == ["owls", "newts"]


async def test_a_past_span_shows_what_was_said_in_it_alone(board, ledger):
    await say(board, ledger, NOW - timedelta(days=9), "owls")
    await say(board, ledger, NOW - timedelta(days=3), "newts")
    span = await gathered(board, ledger, NOW - timedelta(days=10), NOW - timedelta(days=5))
    assert [(mark.postings, mark.state) for mark in span.marks] == [(("owls",), "delivered")]


async def test_the_pages_of_a_running_bot(board, ledger):
    sights = Sights(board, ledger)
    assert sights.now() == NOW
    page = await sights.timeline(NOW, NOW + timedelta(days=30))
    assert "Newts &lt;at&gt; night" in page.html
    assert "Bats" not in page.html
    assert "Bats &lt;at&gt; night" in (await sights.preview("bats")).html
    assert '<iframe src="/preview/bats/board"' in (await sights.preview("bats")).html
    assert b'<h1 dir="auto">Bats &lt;at&gt; night</h1>' in sights.board("bats")
    assert b'href="/preview/board.css"' in sights.board("bats")
    assert await sights.preview("rats") is None
    assert sights.board("rats") is None


async def test_the_list_of_previews_leads_to_each(board, ledger):
    page = Sights(board, ledger).previews()
    found = [
        page.html.index(one)
        for one in ("<h2>Drafts</h2>", '<a href="/preview/bats"', "<h2>Open", '<a href="/preview/newts"')
    ]
    assert found == sorted(found)
    assert "Newts &lt;at&gt; night</a>" in page.html
    assert "<h2>Over</h2>" not in page.html


async def test_what_is_gone_is_named_by_its_title(board, ledger):
    await say(board, ledger, NOW - timedelta(days=9), "owls")
    await ledger.remember([board.index.get("owls")])
    board.take_in(RegistryChanges((), ("owls",), ()))
    span = await gathered(board, ledger, NOW - timedelta(days=14), NOW)
    assert span.titles["owls"] == "Owls <at> night"
