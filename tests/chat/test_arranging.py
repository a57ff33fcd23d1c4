"""How a group or channel wants to hear: which is meant, who may, what each setting means, and how it is said back."""

from itertools import product

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from bot.audiences.place import PlaceSettings, heard_at, written_of
from bot.chat.answering import answer
from bot.chat.arranging import Meant, place_meant
from bot.chat.effects import Arrange
from bot.chat.facts import Facts, PlaceFacts
from bot.chat.reading import pressed, read, read_words
from bot.chat.request import SLASH_COMMANDS, SUBCOMMANDS, Request
from bot.chat.rules import may_not_arrange
from bot.domain.person import Person, Rank, Rights
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import EVERYTHING_ANNOUNCED, USUALLY_ANNOUNCED, Announced, Destination
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting

NOW = instant("2027-05-02 12:00")
ADA = Person("telegram", "4711")
LAB = Destination("telegram", "-1001234567890")
POSTINGS = [posting("owls", title="Owls", role="phd"), posting("bats", title="Bats", role="postdoc")]


def given(rank=Rank.READER, **place):
    known = {"administers": True, "audience": channel("lab"), "is_heard": True, "is_configured": True, **place}
    facts = Facts(place=PlaceFacts("lab", LAB, **known), is_reached_alone=True)
    return context(POSTINGS, NOW, rights=Rights(rank, frozenset((ADA,))), facts=facts)


def says(text, rank=Rank.READER, **place):
    request = pressed(text) if text.startswith("settings.") else Request("settings", text)
    return answer(given(rank, **place), request)


# --- Which place


@pytest.mark.parametrize(
    ("text", "is_private", "meant"),
    [
        ("/settings", False, Meant("", "", "")),
        ("/settings filter phd", False, Meant("", "", "filter phd")),
        ("/settings filter phd", True, None),
        ("/settings", True, None),
        ("/settings @lab_news", True, Meant("@lab_news", "@lab_news ", "")),
        ("/settings @lab_news filter phd", True, Meant("@lab_news", "@lab_news ", "filter phd")),
        ("/settings -1001234567890 announce off", True, Meant("-1001234567890", "-1001234567890 ", "announce off")),
        ("/settings @lab_news filter phd", False, None),  # that is for the private chat
        ("/settings @x y", True, None),
    ],
)
def test_in_telegram_the_chat_is_meant_or_in_private_the_one_that_is_named(text, is_private, meant):
    assert place_meant(read(text), SLASH_COMMANDS, is_private=is_private) == meant


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("settings", None),
        ("settings language de", None),
        ("settings channel", Meant("", "channel ", "")),
        ("settings channel language de", Meant("", "channel ", "language de")),
        ("settings Kanal sprache de", Meant("", "channel ", "sprache de")),
    ],
)
def test_in_slack_a_word_says_that_it_is_about_the_channel(text, meant, is_private):
    assert place_meant(read_words(text), SUBCOMMANDS, is_private=is_private) == meant


def test_a_link_that_others_may_have_made_leads_there_and_changes_nothing():
    link = "/start settings__QGxhYl9uZXdzIGFubm91bmNlIG9mZg"  # @lab_news announce off
    assert place_meant(read(link), SLASH_COMMANDS, is_private=True) == Meant("@lab_news", "@lab_news ", "")


# --- Who may


@pytest.mark.parametrize(("rank", "administers"), [*product(Rank, [True, False, None])])
def test_administrators_and_the_labs_admins_may_and_nobody_else(rank, administers):
    may = rank is Rank.ADMIN or administers is True
    assert (may_not_arrange(given(rank, administers=administers)) is None) == may
    for text in ("", "filter phd", "announce off"):
        assert bool(says(text, rank, administers=administers).effects) == (may and bool(text))


def test_whoever_may_not_is_told_so_and_led_to_their_own_settings():
    told = says("filter phd", administers=False, invitation="https://t.me/bot?start=settings").message
    assert "Only its administrators and my own admins" in told.text
    assert [button.url for row in told.buttons for button in row] == ["https://t.me/bot?start=settings"]
    assert told.is_beside
    assert "I cannot find out whether that is for you to say" in says("", administers=None).message.text


@pytest.mark.parametrize("rank", Rank)
def test_what_the_config_has_locked_stays_and_why_is_said(rank):
    locked = channel("lab", locked=True)
    told = says("filter phd", rank, audience=locked)
    assert "locked" in told.message.text
    assert not told.effects
    shown = says("", rank, audience=locked).message
    assert "timezone: Europe/Berlin" in shown.text
    assert not shown.buttons


def test_no_more_places_are_taken_than_can_be_but_the_labs_admins_add_theirs():
    new = {"is_heard": False, "is_configured": False, "is_full": True}
    assert "as many places as I can" in says("announce on", **new).message.text
    assert says("announce on", Rank.ADMIN, **new).effects
    assert says("announce on", **new | {"is_heard": True}).effects
    assert says("language de", **new).effects


def test_where_it_is_not_clear_which_one_is_meant_that_is_said():
    told = says("filter phd", audience=None)
    assert "not clear" in told.message.text
    assert not told.effects
    assert "no group or channel @nowhere" in says("", is_known=False, written="@nowhere ").message.text


# --- What


