"""One advert as somebody pastes it: plain text, Markdown or HTML -> what is certain of it, with its own words."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape

from bot.schema import Value
from bot.sources.base import FoundPosting
from bot.sources.files.fields import key_named
from bot.sources.files.values import Fields, FieldsError, checked, from_text
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline
from bot.sources.pages.details import emails
from bot.sources.pages.reading import read_page
from bot.sources.pages.words import roles_in

_HTML = re.compile(r"</(?:p|div|h[1-6]|li|ul|b|strong|a|span|td)\s*>|<br\s*/?>", re.IGNORECASE)
_LABELLED = re.compile(r"[\W_]{0,6}(?P<label>[^\W\d_][\w -]{1,38}?)[*_ ]{0,3}:[*_ ]{0,3}(?P<value>\S.*)")
_BY_LABEL = frozenset(("location", "organization", "group", "start", "duration", "workplace", "project", "languages"))
_MOST_TITLE, _MOST_VALUE = 120, 200  # characters
_CLOCK = re.compile(
    r"\d[:.]\d\d\b(?!\.\d)|\b\d{1,2}\s?(?:uhr|h|[ap]\.?m)\b|"
    r"\b(?:noon|midnight|mittags?|mitternacht|aoe|anywhere on earth)\b",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^#{1,6} \S", re.MULTILINE)
_FIGURES = re.compile(r"\b(\d\d?)[/-](\d\d?)[/-]\d{2,4}\b")
_TAG = re.compile(r"<[^<>]{0,300}>")
_NEAR = 60  # characters
_SENTENCE = re.compile(
    r"[.!?:](?:\s|\Z)|\b(?:we|i|our|my|join|wir|ich|unsere?\w?|meine?\w?|hi|hello|hallo|dear|liebe\w?)\b", re.IGNORECASE
)
_NONE = FoundPosting({})


def read_advert(text: str, now: datetime) -> FoundPosting:
    """What an advert says. What it does not say, or not for certain, is left out, and the latter named in `uncertain`:
    a time of day beside the deadline, a sentence in the place of a title, more than one position.
    """
    is_markdown = bool(_MARKDOWN.search(text))
    postings = read_page(text if is_markdown else _page(text), url=None, now=now, is_markdown=is_markdown).postings
    if len(postings) > 1:
        return replace(_NONE, uncertain={"title": f"{len(postings)} positions are named"})
    found = postings[0] if postings else _NONE
    fields, evidence, uncertain = dict(found.fields), dict(found.evidence), dict(found.uncertain)
    roles = roles_in(text, len(text))
    if not postings:
        _by_sentences(text, fields, evidence, uncertain)
        fields |= {"role": [str(roles[0])]} if len(roles) == 1 else {}
    _by_label(text, fields, evidence)
    title = str(fields.get("title", ""))
    if len(title) > _MOST_TITLE or _SENTENCE.search(title):
        uncertain["title"], evidence["title"] = "it stands in a sentence", str(fields.pop("title"))
        if len(roles) > 1:
            uncertain["role"] = "several are named"
    if fields.get("role") == ["other"] or "role" in uncertain:
        uncertain.setdefault("role", "none is named")
        del fields["role"]
    words = evidence.get("deadline", "")
    if "deadline" in fields and (_CLOCK.search(_around(words, text)) or _is_either(words)):
        uncertain["deadline"] = "its figures can be read in two ways" if _is_either(words) else "a time of day is named"
        fields = {key: value for key, value in fields.items() if key not in {"deadline", "deadline_kind"}}
    if fields.get("deadline_kind") == "fixed":
        del fields["deadline_kind"]  # as it is with a deadline
    for key in _wrong(fields):
        uncertain[key] = "it does not hold up"
        del fields[key]
    return replace(found, fields=fields, evidence=evidence, uncertain=uncertain)


def _wrong(fields: Fields) -> set[str]:
    """The keys of what does not hold up in a posting file."""
    try:
        checked({"title": "x", "role": ["other"], **fields}, "new", "UTC")
    except FieldsError as error:
        return {problem.key for problem in error.problems} & set(fields)
    return set()


def _around(words: str, text: str) -> str:
    """Words with what follows them, also in the next line: there a time of day may stand. All, where they are not found
    as they stand.
    """
    plain, words = " ".join(_TAG.sub(" ", text).split()), " ".join(words.split())
    at = plain.find(words)
    return plain if at < 0 else plain[at : at + len(words) + _NEAR]


def _is_either(words: str) -> bool:
    """Whether a day is named in figures of which each can be the month."""
    found = (sorted(map(int, day.groups())) for day in _FIGURES.finditer(words))
    return any(first != second and second <= 12 for first, second in found)


def _page(text: str) -> str:
    """As a page, whose first line is its heading."""
    if _HTML.search(text):
        return text
    first, _, rest = text.strip().partition("\n")
    paragraphs = [block.strip().split("\n") for block in re.split(r"\n\s*\n", rest) if block.strip()]
    below = "".join(f"<p>{'<br>'.join(map(escape, lines))}</p>" for lines in paragraphs)
    return f"<main><h1>{escape(first.lstrip('* '))}</h1>{below}</main>"


def _by_sentences(text: str, fields: dict[str, Value], evidence: dict[str, str], uncertain: dict[str, str]) -> None:
    """Adds what is certain of a text of which nobody knows where its title is: the deadline, the one address."""
    due = deadline(text.splitlines(), DateStyle(month_first=None))
    if due.day or due.unclear:
        evidence["deadline"] = due.words
        if due.day and not due.unclear:
            fields["deadline"] = due.day.isoformat()
        else:
            uncertain["deadline"] = str(due.unclear)
    addresses = dict(emails(Block(BlockKind.PARAGRAPH, text)))
    if len(addresses) == 1:
        [(address, words)] = addresses.items()
        fields |= {"apply": address, "contact": {"email": address}}
        evidence["apply"] = words


def _by_label(text: str, fields: dict[str, Value], evidence: dict[str, str]) -> None:
    """Adds what stands behind the name of its key, once: `Location: Lyon`."""
    if _HTML.search(text):
        return
    labelled = list(_labels(text))
    counted = Counter(key for key, _, _ in labelled)
    for key, written, line in labelled:
        if key in fields or counted[key] > 1:
            continue
        try:
            value = from_text(key, written)
        except FieldsError:
            continue
        if _wrong({key: value}):
            continue
        fields[key], evidence[key] = value, line


def _labels(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        labelled = _LABELLED.fullmatch(line.strip()[: _MOST_VALUE + 50])
        key = key_named(labelled["label"]) if labelled else None
        if labelled and key in _BY_LABEL and len(labelled["value"]) <= _MOST_VALUE:
            yield key, labelled["value"].strip("*_ "), line.strip()
