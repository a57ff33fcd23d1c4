"""What holds of every kind of platform: that its description is whole, and that it does what `platforms.base` says."""

import asyncio
import json
import logging
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest
import yaml
from jsonschema import Draft202012Validator

import bot.platforms
from bot import config
from bot.app.responding import Responder
from bot.domain.message import Button, Line, Message, Span
from bot.domain.schedule import Destination
from bot.domain.zones import zone
from bot.engine.board import Callboard
from bot.files.account import account_name
from bot.observe import logs
from bot.pictures.viewer import Viewer
from bot.platforms.base import CannotAskError, DeliveryError
from bot.platforms.kinds import Surroundings, kinds
from bot.platforms.settings import SecretText
from bot.schema import InvalidError, KeyedRecord, compose
from bot.schema.secrets import Secret, revealed
from bot.web import Listener
from bot.wording.catalogue import wording
from tests.platforms.answering import Everyone
from tests.platforms.worlds import WORLDS

ROOT = Path(bot.platforms.__file__).parent
REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"
KEY = "lab/owls/announcement"
HELLO = Message((Line.of("Hello, ", Span("owls", bold=True)),))
LATER = Message((Line.of("Goodbye"),))
HOSTILE = "<script>alert(1)</script> <!channel> *_`[x](javascript:alert(1)) \" ' &amp;"


@pytest.fixture(params=sorted(kinds()))
def kind(request):
    return kinds()[request.param]


@pytest.fixture
async def world(kind, tmp_path, capsys):
    async with WORLDS[kind.name](tmp_path, capsys) as world:
        yield world


@pytest.fixture
async def platform(kind, world, tmp_path):
    """As the bot makes it of a config that was read."""
    settings = read(kind, world.settings)
    around = Surroundings("lab-bot", lambda: datetime.now(UTC), wording, addresses=["lab"], file=tmp_path / "kept")
    made = kind.make(settings, around)
    yield made
    await made.close()


def read(kind, settings):
    node = compose(yaml.safe_dump(settings))
    return KeyedRecord(kind.settings).read(node, f"platforms.{kind.name}")


def place(world):
    return Destination("lab-bot", world.address)


def test_every_folder_is_a_kind_and_has_a_world():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders == set(kinds()) == set(WORLDS)


def test_kinds_that_need_no_secret_come_first():
    needing = [bool(kind.needed) for kind in kinds().values()]
    assert needing == sorted(needing)


def test_its_description_is_whole(kind):
    assert (ROOT / kind.name).is_dir()
    assert kind.title
    assert set(kind.needed) | set(kind.unshared) <= set(kind.settings)
    assert {kind.sends_with, kind.server_key} - {None} <= set(kind.settings)
    assert kind.needs_address == (kind.example_address is not None)
    if kind.example_address:
        assert kind.address_fault(kind.example_address) is None
    assert kind.syntax.of("positions", "").strip("/!.").startswith("positions")
    assert all(usual >= logging.WARNING for usual, _ in kind.loggers.values())
    assert all(re.compile(pattern, re.VERBOSE | re.IGNORECASE) for pattern in kind.hidden)
    assert all(re.compile(pattern) for pattern in kind.headers.values())
    assert all(endpoint.path.startswith("/") for endpoint in kind.endpoints("x", {}))


def test_no_address_has_spaces_or_is_empty(kind):
    for address in ("", "a b", "\n"):
        assert kind.address_fault(address)


def test_every_setting_is_in_the_reference(kind):
    text = REFERENCE.read_text(encoding="utf-8")
    assert kind.name in text
    for key in kind.settings:
        assert f"`{kind.name}.{key}`" in text


def test_a_description_reads_no_library():
    """Nor does the table of commands, which each press of Tab reads. In a process of its own: here all have been."""
    libraries = ("telegram", "slack_sdk", "slack_bolt", "aiohttp", "prompt_toolkit", "sqlalchemy", "jinja2", "PIL")
    read = "import sys, bot.cli; bot.cli.callboard.read_all()"
    code = f"{read}; print([name for name in {libraries} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


