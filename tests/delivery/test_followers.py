"""Whoever follows is an audience like a channel: whole rounds over a folder and a ledger, with made-up followers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences.follower import Follower, OwnReminders, Preferences, SavedQuery
from bot.domain.notice import Kind
from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError
from bot.store import Ledger, LedgerError
from bot.store import followers as stored
from tests.delivery.test_corrections import LATER, SOON, bot  # noqa: F401
from tests.domain.build import leads

ADA = "fake:ada"


def follower(bot, name="ada", query="", **given):  # noqa: F811
    since = given.pop("since", bot.clock())
    return Follower(
        f"fake:{name}",
        Destination("fake", name),
        tuple(SavedQuery(text, since) for text in ([query] if isinstance(query, str) else query)),
        preferences=Preferences("en", "Europe/Berlin", leads(given.pop("reminders", ""))),
        **given,
    )


async def follows(bot, *some):  # noqa: F811
    """These are in the database, and the bot that runs looks there in its next round."""
    await bot.ledger.followers.put(some)
    if bot.rounds:
        bot.rounds.followers.ask_again()


async def heard(bot, name="ada"):  # noqa: F811
    """What somebody was told, in order."""
    records = await bot.ledger.records(channels=[f"fake:{name}"])
    return [(record.posting, record.kind) for record in sorted(records, key=lambda record: record.at)]


async def posts(bot, address=None):  # noqa: F811
    """The postings of which something was said in a chat, in order."""
    records = sorted(await bot.ledger.records(), key=lambda record: record.at)
    return [one.posting for one in records if address in {None, one.address} and one.kind != Kind.EDIT]


async def test_who_follows_hears_of_what_opens_from_then_on(bot):  # noqa: F811
    bot.writes("mouse")
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    assert await posts(bot, "ada") == []
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "ada") == ["owl"]
    await bot.restarts()
    assert await posts(bot, "ada") == ["owl"]
    assert await posts(bot, "a") == ["mouse", "owl"]


async def test_a_query_is_heeded_and_many_are_one_digest(bot):  # noqa: F811
    await bot.goes_on()
    await follows(bot, follower(bot, query="postdoc"), follower(bot, "eve"))
    await bot.goes_on()
    for number in range(7):
        bot.writes(f"p{number}", role="postdoc" if number == 3 else "phd")
    await bot.goes_on()
    assert await posts(bot, "ada") == ["p3"]
    [(_, key, _)] = [shown for shown in bot.platform.shown if shown[0] == "eve"]
    assert "/digest/" in key


async def test_who_came_before_the_bot_stopped_hears_of_what_opened_meanwhile(bot):  # noqa: F811
    bot.writes("mouse")
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    await bot.stops()
    bot.writes("owl")
    bot.rounds = None
    await bot.goes_on()
    assert await posts(bot, "ada") == ["owl"]


async def test_who_came_later_is_told_that_a_deadline_has_moved_and_that_it_has_closed(bot):  # noqa: F811
    bot.writes("owl")
    bot.writes("mouse")
    await bot.goes_on()
    await follows(bot, follower(bot, query="owls"))
    await bot.goes_on()
    assert await heard(bot) == []
    bot.writes("owl", deadline=LATER)
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.DEADLINE_MOVED)]
    await bot.restarts()
    bot.writes("owl", deadline=LATER, status="filled")
    await bot.goes_on()
    assert [kind for _, kind in await heard(bot) if kind != Kind.EDIT] == [Kind.DEADLINE_MOVED, Kind.CLOSED]
    await bot.restarts()
    assert [kind for _, kind in await heard(bot) if kind != Kind.EDIT] == [Kind.DEADLINE_MOVED, Kind.CLOSED]


async def test_what_moved_while_the_bot_was_down_is_told_too(bot):  # noqa: F811
    bot.writes("owl")
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    await bot.stops()
    bot.writes("owl", deadline=LATER)
    bot.rounds = None
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.DEADLINE_MOVED)]


async def test_what_moved_before_somebody_came_is_no_news_to_them(bot):  # noqa: F811
    bot.writes("owl")
    await bot.goes_on()
    await follows(bot, follower(bot, "eve"))
    await bot.goes_on()
    bot.writes("owl", deadline=LATER)
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    bot.writes("owl", deadline=LATER, summary="They hoot.")
    await bot.goes_on()
    assert await heard(bot) == []
    assert await heard(bot, "eve") == [("owl", Kind.DEADLINE_MOVED)]


async def test_a_draft_that_opens_is_new_to_all_who_follow(bot):  # noqa: F811
    bot.writes("owl", status="draft")
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.ANNOUNCEMENT)]


async def test_a_file_that_is_renamed_is_told_to_nobody_again(bot):  # noqa: F811
    bot.writes("owl")
    await bot.goes_on()
    await follows(bot, follower(bot))
    await bot.goes_on()
    bot.renames("owl", "barn-owl")
    await bot.goes_on()
    assert await heard(bot) == []
    await bot.restarts()
    assert await heard(bot) == []


async def test_who_has_left_hears_nothing_more_and_who_changed_hears_what_they_ask_for_now(bot):  # noqa: F811
    await bot.goes_on()
    ada, eve = follower(bot), follower(bot, "eve", "postdoc")
    await follows(bot, ada, eve)
    await bot.goes_on()
    assert await bot.ledger.followers.remove(ADA)
    assert not await bot.ledger.followers.remove(ADA)
    await follows(bot, replace(follower(bot, "eve", "phd"), destination=Destination("fake", "eve-at-home")))
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "ada") == []
    assert await posts(bot, "eve") == []
    assert await posts(bot, "eve-at-home") == ["owl"]


async def test_another_process_takes_in_what_this_one_has_written(bot, ledger):  # noqa: F811
    await bot.goes_on()
    other = await Ledger.open(str(ledger._database.url))
    await other.followers.put([follower(bot)])
    await other.close()
    bot.rounds.followers.ask_again()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "ada") == ["owl"]


async def test_a_change_of_this_process_has_a_round_come_at_once_and_counts_in_it(bot):  # noqa: F811
    await bot.goes_on()
    await bot.ledger.followers.put([follower(bot)])
    await bot.rounds.tick()
    assert bot.rounds._audiences.get("fake:ada") is None, "whether another process has written is asked now and then"
    assert not bot.rounds.changed.is_set()
    bot.rounds.followers.ask_again()
    assert bot.rounds.changed.is_set()
    await bot.rounds.tick()
    assert bot.rounds._audiences.get("fake:ada")
    assert not bot.rounds.changed.is_set()


async def test_a_change_is_asked_for_again_as_long_as_the_database_does_not_answer(bot, monkeypatch):  # noqa: F811
    await bot.goes_on()
    await bot.ledger.followers.put([follower(bot)])
    bot.rounds.followers.ask_again()
    store, was = bot.ledger.followers, bot.ledger.followers.changes

    async def fails(*_):
        raise LedgerError("the database is away")

    monkeypatch.setattr(store, "changes", fails)
    with pytest.raises(LedgerError):
        await bot.rounds.tick()
    monkeypatch.setattr(store, "changes", was)
    await bot.rounds.tick()
    assert bot.rounds._audiences.get("fake:ada")


async def test_the_database_gives_back_what_was_put_there(bot):  # noqa: F811
    await bot.goes_on()
    whole = follower(bot, query="phd owls -mice", reminders="7d 36h")
    whole = replace(
        whole, reminders={"owl": OwnReminders(leads("3d 2h"), bot.clock())}, blocked_at=bot.clock()
    ).following("owls", bot.clock())
    threaded = replace(follower(bot, "eve"), destination=Destination("fake", "-100", 7))
    await bot.ledger.followers.put([whole, threaded])
    changes = await bot.ledger.followers.changes(0, set())
    assert list(changes.changed) == [whole, threaded]
    assert changes.names is None
    both = {ADA, "fake:eve"}
    assert (await bot.ledger.followers.changes(changes.number, both)).names is None
    await bot.ledger.followers.remove(ADA)
    assert (await bot.ledger.followers.changes(changes.number, both)).names == {"fake:eve"}


async def test_many_are_read_some_at_a_time_and_who_is_gone_is_seen_all_the_same(bot, monkeypatch):  # noqa: F811
    monkeypatch.setattr(stored, "_AT_ONCE", 2)
    await follows(bot, *(follower(bot, f"a{number}") for number in range(7)))
    await bot.goes_on()
    audiences = bot.rounds._audiences
    assert sum(audience.is_person for audience in audiences) == 7
    await bot.ledger.followers.remove("fake:a3")
    await follows(bot, *(follower(bot, f"a{number}", query="owls") for number in (5, 6, 7)))
    await bot.goes_on()
    names = {audience.name for audience in audiences if audience.is_person}
    assert names == {f"fake:a{number}" for number in (0, 1, 2, 4, 5, 6, 7)}


async def test_many_are_changed_together_or_none_is(bot):  # noqa: F811
    await bot.goes_on()
    store, now = bot.ledger.followers, bot.clock()
    await store.put([follower(bot, "ada")])

    def fails_at_eve(name, known):
        if name == "fake:eve":
            raise RuntimeError("of one, nothing can be made")
        return (known or follower(bot, name.removeprefix("fake:"))).following("owls", now)

    with pytest.raises(RuntimeError, match="nothing can be made"):
        await store.change_each([ADA, "fake:bob", "fake:eve"], fails_at_eve)
    assert [[saved.text for saved in each.queries] for each in await store.every()] == [[""]]
    await store.change_each([ADA, "fake:bob"], fails_at_eve)
    assert {each.name: len(each.queries) for each in await store.every()} == {ADA: 2, "fake:bob": 2}


async def test_who_follows_on_a_platform_that_is_gone_is_waited_for_by_nobody(bot):  # noqa: F811
    await follows(bot, replace(follower(bot), destination=Destination("elsewhere", "ada")))
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == ["owl"]


async def test_a_channel_of_the_config_is_not_displaced(bot):  # noqa: F811
    await follows(bot, replace(follower(bot), name="lab-a"))
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot) == ["owl"]
    assert await posts(bot, "a") == ["owl"]


async def test_a_query_that_is_no_filter_any_more_tells_nothing_and_stops_nobody(bot, caplog):  # noqa: F811
    await follows(bot, follower(bot, query="the and"), follower(bot, "eve"))
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "eve") == ["owl"]
    assert await posts(bot, "ada") == []
    assert "no filter any more" in caplog.text
    assert "ada" not in caplog.text


async def test_reminders_come_for_what_was_open_before(bot):  # noqa: F811
    bot.writes("owl", deadline=SOON)
    await bot.goes_on()
    await follows(bot, follower(bot, reminders="7d"))
    await bot.goes_on()
    assert await heard(bot) == []
    due_at = bot.board.agenda.next_instant()
    bot.ahead = due_at - bot.clock() + timedelta(hours=1)
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.REMINDER)]


async def test_without_followers_nothing_is_kept_of_postings(bot):  # noqa: F811
    bot.writes("owl")
    await bot.goes_on()
    assert await bot.ledger.followers.listings() == []
    await follows(bot, follower(bot))
    await bot.goes_on()
    assert [listing.posting for listing in await bot.ledger.followers.listings()] == ["owl"]
    await bot.restarts()
    assert [listing.posting for listing in await bot.ledger.followers.listings()] == ["owl"]


@pytest.mark.parametrize("count", [30])
async def test_a_kill_amid_many_loses_nobody_and_tells_nobody_twice(bot, count):  # noqa: F811
    await follows(bot, *(follower(bot, f"a{number:02}") for number in range(count)))
    await bot.goes_on()
    bot.writes("owl")
    bot.board.take_in(bot.board.registry.read())
    await bot.rounds.tick()
    await bot.stops()
    bot.starts()
    await bot.goes_on()
    told = [address for address, *_ in bot.platform.shown if address.startswith("a") and address != "a"]
    assert sorted(set(told)) == [f"a{number:02}" for number in range(count)]


# --- Several queries, and what somebody says of them


async def test_who_follows_two_queries_that_match_hears_once(bot):  # noqa: F811
    await follows(bot, follower(bot, query=("phd", "owls")))
    await bot.goes_on()
    bot.writes("owl", title="Owls")
    await bot.goes_on()
    assert await posts(bot, "ada") == ["owl"]
    bot.writes("owl", title="Owls", deadline=LATER)
    await bot.goes_on()
    assert [kind for _, kind in await heard(bot) if kind != Kind.EDIT] == [Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED]


async def test_a_query_that_is_added_tells_of_nothing_that_was_announced_before(bot):  # noqa: F811
    bot.writes("owl")
    await bot.goes_on()
    await follows(bot, follower(bot, query="postdoc"))
    await bot.goes_on()
    bot.writes("mouse")
    await bot.goes_on()
    await bot.ledger.followers.change(ADA, lambda known: known.following("phd", bot.clock()))
    bot.rounds.followers.ask_again()
    await bot.goes_on()
    assert await posts(bot, "ada") == []
    bot.writes("newt")
    bot.writes("bat", role="postdoc")
    await bot.goes_on()
    assert sorted(await posts(bot, "ada")) == ["bat", "newt"]


async def test_who_follows_nothing_any_more_hears_no_news_and_sees_what_is_true(bot):  # noqa: F811
    await follows(bot, follower(bot))
    await bot.goes_on()
    bot.writes("owl")
    await bot.goes_on()
    assert await posts(bot, "ada") == ["owl"]
    await follows(bot, (await bot.ledger.followers.get(ADA)).without(("",)))
    bot.writes("owl", deadline=LATER)
    bot.writes("mouse")
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.ANNOUNCEMENT), ("owl", Kind.EDIT)]


async def test_reminders_of_one_posting_come_without_following_anything(bot):  # noqa: F811
    bot.writes("owl", deadline=SOON)
    await bot.goes_on()
    one = replace(follower(bot, query=()), reminders={"owl": OwnReminders(leads("7d"), bot.clock())})
    await follows(bot, one)
    await bot.goes_on()
    assert await heard(bot) == []
    bot.writes("owl", deadline=LATER)
    bot.writes("mouse")
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.DEADLINE_MOVED)]
    upcoming = bot.board.agenda._upcoming.items()
    due_at = max(at for schedule, ahead in upcoming if schedule.reminders == leads("7d") for at in ahead._at)
    bot.ahead = due_at - bot.clock() + timedelta(hours=1)
    await bot.goes_on()
    assert await heard(bot) == [("owl", Kind.DEADLINE_MOVED), ("owl", Kind.REMINDER)]


async def test_who_blocks_the_bot_is_tried_no_more_and_misses_what_was_said(bot):  # noqa: F811
    await follows(bot, follower(bot))
    await bot.goes_on()
    bot.platform.at("ada", DeliveryError("blocked by the user", permanent=True, of_chat=True))
    bot.writes("owl")
    await bot.goes_on()
    bot.writes("mouse")
    await bot.goes_on()
    assert [what for what, there, _ in bot.platform.calls if there == "ada"] == ["send"]
    assert bot.rounds.followers.is_blocked(ADA)
    assert await bot.ledger.followers.blocked_before(bot.clock() + timedelta(days=1)) == [ADA]
    await bot.ledger.followers.change(ADA, lambda known: known.back(bot.clock()))
    bot.rounds.followers.ask_again()
    await bot.goes_on()
    bot.writes("newt")
    await bot.goes_on()
    assert [key for there, key, _ in bot.platform.shown if there == "ada"] == ["fake:ada/newt/announcement"]
    assert not bot.rounds.followers.is_blocked(ADA)


async def test_who_has_blocked_the_bot_for_thirty_days_is_forgotten(bot, caplog):  # noqa: F811
    caplog.set_level("INFO", "callboard")
    await follows(bot, follower(bot), follower(bot, "eve"))
    await bot.goes_on()
    bot.platform.at("ada", DeliveryError("blocked by the user", permanent=True, of_chat=True))
    bot.writes("owl")
    await bot.goes_on()
    await bot.rounds.tick()
    assert (await bot.ledger.followers.get(ADA)).blocked_at is not None
    for days, is_there in ((29, True), (31, False)):
        bot.ahead = timedelta(days=days)
        await bot.restarts()
        await bot.rounds.tick()
        assert (await bot.ledger.followers.get(ADA) is not None) is is_there
    assert await heard(bot) == []
    assert await heard(bot, "eve") == [("owl", Kind.ANNOUNCEMENT)]
    assert "forgotten" in caplog.text
    assert "ada" not in caplog.text.replace("adapter", "")
