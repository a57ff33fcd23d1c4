"""What an admin has withdrawn is in no answer and no plan, and yet is known."""

import pytest

from bot.chat.reading import read
from bot.engine.facts import RegistryChanged
from bot.questions.understood import understood
from bot.sources.files import RegistryChanges
from tests.delivery.build import board
from tests.domain.build import channel, posting
from tests.store.build import NOON


@pytest.fixture
def desk():
    return board([channel()], [posting("owls", aliases=("birds",)), posting("bats")], clock=lambda: NOON)


def named(desk):
    return [one.id for one in desk.index]


def planned(desk):
    return [wanted.posting.id for some in desk.agenda.look(NOON) for wanted in some]


@pytest.mark.parametrize("name", ["owls", "birds"])
def test_withdrawn_it_is_nowhere_and_back_it_is_everywhere(desk, name):
    desk.facts.take(RegistryChanged)
    number = desk.number
    assert [one.id for one in desk.hide(frozenset({name}))] == ["owls"]
    assert (named(desk), planned(desk)) == (["bats"], ["bats"])
    assert desk.index.get("birds") is None
    assert desk.find("birds").id == "owls"
    assert desk.hidden == {"owls", "birds"}
    assert desk.number > number
    assert [one.id for fact in desk.facts.take(RegistryChanged) for one in fact.reading.changed] == ["owls"]
    assert desk.hide(frozenset({name})) == []
    assert desk.hide(frozenset()) == []
    assert sorted(named(desk)) == sorted(planned(desk)) == ["bats", "owls"]
    assert desk.hidden == set()


def test_what_its_file_says_changes_nothing_and_is_what_comes_back(desk):
    desk.hide(frozenset({"owls"}))
    desk.take_in(RegistryChanges((posting("owls", title="Owls by day"),), (), ()))
    assert named(desk) == ["bats"]
    assert desk.find("owls").title == "Owls by day"
    desk.hide(frozenset())
    assert desk.index.get("owls").title == "Owls by day"


def test_one_whose_file_goes_away_does_not_come_back_by_itself(desk):
    desk.hide(frozenset({"owls"}))
    desk.take_in(RegistryChanges((), ("owls",), ()))
    assert desk.find("owls") is None
    desk.hide(frozenset())
    assert named(desk) == ["bats"]


def test_under_a_new_name_it_is_withdrawn_still(desk):
    desk.hide(frozenset({"owls"}))
    desk.take_in(RegistryChanges((posting("night-owls"),), ("owls",), ()))
    desk.rename("owls", "night-owls")
    assert named(desk) == ["bats"]


@pytest.mark.parametrize("text", ["follow phd in Rostock", "/follow phd in Rostock", "folge phd in Rostock"])
def test_what_is_to_be_followed_is_understood_though_nobody_is_known(text, desk):
    request = read(text)
    told = understood(request.command, desk.ask(request).question, desk.index.facets)
    assert (told["intent"], told["roles"]) == ("follow", ["phd"])
