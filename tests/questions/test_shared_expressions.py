"""The expressions of time that are kept beside the project, where they are: how many are read right."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from bot.questions.query import Query
from bot.questions.question import understood

_FILE = Path(__file__).parents[3] / "shared" / "questions" / "spans-dev.jsonl"


def _is(day, wanted):
    day = day and day.isoformat()
    return day is not None and wanted[0] <= day <= wanted[1] if isinstance(wanted, list) else day == wanted


def _judged(row):
    question = understood(
        row["text"], row["language"], datetime.fromisoformat(row["at"]), lambda _text: Query(), lambda _words: False
    )
    days, wanted = question.query.deadline, row["expected"]
    if days is None:
        return "right" if wanted is None else "silent"
    fair = [wanted, *row["accept"]] if wanted else []
    return "right" if any(_is(days.first, one["from"]) and _is(days.last, one["to"]) for one in fair) else "wrong"


@pytest.mark.skipif(not _FILE.is_file(), reason="the expressions are not here")
def test_most_are_right_and_hardly_any_is_wrong():
    rows = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
    judged = Counter(map(_judged, rows))
    assert judged["right"] >= 0.98 * len(rows), judged
    assert judged["wrong"] <= 0.01 * len(rows), judged
