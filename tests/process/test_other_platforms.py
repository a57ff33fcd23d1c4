"""A kind of platform that nobody here knows: a folder, and no other file is touched."""

import json
import shutil
from pathlib import Path

import aiohttp
import pytest

from tests.ports import free_address
from tests.process.lab import Lab

PIGEON = Path(__file__).parents[1] / "platforms" / "pigeon"


@pytest.fixture
async def lab(tmp_path):
    """A lab that has pigeons, and nothing else."""
    shutil.copytree(PIGEON, tmp_path / "more" / "pigeon", ignore=shutil.ignore_patterns("__pycache__"))
    listen = free_address()
    async with Lab(tmp_path) as lab:
        lab.environment = {"CALLBOARD_PLATFORMS": str(tmp_path / "more"), "RING": "ring-4711"}
        lab.listen, lab.loft = listen, tmp_path / "loft.jsonl"
        lab.configure(
            [{"name": "roof", "platform": "birds", "address": "~roof"}],
            platforms={
                "birds": {"kind": "pigeon", "ring": "${RING}", "loft": str(lab.loft), "listen": listen},
            },
        )
        lab.post("owls", title="PhD with owls", deadline="2199-05-02")
        yield lab


def notes(lab):
    return [json.loads(line) for line in lab.loft.read_text().splitlines()]


async def test_it_is_checked_like_any_other(lab):
    assert (await lab.callboard("check")).code == 0
    lab.configure(
        [{"name": "roof", "platform": "pigeon", "address": "roof", "thread": 3}],
        platforms={"pigeon": {"ring": "leg", "lofft": "/x"}},
    )
    out = (await lab.callboard("check")).out
    assert 'platforms.pigeon.lofft" is no key I know; did you mean "loft"?' in out
    assert "platforms.pigeon.ring: is no ring; look at the pigeon's leg" in out
    assert "channels: address: is no loft; write ~ and its name" in out
    assert "thread: only Telegram has forum topics" in out
    lab.configure([], platforms={"telegram": {"token": "${RING}"}})
    said = (await lab.callboard("check")).out
    assert "platforms.telegram.token: is a pigeon's ring, which belongs under ring" in said
    assert "4711" not in said


async def test_it_is_previewed_planned_and_drawn(lab):
    shown = json.loads((await lab.callboard("preview", "owls")).out)
    assert shown["to"] == "~roof"
    assert "PhD with owls" in shown["note"]
    assert (await lab.callboard("preview", "owls", "--html", str(lab.folder / "page.html"))).code == 0
    page = (lab.folder / "page.html").read_text()
    assert "<h3>Pigeon post</h3>" in page
    assert ".pigeon { color: gray; }" in page
    assert (await lab.callboard("timeline", "--json")).rows[0]["platform"] == "birds"


async def test_it_is_sent_by_edited_and_settled(lab):
    assert (await lab.callboard("tick")).code == 0
    (note,) = notes(lab)
    assert (note["to"], "PhD with owls" in note["note"]) == ("~roof", True)
    assert (await lab.callboard("tick")).code == 0
    assert len(notes(lab)) == 1, "what is settled is said once"
    lab.post("owls", title="Postdoc with owls", deadline="2199-05-02")
    assert (await lab.callboard("tick")).code == 0
    assert "Postdoc with owls" in notes(lab)[0]["note"]
    (record, *_) = (await lab.callboard("ledger", "--json")).rows
    assert (record["platform"], record["state"], record["reference"]) == ("birds", "delivered", "1")


async def test_it_answers_and_keeps_its_ring_out_of_the_log(lab):
    bot = await lab.start("--verbose")
    await bot.says("ready")
    async with aiohttp.ClientSession(f"http://{lab.listen}") as client:
        async with client.post("/pigeon", data=b"phd") as answer:
            assert "PhD with owls" in await answer.text()
        async with client.post("/pigeon", data=b"/help") as answer:
            assert "coo positions [query]" in await answer.text()
    assert await bot.stop() == 0
    assert "4711" not in "".join(bot.log)


async def test_the_usual_commands_know_nothing_of_it_elsewhere(lab):
    lab.environment = {}
    out = (await lab.callboard("check")).out
    assert 'platforms.birds.kind: "pigeon" is no kind of platform; write console, web, slack or telegram' in out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"""Carrier', 'import nothing_of_that_name\n"""Carrier'),
        ('name = "pigeon"', 'name = "telegram"'),
        ("KIND = PigeonKind()", "KIND = PigeonKind"),
        ('hidden = (r"', 'hidden = (r"(" r"'),
        ('sends_with = "ring"', 'sends_with = "wing"'),
        ("    def make(", "    def mark("),
    ],
)
async def test_one_that_cannot_be_used_is_left_out_in_words(lab, before, after):
    file = lab.folder / "more" / "pigeon" / "__init__.py"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    ended = await lab.callboard("check")
    assert "the kind of platform in the folder pigeon cannot be used" in ended.err
    assert 'platforms.birds.kind: "pigeon" is no kind of platform' in ended.out
    assert "Traceback" not in ended.err
