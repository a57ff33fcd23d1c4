"""Invented pages as labs write them, labelled before they were first read: how well they are read stays as good."""

import json
from pathlib import Path

import pytest

from tests.sources.corpus import score

FOLDER = Path(__file__).parent / "labelled"
_NAMES = [entry["id"] for entry in json.loads((FOLDER / "manifest.json").read_text("utf-8"))]


@pytest.mark.parametrize("name", _NAMES)
def test_what_is_read_from_a_page_is_right(name: str) -> None:
    counts, slips = score(FOLDER, [name])
    wrong = {field: count["wrong"] for field, count in counts.items() if count["wrong"]}
    assert set(wrong) <= {"status", "title"}, slips[name]


def test_most_is_read() -> None:
    counts, _ = score(FOLDER)
    right, wanted = (sum(count[key] for count in counts.values()) for key in ("right", "wanted"))
    assert right / wanted >= 0.98
    assert sum(count["wrong"] for count in counts.values()) <= 6