@pytest.mark.parametrize(
    ("text", "own", "line"),
    [
        ("language de", {"language": "de"}, "language: Deutsch"),
        ("timezone UTC", {"timezone": "UTC"}, "timezone: UTC"),
        ("remind 3d", {"reminders": leads("3d")}, "remind: 3d"),
        ("quiet 22-8", {"quiet": QuietHours.parse("22:00-08:00")}, "quiet: 22:00-08:00"),
        ("digest weekly", {"digest": DigestTimes.parse("weekly mon 09:00")}, "digest: every Monday at 09:00"),
        ("filter phd", {"filter": "phd"}, "filter: PhD: 1 matches now"),
        ("filter off", {"filter": ""}, "filter: Every position: 2 match now"),
        ("filter all", {"filter": ""}, "filter: Every position: 2 match now"),
        ("filter yes herons", {"filter": "herons"}, "filter: “herons”: 0 match now"),
        ("announce off", {"announce": frozenset()}, "announce: nothing"),
        ("announce on", {"announce": USUALLY_ANNOUNCED}, "announce: new positions, moved deadlines, reminders"),
        ("announce opened, closed", {"announce": {Announced.OPENED, Announced.CLOSED}}, "new positions, what is over"),
        ("melde neue geschlossen", {"announce": {Announced.OPENED, Announced.CLOSED}}, "new positions, what is over"),
        ("announce all", {"announce": EVERYTHING_ANNOUNCED}, "what is over, reminders"),
    ],
)
def test_each_is_noted_and_said_back(text, own, line):
    told = says(text)
    assert told.effects == (Arrange("lab", LAB, PlaceSettings(**own)),)
    assert line in told.message.text


def test_on_is_what_the_config_says():
    alone = channel("lab", announce="opened")
    assert says("announce on", audience=alone).effects[0].own.announce == {Announced.OPENED}
    new = {"audience": channel("lab", announce=""), "is_heard": False, "is_configured": False}
    assert says("announce on", **new).effects[0].own.announce == USUALLY_ANNOUNCED, "nothing is not what they ask for"


@pytest.mark.parametrize(
    ("text", "words", "button"),
    [
        ("filter positions", "would let everything through", ("Take every position", "filter off")),
        ("filter herons", "nothing would be announced", ("Take “herons”", "filter yes herons")),
        ("filter phd next week", "leave out the days", None),
        ("filter closed", "leave “closed” out", None),
        ("filter", "filter phd postdoc", None),
        ("announce", "announce on, announce off", None),
        ("announce maybe", "announce on, announce off", None),
        ("announce on off", "announce on, announce off", None),
        ("colour red", "There is no setting “colour”", None),
    ],
)
def test_what_is_none_or_rarely_meant_is_asked_about_and_nothing_is_noted(text, words, button):
    told = says(text, written="@lab_news ")
    assert words in told.message.text
    assert not told.effects
    if button:
        label, argument = button
        [[one]] = told.message.buttons
        assert (one.label, one.request) == (label, Request("settings", f"@lab_news {argument}").text)


def test_where_nothing_is_announced_yet_that_is_so_whatever_the_config_says_of_others():
    new = {"is_heard": False, "is_configured": False}
    assert "announce: nothing" in says("", **new).message.text
    assert "announce: nothing" in says("language de", **new).message.text.replace("nichts", "nothing")
    assert "announce: new positions" in says("announce on", **new).message.text


@pytest.mark.parametrize("written", ["", "channel ", "@lab_news "])
def test_buttons_say_which_place_they_are_about(written):
    shown = says("", written=written).message
    requests = [pressed(button.request) for row in shown.buttons for button in row]
    assert len(requests) > 10
    assert all(request.argument.startswith(written) for request in requests)
    for request in requests:
        assert says(request.argument.removeprefix(written), written=written).effects, request


def test_by_default_the_config_counts_again_and_that_is_offered_where_anything_is_set():
    own = PlaceSettings("de", filter="phd", announce=frozenset())
    assert "again: /settings default" in says("", own=own).message.text
    assert "default" not in says("").message.text
    told = says("standard", own=own)
    assert told.effects == (Arrange("lab", LAB, PlaceSettings(), anew=True),)
    assert "filter: Every position" in told.message.text
    [effect] = says("default", own=own, is_configured=False).effects
    assert effect.own == PlaceSettings(announce=frozenset()), "whether anything is announced is theirs to say"
    assert not says("default", own=own, administers=False).effects
    assert not says("default", own=own, audience=channel("lab", locked=True)).effects


def test_the_answer_is_in_the_language_that_was_chosen():
    assert "Das ist notiert." in says("language de").message.text


# --- As an audience


def test_a_place_hears_as_its_administrators_have_said_and_else_as_the_config_says():
    lab = channel("lab", reminders="7d 1d")
    assert heard_at(lab, PlaceSettings(), ()) == lab
    own = PlaceSettings("de", "UTC", (), quiet=QuietHours.parse("22:00-08:00"), filter="phd")
    heard = heard_at(lab, own, ())
    assert (heard.name, heard.language, heard.schedule.timezone) == ("lab", "de", "UTC")
    assert heard.schedule.reminders == ()
    assert heard.hears_of(POSTINGS[0])
    assert not heard.hears_of(POSTINGS[1])
    with pytest.raises(ValueError, match="small words"):
        heard_at(lab, PlaceSettings(filter="positions"), ())


def test_with_nothing_announced_there_is_no_digest_unless_somebody_wants_it():
    daily = DigestTimes.parse("daily 09:00")
    lab = heard_at(channel("lab"), PlaceSettings(digest=daily), ())
    assert lab.schedule.digest == daily
    assert heard_at(lab, PlaceSettings(announce=frozenset()), ()).schedule.digest is None
    assert heard_at(lab, PlaceSettings(announce=frozenset(), digest=daily), ()).schedule.digest == daily
    assert heard_at(lab, PlaceSettings(announce=frozenset((Announced.OPENED,))), ()).schedule.digest == daily
    assert heard_at(lab, PlaceSettings(digest=Off.OFF), ()).schedule.digest is None


@for_any(st.text(max_size=80))
def test_whatever_is_set_is_kept_or_told(text):
    told = says(text)
    assert told.message.lines
    for effect in told.effects:
        assert written_of(effect.own)
