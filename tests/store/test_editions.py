"""What was published outlives a process, and is counted once by several."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from bot.config import read
from bot.domain.edition import Edition
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.publish.formats import atom, calendar
from bot.wording.catalogue import wording
from tests.domain.build import posting
from tests.store.build import NOON

LATER = NOON + timedelta(hours=1)
FIRST = Edition("owls", posting("owls", deadline="2027-06-01", tags=("night",)), 0, NOON, NOON)


async def test_an_edition_is_read_back_as_it_was_kept(ledger):
    gone = Edition("mice", posting("mice"), 3, NOON, LATER, LATER)
    assert await ledger.publish([FIRST, gone]) == {"owls": FIRST, "mice": gone}
    assert await ledger.editions() == {"owls": FIRST, "mice": gone}


async def test_a_change_that_two_processes_see_is_counted_once(ledger):
    await ledger.publish([FIRST])
    changed = posting("owls", title="Owls, and bats")
    one = replace(FIRST, posting=changed, sequence=1, updated_at=LATER)
    two = replace(one, updated_at=LATER + timedelta(seconds=1))
    assert await ledger.publish([one]) == {"owls": one}
    assert await ledger.publish([two]) == {"owls": one}
    assert await ledger.publish([FIRST]) == {"owls": one}, "who is behind changes nothing"


async def test_a_renamed_file_is_kept_under_its_new_id(ledger):
    await ledger.publish([FIRST])
    renamed = replace(FIRST, posting=replace(FIRST.posting, id="birds"))
    assert await ledger.publish([renamed]) == {"owls": renamed}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\ntimezone: Europe/Berlin\n")

    def write(name, text):
        (tmp_path / "postings" / f"{name}.yaml").write_text(text)

    write.folder = tmp_path
    return write


async def editions_of(files, ledger, now, base_url=None):
    board = Callboard(read(files.folder / "config.yaml"))
    board.read()
    editions = Editions(board, Archive(board, ledger), base_url)
    await editions.take_in(now)
    return board, editions


async def test_the_registry_is_followed_over_restarts(files, ledger):
    files("owls", "{title: Owls, role: phd}")
    board, published = await editions_of(files, ledger, NOON)
    assert published.named.get("owls").sequence == 0
    files("owls", "{title: Owls and bats, role: phd}")
    board.take_in(board.registry.read())
    number = published.number
    await published.take_in(LATER)
    assert (published.named.get("owls").sequence, published.number) == (1, number + 1)
    await published.take_in(LATER)
    assert published.number == number + 1, "nothing has changed"
    _, again = await editions_of(files, ledger, LATER + timedelta(days=1))
    assert again.editions == published.editions


async def test_a_file_that_no_longer_holds_up_keeps_its_edition(files, ledger):
    files("owls", "{title: Owls, role: phd}")
    _, published = await editions_of(files, ledger, NOON)
    files("owls", "{title: Owls, role: phdd}")
    board, again = await editions_of(files, ledger, LATER)
    assert again.editions == published.editions
    assert board.index.get("owls").title == "Owls"


async def test_an_empty_folder_ends_nothing(files, ledger):
    for name in ("owls", "mice"):
        files(name, "{title: Animals, role: phd}")
    _, published = await editions_of(files, ledger, NOON)
    for name in ("owls", "mice"):
        (files.folder / "postings" / f"{name}.yaml").unlink()
    _, again = await editions_of(files, ledger, LATER)
    assert again.editions == published.editions


async def test_a_deleted_file_is_gone_and_stays_known(files, ledger):
    for name in ("owls", "mice"):
        files(name, f"{{title: {name}, role: phd}}")
    board, published = await editions_of(files, ledger, NOON)
    (files.folder / "postings" / "owls.yaml").unlink()
    board.take_in(board.registry.read())
    await published.take_in(LATER)
    assert published.named.get("owls").gone_at == LATER
    assert published.named.get("mice").gone_at is None


async def test_a_posting_is_published_when_its_day_comes(files, ledger):
    files("owls", "{title: Owls, role: phd, posted: 2027-05-03}")
    _, published = await editions_of(files, ledger, NOON)
    assert not published.editions
    await published.take_in(NOON + timedelta(days=1))
    assert published.named.get("owls").published_at.isoformat() == "2027-05-02T22:00:00+00:00"


async def test_ids_keep_the_host_at_which_the_world_first_saw_them(files, ledger):
    files("owls", "{title: Owls, role: phd, deadline: 2027-06-01}")

    async def ids(base_url):
        board, published = await editions_of(files, ledger, NOON, base_url)
        site, words = board.site(base_url), wording("en")
        events = Calendar.from_ical(calendar.render(published.editions.values(), site, words, NOON)).walk("VEVENT")
        return {str(one["uid"]) for one in events} | {atom.tag(one, site) for one in published.editions.values()}

    assert await ids(None) == {"owls@127.0.0.1", "tag:127.0.0.1,2027-05-02:owls"}, "nobody else has seen it"
    found = {"owls@old.example", "tag:old.example,2027-05-02:owls"}
    assert await ids("https://old.example/jobs") == found
    assert await ids("https://new.example") == found
    files("mice", "{title: Mice, role: phd, deadline: 2027-06-01}")
    assert await ids("https://new.example") == found | {"mice@new.example", "tag:new.example,2027-05-02:mice"}
    assert await ids(None) == found | {"mice@new.example", "tag:new.example,2027-05-02:mice"}
