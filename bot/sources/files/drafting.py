"""New posting files: a template with every key explained, and a copy of another file. Both are drafts, so that nothing
goes out before somebody has edited them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.schema import InvalidError, Node, compose, entries, value_of
from bot.sources.files.fields import FIELDS
from bot.sources.files.registry import front_matter

_HEAD = """\
# A position. Fill in what you need and delete the rest; only title and role are needed. Take away the # before a key to
# use it. Nobody sees a draft: when it is ready, delete the line "status: draft". Until then, look at it with
# callboard preview {name}

# What the position is called, without (m/f/d).
title: A new position

# What one would be: one role, or a list such as [phd, postdoc].
role: phd

status: draft

"""


def template(name: str, today: date, timezone: str) -> str:
    """A new file's text. `timezone`: the config's."""
    examples = {
        **{key: field.example for key, field in FIELDS.items() if field.example},
        "posted": str(today + timedelta(days=7)),
        "deadline": f"{today + timedelta(days=56)} 12:00",
        "timezone": timezone,
    }
    rows = [
        f"# {field.about}\n# {key}: {examples[key]}\n"
        for key, field in FIELDS.items()
        if key in examples and key not in {"title", "role", "status"}
    ]
    return _HEAD.format(name=name) + "\n".join(rows)


def as_draft(text: str, *, markdown: bool) -> str:
    """A posting file's text as a draft of its own: with its comments, without its former ids. Raises `InvalidError`."""
    keys = front_matter(text)[0] if markdown else text
    start = text.index("\n") + 1 if markdown else 0
    end = start + len(keys)
    for begin, stop, instead in sorted(_changes(keys, compose(keys)), reverse=True):
        keys = keys[:begin] + instead + keys[stop:]
    return text[:start] + keys + text[end:]


def _changes(keys: str, root: Node) -> Iterator[tuple[int, int, str]]:
    """What to replace: from where, to where, and by what."""
    first = root.start_mark.index
    if keys[first : first + 1] == "{":
        raise InvalidError((root.start_mark.line + 1, "is written in braces; write one key a line"))
    status = value_of(root, "status")
    if status:
        begin, stop = status.start_mark.index, status.end_mark.index
        yield begin, stop, "draft\n" if keys[begin:stop].endswith("\n") else "draft"
    else:
        yield first, first, "status: draft\n"
    for key, value in entries(root, ""):
        if key.value == "aliases":
            # A list on lines of its own ends, to YAML, where the next key begins: with the comments before that.
            last = value.value[-1] if keys.startswith("-", value.start_mark.index) else value
            line_end = keys.find("\n", last.end_mark.index)
            yield key.start_mark.index, line_end + 1 or len(keys), ""
