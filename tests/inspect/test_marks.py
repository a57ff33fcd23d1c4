"""What a timeline shows: what the ledger has, and what is still to come."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.notice import Entry, Record, State, withdrawal_key
from bot.domain.posting import Status
from bot.inspect.marks import (
    DIGEST,
    PLANNED,
    DeadlineMark,
    Mark,
    ahead,
    deadlines,
    followed,
    from_ledger,
    wanted_together,
)
from tests.audiences.test_subscriptions import about, of, reader
from tests.domain.build import channel, instant, posting

NOW = instant("2027-04-15 13:00")
END = NOW + timedelta(days=30)
LAB = channel()


def record(name="phd-owls", **given):
    key = given.pop("key", f"lab/{name}/announcement")
    usual = {"channel": "lab", "platform": "slack", "kind": "announcement", "lead": None, "state": State.DELIVERED}
    usual |= {"at": NOW, "attempts": 1, "delivery": key, "original": key}
    return Record(key=key, posting=name, **{**usual, **given})


def planned(postings, ledger=None, *, channels=(LAB,), start=NOW, end=END):
    together = wanted_together(postings, channels, NOW, end)
    found = ahead(together, channels, ledger or {}, (start, end), postings, NOW)
    return [(mark.at, mark.kind, mark.lead, mark.postings) for mark in sorted(found, key=lambda mark: mark.at)]


def settled(*keys):
    return {key: Entry(State.DELIVERED, NOW - timedelta(days=3)) for key in keys}


def test_a_message_is_a_mark_with_what_became_of_it():
    one = record(state=State.REFUSED, kind="reminder", lead="7d")
    assert from_ledger([one]) == [Mark(NOW, "lab", "slack", "reminder", ("phd-owls",), "7d", "refused")]


def test_a_digest_is_one_mark_in_the_order_in_which_it_was_read():
    some = [record(name, delivery="lab/digest/1", place=place) for place, name in ((1, "phd-newts"), (0, "phd-owls"))]
    assert from_ledger(some) == [Mark(NOW, "lab", "slack", DIGEST, ("phd-owls", "phd-newts"), None, "delivered")]


def test_an_edit_is_a_mark_of_its_own():
    told = record(
        kind="edit", revision=1, key="lab/phd-owls/announcement/revision/1", original="lab/phd-owls/announcement"
    )
    assert [mark.kind for mark in from_ledger([told])] == ["edit"]


def test_people_are_one_lane_and_counted_and_nobody_is_named():
    some = [
        record(channel=f"{platform}:{number}", platform=platform, key=f"{platform}:{number}/phd-owls/announcement")
        for platform in ("slack", "telegram")
        for number in range(3)
    ]
    late = record(channel="slack:0", key="slack:0/phd-owls/reminder/7d", kind="reminder", lead="7d")
    owner = record(channel="private:slack:7", key="private:slack:7/phd-owls/nudge", kind="nudge")
    marks = from_ledger([*some, late, owner])
    assert [(mark.channel, mark.platform, mark.kind, mark.people) for mark in marks] == [
        ("followers", "slack, telegram", "announcement", 6),
        ("followers", "slack", "reminder", 1),
        ("owners and reviewers", "slack", "nudge", 1),
    ]
    assert marks[0].heard_by == "6 × followers"
    assert "slack:" not in str(marks)


def test_what_people_will_hear_is_counted_and_each_once():
    postings = [posting("owl", deadline="2027-04-30"), posting("mouse", posted="2027-04-20", title="Mice")]
    people = [
        reader(of("phd"), of("owls"), about("owl", "2d"), name="slack:1", reminders="7d"),
        reader(of("phd"), name="slack:2", reminders="7d"),
        reader(of("postdoc"), name="slack:3", reminders="7d"),
        replace(reader(of("phd"), name="slack:4"), schedule=channel(digest="weekly fri 18:00", announce="").schedule),
    ]
    found = followed(postings, people, NOW, NOW, END)
    assert sorted((mark.at, mark.kind, mark.lead, mark.postings, mark.people) for mark in found) == [
        (instant("2027-04-16 16:00"), "digest", None, ("owl",), 1),
        (instant("2027-04-20 07:00"), "announcement", None, ("mouse",), 2),
        (instant("2027-04-23 07:00"), "reminder", "7d", ("owl",), 1),
        (instant("2027-04-23 16:00"), "digest", None, ("owl", "mouse"), 1),
        (instant("2027-04-28 07:00"), "reminder", "2d", ("owl",), 1),
        (instant("2027-04-30 16:00"), "digest", None, ("owl",), 1),
        (instant("2027-05-07 16:00"), "digest", None, ("owl",), 1),  # that it is over
    ]


def test_in_quiet_hours_it_is_said_when_they_end_and_a_digest_is_one_mark():
    quiet = channel(quiet="14:00-18:00", announce="reminders", digest="daily 17:00", reminders="7d")
    some = [posting("owl", deadline="2027-04-30"), posting("mouse", title="Mice")]
    first, second, *rest = planned(some, channels=[quiet])
    assert first == (instant("2027-04-15 16:00"), DIGEST, None, ("owl", "mouse"))
    assert second == (instant("2027-04-23 07:00"), "reminder", "7d", ("owl",))
    assert rest[-1] == (instant("2027-05-01 16:00"), DIGEST, None, ("owl",))  # that it is over
    assert {kind for _, kind, _, _ in rest} == {DIGEST}


def test_what_was_never_said_is_said_now_and_reminded_of_later():
    assert planned([posting(deadline="2027-04-23")]) == [
        (NOW, "announcement", None, ("phd-owls",)),
        (instant("2027-04-16 07:00"), "reminder", "7d", ("phd-owls",)),
        (instant("2027-04-22 07:00"), "reminder", "1d", ("phd-owls",)),
    ]


def test_what_was_said_is_not_said_again():
    known = settled("lab/phd-owls/announcement", "lab/phd-owls/reminder/14d/2027-04-23T21:59:59Z")
    assert [kind for _, kind, _, _ in planned([posting(deadline="2027-04-23")], known)] == ["reminder", "reminder"]


def test_a_reminder_that_is_late_is_said_now():
    known = {"lab/phd-owls/announcement": Entry(State.DELIVERED, NOW - timedelta(days=60))}
    assert planned([posting(deadline="2027-04-23")], known)[0] == (NOW, "reminder", "14d", ("phd-owls",))


def test_what_was_taken_back_stays_unsaid():
    known = settled("lab/phd-owls/announcement", withdrawal_key("lab", "phd-owls"))
    assert planned([posting(deadline="2027-04-23")], known) == []


def test_many_at_once_are_one_message():
    many = [posting(f"phd-{number}") for number in range(7)]
    [(at, kind, _, names)] = planned(many)
    assert (at, kind, set(names)) == (NOW, DIGEST, {one.id for one in many})


def test_what_is_due_now_lies_before_a_span_that_begins_later():
    start = NOW + timedelta(days=3)
    assert [at for at, *_ in planned([posting(deadline="2027-04-23")], start=start)] == [instant("2027-04-22 07:00")]


def test_in_a_span_that_is_past_nothing_is_to_come():
    assert planned([posting()], end=NOW - timedelta(days=1)) == []


def test_marks_to_come_are_told_from_others():
    found = ahead(wanted_together([posting()], [LAB], NOW, END), [LAB], {}, (NOW, END), [posting()], NOW)
    assert {mark.state for mark in found} == {PLANNED}


def test_deadlines_are_those_that_readers_are_told():
    some = [
        posting("a", deadline="2027-04-30", title="A"),
        posting("b", deadline="2027-04-20", title="B", deadline_kind="review-begins"),
        posting("c", deadline="2027-04-30", deadline_kind="rolling"),
        posting("d", deadline="2027-07-30"),
        replace(posting("e", deadline="2027-04-30"), status=Status.DRAFT),
        posting("f"),
    ]
    assert deadlines(some, NOW, END) == [
        DeadlineMark(instant("2027-04-20 21:59:59"), "b", "B", is_review=True),
        DeadlineMark(instant("2027-04-30 21:59:59"), "a", "A"),
    ]


# --- Digests at their instants

WEEKLY = channel(digest="weekly mon 09:00", announce="opened")
MONDAY, NEXT = instant("2027-04-19 07:00"), instant("2027-04-26 07:00")


def test_a_digest_to_come_is_one_mark_with_all_that_it_names():
    some = [posting("a", deadline="2027-04-30"), posting("b")]
    found = planned(some, channels=(WEEKLY,), end=NEXT)
    assert found == [
        (NOW, "announcement", None, ("a",)),
        (NOW, "announcement", None, ("b",)),
        (MONDAY, DIGEST, None, ("b", "a")),  # a reminder of one waits for it; the other is new
        (NEXT, DIGEST, None, ("a", "b")),
    ]


def test_a_digest_repeats_what_was_announced_since_the_last_one():
    daily = channel(digest="daily 09:00", announce="opened")
    known = {"lab/a/announcement": Entry(State.DELIVERED, NOW - timedelta(hours=1))}
    known["lab/b/announcement"] = Entry(State.DELIVERED, NOW - timedelta(days=2))
    found = planned([posting("a"), posting("b")], known, channels=(daily,), end=NOW + timedelta(days=3))
    assert found == [(instant("2027-04-16 07:00"), DIGEST, None, ("a",))]


def test_a_digest_that_was_sent_is_one_mark():
    key = "lab/digest/2027-04-12T07:00:00Z"
    whole = record("", key=key, kind="digest", place=2)
    items = [record(name, key=f"lab/{name}/x", delivery=key, place=place) for place, name in enumerate(("a", "b"))]
    assert from_ledger([whole, *items]) == [Mark(NOW, "lab", "slack", DIGEST, ("a", "b"), None, "delivered")]
