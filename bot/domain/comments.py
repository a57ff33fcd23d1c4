"""HTML comments in Markdown: notes among those who write it, and nobody else's business. Programs that show Markdown
hide them, so nothing here shows them either.

What a comment is says CommonMark (https://spec.commonmark.org/0.31.2/#html-comment). Beyond it, one that spans
paragraphs, or is never closed, is one, too: better too little is shown than too much. In code, `<!--` is text.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # read when the first comment is met
    from markdown_it import MarkdownIt

_BEGIN = "<!--"
_MOST_NESTED = 4  # what is left of one may make another: `<!<!-- -->--`
_SIGN = re.compile(r"<!--|`+|\\[!-/:-@\[-`{-~]")
_RUN = re.compile(r"`+")
_COMMENT_END = re.compile(r"(?<=<!--)-?>|-->")
_BLANK = re.compile(r"[ \t]*")


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).disable("inline")


def left_out(text: str) -> str:
    """A Markdown text without its HTML comments; the rest of a line stays where it stood. To do it twice changes
    nothing more.
    """
    for _ in range(_MOST_NESTED):
        if _BEGIN not in text:
            return text
        whole, text = text, "".join(_kept(text.replace("\r\n", "\n").replace("\r", "\n")))
        if text == whole:  # what is left stands in code
            return text
    return text.partition(_BEGIN)[0]


def _kept(text: str) -> Iterator[str]:
    blocks, code = _Ranges(), _CodeSpans(text)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    for token in _reader().parse(text):
        if token.map and token.type in {"fence", "code_block", "inline"}:
            first, behind = (min(starts[line], len(text)) for line in token.map)
            (code.paragraphs if token.type == "inline" else blocks).add(first, behind)
    shown = place = 0
    while sign := _SIGN.search(text, place):
        place = sign.end()
        if within := blocks.around(sign.start()):
            place = within[1]
        elif sign[0].startswith("`"):
            place = code.end(sign.start(), place)
        elif sign[0] == _BEGIN:
            place, before = _comment_end(text, sign), text[shown : sign.start()]
            begins_line = not text[text.rfind("\n", 0, sign.start()) + 1 : sign.start()].strip(" \t")
            rest = _BLANK.match(text, place)
            after = rest.end() if rest else place
            ends_line = text[after : after + 1] in {"", "\n"}
            yield before.rstrip(" \t") if ends_line else before
            shown = place = after if ends_line or begins_line else place
    yield text[shown:]


def _comment_end(text: str, begin: re.Match[str]) -> int:
    end = _COMMENT_END.search(text, begin.end())
    return end.end() if end else len(text)


class _Ranges:
    """Parts of a text that do not overlap, in order."""

    def __init__(self) -> None:
        self._all: list[tuple[int, int]] = []

    def add(self, first: int, behind: int) -> None:
        self._all.append((first, behind))

    def around(self, place: int) -> tuple[int, int] | None:
        """The one in which `place` lies."""
        number = bisect_right(self._all, place, key=lambda part: part[0]) - 1
        return self._all[number] if number >= 0 and place < self._all[number][1] else None


class _CodeSpans:
    """Code between backticks: as many of them behind it as before it, in the same paragraph."""

    def __init__(self, text: str) -> None:
        self.paragraphs = _Ranges()
        self._text = text
        self._counted: tuple[int, int] | None = None
        self._runs: dict[int, list[int]] = {}  # by length, where such runs begin in the paragraph last counted

    def end(self, start: int, behind: int) -> int:
        """Where the span ends that the backticks from `start` to `behind` begin; `behind` if they begin none."""
        paragraph = self.paragraphs.around(start)
        if paragraph is None:
            return behind
        if paragraph != self._counted:
            runs = defaultdict(list)
            for run in _RUN.finditer(self._text, *paragraph):
                runs[len(run[0])].append(run.start())
            self._counted, self._runs = paragraph, runs
        alike = self._runs.get(behind - start, ())
        number = bisect_left(alike, behind)
        return alike[number] + behind - start if number < len(alike) else behind
