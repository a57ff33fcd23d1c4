"""What is published, as files: for a site of which nothing but files can be put on a server."""

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib.resources import files as files_of
from pathlib import Path, PurePosixPath

from bot.domain.edition import Edition, by_name, first_host
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.engine.archive import Archive
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.files.folder import Folder
from bot.publish.formats import calendar, jsonld, markdown, sitemap
from bot.publish.formats.entries import soonest_first
from bot.publish.formats.format import formats as feeds
from bot.publish.pages import pages
from bot.publish.pages.choices import choices_of
from bot.publish.share import picture as share
from bot.store import Ledger
from bot.wording.catalogue import wording
from bot.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class PublishedState:
    """All that was ever published, where, in which language, and as of when; and, by every id, what was withdrawn.
    `page`: the Markdown page as it is, if there is one.
    """

    editions: Collection[Edition]
    site: Site
    words: Wording
    now: datetime
    page: str | None = None
    withdrawn: Mapping[str, Edition | None] = field(default_factory=dict)


async def published(board: Callboard, database: str, base_url: str | None) -> PublishedState:
    """What is published by now, which the ledger in this database (a URL) keeps count of. Raises `LedgerError`."""
    now = board.clock()
    ledger = await Ledger.open(database)
    try:
        board.hide(await ledger.withdrawn())
        board.erase(await ledger.erased())
        shown = Editions(board, Archive(board, ledger), base_url)
        await shown.take_in(now)
    finally:
        await ledger.close()
    words = wording(board.config.language)
    editions = shown.editions.values()
    known = (*editions, *filter(None, shown.withdrawn.values()))  # the first may be among what was taken back
    site = replace(board.site(base_url), first_host=first_host(known))
    return PublishedState(editions, site, words, now, withdrawn=shown.withdrawn)


# --- Which files there are


def files(formats: Iterable[str], state: PublishedState) -> dict[str, bytes | None]:
    """What belongs into each file, by its path; None: it belongs there no more. Raises `MarkersError`."""
    return {path: content for name in dict.fromkeys(formats) for path, content in _FORMATS[name](state)}


def _html(state: PublishedState) -> Iterator[tuple[str, bytes | None]]:
    """The board, and all that its pages name. Each posting is a folder's index: so its address is as the bot has it,
    wherever the files lie.
    """
    now, editions = state.now, soonest_first(state.editions, state.now)
    still_open = [edition for edition in editions if edition.standing(now) is Standing.OPEN]
    setting = pages.PageSetting(state.site, state.words, now, is_file=True)
    choices = choices_of(still_open)
    yield "index.html", pages.board(setting, still_open, pages.over_lately(editions, now), pages.Filters(), choices)
    yield "404.html", pages.missing(setting, [])
    for name, edition in dict(by_name(editions)).items():
        is_its_own = name == edition.posting.id
        page = pages.posting if is_its_own else pages.moved
        yield f"postings/{name}/index.html", page(setting, edition)
        if is_its_own:
            yield f"postings/{name}.png", share.render(edition, state.site, now, state.words)
    for name in state.withdrawn:
        yield f"postings/{name}/index.html", None
        yield f"postings/{name}.png", None
    for name in pages.FILES:
        yield name, files_of(pages.__name__.rpartition(".")[0]).joinpath("static", name).read_bytes()
    yield "sitemap.xml", sitemap.render(editions, state.site, now)
    for name in _FEEDS:
        yield from _FORMATS[name](state)


def _ics(state: PublishedState) -> Iterator[tuple[str, bytes | None]]:
    off = {name: edition for name, edition in state.withdrawn.items() if edition}
    editions = {edition.name: edition for edition in (*state.editions, *off.values())}
    events = {name: calendar.event(editions[name], state.site, state.words, state.now) for name in sorted(editions)}
    yield calendar.FORMAT.path, calendar.together(filter(None, events.values()), state.site, state.words)
    # A link to a calendar entry holds for ever, so former ids have one, too.
    for name, edition in {**off, **dict(by_name(state.editions))}.items():
        event = events[edition.name]
        yield f"postings/{name}.ics", calendar.together([event], state.site, state.words) if event else None


def _feeds(name: str, state: PublishedState) -> Iterator[tuple[str, bytes | None]]:
    for path, feed in feeds().items():
        if feed.export == name:
            yield path, feed.render(state.editions, state.site, state.words, state.now)
            if feed.schema:
                yield feed.schema_path, feed.schema_text()


def _jsonld(state: PublishedState) -> Iterator[tuple[str, bytes | None]]:
    for name, edition in dict(by_name(state.editions)).items():
        is_its_own = name == edition.posting.id  # one position is one JobPosting, under one address
        script = jsonld.render(edition, state.site, state.words, state.now) if is_its_own else None
        yield f"postings/{name}.jsonld", script.encode() + b"\n" if script else None
    for name in state.withdrawn:
        yield f"postings/{name}.jsonld", None


def _markdown(state: PublishedState) -> Iterator[tuple[str, bytes | None]]:
    block = markdown.render(state.editions, state.site, state.words, state.now)
    yield markdown.NAME, markdown.page(state.page, block, state.site, state.words).encode()


_FEEDS = tuple(dict.fromkeys(feed.export for feed in feeds().values()))
_FORMATS: dict[str, Callable[[PublishedState], Iterator[tuple[str, bytes | None]]]] = {
    "html": _html,
    **{name: partial(_feeds, name) for name in _FEEDS},
    "jsonld": _jsonld,
    "markdown": _markdown,
    "ics": _ics,  # besides the whole, each posting has one
}
FORMATS = tuple(_FORMATS)


# --- How they come into a folder

_SIGNS = {
    ".ics": (b"PRODID:-//Callboard//",),
    ".jsonld": (b'"@type": "JobPosting"',),
    ".html": (b"board.css", b'<meta http-equiv="refresh"'),
    # https://www.w3.org/TR/png/#11IHDR: a picture is known by its size
    ".png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", share.WIDTH, share.HEIGHT),),
}
"""By which a file is known as one that an export has written."""


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """What was written and removed, by path, and how many files were as they should be."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    same: int


def write(out: Path, wanted: Mapping[str, bytes | None]) -> ExportedFiles:
    """Puts these files into a folder. One whose content is right is not touched, one that changes is never there in
    part, and whatever else lies there stays. Raises `OSError` and `OutsideError`.
    """
    written, removed, same = [], [], 0
    with Folder(out) as folder:
        for path, content in wanted.items():
            before = folder.read(path)
            if before == content:
                same += content is not None
            elif content is not None:
                folder.write(path, content)
                written.append(path)
            elif before is not None and any(sign in before for sign in _SIGNS[PurePosixPath(path).suffix]):
                folder.remove(path)
                removed.append(path)
                if PurePosixPath(path).name == "index.html":
                    folder.remove_empty(str(PurePosixPath(path).parent))
    return ExportedFiles(tuple(written), tuple(removed), same)