# --- Settings


async def test_what_is_read_fits_the_schema_and_nothing_else_does(kind, world):
    known = {key: Draft202012Validator(value.schema) for key, value in kind.settings.items()}
    texts = [
        *map(str, world.settings.values()),
        "x",
        "a b",
        "127.0.0.1:1",
        "http",
        "https://lab.example/x",
        "é" * 3,
        "",
    ]
    for key, validator in known.items():
        numbers = () if isinstance(kind.settings[key], SecretText) else (7, True)  # a token of digits needs no quotes
        for value in (*texts, *numbers, [], {}, ["x"], {"x": 1}):
            try:
                read(kind, {key: value})
            except InvalidError as error:
                if "which belongs under" not in str(error):  # a token in another's place: no schema knows that
                    assert not validator.is_valid(value), (key, value)
            else:
                assert validator.is_valid(value), (key, value)


async def test_secrets_are_sealed_and_shown_by_nothing(kind, world, platform, tmp_path):
    settings = read(kind, world.settings)
    assert {key for key, value in settings.items() if isinstance(value, Secret)} == set(world.tokens)
    assert set(revealed(settings)) == {world.settings[key] for key in world.tokens}
    (tmp_path / "postings").mkdir()
    channel = {"name": "lab", "platform": kind.name, "address": world.address}
    (tmp_path / "config.yaml").write_text(
        yaml.safe_dump({"platforms": {kind.name: world.settings}, "channels": [channel]})
    )
    found = config.read(tmp_path / "config.yaml")
    for key in world.tokens:
        secret = world.settings[key]
        assert secret in found.secrets
        assert secret not in f"{settings} {found!r} {platform!r}"


def test_a_secret_that_is_not_set_makes_no_platform_of_it(kind, tmp_path, monkeypatch):
    monkeypatch.delenv("UNSET", raising=False)
    (tmp_path / "postings").mkdir()
    section = dict.fromkeys(kind.needed, "${UNSET}")
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"platforms": {kind.name: section}}))
    platforms = config.read(tmp_path / "config.yaml").platforms
    assert [platform.name for platform in platforms] == ([] if kind.needed else [kind.name])


def test_what_looks_like_its_token_is_hidden_in_the_log_and_told_from_others(kind):
    examples = {
        "token": "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345",
        "bot_token": "xoxb-1234567890-abcdefgh",
        "app_token": "xapp-1-A012-345678-abcdef",
    }
    for shape in kind.token_shapes:
        example = examples[shape.key]
        assert re.fullmatch(shape.pattern, example)
        assert logs.sealed(f"see {example}.") != f"see {example}."
        others = [other for other in kinds().values() if shape not in other.token_shapes]
        assert not [one for other in others for one in other.token_shapes if re.fullmatch(one.pattern, example)]


# --- Sending


async def test_a_payload_is_json_or_text_and_is_the_same_each_time(platform, world):
    made = platform.payload(place(world), HELLO, KEY)
    assert made == platform.payload(place(world), HELLO, KEY)
    assert "Hello, " in json.dumps(made)
    assert isinstance(made, str) or isinstance(json.loads(json.dumps(made)), dict)


async def test_what_is_sent_stands_there_and_can_be_put_right_or_that_is_refused_for_good(platform, world):
    since = datetime.now(UTC) - timedelta(minutes=5)
    reference = await platform.send(place(world), HELLO, KEY)
    assert reference
    assert [text for text in world.seen() if "Hello, owls" in text]
    with suppress(CannotAskError):
        assert await platform.find(place(world), KEY, since) == reference
        assert await platform.find(place(world), f"{KEY} of another", since) is None
    if not platform.can_edit:
        for change in (platform.edit(reference, LATER, KEY), platform.delete(reference)):
            with pytest.raises(DeliveryError) as refused:
                await change
            assert refused.value.permanent
        return
    await platform.edit(reference, LATER, KEY)
    await platform.edit(reference, LATER, KEY)
    assert world.seen() == ["Goodbye"]
    await platform.delete(reference)
    await platform.delete(reference)
    assert world.seen() == []


