"""Puts files into a folder, and changes none that is there."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.files.private import PRIVATE
from bot.schema.secrets import TOKENS
from bot.setup.lab import IGNORED, NOT_FOR_GIT, Lab
from bot.wording.wording import Wording


def place(folder: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Each of these files, by its path in the folder, and whether it was written: not where one is there already. The
    tokens are written first, for this account alone. Raises `OSError`.
    """
    for name in sorted(texts, key=lambda name: name != TOKENS):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if name == TOKENS else 0o666)
        except FileExistsError:
            yield name, False
            continue
        with os.fdopen(file, "w", encoding="utf-8") as written:
            written.write(texts[name])
        yield name, True


def ignore(folder: Path) -> bool:
    """Has git leave out what is no file for it; whether lines had to be added. Raises `OSError`."""
    path = folder / IGNORED
    known = path.read_text("utf-8") if path.exists() else ""
    missing = [name for name in NOT_FOR_GIT if name not in known.splitlines()]
    if missing:
        lead = "\n" if known and not known.endswith("\n") else ""
        with path.open("a", encoding="utf-8") as written:
            written.write(lead + "".join(f"{name}\n" for name in missing))
    return bool(missing)


def lacking(folder: Path, lab: Lab) -> list[str]:
    """The variables of the lab that the folder's file of tokens lacks, or has another value for."""
    known = dotenv_values(folder / TOKENS, interpolate=False)
    secrets = [secret for platform in lab.platforms for secret in platform.secrets if secret.value]
    return [secret.variable for secret in secrets if known.get(secret.variable) != secret.value]


def what_stays(folder: Path, names: Sequence[str], words: Wording) -> str:
    """Files that are there already, in a sentence that says so."""
    text = words._("There already is {names} in {folder}. That stays as it is: only what is missing is written.")
    return text.format(folder=folder, names=", ".join(names))
