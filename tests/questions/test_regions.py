"""Parts of countries, and countries and towns by their other names."""

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.domain.countries import country_named
from bot.questions.facets import Facets
from bot.questions.filters import read_filter
from bot.questions.index import Index
from bot.questions.matching import matches
from bot.questions.regions import names_of_region, region_names, regions_of
from bot.questions.understood import understood
from bot.questions.widening import widened
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")
SHELF = (
    posting("edi", location="Edinburgh, United Kingdom", deadline="2027-03-01"),
    posting("lon", location="London, UK", deadline="2027-03-02"),
    posting("tue", location="Tübingen, Germany", deadline="2027-03-03"),
    posting("han", location="Hannover, Niedersachsen, Germany", deadline="2027-03-04"),
    posting("drs", location="Dresden, Germany", deadline="2027-03-05"),
    posting("wie", location="Vienna, Austria", deadline="2027-03-06"),
    posting("fra", location="Frankfurt, Germany", deadline="2027-03-07"),
    posting("vil", location="Kleinkleckersdorf, Germany", deadline="2027-03-08"),
)


def ask(text, language="en"):
    return answer(context(Index(SHELF), NOW, language), read(text))


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("Edinburgh, United Kingdom", {"GB-SCT"}),
        ("Edinburgh", set()),  # there are others
        ("Edinburgh, Indiana, USA", set()),
        ("Tübingen, Germany; Dresden, Deutschland", {"DE-BW", "DE-SN"}),
        ("Tuebingen, Germany", {"DE-BW"}),
        ("Kleinkleckersdorf, Bavaria, Germany", {"DE-BY"}),
        ("Frankfurt, Germany", set()),
        ("Frankfurt am Main, Germany", {"DE-HE"}),
        ("Frankfurt (Oder), Germany", {"DE-BB"}),
        ("Bangor, United Kingdom", set()),
        ("Bangor, Wales, United Kingdom", {"GB-WLS"}),
        ("Cambridge, MA, USA", set()),
        (None, set()),
    ],
)
def test_a_place_lies_in_a_part_of_its_country_where_that_is_sure(line, codes):
    assert regions_of(line) == codes


@pytest.mark.parametrize(
    ("language", "text", "ids"),
    [
        ("en", "jobs in Scotland", ("edi",)),
        ("de", "Stellen in Schottland", ("edi",)),
        ("en", "phd in England or Scotland", ("edi", "lon")),
        ("en", "phd not in Scotland, uk", ("lon",)),
        ("de", "Baden-Württemberg", ("tue",)),
        ("en", "Baden-Wuerttemberg", ("tue",)),
        ("de", "Doktorand in Sachsen", ("drs",)),
        ("en", "Saxony", ("drs",)),
        ("en", "Lower Saxony", ("han",)),
        ("de", "Niedersachsen", ("han",)),
        ("de", "Stellen in Wien, Dresden", ("drs", "wie")),
        ("de", "Wien oder Schottland", ("edi", "wie")),
    ],
)
def test_who_asks_for_it_finds_the_places_in_it_and_no_others(language, text, ids):
    given = ask(text, language)
    assert given.postings == ids


@pytest.mark.parametrize("text", ["phd in Wales", "Promotion in Bayern", "phd in Thuringia"])
def test_where_nothing_is_known_to_lie_in_it_that_is_said(text):
    given = ask(text)
    assert f"No position has “{text.split()[-1]}”" in given.message.text
    assert len(given.postings) == len(SHELF)


def test_a_filter_knows_them_as_chat_does():
    wanted = widened(read_filter("phd scotland").query, ())
    assert [each.id for each in SHELF if matches(wanted, each)] == ["edi"]


def test_for_programs_they_are_places_and_so_are_other_names():
    def places(text):
        return understood("positions", ask(text).question, Facets(SHELF))["places"]

    assert places("phd in Schottland") == ["Schottland"]
    assert places("phd in Wien") == ["Vienna"]
    assert places("phd in Deutschland") == ["Germany"]
    assert places("phd in Europe") == ["Europe"]


def test_what_is_asked_next_takes_the_place_of_a_town_by_its_other_name():
    index = Index(SHELF)
    assert [named.facet for named in index.facets.of(("wien",))] == ["places"]
    assert [named.facet for named in index.facets.of(("bayern",))] == [None]
    index.change((), ["wie"])
    assert [named.facet for named in index.facets.of(("wien",))] == [None]


def test_each_region_has_a_name_in_each_language_and_a_country():
    for *names, (code,) in region_names():
        assert names_of_region(code)
        assert names
        assert country_named({"DE": "Germany", "GB": "United Kingdom"}[code[:2]]) == code[:2]


def test_people_are_known_by_their_last_names_and_pay_by_its_grade():
    shelf = [posting("owl", supervisors=("Prof. Ada Example-Owl",), pay="TV-L E13"), posting("bat", pay="W2")]

    def told(text):
        found = answer(context(Index(shelf), NOW), read(text))
        return understood("positions", found.question, Facets(shelf))

    assert told("phd with Ada Example-Owl")["people"] == ["Prof. Ada Example-Owl"]
    assert told("phd bei Frau Owl")["people"] == ["Prof. Ada Example-Owl"]
    assert told("E13, not W2")["pay"] == ["TV-L E13"]
    assert told("phd not E13")["without"] == {"pay": ["TV-L E13"]}
