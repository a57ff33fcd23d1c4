"""What is asked of a position, in people's words: each key's name and a hint."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from bot.chat.context import Context
from bot.domain.likeness import slips_between
from bot.domain.message import Line, shortened
from bot.domain.worded import _
from bot.questions.query import spelt_without_e, typos_forgiven, words
from bot.sources.files.field import FormEntry
from bot.sources.files.fields import FIELDS

_NAMED, _MOST_NEAR = 5, 3
_TIME = FormEntry(0, _("Time of the deadline"), _("Empty: until the end of that day."))
_HAVE_NAMES = ("organization", "group", "location", "tags")


def names(context: Context) -> Mapping[str, str]:
    """What people call each key that is asked for, in the order of the form."""
    return {key: context.wording._(entry.label) for key, entry in _entries()}


def hints(context: Context) -> Mapping[str, str]:
    """By key, what helps to fill it in."""
    return {key: context.wording._(entry.hint).format(zone=context.timezone) for key, entry in _entries()}


def _entries() -> Iterator[tuple[str, FormEntry]]:
    """How each key is asked for that is; behind the day of the deadline its time, which is no key of its own."""
    entries = {key: field.form for key, field in FIELDS.items() if field.form}
    for key, entry in sorted(entries.items(), key=lambda item: item[1].place):
        yield key, entry
        if key == "deadline":
            yield "deadline_time", _TIME


def values_in_use(context: Context, key: str) -> str | None:
    """A sentence with the values that other postings have under a key; None where they have none, or it is a key
    without common values.
    """
    used = in_use(context, key)[:_NAMED]
    listed = ", ".join(shortened(name, 60) for name in used)
    return context.wording._("In use: {names}.").format(names=listed) if used else None


def in_use(context: Context, key: str) -> Sequence[str]:
    """The values that postings have under a key, the most frequent first; none for keys under which each posting says
    something of its own.
    """
    if key not in _HAVE_NAMES:
        return ()
    used: Counter[str] = Counter()
    for posting in context.index:
        value = getattr(posting, key)
        used.update([value] if isinstance(value, str) else value or ())
    return sorted(used, key=lambda name: (-used[name], name))


def near(context: Context, key: str, value: str) -> list[str]:
    """Values in use that a new one may be a slip of, the nearest first: they differ by a typing error, case or an
    umlaut. Empty where the value is in use itself.
    """
    used, folded = in_use(context, key), _folded(value)
    if value in used or not folded:
        return []
    away = {name: slips_between(_folded(name), folded) for name in used if _numbers(name) == _numbers(value)}
    return sorted((name for name in away if away[name] <= typos_forgiven(folded)), key=away.__getitem__)[:_MOST_NEAR]


def may_mean(context: Context, state: Mapping[str, Any], *, but: Collection[str] = ()) -> list[Line]:
    """A line for each value in a state that is not in use yet and looks like one that is. `but`: keys that are left
    out.
    """
    _ = context.wording._
    lines = []
    for key in _HAVE_NAMES:
        value = state["fields"].get(key)
        if value in (state["original"].get(key), context.facts.defaults.get(key)):
            continue
        for name in [value] if isinstance(value, str) else value or ():
            if key not in but and (known := near(context, key, name)):
                template = _("{key}: you may mean {names} in place of “{text}”.")
                names_of_it = ", ".join(f"“{shortened(known_name, 60)}”" for known_name in known)
                lines.append(
                    Line.of(template.format(key=names(context)[key], names=names_of_it, text=shortened(name, 60)))
                )
    return lines


def _folded(name: str) -> str:
    return " ".join(map(spelt_without_e, words(name)))


def _numbers(name: str) -> str:
    return "".join(filter(str.isdigit, name))
