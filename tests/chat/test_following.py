"""What is said of queries that are saved and postings that are reminded of: pure, in English and German."""

from dataclasses import replace

import pytest

from bot.audiences.follower import Defaults, Follower
from bot.chat.answering import answer
from bot.chat.commands import subscribe
from bot.chat.effects import Follow, RemindMe, Unfollow
from bot.chat.facts import Facts
from bot.chat.reading import pressed, read
from bot.chat.saving import MOST_QUERIES
from bot.domain.form import FormErrors, Submission
from bot.domain.person import Person, Rank, Rights
from bot.domain.schedule import Destination
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting

NOW = instant("2027-05-02 12:00")
ADA = Follower("telegram:4711", Destination("telegram", "4711"))
POSTINGS = [
    posting("owls", deadline="2027-05-20", location="Berlin"),
    posting("bats", title="Bats", role="postdoc", location="Rostock"),
    posting("mice", title="Mice", status="filled"),
]


def says(text, follower=None, language="en", known=True):
    rights = Rights(Rank.READER, frozenset((Person("telegram", "4711"),)) if known else frozenset())
    facts = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule))
    request = pressed(text) if "." in text.split(" ")[0] else read(text)
    return answer(context(POSTINGS, NOW, language, rights=rights, facts=facts), request)


def follows(*queries):
    return (
        replace(ADA).following(queries[0], NOW)
        if len(queries) == 1
        else follows(*queries[:-1]).following(queries[-1], NOW)
    )


def labels(answer):
    return [button.label for row in answer.message.buttons for button in row]


def asked(answer, label):
    return next(button.request for row in answer.message.buttons for button in row if button.label == label)


def test_a_query_is_said_back_as_it_is_understood_with_how_many_match_now():
    told = says("/follow PhD positions in Berlin")
    assert told.effects == (Follow("PhD positions in Berlin"),)
    assert "PhD · Berlin: 1 matches now" in told.message.text
    assert "7d, 1d" in told.message.text
    assert labels(told) == ["What matches now", "Stop"]
    german = says("/follow Doktorandenstellen in Berlin", language="de")
    assert german.effects == (Follow("Doktorandenstellen in Berlin"),)
    assert "Berlin: 1 passt jetzt" in german.message.text


def test_what_no_position_has_is_named_and_followed_all_the_same():
    told = says("/follow xyzzy")
    assert "“xyzzy”: 0 match now" in told.message.text
    assert "No position has “xyzzy”." in told.message.text
    assert told.effects == (Follow("xyzzy"),)


def test_nothing_behind_it_is_everything_and_said_so():
    told = says("/follow")
    assert "Every position: 2 match now" in told.message.text
    assert told.effects == (Follow(""),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("everything", "would let everything through"),
        ("new positions", "would let everything through"),
        ("phd closing in May", "leave out the days"),
        ("closed", "Of what is over"),
        ("phd but not", "I do not understand all"),
        ("phd -phd", "I do not understand all"),
        ("x" * 201, "too long"),
    ],
)
def test_what_would_let_too_much_through_or_is_not_understood_is_said_and_not_saved(text, words):
    told = says(f"/follow {text}")
    assert words in told.message.text
    assert not told.effects


def test_everything_is_followed_when_that_was_meant():
    assert says(asked(says("/follow everything"), "Follow every position")).effects == (Follow(""),)


def test_what_is_left_of_a_query_is_offered():
    assert says(asked(says("/follow phd but not"), "Follow “phd”")).effects == (Follow("phd"),)


def test_the_same_in_other_words_is_not_followed_twice():
    told = says("/follow Doktorand", follows("PhD"))
    assert "You follow that already." in told.message.text
    assert not told.effects


def test_nobody_follows_without_end():
    many = follows(*(f"word{n}" for n in range(MOST_QUERIES)))
    assert not says("/follow phd", many).effects


def test_an_id_is_followed_by_being_reminded_of_it():
    assert says("/follow owls").effects == (RemindMe("owls", leads("7d 1d")),)


def test_what_is_followed_ends_by_its_number_its_words_or_what_they_mean():
    some = follows("phd", "owls in berlin", "")
    assert says("/unfollow 2", some).effects == (Unfollow(("owls in berlin",)),)
    assert says("/unfollow PhD", some).effects == (Unfollow(("phd",)),)
    assert says("/unfollow Doktorand", some).effects == (Unfollow(("phd",)),)
    assert (
        says("/unfollow all", some).effects
        == says("/unfollow alles", some).effects
        == (Unfollow(("phd", "owls in berlin", "")),)
    )
    assert "You do not follow “4”" in says("/unfollow 4", some).message.text
    assert "You do not follow “postdoc”" in says("/unfollow postdoc", some).message.text
    assert says("/unfollow", follows("phd")).effects == (Unfollow(("phd",)),)
    assert "You follow nothing." in says("/unfollow").message.text


def test_which_of_several_is_asked_with_buttons_that_end_them():
    shown = says("/unfollow", follows("phd", ""))
    assert [says(asked(shown, label), follows("phd", "")).effects for label in ("✕ 1", "✕ 2")] == [
        (Unfollow(("phd",)),),
        (Unfollow(("",)),),
    ]


