"""The title of a call that is an item of a list, or a row of a table."""

import re

from bot.sources.pages.blocks import Block, PageLink
from bot.sources.pages.details import tidy_title
from bot.sources.pages.signs import LEAD_END
from bot.sources.pages.words import GENERIC

_MOST_TITLE = 180  # characters
_LEAST_TOPIC = 15  # characters
_MOST_KIND = 60  # characters
_WHEN = re.compile(r"\A\W{0,4}(?:\w{3,9}\.? )?20\d\d\W{0,4}\Z")
_FACT = re.compile(
    r"\s{0,2}[(\[]\s{0,2}(?:deadline|closes?|closing|apply|due|until|start|bis|frist|bewerb)\b[^()\[\]]{0,80}[)\]]",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"title|position|titel|stelle|job|project|topic|role|vacanc|thema|name", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3}")


def row_title(block: Block) -> str:
    """What the column has that names positions, else the first column."""
    for is_named in (True, False):
        for head, cell in block.cells:
            text = cell.text if cell.text.strip() else cell.struck
            if (not is_named or _COLUMN.search(head)) and _LETTERS.search(text):
                return tidy_title(text.partition("\n")[0])
    return tidy_title(block.text.partition("\n")[0])


def item_title(block: Block) -> str:
    """What an item begins with in bold or as a link, else its first words; the topic that follows what kind of
    position it is: `PhD thesis (deadline: 1 March): Harmonic networks`.
    """
    text = block.text
    if not text.strip() or block.is_struck:
        return tidy_title(block.struck)
    if block.strong and block.strong[0][0] <= 3 and not _WHEN.match(text[slice(*block.strong[0])]):
        bold = tidy_title(text[slice(*block.strong[0])])
        if len(bold) > 5:
            return bold
    for link in block.links:
        if _is_telling(link) and link.start <= 3:
            return tidy_title(link.text)
    stripped = tidy_title(_FACT.sub("", text[:400]))
    end = next((cut.start() for cut in LEAD_END.finditer(stripped) if cut.start() > 12), len(stripped))
    lead = tidy_title(stripped[: min(end, _MOST_TITLE)])
    return _topic_behind(block) or lead


def _is_telling(link: PageLink) -> bool:
    return len(link.text) > 5 and not GENERIC.match(link.text)


def _topic_behind(block: Block) -> str:
    """The bold or linked words behind a fact or a colon, where what stands in front only says what kind it is."""
    parts = [(start, block.text[start:end]) for start, end in block.strong]
    parts += [(link.start, link.text) for link in block.links if _is_telling(link)]
    for start, words in sorted(parts)[:1]:
        before = block.text[:start]
        shown = _FACT.sub("", before).rstrip()
        is_set_apart = shown.endswith((":", "–", "—")) or shown != before.rstrip()
        if is_set_apart and len(shown) <= _MOST_KIND and len(words) >= _LEAST_TOPIC and "\n" not in before:
            return tidy_title(words)
    return ""
