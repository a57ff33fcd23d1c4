"""Names of files: which is a posting's id, and what a file is that has none: a copy, a conflict, or no posting."""

import os
import re
import unicodedata
from pathlib import Path

from bot.schema import InvalidError, shown
from bot.sources.files.fields import ID, MOST_ID

ENDINGS = (".yaml", ".md")
NEARLY = {".yml": ".yaml", ".json": ".yaml", ".markdown": ".md", ".yaml.txt": ".yaml", ".md.txt": ".md"}
LIKE_POSTINGS = (*ENDINGS, *NEARLY)
_LONGEST_FIRST = sorted(LIKE_POSTINGS, key=len, reverse=True)

_NO_POSTINGS = frozenset("readme license licence copying contributing changelog code_of_conduct".split())
_NO_POSTINGS_IN_CAPITALS = frozenset("SECURITY AUTHORS NOTICE MAINTAINERS CONTRIBUTORS TODO NEWS".split())

# What stands in the name of the second version of a file that two people have changed. Syncthing:
# https://docs.syncthing.net/users/syncing.html#conflicting-changes; Dropbox: https://help.dropbox.com/organize/conflicted-copy;
# Nextcloud, ownCloud: https://docs.nextcloud.com/desktop/latest/conflicts.html; Seafile:
# https://help.seafile.com/syncing_client/file_conflicts/; git mergetool: https://git-scm.com/docs/git-mergetool.
_CONFLICTS = (
    ".sync-conflict-",
    "_conflict-",
    "sfconflict",
    "conflicted copy",
    "conflict copy",
    "case conflict",
    "konflikt stehende kopie",
    "konfliktkopie",
    "copie en conflit",
    "(conflict",
    "[conflict",
    "_backup_",
    "_base_",
    "_local_",
    "_remote_",
)
# How the name of a file ends that was copied, or downloaded twice: Windows, macOS, GNOME, browsers.
_COPIES = re.compile(
    r"(?: [-–] (?:copy|kopie)(?: ?\([0-9]{1,3}\))?"
    r"| (?:copy|kopie)(?: [0-9]{1,3})?"
    r"| \((?:another |[0-9]{1,3}(?:st|nd|rd|th) )?(?:copy|kopie)(?: [0-9]{1,3})?\)"
    r"| ?\([0-9]{1,3}\)"
    r"| [0-9]{1,2})$"
)
_COPY_OF = ("copy of ", "kopie von ")


def is_no_posting(name: str) -> bool:
    """Whether a file is nothing of the registry's: hidden, a template, or a README, LICENSE or the like."""
    stem = name.partition(".")[0]
    return name.startswith((".", "_")) or stem.casefold() in _NO_POSTINGS or stem in _NO_POSTINGS_IN_CAPITALS


def id_of(path: str) -> str:
    """The id that a posting's file has by its name. Raises `InvalidError`."""
    base = os.path.basename(path)  # noqa: PTH119  # paths are text here: there are 10,000 of them
    ending = next(ending for ending in _LONGEST_FIRST if base.casefold().endswith(ending))
    name, written = base[: -len(ending)], base[-len(ending) :]
    right = NEARLY.get(ending, ending)
    if written in ENDINGS and is_id(name):
        return name
    if copy := _copied(path, name, right) or _may_be_copied(path, name, right):
        raise InvalidError((1, copy))
    if written not in ENDINGS:
        raise InvalidError((1, f"is not read; rename it to {better_id(name)}{right}"))
    raise InvalidError((1, f'"{shown(name)}" is no id; rename the file to {better_id(name)}{right}'))


def is_id(name: str) -> bool:
    """Whether a text can be the id of a posting."""
    return len(name) <= MOST_ID and re.fullmatch(ID, name) is not None


def better_id(name: str) -> str:
    """An id that is near to a name."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST_ID].strip("-") or "a-better-name"


def _copied(path: str, name: str, ending: str) -> str:
    """What to say of a file by whose name a program has made it from another one; else nothing."""
    if original := _before_conflict(name):
        of = _beside(path, original, ending)
        if not of:
            return (
                f"is a conflict copy of {shown(original)}{ending}, which is not here; "
                f"rename it to {better_id(original)}{ending}, or delete it"
            )
        return f"is a conflict copy of {of}; merge it and delete it"
    if (original := _before_copy(name)) and (of := _beside(path, original, ending)):
        return f"is a copy or conflict copy of {of}; merge it and delete it, or give it an id of its own"
    return ""


def _may_be_copied(path: str, name: str, ending: str) -> str:
    """The same of a file whose name goes on where another one's ends: with the mark of an editor or merge, or with a
    computer's name, as OneDrive does. An id could be made of it; whoever did so would announce the position twice.
    """
    original = re.split("[.~]", name, maxsplit=1)[0]
    if original == name and name.rpartition("-")[2].isupper():
        original = re.split("-(?=[0-9]*[A-Z])", name, maxsplit=1)[0]
    of = original != name and is_id(original) and _beside(path, original, ending)
    return f"may be a copy of {of}; merge it and delete it, or give it an id of its own" if of else ""


def _beside(path: str, name: str, ending: str) -> str:
    """The posting's file of that name in the same folder, if it is there."""
    candidates = dict.fromkeys(f"{name}{other}" for other in (ending, *ENDINGS))
    return next((shown(other) for other in candidates if Path(path).with_name(other).is_file()), "")


def _before_conflict(name: str) -> str:
    folded = name.casefold()
    sign = next((sign for sign in _CONFLICTS if sign in folded), None)
    if sign is None or len(folded) != len(name):
        return ""
    before = name[: folded.index(sign)]
    for bracket in ("(", "["):
        before = before.partition(bracket)[0]
    return before.rstrip(" ._-–")


def _before_copy(name: str) -> str:
    folded = name.casefold()
    for start in _COPY_OF:
        if folded.startswith(start):
            return name[len(start) :]
    match = _COPIES.search(folded)
    return name[: match.start()] if match and len(folded) == len(name) else ""
