"""Who hears of a posting: found by what filters ask for; audiences that come, change and go while all goes on."""

import gc
from dataclasses import replace
from itertools import chain, islice
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audiences.audiences import KnownAudiences
from bot.domain.notice import Entry, Notice, State
from bot.domain.posting import Role, Status
from bot.planning.agenda import Agenda
from bot.planning.wanted import due, outstanding, reminders, timeline
from bot.questions import matching
from bot.questions.grammar import parse
from bot.questions.matching import PostingWords, matches
from bot.questions.query import Query
from tests.domain.build import channel, instant, posting
from tests.planning import slow_planning as slow
from tests.planning.test_planning import channels_of_all_kinds, instants_of, postings_around, told, worlds

NOON = instant("2027-05-02 12:00")
WORDS = (
    "owl owls owling Eulen Eulenforschung night nacht machine learning german Germany C++ IT it ph.d. R 2027".split()
)
ASKED = (
    "",
    "phd",
    "phd postdoc",
    "owls",
    "phd owls",
    "eul",
    "forschung",
    "lernen or owls",
    "owls or mice",
    "-owls",
    "phd -night",
    "german",
    "IT",
    "C++",
    "paid",
    "50%",
    "machine learning",
    "wissenschaft",
)

texts = st.lists(st.sampled_from([*WORDS, "Wissenschaftlerinnen", "x" * 60 + "forschung" + "y" * 60]), max_size=6).map(
    " ".join
)
filters = st.sampled_from(ASKED) | st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@pytest.mark.parametrize("few", [0, matching.FEW])
@settings(max_examples=100, deadline=None)
@given(st.lists(filters, max_size=12), texts, texts, st.sampled_from(["phd", "postdoc", "phd postdoc"]))
def test_a_posting_finds_the_filters_that_let_it_through(few, asked, title, summary, role):
    with mock.patch.object(matching, "FEW", few):  # terms are tried one by one, or all at once
        _finds_the_filters_that_let_it_through(asked, title, summary, role)


def _finds_the_filters_that_let_it_through(asked, title, summary, role):
    one = posting(title=title or "Mice", summary=summary, role=role, location="Berlin, Germany")
    known = KnownAudiences(replace(channel(f"a{n}"), filter=parse(text)) for n, text in enumerate(asked))
    heard = sorted(name for group in known.matching(one) for name in group.members)
    assert heard == sorted(audience.name for audience in known if matches(audience.filter, one))


@settings(max_examples=100, deadline=None)
@given(texts, filters)
def test_what_is_known_of_all_words_at_once_is_what_a_look_at_each_says(text, asked):
    one, query = posting(title=text or "Mice"), parse(asked)
    at_once = PostingWords(one)
    with mock.patch.object(matching, "FEW", 0):
        list(at_once.among({"owls"}))
    assert matches(query, one, at_once) == matches(query, one)


def test_who_asks_for_no_words_costs_no_look_at_them():
    known = KnownAudiences([channel("a"), replace(channel("b"), filter=parse("phd"))])
    with mock.patch.object(matching, "search_words", side_effect=AssertionError("no word was asked for")):
        assert [group.members for group in known.matching(posting())] == [["a"], ["b"]]


def test_a_text_without_spaces_has_no_millions_of_parts():
    words = PostingWords(posting("p", title="a" * 5000 + "forschung" + "b" * 5000))
    assert list(words.among({"forschung", *map(str, range(matching.FEW))})) == ["forschung"]
    assert words.has("forschung")
    assert len(words._parts) < 1000


def test_those_that_share_schedule_filter_and_language_are_one_group():
    known = KnownAudiences(
        [
            channel("b"),
            channel("a"),
            channel("c", language="de"),
            channel("d", reminders="1d"),
            channel("e", follows="phd"),
        ]
    )
    groups = known.matching(posting(role="postdoc"))
    assert sorted(group.members for group in groups) == [["a", "b"], ["c"], ["d"]]


