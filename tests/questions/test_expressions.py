"""Time expressions with what people mean by them, in English and German."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.questions.spans import TimeSpan, spans

_FILE = Path(__file__).parent / "expressions.txt"


def _rows():
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(part.strip() for part in line.split(" | "))


def _written(span: TimeSpan) -> str:
    readings = " ? ".join(f"{days.first or ''}..{days.last or ''}" for days in span.readings)
    return f"{span.about or '-'} {readings or 'unclear'}"


@pytest.mark.parametrize(("language", "at", "text", "meaning"), list(_rows()))
def test_what_is_meant(language, at, text, meaning):
    found = spans(text, language, datetime.fromisoformat(f"{at}:00:00+01:00"))
    assert ("; ".join(map(_written, found)) or "nothing") == meaning
