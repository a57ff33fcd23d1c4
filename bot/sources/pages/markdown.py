"""Markdown as sites are built from it (Jekyll, Hugo) -> HTML, its front matter apart.

Liquid and shortcodes are no business of a reader: where one is the address of a link, it stays to the letter; elsewhere
it is left out. Comments become `<x-comment>` elements that hold a number, for what stands in them is read by itself.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape

from markdown_it import MarkdownIt

from bot.schema import InvalidError, Node, Value, compose, entries, plain_value, value_of
from bot.sources.pages.words import VACANCIES, roles_in

_FRONT = re.compile(r"\ufeff?\s{0,9}---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(
    r"<!--|\{%-?[ \t]{0,9}comment[ \t]{0,9}-?%\}|^ {0,3}\[(?://|comment)\]:[ \t]{0,9}(?:#|<>)[ \t]{1,9}[(\"']",
    re.MULTILINE,
)
"""The last is Markdown's own way, a definition of a link that nothing leads to; it ends with its line."""
_ENDS = {
    "<": re.compile(r"-->"),
    "{": re.compile(r"\{%-?[ \t]{0,9}endcomment[ \t]{0,9}-?%\}"),
    "[": re.compile(r"[)\"']?[ \t]{0,9}$", re.MULTILINE),
}
_LOOP = re.compile(r"\{%-?[ \t]{0,9}(for|endfor)\b[^%\n]{0,400}%\}")
_BETWEEN = re.compile(r"\s*(?=<!--|^ {0,3}\[(?://|comment)\]:)", re.MULTILINE)
_LIQUID = re.compile(
    r"\{\{%[^%\n]{0,400}%\}\}|\{\{<[^\n]{0,400}?>\}\}|\{\{[^{}\n]{0,400}\}\}|\{%[^%\n]{0,400}%\}|\{:[^}\n]{0,200}\}"
)
_MARK = re.compile(r"LiQ([0-9]{1,7})uId")
_MARK_ALONE = re.compile(r"^[ \t]*LiQ[0-9]{1,7}uId[ \t]*$", re.MULTILINE)
_ALONE = re.compile(
    r"^[ \t]*</?(?:div|section|center|details|summary|article|main|header|figure|hr|br|p|"
    r"font)\b[^<>\n]{0,300}>[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_KEY_AND_VALUE = re.compile(r"^(?P<key>[A-Za-z][\w-]{0,40}):[ \t]{1,9}(?P<value>[^\n|>&*{][^\n]{0,500})$", re.MULTILINE)
_ROW_KEYS = (("title", "name"), ("url", "link"), ("description", "excerpt", "summary", "text"), ("btn_label", "status"))
SOFT_BREAK = "\v"
"""Where a line of the source ends, and none of what is shown."""
_HEADING = re.compile(r"^(?:(?=#{1,6}[ \t])|(#{2,6})(?=[^\W_]))", re.MULTILINE)
_STRUCK = re.compile(r"^~~[ \t]*(#{1,6})[ \t]{1,5}([^\n]{1,300}?)~~[ \t]*$", re.MULTILINE)
_RAW = re.compile(r"^(`{3,})[ \t]*\{=html\}[ \t]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_DIV = re.compile(r"^:{3,}[^\n]{0,200}$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"(?<=[)\]])\{[.#:][^{}\n]{0,200}\}")
_RAISED = re.compile(r"(?<=\d)\^(st|nd|rd|th)\^")
_ANCHOR = re.compile(r"^(#{1,6}[^\n]{1,300}?)[ \t]*\{#[\w-]{1,80}\}[ \t]*$", re.MULTILINE)
_SHOWN = re.compile(r"\{\{-?\s{0,5}page\.(\w{1,40})\s{0,5}\|\s{0,5}markdownify\s{0,5}-?\}\}")


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """A page as HTML; `front`: the values of its front matter; `comments`: what stands in each of its comments;
    `liquid`: what stood in place of each mark.
    """

    html: str
    front: Mapping[str, Value]
    comments: tuple[str, ...]
    liquid: tuple[str, ...]

    def restored(self, text: str) -> str:
        """An address with its Liquid."""
        return _MARK.sub(self._liquid, text)

    def _liquid(self, mark: re.Match[str]) -> str:
        number = int(mark[1])
        return self.liquid[number] if number < len(self.liquid) else mark[0]


def without_marks(text: str) -> str:
    """A text without the places of its Liquid."""
    return _MARK.sub("", text)


@cache
def _reader() -> MarkdownIt:
    options = {"html": True, "maxNesting": 20}
    reader = MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("code")
    reader.normalizeLink = lambda address: address  # type: ignore[assignment]  # it stays as the page has it
    reader.add_render_rule("softbreak", lambda *_: SOFT_BREAK)
    return reader


def markdown_page(text: str) -> MarkdownPage:
    """A page's source, read."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front, body = _front_matter(text)
    comments: list[str] = []
    liquid: list[str] = []
    body = _without_loops(_without_comments(_without_pandoc(body), comments))

    def kept(found: re.Match[str]) -> str:
        if found[0].startswith("{:"):
            return ""
        liquid.append(found[0])
        return f"LiQ{len(liquid) - 1}uId"

    body = _LIQUID.sub(kept, body)
    body = _MARK_ALONE.sub(r"\n\g<0>\n", body)
    body = _STRUCK.sub(r"\1 ~~\2~~", _ANCHOR.sub(r"\1", body))
    body = _HEADING.sub(_as_heading, _ALONE.sub(lambda found: f"\n{found[0].strip()}\n", body))
    return MarkdownPage(_reader().render(body), front, tuple(comments), tuple(liquid))


def html_page(text: str) -> tuple[Mapping[str, Value], str]:
    """The front matter of a page that a site writes in HTML, and the page with the texts of it that it shows as
    Markdown (https://jekyllrb.com/docs/liquid/filters/).
    """
    if not text.startswith("---"):
        return {}, text
    front, body = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    texts = {key: value for key, value in front.items() if isinstance(value, str)}
    return front, _SHOWN.sub(lambda found: _reader().render(texts.pop(found[1], "")), body)


def _without_pandoc(text: str) -> str:
    """The text without what Pandoc and Quarto add to Markdown (https://pandoc.org/MANUAL.html): fenced divisions, raw
    HTML in a fence, attributes, raised letters.
    """
    text = _RAW.sub(lambda found: f"\n\n{found[2]}\n\n", text)
    return _RAISED.sub(r"\1", _ATTRIBUTES.sub("", _DIV.sub("", text)))


def _as_heading(found: re.Match[str]) -> str:
    """What parts a heading from the text above it; `##Title` is one, too."""
    return f"\n{found[1]} " if found[1] else "\n"


def _front_matter(text: str) -> tuple[Mapping[str, Value], str]:
    found = _FRONT.match(text)
    if not found:
        return _toml_front_matter(text)
    values: dict[str, Value] = {}
    text = text[found.end() :]
    try:
        for key, node in entries(compose(found[1]), ""):
            if isinstance(node.value, list) and key.value != "sections" and (rows := _rows(node)):
                text = _with_rows(text, key.value, rows)
                continue
            if key.value == "sections" and isinstance(node.value, list):
                text = "\n\n".join([*map(_block, node.value), text])
                continue
            try:
                values[key.value] = plain_value(node, key.value)
            except InvalidError:  # nested, or otherwise nothing that a posting could hold
                continue
    except InvalidError:
        return _loose(found[1]), text
    return values, text


def _loose(front: str) -> Mapping[str, Value]:
    """The values of front matter that is no YAML, as `title: [filled] PhD position: owls` is none: line by line."""
    return {line["key"]: line["value"].strip().strip("\"'") for line in _KEY_AND_VALUE.finditer(front)}


def _rows(node: Node) -> str:
    """A list of records with titles as a list: what a layout shows as its rows."""
    lines: list[str] = []
    for record in node.value:
        said: dict[str, str] = {}
        try:
            for names in _ROW_KEYS:
                values = (value_of(record, name) for name in names)
                said[names[0]] = next((" ".join(str(value.value).split()) for value in values if value is not None), "")
        except (InvalidError, AttributeError):
            return ""
        if not said["title"]:
            return ""
        title = f"[{said['title']}]({said['url']})" if said["url"] else said["title"]
        label = f" ({said['btn_label']})" if said["btn_label"] else ""
        lines.append(f"- {title}: {said['description']}{label}" if said["description"] or label else f"- {title}")
    return "\n".join(lines)


def _with_rows(text: str, name: str, rows: str) -> str:
    """The text with rows of the front matter where they are shown: by an `include` that names them, as in the feature
    rows of https://mmistakes.github.io/minimal-mistakes/docs/helpers/, else at its end, if their name is of positions.
    """
    shown = re.compile(rf"\{{%-?\s{{1,5}}include\s[^%\n]{{0,200}}[\"']{re.escape(name)}[\"'][^%\n]{{0,100}}%\}}")
    if shown.search(text):
        return shown.sub(lambda _: f"\n\n{rows}\n\n", text)
    heading = name.replace("_", " ").replace("-", " ").capitalize()
    return f"{text}\n\n## {heading}\n\n{rows}\n" if VACANCIES.search(heading) or roles_in(heading) else text


def _block(node: Node) -> str:
    """What a block of a page says that Hugo Blox puts together from its front matter
    (https://docs.hugoblox.com/reference/blocks/).
    """
    try:
        content = value_of(node, "content")
        title, text = (str(said.value) if (said := value_of(content, key)) else "" for key in ("title", "text"))
    except InvalidError:
        return ""
    return f"## {' '.join(title.split())}\n\n{text}" if title.strip() else text


def _toml_front_matter(text: str) -> tuple[Mapping[str, Value], str]:
    """Hugo's other form (https://gohugo.io/content-management/front-matter/)."""
    found = _TOML.match(text)
    if not found:
        return {}, text
    try:
        values = tomllib.loads(found[1])
    except tomllib.TOMLDecodeError:
        return {}, text[found.end() :]
    kept: dict[str, Value] = {
        key: value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in values.items()
        if not isinstance(value, dict | list)
    }
    return kept, text[found.end() :]


def _without_comments(text: str, comments: list[str]) -> str:
    """The text with an element in place of each comment; comments in a row are one."""
    parts: list[str] = []
    place = 0
    while begin := _COMMENT.search(text, place):
        parts.append(text[place : begin.start()])
        held, place = _comment(text, begin)
        while gap := _BETWEEN.match(text, place):
            following = _COMMENT.match(text, gap.end())
            if not following or following[0].lstrip()[0] != begin[0].lstrip()[0]:
                break
            more, place = _comment(text, following)
            held += text[gap.start() : gap.end()] + more
        comments.append(held)
        begins_line = not parts[-1].rpartition("\n")[2].strip()
        ends_line = not text[place:].partition("\n")[0].strip() if place < len(text) else True
        mark = f'<x-comment n="{escape(str(len(comments) - 1))}"></x-comment>'
        parts.append(f"\n\n{mark}\n\n" if begins_line and ends_line else mark)
    return "".join([*parts, text[place:]])


def _without_loops(text: str) -> str:
    """The text without what Liquid repeats for each record of a file that is not here."""
    parts: list[str] = []
    depth = place = 0
    for mark in _LOOP.finditer(text):
        if depth == 0:
            parts.append(text[place : mark.start()])
            place = mark.start()
        depth += -1 if mark[1] == "endfor" else 1
        if depth <= 0:
            depth, place = 0, mark.end()
    return "".join([*parts, text[place:]])


def _comment(text: str, begin: re.Match[str]) -> tuple[str, int]:
    """What stands in a comment, and where it ends."""
    end = _ENDS[begin[0].lstrip()[0]].search(text, begin.end())
    if not end:
        return text[begin.end() :], len(text)
    held = text[begin.end() : end.start()]
    return held.removeprefix("-").rstrip("-/\n \t") if begin[0] == "<!--" else held, end.end()
