"""Keys of a posting file with what they say unless something else is said: `defaults` in a config."""

from collections.abc import Collection

from bot.schema import KeyedRecord, Node, Value, ValueKind, entries, invalid
from bot.sources.files.fields import FIELDS, key_hint
from bot.sources.files.values import usual_fields


class PostingDefaults(ValueKind):
    """Each read as in a posting file, but for those that are another for each posting. Gives fields."""

    def __init__(self, of_each: Collection[str]) -> None:
        self._of_each = of_each
        self._keys = KeyedRecord(
            {key: field.kind for key, field in FIELDS.items() if key not in of_each}, hint=key_hint
        )

    def read(self, node: Node, name: str) -> dict[str, Value]:
        for key, _ in entries(node, name):
            if key.value in self._of_each:
                raise invalid(key, f"{name}.{key.value}: is another for each posting; delete it")
        self._keys.read(node, name)
        return usual_fields(node)
