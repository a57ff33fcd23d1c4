"""A made-up lab to try Callboard with: a config and postings, dated from the day on which they are written.

It has no token and no channel but this computer's own, so that nothing of it can reach a real one.
"""

import os
import re
import shutil
from datetime import date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from uuid import uuid4

from bot.domain.zones import zone

CONFIG = "config.yaml"

_ZONE = zone("Europe/Berlin")  # as its config says
_AGE = timedelta(days=60)
"""So old do the files say to be, as in a lab that has been at it for a while: a deadline that has passed is no slip."""

_DAY = re.compile(r"\{today([+-]\d+)\}")


def dated(text: str, today: date) -> str:
    """The text of a file as of that day: `{today+18}` is the date 18 days later."""
    return _DAY.sub(lambda match: (today + timedelta(days=int(match[1]))).isoformat(), text)


def write(folder: Path, now: datetime) -> int:
    """Writes the lab into a folder that is empty or not there yet; tells how many postings it has.

    The folder is there whole or not at all. OSError where it cannot be written, or holds something.
    """
    today = now.astimezone(_ZONE).date()
    written = (now - _AGE).timestamp()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}-{uuid4().hex}")
    try:
        beside.mkdir()
        with as_file(files(__name__)) as source:
            names = [CONFIG, *sorted(f"postings/{path.name}" for path in (source / "postings").iterdir())]
            (beside / "postings").mkdir()
            for name in names:
                (beside / name).write_text(dated((source / name).read_text("utf-8"), today), "utf-8")
                os.utime(beside / name, (written, written))
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return len(names) - 1
