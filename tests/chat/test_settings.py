"""How somebody wants to hear: by text, by buttons, by a form; what is no such thing is said."""

from dataclasses import replace

import pytest

from bot.audiences.follower import Defaults, Follower, Preferences, SavedQuery
from bot.audiences.personal import PersonalData
from bot.chat.answering import answer
from bot.chat.commands.settings import filled_in
from bot.chat.effects import Prefer
from bot.chat.facts import Facts
from bot.chat.reading import pressed, read, read_words
from bot.domain.form import FormErrors, Submission
from bot.domain.person import Person, Rank, Rights
from bot.domain.rhythm import DigestTimes, Off, QuietHours
from bot.domain.schedule import NOTHING_ANNOUNCED, Destination
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import channel, instant, leads

NOW = instant("2027-05-02 12:00")
NIGHT = QuietHours.parse("22:00-08:00")
DAILY, WEEKLY = DigestTimes.parse("daily 09:00"), DigestTimes.parse("weekly mon 09:00")
ADA = Person("telegram", "4711")


def given(own=None, queries=(), **more):
    saved = tuple(SavedQuery(text, NOW) for text in queries)
    follower = Follower(str(ADA), Destination("telegram", "4711"), saved, preferences=own or Preferences())
    facts = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule), **more)
    return context([], NOW, rights=Rights(Rank.READER, frozenset((ADA,))), facts=facts)


def says(text, own=None, **more):
    return answer(given(own, **more), pressed(text) if text.startswith("settings.") else read(text))


def test_they_begin_with_those_of_the_config():
    assert says("/settings").message.text.splitlines()[:5] == [
        "language: English",
        "timezone: Europe/Berlin",
        "remind: 7d 1d",
        "quiet: off",
        "digest: off",
    ]


@pytest.mark.parametrize(
    ("text", "own", "line"),
    [
        ("language de", Preferences(language="de"), "language: Deutsch"),
        ("timezone america/new_york", Preferences(timezone="America/New_York"), "timezone: America/New_York"),
        ("remind 3d, 2h", Preferences(reminders=leads("3d 2h")), "remind: 3d 2h"),
        ("remind off", Preferences(reminders=()), "remind: never"),
        ("Timezone UTC", Preferences(timezone="UTC"), "timezone: UTC"),
        ("quiet 22:00-08:00", Preferences(quiet=NIGHT), "quiet: 22:00-08:00"),
        ("quiet off", Preferences(quiet=Off.OFF), "quiet: off"),
        ("digest daily 09:00", Preferences(digest=DAILY), "digest: daily at 09:00"),
        ("digest weekly mon 09:00", Preferences(digest=WEEKLY), "digest: every Monday at 09:00"),
        ("digest off", Preferences(digest=Off.OFF), "digest: off"),
        ("ruhe 22 bis 8 Uhr", Preferences(quiet=NIGHT), "quiet: 22:00-08:00"),
        ("überblick jeden Montag um 9", Preferences(digest=WEEKLY), "digest: every Monday at 09:00"),
        ("sprache Deutsch", Preferences(language="de"), "language: Deutsch"),
    ],
)
def test_one_is_changed_by_its_name_and_shown_as_it_is_then(text, own, line):
    told = says(f"/settings {text}")
    assert told.effects == (Prefer(own),)
    assert line in told.message.text


def test_the_answer_is_in_the_language_that_was_chosen():
    assert "Das ist notiert." in says("/settings language de").message.text


def test_one_that_is_changed_leaves_the_others():
    own = Preferences("de", "UTC", leads("3d"))
    assert Prefer(Preferences(timezone="Asia/Tokyo")).applied(own) == replace(own, timezone="Asia/Tokyo")
    assert Prefer(Preferences(reminders=())).applied(own) == replace(own, reminders=())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("language fr", "I speak en, de"),
        ("language", "I speak en, de"),
        ("timezone Berlin", "such as Europe/Berlin"),
        ("timezone Nowhere/City", "I know no time zone"),
        ("timezone Tokyo", "such as Asia/Tokyo"),
        ("remind soon", "in days or hours"),
        ("remind", "in days or hours"),
        ("quiet", "quiet 22:00-08:00, for example, or quiet off"),
        ("quiet 8-8", "quiet 22:00-08:00, for example, or quiet off"),
        ("digest", "digest weekly mon 09:00, or digest off"),
        ("digest hourly", "digest weekly mon 09:00, or digest off"),
        ("colour red", "There is no setting “colour”. There are: language, timezone, remind, quiet, digest."),
    ],
)
def test_what_is_no_setting_is_said_with_what_is(text, words):
    told = says(f"/settings {text}")
    assert words in told.message.text
    assert not told.effects


