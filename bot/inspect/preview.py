"""How what is said of a posting will look, side by side, before it is published. For whoever runs the bot."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.etree.ElementTree import Element

from bot.domain.posting import Posting, Status
from bot.domain.version import Standing, standing_of
from bot.domain.zones import zone
from bot.pictures.markup import Page, add, element, style
from bot.pictures.viewer import Viewer


class Occurrence(StrEnum):
    """As what a posting is told; the value is the heading."""

    ANNOUNCEMENT = "Its announcement"
    REMINDER = "A reminder of its deadline"
    AT_ITS_INSTANT = "In the channel’s next digest"
    DIGEST = "In a digest, when more than five notices are due at once"


@dataclass(frozen=True, slots=True)
class View:
    """What one platform is sent, as its own program draws it for that viewer. `heard_in`: the channel of the config, or
    empty where it has none.
    """

    platform: str
    heard_in: str
    drawn: Element
    viewer: Viewer
    form: Occurrence


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a channel hears of it first."""

    channel: str
    at: datetime
    timezone: str


def page(
    posting: Posting,
    views: Sequence[View],
    styles: Sequence[str],
    heard: Sequence[Hearing],
    share: bytes,
    board: str | None,
    now: datetime,
) -> Page:
    """`styles` are those of the views, `share` is the picture for where its link is shared, `board` the address of its
    page on the board.
    """
    title = f"Preview: {posting.title}"
    panels: list[Element] = []
    if board:
        framed = element("iframe", src=board, title="The posting on the board", sandbox="", loading="lazy")
        panels.append(_panel("The board", "its page, in the board's language", framed))
    source = f"data:image/png;base64,{base64.b64encode(share).decode()}"
    picture = element("img", src=source, alt="The picture of the posting", width=1200, height=630)
    panels.append(_panel("Where its link is shared", "the picture beside the link", picture))
    main = element(
        "main",
        element("h1", title),
        element("p", _status(posting, now), class_="summary"),
        _hearings(posting, heard, now),
        _views(views),
        element("h2", "On the web"),
        element("div", panels, class_="panels"),
    )
    return Page(title, "".join((style("preview"), *styles)), main, "img-src data:; frame-src 'self'")


def overview(postings: Sequence[Posting], now: datetime) -> Page:
    """All postings by title, drafts first, each with a link to its preview."""
    drafts = [posting for posting in postings if posting.status is Status.DRAFT]
    shown = [posting for posting in postings if posting.status is not Status.DRAFT]
    still_open = [posting for posting in shown if standing_of(posting, now) is Standing.OPEN]
    over = [posting for posting in shown if standing_of(posting, now) is not Standing.OPEN]
    title = "Previews"
    main = element("main", element("h1", title), element("p", _OVERVIEW if postings else _NONE, class_="summary"))
    for heading, some in (("Drafts", drafts), ("Open, or to come", still_open), ("Over", over)):
        if some:
            entries = (_entry(posting, now) for posting in some)
            add(main, element("h2", heading), element("ul", entries, class_="postings"))
    return Page(title, style("preview"), main)


_OVERVIEW = "How what is said of each posting looks in chat and on the board."
_NONE = "There are no postings yet."


def _entry(posting: Posting, now: datetime) -> Element:
    standing = standing_of(posting, now)
    is_said = posting.status is not Status.DRAFT and standing is not Standing.OPEN
    note = element("span", f"{posting.id} · {standing}" if is_said else posting.id, class_="note")
    return element("li", element("a", posting.title, href=f"/preview/{posting.id}", dir="auto"), " ", note)


def _views(views: Sequence[View]) -> Iterator[Element]:
    for form in Occurrence:
        drawn = [_panel(view.platform, _note(view), view.drawn) for view in views if view.form is form]
        if drawn:
            yield element("h2", str(form))
            yield element("div", drawn, class_="panels")


def _panel(heading: str, note: str, drawn: Element) -> Element:
    return element("section", element("h3", heading), element("p", note, class_="note"), element("div", drawn))


def _note(view: View) -> str:
    where = f"as {view.heard_in} hears it" if view.heard_in else "no channel is there yet"
    return f"{where}; “Your time” for a reader in {view.viewer.where}"


def _status(posting: Posting, now: datetime) -> str:
    if posting.status is Status.DRAFT:
        return "A draft: nobody hears of it until its status is open. This is how it would look."
    standing = standing_of(posting, now)
    if standing is not Standing.OPEN:
        return f"It is not open ({standing}): nothing more is announced. This is how it would have looked today."
    if posting.opens_at and posting.opens_at > now:
        return f"It opens on {posting.posted}. This is how it would look today."
    return "It is open. This is how its announcement looks today."


def _hearings(posting: Posting, heard: Sequence[Hearing], now: datetime) -> Element:
    if not heard:
        return element("p", "No channel of the config hears of it: no filter lets it through.", class_="heard")
    is_told = posting.status is Status.OPEN  # what is due already was said, most likely
    named = [
        hearing.channel if is_told and hearing.at <= now else f"{hearing.channel} ({_when(hearing, now)})"
        for hearing in heard[:12]
    ]
    more = f", and {len(heard) - 12} more" if len(heard) > 12 else ""
    condition = "" if is_told else ", once it is open"
    return element("p", f"Heard in {', '.join(named)}{more}{condition}.", class_="heard")


def _when(hearing: Hearing, now: datetime) -> str:
    local = hearing.at.astimezone(zone(hearing.timezone))
    return (
        "at once"
        if hearing.at <= now
        else f"{local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M} {hearing.timezone}"
    )
