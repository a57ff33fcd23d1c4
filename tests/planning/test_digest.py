"""What stands in a digest: each posting once, what waited settled, the rest named or counted."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import LineKind, width
from bot.domain.notice import DIGEST_LINES, Kind, Notice, Occasion, State
from bot.domain.posting import Status
from bot.domain.version import Standing
from bot.planning.correcting import together
from bot.planning.digest import closes_until, digest
from bot.planning.wanted import announcement, reminders
from bot.store.grouping import rows_of
from bot.wording.catalogue import wording
from tests.domain.build import channel, deadline, instant, posting
from tests.domain.chat import Chat

EN, DE = wording("en"), wording("de")
MONDAY = instant("2027-05-03 07:00")  # 09:00 in Berlin
WEEKLY, DAILY = channel(digest="weekly mon 09:00"), channel(digest="daily 09:00")


def owl(name, ends=None, **given):
    return posting(name, title=name.title(), deadline=ends, url=f"https://owls.example/{name}", **given)


def opened(one, lab=WEEKLY):
    return Notice(announcement(one, lab.schedule), lab.name)


def reminded(one, lab=WEEKLY):
    return Notice(reminders(one, lab.schedule)[-1], lab.name)


def told(one, kind, **given):
    return Occasion(one, kind, None, **given)


def lines(dispatch, words=EN, now=MONDAY):
    return [line.text for line in words.notice(dispatch.shown, now, dispatch.audience).lines]


def parts(dispatch):
    """What stands in it: each posting's id with the kind of its notice, or its part."""
    some = [notice.occasion for notice in dispatch.notices]
    return {one.posting.id: one.part or one.kind for one in some if not one.is_digest}


def test_what_waited_what_was_told_what_closes_and_what_else_is_open():
    new, moved, soon, late, other = (
        owl("new", "2027-06-30"),
        owl("moved", "2027-07-01"),
        owl("soon", "2027-05-07"),
        owl("late", "2027-05-09"),
        owl("other"),
    )
    closed = owl("closed", status=Status.CLOSED)
    waiting = [
        opened(new),
        reminded(soon),
        Notice(told(closed, Kind.CLOSED, number=1, standing=Standing.CLOSED), "lab"),
    ]
    since = [told(moved, Kind.DEADLINE_MOVED, number=1, before=deadline("2027-06-01"))]
    made = digest(WEEKLY, MONDAY, waiting, since, [new, moved, soon, late, other], MONDAY)
    assert made.key == "lab/digest/2027-05-03T07:00:00Z"
    assert [notice.key for notice in made.notices] == [
        "lab/new/announcement",
        "lab/moved/digest/2027-05-03T07:00:00Z/deadline-moved",
        "lab/soon/reminder/1d/2027-05-07T21:59:59Z",
        "lab/late/digest/2027-05-03T07:00:00Z/reminder",
        "lab/closed/closed/1",
        "lab/other/digest/2027-05-03T07:00:00Z/digest",
        "lab/digest/2027-05-03T07:00:00Z",
    ]
    shown = lines(made)
    assert shown[0] == "📋 6 positions at a glance"
    headings = ["New positions", "Deadlines that were moved", "Deadlines that come near", "No longer open", "Also open"]
    assert [line for line in shown if line in headings] == headings
    assert "   Formerly: Tuesday, 1 June 2027, 23:59 (Europe/Berlin, UTC+2)" in shown
    assert "   This position is closed." in shown
    german = lines(made, DE)
    assert german[0] == "📋 6 Stellen im Überblick"
    assert "Außerdem offen" in german


@pytest.mark.parametrize(("lab", "ends"), [(WEEKLY, "2027-05-10 09:00"), (DAILY, "2027-05-05 09:00")])
def test_each_digest_names_what_closes_in_its_span_and_no_later(lab, ends):
    assert closes_until(lab.schedule, MONDAY) == instant(ends, "Europe/Berlin")
    one = owl("one", ends)
    made = digest(lab, MONDAY, [], [], [one], MONDAY)
    assert parts(made) == {"one": Kind.REMINDER}
    later = owl("one", f"{ends}:01")
    made = digest(lab, MONDAY, [], [], [later], MONDAY)
    assert (made and parts(made)) == ({"one": Kind.DIGEST} if lab is WEEKLY else None)


