"""Wishes of which one is enough: each has its own words, and what stands beside them is asked for of both."""

import pytest

from bot.domain.posting import Role
from bot.questions.index import Index
from bot.questions.matching import matches
from bot.wording.catalogue import wording
from bot.wording.parts import parts, text_of_query
from tests.domain.build import BERLIN, instant, posting

NOW = instant("2027-03-10 12:00", BERLIN)
SOME = [
    posting("a", title="Owls", role="phd", location="Rostock, Germany"),
    posting("b", title="Owls", role="postdoc", location="Rostock, Germany"),
    posting("c", title="Bats", role="phd", location="Kiel, Germany"),
    posting("d", title="Bats", role="postdoc", location="Kiel, Germany"),
    posting("e", title="Engineer for Owls", role="other", location="Kiel, Germany"),
]
INDEX = Index(SOME)


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("PhD in Rostock or postdoc in Kiel", "a d"),
        ("postdoc owls oder phd bats", "b c"),
        ("any phd in rostock or a postdoc in kiel or phd in kiel?", "a c d"),
        ("Bats, phd kiel or postdoc rostock", "c"),
        ("postdoc or engineer in Kiel", "d e"),
        ("engineer or a postdoc in Kiel", "d e"),
        ("postdoc oder engineer kiel", "d e"),
        # as before: one wish
        ("phd in Rostock or Kiel", "a c"),
        ("phd or postdoc in Kiel", "c d"),
        ("owls or bats postdoc", "b d"),
        ("Rostock or Kiel", "a b c d e"),
        ("phd owls or bats", "a c"),
        ("postdoc, Rostock or Kiel", "b d"),
    ],
)
def test_each_wish_has_its_own_words(asked, ids):
    query = INDEX.read_question(asked, "en", NOW).query
    assert [found.id for found in INDEX.find(query, NOW, BERLIN)] == ids.split()
    assert [found.id for found in SOME if matches(query, found)] == ids.split()


def test_wishes_are_one_part_that_can_be_taken_away_and_are_read_back():
    query = INDEX.read_question("PhD in Rostock or postdoc in Kiel, Owls", "en", NOW).query
    assert [part.label for part in parts(query, INDEX.facets, wording("en"))] == [
        "“owls”",
        "PhD Rostock or Postdoc Kiel",
    ]
    assert text_of_query(query, INDEX.parse) == "owls, phd rostock or postdoc kiel"
    assert {role for wish in query.wishes for role in wish.roles} == {Role.PHD, Role.POSTDOC}


def test_what_no_posting_has_is_named():
    assert INDEX.unknown(INDEX.parse("phd in Rostock or postdoc in Atlantis")) == ["atlantis"]
