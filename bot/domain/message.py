"""The neutral message: spans in lines, and buttons.

Text is built from spans, never from markup, so no text of a posting can be taken for markup, a mention or a
command. Each platform's rendering turns a message into its own form, and cuts it to its own limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from bot.domain.form import Form


class LineKind(StrEnum):
    """What a line is; platforms show it in their own way."""

    TEXT = "text"
    ITEM = "item"  # of a list
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. With an `instant` (aware) it is shown in the reader's own time where the platform can,
    and as `text` elsewhere.
    """

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str | None = None
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or an entry of a list: spans one after the other."""

    spans: tuple[Span, ...] = ()
    kind: LineKind = LineKind.TEXT

    @classmethod
    def of(cls, *parts: "str | Span | None", kind: LineKind = LineKind.TEXT) -> Self:
        """A line of spans and plain text; what is None or empty is left out."""
        spans = (Span(part) if isinstance(part, str) else part for part in parts if part is not None)
        return cls(tuple(span for span in spans if span.text), kind)

    @property
    def text(self) -> str:
        """Its text alone, without what it looks like and where it leads."""
        return "".join(span.text for span in self.spans)

    def cut(self, length: int) -> Self:
        """The line's first characters, at most `length` wide (from 1), with an ellipsis where some are missing."""
        if width(self.text) <= length:
            return self
        spans: list[Span] = []
        room = length - 1
        for span in self.spans:
            spans.append(replace(span, text=_head(span.text, room)))
            room -= width(span.text)
            if room <= 0:
                break
        last_span = (replace(spans[-1], text=spans[-1].text.rstrip() + "…", instant=None),)
        return replace(self, spans=(*spans[:-1], *last_span))


BLANK = Line()


@dataclass(frozen=True, slots=True)
class Button:
    """Opens `url`, or asks `request` (see `request_text`) of the bot. `is_personal`: it stands where many read, and the
    answer is for whoever presses it alone; where a bot may not write first, it opens the private chat and asks there.
    """

    label: str
    url: str | None = None
    request: str | None = None
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a message. `instead` is said where the platform does not let it be handed over: what it
    holds, in words.
    """

    name: str
    content_type: str
    body: bytes = field(repr=False)
    instead: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """Lines, and rows of buttons below them. `silent` asks not to make a sound. `form` is shown in its place to whoever
    has just asked, where the platform can; else the message stands for it. `asks`: it is a question that is answered in
    words; what stands in the empty field for them, where the platform shows that.
    """

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    form: "Form | None" = None
    asks: str = ""
    mention: str | None = None
    """Whom it calls, where the platform can: `here` is whoever is there just now. Never from anybody's text."""
    is_beside: bool = False
    """Whether it stands beside the message whose button asked for it, which stays as it is."""
    document: Document | None = None
    sections: "tuple[Message, ...]" = ()
    """The same in parts, each with buttons of its own, where the platform shows it as a page; else the whole stands for
    them.
    """

    @property
    def text(self) -> str:
        """The plain text, as a fallback where nothing else can be shown."""
        return "\n".join(line.text for line in self.lines)


def without_file(message: Message) -> Message:
    """A message whose file cannot be handed over, with what the file holds below it."""
    instead = message.document.instead if message.document else ()
    return replace(message, lines=(*message.lines, *((BLANK, *instead) if instead else ())), document=None)


def request_text(command: str, argument: str = "", page: int = 1) -> str:
    """What a button carries that asks for a command with its argument, and for a page of the answer."""
    return f"{command}.{page} {argument}".rstrip()


def joined(parts: Iterable[str | None], separator: str = " · ") -> str:
    """The parts that are there, with a separator between them."""
    return separator.join(part for part in parts if part)


def width(text: str) -> int:
    """A text's length in UTF-16 units, as Telegram counts it: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, length: int) -> str:
    """One line, at most `length` wide, cut at a word where it can be."""
    text = " ".join(text.split())
    if width(text) <= length:
        return text
    head = _head(text, length - 1)
    return (head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head).rstrip(" ,;:-–") + "…"


def _head(text: str, length: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: 2 * length].decode("utf-16-le", "ignore")
