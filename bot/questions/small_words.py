"""Words of a question that are not looked for: what carries no meaning, and what tells how the others are meant.

They are data of each language (`bot/language/LANGUAGE/small_words.toml`); here are those of all, for many questions mix
them. Folded, as `query.words` leaves them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.language import languages, question_words, read, single_words
from bot.questions.query import Scope, words


@dataclass(frozen=True, slots=True)
class SmallWords:
    """What each of them says is told in the English file. `scopes`: which postings are looked through, open or past.
    `passed_over`: behind a negation and before what it leaves out. `either`: "or"; `carry`: that and "nor".
    """

    noise: frozenset[str]
    jobs: frozenset[str]
    scopes: Mapping[str, Scope]
    open: frozenset[str]
    before_names: frozenset[str]
    before_last_names: frozenset[str]
    required: frozenset[str]
    of_pay: frozenset[str]
    of_languages: frozenset[str]
    passed_over: frozenset[str]
    either: frozenset[str]
    carry: frozenset[str]
    also: frozenset[str]
    pronouns: frozenset[str]
    titles: frozenset[str]
    doctors: frozenset[str]
    before_people: frozenset[str]
    workplaces: frozenset[str]
    language_endings: tuple[str, ...]


@cache
def small_words() -> SmallWords:
    """The small words of all languages."""
    required, either = _listed("required"), _listed("or")
    scopes = {Scope.CLOSED: _listed("closed"), Scope.ALL: _listed("all")}
    endings = _listed("language_endings")
    return SmallWords(
        noise=_listed("noise"),
        jobs=_listed("jobs"),
        scopes={word: scope for scope, listed in scopes.items() for word in listed},
        open=_listed("open"),
        before_names=_listed("before_names"),
        before_last_names=_listed("before_last_names"),
        required=required,
        of_pay=_listed("of_pay"),
        of_languages=_listed("of_languages"),
        passed_over=required | _listed("behind_not"),
        either=either,
        carry=either | _listed("nor"),
        also=_listed("and"),
        pronouns=_listed("pronouns"),
        titles=_listed("titles"),
        doctors=_listed("doctors"),
        before_people=_listed("before_people"),
        workplaces=_listed("workplaces"),
        language_endings=tuple(sorted(endings, key=len, reverse=True)),
    )


@cache
def passed_over() -> frozenset[str]:
    """What a question may say, and does not look for, in every language."""
    return _of_all(lambda language: str(question_words(language)["passed_over"]["words"]))


def says_little(text: str) -> bool:
    """Whether a text is nothing but words that are passed over: then it is they that are looked for."""
    written = words(text)
    return bool(written) and passed_over().issuperset(written)


def _listed(name: str) -> frozenset[str]:
    return _of_all(lambda language: str(read(language, "small_words")[name]))


def _of_all(listed: Callable[[str], str]) -> frozenset[str]:
    return frozenset(
        folded
        for language in languages()
        for word in single_words(language, listed(language))
        for folded in words(word)
    )
