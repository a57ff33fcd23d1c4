"""What a page says once is read once, however many calls stand beside it."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.sources.pages import deadlines, parts, read_page
from bot.sources.pages.phrasing import Phrasing, phrasing, screen
from bot.sources.pages.sections import Section

_NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_parts_of_a_section_are_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: Counter[str] = Counter()
    weigh = parts._is_of_parts

    def counting(parent: Section) -> bool:
        weighed[parent.title] += 1
        return weigh(parent)

    monkeypatch.setattr(parts, "_is_of_parts", counting)
    below = "".join(f"<h3>Owls at night {number}</h3><p>They fly.</p>" for number in range(20))
    read_page(f"<h1>PhD position on owls</h1>{below}", url=None, now=_NOW, is_markdown=False)
    assert weighed["PhD position on owls"] == 1


def test_what_stands_beside_calls_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = "Those who like owls may start until the position of the owl in the wood is known."
    looked_at: Counter[str] = Counter()
    rolls = deadlines.is_rolling

    def counting(sentence: str) -> bool:
        looked_at[sentence] += 1
        return rolls(sentence)

    monkeypatch.setattr(deadlines, "is_rolling", counting)
    listed = "".join(f"<li>PhD position on owls of wood {number}</li>" for number in range(20))
    page = f"<h1>Open positions</h1><p>{shared}</p><ul>{listed}</ul>"
    assert len(read_page(page, url=None, now=_NOW, is_markdown=False).postings) == 20
    assert looked_at[shared] == 1


def test_phrases_are_found_in_any_case() -> None:
    saying = phrasing(["Bewerbungen an", "é vous"])
    for text in ("BEWERBUNGEN AN mich", "Zu İzmir: bewerbungen an mich", "É Vous"):
        match = saying.search(text)
        assert match is not None
        assert match[0] in text
    assert saying.search("bewerbungen an", 3) is None


def test_one_look_finds_what_any_of_several_sayings_would() -> None:
    known = [
        phrasing(["^ if you", "self-funded (students|people)"]),
        Phrasing(r"\b(?:hiring|we have)\b", ("hir", "have")),
    ]
    look = screen(known)
    for text in ("if you come", "for self-funded people", "we have owls", "(hiring)"):
        assert look.search(text)
        assert any(each.search(text) for each in known)
    for text in ("and if you come", "unself-funded people", "we haven", "self-funded peoples"):
        assert not look.search(text)
        assert not any(each.search(text) for each in known)
