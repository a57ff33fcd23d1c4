"""What a page is made of, whatever it was written in: blocks, in the order in which they are read."""

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    COMMENT = "comment"


LISTED = frozenset((BlockKind.ITEM, BlockKind.ROW))
BOLD_LEVEL = 7
"""Of a line in bold that heads what follows, and of what heads a part of what opens."""
LISTED = frozenset((BlockKind.ITEM, BlockKind.ROW))
"""One of several, as lists and tables have them."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link: its own words, where they begin in the block's text, and where it leads, as the page has it."""

    text: str
    start: int
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table row or comment.

    `text` has line feeds where the page breaks lines, and lacks what is `struck` through. `level`: of a heading 1 to 7
    (one without words ends what is headed so); of an item how deep its list is. `strong`: where bold text stands, as
    (start, end). `cells`: of a row, the heading of each column with what stands there. `group`: the number of its list
    or table.
    """

    kind: BlockKind
    text: str
    level: int = 0
    links: tuple[PageLink, ...] = ()
    strong: tuple[tuple[int, int], ...] = ()
    struck: str = ""
    cells: tuple[tuple[str, "Block"], ...] = ()
    group: int = 0

    @property
    def is_struck(self) -> bool:
        """Whether what matters in it is struck through."""
        return bool(self.struck) and len(self.struck) * 2 >= len(self.text.strip())

    def part(self, start: int, end: int, kind: BlockKind | None = None) -> "Block":
        """A part of its text as a block of its own."""
        return Block(
            kind or self.kind,
            self.text[start:end],
            self.level,
            tuple(
                PageLink(link.text, link.start - start, link.href) for link in self.links if start <= link.start < end
            ),
            tuple((max(a, start) - start, min(b, end) - start) for a, b in self.strong if a < end and b > start),
            self.struck,
            group=self.group,
        )
