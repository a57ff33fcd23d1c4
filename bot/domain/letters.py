"""Characters that are not seen: which they are, what is left of a text without them, and how a text is shown where it
must do nothing: in a terminal, in a log, in the output of a command.

They come with text that is pasted: no-break spaces and soft hyphens from web pages and office programs, zero-width
spaces from chats, byte order marks from Windows. Some belong to a script (the joiners in Persian and Hindi) and stay
where people read; where a program reads, they would make two words of what looks like one.
"""

import re
import unicodedata

# As parts of a class of a regular expression, alike in Python and in JSON Schema (ECMA-262).
SPACES = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces that are none to a program (Unicode's category Zs, without U+0020)."""
_DROPPED = r"\xad\u180e\u200b\u2060\ufeff"
JOINERS = r"\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200c-\u200f\u2061-\u2065\u206a-\u206f\u3164\uffa0"
UNSEEN = _DROPPED + JOINERS
"""Characters without a shape (Unicode's Default_Ignorable_Code_Point, without what steers the direction of writing, and
without variation selectors and tags, which belong to emoji)."""
EDGES = rf" \t\n\r{SPACES}{_DROPPED}"
"""What may stand around a value and is no part of it."""

_ALL = re.compile(f"[{UNSEEN}]")
_ODD = re.compile(f"[{UNSEEN}{SPACES}]")
_AROUND = "".join(re.findall(f"[{EDGES}]", "".join(map(chr, range(0x10000)))))
_NOT_SEARCHED = re.compile(rf"[{UNSEEN}\ufe00-\ufe0f]")
# Controls, line and paragraph separators, what steers the direction of writing (https://trojansource.codes), and halves
# of surrogate pairs, as a file's name may have them.
_ACTS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def trimmed(text: str) -> str:
    """Without what may stand around a value."""
    return text.strip(_AROUND)


def without_unseen(text: str) -> str:
    """As it is compared: without soft hyphens, joiners and the like, so that what looks alike is alike."""
    return text if text.isascii() else _NOT_SEARCHED.sub("", text)


def odd_character(text: str) -> str:
    """What to say of the first character in it that cannot be told from nothing or from a space; else nothing."""
    match = None if text.isascii() else _ODD.search(text)
    if not match:
        return ""
    what_to_do = "delete it" if _ALL.match(match[0]) else "write a plain space"
    return f"holds the character {code_and_name(match[0])}; {what_to_do}"


def code_and_name(character: str) -> str:
    """A character by its number and name in Unicode, in words: `U+200B (zero width space)`."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character').lower()})"


def printable(text: str) -> str:
    """A text on one line that a terminal only shows: what would act there is written as an escape, as Python does."""
    return _ACTS.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no text (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape", "surrogatepass").decode()


def printable_lines(text: str) -> str:
    """The same on several lines, such as a traceback's. Those that follow are marked, so that none can pass for a line
    of its own: of a log, or a command to the CI service that reads the output.
    """
    return "\n  | ".join(map(printable, text.rstrip("\n").split("\n")))


def printable_json(text: str) -> str:
    """JSON that has been written without escapes, with those for what would act in a terminal."""
    return _ACTS_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_ACTS_IN_JSON = re.compile(_ACTS.pattern.replace(r"\x00-\x1f", ""))  # JSON has escapes of its own for those


def displayed(text: str) -> str:
    """A text for people at a terminal, on its lines: what would act there is shown as a sign, and what has no shape and
    belongs to no script is left out. A line that would be a command to a CI service gets a sign before it, unseen.
    """
    if "::" in text or "##[" in text:
        text = _COMMAND.sub("\u2061", text)
    if text.isprintable():
        return text
    lines = _SHAPELESS.sub("", text).replace("\t", "    ").split("\n")
    return "\n".join(_ACTS.sub("\ufffd", line) for line in lines)


# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; `##[` is of Azure Pipelines.
# The sign is an invisible operator of mathematics: any that is no white space would do.
_COMMAND = re.compile(r"^(?=[ \t]*(?:::|##\[))", re.MULTILINE)
_SHAPELESS = re.compile(f"[{_DROPPED}]")
