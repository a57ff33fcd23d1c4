"""What was said, for putting it right: stories, what stands, what an admin asks for, postings as they were, moves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.dispatch import Act, Dispatch
from bot.domain.notice import Kind, Notice, Occasion, Record, State
from bot.domain.revision import Revision
from bot.domain.version import Standing, Version
from bot.store import revisions
from tests.domain.build import channel, deadline, posting
from tests.store.build import NOON, message, notice, notices

LATER = NOON + timedelta(minutes=5)
LAB, OTHER = ("lab", "console"), ("other", "console")


async def deliver(ledger, dispatch, at=NOON, reference="1", state=State.DELIVERED):
    assert await ledger.begin(dispatch, at)
    given = {"reference": reference} if state is State.DELIVERED else {}
    await ledger.end(dispatch.key, state, at, **given)
    records = {record.key: record for record in await ledger.records()}
    return [records[one.key] for one in dispatch.notices]


def edit(record, number=1, act=Act.EDIT, **given):
    """The edit of the message of a record."""
    one = notice(record.posting, where=record.channel)
    occasion = replace(one.occasion, **given)
    corrected = Notice(occasion, one.audience, record, number)
    return message(corrected, act=act, reference=record.reference, said_at=record.at)


async def told(ledger):
    """What stands, by posting: the standings that are told."""
    return sorted((name, str(version.standing) if version else "?") for name, version in await ledger.standing())


# --- What is written down with a message


async def test_what_a_message_says_comes_back_as_it_was(ledger):
    before = deadline("2027-10-31 02:30")
    one = posting("phd-owls", deadline=deadline("2027-06-01", "AoE"))
    moved = Notice(Occasion(one, Kind.DEADLINE_MOVED, None, number=2, before=before), "lab")
    [record] = await deliver(ledger, Dispatch(channel(), (moved,), reference="the first"))
    assert record.key == "lab/phd-owls/deadline-moved/2"
    assert (record.told, record.before) == (moved.version(alone=True), before)
    assert (record.reply_to, record.original, record.revision) == ("the first", record.key, 0)


async def test_an_edit_is_written_down_beside_what_it_edits(ledger):
    [first] = await deliver(ledger, message(notice()))
    [record] = await deliver(ledger, edit(first, standing=Standing.FILLED), LATER)
    assert (record.kind, record.original, record.revision) == ("edit", first.key, 1)
    assert (record.posting, record.told.standing, record.reply_to) == ("phd-owls", Standing.FILLED, None)
    [taken] = await deliver(ledger, edit(first, 2, Act.DELETE), LATER)
    assert (taken.kind, taken.key) == ("withdrawal", f"{first.key}/revision/2")
    [again] = [one for one in await ledger.records() if one.key == first.key]
    assert again == first


async def test_one_edit_of_a_digest_is_written_down_for_each_that_it_settles(ledger):
    some = await deliver(ledger, message(*notices(3)))
    parts = [edit(record).notices[0] for record in some]
    both = Dispatch(channel(), tuple(parts[:2]), Act.EDIT, "1", tuple(parts), NOON)
    await deliver(ledger, both, LATER)
    edits = [record for record in await ledger.records() if record.revision]
    assert {record.delivery for record in edits} == {both.key}
    assert {record.told for record in edits} == {parts[0].version(alone=False), parts[1].version(alone=False)}


# --- Stories


async def test_a_story_is_all_about_a_posting_by_channel(ledger):
    [first] = await deliver(ledger, message(notice()))
    await deliver(ledger, edit(first), LATER)
    await deliver(ledger, message(notice(where="other")), reference="7")
    await deliver(ledger, message(notice("mice")))
    story = await ledger.story(["phd-owls"])
    assert {name: [record.kind for record in told] for name, told in story.items()} == {
        "lab": ["announcement", "edit"],
        "other": ["announcement"],
    }
    assert await ledger.story([]) == await ledger.story(["nobody"]) == {}


async def test_a_digest_is_all_that_stands_in_it_and_what_was_taken_back_there(ledger):
    some = await deliver(ledger, message(*notices(6)))
    await deliver(ledger, edit(some[0]), LATER)
    await deliver(ledger, message(notice("phd-007")), reference="2")
    await deliver(ledger, message(*notices(6, "other")), reference="8")
    await ledger.ask(Kind.WITHDRAWAL, "phd-003", [LAB, OTHER], NOON)
    await ledger.ask(Kind.WITHDRAWAL, "phd-007", [LAB], NOON)
    found = await ledger.digest("lab", some[0].delivery)
    assert [record.key for record in found] == [
        *(record.key for record in some),
        "lab/phd-000/announcement/revision/1",
        "lab/phd-003/withdrawal",
    ]
    assert all(record.is_in_digest for record in some)
    assert not (await ledger.story(["phd-007"]))["lab"][0].is_in_digest
    assert await ledger.digest("lab", "never heard of") == []


async def test_a_story_of_many_has_nothing_twice(ledger):
    some = notices(600)
    await ledger.begin(message(*some), NOON)
    story = await ledger.story([one.occasion.posting.id for one in some])
    assert sorted(record.key for record in story["lab"]) == [one.key for one in some]


async def test_records_are_chosen_by_posting_channel_platform_and_state(ledger):
    await deliver(ledger, message(notice("owl")))
    await deliver(ledger, message(notice("owl", where="chat", platform="fake")))
    await deliver(ledger, message(notice("mouse")), state=State.REFUSED)
    found = {
        "owls": await ledger.records(postings=["owl"]),
        "labs": await ledger.records(channels=["lab"]),
        "fakes": await ledger.records(platforms=["fake"]),
        "refused": await ledger.records(states=[State.REFUSED]),
        "none": await ledger.records(postings=["owl"], states=[State.REFUSED]),
    }
    keys = {name: {record.key.removesuffix("/announcement") for record in some} for name, some in found.items()}
    assert keys == {
        "owls": {"lab/owl", "chat/owl"},
        "labs": {"lab/owl", "lab/mouse"},
        "fakes": {"chat/owl"},
        "refused": {"lab/mouse"},
        "none": set(),
    }


# --- What stands


async def test_what_stands_is_what_arrived_as_it_was_last_edited(ledger):
    [owl] = await deliver(ledger, message(notice("owl")))
    [mouse] = await deliver(ledger, message(notice("mouse")))
    await deliver(ledger, message(notice("frog")), state=State.REFUSED)
    await ledger.begin(message(notice("newt")), NOON)
    assert await told(ledger) == [("mouse", "open"), ("owl", "open")]
    await deliver(ledger, edit(owl, standing=Standing.FILLED))
    await deliver(ledger, edit(mouse, standing=Standing.CLOSED), state=State.REFUSED)  # nothing to be done about it
    assert await told(ledger) == [("mouse", "closed"), ("owl", "filled")]
    await deliver(ledger, edit(owl, 2))
    await deliver(ledger, edit(mouse, 2, Act.DELETE))
    assert await told(ledger) == [("owl", "open")]


async def test_a_deletion_that_was_refused_leaves_it_standing(ledger):
    [owl] = await deliver(ledger, message(notice("owl")))
    await deliver(ledger, edit(owl, 1, Act.DELETE), state=State.REFUSED)
    assert await told(ledger) == [("owl", "open")]


async def test_an_edit_that_is_not_settled_may_have_arrived(ledger):
    [owl] = await deliver(ledger, message(notice("owl")))
    await deliver(ledger, edit(owl, standing=Standing.GONE), state=State.DUE_AGAIN)
    assert await told(ledger) == [("owl", "?"), ("owl", "open")]
    await deliver(ledger, edit(owl, standing=Standing.GONE), LATER)
    assert await told(ledger) == [("owl", "gone")]


async def test_what_many_channels_say_alike_is_told_once(ledger):
    for number in range(5):
        await deliver(ledger, message(notice("owl", where=f"lab-{number}")), reference=str(number))
    assert await told(ledger) == [("owl", "open")]


async def test_after_a_crash_an_edit_can_just_be_done_again(ledger):
    [owl] = await deliver(ledger, message(notice("owl")))
    await ledger.begin(edit(owl), NOON)
    await ledger.begin(message(notice("mouse")), NOON)
    await ledger.begin(message(notice("frog", where="chat", platform="fake")), NOON)
    assert await ledger.mark_wire_in_doubt(["console"]) == 1
    states = {record.key: record.state for record in await ledger.records()}
    assert states == {
        "lab/owl/announcement": State.DELIVERED,
        "lab/owl/announcement/revision/1": State.DUE_AGAIN,
        "lab/mouse/announcement": State.IN_DOUBT,
        "chat/frog/announcement": State.ON_THE_WIRE,  # another process's
    }


async def test_news_is_when_each_channel_was_last_told_of_a_posting(ledger):
    await deliver(ledger, message(notice("owl")))
    moved = Notice(Occasion(posting("owl"), Kind.DEADLINE_MOVED, None, number=1), "lab")
    await deliver(ledger, Dispatch(channel(), (moved,)), LATER)
    await deliver(ledger, message(notice("owl", where="other")), state=State.REFUSED)
    await ledger.begin(message(notice("mouse")), NOON)
    kinds = [Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED]
    assert await ledger.news(["owl", "mouse"], kinds) == {("owl", "lab"): LATER, ("owl", "other"): NOON}
    assert await ledger.news(["owl"], [Kind.ANNOUNCEMENT]) == {("owl", "lab"): NOON, ("owl", "other"): NOON}
    assert await ledger.news([], kinds) == {}


# --- What an admin asks for


async def test_what_an_admin_asks_for_is_known_until_it_is_done(ledger):
    keys = await ledger.ask(Kind.WITHDRAWAL, "owl", [LAB, OTHER], NOON)
    assert keys == ["lab/owl/withdrawal", "other/owl/withdrawal"]
    assert await ledger.asked_for() == ["owl"]
    assert {record.state for record in await ledger.records()} == {State.DUE_AGAIN}
    await ledger.settle(keys[:1], State.DELIVERED, LATER)
    assert await ledger.asked_for() == ["owl"]
    await ledger.settle(keys, State.REFUSED, LATER, "no longer to be said")
    assert await ledger.asked_for() == []
    records = {record.key: record for record in await ledger.records()}
    assert records[keys[0]].state is State.DELIVERED  # settled once
    assert (records[keys[1]].state, records[keys[1]].reason) == (State.REFUSED, "no longer to be said")
    await ledger.settle([], State.DELIVERED, LATER)


async def test_asking_twice_to_take_back_is_asking_once(ledger):
    for _ in range(2):
        await ledger.ask(Kind.WITHDRAWAL, "owl", [LAB], NOON)
    assert len(await ledger.records()) == 1


async def test_to_ask_for_an_announcement_once_more_has_a_number_and_ends_a_withdrawal(ledger):
    await ledger.ask(
        Kind.WITHDRAWAL,
        "owl",
        [
            LAB,
        ],
        NOON,
    )
    await ledger.ask(Kind.WITHDRAWAL, "owl", [OTHER], NOON)
    found = [await ledger.ask(Kind.ANNOUNCEMENT, "owl", [LAB], NOON) for _ in range(2)]
    assert found == [["lab/owl/announcement/2"], ["lab/owl/announcement/3"]]
    assert {record.key for record in await ledger.records()} == {*found[0], *found[1], "other/owl/withdrawal"}
    assert await ledger.ask(Kind.ANNOUNCEMENT, "owl_", [LAB], NOON) == ["lab/owl_/announcement/2"]
    assert await ledger.ask(Kind.ANNOUNCEMENT, "owlx", [LAB], NOON) == ["lab/owlx/announcement/2"]


async def test_what_was_asked_for_begins_as_any_notice(ledger):
    [key] = await ledger.ask(Kind.ANNOUNCEMENT, "owl", [LAB], NOON)
    again = Notice(Occasion(posting("owl"), Kind.ANNOUNCEMENT, None, number=2), "lab")
    [record] = await deliver(ledger, Dispatch(channel(), (again,)), LATER)
    assert (record.key, record.attempts, record.state) == (key, 1, State.DELIVERED)
    assert record.told == again.version(alone=True)
    assert await ledger.asked_for() == []


# --- Postings as they were


async def test_postings_are_remembered_as_they_were_last(ledger):
    owl, mouse = posting("owl", deadline="2027-06-01"), posting("mouse")
    await ledger.remember([owl, mouse])
    await ledger.remember([replace(owl, title="Another")])
    await ledger.remember([])
    assert await ledger.remembered() == {"owl": Revision(replace(owl, title="Another")), "mouse": Revision(mouse)}
    assert await ledger.remembered(["mouse", "nobody"]) == {"mouse": Revision(mouse)}
    assert await ledger.remembered([]) == {}
    assert await ledger.remembered(f"id-{number}" for number in range(2_000)) == {}


async def test_a_whole_registry_is_read_some_after_the_other(ledger, monkeypatch):
    monkeypatch.setattr(revisions, "_SOME", 2)
    some = {name: posting(name) for name in ("e", "a-b", "a", "ab", "d")}
    await ledger.remember(some.values())
    kept = {name: Revision(one) for name, one in some.items()}
    remembered = await ledger.remembered(kept_as=lambda revision: kept[revision.posting.id])
    assert remembered == kept
    assert all(remembered[name] is kept[name] for name in kept)


async def test_a_renamed_posting_goes_by_its_new_name(ledger):
    owl = posting("owl")
    await ledger.remember([owl])
    await ledger.rename("owl", posting("eagle-owl"), NOON)
    assert await ledger.renamed() == {"owl": "eagle-owl"}
    assert await ledger.remembered() == {"eagle-owl": Revision(posting("eagle-owl"))}
    await ledger.remember([owl])  # there is a file of that name again
    assert await ledger.renamed() == {}
    assert await ledger.remembered() == {"owl": Revision(owl), "eagle-owl": Revision(posting("eagle-owl"))}


async def test_where_a_chat_has_moved_to_is_remembered(ledger):
    assert await ledger.moved() == {}
    await ledger.move("telegram", "-1", "-1001")
    await ledger.move("telegram", "-2", "-1002")
    await ledger.move("telegram", "-1", "-1003")
    assert await ledger.moved() == {("telegram", "-1"): "-1003", ("telegram", "-2"): "-1002"}


def test_a_record_waits_as_its_entry_does():
    one = Record(
        key="k",
        delivery="k",
        channel="lab",
        platform="console",
        posting="owl",
        kind="edit",
        lead=None,
        state=State.DUE_AGAIN,
        at=NOON,
        attempts=1,
        due_again_at=LATER,
        original="k",
    )
    assert one.waits(NOON)
    assert not one.waits(LATER)
    assert replace(one, state=State.IN_DOUBT, due_again_at=None).waits(LATER)


@pytest.mark.parametrize("alone", [True, False])
async def test_a_version_says_in_which_form_it_is_told(ledger, alone):
    some = notices(1 if alone else 3)
    records = await deliver(ledger, message(*some))
    assert all(isinstance(record.told, Version) for record in records)
    assert records[0].told == some[0].version(alone=alone)
    assert some[0].version(alone=True) != some[0].version(alone=False)


# --- What a chat did not let the bot change, and what is not to be said any more


async def test_an_edit_that_the_chat_did_not_allow_leaves_what_was_said_before(ledger):
    [first] = await deliver(ledger, message(notice()))
    change = edit(first, standing=Standing.FILLED)
    assert await ledger.begin(change, LATER)
    await ledger.end(change.key, State.REFUSED, LATER, reason="the bot was removed", due_again_at=LATER)
    assert await told(ledger) == [("phd-owls", "open")]
    assert (await ledger.shut_out(["lab"]), await ledger.shut_out(["other"])) == (["phd-owls"], [])
    await deliver(ledger, edit(first, 2, standing=Standing.CLOSED), LATER)
    assert await told(ledger) == [("phd-owls", "closed")]


async def test_an_edit_that_was_refused_for_good_stands_for_what_is_said(ledger):
    [first] = await deliver(ledger, message(notice()))
    await deliver(ledger, edit(first, standing=Standing.FILLED), LATER, state=State.REFUSED)
    assert await told(ledger) == [("phd-owls", "filled")]
    assert await ledger.shut_out(["lab"]) == []


async def test_what_is_forgotten_is_what_waits_and_nothing_else(ledger):
    waits, stands, goes = (message(one) for one in notices(3))
    await deliver(ledger, waits, state=State.DUE_AGAIN)
    await deliver(ledger, stands)
    assert await ledger.begin(goes, NOON)
    await ledger.forget([waits.key, stands.key, goes.key])
    assert {one.key for one in await ledger.records()} == {stands.key, goes.key}


async def test_a_story_may_be_that_of_some_channels(ledger):
    await deliver(ledger, message(notice()))
    await deliver(ledger, message(notice(where="other")))
    assert set(await ledger.story(["phd-owls"])) == {"lab", "other"}
    assert set(await ledger.story(["phd-owls"], ["other"])) == {"other"}
    assert await ledger.story(["phd-owls"], []) == {}
