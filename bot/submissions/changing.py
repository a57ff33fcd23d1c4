"""Changes of an existing posting file: the lines concerned alone. Comments, order, line ends and everything else stay
to the byte.
"""

import codecs
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from bot.domain.posting import Posting
from bot.schema import InvalidError, Value, compose, text_of, value_of
from bot.schema.editing import Splice, applied, splices
from bot.sources.files import front_matter, parts
from bot.sources.files.fields import FIELDS, posting
from bot.sources.files.values import Changes, checked, merged, tidied, usual_fields
from bot.submissions.writing import as_written

_BY_HAND = "is written in a way that only a person can change; edit the file"


def fields_of(content: bytes, *, is_markdown: bool) -> dict[str, Value]:
    """What a posting file says, key by key, in the order of the keys. Raises `InvalidError` where it is no such file;
    whether its values hold up is for others to say.
    """
    root, body = parts(text_of(content), is_markdown=is_markdown)
    fields = usual_fields(root)
    if body.strip():
        fields["description"] = body.strip()
    return merged(fields, {})


def changed(content: bytes, changes: Changes, name: str, timezone: str, *, is_markdown: bool) -> bytes:
    """The file's bytes with these changes; `name` is the posting's id, `timezone` the config's. Raises `InvalidError`
    for a file that does not hold up, or that a person alone can change, and `FieldsError` for changes after which it
    would not hold up.
    """
    before = fields_of(content, is_markdown=is_markdown)
    _posting_of(content, name, timezone, is_markdown=is_markdown)
    wanted = checked(merged(before, changes), name, timezone)
    for key, value in tidied(changes).items():
        if before.get(key) != value:
            content = _with_one(content, key, value, is_markdown=is_markdown)
    after = fields_of(content, is_markdown=is_markdown)
    others = {*before, *after} - {*changes}
    is_as_meant = _posting_of(content, name, timezone, is_markdown=is_markdown) == wanted
    if not is_as_meant or any(before.get(key) != after.get(key) for key in others):
        raise InvalidError((1, _BY_HAND))
    return content


def _posting_of(content: bytes, name: str, timezone: str, *, is_markdown: bool) -> Posting:
    root, body = parts(text_of(content), is_markdown=is_markdown)
    return posting(name, root, timezone, body)


def _with_one(content: bytes, key: str, value: Value | None, *, is_markdown: bool) -> bytes:
    """The bytes with one key changed."""
    text = text_of(content)
    keys, body = front_matter(text) if is_markdown else (text, "")
    start = text.index("\n") + 1 if is_markdown else 0
    root = compose(keys)
    if is_markdown and key == "description" and not value_of(root, key) and (value is None or isinstance(value, str)):
        at = len(text) - len(body)
        below = f"\n\n{value}\n" if value else "\n"
        if body.endswith("\n") or not body:
            return _spliced(content, text, [Splice(at, len(text), below)])
        return _spliced(content, text, [Splice(at, len(text), below.removesuffix("\n"))])
    written = None if value is None else as_written(key, value)
    changes = splices(keys, root, key, written, [*FIELDS])
    return _spliced(
        content, text, [Splice(splice.start + start, splice.end + start, splice.text) for splice in changes]
    )


_LINE_END = re.compile("\r\n|\r|\n")


def _spliced(content: bytes, text: str, changes: Sequence[Splice]) -> bytes:
    """The bytes with these changes, which are told of `text`, what they say with plain line feeds."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    written = content.removeprefix(mark).decode()
    ends = _LINE_END.findall(written)
    usual = Counter(ends).most_common(1)[0][0] if ends else "\n"
    starts = [0, *(line_end.end() for line_end in _LINE_END.finditer(written))]
    plain_starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def line_of(index: int) -> int:
        return min(bisect_right(plain_starts, index), len(starts)) - 1

    def moved(change: Splice) -> Splice:
        first, last = line_of(change.start), line_of(change.end)
        start, end = (starts[line] - plain_starts[line] for line in (first, last))
        line_end = ends[first] if first < len(ends) else usual
        return Splice(change.start + start, change.end + end, change.text.replace("\n", line_end))

    return mark + applied(written, [moved(change) for change in changes]).encode()
