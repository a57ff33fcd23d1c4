"""A posting as text, and back: the ledger keeps the last version of what was announced, for when its file is gone.

What is absent is left out, so that a key that comes later does not make old snapshots differ.
"""

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from bot.core.notice import deadline_of, written
from bot.core.posting import Contact, DeadlineKind, Posting, Role, Status, Workplace

_KEPT = tuple(one.name for one in fields(Posting) if one.init)
_READERS: dict[str, Any] = {
    "roles": lambda found: tuple(Role(one) for one in found),
    "status": Status,
    "workplace": Workplace,
    "deadline_kind": DeadlineKind,
    "deadline": deadline_of,
    "posted": date.fromisoformat,
    "contact": lambda found: Contact(**found),
}


def dump(posting: Posting) -> str:
    """JSON with one key for each that is set, in the order of `Posting`."""
    found = {}
    for name in _KEPT:
        value = getattr(posting, name)
        if value in (None, ()):
            continue
        found[name] = written(value) if name == "deadline" else value
    return json.dumps(found, default=_plain)


def load(text: str) -> Posting:
    """Reads back what `dump` wrote."""
    found = json.loads(text)
    for name, value in found.items():
        read = _READERS.get(name)
        if read:
            found[name] = read(value)
        elif isinstance(value, list):
            found[name] = tuple(value)
    return Posting(**{name: value for name, value in found.items() if name in _KEPT})


def content(posting: Posting) -> str:
    """What is the same in a posting whose file was renamed."""
    found = json.loads(dump(posting))
    return json.dumps({name: value for name, value in found.items() if name not in {"id", "aliases"}})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else asdict(value)
