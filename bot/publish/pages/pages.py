"""The board's pages: what is shown, made into HTML. Pure; the templates escape all text, and hold no sentence."""

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from sys import getsizeof
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from cachetools import LRUCache
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.domain import markdown as prose
from bot.domain.addresses import to_press
from bot.domain.edition import Edition
from bot.domain.message import Line, shortened
from bot.domain.posting import Posting
from bot.domain.site import Site
from bot.domain.version import Standing, told_deadline
from bot.publish.formats import calendar, jsonld
from bot.publish.formats.entries import clean, html, link
from bot.publish.formats.format import formats
from bot.publish.formats.narrowing import WHOLE, Narrowing
from bot.publish.pages.choices import Choices
from bot.publish.pages.understood import NOTHING, Understood
from bot.publish.share.picture import card
from bot.questions.places import folded, places
from bot.wording.labels import count, signs, telling
from bot.wording.wording import Wording

FILES = ("board.css", "board.js", "embed.js", "icon.svg")
"""What its pages need beside them."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'"
)
"""What a browser may do with a page: only what comes from where the page does. Who may frame it, a page cannot say."""

PAGE = 50
"""Postings on one page."""

LATELY, MOST_LATELY = timedelta(days=60), 8
"""What has closed since then is named below what is open: so many at most."""

MOST_DRAWN_BYTES = 32 * 1024 * 1024
"""Of entries that are kept: those of 10,000 postings, in both languages."""
_BESIDE_DRAWN = 700  # bytes that the key of an entry takes, at most
_NEAR = timedelta(days=7)
_SENTENCE_WIDTH, _BEGINNING = 180, 2000


class Filters(NamedTuple):
    """What a reader asks for. `page` counts from 1."""

    part: Narrowing = WHOLE
    page: int = 1

    def address(self, page: int) -> str:
        """Where another page of the same is, seen from this one: `?q=phd&page=2`."""
        return _query({**self.part.query, **({"page": str(page)} if page > 1 else {})}) or "?"


def over_lately(editions: Iterable[Edition], now: datetime) -> list[Edition]:
    """What is over since not long ago, the latest first. Of what was over when it was first seen, nobody knows since
    when.
    """
    since = now - LATELY
    moved = [edition for edition in editions if edition.sequence or ((at := edition.posting.closes_at) and at < now)]
    doubled = _gone_by_one_name(moved, editions, now)
    over = [
        edition
        for edition in moved
        if edition.changed_at(now) > since
        and edition.name not in doubled
        and (standing := edition.standing(now)) is not Standing.OPEN
        and (edition.sequence or standing is Standing.PASSED)
    ]
    return sorted(over, key=lambda edition: (edition.changed_at(now), edition.name), reverse=True)[:MOST_LATELY]


def _gone_by_one_name(moved: Iterable[Edition], editions: Iterable[Edition], now: datetime) -> set[str]:
    """The names of those whose file is gone, while another of the same title and place is there: nothing has closed."""

    def called(edition: Edition) -> tuple[str | None, ...]:
        posting = edition.posting
        return posting.title, posting.group, posting.organization, posting.location

    descriptions = {edition.name: called(edition) for edition in moved if edition.gone_at}
    missed = set(descriptions.values())
    still_open = (
        {called(edition) for edition in editions if not edition.gone_at and edition.standing(now) is Standing.OPEN}
        if missed
        else set()
    )
    return {name for name, description in descriptions.items() if description in still_open}


class Drawn(LRUCache[Hashable, Markup]):
    """Entries of lists as they were drawn before, up to so many bytes of them."""

    def __init__(self, most_bytes: int = MOST_DRAWN_BYTES) -> None:
        super().__init__(most_bytes, getsizeof=lambda entry: getsizeof(entry) + _BESIDE_DRAWN)


@dataclass(frozen=True, slots=True)
class PageSetting:
    """Where a page is shown, when, and in whose language. `is_file`: it is written to a file, and looked at later: so
    all that is open is on it, to be filtered there, and nothing in it depends on the day.
    """

    site: Site
    words: Wording
    now: datetime
    is_file: bool = False
    drawn: Drawn = field(default_factory=Drawn, compare=False, repr=False)

    @property
    def root(self) -> str:
        """The path below which the world knows the board: empty, or such as `/jobs`."""
        return urlsplit(self.site.base_url).path

    def common(self, part: Narrowing = WHOLE, up: str | None = None, **more: object) -> dict[str, Any]:
        """What every page needs. `part` is what of the board it shows. `up` leads from a page that is a file to the
        folder of all of them, so that it finds what is beside it when it is opened from a disk; None: nobody knows
        where it will be shown.
        """
        query = _query(part.query)
        subscribed = self.site.at(calendar.FORMAT.path, **part.query)
        return {
            "language": self.words.language,
            "heading": clean(self.site.title or self.words.open_positions()),
            "called": part.name(self.site, self.words),
            "signs": signs(self.words),
            "root": self.root,
            "feeds": formats().values(),
            "site": self.site,
            "part": part,
            "is_file": self.is_file,
            "up": up if self.is_file else None,
            "policy": POLICY if self.is_file else None,
            "telling": json.dumps(telling(self.words, self.site.timezone)) if self.is_file else None,
            "query": "" if self.is_file else query,
            "calendar_address": subscribed,
            "webcal": "webcal" + subscribed[subscribed.index(":") :],
            **more,
        }


def _query(parameters: Mapping[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot.publish.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _page(template: str, values: dict[str, Any]) -> bytes:
    return _environment().get_template(template).render(values).encode("utf-8", "replace")


def board(
    setting: PageSetting,
    editions: Sequence[Edition],
    lately: Iterable[Edition],
    filters: Filters,
    choices: Choices,
    understood: Understood = NOTHING,
) -> bytes:
    """What was found, a page of it, and below it what has closed lately. `understood`: how the field was."""
    words = setting.words
    pages = 1 if setting.is_file else max(1, -(-len(editions) // PAGE))
    number = min(filters.page, pages)
    shown = editions if setting.is_file else editions[(number - 1) * PAGE : number * PAGE]
    part = filters.part
    values = setting.common(
        part,
        "",
        items=_entries(shown, setting),
        lately=_entries(lately, setting, "h3"),
        count=count(words, len(editions)),
        one=count(words, 1),
        many=count(words, 1234),
        is_narrowed=bool(part.query),
        understood=[(label, _asking(setting, part, text)) for label, text in understood.parts],
        notes=[
            (note, [(label, _asking(setting, part, text)) for label, text in choices])
            for note, choices in understood.notes
        ],
        roles=[(str(role), words.role(role)) for role in choices.roles],
        places=_with(choices.places, part.place),
        tags=_with(choices.tags, part.tag),
        when_empty=clean(setting.site.when_empty or words.nothing_open()),
        number=number,
        pages=pages,
        before=filters.address(number - 1) if number > 1 else None,
        after=filters.address(number + 1) if number < pages else None,
    )
    return _page("board.html", values)


def _asking(setting: PageSetting, part: Narrowing, text: str | None) -> str | None:
    """The address at which the field holds another text."""
    return None if text is None else f"{setting.root}/{_query(part._replace(text=text).query)}"


def _with(choices: Sequence[str], chosen: str) -> Sequence[tuple[str, bool]]:
    """What can be chosen, and what is: also where it is no choice, by a link that somebody has written."""
    is_chosen = [folded(choice) == folded(chosen) for choice in choices]
    listed = list(zip(choices, is_chosen, strict=True))
    return listed if not chosen or any(is_chosen) else [*listed, (clean(chosen), True)]


def posting(setting: PageSetting, edition: Edition) -> bytes:
    """One posting in full."""
    advert, words, now = edition.posting, setting.words, setting.now
    moment = _Moment.of(edition, setting)
    standing, is_open = moment.standing, moment.standing is Standing.OPEN
    values = setting.common(
        up="../../",
        item=_item(edition, setting, moment),
        facts=[(label, clean(shortened(text, 400))) for label, text in words.labelled(advert)],
        over=None if is_open else words.over(standing),
        summary=_prose([Line.of(*prose.linked(advert.summary))]) if advert.summary else None,
        description=_prose(prose.lines(advert.description)) if advert.description else None,
        how=_prose(words.how_to_apply(advert)) if is_open else None,
        apply=address.url if is_open and advert.apply and (address := to_press(advert.apply)) else None,
        advert=link(advert.url),
        calendar=f"{setting.root}/postings/{advert.id}.ics" if is_open and told_deadline(advert) else None,
        address=setting.site.posting(advert.id),
        data=Markup(data) if (data := jsonld.render(edition, setting.site, words, now)) else None,  # noqa: S704  # it is escaped there
        card=card(edition, setting.site, now, words),
        is_open=is_open,
    )
    return _page("posting.html", values)


def moved(setting: PageSetting, edition: Edition) -> bytes:
    """A former id's page, as a file: it leads to the posting."""
    item = _item(edition, setting, _Moment.of(edition, setting))
    return _page("moved.html", setting.common(up="../../", item=item, address=setting.site.posting(edition.posting.id)))


