"""Logging: one line a thing, as text or as JSON, and no secret in any of them.

What stands in `extra={"fields": {...}}` of a record becomes keys of its JSON object; the text says the same in words.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

from bot.domain.letters import printable, printable_json, printable_lines
from bot.platforms.kinds import kinds

# The passwords and tickets of URLs; what else looks like a secret the kinds of platforms say.
_IN_URLS = (
    r"""(?<=://)[^\s/:@"']*:[^\s/"']+(?=@)""",
    r"""(?<=/calendar/)[\w-]{20,}""",  # whoever has it reads what somebody follows
    r"""(?<=[?&])(?:ticket|token|secret_token|access_key)=[^\s&"']+""",
)
_QUIET = ("aiohttp", "alembic", "apscheduler", "watchdog")

_sealing = re.compile(r"(?!)")


def seal(secrets: Iterable[str]) -> None:
    """From now on these are left out of every line, in place of those that were before."""
    global _sealing  # noqa: PLW0603  # there is one log in a process, and nothing may get past it
    shapes = {shape for secret in filter(None, secrets) for shape in _shapes(secret)}
    longest_first = sorted(shapes, key=len, reverse=True)
    _sealing = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def sealed(text: str) -> str:
    """The text with `…` in place of every secret, and of whatever looks like one."""
    return _tokens().sub("…", _sealing.sub("…", text))


@cache
def _tokens() -> re.Pattern[str]:
    """What a library may print that looks like a secret."""
    hidden = (pattern for kind in kinds().values() for pattern in kind.hidden)
    return re.compile("|".join((*hidden, *_IN_URLS)), re.VERBOSE | re.IGNORECASE)


def _shapes(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text: as it is, in an error that shows a value, in JSON, in a URL."""
    shown = repr(secret)[1:-1]
    yield from (secret, shown, repr(shown)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret))
    number, colon, key = secret.partition(":")
    if colon and key and number.isdecimal():  # of `number:key`, this is the secret part
        yield key


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # a method of logging's
        record.message = printable(sealed(record.message))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "  | " + printable_lines(sealed(super().formatException(ei)))


class _Json(logging.Formatter):
    """One object a line. Values are sealed before they are escaped: afterwards a secret may look otherwise."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", None)
        line = {
            **(fields if isinstance(fields, Mapping) else {}),
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": record.levelname.casefold(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return printable_json(json.dumps(_plain(line), ensure_ascii=False))


def _plain(value: Any) -> Any:
    """A value as JSON can hold it, sealed."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return {sealed(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    text = str(value)
    is_number = type(value) in {int, float} and sealed(text) == text and text not in {"nan", "inf", "-inf"}
    return value if is_number else sealed(text)


class _Output(logging.StreamHandler[TextIO]):
    """Standard error as it is at the time: while somebody is asked at a prompt, lines must not be written over that."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        return sys.stderr


def set_up(level: int, *, as_json: bool = False) -> None:
    """Logs to standard error; other libraries only when they warn."""
    output = _Output()
    output.setFormatter(_Json() if as_json else _Text())
    logging.basicConfig(level=level, handlers=[output], force=True)
    logging.getLogger("callboard").setLevel(logging.NOTSET)  # a command may have made it quieter
    logging.captureWarnings(capture=True)
    _leave_out_what_no_line_shows()
    logging.raiseExceptions = False  # it prints what does not fit, unsealed, past every formatter
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING) if level > logging.DEBUG else logging.INFO)
    for kind in kinds().values():
        for name, (usual, verbose) in kind.loggers.items():
            logging.getLogger(name).setLevel(usual if level > logging.DEBUG else verbose)
    if level > logging.DEBUG:
        logging.getLogger("watchdog").setLevel(logging.CRITICAL)  # of its threads, which end one after the other


def _leave_out_what_no_line_shows() -> None:
    """Where in the code a line comes from, and of which thread, process and task: to find that out takes an eighth of
    the time for a line (https://docs.python.org/3/howto/logging.html#optimization).
    """
    logging._srcfile = None  # noqa: SLF001  # that is how it is done
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined]  # from Python 3.12 on
