"""A person's own page: pure, as sections and as one message."""

from dataclasses import replace

from bot.audiences.follower import Defaults, Follower
from bot.chat.answering import answer
from bot.chat.facts import Facts
from bot.chat.links import payload
from bot.chat.reading import pressed, read, read_words
from bot.chat.request import Request
from bot.domain.person import Person, Rank, Rights
from bot.domain.posting import Status
from bot.domain.schedule import Destination, Lead
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting

NOW = instant("2027-05-02 12:00")
ADA = Follower("telegram:4711", Destination("telegram", "4711"))
OWLS = [posting(f"owl-{day}", title=f"Owl {day}", deadline=f"2027-05-{day:02}") for day in range(12, 22)]
READER = Rights(Rank.READER, frozenset((Person("telegram", "4711"),)))


def page(follower=None, request="/home", language="en", rights=READER, postings=OWLS, **facts):
    known = Facts(follower=follower, as_others=Defaults(channel(reminders="7d 1d").schedule), **facts)
    asked = pressed(request) if "." in request else read(request)
    return answer(context(postings, NOW, language, rights=rights, facts=known), asked).message


def labels(message):
    return [[button.label for button in row] for row in message.buttons]


def test_what_is_open_stands_there_nearest_deadline_first_each_with_what_can_be_done():
    heading, *positions, turning, followed, settings = page().sections
    assert heading.text == "Open positions: 10"
    assert [section.text.partition(" (")[0] for section in positions] == [f"Owl {day}" for day in range(12, 20)]
    assert all(labels(section) == [["In full", "Remind me"]] for section in positions)
    assert positions[0].buttons[0][0].request == "position.1 owl-12"
    assert (turning.text, labels(turning)) == ("Page 1 of 2", [["Next ›"]])
    assert followed.text.startswith("You follow nothing.")
    assert labels(followed) == [["Follow a search"]]
    assert "remind: 7d 1d" in settings.text
    _heading, *rest = page(request="home.2 ").sections
    assert [section.text.partition(" (")[0] for section in rest[:2]] == ["Owl 20", "Owl 21"]


def test_who_is_reminded_is_told_so_and_may_end_it():
    follower = ADA.reminded("owl-12", leads("3d 2h"), NOW).reminded("owl-13", (), NOW)
    _heading, first, second, *_rest = page(follower).sections
    assert "⏰ I remind you: 3d, 2h" in first.text
    assert labels(first) == [["In full", "Do not remind me"]]
    assert first.buttons[0][1].request == "remind.1 owl-12 off"
    assert labels(second) == [["In full", "Remind me"]]


def test_what_leads_on_is_what_this_person_may_do():
    assert labels(page().sections[0]) == [["My settings"]]
    assert labels(page(takes_from="members", is_member=True).sections[0]) == [["Hand in a position", "My settings"]]
    assert labels(page(takes_from="anyone").sections[0]) == [["Hand in a position", "My settings"]]


def test_where_nobody_is_known_it_is_what_is_open_alone():
    shown = page(rights=Rights(Rank.READER))
    assert [section.text.partition(" (")[0] for section in shown.sections][-2:] == ["Owl 19", "Page 1 of 2"]
    assert labels(shown.sections[1]) == [["In full"]]
    assert "follow" not in shown.text


def test_with_nothing_open_it_says_what_the_lab_says():
    assert page(postings=[]).sections[0].text == "Nothing."
    assert page(postings=[posting("mice", status=Status.DRAFT)]).sections[0].text == "Nothing."


def test_of_many_reminders_some_have_a_button_and_the_rest_is_led_to():
    many = [posting(f"bat-{number}", title=f"Bat {number}", deadline="2027-06-01") for number in range(30)]
    follower = ADA
    for one in many:
        follower = follower.reminded(one.id, (Lead(1, "d"),), NOW)
    followed = page(replace(follower), postings=many).sections[-2]
    assert len(followed.buttons) == 11
    assert labels(followed)[-1] == ["Follow a search", "What I follow"]


def test_elsewhere_it_is_one_message_with_numbers():
    whole = page(ADA.following("phd", NOW), takes_from="anyone")
    assert "1. Owl 12" in whole.text
    assert "Page 1 of 2" in whole.text
    assert "1. PhD: 10 match now" in whole.text
    numbers = [str(number) for number in range(1, 9)]
    assert labels(whole) == [numbers, ["Next ›"], ["Hand in a position", "What I follow", "My settings"]]
    assert whole.buttons[1][0].request == "home.2"


def test_it_speaks_the_readers_language():
    german = page(language="de", takes_from="anyone")
    assert labels(german.sections[0]) == [["Stelle einreichen", "Meine Einstellungen"]]
    assert labels(german.sections[1]) == [["Ausführlich", "Erinnere mich"]]


def test_a_link_into_the_private_chat_may_ask_for_it():
    assert read(f"/start {payload(Request('home'))}") == Request("home")


def test_the_word_alone_is_a_question_still():
    assert read_words("home") == Request("positions", "home")
    assert read("/home") == Request("home")
