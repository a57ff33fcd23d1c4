"""A link of postings, as it was when it was looked at."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An address of the web, and when (UTC) it is looked at next. `gone_since` and `gone_at`: the first and the last of
    the looks that found it gone, with nothing there in between; `answer`: what was answered last, where that was a
    status (RFC 9110, 15); None also where there was no such host.
    """

    url: str
    due_at: datetime
    gone_since: datetime | None = None
    gone_at: datetime | None = None
    answer: int | None = None

    @property
    def key(self) -> str:
        """What tells that it is gone from any other time, and from any other link."""
        digest = hashlib.blake2s(self.url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return f"{self.gone_since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}/{digest}" if self.gone_since else digest
