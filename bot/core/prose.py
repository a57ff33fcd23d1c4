"""Markdown -> lines of spans, for descriptions. HTML in it is text like any other; bare addresses are links, as in
GitHub's (https://github.github.com/gfm/#autolinks-extension-).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

from bot.core import addresses
from bot.core.addresses import Address
from bot.core.message import BLANK, Line, LineKind, Span, shortened

if TYPE_CHECKING:  # read when the first description is shown: a start need not wait for it
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_SIGN = re.compile(r"\\[!-/:-@\[-`{-~]|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|.", re.DOTALL)
_WRITTEN = re.compile(r"(?:\\[!-/:-@\[-`{-~]|[^\s\\]){1,8000}")


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415

    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("strikethrough")
    reader.inline.ruler.after("text", "bare_address", _bare_web_address)
    return reader


def lines(markdown: str) -> tuple[Line, ...]:
    """The text as lines: headings bold, items with a bullet or number, a blank line between paragraphs."""
    found: list[Line] = []
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
            _gap(found, bullets)
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
                    found.append(Line.of(mark, *shown, kind=line_kind))
                    mark = ""
        elif kind in {"fence", "code_block"} and (code := token.content.strip("\n")):
            found += [Line.of(Span(row, code=True)) if row else BLANK for row in code.split("\n")]
            _gap(found, bullets)
        if kind in {"paragraph_close", "heading_close"}:
            _gap(found, bullets)
    while found and not found[-1].spans:
        found.pop()
    return tuple(found)


def _gap(found: list[Line], bullets: list[int | None]) -> None:
    if not bullets and found and found[-1].spans:
        found.append(BLANK)


def _inline(tokens: "list[Token]") -> list[tuple[Span, ...]]:
    rows: list[list[Span]] = [[]]
    style = Span("")
    for token in tokens:
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
            mails = (one for one in addresses.find(token.content) if one.is_mail)
            rows[-1] += _linked(token.content, mails, style)
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
    """A rule of markdown-it for `https://…`: found before emphasis is, for `_` and `*` may be a part of it."""
    colon, text = state.pos, state.src
    if state.linkLevel or not text.startswith("://", colon):
        return False
    start = colon - len("https" if text[max(0, colon - 5) : colon].casefold() == "https" else "http")
    if start < 0 or text[start:colon].casefold() not in {"http", "https"} or text[start - 1 : start].isalnum():
        return False
    run = _WRITTEN.match(text, start, state.posMax)
    signs = [sign[0] for sign in _SIGN.finditer(run[0])] if run else []
    read = [sign[1] if len(sign) == 2 and sign[0] == "\\" else unescape(sign) for sign in signs]
    before, url = text[start - 1] if start else "", "".join(read)
    length = addresses.web_end(before + url, len(before)) - len(before)
    if not length:
        return False
    if not silent:
        state.pending = state.pending[: start - colon]
        state.push("link_open", "a", 1).attrs = {"href": url[:length]}
        state.push("text", "", 0).content = url[:length]
        state.push("link_close", "a", -1)
    written = 0
    while length > 0:
        length -= len(read[written])
        written += 1
    state.pos = start + sum(map(len, signs[:written]))
    return True


def linked(text: str, length: int | None = None) -> tuple[Span, ...]:
    """Plain text as one line, at most `length` wide, with its addresses as links."""
    whole = " ".join(text.split())
    shown = shortened(whole, length) if length else whole
    kept = len(shown) - (shown != whole)  # without the ellipsis
    return tuple(_linked(shown, (one for one in addresses.find(whole) if one.start < kept), Span("")))


def _linked(text: str, found: Iterable[Address], style: Span) -> Iterator[Span]:
    """The text in pieces. An address that goes on behind its end is shown as far as it is there."""
    place = 0
    for one in found:
        if one.start > place:
            yield replace(style, text=text[place : one.start])
        shown = one.text if one.end <= len(text) else text[one.start :]
        yield replace(style, text=shown, url=one.url)
        place = one.end
    if place < len(text):
        yield replace(style, text=text[place:])
