"""When a channel hears of a posting: announcements, reminders, what an outage leaves, digests, looking ahead."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import chain, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audiences.audience import Audience
from bot.audiences.audiences import KnownAudiences
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Entry, Kind, Notice, State
from bot.domain.posting import Deadline, DeadlineKind, Posting, Role, Status
from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.schedule import USUALLY_ANNOUNCED, Announced, Destination, Lead, Schedule
from bot.domain.zones import DAY_END, at_local, offset_name, zone
from bot.planning.agenda import Agenda
from bot.planning.wanted import (
    DIGEST_ABOVE,
    announcement,
    bundles,
    due,
    kept_back_until,
    outstanding,
    reminders,
    timeline,
    wanted,
)
from bot.questions.matching import matches
from bot.questions.query import Query
from tests.domain.build import BERLIN, channel, deadline, instant, leads, posting
from tests.domain.slow_zones import slow_at_local
from tests.domain.test_zones import HARD_ZONES
from tests.planning import slow_planning as slow

SECOND = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Bot:
    """An agenda and a ledger, put together as the bot does it; every message arrives."""

    channels: list[Audience]
    ledger: dict[str, Entry] = field(default_factory=dict)
    said: list[tuple[datetime, Notice]] = field(default_factory=list)

    def __post_init__(self):
        self.audiences = KnownAudiences(self.channels)
        self.agenda = Agenda(self.audiences)

    def due(self, now):
        found = []
        for looked in chain.from_iterable(self.agenda.look(now)):
            if one := due(looked.notices, self.ledger, now):
                found += [one] if not self.agenda.held_until(looked, one.occasion, now) else []
            elif outstanding(looked.notices, self.ledger) == (None, None):
                self.agenda.settle(looked)
        return found

    def tick(self, now):
        found = self.due(now)
        for notice in found:
            self.ledger[notice.key] = Entry(State.DELIVERED, now)
            self.said.append((now, notice))
        return [short(notice) for notice in found]

    def restart(self):
        self.audiences = KnownAudiences(self.channels)
        self.agenda = Agenda(self.audiences)


def short(notice):
    return f"{notice.occasion.lead or 'new'}: {notice.occasion.posting.id}"


def leads_wanted(one, schedule, now):
    return [str(occasion.lead or "new") for occasion in wanted(one, schedule, instant(now))]


# --- When an announcement is due


@pytest.mark.parametrize(
    ("posted", "posting_zone", "channel_zone", "due_at"),
    [
        ("2027-05-02", "Europe/Berlin", "Europe/Berlin", "2027-05-02 07:00"),
        ("2027-05-02", "Europe/Berlin", "America/New_York", "2027-05-02 13:00"),
        ("2027-05-02", "America/New_York", "Asia/Tokyo", "2027-05-02 00:00"),  # still 1 May in New York
        ("2027-05-02", "AoE", "AoE", "2027-05-02 21:00"),
    ],
)
def test_an_announcement_waits_for_remind_at_of_its_day_on_the_channels_clock(
    posted, posting_zone, channel_zone, due_at
):
    one, schedule = posting(posted=posted, timezone=posting_zone), channel(timezone=channel_zone).schedule
    assert announcement(one, schedule).at == instant(due_at)
    assert wanted(one, schedule, instant(due_at) - SECOND) == []
    assert [occasion.kind for occasion in wanted(one, schedule, instant(due_at))] == [Kind.ANNOUNCEMENT]


@pytest.mark.parametrize("posted", [None, "2027-04-01", "2027-05-02"])
def test_a_posting_read_later_than_that_is_announced_at_once(posted):
    assert leads_wanted(posting(posted=posted), channel().schedule, "2027-05-02 10:17") == ["new"]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OPEN])
def test_nothing_is_said_of_a_posting_that_is_not_open(status):
    one = posting(status=status, deadline="2027-05-09")
    assert leads_wanted(one, channel().schedule, "2027-05-08 12:00") == []
    assert timeline([one], [channel()], instant("2027-05-01"), instant("2027-06-01")) == []


def test_what_closed_before_its_announcement_is_never_announced():
    one = posting(posted="2027-05-02", deadline="2027-05-02 08:00")
    assert leads_wanted(one, channel(remind_at="09:00").schedule, "2027-05-02 12:00") == []
    assert leads_wanted(one, channel(remind_at="08:00", reminders="").schedule, "2027-05-02 06:00") == ["new"]


def test_a_review_that_has_begun_still_lets_a_posting_be_announced_but_not_reminded_of():
    one = posting(deadline="2027-05-02", deadline_kind="review-begins")
    assert leads_wanted(one, channel().schedule, "2027-05-01 12:00") == ["new", "1d"]
    assert leads_wanted(one, channel().schedule, "2027-05-03 12:00") == ["new"]


# --- When reminders are due


@pytest.mark.parametrize(
    ("ends", "ends_in", "lead", "channel_zone", "due_at"),
    [
        # 7 calendar days before, at 09:00, both on the channel's clock.
        ("2027-05-12", "Europe/Berlin", "7d", "Europe/Berlin", "2027-05-05 07:00"),
        # The deadline's day is another one where the channel is.
        ("2027-05-12", "AoE", "1d", "Europe/Berlin", "2027-05-12 07:00"),
        ("2027-05-12 01:00", "Asia/Tokyo", "1d", "America/New_York", "2027-05-10 13:00"),
        ("2027-05-12 02:00+02:00", "UTC", "1d", "America/New_York", "2027-05-10 13:00"),
        # Days are calendar days and hours are hours, also over a clock change.
        ("2027-03-28", "Europe/Berlin", "1d", "Europe/Berlin", "2027-03-27 08:00"),
        ("2027-03-28", "Europe/Berlin", "24h", "Europe/Berlin", "2027-03-27 21:59:59"),
        ("2027-03-29 09:00", "Europe/Berlin", "2d", "Europe/Berlin", "2027-03-27 08:00"),
        ("2027-03-29 09:00", "Europe/Berlin", "48h", "Europe/Berlin", "2027-03-27 07:00"),
        # The deadline's very day, and its very instant.
        ("2027-05-12 09:00", "Europe/Berlin", "0d", "Europe/Berlin", "2027-05-12 07:00"),
        ("2027-05-12", "Europe/Berlin", "0h", "Asia/Tokyo", "2027-05-12 21:59:59"),
        ("2027-05-12", "Europe/Berlin", "36h", "Asia/Tokyo", "2027-05-11 09:59:59"),
    ],
)
def test_a_reminder_is_due_that_long_before_the_deadline(ends, ends_in, lead, channel_zone, due_at):
    one = posting(deadline=deadline(ends, ends_in))
    [occasion] = reminders(one, channel(reminders=lead, timezone=channel_zone).schedule)
    assert occasion.at == instant(due_at)
    assert str(occasion.lead) == lead


@pytest.mark.parametrize(
    ("day", "clock", "due_at"),
    [("2027-03-29", "02:30", "2027-03-28 01:30"), ("2027-11-01", "02:30", "2027-10-31 00:30")],
)
def test_a_reminder_at_a_time_that_the_clocks_skip_or_double_is_read_as_rfc_5545_does(day, clock, due_at):
    schedule = channel(reminders="1d", remind_at=clock).schedule
    [occasion] = reminders(posting(deadline=day), schedule)
    assert occasion.at == instant(due_at)


def test_a_reminder_that_would_come_after_the_deadline_is_none():
    assert reminders(posting(deadline="2027-05-12 08:59"), channel(reminders="0d").schedule) == []


@pytest.mark.parametrize(
    "given", [{}, {"deadline": "2027-05-12", "deadline_kind": "rolling"}], ids=["no deadline", "rolling"]
)
def test_nobody_is_reminded_of_a_rolling_posting(given):
    assert reminders(posting(**given), channel().schedule) == []


@pytest.mark.parametrize("order", list(permutations(["1d", "24h", "7d", "168h"])))
def test_two_leads_of_one_instant_say_one_thing_whatever_their_order(order):
    one = posting(deadline="2027-05-12 09:00")
    found = reminders(one, channel(reminders=" ".join(order)).schedule)
    assert [str(occasion.lead) for occasion in found] == ["7d", "1d"]


def test_which_of_two_leads_of_one_instant_it_is_does_not_depend_on_the_process():
    # Words hash differently in each process; a key that followed the order of a set would be new after a restart.
    one = posting(deadline="2027-06-30 09:00")
    for days in range(1, 40):
        schedule = channel(reminders=f"{24 * days}h {days}d").schedule
        assert [occasion.lead for occasion in reminders(one, schedule)] == [Lead(days, "d")]


# --- Catching up


def test_an_announcement_and_every_reminder_come_in_their_turn():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    days = [(day, bot.tick(instant(f"2027-05-{day:02} 07:00"))) for day in range(1, 32)]
    assert [(day, said) for day, said in days if said] == [
        (1, ["new: owl"]),
        (17, ["14d: owl"]),
        (24, ["7d: owl"]),
        (30, ["1d: owl"]),
    ]


def test_after_an_outage_only_the_nearest_missed_reminder_goes_out():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-01")) == ["new: owl"]
    assert bot.tick(instant("2027-05-30 12:00")) == ["1d: owl"]
    assert bot.tick(instant("2027-05-30 12:01")) == []


def test_an_announcement_stands_in_for_the_reminders_that_fell_due_before_it():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-25 12:00")) == ["new: owl"]
    assert bot.tick(instant("2027-05-25 12:01")) == []
    assert bot.tick(instant("2027-05-30 07:00")) == ["1d: owl"]


def test_an_announcement_stands_in_for_the_reminder_of_its_very_instant():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", posted="2027-05-24", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-24 07:00")) == ["new: owl"]
    assert bot.tick(instant("2027-05-24 08:00")) == []


def test_an_announcement_that_arrives_late_stands_in_for_what_fell_due_while_it_was_on_its_way():
    one, lab = posting(deadline="2027-05-31"), channel()
    notices = [Notice(occasion, lab.name) for occasion in wanted(one, lab.schedule, instant("2027-05-30 07:00"))]
    assert [short(notice) for notice in notices] == ["new: phd-owls", "1d: phd-owls"]
    ledger = {notices[0].key: Entry(State.DELIVERED, instant("2027-05-30 07:00:02"))}
    assert due(notices, ledger, instant("2027-05-30 07:00:02")) is None
    ledger = {notices[0].key: Entry(State.DELIVERED, instant("2027-05-30 06:59:59"))}
    assert due(notices, ledger, instant("2027-05-30 07:00:02")) is notices[1]


def test_nothing_is_said_again_after_a_restart():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-25 12:00")) == ["new: owl"]
    bot.restart()
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-25 12:01")) == []


def test_nothing_is_said_again_when_a_file_is_touched_or_mended():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    bot.tick(instant("2027-05-25 12:00"))
    bot.agenda.change([posting("owl", deadline="2027-05-31", title="Owls, and mice")])
    assert bot.tick(instant("2027-05-25 12:01")) == []


def test_a_deadline_that_moves_has_reminders_of_its_own():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-01")) == ["new: owl"]
    assert bot.tick(instant("2027-05-30 07:00")) == ["1d: owl"]
    bot.agenda.change([posting("owl", deadline="2027-06-30")])
    assert bot.tick(instant("2027-05-30 08:00")) == []
    assert bot.tick(instant("2027-06-29 08:00")) == ["1d: owl"]


def test_the_same_deadline_written_in_another_zone_is_no_other_deadline():
    lab = channel(reminders="1d")
    berlin = posting(deadline=deadline("2027-05-31 12:00", "Europe/Berlin"))
    utc = posting(deadline=deadline("2027-05-31 10:00+00:00"))
    assert [Notice(one, lab.name).key for one in reminders(berlin, lab.schedule)] == [
        Notice(one, lab.name).key for one in reminders(utc, lab.schedule)
    ]


def test_a_posting_that_is_renamed_keeps_its_past():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-01")) == ["new: owl"]
    assert bot.tick(instant("2027-05-24 07:00")) == ["7d: owl"]
    bot.agenda.change([posting("barn-owl", deadline="2027-05-31", aliases=("owl",))], ["owl"])
    assert bot.tick(instant("2027-05-25")) == []
    assert bot.tick(instant("2027-05-30 07:00")) == ["1d: barn-owl"]


def test_what_is_settled_under_a_former_id_stays_settled_whatever_became_of_the_new_one():
    lab, one = channel(), posting("barn-owl", aliases=("owl",))
    [notice] = [Notice(occasion, lab.name) for occasion in wanted(one, lab.schedule, instant("2027-05-02"))]
    past = instant("2027-05-01")
    ledger = {notice.keys[0]: Entry(State.DUE_AGAIN, past, past), notice.keys[1]: Entry(State.DELIVERED, past)}
    assert due([notice], ledger, instant("2027-05-02")) is None


def test_every_channel_hears_of_it_once_whatever_else_changes_in_its_settings():
    ledger = {}
    said = []
    for lab in (channel(), channel(remind_at="10:00"), channel(timezone="Asia/Tokyo", follows="phd"), channel("b")):
        bot = Bot([lab], ledger)
        bot.agenda.change([posting("owl")])
        said += bot.tick(instant("2027-05-02"))
    assert said == ["new: owl", "new: owl"]
    assert sorted(ledger) == ["b/owl/announcement", "lab/owl/announcement"]


@pytest.mark.parametrize(
    ("entry", "is_due"),
    [
        (None, True),
        (Entry(State.DELIVERED, instant("2027-05-01")), False),
        (Entry(State.REFUSED, instant("2027-05-01")), False),
        (Entry(State.ON_THE_WIRE, instant("2027-05-01")), False),
        (Entry(State.IN_DOUBT, instant("2027-05-01")), False),
        (Entry(State.DUE_AGAIN, instant("2027-05-01"), instant("2027-05-02 12:00:01")), False),
        (Entry(State.DUE_AGAIN, instant("2027-05-01"), instant("2027-05-02 12:00:00")), True),
        (Entry(State.DUE_AGAIN, instant("2027-05-01")), True),
    ],
)
def test_only_what_the_ledger_does_not_settle_hold_or_put_off_is_due(entry, is_due):
    now, lab = instant("2027-05-02 12:00"), channel()
    notices = [Notice(occasion, lab.name) for occasion in wanted(posting(), lab.schedule, now)]
    assert due(notices, {notices[0].key: entry} if entry else {}, now) is (notices[0] if is_due else None)


def test_what_is_put_off_is_outstanding_and_what_is_settled_is_not():
    now, lab = instant("2027-05-02 12:00"), channel()
    notices = [Notice(occasion, lab.name) for occasion in wanted(posting(), lab.schedule, now)]
    put_off = Entry(State.DUE_AGAIN, now, now + SECOND)
    assert outstanding(notices, {}) == (notices[0], None)
    assert outstanding(notices, {notices[0].key: put_off}) == (notices[0], put_off)
    assert outstanding(notices, {notices[0].key: Entry(State.REFUSED, now)}) == (None, None)


def test_a_reminder_waits_for_an_announcement_that_is_put_off():
    now, lab = instant("2027-05-30 12:00"), channel()
    notices = [Notice(occasion, lab.name) for occasion in wanted(posting(deadline="2027-05-31"), lab.schedule, now)]
    ledger = {notices[0].key: Entry(State.DUE_AGAIN, now, now + SECOND)}
    assert due(notices, ledger, now) is None
    assert due(notices, ledger, now + SECOND) is notices[0]


def test_a_channel_hears_only_of_what_it_follows():
    bot = Bot([channel("all"), channel("phds", follows="phd"), channel("owls", follows="postdoc owls")])
    bot.agenda.change([posting("a"), posting("b", role="postdoc"), posting("c", role="phd postdoc", title="Mice")])
    bot.tick(instant("2027-05-02"))
    heard = {(notice.audience, notice.occasion.posting.id) for _, notice in bot.said}
    assert heard == {("all", "a"), ("all", "b"), ("all", "c"), ("phds", "a"), ("phds", "c"), ("owls", "b")}


# --- Digests


def some_notices(number):
    lab = channel()
    return [
        Notice(occasion, lab.name)
        for name in range(number)
        for occasion in wanted(posting(f"p{name}"), lab.schedule, instant("2027-05-02"))
    ]


@pytest.mark.parametrize("number", [0, 1, 5])
def test_up_to_five_notices_go_out_one_by_one(number):
    notices = some_notices(number)
    assert sorted(bundles(channel(), notices), key=str) == sorted(
        [Dispatch(channel(), (notice,)) for notice in notices], key=str
    )


@pytest.mark.parametrize("number", [6, 300])
def test_more_than_five_notices_become_one_message_that_holds_them_all(number):
    notices = some_notices(number)
    [digest] = bundles(channel(), notices)
    assert sorted(notice.key for notice in digest.notices) == sorted(notice.key for notice in notices)
    assert DIGEST_ABOVE == 5


def test_notices_go_out_in_the_order_in_which_they_fell_due():
    lab, now = channel(), instant("2027-05-31")
    postings = [
        posting("late", posted="2027-05-05"),
        posting("soon", posted="2027-05-04", deadline="2027-06-20"),
        posting("early", posted="2027-05-04", deadline="2027-06-18"),
        posting("at-once", deadline="2027-07-01"),
    ]
    notices = [Notice(wanted(one, lab.schedule, now)[0], lab.name) for one in postings]
    assert [one.notices[0].occasion.posting.id for one in bundles(lab, notices)] == ["at-once", "early", "soon", "late"]


# --- The agenda


def test_what_is_removed_before_the_first_look_is_never_said():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl"), posting("mouse")])
    bot.agenda.change([], ["owl"])
    assert bot.tick(instant("2027-05-02")) == ["new: mouse"]


def test_what_is_removed_and_comes_back_in_one_reading_is_there():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl")], ["owl"])
    assert bot.tick(instant("2027-05-02")) == ["new: owl"]


def test_what_is_removed_is_not_reminded_of():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31")])
    bot.tick(instant("2027-05-01"))
    bot.agenda.change([], ["owl", "never-was"])
    assert bot.tick(instant("2027-05-30 12:00")) == []


def test_a_draft_is_announced_when_it_opens():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", status=Status.DRAFT)])
    assert bot.tick(instant("2027-05-01")) == []
    bot.agenda.change([posting("owl")])
    assert bot.tick(instant("2027-05-02")) == ["new: owl"]


def test_what_falls_due_while_a_message_is_on_its_way_is_not_forgotten():
    agenda = Agenda(KnownAudiences([channel()]))
    agenda.change([posting("owl", deadline="2027-05-31")])
    [[before]] = agenda.look(instant("2027-05-30 06:59"))
    [[after]] = agenda.look(instant("2027-05-30 07:00"))
    agenda.settle(before)
    assert list(agenda.look(instant("2027-05-30 07:01"))) == [[after]]
    agenda.settle(after)
    assert list(agenda.look(instant("2027-05-30 07:02"))) == []


def test_the_next_instant_is_that_of_the_next_occasion():
    bot = Bot([channel(reminders="7d 1h")])
    assert bot.agenda.next_instant() is None
    bot.agenda.change([posting("owl", posted="2027-05-10", deadline="2027-05-31")])
    instants = []
    now = instant("2027-05-01")
    while now:
        bot.tick(now)
        now = bot.agenda.next_instant()
        instants.append(now)
    assert instants == [
        instant("2027-05-10 07:00"),
        instant("2027-05-24 07:00"),
        instant("2027-05-31 20:59:59"),
        instant("2027-05-31 21:59:59.000001"),
        None,
    ]
    assert [short(notice) for _, notice in bot.said] == ["new: owl", "7d: owl", "1h: owl"]


def test_nothing_lies_ahead_of_a_posting_that_is_not_open():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", status=Status.FILLED, deadline="2027-05-31")])
    assert bot.tick(instant("2027-05-01")) == []
    assert bot.agenda.next_instant() is None


def test_when_the_clock_is_set_back_what_lies_ahead_again_is_said_in_its_time_and_nothing_twice():
    bot = Bot([channel()])
    bot.agenda.change([posting("owl", deadline="2027-05-31"), posting("mouse", posted="2027-05-20")])
    assert bot.tick(instant("2027-05-10")) == ["new: owl"]
    bot.due(instant("2027-06-10"))  # a wrong clock, and no message left
    assert bot.due(instant("2027-05-10 00:01")) == []
    assert bot.tick(instant("2027-05-17 07:00")) == ["14d: owl"]
    assert bot.tick(instant("2027-05-20 07:00")) == ["new: mouse"]


# --- Looking ahead


def test_a_timeline_names_every_notice_in_order_of_time():
    postings = [posting("owl", posted="2027-05-03", deadline="2027-05-31"), posting("mouse", role="postdoc")]
    channels = [channel("b", follows="phd"), channel("a", reminders="1d", timezone="Asia/Tokyo")]
    found = timeline(postings, channels, instant("2027-05-01"), instant("2027-05-31"))
    assert [(f"{at:%d %H:%M}", notice.audience, short(notice)) for at, notice in found] == [
        ("01 00:00", "a", "new: mouse"),
        ("03 00:00", "a", "new: owl"),
        ("03 07:00", "b", "new: owl"),
        ("17 07:00", "b", "14d: owl"),
        ("24 07:00", "b", "7d: owl"),
        ("30 07:00", "b", "1d: owl"),
        ("31 00:00", "a", "1d: owl"),
    ]


def test_a_timeline_holds_both_its_ends():
    one = posting("owl", posted="2027-05-03", deadline="2027-05-31")
    start, end = instant("2027-05-03 07:00"), instant("2027-05-24 07:00")
    assert [short(notice) for _, notice in timeline([one], [channel()], start, end)] == [
        "new: owl",
        "14d: owl",
        "7d: owl",
    ]
    assert len(timeline([one], [channel()], start, end - SECOND)) == 2


def test_in_a_timeline_too_an_announcement_stands_in_for_what_falls_due_before_it_or_with_it():
    one = posting("owl", posted="2027-05-24", deadline="2027-05-31")
    found = timeline([one], [channel()], instant("2027-05-01"), instant("2027-06-01"))
    assert [short(notice) for _, notice in found] == ["new: owl", "1d: owl"]


def test_in_a_timeline_what_is_due_at_once_stands_at_its_start():
    one = posting("owl", posted="2027-01-03", deadline="2027-05-31")
    start = instant("2027-05-20")
    found = timeline([one], [channel()], start, instant("2027-06-20"))
    assert [(at, short(notice)) for at, notice in found] == [
        (start, "new: owl"),
        (instant("2027-05-24 07:00"), "7d: owl"),
        (instant("2027-05-30 07:00"), "1d: owl"),
    ]


def test_an_announcement_that_waits_for_monday_keeps_back_a_reminder_that_falls_due_before():
    one, schedule = posting(deadline="2027-05-11 14:00"), channel(working_days="", reminders="36h").schedule
    sunday = instant("2027-05-09 12:00")
    night = instant("2027-05-10 02:00", BERLIN)
    first, reminder = wanted(one, schedule, night, sunday)
    assert kept_back_until(first, schedule, night, sunday) == instant("2027-05-10 09:00", BERLIN)
    assert kept_back_until(reminder, schedule, night, sunday) is None
    lab, known = channel(), {"lab/phd-owls/announcement": Entry(State.DELIVERED, sunday - timedelta(days=9))}
    assert due([Notice(first, lab.name), Notice(reminder, lab.name)], {}, night).occasion is first
    assert due([Notice(first, lab.name), Notice(reminder, lab.name)], known, night).occasion is reminder
    found = wanted(one, schedule, instant("2027-05-10 09:00", BERLIN), sunday)
    assert [occasion.kind for occasion in found] == [Kind.ANNOUNCEMENT, Kind.REMINDER]
    leads = channel(working_days="", reminders="36h", announce="reminders").schedule
    found = wanted(one, leads, instant("2027-05-10 02:00", BERLIN), sunday)
    assert [occasion.kind for occasion in found] == [Kind.REMINDER]


# --- Against the slow and obvious way

ANCHORS = [
    date(2027, 3, 14),  # clocks change in New York,
    date(2027, 3, 28),  # in Berlin,
    date(2027, 4, 4),  # on Lord Howe Island,
    date(2027, 4, 30),  # in Cairo,
    date(2027, 10, 31),  # in Berlin,
    date(2027, 11, 7),  # in New York and Havana;
    date(2011, 12, 30),  # a day that was none on Samoa
    date(2028, 2, 29),
]
OPEN_MOSTLY = [Status.OPEN] * 5 + list(Status)
KINDS_MOSTLY = [DeadlineKind.FIXED] * 3 + list(DeadlineKind)
CLOCKS = [time(0), time(0, 30), time(2), time(2, 15), time(2, 30), time(9), time(12), time(23, 45), DAY_END]
LEADS = leads("0d 1d 2d 3d 7d 14d 0h 1h 24h 36h 48h 168h")
ROLES = (Role.PHD, Role.POSTDOC)
QUIET = [QuietHours.parse(text) for text in ("22:00-08:00", "00:15-09:30", "02:30-01:45", "23:45-00:00", "9:00-14:00")]
DIGESTS = [DigestTimes.parse(text) for text in ("daily 09:00", "daily 2:30", "weekly mon 0:00", "weekly sun 12:00")]


@st.composite
def deadlines(draw, anchor):
    day, clock = anchor + timedelta(days=draw(st.integers(-8, 12))), draw(st.sampled_from(CLOCKS))
    if draw(st.booleans()):
        name = draw(st.sampled_from(HARD_ZONES))
        return Deadline(at_local(day, clock, zone(name)).astimezone(zone(name)), name)
    at = datetime.combine(day, clock, timezone(timedelta(minutes=15 * draw(st.integers(-48, 56)))))
    return Deadline(at, offset_name(at))


@st.composite
def postings_around(draw, anchor, names):
    ends = draw(st.none() | deadlines(anchor))
    return Posting(
        id=draw(names),
        title="Owls",
        roles=draw(st.sampled_from([(Role.PHD,), (Role.POSTDOC,), ROLES])),
        timezone=draw(st.sampled_from(HARD_ZONES)),
        status=draw(st.sampled_from(OPEN_MOSTLY)),
        posted=draw(st.none() | st.integers(-12, 12).map(lambda days: anchor + timedelta(days=days))),
        deadline=ends,
        deadline_kind=draw(st.sampled_from(KINDS_MOSTLY)) if ends else DeadlineKind.ROLLING,
    )


def test_a_reminder_that_a_digest_was_to_tell_waits_for_the_one_that_announces_its_posting():
    place = channel(announce="moved", digest="weekly mon 09:00", reminders="14d 7d 2h")
    some = posting("owls", deadline="2027-05-20 23:59")
    start = instant("2027-05-08 10:00")  # the digest after the day 14 days before was on the 6th's Monday before
    said = [
        (at, notice.occasion.kind, str(notice.occasion.lead or ""))
        for at, notice in timeline([some], [place], start, NEVER)
    ]
    assert wanted(some, place.schedule, start, start) == []
    assert [(kind, lead) for _, kind, lead in said] == [
        (Kind.ANNOUNCEMENT, ""),
        (Kind.REMINDER, "7d"),
        (Kind.REMINDER, "2h"),
        (Kind.CLOSED, ""),
    ]


@st.composite
def channels_of_all_kinds(draw, *, with_peace=False, with_digests=False):
    schedules = st.builds(
        Schedule,
        st.sampled_from(HARD_ZONES),
        st.sampled_from([clock for clock in CLOCKS if clock != DAY_END]),
        st.lists(st.sampled_from(LEADS), max_size=4).map(tuple),
        quiet=st.none() | st.none() | st.sampled_from(QUIET) if with_peace else st.none(),
        digest=st.none() | st.none() | st.none() | st.sampled_from(DIGESTS) if with_digests else st.none(),
        working_days=st.sampled_from([None, None, ""]) if with_peace else st.none(),
        announce=st.just(USUALLY_ANNOUNCED) | st.frozensets(st.sampled_from(Announced))
        if with_peace
        else st.just(USUALLY_ANNOUNCED),
    )
    shared = draw(schedules)
    return [
        Audience(
            name,
            Destination("console", name),
            draw(st.just(shared) | schedules),
            filter=Query(draw(st.sampled_from([frozenset(), frozenset({Role.PHD}), frozenset(ROLES)]))),
        )
        for name in ("a", "b", "c")[: draw(st.integers(1, 3))]
    ]


@dataclass
class World:
    anchor: date
    channels: list[Audience]
    postings: list[Posting]

    def instant(self, days, minutes):
        return datetime.combine(self.anchor, time(), UTC) + timedelta(days=days, minutes=minutes)

    def occasions(self):
        return sorted({at for lab in self.channels for one in self.postings for at in slow.occasions(lab, one)})


@st.composite
def worlds(draw, *, with_peace=False, with_digests=False):
    anchor = draw(st.sampled_from(ANCHORS))
    postings = [draw(postings_around(anchor, st.just(name))) for name in ("p", "q", "r")[: draw(st.integers(1, 3))]]
    return World(anchor, draw(channels_of_all_kinds(with_peace=with_peace, with_digests=with_digests)), postings)


@st.composite
def instants_of(draw, world):
    """Any minute around that time, or an occasion, or a second beside one."""
    occasions = world.occasions()
    if occasions and draw(st.booleans()):
        return draw(st.sampled_from(occasions)) + draw(st.sampled_from([-SECOND, timedelta(), SECOND]))
    return world.instant(draw(st.integers(-16, 16)), draw(st.integers(0, 24 * 60)))


def told(notice):
    """A notice as the slow way names it."""
    one, occasion = notice.occasion.posting, notice.occasion
    if occasion.kind is Kind.ANNOUNCEMENT:
        return slow.Said(notice.audience, one.id, None, None)
    return slow.Said(notice.audience, one.id, occasion.at, one.deadline.at.astimezone(UTC))


def due_by_rule(channels, postings, ledger, now, listed):
    """`wanted` and `due` for every posting and every channel, without an agenda."""
    found = []
    for lab in channels:
        for one in postings:
            occasions = wanted(one, lab.schedule, now, listed.get(one.id)) if matches(lab.filter, one) else []
            notice = due([Notice(occasion, lab.name) for occasion in occasions], ledger, now)
            listed_at = listed.get(one.id, now)
            is_held = notice and kept_back_until(notice.occasion, lab.schedule, now, listed_at)
            found += [notice] if notice and not is_held else []
    return found


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_happens_agenda_and_rule_find_what_the_slow_way_finds(data):
    """Rounds at any instants (outages, clocks set back), files changed and removed in between, messages that
    arrive, are refused, are put off or get lost on the way.
    """
    world = data.draw(worlds(with_peace=True))
    postings = {one.id: one for one in world.postings}
    bot, slow_ledger = Bot(world.channels), {}
    bot.agenda.change(world.postings)
    said, listed = set(), {}
    for _ in range(data.draw(st.integers(1, 8))):
        now = data.draw(instants_of(world))
        for one in postings.values():
            if one.status is Status.OPEN:
                listed[one.id] = min(now, listed.get(one.id, now))
        found = bot.due(now)
        expected = {
            due
            for lab in world.channels
            for one in postings.values()
            if (due := slow.due_now(lab, one, slow_ledger, now, listed.get(one.id)))
        }
        assert {told(notice) for notice in found} == expected
        assert len(found) == len(expected)
        by_rule = due_by_rule(world.channels, postings.values(), bot.ledger, now, listed)
        assert {told(notice) for notice in by_rule} == expected

        for notice in found:
            assert told(notice) not in said
            became = data.draw(st.sampled_from([State.DELIVERED] * 4 + list(State)))
            if became.is_settled:
                said.add(told(notice))
                bot.ledger[notice.key], slow_ledger[told(notice)] = Entry(became, now), slow.Settled(now)
            elif became is State.DUE_AGAIN:
                later = now + timedelta(hours=data.draw(st.integers(0, 48)))
                bot.ledger[notice.key], slow_ledger[told(notice)] = Entry(became, now, later), slow.DueAgain(now, later)
            else:
                bot.ledger[notice.key], slow_ledger[told(notice)] = Entry(became, now), slow.OnTheWire()
        if data.draw(st.integers(0, 9)) == 0:
            bot.restart()
            bot.agenda.change(postings.values())
            listed.clear()
        names = st.sampled_from(["p", "q", "r"])
        changed = data.draw(st.lists(postings_around(world.anchor, names), max_size=1))
        removed = data.draw(st.lists(names, max_size=1))
        bot.agenda.change(changed, removed)
        for name in removed:
            postings.pop(name, None)
        postings |= {one.id: one for one in changed}
        world.postings = list(postings.values())


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_looking_only_at_the_next_instant_says_all_that_looking_all_the_time_says(data):
    world = data.draw(worlds(with_peace=True, with_digests=True))
    start, end = sorted([data.draw(instants_of(world)), data.draw(instants_of(world))])
    bot = Bot(world.channels)
    bot.agenda.change(world.postings)
    now = start
    while now and now <= end:
        bot.tick(now)
        following = bot.agenda.next_instant()
        assert following is None or following > now
        now = following
    expected = slow.every_round(world.channels, world.postings, start, end, timedelta(hours=6))
    assert sorted((at, told(notice)) for at, notice in bot.said if notice.occasion.lead) == sorted(
        (at, said) for at, said in expected if said.due_at
    )
    assert {(at, told(notice)) for at, notice in bot.said} == set(expected)
    assert len(bot.said) == len(expected)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_timeline_is_what_one_who_looks_all_the_time_says_from_an_empty_ledger(data):
    world = data.draw(worlds(with_peace=True, with_digests=True))
    start, end = sorted([data.draw(instants_of(world)), data.draw(instants_of(world))])
    found = timeline(world.postings, world.channels, start, end)
    expected = slow.every_round(world.channels, world.postings, start, end, timedelta(hours=6))
    alive = [(at, notice) for at, notice in found if notice.occasion.kind is not Kind.CLOSED]
    assert {(at, told(notice)) for at, notice in alive} == set(expected)
    assert len(alive) == len(expected)
    closed = [(at, *pair(notice)) for at, notice in found if notice.occasion.kind is Kind.CLOSED]
    heard = {(said.channel, said.posting) for at, said in expected if at <= last_of(world, said.posting)}
    closings = {
        (slow.closing_said_at(one, lab), lab.name, one.id)
        for lab in world.channels
        for one in world.postings
        if (lab.name, one.id) in heard
    }
    assert sorted(closed) == sorted(closing for closing in closings if closing[0] and closing[0] <= end)
    assert [at for at, _ in found] == sorted(at for at, _ in found)


def pair(notice):
    return notice.audience, notice.occasion.posting.id


def last_of(world, name):
    """A deadline with which a posting closes."""
    return next(slow.last_instant(one) or EVER for one in world.postings if one.id == name)


def test_minute_by_minute_through_a_clock_change_it_is_the_same():
    channels = [
        channel("a", reminders="2d 1d 5h", remind_at="02:30"),
        channel("b", timezone="America/New_York", reminders="1d 0h"),
    ]
    postings = [
        posting("owl", posted="2027-03-27", deadline="2027-03-29 12:00"),
        posting("mouse", deadline=deadline("2027-03-28", "AoE"), deadline_kind="review-begins"),
    ]
    start, end = instant("2027-03-26 12:00"), instant("2027-03-29 13:00")
    bot = Bot(channels)
    bot.agenda.change(postings)
    for minute in range((end - start) // timedelta(minutes=1) + 1):
        bot.tick(start + minute * timedelta(minutes=1))
    by_hand = slow.Secretary(channels, {})
    for minute in range((end - start) // timedelta(minutes=1) + 1):
        by_hand.round(postings, start + minute * timedelta(minutes=1))
    assert {told(notice): at for at, notice in bot.said} == {said: at for said, (at,) in by_hand.ledger.items()}
    assert len(bot.said) == len(by_hand.ledger) == 12


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_promises_hold_at_whatever_instants_the_bot_looks(data):
    world = data.draw(worlds(with_peace=True))
    bot = Bot(world.channels)
    bot.agenda.change(world.postings)
    for now in sorted(data.draw(st.lists(instants_of(world), max_size=10))):
        bot.tick(now)
        assert bot.tick(now) == []  # one notice of a posting at a time, and a second tick has nothing to add
        if data.draw(st.booleans()):
            bot.restart()
            bot.agenda.change(world.postings)

    keys = [notice.key for _, notice in bot.said]
    assert len(keys) == len(set(keys))
    schedules = {lab.name: lab.schedule for lab in world.channels}
    announced = {}
    for now, notice in bot.said:
        one, occasion = notice.occasion.posting, notice.occasion
        pair = (notice.audience, one.id)
        assert one.status is Status.OPEN
        assert one.closes_at is None or now <= one.closes_at
        if occasion.kind is Kind.ANNOUNCEMENT:
            announced[pair] = now
            day = one.posted and slow_at_local(one.posted, time(), schedules[notice.audience].timezone)
            assert day is None or now >= day
        else:
            assert announced.get(pair, EVER) < occasion.at <= now <= one.deadline.at
            assert one.deadline_kind is not DeadlineKind.ROLLING


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=12, unique=True))
def test_whatever_is_due_goes_out_whole_and_as_one_message_when_it_is_much(numbers):
    lab = channel()
    notices = [
        Notice(occasion, lab.name)
        for number in numbers
        for occasion in wanted(posting(f"p{number}"), lab.schedule, instant("2027-05-02"))
    ]
    messages = bundles(lab, notices)
    assert sorted(one.key for message in messages for one in message.notices) == sorted(one.key for one in notices)
    assert len(messages) == (1 if len(numbers) > 5 else len(numbers))


# --- Leads


@pytest.mark.parametrize("text", ["7d", "36h", "0d", "9999h"])
def test_a_lead_is_written_as_it_is_read(text):
    assert str(Lead.parse(text)) == text
    assert Lead.parse(f" {text} ") == Lead.parse(text)


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-1d", "07d", "1.5d", "7D", "1w", "7dd", "99999d", "７d"])
def test_what_is_no_lead_is_told_how_to_write_one(text):
    with pytest.raises(ValueError, match="write days or hours, such as 7d or 36h"):
        Lead.parse(text)


def test_a_ledger_key_is_made_of_channel_posting_and_occasion():
    lab, one = channel(reminders="7d"), posting("owl", deadline="2027-05-31", aliases=("old-owl",))
    [first] = [Notice(announcement(one, lab.schedule), lab.name)]
    [reminder] = [Notice(occasion, lab.name) for occasion in reminders(one, lab.schedule)]
    assert first.keys == ("lab/owl/announcement", "lab/old-owl/announcement")
    assert reminder.key == "lab/owl/reminder/7d/2027-05-31T21:59:59Z"
    assert replace(reminder, audience="b").key == "b/owl/reminder/7d/2027-05-31T21:59:59Z"
