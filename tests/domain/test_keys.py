"""One table says what each key of a posting is for, and search, pages and data go by it."""

from dataclasses import fields

import pytest

from bot.domain.posting import LABELS, PUBLISHED, SEARCHED, Posting
from bot.publish.formats.listing import SCHEMA
from bot.questions.query import search_words
from bot.sources.files.fields import FIELDS
from bot.wording.catalogue import wording
from tests.domain.build import posting

OTHERWISE = {
    *("id", "title", "roles", "timezone", "status", "posted", "deadline", "deadline_kind", "workplace"),
    *("url", "contact", "aliases"),
}
"""What each place that shows or finds these does in its own way."""


def having(key):
    """A posting that says zebrafish under a key."""
    listed = isinstance(next(one for one in fields(Posting) if one.name == key).default, tuple)
    return posting("owls", **{key: ("zebrafish",) if listed else "zebrafish"})


@pytest.mark.parametrize("key", SEARCHED)
def test_what_is_searched_is_found(key):
    assert "zebrafish" in search_words(having(key))


@pytest.mark.parametrize("key", LABELS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_has_a_label_is_shown_under_it(key, language):
    words = wording(language)
    shown = dict(words.labelled(having(key)))
    assert shown[words._(LABELS[key])] == "zebrafish"
    assert language == "en" or words._("Degree") == "Abschluss"


@pytest.mark.parametrize("key", PUBLISHED)
def test_what_is_published_is_described(key):
    kinds = {str: "string", tuple: "array", float: "number"}
    assert SCHEMA["$defs"]["posting"]["properties"][key]["type"] == kinds[PUBLISHED[key]]


def test_every_key_is_in_the_table_or_has_its_own_ways():
    keys = {key.name for key in fields(Posting) if key.init}
    assert keys - PUBLISHED.keys() == OTHERWISE
    assert keys - OTHERWISE <= FIELDS.keys()
