"""Any text as lines that fit: cleaned, broken, shrunk, cut; with letters of the fonts that there are.

Source Sans Pro (SIL Open Font License) has Latin, Greek and Cyrillic. Where the extra `cjk` is installed, Noto Sans CJK
has Chinese, Japanese and Korean. Text is laid out by Pillow's own simple layout, so that the same text is the same
picture on every machine.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby
from pathlib import Path

import font_source_sans_pro
from PIL import ImageDraw, ImageFont

REGULAR = Path(font_source_sans_pro.SourceSansPro)
SEMIBOLD = Path(font_source_sans_pro.SourceSansProSemibold)
BOLD = Path(font_source_sans_pro.SourceSansProBold)

ELLIPSIS, UNKNOWN = "…", "◊"
"""What stands for what was cut off, and for a letter that no font has."""

_MOST = 2000  # characters that are looked at: no picture shows more
_UNIT = 48
_MARKS = 2  # combining marks on one letter; more would reach into other lines
_NOT_A_CHARACTER = "\U0010ffff"


@cache
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font from its file, `size` pixels high."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _cjk() -> Path | None:
    with suppress(ImportError):
        package = Path(str(import_module("noto_cjk_sans_jp_regular").__file__)).parent
        return next(package.glob("*.otf"), None)
    return None


@lru_cache(maxsize=8192)
def _home(letter: str, path: Path) -> Path | None:
    """The font that has a letter: `path`, or the one for East Asia."""
    for font_path in (path, _cjk()):
        if font_path and _shape(letter, font_path) != _shape(_NOT_A_CHARACTER, font_path):
            return font_path
    return None


@lru_cache(maxsize=8192)
def _shape(letter: str, path: Path) -> tuple[tuple[int, int], bytes]:
    mask = font(path, 24).getmask(letter)
    return mask.size, bytes(mask)


def clean(text: str) -> str:
    """One line of letters: no control characters, nothing that turns the direction of writing, no heaps of marks."""
    letters: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text[:_MOST]):
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") else 0
        if category.startswith("Z") or letter in "\t\n\r\v\f":
            letters.append(" ")
        elif not category.startswith("C") and marks <= _MARKS:
            letters.append(letter)
    return " ".join("".join(letters).split())


def drawable(text: str, path: Path) -> tuple[str, float]:
    """A clean text as far as there are letters for it, and which part of its letters that is. Emoji without a shape are
    left out, other letters are replaced.
    """
    letters: list[str] = []
    known = all_letters = 0
    for letter in clean(text):
        is_letter = unicodedata.category(letter)[0] in "LN"
        has_shape = letter == " " or _home(letter, path) is not None
        all_letters += is_letter
        known += is_letter and has_shape
        if has_shape:
            letters.append(letter)
        elif is_letter and (not letters or letters[-1] != UNKNOWN):
            letters.append(UNKNOWN)
    return " ".join("".join(letters).split()), known / all_letters if all_letters else 1.0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of one font and size (pixels), ready to be drawn; `leading`: from line to line, in sizes."""

    lines: tuple[str, ...]
    path: Path
    size: int
    leading: float = 1.16

    @property
    def height(self) -> int:
        """In pixels."""
        return round(len(self.lines) * self.size * self.leading)

    @property
    def width(self) -> float:
        """In pixels, of its widest line."""
        return max((width(line, self.path, self.size) for line in self.lines), default=0)

    def draw(self, on: ImageDraw.ImageDraw, left: float, top: float, colour: str) -> None:
        """Draws it with its upper left corner at that place (pixels), in a colour such as `#1c2430`."""
        ascent = font(self.path, self.size).getmetrics()[0]
        for number, line in enumerate(self.lines):
            x, y = left, round(top + number * self.size * self.leading + ascent)
            for run, path in _runs(line, self.path):
                face = font(path, self.size)
                on.text((round(x), y), run, fill=colour, font=face, anchor="ls")
                x += face.getlength(run)


def _runs(line: str, path: Path) -> Iterator[tuple[str, Path]]:
    """The pieces of a line that are of one font each."""
    for home, letters in groupby(line, lambda letter: _home(letter, path) or path):
        yield "".join(letters), home


def width(line: str, path: Path, size: int) -> float:
    """How wide a line is, in pixels; each letter counts in the font that has it."""
    return sum(font(home, size).getlength(run) for run, home in _runs(line, path))


def fitted(text: str, path: Path, sizes: tuple[tuple[int, int], ...], room: float) -> TextBlock:
    """A drawable text in the largest of `sizes` (with how many lines each may have) in which it fits into `room`; in
    the last of them, with an ellipsis, where it fits in none.
    """
    block = TextBlock((), path, sizes[-1][0])
    text = text[: sizes[-1][1] * round(room / sizes[-1][0] * 5)]  # no letter but the thinnest is a fifth as wide
    unit = width(text, path, _UNIT) / _UNIT
    for size, most in sizes:
        if unit * size > most * room and size != sizes[-1][0]:
            continue
        lines, is_broken = _broken(text, path, size, room)
        block = TextBlock(tuple(lines[:most]), path, size)
        if len(lines) <= most and not is_broken:
            return block
    lines, _ = _broken(text, path, block.size, room)
    if len(lines) <= sizes[-1][1]:  # a word that had to be broken, and all of it is there
        return block
    last = _cut(block.lines[-1], path, block.size, room)
    return TextBlock((*block.lines[:-1], last), path, block.size)


def _broken(text: str, path: Path, size: int, room: float) -> tuple[list[str], bool]:
    """Lines that fit into `room`; whether a word had to be broken for that."""
    lines: list[str] = []
    is_broken = False
    line = ""
    for word in _words(text):
        joined = f"{line} {word}".strip() if word[0] != "\u200b" else line + word[1:]
        if width(joined, path, size) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word.lstrip("\u200b")
        while width(line, path, size) > room:
            is_broken = True
            head = _head(line, path, size, room)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line] if line else lines, is_broken


def _words(text: str) -> Iterator[str]:
    """Words; and every letter of East Asian writing as one that follows without a space (marked so)."""
    for word in text.split():
        glued = ""
        for is_wide, letters in groupby(word, lambda letter: unicodedata.east_asian_width(letter) in "WF"):
            run = "".join(letters)
            for piece in run if is_wide else (run,):
                yield glued + piece
                glued = "\u200b"


def _head(line: str, path: Path, size: int, room: float) -> str:
    """As many of its first letters as fit, at least one."""
    low, high = 1, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(line[:middle], path, size) <= room else (low, middle - 1)
    return line[:low]


def _cut(line: str, path: Path, size: int, room: float) -> str:
    """The line with an ellipsis at its end."""
    while line and width(line + ELLIPSIS, path, size) > room:
        line = line[:-1]
    return line.rstrip(" ,;:-–") + ELLIPSIS