def test_nothing_to_say_nothing_sent():
    assert digest(DAILY, MONDAY, [], [], [owl("open"), owl("far", "2027-06-30")], MONDAY) is None
    assert digest(WEEKLY, MONDAY, [], [], [], MONDAY) is None
    gone = owl("gone", status=Status.CLOSED)
    assert digest(DAILY, MONDAY, [], [told(gone, Kind.ANNOUNCEMENT, standing=Standing.CLOSED)], [], MONDAY) is None


def test_of_what_was_told_twice_new_counts_and_then_the_last_word():
    one, two = owl("one", "2027-06-30"), owl("two", "2027-06-30")
    since = [
        told(one, Kind.ANNOUNCEMENT),
        told(two, Kind.CLOSED, standing=Standing.OPEN),
        told(one, Kind.DEADLINE_MOVED, before=deadline("2027-06-01")),
        told(two, Kind.REOPENED),
    ]
    made = digest(DAILY, MONDAY, [], since, [one, two], MONDAY)
    assert parts(made) == {"one": Kind.ANNOUNCEMENT, "two": Kind.REOPENED}


def test_a_reminder_gives_way_to_what_else_waits_of_its_posting():
    one = owl("one", "2027-05-07")
    for waiting in ([opened(one), reminded(one)], [reminded(one), opened(one)]):
        made = digest(WEEKLY, MONDAY, waiting, [], [one], MONDAY)
        assert parts(made) == {"one": Kind.ANNOUNCEMENT}


def test_of_many_the_first_are_named_all_are_counted_and_what_waited_is_settled():
    fresh = [owl(f"new{number:02}", "2027-06-30") for number in range(30)]
    rest = [owl(f"old{number:02}") for number in range(50)]
    made = digest(WEEKLY, MONDAY, [opened(one) for one in fresh], [], [*fresh, *rest], MONDAY)
    assert len(made.notices) == 31
    assert lines(made)[0] == "📋 80 positions at a glance"
    assert lines(made)[-1] == "… and 60 more: ask /positions"
    assert lines(made, DE)[-1].startswith("… und 60 weitere")
    [whole] = [row for row in rows_of(made, MONDAY) if row["posting"] == ""]
    assert (whole["key"], whole["kind"], whole["told"], whole["place"]) == (made.key, "digest", None, 80)
    assert {row["delivery"] for row in rows_of(made, MONDAY)} == {made.key}


def test_a_deadline_in_a_digest_leads_on():
    from bot.domain.site import Site

    made = digest(WEEKLY, MONDAY, [opened(owl("one"))], [], [owl("one")], MONDAY)
    assert EN.notice(made.shown, MONDAY, WEEKLY).buttons == ()
    board = EN.leading_to(Site("https://jobs.lab.example"))
    [[button]] = board.notice(made.shown, MONDAY, WEEKLY).buttons
    assert (button.label, button.url) == ("Open positions", "https://jobs.lab.example/")


# --- What it said stays true


def sent(*names, lab=WEEKLY, **given):
    """A channel that has got a digest: of these, which waited for it, and of all else that is open."""
    chat = Chat(lab, now=MONDAY)
    chat.has(*(owl(name, "2027-05-31") for name in (*names, "two", "three")))
    waiting = [opened(chat.registry[name], lab) for name in names]
    chat.send(digest(lab, MONDAY, waiting, [], list(chat.registry.values()), MONDAY))
    return chat


def test_a_digest_is_put_right_when_what_it_names_is_moved_or_closed():
    chat = sent("one")
    before = chat.lines()
    chat.passes(days=1)
    assert chat.settles("one", "two", "three") == []
    chat.has_changed("two", deadline="2027-06-10")
    chat.has_changed("three", status=Status.CLOSED)
    chat.has_changed("one", status=Status.FILLED)
    edits = together(edit for name in ("one", "two", "three") for edit in chat.look(name).edits)
    for edit in edits:
        chat.send(edit)
    after = chat.lines()
    assert (before[0], after[0]) == ("📋 3 positions at a glance", "📋 3 positions at a glance")
    assert [line for line in after if line in {"New positions", "Also open"}] == ["New positions", "Also open"]
    assert chat.struck() == ["One", "Three", "Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2)"]
    assert "   This position is filled." in after
    assert [chat.look(name).edits for name in ("one", "two", "three")] == [(), (), ()]


