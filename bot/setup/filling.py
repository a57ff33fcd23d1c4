"""Templates of files that keep the bot running, filled in."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

_MARK = re.compile(r"@([A-Z_]+)@")


def filled(name: str, values: Mapping[str, str]) -> str:
    """A template with its `@NAME@`s filled in; a line whose value is empty is left out."""
    text = files("bot.setup").joinpath("templates", name).read_text("utf-8")
    return "".join(_lines(text, values))


def _lines(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        if all(values[name] for name in _MARK.findall(line)):
            yield _MARK.sub(lambda mark: values[mark[1]], line)
