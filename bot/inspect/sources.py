"""The sources of the config, as whoever runs the bot sees them: when each was read, what it has, and what is held."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from bot.domain.link import Link
from bot.domain.message import shortened
from bot.domain.zones import zone
from bot.inspect.drafts import age, table
from bot.pictures.markup import Page, add, element, style
from bot.sources.items import SourceItem
from bot.sources.settings import SourceSettings
from bot.sources.timing import next_reading
from bot.store.sources import SourceState

_HEADS = ("source", "kind", "where", "read", "next", "positions", "gone", "what was wrong")
_GONE = ("link", "gone since", "answer", "positions")
_HELD = ("source", "position", "posting", "why")


def page(
    sources: Sequence[SourceSettings],
    states: Mapping[str, SourceState],
    items: Sequence[SourceItem],
    links: Mapping[Link, Sequence[str]],
    timezone: str,
    now: datetime,
) -> Page:
    """`states`: how each was when it was read last, by name; `items`: all that they have and had; `links`: those that
    are gone, with the ids of the postings that have them.
    """
    failing = [source for source in sources if (state := states.get(source.name)) and state.error]
    names = {source.name for source in sources}
    held = [item for item in items if item.source in names and item.gone_at is None and (item.held or item.note)]
    gone = Counter(item.source for item in items if item.gone_at)
    main = element("main", element("h1", "Sources"), element("p", _summary(sources, failing, held), class_="summary"))
    rows = (_row(source, states.get(source.name), gone[source.name], now, zone(timezone)) for source in sources)
    add(main, table(_HEADS, rows, "Sources"))
    if held:
        add(main, element("h2", "Held"), table(_HELD, map(_held, held), "Held"))
        about = "What is gone all at once is asked of the reviewers, one by one: it stays as it is until they decide."
        add(main, element("p", about, class_="note"))
    if links:
        gone_links = (_gone(link, names, zone(timezone)) for link, names in links.items())
        add(main, element("h2", "Links that are gone"), table(_GONE, gone_links, "Links that are gone"))
    add(main, element("p", f"Times are those of {timezone}.", class_="note"))
    return Page("Sources", style("preview") + style("drafts"), main)


def _summary(sources: Sequence[SourceSettings], failing: Sequence[SourceSettings], held: Sequence[SourceItem]) -> str:
    if not sources:
        return "The config names no sources."
    count = "1 source" if len(sources) == 1 else f"{len(sources)} sources"
    wrong = f", {len(failing)} of them not read to the end" if failing else ", all well"
    held_text = "1 position is held" if len(held) == 1 else f"{len(held)} positions are held"
    return f"{count}{wrong}; {held_text}." if held else f"{count}{wrong}."


def _row(source: SourceSettings, state: SourceState | None, gone: int, now: datetime, where: tzinfo) -> Sequence[str]:
    if state is None:
        return source.name, source.kind, _place(source), "not yet", "", "", "", ""
    last_read = f"{state.read_at.astimezone(where):%Y-%m-%d %H:%M}, {age(now - state.read_at)} ago"
    error = state.error or ""
    if state.failures > 1 and state.failed_at:
        error = f"{error}; {state.failures} times since {state.failed_at.astimezone(where):%Y-%m-%d %H:%M}"
    due_at = next_reading(source, state.read_at, not_before=state.not_before, failures=state.failures)
    following = f"{due_at.astimezone(where):%Y-%m-%d %H:%M}"
    cells = source.name, source.kind, _place(source)
    return *cells, last_read, following, str(state.count), str(gone), shortened(error, 300)


def _place(source: SourceSettings) -> str:
    """Without what may be secret in an address."""
    return _address(source.at) if isinstance(source.at, str) else source.at.name


def _address(url: str) -> str:
    parts = urlsplit(url)
    return shortened(f"{parts.hostname}{parts.path}", 100)


def _gone(link: Link, names: Sequence[str], where: tzinfo) -> Sequence[str]:
    since = f"{link.gone_since.astimezone(where):%Y-%m-%d %H:%M}" if link.gone_since else ""
    answer = str(link.answer) if link.answer else "no such host"
    return _address(link.url), since, answer, shortened(", ".join(names), 300)


def _held(item: SourceItem) -> Sequence[str]:
    title = shortened(str(item.said.get("title", "")), 200)
    return item.source, title, item.posting or "", shortened(item.held or item.note or "", 300)
