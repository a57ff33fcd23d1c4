"""How somebody wants to hear: by text, by buttons, by a form; what is no such thing is said."""

from dataclasses import replace

import pytest

from bot.audiences.follower import Defaults, Follower, Preferences
from bot.chat.answering import answer
from bot.chat.commands.settings import filled_in
from bot.chat.effects import Prefer
from bot.chat.facts import Facts
from bot.chat.reading import pressed, read
from bot.domain.form import FormErrors, Submission
from bot.domain.person import Person, Rank, Rights
from bot.domain.schedule import Destination
from tests.chat.build import context
from tests.domain.build import channel, instant, leads

NOW = instant("2027-05-02 12:00")
ADA = Person("telegram", "4711")


def given(own=None, **more):
    follower = Follower(str(ADA), Destination("telegram", "4711"), preferences=own or Preferences())
    facts = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule), **more)
    return context([], NOW, rights=Rights(Rank.READER, frozenset((ADA,))), facts=facts)


def says(text, own=None, **more):
    return answer(given(own, **more), pressed(text) if text.startswith("settings.") else read(text))


def test_they_begin_with_those_of_the_config():
    assert says("/settings").message.text.splitlines()[:3] == [
        "language: English",
        "timezone: Europe/Berlin",
        "remind: 7d 1d",
    ]


@pytest.mark.parametrize(
    ("text", "own", "line"),
    [
        ("language de", Preferences(language="de"), "language: Deutsch"),
        ("timezone america/new_york", Preferences(timezone="America/New_York"), "timezone: America/New_York"),
        ("remind 3d, 2h", Preferences(reminders=leads("3d 2h")), "remind: 3d 2h"),
        ("remind off", Preferences(reminders=()), "remind: never"),
        ("Timezone UTC", Preferences(timezone="UTC"), "timezone: UTC"),
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
        ("colour red", "There is no setting “colour”. There are: language, timezone, remind."),
    ],
)
def test_what_is_no_setting_is_said_with_what_is(text, words):
    told = says(f"/settings {text}")
    assert words in told.message.text
    assert not told.effects


def test_buttons_change_what_they_say_and_show_what_is_so():
    shown = says("/settings", Preferences(reminders=leads("1d")))
    labels = {button.label: button.request for row in shown.message.buttons for button in row}
    assert list(labels) == ["✓ English", "Deutsch", "14d 7d 1d", "7d 1d", "✓ 1d", "never"]
    assert says(labels["never"]).effects == (Prefer(Preferences(reminders=())),)
    assert says(labels["Deutsch"]).effects == (Prefer(Preferences(language="de")),)


def test_a_form_holds_what_is_so_and_all_of_it_is_noted():
    form = says("/settings", Preferences("de"), shows_forms=True).message.form
    assert {field.key: field.value for field in form.fields} == {
        "language": "de",
        "timezone": "Europe/Berlin",
        "remind": "7d 1d",
    }
    values = {"language": "en", "timezone": "UTC", "remind": "off"}
    done = filled_in(given(), Submission(form.name, values))
    assert done.effects == (Prefer(Preferences("en", "UTC", ())),)
    errors = filled_in(given(), Submission(form.name, {**values, "timezone": "Mars", "remind": ("x",)}))
    assert isinstance(errors, FormErrors)
    assert errors.texts.keys() == {"timezone", "remind"}
