"""HTML -> blocks: the main content alone, in the order in which it is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree, html

from bot.sources.pages.blocks import BOLD_LEVEL, Block, BlockKind, PageLink
from bot.sources.pages.markdown import MarkdownPage, without_marks
from bot.sources.pages.tables import table_rows, tells_facts

_SKIPPED = frozenset(
    "script style nav footer form select template iframe noscript head svg button object canvas math"
    " audio video".split()
)
_BREAKING = frozenset(
    "p div section article main header aside blockquote ul ol dl table tbody thead tfoot figure figcaption center"
    " details address pre fieldset hr body html tr td th".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SUMMARY = 6  # the level of what heads a part that opens
_STRUCK = frozenset(("s", "del", "strike"))
_STRONG = frozenset(("b", "strong"))
_IS_STRUCK = re.compile(r"text-decoration[a-z-]{0,9}\s{0,4}:[^;]{0,40}line-through", re.IGNORECASE)
_IS_HIDDEN = re.compile(r"(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u00ad\u200b]+")
_OPENS = re.compile(r"accordion|collaps|toggle|expand", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/\"'=])https?://[^\s<>\"'()\[\]{}|\\^`*]{4,1000}")
_OPENER = re.compile(
    r"\W*(?:(?:see|show|read|view|open|click|expand|learn|hide|toggle|more|less|details?|description|abstract|info|"
    r"the|full|here|for|to|job|mehr|anzeigen|weiterlesen|ausklappen|einblenden|beschreibung)\b\W*){1,6}",
    re.IGNORECASE,
)
"""What a summary says that only opens what stands below it."""
_BESIDE = re.compile(
    r"(?:[a-z]+[-_])?(?:menu|nav|navbar|navigation|breadcrumbs?|footer|pager|pagination)", re.IGNORECASE
)
_MOST_TEXT = 5_000_000  # characters


@dataclass(slots=True)
class _Line:
    """Text as it is gathered, until its block ends."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    links: list[PageLink] = field(default_factory=list)
    strong: list[tuple[int, int]] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if text.startswith(" ") and (not self.parts or self.parts[-1][-1:] in {" ", "\n"}):
            text = text[1:]
        if text:
            self.parts.append(text)
            self.length += len(text)

    def line_break(self) -> None:
        if self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")
            self.length += 1


def parsed(text: str) -> html.HtmlElement | None:
    """The tree of a page; None where there is nothing in it."""
    if not text.strip():
        return None
    parser = html.HTMLParser(remove_pis=True)
    try:
        return html.document_fromstring(text.replace("\0", "")[:_MOST_TEXT], parser=parser)
    except (etree.ParserError, ValueError):
        # an encoding declaration in a text that is decoded already
        try:
            return html.document_fromstring(text.encode(), parser=html.HTMLParser(remove_pis=True, encoding="utf-8"))
        except etree.ParserError:
            return None


def main_content(tree: html.HtmlElement) -> html.HtmlElement:
    """The part of a page that is its own: its `main` where it has one."""
    for element in tree.iter(etree.Element):
        is_main = element.tag == "main" or element.get("role") == "main"
        if is_main and len("".join(element.itertext())) > 200:
            return element
    body = tree.find("body")
    return tree if body is None else body


