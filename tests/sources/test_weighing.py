"""The weights of what speaks for a position: how they are fitted, and that those in use are such ones."""

import json
from random import Random

import pytest

from bot.sources.pages.evidence import Evidence
from bot.sources.pages.weighing import USUAL, WEIGHTS
from tests.sources.weighing import Sample, fitted, left_out, main, samples

PAGE = """# Jobs

## PhD position on owls

We are looking for a PhD student. Apply by 3 May 2027.

## Postdocs

We are always glad to hear from postdocs.
"""


def made_up(count):
    """Calls that are positions two times in three where a day is named, and one time in three where it invites."""
    random = Random(3)
    for number in range(count):
        has_day = random.random() < 0.5
        piece = Evidence.DAY if has_day else Evidence.INVITES
        yield Sample(f"page {number // 2}", frozenset({piece.value}), random.random() < (2 / 3 if has_day else 1 / 3))


def test_log_odds_are_found_again():
    weights, usual = fitted(list(made_up(2000)), {})
    assert usual + weights[Evidence.DAY] == pytest.approx(0.69, abs=0.2)
    assert usual + weights[Evidence.INVITES] == pytest.approx(-0.69, abs=0.2)


def test_what_is_rare_stays_where_it_is_supposed():
    known = [*made_up(400), Sample("another", frozenset({Evidence.FACTS.value}), is_open=True)]
    assert fitted(known, {Evidence.FACTS: 2.0})[0][Evidence.FACTS] == pytest.approx(2.0, abs=0.3)
    assert fitted(known, {})[0][Evidence.FACTS] < 1.0


def test_a_long_page_does_not_outweigh_the_others():
    short = [Sample(f"page {number}", frozenset({Evidence.LINK.value}), is_open=False) for number in range(20)]
    long = [Sample("long", frozenset({Evidence.LINK.value}), is_open=True) for _ in range(40)]
    weights, usual = fitted([*short, *long], {})
    assert usual + weights[Evidence.LINK] < 0


def test_pages_are_left_out_whole():
    """Each page has a piece of evidence of its own: what is learnt from it helps nowhere else."""
    pieces = list(Evidence)[:20]
    known = [
        Sample(f"page {number}", frozenset({piece.value}), is_open=number % 2 == 0)
        for number, piece in enumerate(pieces)
        for _ in range(5)
    ]
    assert left_out(known, {}) == (0, 0)


def test_samples_are_the_calls_that_were_weighed_and_labelled(tmp_path):
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    manifest = [{"id": "a", "file": "page.md", "page_date": "2027-01-01"}]
    label = {"deadline": None, "apply_url": None}
    postings = [
        {"title": "PhD position on owls", "role": "phd", "status": "open", **label, "deadline": "2027-05-03"},
        {"title": "Postdocs", "role": "postdoc", "status": "speculative", **label},
        {"title": "Seals", "role": "other", "status": "open", **label},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "labels.json").write_text(json.dumps({"a": {"postings": postings}}), encoding="utf-8")
    invitation, position = sorted(samples(tmp_path), key=lambda sample: sample.is_open)
    assert position.is_open
    assert Evidence.DAY in position.evidence
    assert not invitation.is_open
    assert Evidence.STANDING_FIRST in invitation.evidence
    assert position.page == invitation.page


def test_without_pages_it_says_what_it_needs(tmp_path, capsys):
    main([str(tmp_path)])
    assert "labelled pages" in capsys.readouterr().out


AGAINST = {
    "FUNDS",
    "STANDING",
    "OWN_MONEY",
    "INVITES",
    "LATER",
    "SCHEME",
    "NONE",
    "KIND",
    "SEVERAL",
    "TITLE_OF",
    "ROLE_TOLD",
}


@pytest.mark.parametrize("piece", WEIGHTS, ids=lambda piece: piece.name)
def test_each_weight_has_the_sign_that_its_meaning_gives_it(piece):
    speaks_against = any(word in piece.name for word in (*AGAINST, "AMONG", "HEADED", "INVITING"))
    assert (WEIGHTS[piece] < 0) is speaks_against
    assert abs(WEIGHTS[piece]) < USUAL
