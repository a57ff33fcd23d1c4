"""What people call the roles. The names are data of each language (`bot/language/LANGUAGE/roles.toml`)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from bot.domain.likeness import within_slips
from bot.domain.posting import Role
from bot.language import languages, phrases, read
from bot.questions.query import typos_forgiven, words
from bot.questions.small_words import small_words


@cache
def role_phrases() -> Mapping[tuple[str, ...], frozenset[Role]]:
    """Every phrase, as its words, with the roles that it means."""
    roles_by_phrase: dict[tuple[str, ...], frozenset[Role]] = {(*role.split("-"),): frozenset([role]) for role in Role}
    for language in languages():
        written = read(language, "roles")
        for roles, names in (*written["names"].items(), *written["several"].items()):
            meant = frozenset(Role(role) for role in roles.split())
            roles_by_phrase.update(dict.fromkeys(_inflected(language, names, written["endings"]), meant))
    return roles_by_phrase


def _inflected(language: str, names: str, endings: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each name as its folded words; one with `~` with each of the endings."""
    for name in phrases(language, names):
        for ending in endings if name.endswith("~") else ("",):
            yield tuple(words(name.removesuffix("~") + ending))


def roles_of(phrase: tuple[str, ...]) -> frozenset[Role]:
    """The roles that a phrase of folded words means, in singular or plural; none when it means no role."""
    phrases = role_phrases()
    last = phrase[-1]
    for form in (last, last.removesuffix("s"), *(_without_joined(last))):
        if roles := phrases.get((*phrase[:-1], form)):
            return roles
    return frozenset()


def _without_joined(word: str) -> list[str]:
    """What a word may be without what its language joins to it: Doktorandenstelle, Promotionsplatz, HiWi-Job."""
    for joined, linking in _joined():
        if word.endswith(joined) and len(word) > len(joined) + 2:
            stem = word.removesuffix(joined)
            return [stem, *(stem.removesuffix(link) for link in linking)]
    return []


@cache
def _joined() -> Sequence[tuple[str, Sequence[str]]]:
    """What is joined to a role, the longest first, each with what may stand between."""
    joined: list[tuple[str, Sequence[str]]] = []
    for language in languages():
        written = read(language, "roles")
        linking = [*phrases(language, written["linking"])]
        joined += [(word, linking) for phrase in phrases(language, written["joined"]) for word in words(phrase)]
    return sorted(joined, key=lambda pair: -len(pair[0]))


def leading_roles(texts: Sequence[str]) -> tuple[frozenset[Role], int]:
    """The roles that words begin with, and how many of the words name them (at least 1); no roles where the first word
    is none's.
    """
    roles_by_length = _roles_at(texts, 0)
    length = max(roles_by_length, default=0)
    # "phd student-assistant" is two roles, not a PhD student and a word that is left over.
    if length and len(texts) > length and texts[length] not in small_words().noise:
        length = max(
            (n for n in roles_by_length if any(n + more > length for more in _roles_at(texts, n))), default=length
        )
    return (roles_by_length[length], length) if roles_by_length else (frozenset(), 1)


def _roles_at(texts: Sequence[str], start: int) -> dict[int, frozenset[Role]]:
    """The roles that the next words mean, by how many words it takes to say so."""
    lengths = range(1, min(3, len(texts) - start) + 1)
    return {n: roles for n in lengths if (roles := roles_of(tuple(texts[start : start + n])))}


def nearest_role_word(word: str) -> str | None:
    """The word for a role that a misspelt word stands for; None where none is near enough."""
    if len(word) < 5:
        return None
    same_start = [phrase[0] for phrase in role_phrases() if len(phrase) == 1 and phrase[0][0] == word[0]]
    nearest = next(iter(within_slips(word, same_start, typos_forgiven(word))), None)
    # A short neighbour is another word, not a slip: "interns" is near, "inters" of "internet" is not.
    return nearest if nearest and len(nearest) >= 5 and abs(len(nearest) - len(word)) <= 1 else None
