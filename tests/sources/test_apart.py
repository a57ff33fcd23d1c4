"""The process apart: what crashes or holds up a reader is trouble of that page alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sources import apart, worker
from bot.sources.apart import ReaderProcess
from bot.sources.asking import SourceAddress, read_source
from bot.sources.ats.base import BoardPage, PageRequest
from bot.sources.base import AsFound, FoundPosting, Reading, SourceError
from bot.sources.fetching import Fetched, Fetcher
from bot.sources.records import SourceRecord
from bot.sources.wire import LENGTHS, packed, unpacked

NOW = datetime(2027, 1, 1, tzinfo=UTC)
_PAGE = Fetched(
    "https://lab.example/jobs", b"<h1>PhD position in optics</h1><p>We are hiring. Apply by 2 May 2027.</p>"
)
_HANGS = f"import re; re.match('(a+)+$', {'a' * 60 + 'b'!r})"
_CRASHES = "import os; os.abort()"


def test_what_goes_to_the_process_comes_back_as_it_was() -> None:
    record = SourceRecord(title="PhD", state=AsFound.CLOSED, fte=65.0)
    posting = FoundPosting({"title": "x", "role": ["phd"], "contact": {"email": "a@lab.example"}}, AsFound.SPECULATIVE)
    listing = BoardPage(
        (record,), PageRequest("https://lab.example/2", {"key": "x"}), (PageRequest("https://lab.example/3"),), 1
    )
    for value in (record, posting, listing, Reading((posting,), "two are missing")):
        message = packed({"it": value})
        assert unpacked(message[LENGTHS.size :])["it"] == value


@pytest.mark.parametrize("head", [b"", b"{", b'{"\\u0000shape": "Path"}', b'{"\\u0000shape": "Reading", "system": 1}'])
def test_what_is_no_message_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(head)


def _environment(pid: int) -> bytes:
    file = Path(f"/proc/{pid}/environ")
    return file.read_bytes() if file.exists() else b""


async def test_a_page_is_read_apart_and_nothing_secret_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resource.py").write_text("raise SystemExit('read from the folder that it was started in')")
    async with ReaderProcess() as reader:
        [posting] = (await reader.fetched("page", _PAGE, NOW)).postings
        assert posting.fields["deadline"] == "2027-05-02"
        process = reader._process
        assert process
        assert b"secret" not in _environment(process.pid)
        with pytest.raises(SourceError, match="no JSON"):
            await reader.listing("lever", Fetched("https://api.lever.co/", b"Not found"))
        assert reader._process is process


@pytest.mark.parametrize(("does", "why"), [(_HANGS, "took longer than 2 seconds"), (_CRASHES, "crash")])
async def test_a_page_that_hangs_or_crashes_its_reader_is_told_and_the_next_one_is_read(
    does: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # the process finds a reader of pages that does so for this page alone
    (tmp_path / "sitecustomize.py").write_text(
        "import bot.sources.kinds as kinds\n"
        "read = kinds.read_page\n"
        f"def broken(text, **how):\n    if 'broken' in text:\n        {does}\n    return read(text, **how)\n"
        "kinds.read_page = broken\n"
    )
    monkeypatch.setattr(apart.sys, "path", [str(tmp_path), *apart.sys.path])
    async with ReaderProcess(2) as reader:
        with pytest.raises(SourceError, match=why):
            await reader.fetched("page", Fetched("https://lab.example/", b"<p>broken</p>"), NOW)
        assert len((await reader.fetched("page", _PAGE, NOW)).postings) == 1


async def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/nowhere/python")
    async with ReaderProcess() as reader:
        with pytest.raises(SourceError, match="cannot be started"):
            await reader.fetched("page", _PAGE, NOW)


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), MemoryError(), re.error("x"), OSError()])
def test_whatever_breaks_in_a_reader_is_that_pages_trouble(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(worker, "from_bytes", broken)
    work = {"do": "bytes", "kind": "page", "url": "x", "content_type": "", "now": NOW.isoformat()}
    assert set(worker._answer(work, b"")) == {"error"}


async def test_a_file_is_read_apart(tmp_path: Path) -> None:
    page = tmp_path / "jobs.html"
    page.write_bytes(_PAGE.data)
    clock: Callable[[], datetime] = lambda: NOW  # noqa: E731
    async with Fetcher(clock) as fetcher, ReaderProcess() as reader:
        assert len((await read_source(SourceAddress("page", page), fetcher, reader, clock)).postings) == 1
        page.unlink()
        with pytest.raises(SourceError, match="cannot be read"):
            await read_source(SourceAddress("page", page), fetcher, reader, clock)
