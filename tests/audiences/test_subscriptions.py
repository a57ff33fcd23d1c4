"""One audience that hears of several things: of each since an instant of its own, and of a posting once."""

from dataclasses import replace
from datetime import UTC
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audiences.audience import Subscription
from bot.audiences.audiences import KnownAudiences
from bot.domain.notice import Entry, Kind, Notice, Occasion, State
from bot.domain.posting import Role, Status
from bot.planning.agenda import Agenda
from bot.planning.plan import Plan
from bot.planning.wanted import due, timeline
from bot.questions.grammar import parse
from bot.questions.query import Query
from tests.domain.build import channel, instant, leads, posting
from tests.planning import slow_planning as slow
from tests.planning.test_planning import LEADS, channels_of_all_kinds, instants_of, told, worlds

NOON = instant("2027-05-02 12:00")


def of(text, since=NOON):
    return Subscription(parse(text), since)


def about(name, reminders, since=NOON):
    return Subscription(since=since, posting=name, reminders=leads(reminders))


def reader(*subscriptions, name="ada", **given):
    return replace(channel(name, **given), subscriptions=subscriptions)


def heard(agenda, now):
    """What each is to hear: names, ids, and of what kind the notices are; each once, whichever let it through."""
    looked = chain.from_iterable(agenda.look(now))
    return sorted(
        {(one.audience.name, one.posting.id, *(str(notice.occasion.kind) for notice in one.notices)) for one in looked}
    )


def test_what_two_queries_let_through_is_one_notice():
    known = KnownAudiences([reader(of("phd"), of("owls"))])
    agenda = Agenda(known)
    agenda.change([posting("owl")])
    found = list(chain.from_iterable(agenda.look(instant("2027-05-03 12:00"))))
    assert len({notice.key for wanted in found for notice in wanted.notices}) == 1


def test_each_query_counts_from_when_it_was_saved():
    later = instant("2027-05-03 12:00")
    known = KnownAudiences([reader(of("phd"), of("postdoc", later))])
    agenda = Agenda(known)
    agenda.change([posting("owl"), posting("bat", role="postdoc")])
    agenda.list_since({"owl": instant("2027-05-03 10:00"), "bat": instant("2027-05-03 10:00")})
    assert heard(agenda, later) == [("ada", "owl", "announcement")]


def test_what_is_about_one_posting_reminds_at_its_own_lead_times_alone():
    known = KnownAudiences([reader(of("phd"), about("owl", "3d"), reminders="7d 1d")])
    agenda = Agenda(known)
    agenda.list_since({"owl": instant("2027-05-01"), "mouse": instant("2027-05-01")})
    agenda.change([posting("owl", deadline="2027-05-20"), posting("mouse", deadline="2027-05-20")])
    assert heard(agenda, instant("2027-05-13 07:00")) == [("ada", "mouse", "reminder")]
    assert ("ada", "owl", "reminder") in heard(agenda, instant("2027-05-17 07:00"))
    [owl] = [one for one in chain.from_iterable(agenda.look(instant("2027-05-19 07:00"))) if one.posting.id == "owl"]
    assert [str(notice.occasion.lead) for notice in owl.notices] == ["3d"]


def test_without_lead_times_it_reminds_of_nothing():
    known = KnownAudiences([reader(of("phd"), about("owl", ""), reminders="7d 1d")])
    agenda = Agenda(known)
    agenda.change([posting("owl", deadline="2027-05-20")])
    assert heard(agenda, instant("2027-05-19 07:00")) == [("ada", "owl", "announcement")]


def test_a_posting_is_known_by_its_former_ids_too():
    known = KnownAudiences([reader(about("owl", "3d"))])
    agenda = Agenda(known)
    agenda.change([posting("barn-owl", aliases=("owl",), deadline="2027-05-20")])
    assert heard(agenda, instant("2027-05-17 07:00")) == [("ada", "barn-owl", "reminder")]


def test_nothing_is_kept_of_subscriptions_that_are_gone():
    known = KnownAudiences([reader(of("phd"), of("owls"), about("owl", "3d"))])
    known.change([reader(of("phd"))])
    assert known.matching(posting("owl", role="postdoc")) == []
    assert [group.members for group in known.matching(posting("owl"))] == [["ada"]]
    known.change([reader()])
    assert known.matching(posting("owl")) == []
    assert not known.schedules
    assert not known._filters
    assert not known._by_posting
    assert known.get("ada") is not None
    known.change([], ["ada"])
    assert len(known) == 0


def test_who_adds_a_query_keeps_what_waits_for_the_other():
    known = KnownAudiences([reader(of("phd"))])
    agenda = Agenda(known)
    agenda.change([posting("owl")])
    now = instant("2027-05-02 12:01")
    assert heard(agenda, now) == [("ada", "owl", "announcement")]
    known.change([reader(of("phd"), of("postdoc", now))])
    assert heard(agenda, now) == [("ada", "owl", "announcement")]


