"""A page in Markdown for Jekyll (al-folio, academicpages) and Hugo: a list of what is open.

What a person wrote around it stays: only what stands between the two markers is written anew.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime

from bot.domain import markdown as prose
from bot.domain.edition import Edition
from bot.domain.message import Span
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.publish.formats.entries import clean, link, soonest_first
from bot.wording.wording import Wording

NAME = "positions.md"
BEGIN, END = "<!-- callboard:begin -->", "<!-- callboard:end -->"
_SPECIAL = re.compile(r"[&<>*_`\[\]{}\\|~$#!^]|^[+\-=:]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d\d\d)[.)]|(?<=^\d{4})[.)]")


class MarkersError(ValueError):
    """A page has no markers, or not one of each in order."""


def render(editions: Iterable[Edition], site: Site, words: Wording, now: datetime) -> str:
    """What stands between the markers, with them."""
    still_open = [edition for edition in soonest_first(editions, now) if edition.standing(now) is Standing.OPEN]
    items = [_item(edition, site, words, now) for edition in still_open]
    return "\n\n".join([BEGIN, *(items or [_text(site.when_empty or words.nothing_open())]), END]) + "\n"


def page(before: str | None, block: str, site: Site, words: Wording) -> str:
    """The whole page: as it was `before`, with another block; or a new one, with front matter.

    Raises `MarkersError`.
    """
    if before is None:
        title = json.dumps(clean(site.title or words.open_positions()), ensure_ascii=False)
        matter = ("---", "layout: page", f"title: {title}", "permalink: /positions/", "nav: true", "---")
        return "\n".join(matter) + f"\n\n{block}"
    if before.count(BEGIN) != 1 or before.count(END) != 1 or before.index(BEGIN) > before.index(END):
        raise MarkersError(f"has not one {BEGIN} and, below it, one {END}; write both where the list is to stand")
    head, _, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2]
    return f"{head}{block.rstrip()}{tail}"


def _item(edition: Edition, site: Site, words: Wording, now: datetime) -> str:
    posting = edition.posting
    address = link(posting.url) or site.posting(posting.id)
    lines = [f"### [{_text(posting.title)}](<{_address(address)}>)"]
    facts = [_text(line.text) for line in words.facts(posting) if line.text]
    lead, when, after = words.until(posting, now, edition.standing(now))
    facts.append(" ".join(part for part in (_text(lead), f"**{_text(when)}**" if when else "", _text(after)) if part))
    lines.append("  \n".join(facts))
    if posting.summary:
        lines.append("".join(map(_span, prose.linked(posting.summary))))
    return "\n\n".join(lines)


def _span(span: Span) -> str:
    """With the spaces around it, and its link."""
    text = _text(span.text)
    shown = f"[{text}](<{_address(span.url)}>)" if span.url else text
    return f"{' ' * span.text[:1].isspace()}{shown}{' ' * span.text[-1:].isspace()}" if text else " "


def _text(text: str) -> str:
    """Text that stays text in Markdown, Liquid and Hugo's shortcodes: what could be a sign is written as a number."""
    one_line = " ".join(clean(text).split())
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", one_line)


def _address(url: str) -> str:
    """A web address as the target of a link: without what could end it, or be taken for a template's sign."""
    return re.sub(r"[\s<>\\{}|^`]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), clean(url))