def test_what_has_changed_is_told_once_and_another_address_is_no_change():
    known = KnownAudiences([channel("a"), channel("b")])
    assert known.moved() == []
    known.change([channel("a", address="elsewhere"), channel("b", follows="phd"), channel("c")], ["a", "never-was"])
    known.change([channel("c", address="elsewhere")])
    assert [(move.name, move.before is None, move.after is None) for move in known.moved()] == [
        ("a", False, True),
        ("a", True, False),
        ("b", False, False),
        ("c", True, False),
    ]
    assert known.moved() == []
    assert known.get("c").destination.address == "elsewhere"


def test_nothing_is_kept_of_audiences_that_are_gone():
    known = KnownAudiences(channel(f"a{n}", follows=f"phd word{n}", reminders=f"{n + 1}d") for n in range(20))
    known.change([], [f"a{n}" for n in range(20)])
    assert len(known) == 0
    assert known.matching(posting(title="word1")) == []
    assert not known.schedules
    assert not known._filters
    assert not any(known._by_term.values())


# --- The agenda


def heard(agenda, now):
    return sorted((looked.audience.name, looked.posting.id) for some in agenda.look(now) for looked in some)


def test_who_stops_looking_goes_on_where_he_stopped_and_loses_nobody():
    agenda = Agenda(KnownAudiences(channel(f"a{n:03}") for n in range(100)))
    agenda.change([posting("owl"), posting("mouse")])
    seen = set()
    for _ in range(10):
        for some in islice(agenda.look(NOON), 10):
            assert len(some) == 2
            seen.add(some[0].audience.name)
            for looked in some:
                agenda.settle(looked)
    assert len(seen) == 100
    assert heard(agenda, NOON) == []
    assert len(agenda) == 0
    assert not agenda._progress


def test_what_falls_due_while_a_group_is_gone_through_reaches_all_of_it():
    agenda = Agenda(KnownAudiences(channel(f"a{n}") for n in range(6)))
    agenda.change([posting("owl")])
    list(islice(agenda.look(NOON), 3))  # and nothing is settled
    agenda.change([posting("mouse")])
    every = sorted((f"a{n}", name) for n in range(6) for name in ("owl", "mouse"))
    assert heard(agenda, NOON) == every
    assert heard(agenda, NOON) == every


def test_nobody_is_told_of_what_closes_while_a_group_is_gone_through():
    agenda = Agenda(KnownAudiences(channel(f"a{n}") for n in range(6)))
    agenda.change([posting("owl"), posting("mouse")])
    look = agenda.look(NOON)
    next(look)
    agenda.change([posting("owl", status=Status.CLOSED)])
    assert {looked.posting.id for some in look for looked in some} == {"mouse"}
    agenda.change([posting("mouse", status=Status.CLOSED)])
    assert heard(agenda, NOON) == []


def persons(*names):
    return [channel(name, since=instant("2027-04-01")) for name in names]


def look(agenda, now=NOON):
    """Who is looked at with what, in order."""
    return [(looked.audience.name, looked.posting.id) for some in agenda.look(now) for looked in some]


def test_the_nearest_deadline_reaches_all_persons_before_another_is_told_of():
    agenda = Agenda(KnownAudiences(persons("ada", "bob")))
    agenda.change([posting("rolling"), posting("june", deadline="2027-06-01"), posting("may", deadline="2027-05-03")])
    order = [(name, about) for about in ("may", "june", "rolling") for name in ("ada", "bob")]
    assert look(agenda) == order
    assert look(agenda) == order  # and so it is once more, for nothing was settled


def test_what_closes_sooner_goes_ahead_of_a_fan_out_that_is_under_way():
    agenda = Agenda(KnownAudiences(persons(*"abcdef")))
    agenda.change([posting("june", deadline="2027-06-01")])
    for [looked] in islice(agenda.look(NOON), 3):
        agenda.settle(looked)
    agenda.change([posting("may", deadline="2027-05-03")])
    assert look(agenda) == [(name, "may") for name in "abcdef"] + [(name, "june") for name in "def"]


