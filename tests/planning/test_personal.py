"""Who hears what is said to persons alone, and in how many messages."""

from dataclasses import replace

from bot.audiences.private import is_private, to_person, to_review
from bot.domain.draft import Action, Contributor, Draft, from_source
from bot.domain.notice import Entry, Kind, Notice, Occasion, State
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.planning.personal import Errand, letters
from tests.domain.build import channel, instant, posting

NOON = instant("2027-05-02 12:00")
LAB = channel("lab")


def person(name, platform="lab"):
    return to_person(Person(platform, name), Destination(platform, name), LAB.schedule, "en")


ADA, EVE, EVE_TOO, REVIEW = person("ada"), person("eve"), person("eve", "chat"), to_review(LAB)
NUDGE = Occasion(posting(deadline="2027-05-03"), Kind.NUDGE, NOON, None)


def entries(**states):
    """What the ledger has of the nudge, by the audience's last word."""
    named = {"ada": ADA, "eve": EVE, "eve_too": EVE_TOO, "review": REVIEW}
    return {Notice(NUDGE, named[name].name).key: Entry(state, NOON) for name, state in states.items()}


def heard_by(errand, **states):
    return [audience.name for audience, _, _ in errand.outstanding(entries(**states))]


def test_every_owner_hears_and_the_others_only_where_not_one_of_them_is_reached():
    errand = Errand(NUDGE, [[ADA], [EVE, EVE_TOO]], [REVIEW])
    assert heard_by(errand) == ["private:lab:ada", "private:lab:eve"]
    assert heard_by(errand, ada=State.DELIVERED) == ["private:lab:eve"]
    assert heard_by(errand, ada=State.DELIVERED, eve=State.DELIVERED) == []
    assert heard_by(errand, ada=State.REFUSED, eve=State.REFUSED) == ["private:chat:eve"]
    assert heard_by(errand, ada=State.DELIVERED, eve=State.REFUSED, eve_too=State.REFUSED) == []
    assert heard_by(errand, ada=State.REFUSED, eve=State.REFUSED, eve_too=State.REFUSED) == ["review:lab"]
    nobody = {"ada": State.REFUSED, "eve": State.REFUSED, "eve_too": State.REFUSED, "review": State.DELIVERED}
    assert heard_by(errand, **nobody) == []
    assert errand.is_heard(entries(**nobody))
    assert not errand.is_heard(entries(ada=State.REFUSED))


def test_the_others_wait_while_it_is_not_known_whether_an_owner_is_reached():
    errand = Errand(NUDGE, [[ADA], [EVE]], [REVIEW])
    assert heard_by(errand, ada=State.REFUSED, eve=State.IN_DOUBT) == ["private:lab:eve"]
    assert heard_by(Errand(NUDGE, [], [REVIEW])) == ["review:lab"]


def test_names_are_those_of_no_channel_and_no_follower():
    assert all(is_private(one.name) for one in (ADA, REVIEW))
    assert not is_private("lab")
    assert not is_private("lab:ada")


def draft(name, by=None, action=Action.PUBLISHED):
    by = by or Contributor(Person("lab", "ada"), "Ada")
    return Draft(id=name, at=NOON, by=by, action=action, changes={})


def test_what_asks_is_one_message_when_there_is_much_and_drafts_stand_alone_but_for_those_of_a_source():
    nudges = [Notice(replace(NUDGE, posting=posting(f"p{number}", deadline="2027-05-03")), "x") for number in range(6)]
    handed_in = [Notice(Occasion(posting(), Kind.DRAFT, NOON, draft=draft(f"d{number}")), "x") for number in range(7)]
    imported = [
        Notice(Occasion(posting(), Kind.DRAFT, NOON, draft=draft(f"{name}{action}", from_source(name), action)), "x")
        for name in ("page", "board")
        for action in (Action.IMPORTED, Action.EXTENDED, Action.CLOSED)
    ]
    assert [len(one.notices) for one in letters(ADA, nudges[:5])] == [1] * 5
    assert sorted(len(one.notices) for one in letters(ADA, [*nudges, *handed_in, *imported])) == [*[1] * 7, 3, 3, 6]
