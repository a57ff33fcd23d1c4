"""Fields -> the text of a posting file, as a person would have written it, in the order of the keys."""

from collections.abc import Iterator

from bot.schema import Items, Text, Value
from bot.schema.editing import WrittenValue
from bot.schema.quoting import WIDTH, as_block, as_scalar, indented
from bot.sources.files.dates import Day, DayOrWords, LastInstant
from bot.sources.files.fields import FIELDS
from bot.sources.files.values import Fields, merged


def file_text(fields: Fields) -> str:
    """The text of a new posting file with these fields."""
    return "".join(f"{line}\n" for key, value in merged(fields, {}).items() for line in _lines(key, value))


def _lines(key: str, value: Value) -> Iterator[str]:
    written = as_written(key, value)
    yield f"{key}: {written.inline}".rstrip(" ")
    yield from map(indented, written.below)


def as_written(key: str, value: Value) -> WrittenValue:
    """A value as it stands behind its key."""
    kind = FIELDS[key].kind
    if isinstance(value, dict):
        keys = {name: _on_one_line(text) for name, text in value.items()}
        inner = [f"{name}: {written.inline}" for name, written in keys.items()]
        flow = ", ".join(f"{name}: {written.flow}" for name, written in keys.items())
        return WrittenValue("", tuple(inner), f"{{{flow}}}", keys=keys)
    if isinstance(value, list):
        if isinstance(kind, Items) and kind.or_one and len(value) == 1:
            return _text(key, value[0], is_date=False)
        flow = "[{}]".format(", ".join(as_scalar(item, in_flow=True) for item in value))
        items = tuple(as_scalar(item) for item in value)
        is_short = len(flow) + len(key) + 2 <= WIDTH
        below = () if is_short or not items else tuple(f"- {item}" for item in items)
        return WrittenValue("" if below else flow, below, flow, items=items)
    if isinstance(value, str):
        return _text(key, value, is_date=isinstance(kind, Day | LastInstant | DayOrWords))
    number = f"{value:g}" if isinstance(value, float) else str(value)
    return WrittenValue(number, (), number)


def _text(key: str, text: str, *, is_date: bool) -> WrittenValue:
    line = _on_one_line(text, is_date=is_date)
    is_long = "\n" in text or len(key) + 2 + len(line.inline) > WIDTH
    kind = FIELDS[key].kind
    may_break = isinstance(kind, Items) or (isinstance(kind, Text) and kind.pattern is None)
    block = as_block(text) if is_long and may_break else None
    return WrittenValue(block[0], tuple(block[1]), line.flow) if block else line


def _on_one_line(text: str, *, is_date: bool = False) -> WrittenValue:
    return WrittenValue(as_scalar(text, is_date=is_date), (), as_scalar(text, in_flow=True, is_date=is_date))