@pytest.mark.parametrize("slip", ["timezon", "timzeone", "langauge", "digets", "quite", "fliter", "anounce", "sparche"])
def test_a_slip_in_its_name_is_no_search_where_commands_are_words(slip):
    assert read_words(f"settings {slip} x").command == "settings"
    assert f"There is no setting “{slip}”." in says(f"/settings {slip} x").message.text


@pytest.mark.parametrize("words", ["for lasers", "pages", "research time", "digital twins", "timing"])
def test_words_that_are_like_no_setting_are_looked_for(words):
    assert read_words(f"settings {words}").command != "settings"


def test_buttons_change_what_they_say_and_show_what_is_so():
    shown = says("/settings", Preferences(reminders=leads("1d")))
    labels = {button.label: button.request for row in shown.message.buttons for button in row}
    assert list(labels) == [
        *("✓ English", "Deutsch"),
        *("14d 7d 1d", "7d 1d", "✓ 1d", "never"),
        *("22:00-08:00", "20:00-09:00", "✓ no quiet hours"),
        *("daily at 09:00", "every Monday at 09:00", "✓ no digest"),
    ]
    assert says(labels["never"]).effects == (Prefer(Preferences(reminders=())),)
    assert says(labels["Deutsch"]).effects == (Prefer(Preferences(language="de")),)
    assert says(labels["22:00-08:00"]).effects == (Prefer(Preferences(quiet=NIGHT)),)
    assert says(labels["every Monday at 09:00"]).effects == (Prefer(Preferences(digest=WEEKLY)),)


def test_a_form_holds_what_is_so_and_all_of_it_is_noted():
    form = says("/settings", Preferences("de"), shows_forms=True).message.form
    assert {field.key: field.value for field in form.fields} == {
        "language": "de",
        "timezone": "Europe/Berlin",
        "remind": "7d 1d",
        "quiet": "off",
        "digest": "off",
    }
    values = {"language": "en", "timezone": "UTC", "remind": "off", "quiet": "22:00-08:00", "digest": "weekly"}
    done = filled_in(given(), Submission(form.name, values))
    assert done.effects == (Prefer(Preferences("en", "UTC", (), NIGHT, WEEKLY)),)
    errors = filled_in(given(), Submission(form.name, {**values, "timezone": "Mars", "remind": ("x",), "quiet": "x"}))
    assert isinstance(errors, FormErrors)
    assert errors.texts.keys() == {"timezone", "remind", "quiet"}


def test_what_the_config_says_of_quiet_hours_and_digests_counts_until_somebody_says_otherwise():
    common = Defaults(replace(channel().schedule, quiet=NIGHT, digest=DAILY))
    assert common.schedule_with(Preferences()) == replace(common.schedule, announce=NOTHING_ANNOUNCED)
    own = common.schedule_with(Preferences(quiet=Off.OFF, digest=WEEKLY))
    assert (own.quiet, own.digest) == (None, WEEKLY)


def test_in_german_it_is_said_in_german():
    told = answer(replace(given(Preferences(digest=WEEKLY)), wording=wording("de")), read("/settings")).message
    assert "digest: jeden Montag um 09:00" in told.text
    assert "✓ jeden Montag um 09:00" in [button.label for row in told.buttons for button in row]


def test_quiet_hours_and_a_digest_stand_in_what_one_follows():
    told = says("/following", Preferences(quiet=NIGHT, digest=WEEKLY), queries=("phd",)).message.text
    assert "I am silent: 22:00-08:00." in told
    assert "A digest comes every Monday at 09:00." in told


def test_they_stand_in_what_is_kept_of_somebody():
    own = Preferences("de", None, (), Off.OFF, WEEKLY)
    kept = PersonalData(follower=Follower(str(ADA), Destination("telegram", "4711"), preferences=own))
    told = says("/mydata", person=ADA, personal_data=kept).message.text
    assert "your settings: language de, remind off, quiet off, digest weekly mon 09:00" in told
