"""People are kept and published for as long as a position is open; `callboard erase` takes them out for good. Whole
processes; what is gone is looked for in the bytes of every file that is left.
"""

import json
import sqlite3

import pytest

from tests.ports import free_port
from tests.process.lab import GROUP, Lab
from tests.process.test_withdraw import get, until_status
from tests.store.conftest import postgresql_url, server, sqlite_url, url  # noqa: F401  # both databases

pytestmark = pytest.mark.process

PEOPLE = ("Ada Beispiel", "ada.beispiel@lab.example", "Boris Muster")
FIELDS = {
    "title": "PhD on owls",
    "group": "Owl Lab",
    "contact": {"name": PEOPLE[0], "email": PEOPLE[1]},
    "supervisors": [PEOPLE[2]],
    "apply": PEOPLE[1],
    "summary": f"You work with {PEOPLE[2]}.",
    "description": f"Write to {PEOPLE[0]}, {PEOPLE[1]}.",
    "deadline": "2199-05-02",
}
FORMATS = [word for name in ("html", "ics", "atom", "json", "jsonld") for word in ("--format", name)]


def held(lab, *names):
    """The files of the lab in which any of these people stand, without the postings themselves."""
    found = set()
    for path in lab.folder.rglob("*"):
        if path.is_file() and path.parent != lab.postings:
            data = path.read_bytes()
            found |= {path.relative_to(lab.folder).parts[0] for one in names or PEOPLE if one.encode() in data}
    return found


async def export(lab):
    ended = await lab.callboard("export", *FORMATS, "--out", str(lab.folder / "public"), "--base-url", "https://a.b")
    assert ended.code == 0, ended.err
    [entry] = json.loads((lab.folder / "public" / "postings.json").read_text())["postings"]
    return entry


async def erase(lab, code=0, name="owls"):
    ended = await lab.callboard("erase", name)
    assert ended.code == code, ended.err
    return ended.err


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as one:
        one.configure([{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}])
        one.post("owls", **FIELDS)
        assert (await one.callboard("tick")).code == 0
        assert (await export(one))["contact"]["email"] == PEOPLE[1]
        assert held(one) >= {"callboard.db", "public"}
        yield one
        one.assert_no_problems()


@pytest.mark.parametrize("how", ["closed", "filled", "withdrawn", "draft", "deleted"])
async def test_what_is_closed_or_gone_keeps_title_group_and_dates_and_nobodys_name(lab, how):
    if how == "deleted":
        (lab.postings / "owls.yaml").unlink()
        (lab.postings / "README.md").write_text("one day there is something again\n")
    else:
        lab.post("owls", **FIELDS, status=how)
    assert (await lab.callboard("tick")).code == 0
    sent = len(lab.telegram.sent)
    edits = lab.telegram.counts["editMessageText"]
    entry = await export(lab)
    assert held(lab) == set()
    assert (entry["title"], entry["group"], entry["deadline"]["at"]) == (
        "PhD on owls",
        "Owl Lab",
        "2199-05-02T23:59:59+02:00",
    )
    assert "contact" not in entry
    page = (lab.folder / "public" / "postings" / "owls" / "index.html").read_text()
    assert "PhD on owls" in page
    assert "Owl Lab" in page
    for _ in range(2):
        assert (await lab.callboard("tick")).code == 0
        assert (await export(lab))["sequence"] == entry["sequence"] == 1
    assert (len(lab.telegram.sent), lab.telegram.counts["editMessageText"]) == (sent, edits)
    lab.post("owls", **FIELDS)
    assert (await lab.callboard("tick")).code == 0
    again = await export(lab)
    assert (again["contact"]["name"], again["sequence"]) == (PEOPLE[0], 2)


async def test_a_renamed_file_is_known_though_not_all_of_it_is_kept(lab):
    lab.post("owls", **FIELDS, status="filled")
    assert (await lab.callboard("tick")).code == 0
    await export(lab)
    (lab.postings / "owls.yaml").rename(lab.postings / "night-owls.yaml")
    ended = await lab.callboard("tick")
    assert "owls is called night-owls now" in ended.err
    assert (await export(lab))["sequence"] == 1
    assert held(lab) == set()
    database = sqlite3.connect(lab.folder / "callboard.db")
    assert database.execute("SELECT count(*) FROM editions").fetchone() == (1,)
    database.close()


async def test_an_open_posting_is_refused_and_one_that_is_over_is_erased_for_good(lab):
    assert "is open" in await erase(lab, 1)
    assert held(lab) >= {"callboard.db", "public"}
    assert "nothing was ever announced" in await erase(lab, 2, "mice")
    text = (lab.postings / "owls.yaml").read_text()
    lab.post("owls", **{**FIELDS, "deadline": "2020-05-02"})  # it has passed, and its file says open
    assert (await lab.callboard("tick")).code == 0
    await export(lab)
    assert held(lab) != set()
    said = await erase(lab)
    assert "a name in its title, messages already sent" in said
    assert "git's history" in said
    await export(lab)
    assert held(lab) == set()
    lab.postings.joinpath("owls.yaml").write_text(text)  # open again, with everybody in it
    for _ in range(2):
        assert (await lab.callboard("tick")).code == 0
        entry = await export(lab)
    assert entry["standing"] == "open"
    assert entry["description"] == "Write to …, …."
    assert held(lab) == set()
    assert PEOPLE[0] in (lab.postings / "owls.yaml").read_text()


async def test_a_running_bot_follows_and_does_not_write_it_back(lab):
    listen = f"127.0.0.1:{free_port()}"
    lab.listen = listen
    channels = [{"name": "lab-telegram", "platform": "telegram", "address": "@lab_jobs"}]
    lab.configure(channels, web={"listen": listen})
    bot = await lab.start()
    await bot.says("the board at")
    await until_status(lab, "/postings/owls", 200)
    assert PEOPLE[0] in (await get(lab, "/postings/owls"))[1]
    assert (await lab.callboard("withdraw", "owls")).code == 0
    await erase(lab)
    lab.post("owls", **FIELDS, tags=["night"])
    await bot.says("1 postings new or changed")
    await until_status(lab, "/postings/owls", 410)
    assert await bot.stop() == 0
    assert (await lab.callboard("export", *FORMATS, "--out", str(lab.folder / "public"))).code == 0
    assert held(lab) == set()
    assert any(PEOPLE[0] in sent.text for sent in lab.telegram.sent if sent.chat.id == GROUP)


async def test_it_is_so_in_postgresql_as_well(tmp_path, postgresql_url):  # noqa: F811
    async with Lab(tmp_path) as lab:
        lab.configure([], platforms={}, database=postgresql_url)
        lab.post("owls", **FIELDS)
        assert (await export(lab))["contact"]["email"] == PEOPLE[1]
        lab.post("owls", **FIELDS, status="closed")
        await erase(lab)
        assert "contact" not in await export(lab)
        lab.post("owls", **FIELDS)
        assert "contact" not in await export(lab)
        assert held(lab) == set()
