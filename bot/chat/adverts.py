"""A whole advert, pasted as text: what can be read from it, told with its own words, and what is to be asked."""

import re
from collections.abc import Mapping
from typing import Any

from bot.chat.context import Context
from bot.chat.fields import names
from bot.chat.request import LONGEST_TEXT
from bot.domain.message import Line, LineKind, Span, shortened
from bot.domain.posting import Role
from bot.sources.files.fields import FIELDS
from bot.sources.files.values import FieldsError, checked

_LEAST, _LEAST_LINES = 80, 3  # characters; lines that are not empty
_MOST_SHOWN = 160
_KEY = re.compile(r"(?P<key>[^:\n]{1,30}):(?:\s|$)")


def is_advert(text: str) -> bool:
    """Whether a text is an advert, and not lines such as `pay: E13`, which begin with a key or are all of that form."""
    keys = _keys(text)
    if begins_with_key(text) or all(keys):
        return False
    return len(keys) >= _LEAST_LINES or len(text) >= _LEAST


def is_no_title(text: str) -> bool:
    """Whether an answer to what the title is, is an advert: on one line, a title may be long."""
    return is_advert(text) and "\n" in text.strip()


def begins_with_key(text: str) -> bool:
    """Whether a text begins as lines do."""
    return next(iter(_keys(text)), None) in FIELDS


def _keys(text: str) -> list[str | None]:
    """What stands in the place of a key, line by line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [match["key"].strip().casefold() if (match := _KEY.match(line)) else None for line in lines]


def read(context: Context, text: str) -> tuple[dict[str, Any], list[Line]]:
    """What an advert says for certain, by key, and what is told of it: each with the advert's own words, and what is
    not certain.
    """
    from bot.sources.pages.advert import read_advert  # noqa: PLC0415  # a large library, and few paste an advert

    _ = context.wording._
    try:
        advert = read_advert(text, context.now)
        fields, evidence, uncertain = dict(advert.fields), dict(advert.evidence), set(advert.uncertain)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):  # whatever it is, it is asked for
        fields, evidence, uncertain = {}, {}, set()
    if _does_not_hold(context, fields):
        del fields["deadline"]
        uncertain.add("deadline")
    called = names(context)
    lines = [Line.of(Span(_("This I have read from the advert:") if fields else _("I could read nothing."), bold=True))]
    for key in (key for key in called if key in fields):
        words = evidence.get(key)
        quotation = _quoted(context, words if words != fields[key] else None)
        value = shortened(_in_words(context, key, fields[key]), _MOST_SHOWN)
        lines.append(Line.of(Span(f"{called[key]}: ", bold=True), value, quotation, kind=LineKind.ITEM))
    for key in (key for key in called if key in uncertain):
        words = evidence.get(key)
        quotation = _quoted(context, words)
        lines.append(Line.of(Span(f"{called[key]}: ", bold=True), _("not certain"), quotation, kind=LineKind.ITEM))
    if len(text) >= LONGEST_TEXT - 100:  # a command may stand in front
        lines.append(Line.of(_("That was long: I have looked at its first {n} characters.").format(n=LONGEST_TEXT)))
    return fields, lines


def _quoted(context: Context, words: str | None) -> str:
    return " – " + context.wording._("“{text}”").format(text=shortened(words, _MOST_SHOWN)) if words else ""


def _does_not_hold(context: Context, fields: Mapping[str, Any]) -> bool:
    """Whether a deadline is none, or has passed."""
    if "deadline" not in fields:
        return False
    try:
        posting = checked({"title": "x", "role": ["other"], "deadline": fields["deadline"]}, "new", context.timezone)
    except FieldsError:
        return True
    return posting.deadline is None or posting.deadline.at <= context.now


def _in_words(context: Context, key: str, value: Any) -> str:
    if key == "role":
        return ", ".join(context.wording.role(Role(role)) for role in value)
    if key == "deadline":
        posting = checked({"title": "x", "role": ["other"], key: value}, "new", context.timezone)
        return context.wording.when(posting.deadline) if posting.deadline else str(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
