"""A posting as text, and back: the ledger keeps the last version of what was announced, for when its file is gone.

What is absent is left out, so that a key that comes later does not make old snapshots differ.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from bot.domain.posting import Contact, DeadlineKind, Posting, Role, Status, Workplace
from bot.domain.version import deadline_of, written

_KEPT = tuple(field.name for field in fields(Posting) if field.init)
_READERS: dict[str, Any] = {
    "roles": lambda names: tuple(Role(name) for name in names),
    "status": Status,
    "workplace": Workplace,
    "deadline_kind": DeadlineKind,
    "deadline": deadline_of,
    "posted": date.fromisoformat,
    "contact": lambda parts: Contact(**parts),
}


def dump(posting: Posting) -> str:
    """JSON with one key for each that is set, in the order of `Posting`."""
    values = {}
    for name in _KEPT:
        value = getattr(posting, name)
        if value in (None, ()):
            continue
        values[name] = written(value) if name == "deadline" else value
    return json.dumps(values, default=_plain)


def load(text: str) -> Posting:
    """Reads back what `dump` wrote."""
    values = json.loads(text)
    for name, value in values.items():
        reader = _READERS.get(name)
        if reader:
            values[name] = reader(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Posting(**{name: value for name, value in values.items() if name in _KEPT})


def content(posting: Posting) -> str:
    """A posting as JSON without its ids: it stays the same when the file is renamed."""
    values = json.loads(dump(posting))
    return json.dumps({name: value for name, value in values.items() if name not in {"id", "aliases"}})


def digest(posting: Posting) -> str:
    """A digest of a posting's `content`, by which it is known again where no more of it is kept."""
    return hashlib.blake2s(content(posting).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# --- What of a posting is kept, and published


def lasting(posting: Posting, *, is_erased: bool = False) -> Posting:
    """What may be kept and published of it: people for as long as its file is there and says that it is open, and not
    if they were erased. The same object, if that is all of it.
    """
    if posting.status is not Status.OPEN:
        return bare(posting)
    return _without_people(posting) if is_erased else posting


def bare(posting: Posting) -> Posting:
    """Of what is over: title, roles, group, place, dates and terms. Nobody is named in it, and nothing is free text,
    which may name anybody.
    """
    if not any((posting.contact, posting.supervisors, posting.apply, posting.summary, posting.description)):
        return posting
    return replace(posting, contact=None, supervisors=(), apply=None, summary=None, description=None)


def _without_people(posting: Posting) -> Posting:
    """Without contact and supervisors, and without their names and addresses where these stand in its texts: whole, or
    by family name alone.
    """
    if not (posting.contact or posting.supervisors):
        return posting
    names = "|".join(re.escape(name) for name in sorted(_names(posting), key=len, reverse=True))
    named = re.compile(rf"(?<!\w)(?:{names})s?(?!\w)" if names else r"(?!)", re.IGNORECASE)
    return replace(
        posting,
        contact=None,
        supervisors=(),
        apply=None if posting.apply and named.search(posting.apply) else posting.apply,
        summary=posting.summary and named.sub("…", posting.summary),
        description=posting.description and named.sub("…", posting.description),
    )


def _names(posting: Posting) -> Iterator[str]:
    """What people are called: whole, as it is written there, and by family name, as texts go on (`Dr Beispiel`)."""
    contact = posting.contact or Contact()
    for name in filter(None, (*posting.supervisors, contact.name)):
        yield name
        for part in _BETWEEN_NAMES.split(name):
            if len(family := (part.split() or [""])[-1].strip(".")) >= _SHORTEST_NAME:
                yield family
    yield from filter(None, (contact.email, contact.url))


_BETWEEN_NAMES = re.compile(r"[,;&/()]|\s(?:and|und)\s")
_SHORTEST_NAME = 3  # characters: less is an initial


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else asdict(value)