def test_what_is_taken_back_is_named_as_withdrawn_in_the_digest():
    chat = sent("one")
    chat.asks(Kind.WITHDRAWAL, "two")
    assert chat.settles("two") == ["edit 1"]
    assert "   This position was withdrawn." in chat.lines()
    assert chat.lines()[0] == "📋 3 positions at a glance"


def test_a_digest_that_is_put_right_still_counts_what_it_does_not_name():
    chat = Chat(WEEKLY, now=MONDAY)
    chat.has(*(owl(f"p{number:02}", "2027-05-31") for number in range(40)))
    every = list(chat.registry.values())
    chat.send(digest(WEEKLY, MONDAY, [opened(one) for one in every[:25]], [], every, MONDAY))
    assert len(chat.ledger) == 26
    chat.has_changed("p03", status=Status.CLOSED)
    assert chat.settles("p03") == ["edit 1"]
    assert chat.lines()[0] == "📋 40 positions at a glance"
    assert chat.lines()[-1] == "… and 20 more: ask /positions"
    chat.has_changed("p24", status=Status.CLOSED)  # it was counted: nothing that was said of it is untrue
    assert chat.settles("p24") == []


def test_what_a_digest_named_and_a_platform_did_not_take_is_made_anew_under_the_same_key():
    chat = Chat(WEEKLY, now=MONDAY)
    chat.has(owl("one"))
    first = digest(WEEKLY, MONDAY, [opened(chat.registry["one"])], [], [chat.registry["one"]], MONDAY)
    chat.send(first, State.DUE_AGAIN)
    chat.passes(minutes=5)
    chat.send(digest(WEEKLY, MONDAY, [opened(chat.registry["one"])], [], [chat.registry["one"]], chat.now))
    assert chat.ledger[first.key].attempts == 2
    assert not chat.begin(first)  # it is there once


# --- At random

_KINDS = (Kind.ANNOUNCEMENT, Kind.REOPENED, Kind.DEADLINE_MOVED, Kind.CLOSED)


@st.composite
def worlds(draw):
    lab = draw(st.sampled_from([WEEKLY, DAILY]))
    now = MONDAY + timedelta(minutes=draw(st.integers(0, 7000)))
    days = st.none() | st.integers(1, 60)
    ends = draw(st.lists(days, max_size=45))
    every = [
        owl(f"p{number:02}", (now + timedelta(days=day)).isoformat() if day else None)
        for number, day in enumerate(ends)
    ]
    waits = draw(st.lists(st.sampled_from(every), unique_by=lambda one: one.id)) if every else []
    waiting = [reminded(one, lab) if one.deadline and draw(st.booleans()) else opened(one, lab) for one in waits]
    since = [
        told(one, draw(st.sampled_from(_KINDS))) for one in (draw(st.lists(st.sampled_from(every))) if every else [])
    ]
    return lab, now, waiting, since, every


@given(worlds())
def test_every_posting_is_named_once_or_counted_and_what_waited_is_settled(world):
    lab, now, waiting, since, every = world
    made = digest(lab, MONDAY, waiting, since, every, now)
    of_interest = {notice.occasion.posting.id for notice in waiting}
    of_interest |= {one.id for one in every if one.deadline and one.deadline.at <= closes_until(lab.schedule, now)}
    if lab is WEEKLY:
        assert (made is None) == (not every)
        of_interest |= {one.id for one in every}
    if made is None:
        assert not of_interest
        return
    *some, whole = [notice.occasion for notice in made.notices]
    assert whole.is_digest
    names = [one.posting.id for one in some]
    assert len(names) == len(set(names))
    assert of_interest.issuperset(names) or since
    assert whole.number >= len(of_interest | set(names))
    assert {notice.key for notice in waiting} <= {notice.key for notice in made.notices}
    assert len(some) >= min(whole.number, DIGEST_LINES)
    message = EN.notice(made.shown, now, lab)
    shown = [line for line in message.lines if line.kind is LineKind.ITEM]
    more = [line.text for line in message.lines if line.text.startswith("… and ")]
    assert len(shown) + (int(more[0].split()[2]) if more else 0) == whole.number
    assert width(message.text) <= 4096
    if lab is WEEKLY:
        assert whole.number == len(every)
