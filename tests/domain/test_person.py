"""Who somebody is, and what they may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.person import NOBODY, People, Person, Rank

ADA, BOB, EVE = Person("slack", "U0ADA0001"), Person("telegram", "4711"), Person("telegram", "666")
PEOPLE = People(frozenset({ADA}), frozenset({BOB}))


def test_a_person_has_a_text_that_is_read_back():
    assert str(ADA) == "slack:U0ADA0001"
    assert Person.parse(" slack:U0ADA0001 ") == ADA


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]*", fullmatch=True), st.from_regex(r"[!-~]{1,128}", fullmatch=True))
def test_whatever_a_person_is_called_is_read_back(platform, name):
    assert Person.parse(str(Person(platform, name))) == Person(platform, name)


@pytest.mark.parametrize("text", ["", "slack", "slack:", ":U1", "slack: U1 U2", "@ada", "slack:" + "U" * 129])
def test_what_is_no_person_is_told_so(text):
    with pytest.raises(ValueError, match="write PLATFORM:ID"):
        Person.parse(text)


@pytest.mark.parametrize(
    ("person", "given", "rank"),
    [
        (ADA, {}, Rank.ADMIN),
        (BOB, {}, Rank.EDITOR),
        (BOB, {"is_member": True}, Rank.EDITOR),
        (EVE, {}, Rank.READER),
        (EVE, {"is_member": True}, Rank.MEMBER),
        (None, {}, Rank.READER),
        (None, {"is_member": True}, Rank.READER),
        (None, {"runs_bot": True}, Rank.ADMIN),
        (Person("telegram", "U0ADA0001"), {}, Rank.READER),
    ],
)
def test_what_somebody_is_to_the_lab(person, given, rank):
    assert PEOPLE.rights(person, **given).rank is rank


def test_who_is_linked_has_the_rights_of_both_and_owns_what_either_owns():
    people = People(PEOPLE.admins, PEOPLE.editors, (frozenset({ADA, EVE}),))
    rights = people.rights(EVE)
    assert rights.is_admin
    assert rights.owns([ADA])
    assert rights.owns([EVE])
    assert not rights.owns([BOB])
    assert not people.rights(BOB).is_admin


def test_nobody_owns_nothing():
    assert not NOBODY.owns([])
    assert not NOBODY.owns([ADA])
    assert not NOBODY.is_editor