def test_a_timeline_has_what_two_queries_let_through_once():
    some = [reader(of("phd"), of("owls"), about("owl", "2d"), reminders="7d")]
    found = timeline([posting("owl", posted="2027-05-05", deadline="2027-05-20")], some, NOON, instant("2027-06-01"))
    assert [(str(one.occasion.kind), str(one.occasion.lead)) for _, one in found] == [
        ("announcement", "None"),
        ("reminder", "2d"),
    ]


def test_channels_hear_before_persons():
    plan = Plan()
    for audience in (reader(of("phd")), channel("lab"), reader(name="eve")):
        plan.announce(audience, Notice(Occasion(posting("owl"), Kind.ANNOUNCEMENT, None), audience.name))
    assert [dispatch.audience.name for dispatch in plan.dispatches()] == ["lab", "ada", "eve"]


def test_of_one_posting_a_reader_is_told_one_thing_at_once():
    ada, one = reader(of("phd"), about("owl", "3d")), posting("owl", deadline="2027-05-20")
    announced, reminded = (
        Notice(Occasion(one, Kind.ANNOUNCEMENT, None), "ada"),
        Notice(Occasion(one, Kind.REMINDER, NOON, leads("3d")[0]), "ada"),
    )
    for order in ((announced, reminded), (reminded, announced), (announced, announced, reminded)):
        plan = Plan()
        for notice in order:
            plan.announce(ada, notice)
        assert [dispatch.notices for dispatch in plan.dispatches()] == [(announced,)]


@st.composite
def readers(draw, since):
    """Audiences with up to three queries and something about one posting."""
    found = []
    for one in draw(channels_of_all_kinds()):
        roles = draw(st.lists(st.sampled_from([frozenset(), *(frozenset({role}) for role in Role)][:4]), unique=True))
        some = [Subscription(Query(role), draw(since)) for role in roles]
        if draw(st.booleans()):
            own = draw(st.lists(st.sampled_from(LEADS), max_size=3).map(tuple))
            some.append(Subscription(since=draw(since), posting=draw(st.sampled_from("pqr")), reminders=own))
        found.append(replace(one, subscriptions=tuple(some)))
    return found


def expected_of(lab, one, ledger, now, listed_at):
    """What an audience hears of a posting in this round: the slow way, one subscription after the other."""
    own = next((some for some in lab.subscriptions if some.posting == one.id), None)
    said = set()
    for some in lab.subscriptions:
        if some.posting is None:
            alone = replace(lab, filter=some.filter, since=some.since, subscriptions=None)
            if own:
                alone = replace(alone, schedule=replace(lab.schedule, reminders=()))
            said.add(slow.due_now(alone, one, ledger, now, listed_at))
    if own:
        opens, last = slow.announced_at(one, lab), one.deadline and one.deadline.at.astimezone(UTC)
        passed = slow.reminded_at(one, replace(lab, schedule=replace(lab.schedule, reminders=own.reminders)))
        passed = [at for at in passed if at <= now]
        if one.status is Status.OPEN and passed and now <= last and not (opens and now < opens):
            reminder = slow.Said(lab.name, one.id, max(passed), last)
            if max(passed) > own.since and reminder not in ledger:
                said.add(reminder)
    return said - {None}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_subscriptions_that_come_change_and_go_are_what_the_slow_way_finds(data):
    world = data.draw(worlds())
    start = data.draw(instants_of(world))
    known = KnownAudiences(data.draw(readers(st.just(start))))
    agenda, ledger, slow_ledger, listed = Agenda(known), {}, {}, {}
    agenda.change(world.postings)
    for _ in range(data.draw(st.integers(1, 6))):
        now = data.draw(instants_of(world))
        for one in world.postings:
            if one.status is Status.OPEN:
                listed[one.id] = min(now, listed.get(one.id, now))
        looked = list(chain.from_iterable(agenda.look(now)))
        found = {notice.key: notice for some in looked if (notice := due(some.notices, ledger, now))}
        expected = {
            said
            for lab in known
            for one in world.postings
            for said in expected_of(lab, one, slow_ledger, now, listed.get(one.id))
        }
        assert sorted(str(told(notice)) for notice in found.values()) == sorted(map(str, expected))
        for notice in found.values():
            assert notice.occasion.kind in {Kind.ANNOUNCEMENT, Kind.REMINDER}
            if data.draw(st.integers(0, 3)):
                ledger[notice.key], slow_ledger[told(notice)] = Entry(State.DELIVERED, now), slow.Settled(now)
        if data.draw(st.booleans()):
            known.change(data.draw(readers(st.sampled_from([start, now]))))
