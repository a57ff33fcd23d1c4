"""Days that must not be: "not this week", "nicht im Juni", "except December"."""

from datetime import date

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.questions.facets import Facets
from bot.questions.index import Index
from bot.questions.query import Query
from bot.questions.spans import Days
from bot.questions.understood import understood
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")  # a Wednesday
WEEK = Days(date(2027, 2, 8), date(2027, 2, 14))
JUNE = Days(date(2027, 6, 1), date(2027, 6, 30))
SHELF = (
    posting("week", deadline="2027-02-12", start="2027-10-01", posted="2027-02-01", title="Owls"),
    posting("june", deadline="2027-06-01", start="October 2027", posted="2027-01-05", title="Bats"),
    posting("last", deadline="2027-06-30 23:59", start="2028-01-01", title="Newts"),
    posting("july", deadline="2027-07-01", start="as soon as possible", posted="2027-02-09", title="Moths"),
    posting("rolling", deadline=None, title="Voles"),
)


def ask(text, language="en"):
    return answer(context(Index(SHELF), NOW, language), read(text))


@pytest.mark.parametrize(
    ("language", "text", "found", "query"),
    [
        ("en", "not this week", ("june", "last", "july", "rolling"), Query(not_deadline=WEEK)),
        ("en", "positions that are not due this week", ("june", "last", "july", "rolling"), Query(not_deadline=WEEK)),
        ("en", "not closing in June", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        ("en", "positions except in June", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        ("en", "deadlines other than in June", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        ("de", "nicht im Juni", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        ("de", "Stellen, die nicht im Juni enden", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        ("de", "Stellen ausser im Juni", ("week", "july", "rolling"), Query(not_deadline=JUNE)),
        (
            "en",
            "positions that do not start in October",
            ("last", "july", "rolling"),
            Query(not_starts=Days(date(2027, 10, 1), date(2027, 10, 31))),
        ),
        (
            "de",
            "nicht im Februar ausgeschrieben",
            ("june", "last", "rolling"),
            Query(not_posted=Days(date(2027, 2, 1), date(2027, 2, 28))),
        ),
        (
            "en",
            "deadline until the end of June, but not this week",
            ("june", "last"),
            Query(deadline=Days(None, date(2027, 6, 30)), not_deadline=WEEK),
        ),
    ],
)
def test_what_has_its_day_then_is_left_out_and_what_has_none_is_not(language, text, found, query):
    given = ask(text, language)
    assert given.postings == found
    assert given.question.query == query
    assert not given.question.doubts


@pytest.mark.parametrize("text", ["not until June", "nicht bis Juni", "not open in June", "not due in a few weeks"])
def test_what_may_leave_out_this_or_that_leaves_out_nothing_and_is_named(text):
    given = ask(text)
    assert given.question.query == Query()
    assert text.split()[-1] in given.question.doubts[0].text


def test_it_is_said_and_can_be_taken_away():
    given = ask("phd not in june")
    assert given.message.text.splitlines()[0] == "Open positions · PhD · deadline not 1–30 Jun 2027: 3"
    assert ask("nicht im Juni", "de").message.text.splitlines()[0] == "Offene Stellen · Frist nicht 1.–30. Juni 2027: 3"
    requests = {button.label: button.request for row in given.message.buttons for button in row}
    assert requests["✕ PhD"] == "positions.1 deadline not 2027-06-01 to 2027-06-30"
    assert requests["✕ deadline not 1–30 Jun 2027"] == "positions.1 phd"


def test_for_programs_it_stands_with_what_is_left_out_under_the_same_key():
    told = understood("positions", ask("phd, not in June, without German").question, Facets(SHELF))
    june = {"from": "2027-06-01", "to": "2027-06-30"}
    assert told["without"]["deadline"] == june
    assert told["deadline"] is None
    assert told["without"] == {"words": ["german"], "deadline": june}


def test_who_then_asks_for_those_days_gets_them():
    assert ask("not in June").question.plain == "not 2027-06-01 to 2027-06-30"
    assert ask(ask("not in June").question.plain).question.query == Query(not_deadline=JUNE)
