"""Weights for what speaks for a position, from labelled pages: `python -m tests.sources.weighing [FOLDER…]`.

Prints the table of `bot/sources/pages/weighing.py` as those pages would have it, and how often the status would be
right on pages that were left out of the fit. A folder has what `tests/sources/corpus.py` reads.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from bot.sources.base import AsFound, FoundPosting
from bot.sources.pages import reading
from bot.sources.pages.call import Call
from bot.sources.pages.evidence import Evidence
from bot.sources.pages.weighing import CLOSE
from tests.sources.corpus import USUAL, matched, read

SUPPOSED: Mapping[str, float] = {
    Evidence.DAY_ABOVE: 0.3,
    Evidence.FACTS: 2.1,
    Evidence.FUNDS_ABOVE: -3.5,
    Evidence.LATER_ABOVE: -1.0,
    Evidence.LATER_ALONE: -1.5,
    Evidence.SCHEME_TITLE: -0.9,
    Evidence.TITLE_OF_APPLICANT: -1.2,
}
"""Log odds of what is too rare to be measured: pages move them, and begin there. All others begin at 0."""
_PENALTY = 0.5  # of the square of how far a weight is moved, halved
_FOLDS = 10
_STEPS = 25
_WEIGHED = {AsFound.OPEN.value: True, AsFound.SPECULATIVE.value: False}


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled call: on which page it stands, what speaks for and against it, and whether a position is there."""

    page: str
    evidence: frozenset[str]
    is_open: bool


def samples(folder: Path) -> Iterator[Sample]:
    """The calls of a folder that were found and weighed, and of which the label says one of both."""
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    weighed: dict[object, frozenset[str]] = {}
    posting_of = reading._Page._posting

    def remembered(page: reading._Page, call: Call) -> FoundPosting:
        posting = posting_of(page, call)
        weighed[_named(posting)] = call.evidence
        return posting

    with patch.object(reading._Page, "_posting", remembered):
        for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
            weighed.clear()
            if found := read(folder, entry):
                for posting, label in matched(found.postings, labels[entry["id"]]["postings"])[0]:
                    evidence = weighed.get(_named(posting))
                    if evidence and label["status"] in _WEIGHED and posting.as_found.value in _WEIGHED:
                        yield Sample(f"{folder}/{entry['id']}", evidence, _WEIGHED[label["status"]])


def _named(posting: FoundPosting) -> object:
    """By what a posting is known again when front matter has made another of it."""
    return posting.fields["title"], str(posting.fields["role"])


def fitted(known: Sequence[Sample], supposed: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """The weights (log odds) and what is usual: logistic regression by Newton's method, held to what is supposed. A
    page with n calls counts as the root of n.
    """
    names = [piece.value for piece in Evidence if any(piece in sample.evidence for sample in known)]
    place = {name: number for number, name in enumerate(names)}
    usual = len(names)
    of_page = Counter(sample.page for sample in known)
    rows = [([place[piece] for piece in sample.evidence] + [usual], sample) for sample in known]
    start = [supposed.get(name, 0.0) for name in names] + [0.0]
    weights = list(start)
    for _ in range(_STEPS):
        slope = [_PENALTY * (was - now) for was, now in zip(start, weights, strict=True)]
        slope[usual] = 0.0
        bend = [[_PENALTY if row == column < usual else 0.0 for column in range(usual + 1)] for row in range(usual + 1)]
        for columns, sample in rows:
            counts = of_page[sample.page] ** -0.5
            chance = 1 / (1 + math.exp(-sum(weights[column] for column in columns)))
            curve = counts * chance * (1 - chance)
            for row in columns:
                slope[row] += counts * (sample.is_open - chance)
                for column in columns:
                    bend[row][column] += curve
        step = _solved(bend, slope)
        weights = [weight + moved for weight, moved in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return dict(zip(names, weights[:usual], strict=True)), weights[usual]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """What a positive definite matrix makes of the answer: Gaussian elimination needs no other row first."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        for other in range(size):
            if other != pivot and rows[other][pivot]:
                factor = rows[other][pivot] / rows[pivot][pivot]
                rows[other] = [value - factor * own for value, own in zip(rows[other], rows[pivot], strict=True)]
    return [row[size] / row[place] for place, row in enumerate(rows)]


def left_out(known: Sequence[Sample], supposed: Mapping[str, float]) -> tuple[int, int]:
    """How many of the samples get a status, and how many the right one, by weights from other pages alone."""
    pages = sorted({sample.page for sample in known})
    given = right = 0
    for fold in range(_FOLDS):
        held: Collection[str] = set(pages[fold::_FOLDS])
        weights, usual = fitted([sample for sample in known if sample.page not in held], supposed)
        for sample in (sample for sample in known if sample.page in held):
            weight = usual + sum(weights.get(piece, 0.0) for piece in sample.evidence)
            given += abs(weight) >= CLOSE
            right += abs(weight) >= CLOSE and (weight > 0) is sample.is_open
    return given, right


def main(arguments: list[str]) -> None:
    """Prints the table and the figures."""
    folders = [folder for folder in map(Path, arguments or [str(USUAL)]) if (folder / "labels.json").is_file()]
    known = [sample for folder in folders for sample in samples(folder)]
    if len({sample.page for sample in known}) < _FOLDS:
        print(f"that takes {_FOLDS} labelled pages at least")
        return
    weights, usual = fitted(known, SUPPOSED)
    often = Counter(piece for sample in known for piece in sample.evidence)
    for piece in Evidence:
        if round(weights.get(piece, 0.0), 1):
            print(f"    Evidence.{piece.name}: {weights[piece]:.1f},  # {often[piece]} calls")
    print(f"USUAL = {usual:.1f}")
    given, right = left_out(known, SUPPOSED)
    print(f"{len(known)} calls; on pages left out, {given} get a status, and {right} the right one")


if __name__ == "__main__":
    main(sys.argv[1:])