def test_what_is_followed_is_shown_with_reminders_and_how_many_match():
    one = follows("phd", "postdoc").reminded("owls", leads("3d 2h"), NOW).reminded("bats", (), NOW)
    text = says("/following", one).message.text
    assert "1. PhD: 1 matches now" in text
    assert "2. Postdoc: 1 matches now" in text
    assert "Owls at night: 3d, 2h" in text
    assert "never" in text
    assert "/follow phd" in says("/following").message.text


# --- Reminders


def test_a_reminder_says_when_it_will_come():
    told = says("/remind owls 3d 2h")
    assert told.effects == (RemindMe("owls", leads("3d 2h")),)
    assert "Monday, 17 May 2027, 09:00 (Europe/Berlin" in told.message.text
    assert "Thursday, 20 May 2027, 21:59 (Europe/Berlin" in told.message.text
    assert says("/remind owls").effects == (RemindMe("owls", leads("7d 1d")),)


def test_who_asks_for_the_same_reminder_again_is_told_so():
    reminded = ADA.reminded("owls", leads("7d 1d"), NOW)
    for text in ("/remind owls", "/remind owls 1d,7d 1d"):
        told = says(text, reminded)
        assert ("already" in told.message.text, bool(told.effects)) == (text == "/remind owls", text != "/remind owls")
    assert "Monday, 17 May 2027" not in says("/remind owls", reminded).message.text
    assert "Thursday, 13 May 2027" in says("/remind owls", reminded).message.text
    assert "already" not in says("/remind owls 3d", reminded).message.text


def test_what_has_passed_and_what_has_no_deadline_is_said():
    told = says("/remind owls 30d")
    assert "All of that has passed" in told.message.text
    assert told.effects
    assert "It has no deadline" in says("/remind bats").message.text


def test_what_is_no_lead_time_no_posting_or_not_open_is_said():
    assert "I do not understand “soon”" in says("/remind owls soon").message.text
    assert "no position called “newts”" in says("/remind newts").message.text
    assert "not open any more" in says("/remind mice").message.text
    assert not says("/remind mice").effects
    assert "Which one?" in says("/remind").message.text
    assert "too many" in says("/remind owls " + " ".join(f"{n}h" for n in range(1, 12))).message.text


def test_a_reminder_ends_and_stays_off_for_who_follows_the_posting():
    assert says("/remind owls off").effects == (RemindMe("owls", None),)
    assert says("/remind owls aus", follows("phd")).effects == (RemindMe("owls", ()),)


# --- In plain words


def test_plain_words_offer_it():
    offered = says("notify me of new PhD positions")
    assert not offered.effects
    assert says(asked(offered, "Follow “phd”")).effects == (Follow("phd"),)
    unknown = says("let me know when a postdoc opens")
    assert labels(unknown) == ["Follow “postdoc”", "Follow “postdoc, opens”"]
    assert "No position has “opens”." in unknown.message.text
    reminded = says("remind me of owls at night")
    assert says(asked(reminded, "Remind me")).effects == (RemindMe("owls", leads("7d 1d")),)


def test_where_nobody_is_reached_alone_it_is_not_offered():
    rights = Rights(Rank.ADMIN, frozenset((Person("web", "admin"),)))
    here = context(POSTINGS, NOW, rights=rights, facts=Facts(is_reached_alone=False))
    offered = answer(here, read("/help")).message.text
    assert "/follow" not in offered
    assert "/settings" not in offered
    assert "/mydata" in offered
    assert "I cannot write to you in private here." in answer(here, read("/follow phd")).message.text


def test_who_is_nobody_is_told_where_it_works():
    for text in (
        "/follow phd",
        "/following",
        "/unfollow",
        "/remind x",
        "/remind owls",
        "notify me of new PhD positions",
    ):
        told = says(text, known=False)
        assert "I have to know who you are" in told.message.text or "where I know them" in told.message.text, text
        assert not told.effects


# --- By a form


def subscribed(query, follower=None, known=True):
    rights = Rights(Rank.READER, frozenset((Person("telegram", "4711"),)) if known else frozenset())
    facts = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule))
    values = {"query": query} if query else {}
    return subscribe.filled_in(context(POSTINGS, NOW, rights=rights, facts=facts), Submission(subscribe.FORM, values))


def test_what_to_follow_can_be_asked_by_a_form():
    rights = Rights(Rank.READER, frozenset((Person("telegram", "4711"),)))
    asks = context(POSTINGS, NOW, rights=rights, facts=Facts(shows_forms=True))
    [field] = answer(asks, pressed("subscribe.1")).message.form.fields
    assert (field.key, field.is_optional, field.most) == ("query", True, 200)
    assert "/follow phd, for example" in says("subscribe.1").message.text
    assert says("subscribe.1").message.form is None


def test_what_is_filled_in_is_followed_or_said_at_its_field():
    assert subscribed("PhD in  Berlin").effects == (Follow("PhD in Berlin"),)
    assert subscribed("").effects == (Follow(""),)
    assert subscribed("bats").effects[0].posting == "bats"
    for query, why in {"phd next week": "leave out the days", "everything": "would let everything through"}.items():
        refused = subscribed(query)
        assert isinstance(refused, FormErrors)
        assert why in refused.texts["query"]
    many = follows(*(f"word{number}" for number in range(MOST_QUERIES)))
    assert not subscribed("phd", many).effects
    assert not subscribed("phd", known=False).effects
