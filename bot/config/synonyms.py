"""`synonyms` of a config -> the lab's own other names of things."""

from collections.abc import Iterator, Mapping, Sequence

from bot.questions.query import words
from bot.questions.widening import Phrase, Synonyms, alike, phrase
from bot.schema import Node, entries, line_of, shown

_MOST_GROUPS = 200
_LONGEST = 5  # words


def read_synonyms(
    section: Node | None, named_alike: Mapping[str, Sequence[str]]
) -> tuple[Synonyms, list[tuple[int, str]]]:
    """The groups of names that mean the same, and what is wrong with them. `named_alike`: other names by a name."""
    if section is None:
        return (), []
    keys = [key.value for key, _ in entries(section, "synonyms")]
    if len(keys) > _MOST_GROUPS:
        return (), [(section.start_mark.line + 1, f"synonyms: are {len(keys)}; write at most {_MOST_GROUPS}")]
    groups: list[tuple[Phrase, ...]] = []
    problems: list[tuple[int, str]] = []
    stands_under: dict[Phrase, str] = {}
    for key, others in named_alike.items():
        group: list[Phrase] = []
        for name in (key, *others):
            name_words = tuple(words(name))
            problem = next(_problems(name, name_words, stands_under.get(alike(name_words)), key), None)
            if problem:
                problems.append((line_of(section, key), f"synonyms.{shown(key)}: {problem}"))
            else:
                stands_under[alike(name_words)] = key
                group.append(name_words)
        groups.append(tuple(group))
    return tuple(groups), problems


def _problems(name: str, name_words: Phrase, under: str | None, key: str) -> Iterator[str]:
    if len(name_words) > _LONGEST:
        yield f'"{shown(name)}" is long; write at most {_LONGEST} words'
    elif not phrase(name):
        yield f'"{shown(name)}" is no word to look for, but a role, a sign or a small word; write another name'
    elif under == key:
        yield f'"{shown(name)}" stands for itself, or stands twice; delete it'
    elif under is not None:
        yield f'"{shown(name)}" stands under {shown(under)} already; put all names of a thing together'
