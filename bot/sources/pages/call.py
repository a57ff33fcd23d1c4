"""One position as it stands on a page, and what stands above it."""

from dataclasses import dataclass, field

from bot.domain.posting import Role
from bot.sources.base import AsFound
from bot.sources.pages.blocks import Block
from bot.sources.pages.deadlines import DeadlineFound

MOST_LEAD = 220  # characters
"""At the beginning of a block, where it says what it is; a shorter one may lead to what follows."""
MOST_KIND = 80  # characters
"""What is longer says more than of what kind a position is."""
LEAST_TOPIC = 15  # characters
"""What is shorter is no topic of a position."""
MOST_SHARED = 60  # blocks
"""More than that in one place does not introduce calls, and would be gone through for each of them."""
Levels = tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class CallContext:
    """What stands above a call and holds for it, too. `shared`: level by level, the outermost first. `has_none`: the
    page says that nothing is open at the moment. `is_counted`: it says how many positions there are, and as many
    headings follow.
    """

    roles: tuple[Role, ...] = ()
    shared: Levels = ()
    is_vacancies: bool = False
    is_past: bool = False
    is_comment: bool = False
    offers: bool = False
    has_none: bool = False
    is_counted: bool = False
    headings: tuple[str, ...] = ()


@dataclass(slots=True)
class Call:
    """One position as it stands on a page: its title, its own blocks, and those that it shares with others.

    `is_summary`: a sentence names it that may only introduce others. `doubt`: why its status is not certain.
    `due`: what its own blocks say of when applications end. `below`: what stands beside it and holds for it, too, level
    by level, the nearest first. `words`: those of its title that tell it from others; `other_titles`: those of theirs,
    `other_words`: all of these that are none of its own. `evidence`: the names of what was weighed for its status.
    """

    title: str
    roles: list[Role]
    blocks: list[Block]
    context: CallContext
    heading: Block | None = None
    status: AsFound = AsFound.OPEN
    doubt: str | None = None
    due: DeadlineFound = field(default_factory=DeadlineFound)
    is_composed: bool = False
    is_summary: bool = False
    below: list[list[Block]] = field(default_factory=list)
    words: frozenset[str] = frozenset()
    other_titles: frozenset[frozenset[str]] = frozenset()
    other_words: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()

    @property
    def is_speculative(self) -> bool:
        """Whether it is a standing invitation, and no position that is there."""
        return self.status is AsFound.SPECULATIVE

    @property
    def is_closed(self) -> bool:
        """Whether it is over."""
        return self.status is AsFound.CLOSED

    def surroundings(self) -> list[list[Block]]:
        """What it shares with others: what is nearest first."""
        return [*self.below, *(list(level) for level in reversed(self.context.shared))]
