"""Which deadlines are handed out, and what is said of that: pure, in English and German."""

import pytest

from bot.audiences.follower import Defaults, Follower
from bot.chat.answering import answer
from bot.chat.commands.calendar import MOST_IN_A_FILE, with_file
from bot.chat.facts import Facts
from bot.chat.reading import pressed, read
from bot.domain.message import Document
from bot.domain.schedule import Destination
from bot.domain.site import Site
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting

NOW = instant("2027-05-02 12:00")
SITE = Site("https://jobs.lab.example/board")
ADA = Follower("telegram:4711", Destination("telegram", "4711"))
POSTINGS = [
    posting("owls", deadline="2027-05-20", location="Berlin"),
    posting("bats", title="Bats", role="postdoc", deadline="2027-06-20", location="Rostock"),
    posting("gulls", title="Gulls"),
    posting("newts", title="Newts", status="filled", deadline="2027-05-09"),
]


def says(text, follower=None, language="en", site=None):
    facts = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule))
    request = pressed(text) if "." in text.split(" ")[0] else read(text)
    return answer(context(POSTINGS, NOW, language, site=site, facts=facts), request)


def handed_out(answer):
    """The name of the file, and whose deadlines stand in it; None where there is none."""
    effects = [(effect.name, list(effect.alarms)) for effect in answer.effects]
    return effects[0] if effects else None


@pytest.mark.parametrize(
    ("text", "follower", "expected"),
    [
        ("/calendar", None, ("deadlines.ics", ["owls", "bats"])),
        ("/calendar", ADA, ("deadlines.ics", ["owls", "bats"])),
        ("/calendar", ADA.following("postdoc", NOW), ("deadlines.ics", ["bats"])),
        ("/calendar", ADA.following("postdoc", NOW).reminded("owls", (), NOW), ("deadlines.ics", ["owls", "bats"])),
        ("/calendar", ADA.reminded("newts", (), NOW), None),
        ("/calendar phd", ADA.following("postdoc", NOW), ("deadlines.ics", ["owls"])),
        ("/calendar owls", None, ("owls.ics", ["owls"])),
        ("/calendar newts", None, ("newts.ics", ["newts"])),
        ("/calendar gulls", None, None),
        ("/calendar swans", None, None),
        ("calendar postdoc", None, ("deadlines.ics", ["bats"])),
        ("Kalender", None, ("deadlines.ics", ["owls", "bats"])),
    ],
)
def test_which_deadlines_stand_in_the_file(text, follower, expected):
    assert handed_out(says(text, follower)) == expected


def test_what_is_said_of_a_file_and_of_the_address_that_follows():
    told = says("/calendar").message
    assert told.text == "📅 All open positions: 2 deadlines"
    assert with_file(context([], NOW), told, Document("x.ics", "text/calendar", b"x")).text.splitlines() == [
        "📅 All open positions: 2 deadlines",
        "The file stays as it is: what is moved or closed later does not reach it.",
    ]
    with_board = says("/calendar", site=SITE, language="de").message
    assert with_board.lines[-1].spans[0].url == "https://jobs.lab.example/board/calendar.ics"
    assert "Abonniere diese Adresse" in with_board.text
    assert says("/calendar owls", site=SITE).message.text.endswith("/board/postings/owls.ics")
    assert says("/calendar phd in Berlin", site=SITE).message.text.endswith("/board/calendar.ics?q=phd%2C+berlin")
    assert "jobs.lab.example" not in says("/calendar", ADA.following("phd", NOW), site=SITE).message.text
    assert "has no deadline" in says("/calendar gulls").message.text
    assert "Nothing matches" in says("/calendar swans").message.text


def test_it_rings_at_ones_own_lead_times():
    follower = ADA.following("", NOW).reminded("owls", leads("2h"), NOW)
    [effect] = says("/calendar", follower).effects
    assert effect.alarms == {
        "owls": (instant("2027-05-20 19:59:59"),),
        "bats": (instant("2027-06-13 07:00"), instant("2027-06-19 07:00")),
    }


def test_where_no_file_can_be_sent_it_is_said_in_words():
    [effect] = says("/calendar").effects
    text = "\n".join(line.text for line in effect.instead)
    assert "Owls at night" in text
    assert "Sunday, 20 June 2027" in text
    many = [posting(f"owl-{number}", deadline="2027-05-20") for number in range(12)]
    [effect] = answer(context(many, NOW), read("/calendar")).effects
    assert effect.instead[-1].text == "… and 2 more: ask /deadlines"


def test_of_a_large_board_the_next_ones_stand_in_the_file():
    many = [posting(f"owl-{number}", deadline=f"20{28 + number // 100}-05-20") for number in range(600, 0, -1)]
    told = answer(context(many, NOW), read("/calendar"))
    assert "600 deadlines" in told.message.text
    assert "Only the next 500 stand in the file." in told.message.text
    [effect] = told.effects
    assert set(effect.alarms) == {
        one.id for one in sorted(many, key=lambda posting: (posting.deadline.at, posting.id))[:MOST_IN_A_FILE]
    }


def test_plain_words_lead_to_it():
    asked = says("add owls to my calendar")
    [button] = [one for row in asked.message.buttons for one in row if "calendar" in one.label]
    assert handed_out(says(button.request)) == ("owls.ics", ["owls"])
    every = says("can I import the deadlines into my calendar?")
    assert every.message.text == "Deadlines for your calendar:"
    assert handed_out(says(every.message.buttons[0][0].request)) == ("deadlines.ics", ["owls", "bats"])
    german = says("alle Postdoc-Fristen in meinen Kalender eintragen", language="de")
    assert handed_out(says(german.message.buttons[0][0].request)) == ("deadlines.ics", ["bats"])