class Walker:
    """Walks a tree once and gathers its blocks."""

    def __init__(self, page: MarkdownPage | None = None) -> None:
        self._page = page
        self._blocks: list[Block] = []
        self._line = _Line()
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._lists = 0
        self._group = 0
        self._is_struck = 0
        self._opened = 0
        self._term: Block | None = None

    def blocks(self, root: html.HtmlElement) -> list[Block]:
        """The blocks of that element."""
        self._walk(root)
        self._flush()
        return self._blocks

    def _flush(self) -> None:
        line, self._line = self._line, _Line()
        text = "".join(line.parts).rstrip()
        struck = " ".join("".join(line.struck).split())
        if text.strip() or struck:
            end = len(text)
            line.links += _bare(text, line.links)
            strong = tuple((a, min(b, end)) for a, b in line.strong if a < min(b, end))
            self._blocks.append(
                Block(
                    self._kind, text, self._level, tuple(line.links), _joined(strong, text), struck, group=self._group
                )
            )

    def _walk(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            self._comment(element)
            return
        tag = tag.lower()
        style = element.get("style") or ""
        if (
            (tag in _SKIPPED and not self._is_shown_button(element, tag))
            or element.get("hidden") is not None
            or (style and _IS_HIDDEN.search(style))
            or (tag == "summary" and _OPENER.fullmatch("".join(element.itertext()).strip()))
            or _is_beside(element, tag)
        ):
            return
        struck = tag in _STRUCK or (style != "" and bool(_IS_STRUCK.search(style)))
        self._is_struck += struck
        if tag == "x-comment":
            self._mark(element)
        elif tag == "br":
            self._line.line_break()
        elif tag in _HEADINGS:
            self._as_block(element, BlockKind.HEADING, BOLD_LEVEL if self._opened else _HEADINGS[tag])
        elif tag == "summary" or (tag == "button" and self._kind is not BlockKind.HEADING):
            self._as_block(element, BlockKind.HEADING, BOLD_LEVEL if self._opened else _SUMMARY)
        elif tag == "details":
            self._details(element)
        elif tag == "table":
            self._table(element)
        elif tag in {"li", "dt", "dd"}:
            self._item(element, tag)
        elif tag == "a" and element.get("href") is not None:
            self._link(element)
        elif tag in _STRONG:
            self._strong(element)
        elif tag in _BREAKING:
            self._breaking(element, tag)
        else:
            self._inside(element)
        self._is_struck -= struck

    def _is_shown_button(self, element: html.HtmlElement, tag: str) -> bool:
        """Whether a button is the heading of what it opens, and no order."""
        return tag == "button" and (
            self._kind is BlockKind.HEADING
            or element.get("aria-expanded") is not None
            or bool(_OPENS.search(f"{element.get('class') or ''} {element.get('data-toggle') or ''}"))
        )

    def _inside(self, element: html.HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            self._walk(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._page:
            text = without_marks(text)
        if self._is_struck:
            self._line.struck.append(text)
        else:
            self._line.add(text)

    def _as_block(self, element: html.HtmlElement, kind: BlockKind, level: int, lead: str = "") -> None:
        """Reads an element as a block of its own; `lead`: words in front of it."""
        self._flush()
        self._line.add(lead)
        before = self._kind, self._level
        self._kind, self._level = kind, level
        self._inside(element)
        self._flush()
        self._kind, self._level = before

    def _breaking(self, element: html.HtmlElement, tag: str) -> None:
        is_inside_item = self._kind is BlockKind.ITEM and tag in {"p", "div"}
        if is_inside_item:
            self._line.line_break()
        else:
            self._flush()
        if tag in {"ul", "ol", "dl"}:
            self._lists += 1
            if self._lists == 1:
                self._group += 1
        before = self._kind
        if tag == "blockquote":
            self._kind = BlockKind.PARAGRAPH
        self._inside(element)
        if is_inside_item:
            self._line.line_break()
        else:
            self._flush()
        self._kind = before
        if tag in {"ul", "ol", "dl"}:
            self._lists -= 1

    def _details(self, element: html.HtmlElement) -> None:
        """Reads what opens: all that stands in it is headed by its summary, and what follows it is not."""
        self._flush()
        opened = self._opened
        self._text(element.text)
        for child in element:
            blocks = len(self._blocks)
            self._walk(child)
            if child.tag == "summary" and any(block.kind is BlockKind.HEADING for block in self._blocks[blocks:]):
                self._opened = opened + 1
            self._text(child.tail)
        self._flush()
        if self._opened > opened:
            level = (
                BOLD_LEVEL
                if opened
                else next(
                    block.level
                    for block in self._blocks[::-1]
                    if block.kind is BlockKind.HEADING and block.level < BOLD_LEVEL
                )
            )
            self._blocks.append(Block(BlockKind.HEADING, "", level))
        self._opened = opened

    def _item(self, element: html.HtmlElement, tag: str) -> None:
        self._flush()
        lead = ""
        if tag == "dd" and self._blocks and self._term is self._blocks[-1]:
            lead = f"{self._blocks.pop().text.rstrip(' :')}: "
        before = self._level
        self._as_block(element, BlockKind.ITEM, max(self._lists, 1), lead)
        self._level = before
        self._term = self._blocks[-1] if tag == "dt" and self._blocks else None

    def _link(self, element: html.HtmlElement) -> None:
        line = self._line
        start, before = line.length, len(line.parts)
        self._inside(element)
        if line is not self._line:  # a link around whole blocks
            return
        text = "".join(line.parts[before:])
        href = " ".join((element.get("href") or "").split())
        href = self._page.restored(href) if self._page else href
        if self._is_struck:
            text = ""
        line.links.append(PageLink(text.strip(), start, href))

    def _strong(self, element: html.HtmlElement) -> None:
        start = self._line.length
        line = self._line
        self._inside(element)
        if line is self._line and line.length > start:
            line.strong.append((start, line.length))

    def _table(self, table: html.HtmlElement) -> None:
        self._flush()
        if _is_layout(table):
            self._inside(table)
            self._flush()
            return
        self._group += 1
        rows = list(table_rows(table, self._cell))
        heads: list[str] = []
        is_of_facts = tells_facts([cells for _, cells in rows])
        for number, (tags, cells) in enumerate(rows):
            if not any(cell.text or cell.struck for cell in cells):
                continue
            if len(heads) > 1 and len(cells) == 1:  # it heads the rows below it
                self._blocks.append(replace(cells[0], group=self._group))
                self._group += 1
            elif (
                not heads and not is_of_facts and (tags == {"th"} or (number == 0 and len(rows) > 2 and len(cells) > 2))
            ):
                heads = [cell.text for cell in cells]
            else:
                self._blocks.append(self._row(heads, cells))

    def _row(self, heads: list[str], cells: list[Block]) -> Block:
        if not heads and len(cells) == 2:
            heads = ["", ""]
        named = tuple((heads[at] if at < len(heads) else "", cell) for at, cell in enumerate(cells))
        if not any(heads) and len(cells) == 2:  # a name and its value
            return replace(_put_together(": ", cells), kind=BlockKind.ITEM, level=1, group=self._group)
        row = _put_together("\n", cells)
        return replace(row, kind=BlockKind.ROW, cells=named, group=self._group)

    def _cell(self, cell: html.HtmlElement) -> Block:
        walker = Walker(self._page)
        walker._is_struck = self._is_struck
        return _put_together("\n", walker.blocks(cell))

    def _mark(self, element: html.HtmlElement) -> None:
        self._flush()
        self._blocks.append(Block(BlockKind.COMMENT, element.get("n") or ""))

    def _comment(self, element: html.HtmlElement) -> None:
        text = element.text or ""
        if isinstance(element, html.HtmlComment) and text.strip() and not text.startswith("["):
            self._flush()
            self._blocks.append(Block(BlockKind.COMMENT, text))


def _is_layout(table: html.HtmlElement) -> bool:
    """Whether a table only places what stands in it: it holds headings, and no columns of values, or is a box."""
    is_box = len(list(islice(table.iter("td", "th"), 2))) == 1
    return is_box or table.get("role") == "presentation" or any(True for _ in table.iter("h1", "h2", "h3", "h4"))


def _is_beside(element: html.HtmlElement, tag: str) -> bool:
    """Whether an element names itself as what a site has on every page."""
    if tag not in {"div", "td", "ul", "ol", "aside"}:
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return named != " " and any(_BESIDE.fullmatch(name) for name in named.split())


def _joined(strong: tuple[tuple[int, int], ...], text: str) -> tuple[tuple[int, int], ...]:
    """Bold parts that only space or a mark divides, as one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(strong):
        if result and not text[result[-1][1] : start].strip() and "\n" not in text[result[-1][1] : start]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _bare(text: str, links: list[PageLink]) -> list[PageLink]:
    """Addresses that stand in a text without being links."""
    if "://" not in text:
        return []
    linked = [(link.start, link.start + max(len(link.text), 1)) for link in links]
    return [
        PageLink(found[0].rstrip(".,;:!?"), found.start(), found[0].rstrip(".,;:!?"))
        for found in _BARE.finditer(text)
        if not any(start <= found.start() < end for start, end in linked)
    ]


def _put_together(between: str, blocks: list[Block]) -> Block:
    text, links, strong = "", [], []
    for block in blocks:
        if text:
            text += between[text.endswith(between[0]) :]
        shift = len(text)
        text += block.text
        links += [replace(link, start=link.start + shift) for link in block.links]
        strong += [(a + shift, b + shift) for a, b in block.strong]
    struck = " ".join(block.struck for block in blocks if block.struck)
    return Block(BlockKind.PARAGRAPH, text, 0, tuple(links), tuple(strong), struck)


def html_blocks(text: str, page: MarkdownPage | None = None) -> list[Block]:
    """The blocks of a page; `page`: what it was in Markdown."""
    tree = parsed(text)
    return [] if tree is None else Walker(page).blocks(main_content(tree))


def meta(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What a page says of itself in its head: names and values."""
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and (content := element.get("content")):
            yield name.lower(), content
    for element in tree.iter("title"):
        yield "title", " ".join("".join(element.itertext()).split())
    for element in tree.iter("html"):
        if lang := element.get("lang"):
            yield "lang", lang