def missing(setting: PageSetting, editions: Sequence[Edition], *, is_withdrawn: bool = False) -> bytes:
    """There is no such page, or no more; what is open closes first is shown in its place."""
    return _page("missing.html", setting.common(items=_entries(editions, setting), is_withdrawn=is_withdrawn))


def embed(setting: PageSetting, editions: Sequence[Edition], part: Narrowing) -> bytes:
    """A bare list for a frame in another page."""
    values = setting.common(
        part,
        items=_entries(editions[:PAGE], setting),
        more=len(editions) > PAGE,
        board=setting.root + "/" + Filters(part).address(1),
        when_empty=clean(setting.site.when_empty or setting.words.nothing_open()),
    )
    return _page("embed.html", values)


def _entries(editions: Iterable[Edition], setting: PageSetting, level: str = "h2") -> list[Markup]:
    """What a list shows of each, with its title as a heading of that level."""
    drawn, words = setting.drawn, setting.words
    entries = []
    for edition in editions:
        moment = _Moment.of(edition, setting)
        key = (edition.name, edition.sequence, moment, words.language, level)
        entry = drawn.get(key)
        if entry is None:
            item = _item(edition, setting, moment)
            entry = _environment().get_template("parts.html").module.entry(item, level)  # type: ignore[attr-defined]
            drawn[key] = entry
        entries.append(entry)
    return entries


