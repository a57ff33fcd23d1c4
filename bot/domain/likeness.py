"""How like each other words are, as typing errors make them unlike: a letter other, more, less, or two swapped (the
optimal string alignment distance).

RapidFuzz counts them. It is read when the first two words are compared: it takes several megabytes, and a bot that
starts compares none.
"""

from collections.abc import Sequence


def slips_between(word: str, other: str, most: int | None = None) -> int:
    """How many slips make one word of the other; where there are more than `most`, one more than that."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # see above

    return OSA.distance(word, other, score_cutoff=most)


def within_slips(word: str, names: Sequence[str], most: int) -> list[str]:
    """Those names that differ from a word by so many slips at most, the nearest first."""
    from rapidfuzz import process  # noqa: PLC0415  # see above
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return [name for name, _, _ in process.extract(word, names, scorer=OSA.distance, score_cutoff=most, limit=None)]


def most_alike(
    word: str, names: Sequence[str], least: float, limit: int = 1, *, in_any_case: bool = False
) -> list[str]:
    """Up to `limit` of those names that are like a word, the most alike first: from `least` on, where 1 is the same."""
    from rapidfuzz import process  # noqa: PLC0415  # see above
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    alike = process.extract(
        word,
        names,
        scorer=OSA.normalized_similarity,
        processor=str.casefold if in_any_case else None,
        score_cutoff=least,
        limit=limit,
    )
    return [name for name, _, _ in alike]
