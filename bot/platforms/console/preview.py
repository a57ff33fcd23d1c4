"""What a terminal makes of text with prompt_toolkit's styles, as HTML."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from bot.pictures.markup import element, style_of
from bot.pictures.viewer import Viewer


def style() -> str:
    return style_of(__package__, "preview")


def draw_styled(pieces: Sequence[tuple[str, str]]) -> Element:
    """Text with prompt_toolkit's styles."""
    styled = (element("span", text, class_=style.replace(":", "-") or None) for style, text in pieces)
    return element("pre", styled, class_="terminal")


def draw(sent: str, viewer: Viewer) -> Element:
    """What is printed, without its colours."""
    del viewer
    return draw_styled([("", sent)])