async def test_a_message_that_is_gone_is_answered_by_one_that_stands_alone(platform, world):
    first = await platform.send(place(world), HELLO, KEY)
    if platform.can_edit:
        await platform.delete(first)
    assert await platform.send(place(world), LATER, f"{KEY} 2", first) != first
    assert "Goodbye" in world.seen()[-1]


@pytest.mark.parametrize("fault", ["wait", "never", "doubt"])
async def test_an_error_says_again_when_or_never(kind, platform, world, fault):
    if fault not in world.faults:
        assert kind.server_key is None, "whoever asks a server is refused, told to wait, and left without an answer"
        return
    world.faults[fault]()
    with pytest.raises(DeliveryError) as failed:
        await platform.send(place(world), HELLO, KEY)
    error = failed.value
    assert (error.retry_after == 7, error.permanent, error.in_doubt) == (
        fault == "wait",
        fault == "never",
        fault == "doubt",
    )
    assert str(error)
    assert not [key for key in world.tokens if world.settings[key] in f"{error} {error!r} {error.__cause__!r}"]


def test_rates_have_the_one_of_the_token_last(kind, platform, world):
    rates = platform.rates(place(world))
    assert all(rate.count > 0 and rate.seconds > 0 for rate in rates)
    if rates:
        assert rates[-1].bucket == platform.rates(Destination("lab-bot", "another"))[-1].bucket


def test_how_commands_are_written_is_the_same_wherever_one_asks(kind, platform):
    assert platform.syntax == kind.syntax
    assert platform.name == "lab-bot"


# --- People


async def test_what_is_asked_of_a_person_is_answered_or_refused_in_words(platform, world):
    for person in ("4242", "U_NOBODY", "", "a b", "-1"):
        with suppress(CannotAskError):
            assert await platform.is_member(person, [place(world)]) in {True, False}
        with suppress(CannotAskError):
            assert await platform.administers(person, place(world)) in {True, False}
        with suppress(DeliveryError):
            assert (await platform.private_place(person)).platform == "lab-bot"
        # nobody is at the terminal but who has started the bot
        assert await platform.name_of(person) in {None, account_name()}


# --- Answering


class Front(Everyone):
    def __init__(self, board):
        self.routes = Listener()
        self.answer = Responder(board).answer

    async def turn(self, _destination):
        return None

    def sends(self, _platform):
        return True

    def look_who_sends(self):
        return None

    async def while_it_sends(self, _platform, work):
        await work()


async def test_whoever_asks_is_answered(platform, world, tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "postings" / "owls.yaml").write_text("{title: PhD with owls, role: phd}")
    (tmp_path / "config.yaml").write_text("registry: postings\n")
    board = Callboard(config.read(tmp_path / "config.yaml"))
    board.read()
    listening = asyncio.create_task(platform.listen(Front(board)))
    try:
        answer = await world.ask("phd")
        if answer is None:
            assert await asyncio.wait_for(listening, 10) is None, "nobody can ask, and it says so by ending"
        else:
            assert "PhD with owls" in answer
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


# --- Preview


async def test_a_preview_draws_text_as_text(kind, platform, world):
    preview = kind.preview()
    line = Line.of(Span(HOSTILE, bold=True), Span("here", url="javascript:alert(1)"))
    sent = platform.payload(place(world), Message((line,), ((Button(HOSTILE, request="positions.1"),),)), KEY)
    drawn = preview.draw(sent, Viewer(datetime.now(UTC), zone("Asia/Tokyo"), name=preview.speaks_as(None)))
    html = tostring(drawn, encoding="unicode", method="html")
    assert HOSTILE[:25] in "".join(drawn.itertext())
    assert not re.search(r"<script|href|src=| on\w+=", html)
    assert f".{drawn.get('class')} {{" in preview.style
