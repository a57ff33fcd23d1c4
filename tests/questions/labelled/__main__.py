"""Prints how the labelled questions are answered, by kind: `python -m tests.questions.labelled [FILE …]`."""

import sys
from collections import Counter

from tests.questions.labelled import labelled, outcome

_VERDICTS = ("exact", "wrong", "empty")


def main(names: list[str]) -> None:
    """Prints a table for each file, and below it what is not answered exactly."""
    for name in names:
        kinds: dict[str, Counter[str]] = {}
        amiss: list[str] = []
        for question in labelled(name):
            found = outcome(question)
            kinds.setdefault(question.kind, Counter())[found.verdict] += 1
            if found.why:
                amiss.append(f"{found.verdict:6} {question.text} | {found.why}")
        whole = sum(kinds.values(), Counter[str]())
        print(f"{name:60.60}" + "".join(f"{verdict:>7}" for verdict in _VERDICTS))
        for kind, counts in [*kinds.items(), ("together", whole)]:
            print(f"{kind:60.60}" + "".join(f"{counts[verdict]:7}" for verdict in _VERDICTS))
        if not name.startswith("apart") or "-v" in sys.argv:
            print(*amiss, "", sep="\n")


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "-v"] or ["tuned.en", "tuned.de", "words"])