def test_channels_go_ahead_of_persons_whatever_the_deadline():
    agenda = Agenda(KnownAudiences([*persons("ada"), channel("lab")]))
    agenda.change([posting("may", deadline="2027-05-03")])
    list(agenda.look(NOON))
    agenda.change([posting("rolling")])
    assert look(agenda) == [("lab", "may"), ("lab", "rolling"), ("ada", "may"), ("ada", "rolling")]


def test_a_person_who_is_to_hear_of_much_at_once_is_looked_at_with_all_of_it():
    agenda = Agenda(KnownAudiences(persons("ada", "bob")))
    agenda.change(posting(f"p{n}", deadline=f"2027-06-0{n}") for n in range(1, 7))
    assert [len(some) for some in agenda.look(NOON)] == [6, 6]  # so it can be one message


def test_who_comes_back_amid_a_fan_out_is_looked_at_once():
    known = KnownAudiences(persons(*"abcd"))
    agenda = Agenda(known)
    agenda.change([posting("june", deadline="2027-06-01")])
    list(islice(agenda.look(NOON), 2))
    known.change([replace(channel(name), since=instant("2027-04-02")) for name in "ad"])
    assert sorted(look(agenda)) == [(name, "june") for name in "abcd"]


def test_who_comes_later_hears_of_nothing_that_was_announced_before():
    known = KnownAudiences()
    agenda = Agenda(known)
    agenda.change([posting("owl"), posting("mouse", posted="2027-05-05", deadline="2027-05-20")])
    assert heard(agenda, NOON) == []
    known.change([channel("ada", since=NOON), channel("lab")])
    assert heard(agenda, NOON) == [("lab", "owl")]
    agenda.change([posting("newt")])
    assert ("ada", "newt") in heard(agenda, instant("2027-05-02 12:01"))
    assert ("ada", "mouse") in heard(agenda, instant("2027-05-05 07:00"))
    assert ("ada", "owl") not in heard(agenda, instant("2027-05-05 07:00"))


def test_who_comes_later_is_reminded_of_what_is_open():
    known = KnownAudiences()
    agenda = Agenda(known)
    agenda.change([posting("owl", deadline="2027-05-20")])
    agenda.list_since({"owl": instant("2027-04-01")})
    known.change([channel("ada", since=instant("2027-05-13 08:00"), reminders="7d 1d")])
    assert heard(agenda, instant("2027-05-13 08:00")) == []
    [[looked]] = agenda.look(instant("2027-05-19 07:00"))
    assert [str(notice.occasion.lead) for notice in looked.notices] == ["1d"]


def test_a_new_schedule_costs_no_look_at_who_hears():
    known = KnownAudiences([channel("lab")])
    agenda = Agenda(known)
    agenda.change(posting(f"p{n}", deadline="2027-05-20") for n in range(50))
    assert len(heard(agenda, NOON)) == 50
    known.matching = None
    known.change([channel("ada", since=NOON, reminders="3d")])
    assert len(heard(agenda, NOON)) == 50
    known.change([], ["lab"])
    assert heard(agenda, instant("2027-05-02 12:01")) == []
    assert agenda.next_instant() is not None


def test_who_comes_later_costs_no_look_at_what_was_said_before():
    known = KnownAudiences()
    agenda = Agenda(known)
    agenda.change(posting(f"p{n}", deadline="2027-05-20") for n in range(50))
    agenda.list_since({f"p{n}": instant("2027-04-01") for n in range(50)})
    known.change([channel("lab")])
    assert len(heard(agenda, NOON)) == 50
    known.change([channel("ada", since=NOON)])
    agenda._heard = None
    for _ in agenda.advance(NOON):
        pass


def test_a_posting_that_closes_tries_no_filter():
    known = KnownAudiences(channel(f"a{n}", follows=f"phd word{n}") for n in range(50))
    agenda = Agenda(known)
    agenda.change([posting("owl")])
    heard(agenda, NOON)
    known.matching = None
    agenda.change([posting("owl", status=Status.FILLED)])
    assert heard(agenda, NOON) == []


