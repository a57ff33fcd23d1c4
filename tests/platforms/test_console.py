"""The terminal as a platform: readable text, and no control character of a posting reaches it."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import config
from bot.app.responding import Responder
from bot.domain.message import Button, Line, LineKind, Message, Span
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.platforms.console.adapter import Console
from bot.platforms.text import plain
from bot.wording.catalogue import wording
from tests.domain.build import deadline, instant, posting
from tests.platforms.conversing import HANDING_IN, POSTINGS, SCRIPT, fill, handed_in, taking_postings
from tests.platforms.reading import CALENDAR, FORGOTTEN, check_calendars, following, opens, told
from tests.platforms.reading import SCRIPT as READING
from tests.publish.calendars import read as events

HERE = Destination("console", "terminal")


def test_a_message_is_its_lines_then_its_links_then_what_can_be_chosen():
    message = Message(
        lines=(Line.of("📣 ", Span("Robots", bold=True)), Line.of("as we said", kind=LineKind.QUOTE)),
        buttons=(
            (
                Button("Advert", url="https://lab.example/x"),
                Button("Next ›", request="positions.2"),
            ),
        ),
    )
    assert plain(message) == "📣 Robots\n│ as we said\nAdvert: https://lab.example/x\n\n[Next ›]\n"


def test_a_link_shows_where_it_leads_but_an_address_is_not_said_twice():
    lines = (
        Line.of(Span("the advert", url="https://lab.example/x")),
        Line.of(Span("https://lab.example/x", url="https://lab.example/x")),
        Line.of(Span("jobs@lab.example", url="mailto:jobs@lab.example")),
    )
    assert plain(Message(lines)) == "the advert <https://lab.example/x>\nhttps://lab.example/x\njobs@lab.example\n"


@given(st.text())
def test_a_terminal_is_never_given_a_command(text):
    shown = plain(Message((Line.of(Span(text, url=f"https://lab.example/{text}")),), ((Button(text, url=text),),)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


async def test_who_sits_at_the_terminal_is_told_what_to_type_to_be_reminded(capsys, monkeypatch):
    message = Message((Line.of("Owls"),), ((Button("Remind me", request="remind.1 owls", is_personal=True),),))
    await Console().send(HERE, message, "key")
    assert "Remind me" not in capsys.readouterr().out  # nobody can type there
    monkeypatch.setattr("bot.platforms.console.adapter._is_prompt", lambda: True)
    await Console().send(HERE, message, "key")
    assert capsys.readouterr().out.endswith("Owls\nRemind me: /remind owls\n\n")


async def test_what_is_sent_is_printed_below_its_channels_name_and_numbered(capsys):
    console = Console()
    message = Message((Line.of("Robots"),))
    assert [await console.send(HERE, message, "key") for _ in range(2)] == ["1", "2"]
    shown = capsys.readouterr().out
    assert shown.count("Robots\n") == 2
    assert shown.startswith("── terminal ──")
    assert console.payload(HERE, message, "key") == "Robots\n"


@pytest.mark.parametrize(
    ("machine", "zone_name", "shown"),
    [
        ("Europe/Berlin", "Europe/Berlin", None),
        ("Europe/Paris", "Europe/Berlin", None),
        ("America/New_York", "Europe/Berlin", "Your time: 2027-05-31 17:59 EDT"),
        ("UTC", "UTC", None),
        ("UTC", "AoE", "Your time: 2027-06-01 11:59 UTC"),
    ],
)
def test_the_readers_own_time_is_left_out_where_it_is_the_postings_own(monkeypatch, machine, zone_name, shown):
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        one = posting(deadline=deadline("2027-05-31", zone_name))
        text = plain(wording("en").posting(one, instant("2027-05-01"), "UTC"))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "⏳ Apply by Monday, 31 May 2027, 23:59" in text
    assert [line for line in text.splitlines() if line.startswith("Your time")] == ([shown] if shown else [])


def test_a_link_that_stands_in_the_text_is_not_said_twice():
    one = posting(apply="https://lab.example/apply or jobs@lab.example", url="https://lab.example/advert")
    text = plain(wording("en").posting(one, instant("2027-05-01"), "UTC"))
    assert text.endswith("Apply: https://lab.example/apply or jobs@lab.example\nAdvert: https://lab.example/advert\n")
    one = posting(apply="mailto:jobs@lab.example?subject=Owls")
    assert plain(wording("en").posting(one, instant("2027-05-01"), "UTC")).endswith("Apply: jobs@lab.example\n")


async def test_a_conversation_builds_on_the_answer_before(tmp_path, capsys):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\n")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: instant("2027-04-01 08:00"))
    fill(board, tmp_path / "postings")
    console = Console()
    for text, line, holds in SCRIPT:
        await console._answer(text, Responder(board))
        shown = capsys.readouterr().out
        assert line in shown, text
        assert holds in shown, text


async def test_a_position_is_handed_in_by_a_dialogue(tmp_path, capsys):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\n")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: instant("2027-04-01 08:00"))
    fill(board, tmp_path / "postings")
    console = Console()
    async with taking_postings(board) as responder:  # whoever sits at the console is an admin
        for text, holds in HANDING_IN:
            await console._answer(text, responder)
            assert holds in capsys.readouterr().out, text
    assert handed_in(tmp_path / "postings") is True


async def test_a_reader_follows_and_hears_at_the_terminal(tmp_path, capsys):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\ntimezone: Europe/Berlin\n")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: instant("2027-04-01 08:00"))
    fill(board, tmp_path / "postings")
    console = Console()
    async with following(board, {"console": console}) as running:
        for text, holds in READING:
            await console._answer(text, running.responder)
            assert holds in capsys.readouterr().out, text
        await running.tick()
        opens(tmp_path / "postings")
        await running.tick()
        assert await told(running) == [("console:admin", "herons", "announcement")]
        assert "New position: Herons" in capsys.readouterr().out
        for text, holds in FORGOTTEN:
            await console._answer(text, running.responder)
            assert holds in capsys.readouterr().out, text
        opens(tmp_path / "postings", "swans")
        await running.tick()
        await running.tick()
        assert await told(running) == []


async def test_a_reader_at_the_terminal_is_told_where_their_calendars_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\ntimezone: Europe/Berlin\n")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: instant("2027-04-01 08:00"))
    fill(board, tmp_path / "postings")
    console, files = Console(), []
    async with following(board, {"console": console}) as running:
        for text, holds in CALENDAR:
            await console._answer(text, running.responder)
            shown = capsys.readouterr().out
            assert holds in shown, text
            files += [Path(line.removeprefix("📎 ")) for line in shown.splitlines() if line.startswith("📎")]
        (tmp_path / "postings" / "doves.yaml").write_text(POSTINGS["doves"].replace("05-07", "05-17"))
        await running.tick()
        await console._answer("calendar doves", running.responder)
        newer = capsys.readouterr().out.rpartition("📎 ")[2].strip()
    check_calendars([(path.name, path.read_bytes()) for path in files])
    [(name, before)], [(same, after)] = (events(path.read_bytes()).items() for path in (files[1], Path(newer)))
    assert (name, before["sequence"] + 1) == (same, after["sequence"])
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(days=10)
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}


@pytest.mark.parametrize(
    ("language", "asked", "well", "thanks", "filled", "closed"),
    [
        ("en", "Does this still hold?", "All is well", "Thank you", "Filled", "Closed: owls"),
        ("de", "Stimmt das noch?", "Alles stimmt", "Danke", "Besetzt", "Geschlossen: owls"),
    ],
)
async def test_an_owner_is_asked_at_the_terminal_and_types_the_button(
    tmp_path, capsys, language, asked, well, thanks, filled, closed
):
    (tmp_path / "postings").mkdir()
    owls = tmp_path / "postings" / "owls.yaml"
    (tmp_path / "config.yaml").write_text(f"registry: postings\ntimezone: Europe/Berlin\nlanguage: {language}\n")
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: instant("2027-04-01 08:00"))
    console = Console()
    async with following(board, {"console": console}) as running:
        owls.write_text("title: Owls\nrole: phd\ndeadline: 2027-04-08\nowner: console:admin\n")
        await running.tick()
        assert asked in capsys.readouterr().out
        await console._answer(well, running.responder)
        assert thanks in capsys.readouterr().out
        now = board.clock()
        board.clock = lambda: now + timedelta(days=6)
        await running.tick()
        assert asked in capsys.readouterr().out
        await console._answer(filled, running.responder)
        assert closed in capsys.readouterr().out
    assert "status: filled" in owls.read_text()
