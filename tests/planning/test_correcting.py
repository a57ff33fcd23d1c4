"""What was said stays true: messages that stand are put right, and news is told once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.audiences.dispatch import Act, Dispatch
from bot.domain.notice import Kind, State
from bot.domain.posting import Status
from bot.domain.version import Standing, standing_of
from bot.planning.correcting import MISSED, together
from bot.planning.plan import Plan
from bot.planning.review import GATHERED, QUIET, Review
from tests.domain.build import BERLIN, channel, instant, posting
from tests.domain.chat import Chat

SECOND = timedelta(seconds=1)
BEFORE = "Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2)"
LATER = "Thursday, 10 June 2027, 23:59 (Europe/Berlin, UTC+2)"
EARLIER = "Thursday, 20 May 2027, 23:59 (Europe/Berlin, UTC+2)"


def owl(**given):
    given = {"deadline": "2027-05-31", "apply": "https://owls.example/apply", "url": "https://owls.example"} | given
    return posting("owl", **given)


def announced(one=None, **given):
    """A channel that has heard of the owls."""
    chat = Chat(**given)
    chat.has(one or owl())
    chat.announces("owl")
    return chat


def closing():
    return channel(announce_closing=True)


def several(*names, **given):
    """A channel that has heard of several in one digest."""
    chat = Chat(**given)
    chat.has(*(posting(name, title=name.title(), deadline="2027-05-31") for name in names))
    chat.announces(*names, digest=True)
    return chat


def test_what_an_admin_asks_for_is_said_in_quiet_hours_as_well():
    chat = announced(channel=channel(quiet="16:00-20:00"))
    chat.now = instant("2027-05-01 17:00", BERLIN)
    chat.has_changed(deadline="2027-06-10")
    assert chat.look().news_at == instant("2027-05-01 20:00", BERLIN)
    chat.asks(Kind.ANNOUNCEMENT)
    assert (chat.look().news.occasion.kind, chat.look().news_at) == (Kind.ANNOUNCEMENT, None)


# --- Nothing has changed


def test_what_is_true_needs_no_correction():
    chat = announced()
    assert chat.settles() == []
    assert not chat.look().is_pending


def test_of_what_was_never_heard_of_nothing_is_said():
    chat = Chat(closing())
    chat.has(owl())
    chat.has_changed(deadline="2027-06-10")
    chat.has_changed(status=Status.FILLED)
    assert chat.settles() == []


def test_what_was_refused_is_not_put_right_and_no_news():
    chat = Chat(closing())
    chat.has(owl())
    chat.send(Dispatch(chat.channel, (chat.due(),)), State.REFUSED)
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles() == []
    chat.has_changed(status=Status.FILLED)
    assert chat.settles() == []


def test_what_the_message_does_not_show_needs_no_edit():
    chat = announced()
    chat.has_changed(description="Much more of it.", tags=("night",), supervisors=("Prof. Uhu",))
    assert chat.settles() == []


def test_openings_in_an_announcement_and_the_way_to_apply_in_a_digest_are_put_right_as_all_else_is():
    chat = announced(owl(openings=1))
    assert chat.settles() == []
    chat.has_changed(openings=2)
    assert chat.settles() == ["edit 1"]
    assert "2 openings" in chat.lines("1")[2]
    chat = Chat()
    names = [f"owl{number}" for number in range(6)]
    chat.has(*(posting(name, apply="jobs@owls.example", deadline="2027-05-31") for name in names))
    chat.announces(*names, digest=True)
    chat.has_changed("owl1", apply="night@owls.example")
    assert chat.settles("owl1") == ["edit 1"]
    assert "   Apply: night@owls.example" in chat.lines("1")
    assert chat.settles(*names) == []


def test_what_an_earlier_release_said_is_not_edited_for_what_is_shown_since():
    chat = announced(owl(openings=2))
    for key, record in chat.ledger.items():
        told = replace(record.told, facts=record.told.facts[:12])  # as it was written then
        chat.ledger[key] = replace(record, told=told)
    assert chat.settles() == []
    chat.has_changed(pay="TV-L E14")
    assert chat.settles() == ["edit 1"]


# --- A deadline moves


def test_a_deadline_that_moves_is_told_in_reply_and_every_message_edited_with_the_old_date_struck():
    chat = announced()
    chat.passes(days=23)
    chat.reminds()
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles() == ["deadline-moved on 1", "edit 1", "edit 2"]
    assert chat.lines("3")[0] == "⏩ Deadline extended: Owls at night"
    for reference in "123":
        assert chat.struck(reference) == [BEFORE]
        assert f"⏳ Apply by {LATER}" in "\n".join(chat.lines(reference))
        assert f"Formerly: {BEFORE}" in chat.lines(reference)
        assert chat.buttons(reference) == ["Advert", "Apply", *(["Remind me"] if reference == "1" else [])]
    assert chat.lines("2")[0] == "⏰ Reminder: Owls at night"  # no more the days that were left then


def test_a_deadline_that_moves_earlier_says_so():
    chat = announced()
    chat.has_changed(deadline="2027-05-20")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert chat.lines("2")[0] == "⚠️ The deadline was moved earlier: Owls at night"


def test_each_move_is_told_once_and_the_announcement_keeps_the_first_date_struck():
    chat = announced()
    for number, day in enumerate(["2027-06-10", "2027-06-20", "2027-05-20"], 1):
        chat.has_changed(deadline=day)
        assert "deadline-moved on 1" in chat.settles()
        assert f"lab/owl/deadline-moved/{number}" in chat.ledger
    assert chat.struck("1") == [BEFORE]
    assert chat.struck("2") == [LATER]  # it told of 10 June
    assert chat.settles() == []


def test_a_deadline_that_moves_back_again_is_news_too_and_strikes_nothing_in_the_announcement():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.settles()
    chat.has_changed(deadline="2027-05-31")
    assert chat.settles() == ["deadline-moved on 1", "edit 1", "edit 2"]
    assert chat.struck("1") == []
    assert chat.lines("3")[0] == "⚠️ The deadline was moved earlier: Owls at night"
    assert chat.struck("3") == [LATER]


def test_a_move_that_is_taken_back_before_it_was_told_is_none():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.DUE_AGAIN)
    chat.has_changed(deadline="2027-05-31")
    assert chat.settles() == []


def test_a_move_that_could_not_be_told_yet_is_told_as_it_is_by_then():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.DUE_AGAIN)
    chat.has_changed(deadline="2027-06-20")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert chat.ledger["lab/owl/deadline-moved/1"].attempts == 2
    assert chat.struck("2") == [BEFORE]


def test_while_nobody_knows_whether_the_news_arrived_nothing_is_edited_or_told():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.IN_DOUBT)
    found = chat.look()
    assert (found.news, found.edits, found.is_pending) == (None, (), True)


def test_nor_is_it_when_the_file_is_renamed_meanwhile():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.IN_DOUBT)
    chat.is_called("eagle-owl")
    found = chat.look("eagle-owl")
    assert (found.news, found.edits, found.is_pending) == (None, (), True)


def test_news_that_must_wait_says_until_when():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    later = chat.now + timedelta(hours=1)
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.DUE_AGAIN, due_again_at=later)
    assert (chat.look().news, chat.look().again_at) == (None, later)
    chat.passes(hours=1)
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]


def test_news_that_was_refused_is_not_told_again_and_the_messages_are_put_right():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.REFUSED)
    assert chat.settles() == ["edit 1"]


def test_another_zone_for_the_same_instant_is_a_silent_edit():
    chat = announced()
    chat.has_changed(deadline="2027-05-31T21:59:59+00:00")
    assert chat.look(slight=False).has_slight
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []
    assert "21:59 (UTC)" in "\n".join(chat.lines())


def test_the_second_time_of_a_night_is_another_than_the_first():
    chat = announced(owl(deadline="2027-10-31 02:30"))
    second = instant("2027-10-31 01:30").astimezone(chat.registry["owl"].deadline.at.tzinfo)
    chat.has(replace(chat.registry["owl"], deadline=replace(chat.registry["owl"].deadline, at=second)))
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert "02:30 (Europe/Berlin, UTC+2) " in chat.struck()[0] + " "
    assert "02:30 (Europe/Berlin, UTC+1)" in "\n".join(chat.lines())


def test_a_deadline_that_falls_away_and_one_that_comes_are_moves():
    chat = announced()
    chat.has_changed(deadline=None)
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert chat.lines("2")[0] == "⏩ Deadline extended: Owls at night"
    assert chat.lines("1")[-2:] == [
        "⏳ No fixed deadline: applications are welcome at any time",
        f"Formerly: {BEFORE}",
    ]
    chat.has_changed(deadline="2027-06-10", deadline_kind="fixed")
    assert chat.settles() == ["deadline-moved on 1", "edit 1", "edit 2"]
    assert chat.lines("3")[0] == "⚠️ The deadline was moved earlier: Owls at night"


def test_a_named_date_of_a_rolling_posting_is_no_deadline():
    chat = announced(owl(deadline_kind="rolling"))
    chat.has_changed(deadline="2027-06-10")
    assert chat.look(slight=False).has_slight
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []
    chat.passes(days=100)
    assert standing_of(chat.registry["owl"], chat.now) is Standing.OPEN
    assert chat.settles() == []


def test_when_a_review_begins_is_a_deadline_after_which_it_is_still_open():
    chat = announced(owl(deadline_kind="review-begins"))
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert chat.lines("2")[0] == "⏩ The review begins later: Owls at night"
    chat.passes(days=100)
    assert chat.settles() == []
    assert chat.struck() == [BEFORE]


def test_a_deadline_that_becomes_the_beginning_of_a_review_is_a_silent_edit():
    chat = announced()
    chat.has_changed(deadline_kind="review-begins")
    assert chat.look(slight=False).has_slight
    assert chat.settles() == ["edit 1"]


def test_a_reminder_that_fell_due_before_the_move_was_told_is_not_sent():
    chat = announced()
    chat.passes(days=1)
    chat.has_changed(deadline="2027-05-09")  # its 7-day reminder fell due this morning
    assert chat.due().occasion.kind is Kind.REMINDER
    chat.settles()
    assert chat.due() is None
    chat.passes(days=6)
    assert str(chat.due().occasion.lead) == "1d"


def test_a_position_that_is_open_again_stands_in_for_reminders_too():
    chat = announced()
    chat.has_changed(status=Status.CLOSED)
    chat.settles()
    chat.passes(days=25)  # its 7-day reminder would have gone out
    chat.has_changed(status=Status.OPEN)
    assert chat.due().occasion.kind is Kind.REMINDER
    assert chat.settles()[0] == "reopened on 1"
    assert chat.due() is None


# --- It is over


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.CLOSED, "This position is closed."),
        (Status.FILLED, "This position is filled."),
        (Status.WITHDRAWN, "This position was withdrawn."),
        (Status.DRAFT, "This position is no longer listed."),
    ],
)
def test_a_posting_that_is_over_has_its_title_struck_and_no_button_to_apply(status, said):
    chat = announced()
    chat.passes(days=23)
    chat.reminds()
    chat.has_changed(status=status)
    assert chat.settles() == ["edit 1", "edit 2"]
    for reference in "12":
        assert chat.struck(reference) == ["Owls at night"]
        assert chat.buttons(reference) == ["Advert"]
        assert chat.lines(reference)[1] == said
        assert f"Deadline: {BEFORE}" in "\n".join(chat.lines(reference))


def test_when_the_clock_passes_the_deadline_its_messages_say_so():
    chat = announced()
    ends = chat.registry["owl"].closes_at
    chat.now = ends
    assert chat.settles() == []
    chat.now = ends + SECOND
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == ["Owls at night"]
    assert chat.buttons() == ["Advert"]
    assert f"The deadline passed {BEFORE}" in "\n".join(chat.lines())


def test_a_deadline_that_is_extended_after_it_has_passed_is_a_move():
    chat = announced()
    chat.passes(days=60)
    chat.settles()
    chat.has_changed(deadline="2027-08-31")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]
    assert chat.struck("1") == [BEFORE]
    assert chat.buttons("1") == ["Advert", "Apply", "Remind me"]


def test_a_deadline_moved_into_the_past_is_told_by_the_edit_alone():
    chat = announced()
    chat.has_changed(deadline="2027-04-30")
    assert chat.settles() == ["edit 1"]
    assert "Owls at night" in chat.struck()


def test_that_it_is_over_is_told_only_where_the_channel_wants_that():
    chat = announced(channel=closing())
    chat.has_changed(status=Status.FILLED)
    assert chat.settles() == ["closed on 1", "edit 1"]
    assert chat.lines("2")[0] == "🔒 Filled: Owls at night"
    assert chat.struck("2") == ["Owls at night"]
    assert chat.settles() == []


def test_that_the_deadline_has_passed_is_told_where_the_channel_wants_that():
    chat = announced(channel=closing())
    chat.now = chat.registry["owl"].closes_at + SECOND
    assert chat.settles() == ["closed on 1", "edit 1"]
    assert chat.lines("2")[0] == "🔒 Deadline passed: Owls at night"


def test_that_a_deadline_passed_long_ago_is_no_news():
    chat = announced(channel=closing())
    chat.now = chat.registry["owl"].closes_at + timedelta(days=7, seconds=1)
    assert chat.settles() == ["edit 1"]


def test_that_a_file_is_gone_is_no_news_even_there():
    chat = announced(channel=closing())
    chat.is_gone()
    assert chat.settles() == ["edit 1"]


def test_what_every_message_says_already_is_no_news():
    chat = announced()
    chat.has_changed(status=Status.FILLED)
    chat.settles()
    chat.channel = closing()
    assert chat.settles() == []


def test_filled_after_its_deadline_passed_is_a_silent_edit():
    chat = announced(channel=closing())
    chat.now = chat.registry["owl"].closes_at + SECOND
    chat.settles()
    chat.has_changed(status=Status.FILLED)
    assert chat.settles() == ["edit 1", "edit 2"]
    assert chat.lines("2")[0] == "🔒 Filled: Owls at night"


def test_a_closing_that_is_taken_back_before_it_was_told_is_none():
    chat = announced(channel=closing())
    chat.has_changed(status=Status.CLOSED)
    chat.send(Dispatch(chat.channel, (chat.look().news,), reference="1"), State.DUE_AGAIN)
    chat.has_changed(status=Status.OPEN)
    assert chat.settles() == []


# --- A source closes it


def test_what_a_source_closes_is_put_right_at_once_and_told_a_day_later():
    chat = announced(channel=closing())
    chat.source_closes()
    closed_at = chat.now
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == ["Owls at night"]
    found = chat.look()
    assert (found.news, found.is_pending, found.news_at > closed_at + MISSED) == (None, False, True)
    chat.now = found.news_at - timedelta(microseconds=1)
    assert chat.settles() == []
    chat.now = found.news_at
    assert chat.settles() == ["closed on 1"]
    assert chat.look().news_at is None
    chat.source_opens()
    assert chat.settles() == ["reopened on 1", "edit 1", "edit 2"]


def test_a_source_that_closes_and_opens_again_within_a_day_many_times_is_no_news():
    chat = announced(channel=closing())
    for _ in range(30):
        chat.source_closes()
        assert chat.settles() == ["edit 1"]
        chat.passes(hours=23)
        chat.source_opens()
        assert chat.settles() == ["edit 1"]
        assert chat.look().news_at is None
        chat.passes(minutes=10)
    assert chat.struck() == []


def test_what_a_person_closes_is_told_at_once_though_it_comes_from_a_source():
    chat = announced(channel=closing())
    chat.closings["owl"] = None
    chat.has_changed(status=Status.CLOSED)
    assert chat.settles() == ["closed on 1", "edit 1"]


def test_a_closing_by_a_source_that_nobody_could_be_told_of_in_time_is_no_news():
    chat = announced(channel=closing())
    chat.source_closes()
    chat.settles()
    chat.passes(days=8, hours=1)
    assert chat.settles() == []


def test_where_messages_cannot_be_edited_a_closing_by_a_source_is_told_a_day_later_too():
    chat = announced(channel=closing(), can_edit=False)
    chat.source_closes()
    assert chat.settles() == []
    chat.now += MISSED + SECOND
    assert chat.settles() == ["closed on 1"]


# --- Its file is gone


def test_a_posting_whose_file_is_gone_is_no_longer_listed():
    chat = announced()
    chat.is_gone()
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == ["Owls at night"]
    assert chat.lines()[1] == "This position is no longer listed."
    assert chat.buttons() == ["Advert"]


def test_a_file_that_is_back_within_a_day_is_no_news():
    chat = announced()
    one = chat.is_gone()
    chat.settles()
    chat.passes(hours=23)
    chat.has(one)
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []
    chat.passes(days=5)
    assert chat.settles() == []


def test_a_file_that_is_back_after_more_than_a_day_is_open_again():
    chat = announced()
    one = chat.is_gone()
    chat.settles()
    chat.now += MISSED + SECOND
    chat.has(one)
    assert chat.settles() == ["reopened on 1", "edit 1"]
    assert chat.lines("2")[0] == "📣 Open again: Owls at night"
    assert chat.buttons("2") == ["Advert", "Apply", "Remind me"]
    assert chat.settles() == []


def test_back_within_a_day_with_another_deadline_is_a_move():
    chat = announced()
    one = chat.is_gone()
    chat.settles()
    chat.passes(hours=5)
    chat.has(replace(one, deadline=owl(deadline="2027-06-10").deadline))
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]


def test_gone_for_an_hour_again_and_again_is_never_news():
    chat = announced()
    for _ in range(30):
        one = chat.is_gone()
        assert chat.settles() == ["edit 1"]
        chat.passes(hours=1)
        chat.has(one)
        assert chat.settles() == ["edit 1"]
        chat.passes(hours=1)


def test_gone_and_back_before_anything_was_edited_is_nothing():
    chat = announced()
    one = chat.is_gone()
    chat.passes(days=3)
    chat.has(one)
    assert chat.settles() == []


# --- It is open again


@pytest.mark.parametrize("status", [Status.CLOSED, Status.FILLED, Status.WITHDRAWN])
def test_a_posting_that_is_open_again_is_announced_as_that(status):
    chat = announced()
    chat.has_changed(status=status)
    chat.settles()
    chat.has_changed(status=Status.OPEN)
    assert chat.settles() == ["reopened on 1", "edit 1"]
    assert chat.struck("1") == chat.struck("2") == []
    assert chat.settles() == []


def test_it_may_close_and_open_again_and_again():
    chat = announced(channel=closing())
    for number in (1, 2, 3):
        chat.has_changed(status=Status.CLOSED)
        assert "closed on 1" in chat.settles()
        chat.has_changed(status=Status.OPEN)
        assert "reopened on 1" in chat.settles()
        assert {f"lab/owl/closed/{number}", f"lab/owl/reopened/{number}"} <= chat.ledger.keys()


def test_open_again_with_another_deadline_is_told_in_one_message():
    chat = announced()
    chat.has_changed(status=Status.CLOSED)
    chat.settles()
    chat.has_changed(status=Status.OPEN, deadline="2027-06-10")
    assert chat.settles() == ["reopened on 1", "edit 1"]
    assert chat.struck("2") == [BEFORE]
    assert chat.settles() == []


def test_open_again_after_its_deadline_is_not_open():
    chat = announced()
    chat.has_changed(status=Status.CLOSED)
    chat.settles()
    chat.passes(days=60)
    chat.has_changed(status=Status.OPEN)
    assert chat.settles() == ["edit 1"]
    chat.has_changed(deadline="2027-08-31")
    assert chat.settles() == ["reopened on 1", "edit 1"]


def test_closed_and_open_again_before_anybody_was_told_is_nothing():
    chat = announced(channel=closing())
    chat.has_changed(status=Status.CLOSED)
    chat.has_changed(status=Status.OPEN)
    assert chat.settles() == []


# --- Any other change


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Owls by day"},
        {"location": "Tübingen"},
        {"url": "https://mice.example"},
        {"pay": "E13"},
        {"summary": "How do owls hunt?"},
    ],
)
def test_any_other_change_is_a_silent_edit(change):
    chat = announced()
    chat.has_changed(**change)
    waiting = chat.look(slight=False)
    assert (waiting.edits, waiting.has_slight, waiting.is_pending) == ((), True, False)
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []


def test_a_slight_change_goes_along_with_one_that_must_not_wait():
    chat = announced()
    chat.has_changed(title="Owls by day", deadline="2027-06-10")
    news = chat.look(slight=False).news
    chat.send(Dispatch(chat.channel, (news,), reference="1"))
    [edit] = chat.look(slight=False).edits
    chat.send(edit)
    assert chat.lines("1")[0] == "📣 New position: Owls by day"
    assert chat.settles() == []


def test_a_change_and_back_again_is_no_edit():
    chat = announced()
    chat.has_changed(title="Owls by day")
    chat.has_changed(title="Owls at night")
    assert chat.settles() == []


def test_a_reminder_shows_less_and_is_edited_less():
    chat = announced()
    chat.passes(days=23)
    chat.reminds()
    chat.has_changed(summary="How do owls hunt?")
    assert chat.settles() == ["edit 1"]
    chat.has_changed(location="Tübingen")
    assert chat.settles() == ["edit 1", "edit 2"]


def test_what_a_message_says_of_the_time_left_is_that_of_its_instant():
    chat = announced()
    chat.passes(days=10)
    chat.has_changed(title="Owls by day")
    chat.settles()
    assert "· 30 days left" in "\n".join(chat.lines())


def test_a_channel_whose_filter_does_not_match_any_more_still_has_true_messages():
    chat = announced(channel=channel(follows="owls"))
    chat.has_changed(title="Mice by day", deadline="2027-06-10")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]


def test_a_date_that_means_something_else_is_no_news():
    chat = Chat()
    chat.has(posting("owl", deadline="2027-05-31", deadline_kind="review-begins"))
    chat.announces()
    chat.has_changed(deadline_kind="fixed")
    assert chat.settles() == ["edit 1"]
    chat.has_changed(deadline_kind="review-begins")
    assert chat.settles() == ["edit 1"]


def test_a_posting_whose_day_is_put_off_is_no_longer_listed_until_then_and_nobody_is_woken():
    chat = announced()
    chat.has_changed(posted=date(2027, 5, 10))
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == ["Owls at night"]
    chat.now = instant("2027-05-09 23:59", BERLIN)
    assert chat.settles() == []
    chat.passes(minutes=2)
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []
    chat.now = instant("2027-05-10 08:59", BERLIN)
    assert chat.settles() == []
    chat.passes(minutes=1)
    assert chat.settles() == ["reopened on 1"]


def test_a_posting_whose_day_is_put_off_by_mistake_comes_back_without_news():
    chat = announced()
    chat.has_changed(posted=date(2027, 5, 10))
    chat.settles()
    chat.passes(hours=1)
    chat.has_changed(posted=None)
    assert chat.settles() == ["edit 1"]


def test_a_day_that_is_still_to_come_leaves_what_stands_beside_it_in_a_digest():
    chat = several("owl", "mouse")
    chat.has_changed("owl", posted=date(2027, 5, 10))
    chat.has_changed("mouse", status=Status.FILLED)
    assert chat.settles("mouse", "owl") == ["edit 1"]
    assert chat.struck() == ["Owl", "Mouse"]


def test_news_that_is_undone_while_it_waits_leaves_nothing_behind():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.send(Dispatch(chat.channel, (chat.look().news,)), State.DUE_AGAIN)
    assert "lab/owl/deadline-moved/1" in chat.ledger
    chat.has_changed(deadline="2027-05-31")
    assert chat.settles() == []
    assert "lab/owl/deadline-moved/1" not in chat.ledger
    chat.has_changed(deadline="2027-06-11")
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]


# --- Edits that fail


def test_an_edit_that_was_refused_is_not_tried_again_until_there_is_another():
    chat = announced()
    chat.has_changed(title="Owls by day")
    chat.send(chat.look().edits[0], State.REFUSED)
    assert chat.settles() == []
    chat.has_changed(title="Owls for ever")
    assert chat.settles() == ["edit 1"]
    assert "lab/owl/announcement/revision/2" in chat.ledger


def shut_out(chat):
    """An edit that the chat does not let the bot make."""
    [edit] = chat.look().edits
    chat.send(edit, State.REFUSED, due_again_at=chat.now)


def test_an_edit_that_the_chat_did_not_allow_is_made_when_it_lets_the_bot_in_again():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    assert chat.look().news
    chat.send(Dispatch(chat.channel, (chat.look().news,)), State.REFUSED)
    shut_out(chat)
    assert chat.settles() == []
    chat.lets_in = True
    assert chat.settles() == ["edit 1"]
    assert chat.ledger["lab/owl/announcement/revision/2"].state is State.DELIVERED
    chat.lets_in = False
    assert chat.settles() == []


def test_an_edit_that_the_chat_did_not_allow_is_made_once_more_when_the_posting_is_what_it_was():
    chat = announced()
    chat.has_changed(title="Owls by day")
    shut_out(chat)
    chat.has_changed(title="Owls at night")
    chat.lets_in = True
    assert chat.settles() == ["edit 1"]  # an earlier try may have been made without an answer
    assert chat.settles() == []


def test_a_message_that_the_chat_did_not_let_the_bot_delete_is_deleted_when_it_does():
    chat = announced()
    chat.asks(Kind.WITHDRAWAL)
    [away] = chat.look().edits
    assert away.act is Act.DELETE
    chat.send(away, State.REFUSED, due_again_at=chat.now)
    shut_out(chat)
    assert chat.settles() == []
    chat.lets_in = True
    assert chat.settles() == ["delete 1"]
    assert chat.settles() == []


def test_an_edit_that_failed_is_tried_again_when_its_time_has_come_with_what_is_true_by_then():
    chat = announced()
    chat.has_changed(title="Owls by day")
    later = chat.now + timedelta(hours=1)
    chat.send(chat.look().edits[0], State.DUE_AGAIN, due_again_at=later)
    found = chat.look()
    assert (found.edits, found.is_pending, found.again_at) == ((), True, later)
    chat.passes(hours=1)
    chat.has_changed(title="Owls for ever")
    assert chat.settles() == ["edit 1"]
    assert chat.ledger["lab/owl/announcement/revision/1"].attempts == 2
    assert chat.lines()[0] == "📣 New position: Owls for ever"


def test_an_edit_without_an_answer_may_have_arrived_and_is_put_right_when_it_no_longer_holds():
    chat = announced()
    one = chat.is_gone()
    [edit] = chat.look().edits
    chat.begin(edit)
    chat.act(edit)
    chat.end(edit.key, State.DUE_AGAIN)
    chat.has(one)
    [again] = chat.look(slight=False).edits
    chat.send(again, State.DUE_AGAIN)  # by now the ledger knows nothing of the first
    assert chat.look(slight=False).edits
    assert chat.settles() == ["edit 1"]
    assert chat.struck() == []


def test_a_message_in_doubt_is_put_right_when_it_is_known_to_stand():
    chat = Chat()
    chat.has(owl())
    dispatch = Dispatch(chat.channel, (chat.due(),))
    chat.begin(dispatch)
    reference = chat.act(dispatch)
    chat.end(dispatch.key, State.IN_DOUBT)
    chat.has_changed(deadline="2027-06-10")
    assert (chat.look().edits, chat.look().is_pending) == ((), True)
    chat.end(dispatch.key, State.DELIVERED, reference=reference)
    assert chat.settles() == ["deadline-moved on 1", "edit 1"]


def test_where_messages_cannot_be_edited_news_is_still_told():
    chat = announced(channel=closing(), can_edit=False)
    chat.has_changed(title="Owls by day")
    assert chat.settles() == []
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles() == ["deadline-moved on 1"]
    chat.has_changed(status=Status.FILLED)
    assert chat.settles() == ["closed on 1"]
    chat.has_changed(status=Status.OPEN)
    assert chat.settles() == ["reopened on 1"]
    chat.asks(Kind.WITHDRAWAL)
    assert chat.look().done == ("lab/owl/withdrawal",)


# --- Digests


def test_an_item_of_a_digest_is_put_right_and_the_others_stay():
    chat = several("owl", "mouse", "frog")
    chat.has_changed("mouse", status=Status.FILLED)
    assert chat.settles("owl", "mouse", "frog") == ["edit 1"]
    assert chat.struck() == ["Mouse"]
    assert [line.strip() for line in chat.lines() if "•" in line] == ["• Owl (PhD)", "• Mouse (PhD)", "• Frog (PhD)"]
    assert chat.settles("owl", "mouse", "frog") == []


def test_several_items_that_change_at_once_are_one_edit():
    chat = several("owl", "mouse", "frog")
    chat.has_changed("owl", title="Eagle owl")
    chat.has_changed("mouse", status=Status.FILLED)
    chat.is_gone("frog")
    assert chat.settles("owl", "mouse", "frog") == ["edit 1"]
    assert chat.struck() == ["Mouse", "Frog"]
    assert {f"lab/{name}/announcement/revision/1" for name in ("owl", "mouse", "frog")} <= chat.ledger.keys()
    chat.has_changed("mouse", title="Dormouse", status=Status.CLOSED)
    assert chat.settles("owl", "mouse", "frog") == ["edit 1"]
    assert chat.struck() == ["Dormouse", "Frog"]


def test_an_item_whose_deadline_moves_is_told_in_reply_to_the_digest():
    chat = several("owl", "mouse", "frog")
    chat.has_changed("mouse", deadline="2027-06-10")
    assert chat.settles("mouse") == ["deadline-moved on 1", "edit 1"]
    assert chat.struck("1") == [BEFORE]


def test_an_item_that_was_renamed_stays_in_its_digest():
    chat = several("owl", "mouse", "frog")
    chat.is_called("eagle-owl")
    chat.has_changed("eagle-owl", title="Eagle owl")
    chat.has_changed("mouse", status=Status.FILLED)
    assert chat.settles("eagle-owl", "mouse", "frog") == ["edit 1"]
    assert next(line for line in chat.lines() if "•" in line) == "• Eagle owl (PhD)"
    assert chat.settles("eagle-owl", "mouse", "frog") == []


def test_edits_of_one_message_are_together_and_of_others_are_not():
    chat = several("owl", "mouse")
    chat.has(posting("frog"))
    chat.announces("frog")
    for name in ("owl", "mouse", "frog"):
        chat.has_changed(name, title="Another")
    edits = [edit for name in ("owl", "mouse", "frog") for edit in chat.look(name).edits]
    digest, single = together(edits)
    assert (digest.reference, len(digest.notices), len(digest.shows)) == ("1", 2, 2)
    assert single == edits[2]
    assert together([]) == []


def test_a_message_to_delete_is_not_edited_as_well():
    chat = announced()
    chat.asks(Kind.WITHDRAWAL)
    [delete] = chat.look().edits
    assert together([replace(delete, act=Act.EDIT), delete]) == [delete]


# --- Renamed


def test_a_renamed_file_is_the_same_posting():
    chat = announced()
    chat.is_called("eagle-owl")
    assert chat.settles("eagle-owl") == []
    assert chat.due("eagle-owl") is None
    chat.has_changed("eagle-owl", deadline="2027-06-10")
    assert chat.settles("eagle-owl") == ["deadline-moved on 1", "edit 1"]
    assert "lab/eagle-owl/deadline-moved/1" in chat.ledger
    assert "lab/owl/announcement/revision/1" in chat.ledger


def test_news_is_counted_on_under_a_new_name():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.settles()
    chat.is_called("eagle-owl")
    chat.has_changed("eagle-owl", deadline="2027-06-20")
    assert "deadline-moved on 1" in chat.settles("eagle-owl")
    assert "lab/eagle-owl/deadline-moved/2" in chat.ledger


# --- What an admin asks for


def test_an_announcement_that_is_taken_back_is_deleted_with_all_that_was_said():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.settles()
    key = chat.asks(Kind.WITHDRAWAL)
    assert chat.settles() == ["delete 1", "delete 2"]
    assert (chat.page, chat.ledger[key].state) == ({}, State.DELIVERED)
    chat.has_changed(deadline="2027-06-20", title="Owls for ever")
    assert chat.settles() == []
    chat.passes(days=40)
    assert chat.due() is None


def test_what_cannot_be_deleted_is_edited_to_say_that_it_was_withdrawn():
    chat = announced()
    key = chat.asks(Kind.WITHDRAWAL)
    chat.send(chat.look().edits[0], State.REFUSED)
    assert chat.settles() == ["edit 1"]
    assert chat.lines()[1] == "This position was withdrawn."
    assert chat.struck() == ["Owls at night"]
    assert chat.buttons() == ["Advert"]
    assert chat.ledger[key].state is State.DELIVERED


def test_what_can_be_neither_deleted_nor_edited_is_done_with():
    chat = announced()
    key = chat.asks(Kind.WITHDRAWAL)
    chat.send(chat.look().edits[0], State.REFUSED)
    chat.send(chat.look().edits[0], State.REFUSED)
    assert chat.settles() == []
    assert chat.ledger[key].state is State.DELIVERED


def test_a_deletion_that_failed_is_tried_again():
    chat = announced()
    chat.asks(Kind.WITHDRAWAL)
    chat.send(chat.look().edits[0], State.DUE_AGAIN)
    assert chat.look().done == ()
    assert chat.settles() == ["delete 1"]


def test_an_item_of_a_digest_that_is_taken_back_is_struck_there():
    chat = several("owl", "mouse")
    chat.asks(Kind.WITHDRAWAL)
    assert chat.settles("owl", "mouse") == ["edit 1"]
    assert chat.struck() == ["Owl"]
    assert "   This position was withdrawn." in chat.lines()


def test_what_is_taken_back_is_taken_back_under_any_name():
    chat = announced()
    chat.asks(Kind.WITHDRAWAL)
    chat.is_called("eagle-owl")
    assert chat.settles("eagle-owl") == ["delete 1"]
    assert chat.due("eagle-owl") is None


def test_what_was_withdrawn_in_its_file_is_deleted_as_well_when_asked_for():
    chat = announced()
    chat.has_changed(status=Status.WITHDRAWN)
    chat.settles()
    key = chat.asks(Kind.WITHDRAWAL)
    assert chat.settles() == ["delete 1"]
    assert chat.ledger[key].state is State.DELIVERED


def test_what_was_never_announced_stays_unsaid_when_it_is_taken_back():
    chat = Chat()
    chat.has(owl())
    key = chat.asks(Kind.WITHDRAWAL)
    assert chat.due() is None
    assert chat.settles() == []
    assert chat.ledger[key].state is State.DELIVERED


def test_a_message_that_arrives_late_is_taken_back_too():
    chat = Chat()
    chat.has(owl())
    dispatch = Dispatch(chat.channel, (chat.due(),))
    chat.begin(dispatch)
    key = chat.asks(Kind.WITHDRAWAL)
    assert (chat.look().is_pending, chat.look().done) == (True, ())
    chat.end(dispatch.key, State.DELIVERED, reference=chat.act(dispatch))
    assert chat.settles()[-1] == "delete 1"
    assert chat.ledger[key].state is State.DELIVERED


def test_an_announcement_is_sent_once_more_when_an_admin_asks_for_it():
    chat = announced()
    chat.asks(Kind.ANNOUNCEMENT)
    assert chat.settles() == ["announcement"]
    assert chat.ledger["lab/owl/announcement/2"].attempts == 1
    chat.asks(Kind.ANNOUNCEMENT)
    assert chat.settles() == ["announcement"]
    assert "lab/owl/announcement/3" in chat.ledger
    chat.has_changed(title="Owls by day")
    assert chat.settles() == ["edit 1", "edit 2", "edit 3"]


def test_an_announcement_is_sent_once_more_with_the_deadline_of_now_and_no_move_is_told():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.asks(Kind.ANNOUNCEMENT)
    assert chat.settles() == ["announcement", "edit 1"]


def test_an_announcement_that_was_taken_back_can_be_sent_once_more():
    chat = announced()
    chat.asks(Kind.WITHDRAWAL)
    chat.settles()
    chat.asks(Kind.ANNOUNCEMENT)
    assert chat.settles() == ["announcement"]
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles() == ["deadline-moved on 2", "edit 2"]


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DRAFT])
def test_what_is_not_open_is_not_announced_once_more(status):
    chat = announced()
    chat.has_changed(status=status)
    chat.settles()
    key = chat.asks(Kind.ANNOUNCEMENT)
    assert chat.look().done == (key,)
    assert chat.settles() == []


def test_that_it_cannot_be_announced_once_more_holds_up_no_edit():
    chat = announced(channel=closing())
    key = chat.asks(Kind.ANNOUNCEMENT)
    chat.has_changed(status=Status.FILLED)
    assert chat.look().done == (key,)
    assert chat.settles() == ["closed on 1", "edit 1"]
    assert chat.ledger[key].state.is_settled


def test_what_was_asked_for_under_a_former_name_is_sent_once():
    chat = announced()
    key = chat.asks(Kind.ANNOUNCEMENT)
    chat.is_called("eagle-owl")
    assert chat.settles("eagle-owl") == ["announcement"]
    assert chat.ledger[key].state.is_settled
    chat.asks(Kind.ANNOUNCEMENT, "eagle-owl")
    assert chat.settles("eagle-owl") == ["announcement"]


def test_taken_back_before_it_was_sent_once_more_it_is_not_sent():
    chat = announced()
    again = chat.asks(Kind.ANNOUNCEMENT)
    taken = chat.asks(Kind.WITHDRAWAL)
    assert chat.settles() == ["delete 1"]
    assert chat.look().done == ()
    assert chat.ledger[again].state.is_settled
    assert chat.ledger[taken].state.is_settled
    chat.asks(Kind.ANNOUNCEMENT)
    assert chat.settles() == ["announcement"]  # and not two


# --- When to look


def test_a_posting_is_looked_at_when_its_day_comes_in_each_zone_and_when_its_readers_may_be_told():
    tokyo, berlin = channel(timezone="Asia/Tokyo").schedule, channel().schedule
    review, now = Review([tokyo, berlin]), instant("2027-05-01 12:00")
    later, past = posting("later", posted="2027-05-10"), posting("past", posted="2027-04-10")
    review.change([later, past], (), None, now)
    seen = []
    while at := review.next_instant(now):
        now = at
        assert review.look(now) == ["later"]
        review.settle("later")
        seen.append(now)
    found = ["2027-05-09 17:00", "2027-05-10 00:00", "2027-05-10 02:00", "2027-05-10 09:00"]
    assert seen == [instant(text, BERLIN) for text in found]
    assert review.look(now + timedelta(days=400)) == []


def reviewed(*postings, at="2027-05-01 12:00"):
    review = Review()
    review.change(postings, (), None)
    return review, instant(at)


def test_a_change_is_looked_at_when_it_was_quiet_for_a_moment():
    review, now = reviewed(owl())
    assert review.look(now) == []
    for _ in range(10):
        review.change([owl(title="Another")], (), now + QUIET)
        assert review.look(now) == []
        assert review.is_unsure("owl", now)
        assert review.next_instant(now) == now + QUIET
        now += SECOND
    assert review.look(now) == []
    assert review.look(now - SECOND + QUIET) == ["owl"]
    assert not review.is_unsure("owl", now - SECOND + QUIET)


def test_what_is_gone_is_looked_at_as_well():
    review, now = reviewed(owl())
    review.change((), ["owl"], now)
    assert review.look(now) == ["owl"]


def test_what_is_settled_is_looked_at_when_it_changes_again():
    review, now = reviewed(owl())
    review.again("owl", now)
    assert review.look(now) == review.look(now) == ["owl"]
    assert review.knows("owl")
    review.settle("owl")
    assert review.look(now + GATHERED) == []
    assert not review.knows("owl")


def test_slight_changes_are_gathered_for_a_minute_from_the_first_on():
    review, now = reviewed(owl())
    review.again("owl", now)
    assert not review.is_gathered("owl", now)
    review.wait("owl", now)
    assert review.look(now) == []
    assert review.next_instant(now) == now + GATHERED
    between = now + GATHERED / 2
    review.change([owl(title="Another")], (), between)
    assert review.look(between) == ["owl"]
    assert not review.is_gathered("owl", between)
    review.wait("owl", between)
    assert review.look(now + GATHERED - SECOND) == []
    assert review.look(now + GATHERED) == ["owl"]
    assert review.is_gathered("owl", now + GATHERED)


def test_a_change_while_slight_ones_are_gathered_leaves_it_unsure_what_is_true():
    review, now = reviewed(owl())
    review.wait("owl", now)
    assert not review.is_unsure("owl", now)
    review.change([owl(deadline="2027-06-10")], (), now + QUIET)
    assert review.is_unsure("owl", now)
    assert not review.is_unsure("owl", now + QUIET)


def test_what_is_found_after_a_restart_waits_for_nothing():
    review, now = reviewed(owl())
    review.again("owl", now, gathered=True)
    assert review.look(now) == ["owl"]
    assert review.is_gathered("owl", now)


def test_a_posting_is_looked_at_when_its_deadline_passes():
    review, now = reviewed(owl(), posting("mouse"), posting("frog", deadline="2027-05-20"))
    assert review.next_instant(now) == instant("2027-05-20 21:59:59.000001")
    assert review.look(instant("2027-05-20 21:59:59")) == []
    assert review.look(instant("2027-05-20 21:59:59.000001")) == ["frog"]
    review.settle("frog")
    assert review.next_instant(instant("2027-05-21")) == instant("2027-05-31 21:59:59.000001")


def test_a_deadline_that_was_moved_passes_when_it_does():
    review, _ = reviewed(owl())
    review.change([owl(deadline="2027-06-10")], (), None)
    assert review.look(instant("2027-06-01")) == []
    assert review.look(instant("2027-06-11")) == ["owl"]


def test_the_deadline_of_what_is_gone_passes_without_notice():
    review, now = reviewed(owl())
    review.change((), ["owl"], now)
    review.look(now)
    review.settle("owl")
    assert review.look(instant("2027-06-11")) == []
    assert review.next_instant(now) is None


def test_an_older_news_of_a_move_does_not_say_what_was_left_when_it_was_said():
    chat = announced()
    chat.has_changed(deadline="2027-06-10")
    chat.settles()
    chat.passes(days=5)
    chat.has_changed(deadline="2027-06-05")
    chat.settles()
    assert chat.lines("2")[0] == "ℹ️ The deadline was moved: Owls at night"
    assert "left" not in "\n".join(chat.lines("2"))
    assert "left" in "\n".join(chat.lines("3"))


def test_an_answer_goes_only_where_the_message_stands():
    chat = announced()
    there = chat.channel.destination
    chat.channel = replace(chat.channel, destination=replace(there, address="elsewhere"))
    chat.has_changed(deadline="2027-06-10")
    assert chat.settles()[0] == "deadline-moved"  # on none


def test_what_an_edit_of_a_digest_shows_of_its_other_items_is_settled_with_it():
    """So it is put right when it becomes again what it was, before an edit of its own."""
    chat = Chat()
    chat.has(posting("owl", title="Owl"), posting("mouse", title="Mouse"))
    chat.announces("owl", "mouse", digest=True)
    chat.has_changed("owl", status=Status.FILLED)
    chat.asks(Kind.WITHDRAWAL, "mouse")
    [edit] = chat.look("owl").edits
    chat.send(edit)
    assert chat.struck() == ["Owl", "Mouse"]
    chat.asks(Kind.ANNOUNCEMENT, "mouse")
    chat.settles("owl", "mouse")
    assert chat.struck() == ["Owl"]


@pytest.mark.parametrize("is_unsure", [True, False])
def test_what_a_digest_shows_of_another_item_waits_until_that_was_told_in_a_message_of_its_own(is_unsure):
    """Though it would be settled with the edit: else nobody would hear of it."""
    chat = several("owl", "mouse", channel=closing())
    chat.has_changed("owl", title="Barn owl")
    chat.has_changed("mouse", status=Status.FILLED)
    [edit] = chat.look("owl").edits
    assert {notice.occasion.posting.id for notice in edit.notices} == {"owl", "mouse"}
    plan = Plan(unsure=frozenset({"mouse"} if is_unsure else ()))
    plan.correct("owl", chat.channel, chat.look("owl"))
    if not is_unsure:
        plan.correct("mouse", chat.channel, chat.look("mouse"))
    acts = [
        (dispatch.act, [str(notice.occasion.kind) for notice in dispatch.notices]) for dispatch in plan.dispatches()
    ]
    assert acts == ([] if is_unsure else [(Act.SEND, ["closed"])])