def test_what_is_settled_for_all_is_kept_for_nobody():
    """Of 200 postings and 500 audiences, no 100,000 of anything."""
    agenda = Agenda(KnownAudiences(channel(f"a{n}") for n in range(500)))
    agenda.change(posting(f"p{n}") for n in range(200))
    for some in agenda.look(NOON):
        for looked in some:
            agenda.settle(looked)
    gc.collect()
    assert heard(agenda, NOON) == []
    assert not agenda._progress


def was_said_at_another_time(said, lab, one, ledger):
    """Whether it is a reminder that was said before the audience's times of day have changed."""
    occasion = next((each for each in reminders(one, lab.schedule) if each.at == said.due_at), None)
    return occasion is not None and Notice(occasion, lab.name).key in ledger


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_with_audiences_that_come_change_and_go_it_is_what_the_slow_way_finds(data):
    """Rounds at any instants, files and audiences that change in between, looks that stop halfway."""
    world = data.draw(worlds())
    postings = {one.id: one for one in world.postings}
    audiences = {one.name: one for one in world.channels}
    known = KnownAudiences(world.channels)
    agenda, ledger, slow_ledger, listed = Agenda(known), {}, {}, {}
    agenda.change(world.postings)
    for _ in range(data.draw(st.integers(1, 8))):
        now = data.draw(instants_of(world))
        for one in postings.values():
            if one.status is Status.OPEN:
                listed[one.id] = min(now, listed.get(one.id, now))
        if data.draw(st.booleans()):
            list(islice(agenda.look(now), data.draw(st.integers(0, 3))))
        found = []
        for looked in chain.from_iterable(agenda.look(now)):
            if one := due(looked.notices, ledger, now):
                found.append(one)
            elif outstanding(looked.notices, ledger) == (None, None):
                agenda.settle(looked)
        expected = [
            said
            for lab in audiences.values()
            for one in postings.values()
            if (said := slow.due_now(lab, one, slow_ledger, now, listed.get(one.id)))
            and not was_said_at_another_time(said, lab, one, ledger)
        ]
        assert sorted(map(str, map(told, found))) == sorted(map(str, expected))
        for notice in found:
            if data.draw(st.integers(0, 3)):
                ledger[notice.key], slow_ledger[told(notice)] = Entry(State.DELIVERED, now), slow.Settled(now)
        names = st.sampled_from(["p", "q", "r"])
        changed = data.draw(st.lists(postings_around(world.anchor, names), max_size=1))
        removed = data.draw(st.lists(names, max_size=1))
        agenda.change(changed, removed)
        for name in removed:
            postings.pop(name, None)
        postings |= {one.id: one for one in changed}
        world.postings = list(postings.values())

        coming = [
            replace(one, since=data.draw(st.sampled_from([None, now])))
            for one in data.draw(st.just([]) | channels_of_all_kinds())
        ]
        going = data.draw(st.lists(st.sampled_from(["a", "b", "c"]), max_size=1))
        known.change(coming, going)
        for name in going:
            audiences.pop(name, None)
        audiences |= {one.name: one for one in coming}
        if data.draw(st.integers(0, 9)) == 0:
            agenda = Agenda(known)
            agenda.list_since(listed)
            agenda.change(postings.values())


def test_a_timeline_leaves_out_what_was_announced_before():
    one = posting("owl", posted="2027-05-01")
    since = instant("2027-05-01 12:00")
    found = timeline([one], [channel("lab"), channel("ada", since=since)], NOON, instant("2027-06-01"))
    assert [notice.audience for _, notice in found] == ["lab"]


def test_roles_alone_are_looked_up_by_role():
    known = KnownAudiences([channel("a", follows="phd"), channel("b", follows="postdoc"), channel("c")])
    assert not known._by_term
    heard = {name for group in known.matching(posting(role="phd")) for name in group.members}
    assert heard == {"a", "c"}
    assert Query(frozenset({Role.PHD})) in known._filters
