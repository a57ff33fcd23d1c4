"""What is called otherwise is found, in chat and on the board; a filter finds what is written."""

import pytest

from bot.questions.grammar import parse
from bot.questions.index import Index
from bot.questions.matching import matches
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")


@pytest.mark.parametrize(
    ("posting_has", "asked"),
    [
        ({"title": "PhD in Artificial Intelligence"}, "KI"),
        ({"title": "Promotion in Künstlicher Intelligenz"}, "AI"),
        ({"tags": ("AI",)}, "künstliche Intelligenz"),
        ({"tags": ("machine learning",)}, "ML"),
        ({"tags": ("ml",)}, "machine learning"),
        ({"title": "Maschinelles Lernen"}, "machine learning"),
        ({"title": "Informatik"}, "computer science"),
        ({"title": "Computer Science"}, "Informatik"),
        ({"workplace": "remote"}, "homeoffice"),
        ({"workplace": "remote"}, "home office"),
        ({"location": "Munich, Germany"}, "Stellen in München"),
        ({"location": "Köln"}, "jobs in Cologne"),
        ({"title": "Research Software Engineer"}, "RSE"),
    ],
)
def test_a_thing_is_found_by_its_other_names(posting_has, asked):
    index = Index([posting("owl", **posting_has), posting("bat", title="Bats")])
    assert [one.id for one in index.find(index.parse(asked), NOW)] == ["owl"]
    index.change([posting("owl", title="Owls")])
    assert index.find(index.parse(asked), NOW) == []


def test_part_of_a_name_is_not_the_name():
    index = Index([posting("owl", title="Learning a machine"), posting("bat", title="Natural language")])
    assert index.find(index.parse("ML"), NOW) == []
    assert index.find(index.parse("NLP"), NOW) == []


def test_a_filter_finds_what_is_written():
    ai = posting("owl", title="Artificial intelligence")
    assert not matches(parse("KI"), ai)
    assert matches(parse("artificial intelligence"), ai)
