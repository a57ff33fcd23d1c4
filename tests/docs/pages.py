"""The pages of the documentation: every Markdown file that people read, and the examples in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
_FOUND = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "postings/README.md"]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in _FOUND)
HISTORY = "CHANGELOG.md"
"""It tells of what was so once."""

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_COMMAND = re.compile(r"(?<![\w./\"-])(?:\S*/bin/)?callboard (?!\.)(.+)")
_END = re.compile(r" +#| \d?>| [|&;]|&&|…$")


@dataclass(frozen=True)
class Block:
    """A block of code: the page, the line where it begins, what it is said to be (empty where nothing is), its text."""

    page: str
    line: int
    kind: str
    text: str

    @property
    def file(self) -> str:
        """The file that it is, where its first line says so."""
        named = re.match(r"# (\w[\w/-]*\.(?:yaml|md))\n", self.text)
        return named[1] if named else ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: str) -> Iterator[Block]:
    for token in _MARKDOWN.parse((ROOT / page).read_text()):
        if token.type in {"fence", "code_block"} and token.map:
            yield Block(page, token.map[0] + 1, token.info.strip(), token.content)


def inline_code(page: str) -> set[str]:
    """What stands between backticks within text."""
    found = set()
    for token in _MARKDOWN.parse((ROOT / page).read_text()):
        for inner in token.children or ():
            if inner.type == "code_inline":
                found.add(inner.content)
    return found


def commands(page: str) -> Iterator[list[str]]:
    """Every command line of Callboard's in a page, as the words after `callboard`."""
    lines = [line for block in blocks(page) for line in block.text.splitlines()]
    starts = [line for line in lines if re.match(r"(\$ |\S*/bin/)?callboard |.*&& \S*callboard ", line)]
    for text in [*starts, *(code for code in inline_code(page) if code.startswith("callboard "))]:
        if found := _COMMAND.search(text.replace(r"\|", "|").replace(r"\"", '"')):
            yield shlex.split(_END.split(found[1])[0].rstrip("`)"))
