"""What the settings of platforms are made of: tokens, addresses of servers, addresses to listen on.

In each value `${NAME}` may stand for what the environment has.
"""

import re
from collections.abc import Mapping, Sequence

from bot.platforms import kinds
from bot.schema import KeyedRecord, Node, Text, ValueKind, around, invalid, whole
from bot.schema.secrets import VARIABLES, Expanded, Secret, expanded

_VISIBLE = "[!-~]{1,1000}"
_PORT = r"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"


class SecretText(ValueKind):
    """A secret; None when its variable is not set. It never shows up in an error, which says `why` it is none, or which
    other it is; `odd` is what to say of one that holds spaces.
    """

    def __init__(self, pattern: str = _VISIBLE, why: str = "", odd: str = "") -> None:
        self.pattern, self.why = pattern, why
        self.schema = {"anyOf": [{"type": "string", "pattern": whole(around(pattern)), "maxLength": 1000}, VARIABLES]}
        self.odd = odd or "is no token, for it holds spaces or odd characters; copy it again"

    def read(self, node: Node, name: str) -> Secret | None:
        text, unset = expanded(node, name)
        if unset:
            return None
        if not re.fullmatch(_VISIBLE, text):
            raise invalid(node, f"{name}: {self.odd}")
        shapes = (shape for kind in kinds.kinds().values() for shape in kind.token_shapes)
        shape = next((shape for shape in shapes if re.fullmatch(shape.pattern, text)), None)
        if shape and not name.endswith(f".{shape.key}"):
            raise invalid(node, f"{name}: is {shape.what}, which belongs under {shape.key}; take the one for here")
        if not re.fullmatch(self.pattern, text):
            raise invalid(node, f"{name}: {self.why}")
        return Secret(text)


def text(pattern: str, write: str) -> ValueKind:
    """A text that matches; what to `write` where it does not."""
    return Expanded(Text(pattern, write))


def server() -> ValueKind:
    """The address of a platform's server."""
    return text(r'https?://[^\s<>"\\]+', "is no web address; write https://…")


def listen(usual: str) -> ValueKind:
    """`host:port` at which to listen, such as the usual one."""
    return text(rf"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):{_PORT}", f"is no address to listen on; write {usual}")


def group(keys: Mapping[str, ValueKind], required: Sequence[str] = ()) -> ValueKind:
    """Settings below one key."""
    return Expanded(KeyedRecord(keys, required))
