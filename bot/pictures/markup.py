"""HTML and SVG as trees, so that no text can become markup, and a page whose only style is its own."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.language import SOURCE

# What XML has no place for, and what turns the direction of the text around it.
_UNWANTED = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")

Child = Element | str | None


def element(tag: str, *children: Child | Iterable[Child], **attributes: str | float | None) -> Element:
    """An element. `class_` is the attribute `class`, and `stroke_width` is `stroke-width`; what is None is left out."""
    root = Element(tag)
    for name, value in attributes.items():
        if value is not None:
            text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
            root.set(name.rstrip("_").replace("_", "-"), safe(text))
    add(root, *children)
    return root


def add(to: Element, *children: Child | Iterable[Child]) -> None:
    """Puts elements and text behind what is there."""
    for child in children:
        if isinstance(child, str):
            last = to[-1] if len(to) else None
            if last is None:
                to.text = (to.text or "") + safe(child)
            else:
                last.tail = (last.tail or "") + safe(child)
        elif isinstance(child, Element):
            to.append(child)
        elif child is not None:
            add(to, *child)


def safe(text: str) -> str:
    """Text without characters that no page may hold."""
    return _UNWANTED.sub("�", text)


@cache
def style_of(package: str, name: str) -> str:
    """A stylesheet that lies in a package."""
    return files(package).joinpath(f"{name}.css").read_text(encoding="utf-8")


def style(name: str) -> str:
    """A stylesheet that lies beside the drawings."""
    return style_of(__package__, name)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that needs nothing but itself: one style, and no script and no address but for what is named.

    `allowed`: what its policy allows beside the style. `script`: its only one. `head`: what else stands there.
    `sends_to`: where its forms may be sent, in the policy's words.
    """

    title: str
    style: str
    main: Element
    allowed: str = ""
    language: str = SOURCE
    script: str = ""
    head: Sequence[Element] = ()
    sends_to: str = "'none'"

    @property
    def html(self) -> str:
        """The whole page as text."""
        root = Element("html", lang=self.language)
        head = SubElement(root, "head")
        head.append(element("meta", charset="utf-8"))
        head.append(element("meta", name="viewport", content="width=device-width, initial-scale=1"))
        head.append(element("meta", name="color-scheme", content="light dark"))
        head.append(element("meta", name="robots", content="noindex"))
        head.append(element("title", self.title))
        head.append(element("style", self.style))
        head.extend(self.head)
        root.append(element("body", self.main))
        if self.script:
            root[-1].append(element("script", self.script))
        return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"

    @property
    def policy(self) -> str:
        """The Content-Security-Policy under which it is as it should be, and nothing else is possible."""
        parts = [
            "default-src 'none'",
            f"style-src {_hashed(self.style)}",
            *([f"script-src {_hashed(self.script)}"] if self.script else []),
            "base-uri 'none'",
            f"form-action {self.sends_to}",
            *([self.allowed] if self.allowed else []),
        ]
        return "; ".join(parts)


def _hashed(text: str) -> str:
    """How a policy names what stands in the page itself (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
