"""Words that differ in their endings alone."""

import pytest

from bot.questions.index import Index
from bot.questions.stems import stems
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Robust perception", "robustness"),
        ("Causal inference", "causality"),
        ("Machine learning", "learner"),
        ("Robotik", "robotics"),
        ("Forschung im Wald", "forschungen"),
        ("Optimierung", "optimierungen"),
    ],
)
def test_a_word_is_found_by_another_of_its_stem(title, asked):
    index = Index([posting("owl", title=title), posting("bat", title="Bats")])
    assert [one.id for one in index.find(index.parse(asked), NOW)] == ["owl"]


def test_what_is_found_as_it_is_written_is_not_looked_for_otherwise():
    index = Index([posting("owl", title="Learner"), posting("bat", title="Learning")])
    assert [one.id for one in index.find(index.parse("learner"), NOW)] == ["owl"]


@pytest.mark.parametrize("word", ["", "it", "phd", "bats", "cells", "12345ing", "c++"])
def test_a_short_word_and_what_is_none_has_no_stem(word):
    assert stems(word) == []
