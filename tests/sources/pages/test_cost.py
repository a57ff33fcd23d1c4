"""What a page says once is read once, however many calls stand beside it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.domain.posting import DeadlineKind
from bot.sources.pages import counting, days, deadlines, links, parts, paying, read_page
from bot.sources.pages.blocks import Block, BlockKind, PageLink
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import DeadlineFound, deadline
from bot.sources.pages.phrasing import phrasing
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


def test_a_timetable_in_one_sentence_tells_no_deadline_and_its_days_are_not_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weighed: Counter[str] = Counter()
    kind = deadlines._kind

    def counting(before: str, since: int, after: str, *, is_range_end: bool) -> DeadlineKind | None:
        weighed["days"] += 1
        return kind(before, since, after, is_range_end=is_range_end)

    monkeypatch.setattr(deadlines, "_kind", counting)
    days = [f"{number % 28 + 1} May {2026 + number % 50}" for number in range(200)]
    assert deadline([f"Apply by {', '.join(days)}."], DateStyle()) == DeadlineFound()
    assert weighed["days"] == 0
    few = deadline([f"Apply by {', '.join(days[:12])}."], DateStyle())
    assert few.unclear is not None
    assert few.unclear.startswith("several days are named")
    assert 0 < weighed["days"] <= 12


def test_of_many_amounts_none_is_weighed_behind_the_first_that_is_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []
    is_amount = paying._is_amount

    def counting(match: re.Match[str], line: str, *, is_labelled: bool) -> bool:
        weighed.append(match[0])
        return is_amount(match, line, is_labelled=is_labelled)

    monkeypatch.setattr(paying, "_is_amount", counting)
    amounts = ", ".join(f"EUR {number}" for number in range(2000, 2200))
    assert paying.pay([f"Rent is EUR 500. We pay {amounts}"]) is not None
    assert weighed == ["EUR 500", "EUR 2000"]


def test_where_one_applies_is_looked_for_among_so_many_links(monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[str] = []
    score = links._score

    def counting_links(link: PageLink, before: str, title: str) -> int:
        scored.append(link.href)
        return score(link, before, title)

    monkeypatch.setattr(links, "_score", counting_links)
    monkeypatch.setattr(links, "_MOST_LINKS", 20)
    many = [PageLink("owls", 0, f"/owls/{number}") for number in range(50)]
    assert links.advert_link([Block(BlockKind.PARAGRAPH, "owls", links=tuple(many))], "PhD position") is None
    assert links.apply_link([Block(BlockKind.PARAGRAPH, "owls", links=tuple(many))]) is None
    assert len(scored) == 40


def test_nothing_is_counted_where_no_position_is_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    class Counting:
        def finditer(self, text: str) -> Iterator[re.Match[str]]:
            looked_at.append(text)
            return iter(())

    monkeypatch.setattr(counting, "_counted", Counting)
    counting.openings(["Three owls sat in two trees.", "Two positions for owls, of three."])
    assert looked_at == ["Two positions for owls, of three."]


@pytest.mark.parametrize(
    "words", ["3 may 2026", "31 december 2030", "29 february 2028", "29 february 2027", "0 may 2026"]
)
def test_a_whole_day_is_read_as_by_the_grammar_of_dates(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = days._day.__wrapped__(words)
    monkeypatch.setattr(days, "_WHOLE_DAY", re.compile("(?!)"))
    assert quick == days._day.__wrapped__(words)
