"""Every language has what English has, and understands its own sentences; nothing outside of the folder names one."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import bot
from bot.chat.answering import answer
from bot.chat.reading import read
from bot.language import SOURCE, folder, languages, page_languages, phrases, spellings
from bot.language import read as pack_file
from bot.questions.facets import Facets
from bot.questions.index import Index
from bot.questions.query import words
from bot.questions.roles import role_phrases
from bot.questions.understood import understood
from tests.chat.build import context
from tests.domain.build import BERLIN, instant

BOT = Path(bot.__file__).parent
NOW = instant("2027-03-10 12:00", BERLIN)
EMPTY = {
    **dict.fromkeys(("deadline", "starts", "posted", "fte"), None),
    "without": {},
    "scope": "open",
    "intent": "list",
}
OTHERS = [language for language in languages() if language != SOURCE]


def written(language: str) -> dict[str, dict[str, object]]:
    files = (entry for entry in folder(language).iterdir() if entry.name.endswith(".toml"))
    return {entry.name: tomllib.loads(entry.read_text(encoding="utf-8")) for entry in files}


SENTENCES = [
    pytest.param(text, language, meant, id=f"{language} {text}")
    for language in languages()
    for text, meant in written(language)["sentences.toml"].items()
]


@pytest.mark.parametrize(("text", "language", "meant"), SENTENCES)
def test_a_sentence_is_understood_as_its_language_says(text, language, meant):
    request = read(text)
    question = answer(context(Index(), NOW, language), request).question
    found = understood(request.command, question, Facets())
    expected = {key: meant.get(key, EMPTY.get(key, [])) for key in found}
    for key in ("deadline", "starts", "posted", "fte"):
        expected[key] = expected[key] and {"from": None, "to": None} | expected[key]
    assert found == expected


def test_every_language_has_sentences():
    assert all(len(written(language)["sentences.toml"]) >= 20 for language in languages())


# What a language may have more or less of: its own phrases.
_ITS_OWN = re.compile(
    r"sentences\.toml.*|names\.toml (?:languages\w*|countries|short) .*|(?:commands\.toml names|pack\.toml spelt_out).*"
    r"|time\.toml (?:words|about|patterns|numbers other) .*|roles\.toml several .*"
)


def keys(table: dict[str, object], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        name = f"{before} {key}"
        found |= keys(value, name) if isinstance(value, dict) and value else {name}
    return {name for name in found if not _ITS_OWN.fullmatch(name.strip())}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_file_and_key_that_english_has(language):
    of_source = {key for name, table in written(SOURCE).items() for key in keys(table, name)}
    assert {key for name, table in written(language).items() for key in keys(table, name)} == of_source
    assert folder(language).joinpath("callboard.po").is_file()


_NAMES_A_LANGUAGE = re.compile(r"\b(?:german|deutsch)\b", re.IGNORECASE)


def strings(file: Path) -> list[tuple[int, str]]:
    """The strings of a module that are no docstrings, with their lines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told)
    return [(node.lineno, node.value) for node in nodes if isinstance(node.value, str)]


_MAY_NAME_ONE = {
    "sources/pages/days.py",  # whole dates in figures are read day first, and month first where a page writes them so
    "sources/ats/bite.py",  # in which languages that system answers: its own values
}
"""Where the name of one is meant, whatever Callboard speaks."""


def test_nothing_outside_of_its_folder_names_a_language():
    codes = set(languages())
    suspect = re.compile(rf"[\"'](?:{'|'.join(codes)})[\"']|{_NAMES_A_LANGUAGE.pattern}", re.IGNORECASE)
    found = [
        f"{file.relative_to(BOT)}:{line}: {text}"
        for file in sorted(BOT.rglob("*.py"))
        if file.parent != BOT / "language" and str(file.relative_to(BOT)) not in _MAY_NAME_ONE
        if suspect.search(file.read_text(encoding="utf-8"))  # most are not worth a parse
        for line, text in strings(file)
        if text in codes or _NAMES_A_LANGUAGE.search(text)
    ]
    assert found == []


def test_no_page_or_script_names_a_language():
    quoted = re.compile(rf"""["'](?:{"|".join(languages())})["']|data-(?:{"|".join(languages())})\b""")
    files = (file for ending in ("js", "html") for file in BOT.rglob(f"*.{ending}"))
    assert [f"{file.name}: {found[0]}" for file in files for found in quoted.finditer(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("language", languages())
def test_a_name_of_a_role_that_questions_know_stands_only_there(language):
    names = [
        (role, name) for role, row in pack_file(language, "pages")["roles"].items() for name in phrases(language, row)
    ]
    assert names
    known = role_phrases()  # for questions, a possessive is no word; in pages, it is
    assert [name for role, name in names if known.get((*words(name.replace("'", " ")),)) == {role}] == []


def test_umlauts_are_spelt_out_where_the_language_does_so_and_nowhere_else():
    assert list(spellings("de", "für Tübingen")) == ["für Tübingen", "für Tuebingen", "fuer Tübingen", "fuer Tuebingen"]
    assert list(spellings(SOURCE, "naïve Zürich")) == ["naïve Zürich"]


@pytest.mark.parametrize("language", [language for language in page_languages() if language not in languages()])
def test_a_language_of_pages_alone_has_nothing_that_english_has_not(language):
    months = {f" months {number}" for number in range(1, 13)}  # English has them in time.toml
    assert set(written(language)) == {"pages.toml"}
    assert keys(written(language)["pages.toml"]) <= keys(written(SOURCE)["pages.toml"]) | months


@pytest.mark.parametrize("language", page_languages())
def test_the_lists_of_words_for_pages_are_wrapped_so_that_a_difference_can_be_read(language):
    lines = folder(language).joinpath("pages.toml").read_text(encoding="utf-8").splitlines()
    assert [(number, line[:40]) for number, line in enumerate(lines, 1) if len(line) > 120] == []
