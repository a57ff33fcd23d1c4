"""The page of sources: how each was when it was read last, and what is held."""

import re
from datetime import timedelta
from pathlib import Path

from bot.domain.link import Link
from bot.inspect import sources
from bot.sources.items import SourceItem
from bot.sources.settings import SourceSettings
from bot.store.sources import SourceState
from tests.domain.build import instant

NOON = instant("2027-05-02 12:00")
PAGE = SourceSettings(name="page", kind="page", at="https://www.lab.example/jobs?key=s3cret")
FILE = SourceSettings(name="file", kind="board", at=Path("/srv/private/jobs.yml"))


def shown(states=(), items=(), links=()):
    by_name = {state.name: state for state in states}
    return sources.page([PAGE, FILE], by_name, items, dict(links), "UTC", NOON).html


def test_each_source_stands_there_with_its_last_reading_and_without_secrets():
    text = shown([SourceState(name="page", read_at=NOON - timedelta(hours=3), count=5)])
    assert "2 sources, all well." in text
    assert "3 hours ago" in text
    assert re.search(r">2027-05-02 1[2-5]:\d\d<", text)  # from half of six hours to all of them after that
    assert "www.lab.example/jobs" in text
    assert "not yet" in text
    assert "s3cret" not in text
    assert "/srv/private" not in text


def test_what_was_wrong_and_what_is_held_is_named():
    failed = SourceState(
        name="page", read_at=NOON, error="it answers 500", failures=3, failed_at=NOON - timedelta(days=1)
    )
    held = SourceItem(
        source="page", key="1", said={"title": "<b>Owls"}, posting="owls", seen_at=NOON, held="5 of 6 are gone at once"
    )
    gone = SourceItem(source="page", key="2", said={"title": "Bats"}, posting="bats", seen_at=NOON, gone_at=NOON)
    text = shown([failed], [held, gone])
    assert "1 of them not read to the end; 1 position is held." in text
    assert "it answers 500; 3 times since" in text
    assert "&lt;b&gt;Owls" in text
    assert "5 of 6 are gone at once" in text
    assert "Bats" not in text


def test_links_that_are_gone_stand_there_with_their_positions_and_without_secrets():
    links = [
        (
            Link("https://www.lab.example/jobs/7?key=s3cret", NOON, NOON - timedelta(days=2), NOON, 404),
            ["owls", "bats"],
        ),
        (Link("https://gone.lab.example/", NOON, NOON - timedelta(days=3), NOON), ["mice"]),
    ]
    text = shown(links=links)
    assert "Links that are gone" in text
    assert all(
        one in text for one in ("www.lab.example/jobs/7", "2027-04-30 12:00", "404", "owls, bats", "no such host")
    )
    assert "s3cret" not in text
    assert "Links that are gone" not in shown()
