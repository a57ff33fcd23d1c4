"""Every sentence in every language: nothing missing, nothing left over, every placeholder kept."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.domain.worded import WordedError
from bot.language import languages
from bot.sources.files.fields import FIELDS
from bot.submissions import pushing, submissions
from bot.wording.catalogue import wording

ROOT = Path(__file__).parents[1]
OTHERS = [language for language in languages() if language != "en"]


def errors(kind: type[WordedError] = WordedError) -> set[str]:
    """The names of all errors that a person can meet in chat."""
    return {kind.__name__}.union(*map(errors, kind.__subclasses__()))


def sentences() -> set[str | tuple[str, ...]]:
    assert {pushing.ConflictError.__name__, submissions.NotYetError.__name__} <= errors()
    words = {"_": None, "ngettext": (1, 2), **dict.fromkeys(errors())}
    found = extract_from_dir(ROOT / "bot", keywords=words)
    return {tuple(message) if isinstance(message, list) else message for _, _, message, _, _ in found}


def catalogue(language: str):
    return read_po(BytesIO((ROOT / "bot/language" / language / "callboard.po").read_bytes()), locale=language)


def test_what_forms_call_a_key_is_in_the_catalogue():
    entries = [field.form for field in FIELDS.values() if field.form]
    assert {text for entry in entries for text in (entry.label, entry.hint)} <= sentences()


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_sentence_and_no_other(language):
    assert {message.id for message in catalogue(language) if message.id} == sentences()


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_is_there_and_keeps_its_placeholders(language):
    for message in catalogue(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert len(said) == len(sources)
        assert not message.fuzzy
        for source, translated in zip(sources, said, strict=True):
            assert translated.strip(), source
            assert set(re.findall(r"{\w+}", translated)) == set(re.findall(r"{\w+}", source)), source


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_DE", "de"),
        ("DE", "de"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_clients_locale_finds_its_language_and_english_is_for_all_others(locale, language):
    assert wording(locale).language == language


def test_plurals_follow_the_language():
    said = [wording("de").ngettext("{n} day left", "{n} days left", n).format(n=n) for n in (1, 2)]
    assert said == ["noch 1 Tag", "noch 2 Tage"]


def test_german_addresses_everyone_as_du():
    said = [
        text
        for message in catalogue("de")
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    assert [text for text in said if re.search(r"\b(?:Sie|Ihnen|Ihre?[nmrs]?)\b", text)] == []
