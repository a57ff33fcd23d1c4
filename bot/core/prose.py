"""Markdown -> lines of spans, for descriptions. HTML in it is text like any other."""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.core.message import BLANK, Line, LineKind, Span

if TYPE_CHECKING:  # read when the first description is shown: a start need not wait for it
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("strikethrough")


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
            target = str(token.attrs.get("href", "")) if end == "open" else ""
            style = replace(style, url=target if target.startswith(("http://", "https://", "mailto:")) else None)
        elif token.type == "hardbreak":
            rows.append([])
        elif token.type == "softbreak":
            rows[-1].append(replace(style, text=" "))
        elif token.type == "code_inline":
            rows[-1].append(Span(token.content, code=True, url=style.url))
        elif token.type == "image" or token.content:
            rows[-1].append(replace(style, text=token.content))
    return [tuple(row) for row in rows]
