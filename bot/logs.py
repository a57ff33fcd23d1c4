"""Logging: one line a thing, and no secret in any of them."""

import logging
import re
import sys
from collections.abc import Iterable

# Token shapes, for what a library may print: https://core.telegram.org/bots/api#authorizing-your-bot and
# https://docs.slack.dev/authentication/tokens
_TOKENS = re.compile(r"\b\d{5,}:[\w-]{20,}|\bx(?:ox[a-z]|app)-[\w-]{8,}")
_QUIET = ("httpx", "httpcore", "telegram", "apscheduler", "watchfiles", "slack_sdk", "slack_bolt", "aiohttp", "alembic")


class _Sealed(logging.Formatter):
    """Puts `…` in place of every secret, wherever in a line it stands."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return _TOKENS.sub("…", line)


def set_up(level: int, secrets: Iterable[str] = ()) -> None:
    """Logs to standard error; other libraries only when they warn."""
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(_Sealed(secrets))
    logging.basicConfig(level=level, handlers=[output], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING) if level > logging.DEBUG else logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it prints every URL, token included
    if level > logging.DEBUG:
        logging.getLogger("telegram").setLevel(logging.CRITICAL)  # tracebacks of what the adapter says in words
