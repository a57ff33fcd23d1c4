"""A lab's own other names: a query is widened by them, for chat and for filters alike."""

import pytest

from bot.questions.grammar import parse
from bot.questions.index import Index
from bot.questions.matching import matches
from bot.questions.widening import phrase, widened
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")
OURS = (
    (("cogsci",), ("cognitive", "science"), ("kognitionswissenschaft",)),
    (("mrt",), ("mri",), ("magnetresonanztomographie",)),
    (("kuenstliche", "welten"), ("vr",)),
)
POSTINGS = [
    posting("owl", title="PhD in Cognitive Science"),
    posting("bat", title="Kognitionswissenschaft", role="postdoc"),
    posting("elk", title="MRI physics"),
    posting("fox", title="Foxes", summary="Künstliche Welten"),
]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("cogsci", ["bat", "owl"]),
        ("CogSci", ["bat", "owl"]),
        ("cognitive science", ["bat", "owl"]),
        ("postdoc cogsci", ["bat"]),
        ("MRT", ["elk"]),
        ("cogsci foxes", []),
        ("VR", ["fox"]),
        ("without cogsci", ["elk", "fox"]),
        ('-"cognitive science"', ["elk", "fox"]),
        ("phd -mrt", ["fox", "owl"]),
        ("science", ["owl"]),  # part of a name is not the name
    ],
)
def test_chat_and_filters_find_what_is_called_so_by_the_lab(asked, ids):
    index = Index(POSTINGS, OURS)
    assert sorted(one.id for one in index.find(index.parse(asked), NOW)) == ids
    wanted = widened(parse(asked, most=None), OURS)
    assert sorted(one.id for one in POSTINGS if matches(wanted, one)) == ids


def test_in_a_question_either_is_widened_too():
    index = Index(POSTINGS, OURS)
    assert [one.id for one in index.find(index.parse("cogsci or MRT"), NOW)] == ["bat", "elk", "owl"]


def test_umlauts_are_found_however_they_are_spelt():
    for asked in ("künstliche Welten", "kuenstliche Welten"):
        assert widened(parse(asked), OURS).either == ((parse(asked).terms, ("vr",)),)


def test_a_name_of_the_labs_own_is_not_told_to_be_unknown():
    index = Index(POSTINGS, OURS)
    assert index.unknown(index.parse("cogsci atlantis")) == ["atlantis"]
    assert Index(POSTINGS).unknown(parse("cogsci atlantis")) == ["cogsci", "atlantis"]


@pytest.mark.parametrize("name", ["phd", "the", "-owl", "", "closed", "Stelle"])
def test_what_is_read_as_something_else_is_no_name(name):
    assert phrase(name) is None
