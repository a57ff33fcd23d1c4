"""What a draft changes, in words that one need not look twice at: `Deadline 15 May 2027 → 31 May 2027`. Pure."""

import re
from collections.abc import Mapping

from bot.chat.context import Context
from bot.chat.fields import names
from bot.domain.draft import Draft
from bot.domain.message import joined, shortened
from bot.schema import Value

_TEXTS = frozenset(("summary", "description"))
_STOP = re.compile(r"(?<=[.!?])\s+(?=\S)|\n{2,}|\n(?=[-*] )")
_MOST = 60  # characters of a value


def differences(context: Context, draft: Draft) -> str:
    """All that a draft changes, in one line."""
    base: Mapping[str, Value | None] = draft.base or {}
    called = names(context)
    parts = [
        _difference(context, called.get(key, key), key, base.get(key), value) for key, value in draft.changes.items()
    ]
    return shortened(joined(parts, "; "), 600)


def _difference(context: Context, name: str, key: str, before: Value | None, after: Value | None) -> str:
    if key in _TEXTS and before and after:
        return _text(context, name, str(before), str(after))
    if key == "status" and (after is None or after == "open"):
        return context.wording._("open again")
    if key == "status":
        return context.wording._("no longer there: close it?")
    return f"{name} {_said(context, before)} → {_said(context, after)}"


def _said(context: Context, value: Value | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return shortened(", ".join(value), _MOST)
    if isinstance(value, dict):
        return shortened(", ".join(value.values()), _MOST)
    return shortened(" ".join((context.wording.day(str(value)) or "").split()), _MOST)


def _text(context: Context, name: str, before: str, after: str) -> str:
    """How much of a text there is by now."""
    ngettext = context.wording.ngettext
    more = len(_sentences(after)) - len(_sentences(before))
    if more < 0:
        shortened_by = ngettext("{name} shorter by {n} sentence", "{name} shorter by {n} sentences", -more)
        return shortened_by.format(name=name, n=-more)
    if more:
        return ngettext("{name} longer by {n} sentence", "{name} longer by {n} sentences", more).format(
            name=name, n=more
        )
    old = set(_sentences(before))
    other = sum(sentence not in old for sentence in _sentences(after))
    return ngettext("{name}: {n} sentence is another", "{name}: {n} sentences are others", other).format(
        name=name, n=other
    )


def _sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in _STOP.split(text) if part.strip()]