class _Moment(NamedTuple):
    """All that makes what is said of an edition another as time goes on."""

    standing: Standing
    is_past: bool
    left: str | None
    is_near: bool

    @classmethod
    def of(cls, edition: Edition, setting: PageSetting) -> "_Moment":
        advert, now = edition.posting, setting.now
        standing = edition.standing(now)
        is_counted = standing is Standing.OPEN and not setting.is_file
        left = setting.words.time_left(advert, now, setting.site.timezone) if is_counted else None
        ahead = advert.deadline.at - now if advert.deadline else timedelta()
        return cls(standing, ahead < timedelta(), left, left is not None and ahead < _NEAR)


def _item(edition: Edition, setting: PageSetting, moment: _Moment) -> dict[str, Any]:
    """What a list says of a posting."""
    advert, words, standing = edition.posting, setting.words, moment.standing
    lead, when, after = words.until(advert, setting.now, standing)
    deadline = told_deadline(advert)
    chosen = {
        "roles": " ".join(advert.roles),
        "place": clean("\n".join(dict.fromkeys(_shown_names(advert.location)))),
        "tags": clean("\n".join(advert.tags)),
    }
    return {
        "chosen": chosen if setting.is_file else {},
        "closes": setting.is_file and advert.closes_at is not None and standing is Standing.OPEN,
        "href": f"{setting.root}/postings/{advert.id}",
        "title": clean(shortened(advert.title, 200)),
        "roles": words.roles(advert),
        "where": [clean(shortened(text, 120)) for text in (advert.group, advert.organization, advert.location) if text],
        "terms": [
            clean(shortened(text, 80)) for text in (advert.pay, words.share(advert), words.workplace(advert)) if text
        ],
        "first": clean(_first_sentence(advert)),
        "lead": lead,
        "when": when,
        "after": after,
        "at": deadline.at.isoformat(timespec="seconds") if deadline else None,
        "left": moment.left,
        "is_near": moment.is_near,
        "standing": None if standing is Standing.OPEN else words.standing_name(standing),
    }


def _shown_names(location: str | None) -> Iterator[str]:
    """What a place is chosen by: its town, or the whole."""
    for place in places(location):
        yield from (place.town, place.text)


_SENTENCE = re.compile(r"(?:[^.!?…]|[.!?…](?!\s+[^\W\da-z_])|(?<=\b\w)\.|(?<=\b[A-Z]\w)\.)*[.!?…]?")
"""Up to a sign behind which a capital letter begins the next; one letter, and two as in Dr., are an abbreviation."""


def _first_sentence(advert: Posting) -> str:
    """Of its summary, or else of its description: enough to tell whether to read on."""
    text = advert.summary or ""
    if not text and advert.description:  # which is Markdown: to read it costs more than all the rest
        text = next((line.text for line in prose.lines(advert.description[:_BEGINNING]) if line.text), "")
    text = " ".join(text.split())[: 3 * _SENTENCE_WIDTH]
    sentence = _SENTENCE.match(text)
    return shortened(sentence[0] if sentence else text, _SENTENCE_WIDTH)


def _prose(lines: Iterable[Line]) -> Markup | None:
    """As HTML, each paragraph in its own direction."""
    text = html(list(lines)).replace("<p>", '<p dir="auto">')
    return Markup(text) or None  # noqa: S704  # all text in it is escaped there
