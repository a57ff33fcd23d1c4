"""Files as Slack takes them: /reference/methods/files.getUploadURLExternal and files.completeUploadExternal."""

import json
from dataclasses import dataclass
from itertools import count

from tests.emulators.slack_model import Json, Refused


@dataclass
class Shared:
    """A file that was announced, with its bytes once they have come, and the channel and thread where it is shown."""

    id: str
    name: str
    length: int
    body: bytes | None = None
    channel: str | None = None
    thread_ts: str | None = None


class Files:
    """`shared`: those that people see, in order. `pending`: those that were announced, by id."""

    def __init__(self) -> None:
        self.shared: list[Shared] = []
        self.pending: dict[str, Shared] = {}
        self._numbers = count(1)

    def announce(self, arguments: Json) -> Shared:
        length = str(arguments["length"])
        if not length.isdecimal() or int(length) < 1:
            raise Refused("missing_argument")
        found = Shared(f"F{next(self._numbers):010d}", str(arguments["filename"]), int(length))
        self.pending[found.id] = found
        return found

    def bring(self, name: str, body: bytes) -> str | None:
        """What is wrong with the bytes of a file; None where nothing is."""
        found = self.pending.get(name)
        if found is None or found.body is not None:
            return "no such upload"
        if len(body) != found.length:
            return f"{len(body)} bytes came, {found.length} were announced"
        found.body = body
        return None

    def complete(self, arguments: Json) -> list[Shared]:
        """Those that are shown now. None of them may be anything else than announced and there."""
        files = arguments["files"]
        named = json.loads(files) if isinstance(files, str) else files
        found = [one for file in named if (one := self.pending.get(file.get("id"))) and one.body is not None]
        if not named or len(found) < len(named):
            raise Refused("file_not_found")
        for one in found:
            del self.pending[one.id]
        self.shared += found
        return found
