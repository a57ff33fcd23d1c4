"""Markdown -> lines of spans, for descriptions. HTML in it is text like any other; bare addresses are links, as in
GitHub's (https://github.github.com/gfm/#autolinks-extension-).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from sys import getsizeof
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached

from bot.domain import addresses
from bot.domain.addresses import Address
from bot.domain.message import BLANK, Line, LineKind, Span, shortened

if TYPE_CHECKING:  # read when the first description is shown: a start need not wait for it
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_BREAKS = {"softbreak", "hardbreak"}
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_LOOKS_AROUND = re.compile(r"[\[*_~`<&]")
_MOST_LOOKS = 10_000_000
"""Signs times the characters of their paragraphs, in a whole text: a long advert has a hundredth of it. Some 100 ms."""
_MOST_LINES, _LONGEST = 2_000, 65_536
"""More than this is no advert; it is shown as it is written."""

_RUN = re.compile(r"\S+")
_ENTITY = re.compile(r"&#?[0-9A-Za-z]+;")


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415

    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("strikethrough")
    reader.core.ruler.at("inline", _paragraphs)
    reader.inline.ruler.after("text", "bare_address", _bare_web_address)
    reader.inline.ruler.at("image", _image)
    return reader


def _paragraphs(state: "StateCore") -> None:
    """A rule of markdown-it in place of its own, for which every sign may look through its whole paragraph: so a
    paragraph of nothing but signs is text.
    """
    from markdown_it.token import Token  # noqa: PLC0415

    left = _MOST_LOOKS
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        looks = len(_LOOKS_AROUND.findall(token.content)) * len(token.content)
        if looks <= left:
            left -= looks
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            text = " ".join(token.content.split())
            token.children.append(Token("text", "", 0, content=text))


def lines(markdown: str) -> tuple[Line, ...]:
    """The text as lines: headings bold, items with a bullet or number, a blank line between paragraphs."""
    shown, _ = _lines_with_size(markdown)
    return shown


def _read(markdown: str) -> tuple[Line, ...]:
    if len(markdown) > _LONGEST or markdown.count("\n") > _MOST_LINES:
        return tuple(Line.of(*linked(row)) for row in markdown.split("\n") if row.strip())
    shown_lines: list[Line] = []
    bullets: list[int | None] = []  # per open list: None for bullets, else the next number
    quoted = 0
    heading = False
    mark = ""
    for token in _reader().parse(markdown):
        kind = token.type
        if kind == "ordered_list_open":
            bullets.append(int(token.attrs.get("start", 1)))
        elif kind == "bullet_list_open":
            bullets.append(None)
        elif kind in {"ordered_list_close", "bullet_list_close"}:
            bullets.pop()
            _gap(shown_lines, bullets)
        elif kind == "list_item_open":
            number = bullets[-1]
            mark = "  " * (len(bullets) - 1) + ("• " if number is None else f"{number}. ")
            bullets[-1] = None if number is None else number + 1
        elif kind in {"blockquote_open", "blockquote_close"}:
            quoted += 1 if kind == "blockquote_open" else -1
        elif kind in {"heading_open", "heading_close"}:
            heading = kind == "heading_open"
        elif kind == "inline":
            line_kind = LineKind.QUOTE if quoted else LineKind.ITEM if bullets else LineKind.TEXT
            for spans in _inline(token.children or []):
                shown = tuple(replace(span, bold=True) for span in spans) if heading else spans
                if any(span.text for span in shown):
                    shown_lines.append(Line.of(mark, *shown, kind=line_kind))
                    mark = ""
        elif kind in {"fence", "code_block"} and (code := token.content.strip("\n")):
            shown_lines += [Line.of(Span(row, code=True)) if row else BLANK for row in code.split("\n")]
            _gap(shown_lines, bullets)
        if kind in {"paragraph_close", "heading_close"}:
            _gap(shown_lines, bullets)
    while shown_lines and not shown_lines[-1].spans:
        shown_lines.pop()
    return tuple(shown_lines)


def _size_of(shown: tuple[Line, ...]) -> int:
    """Bytes that lines take, at most (measured, and held by a test)."""
    texts = (getsizeof(span.text) + getsizeof(span.url or "") for line in shown for span in line.spans)
    return sum(texts) + _LINE_SIZE * len(shown) + _SPAN_SIZE * sum(len(line.spans) for line in shown) + _ADVERT_SIZE


_LINE_SIZE, _SPAN_SIZE, _ADVERT_SIZE = 150, 150, 500  # bytes of the objects themselves
_kept: LRUCache[str, tuple[tuple[Line, ...], int]] = LRUCache(16 * 1024 * 1024, getsizeof=itemgetter(1))
"""Adverts as they were read: once, and not at each question."""


@cached(_kept, key=str, lock=Lock())  # pages are made beside the event loop, too
def _lines_with_size(markdown: str) -> tuple[tuple[Line, ...], int]:
    shown = _read(markdown)
    return shown, getsizeof(markdown) + _size_of(shown)


def _gap(shown_lines: list[Line], bullets: list[int | None]) -> None:
    if not bullets and shown_lines and shown_lines[-1].spans:
        shown_lines.append(BLANK)


def _inline(tokens: "list[Token]") -> list[tuple[Span, ...]]:
    rows: list[list[Span]] = [[]]
    style = Span("")
    for token, following in zip_longest(tokens, tokens[1:]):
        name, _, end = token.type.rpartition("_")
        if name in _STYLES:
            changed: dict[str, Any] = {_STYLES[name]: end == "open"}
            style = replace(style, **changed)
        elif name == "link":
            style = replace(style, url=_target(str(token.attrs.get("href", ""))) if end == "open" else None)
        elif token.type == "hardbreak":
            rows.append([])
        elif token.type == "softbreak":
            rows[-1].append(replace(style, text=" "))
        elif token.type == "code_inline":
            rows[-1].append(Span(token.content, code=True, url=style.url))
        elif token.type == "text" and token.content and style.url is None:
            text = token.content
            goes_on = following is not None and following.type not in _BREAKS
            linked_here = (
                address for address in addresses.find(text) if address.is_mail or address.end < len(text) or not goes_on
            )
            rows[-1] += _linked(text, linked_here, style)
        elif token.type == "image" or token.content:
            rows[-1].append(replace(style, text=token.content))
    return [tuple(row) for row in rows]


def _target(url: str) -> str | None:
    """Where a link may lead: to the web, or to one recipient of a mail."""
    scheme, colon, rest = url.partition(":")
    if colon and scheme.casefold() in {"http", "https"} and rest.startswith("//"):
        return f"{scheme.lower()}:{rest}"
    return addresses.link(url) if scheme.casefold() == "mailto" else None


def _bare_web_address(state: "StateInline", silent: bool) -> bool:
    """A rule of markdown-it for `https://…`: found before emphasis is, for `_` and `*` may be a part of it. Where signs
    are escaped, or written as `&amp;`, it is found when these have been read.
    """
    colon, text = state.pos, state.src
    if state.linkLevel or not text.startswith("://", colon) or colon < state.env.get(text, 0):
        return False
    start = colon - len("https" if text[max(0, colon - 5) : colon].casefold() == "https" else "http")
    if start < 0 or text[start:colon].casefold() not in {"http", "https"}:
        return False
    end = addresses.web_end(text, start)
    if end == start:
        run = _RUN.match(text, start)
        state.env[text] = run.end() if run else 0  # what looks like an address and is none has none in it
        return False
    url = text[start:end]
    if end > state.posMax or text[end : end + 1] == "\\" or _ENTITY.search(url):
        return False
    if not silent:
        state.pending = state.pending[: start - colon]
        state.push("link_open", "a", 1).attrs = {"href": url}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _image(state: "StateInline", silent: bool) -> bool:
    """A rule of markdown-it in place of its own, which reads what an image is called over and over."""
    from markdown_it.rules_inline import image  # noqa: PLC0415

    begin = state.pos
    if not image(state, silent=True):
        return False
    if not silent:
        behind, called = state.pos, state.md.helpers.parseLinkLabel(state, begin + 1)
        state.pos = behind
        state.push("image", "img", 0).content = state.src[begin + 2 : called]
    return True


def linked(text: str, length: int | None = None) -> tuple[Span, ...]:
    """Plain text as one line, at most `length` wide, with its addresses as links."""
    whole = " ".join(text.split())
    shown = shortened(whole, length) if length else whole
    shown_until = len(shown) - (shown != whole)  # without the ellipsis
    return tuple(
        _linked(shown, (address for address in addresses.find(whole) if address.start < shown_until), Span(""))
    )


def _linked(text: str, found_addresses: Iterable[Address], style: Span) -> Iterator[Span]:
    """The text in pieces. An address that goes on behind its end is shown as far as it is there."""
    place = 0
    for address in found_addresses:
        if address.start > place:
            yield replace(style, text=text[place : address.start])
        shown = address.text if address.end <= len(text) else text[address.start :]
        yield replace(style, text=shown, url=address.url)
        place = address.end
    if place < len(text):
        yield replace(style, text=text[place:])
