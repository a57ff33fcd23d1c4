"""A timeline as a table, and its marks in words: one row for what is said, however many channels hear it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple
from xml.etree.ElementTree import Element

from bot.domain.message import shortened
from bot.domain.notice import State
from bot.inspect.marks import DIGEST, PLANNED, DeadlineMark, Mark
from bot.pictures.markup import add, element

ROWS = 2000
"""So many messages are named in the table at most; the rest is counted."""

STATES = {
    PLANNED: "planned",
    str(State.DELIVERED): "delivered",
    str(State.REFUSED): "refused",
    str(State.IN_DOUBT): "doubt",
    str(State.ON_THE_WIRE): "doubt",
    str(State.DUE_AGAIN): "again",
}
WORST = ("refused", "doubt", "again", "planned", "delivered")
"""What a mark looks like, by what became of it; and which of them tells most of many."""

_CHIPS = 40
"""So many channels are named in a row at most."""


class _Row(NamedTuple):
    """`heard`: the channels, with what became of it there, in words and as a class of style."""

    at: datetime
    what: str
    about: str
    heard: Sequence[tuple[str, str]]
    class_: str


def table(
    marks: Sequence[Mark], deadlines: Sequence[DeadlineMark], titles: Mapping[str, str], where: tzinfo
) -> Iterator[Element]:
    """All of it as text, by day."""
    rows = [*_messages(marks[:ROWS], titles), *map(_deadline, deadlines[:ROWS])]
    body = element("tbody")
    today = ""
    for row in sorted(rows, key=lambda row: row.at):
        local = row.at.astimezone(where)
        if today != (today := f"{local:%A}, {day(row.at, where)}"):
            add(body, element("tr", element("th", today, colspan=5, scope="rowgroup"), class_="day"))
        cells = (element("td", text) for text in (f"{local:%H:%M}", row.what, row.about))
        add(
            body,
            element("tr", cells, element("td", _chips(row)), element("td", _became(row)), class_=row.class_ or None),
        )
    names = ("Time", "What", "Posting", "Channels", "State")
    head = element("thead", element("tr", (element("th", name, scope="col") for name in names)))
    yield element("h2", "The same as a table")
    if not rows:
        yield element("p", "Nothing is said in this span, and no deadline lies in it.")
        return
    yield element("section", element("table", head, body), class_="table", tabindex=0, aria_label="Table")
    if len(marks) > ROWS:
        more = f"… and {len(marks) - ROWS} more messages: choose a shorter span, or ask `callboard ledger`."
        yield element("p", more)


def _messages(marks: Sequence[Mark], titles: Mapping[str, str]) -> Iterator[_Row]:
    """What was sent within one minute to many channels is one row; in order of the first."""
    same: dict[tuple[datetime, str, str | None, tuple[str, ...]], list[Mark]] = defaultdict(list)
    for mark in marks:
        same[mark.at.replace(second=0, microsecond=0), mark.kind, mark.lead, mark.postings].append(mark)
    for some in same.values():
        heard = [(mark.heard_by, mark.state) for mark in some]
        looks = {STATES.get(mark.state, "") for mark in some}
        worst = next((look for look in WORST if look in looks), "")
        yield _Row(some[0].at, what(some[0]), about(some[0], titles, 20), heard, worst)


def _deadline(end: DeadlineMark) -> _Row:
    return _Row(end.at, "review begins" if end.is_review else "deadline", end.title, (), "ends")


def _chips(row: _Row) -> Element | None:
    if not row.heard:
        return None
    is_one = len({state for _, state in row.heard}) == 1
    chips = [
        element("li", channel if is_one else f"{channel}: {state}", class_=f"chip {STATES.get(state, '')}")
        for channel, state in row.heard[:_CHIPS]
    ]
    more = len(row.heard) - _CHIPS
    return element("ul", chips, element("li", f"and {more} more") if more > 0 else None, class_="chips")


def _became(row: _Row) -> str:
    states = Counter(state for _, state in row.heard)
    return next(iter(states), "") if len(states) < 2 else ", ".join(f"{n} {state}" for state, n in states.most_common())


# --- Words


def day(at: datetime, where: tzinfo) -> str:
    """A day in a zone: `2 May 2027`."""
    local = at.astimezone(where)
    return f"{local.day} {local:%B} {local.year}"


def when(at: datetime, where: tzinfo) -> str:
    """An instant in a zone: `Sun 2 May 2027, 23:59`."""
    local = at.astimezone(where)
    return f"{local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M}"


def words(kind: str) -> str:
    """What a kind of message is called."""
    return kind.replace("-", " ")


def what(mark: Mark) -> str:
    """What is said: `reminder (7d)`, `digest of 3`."""
    if mark.kind == DIGEST:
        return f"digest of {len(mark.postings)}"
    return f"{words(mark.kind)}{f' ({mark.lead})' if mark.lead else ''}"


def about(mark: Mark, titles: Mapping[str, str], most: int = 8) -> str:
    """The titles of the postings that it is about: at most so many, and how many more."""
    named = [shortened(titles.get(name, name), 70) for name in mark.postings[:most]]
    return "; ".join(named) + (f"; and {len(mark.postings) - most} more" if len(mark.postings) > most else "")
