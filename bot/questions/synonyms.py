"""Other names of a thing, so that who writes AI finds what says KI or artificial intelligence.

They are added to what a posting is found by in chat and on the board. A filter does without: it finds what is written.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from bot.language import languages, question_words
from bot.questions.spans.tokens import fold

_Phrase = tuple[str, ...]


def also_called(terms: Sequence[str]) -> set[str]:
    """All words in the other names of whatever is named somewhere in these folded words."""
    words_of_names: set[str] = set()
    names = _names()
    for at, word in enumerate(terms):
        for phrase, others in names.get(word, ()):
            if len(phrase) == 1 or tuple(terms[at : at + len(phrase)]) == phrase:
                words_of_names.update(others)
    return words_of_names


@lru_cache(maxsize=8192)
def other_names(name: _Phrase) -> tuple[_Phrase, ...]:
    """The other names of something whose name is these folded words; none where they are no name that has others."""
    return tuple(other for group in _groups_of().get(name, ()) for other in group if other != name)


@cache
def _groups_of() -> Mapping[_Phrase, Sequence[list[_Phrase]]]:
    groups_of: dict[_Phrase, list[list[_Phrase]]] = defaultdict(list)
    for group in _groups():
        for phrase in group:
            groups_of[phrase].append(group)
    return dict(groups_of)


@cache
def _names() -> Mapping[str, Sequence[tuple[_Phrase, frozenset[str]]]]:
    """Each phrase by its first word, with the words of the others of its group."""
    names: dict[str, list[tuple[_Phrase, frozenset[str]]]] = defaultdict(list)
    for group in _groups():
        for phrase in group:
            others = frozenset(word for other in group if other != phrase for word in other)
            names[phrase[0]].append((phrase, others))
    for narrow, wide in _wider():
        for phrase in narrow:
            names[phrase[0]].append((phrase, frozenset(word for name in wide for word in name)))
    return dict(names)


def _groups() -> Iterator[list[_Phrase]]:
    for language in languages():
        yield from map(_listed, question_words(language)["synonyms"]["groups"])


def _wider() -> Iterator[tuple[list[_Phrase], list[_Phrase]]]:
    """Names of things, each with the names of what they are a part of: machine learning of AI."""
    for language in languages():
        for row in question_words(language)["synonyms"]["wider"]:
            narrow, _, wide = row.partition("<")
            yield _listed(narrow), _listed(wide)


def _listed(group: str) -> list[_Phrase]:
    return [tuple(fold(word) for word in name.split()) for name in group.split(",")]
