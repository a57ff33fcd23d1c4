"""What a question asks for, in English and German."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import languages, question_words
from bot.questions.intents import Intent, read_intent

_FILE = Path(__file__).parent / "intents.txt"


def _rows():
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, intent, text, rest = (part.strip() for part in f"{line} ".split("|"))
            yield language, Intent(intent), text, rest


@pytest.mark.parametrize(("language", "intent", "text", "rest"), list(_rows()))
def test_what_is_asked_for(language, intent, text, rest):
    for written in (text, text.upper(), text.lower(), f"  {text} !"):
        found = read_intent(written, language)
        assert found.intent is intent, written
        if intent is Intent.LIST:
            assert found.rest == written
        elif written == text:
            assert " ".join(re.findall(r"\w+", found.rest)) == rest


def test_either_language_is_understood_whatever_the_readers_is():
    for language, intent, text, _rest in _rows():
        other = "de" if language == "en" else "en"
        assert read_intent(text, other).intent is intent, text


@pytest.mark.parametrize("language", languages())
def test_a_languages_patterns_are_of_intents_that_there_are(language):
    assert set(question_words(language)["intents"]) == set(Intent)


WORDS = """is the how many do i apply for still open when wie viele bewerbe ich mich noch frei ist wann ? , 'PhD
who contact""".split()


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join) | st.text(max_size=200))
def test_no_text_does_harm_and_what_is_left_was_written(text):
    for language in languages():
        left = read_intent(text, language).rest
        assert set(left) - {" "} <= set(text)
