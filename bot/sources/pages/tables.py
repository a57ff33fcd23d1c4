"""The rows of a table of HTML, each with the cells that reach into it from rows above."""

from collections.abc import Callable, Iterator, Sequence

from lxml import html

from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.words import PART

_MOST_GROUP = 40  # characters
"""What stands first in a row, without a link, and is no longer, says of what kind the rows beside it are."""
_LEAST_FACTS = 3  # rows
_MOST_SPAN = 100
_MOST_ADDED = 2000
"""So many cells more than its own a table has at most, whatever its cells are said to span."""
_CELLS = frozenset(("td", "th"))
_NOTHING = Block(BlockKind.PARAGRAPH, "")


def table_rows(
    table: html.HtmlElement, read: Callable[[html.HtmlElement], Block]
) -> Iterator[tuple[frozenset[str], list[Block]]]:
    """Each row: the names of its elements, and its cells as `read` reads them. A cell that spans rows stands in each of
    them (https://html.spec.whatwg.org/multipage/tables.html#attr-tdth-rowspan), but for a title, which stands once; one
    that spans columns has empty cells behind it where it is not alone.
    """
    lasting: dict[int, tuple[int, Block]] = {}
    left = _MOST_ADDED
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table:
            continue
        elements = [cell for cell in row if cell.tag in _CELLS]
        cells: list[Block] = []
        for element in elements:
            _add_lasting(cells, lasting)
            cell = read(element)
            if (more := min(_span(element, "rowspan") - 1, left)) > 0:
                left -= more
                lasting[len(cells)] = more, _NOTHING if _is_title(cell, len(cells)) else cell
            cells.append(cell)
            if len(elements) > 1:
                beside = min(_span(element, "colspan") - 1, left)
                left -= beside
                cells += [_NOTHING] * beside
        _add_lasting(cells, lasting)
        yield frozenset(cell.tag for cell in row if isinstance(cell.tag, str)), cells


def tells_facts(rows: Sequence[Sequence[Block]]) -> bool:
    """Whether a table has a name and its value in each row, also in the first, which Markdown makes the heading."""
    if len(rows) < _LEAST_FACTS or any(len(cells) != 2 for cells in rows):
        return False
    names = [cells[0].text for cells in rows[1:]]
    return sum(PART.match(name) is not None for name in names) * 2 > len(names)


def _add_lasting(cells: list[Block], lasting: dict[int, tuple[int, Block]]) -> None:
    """Adds the cells that reach into a row from above, up to the next place that is free."""
    while (column := len(cells)) in lasting:
        more, cell = lasting.pop(column)
        if more > 1:
            lasting[column] = more - 1, cell
        cells.append(cell)


def _is_title(cell: Block, column: int) -> bool:
    return column == 0 and (bool(cell.links) or len(cell.text) > _MOST_GROUP)


def _span(element: html.HtmlElement, name: str) -> int:
    """How many rows, or columns, a cell spans."""
    written = (element.get(name) or "").strip()
    return min(int(written[:9]), _MOST_SPAN) if written.isascii() and written.isdigit() else 1
