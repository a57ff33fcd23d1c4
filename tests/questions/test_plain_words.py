"""Questions in plain words over a registry of sixty postings: what is found is what each question means, by hand."""

from datetime import date

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.domain.posting import Posting, Status, Workplace
from bot.questions.index import Index
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")  # a Wednesday
TODAY = date(2027, 2, 10)

_ROLES = ("phd", "postdoc", "student-assistant", "thesis", "internship", "technician")
_PLACES = ("Rostock, Germany", "Tübingen, Germany", "Zürich, Switzerland", "Wien, Austria", None)
_TOPICS = ("machine learning", "robotics", "ecology", "neuroscience", "open science")
_TITLES = ("Quiet {}", "Robust {}", "Wild {}", "Tiny {}")
_ANIMALS = ("owls", "bats", "herons", "moths", "beetles", "ravens", "newts", "otters", "storks", "voles")
_STARTS = ("2027-04-01", "2027-10-01", "October 2027", "as soon as possible", None)
_LANGUAGES = (("English",), ("German", "English"), ("German (C1)",), ())
_SHARES = (100, 75, 65, 50, None)


def _deadline(number: int) -> date | None:
    """Some over, some this week and next, some in each month until June, some rolling."""
    if number % 12 == 11:
        return None
    return date(2027, 1 + number % 6, 1 + number * 7 % 28)


def _posting(number: int) -> Posting:
    deadline = _deadline(number)
    status = {17: Status.FILLED, 40: Status.WITHDRAWN}.get(number, Status.OPEN)
    posted = date(2027, 1 + number % 2, 1 + number % 10) if number % 3 else date(2026, 6 + number % 7, 5)
    return posting(
        f"p{number:02}",
        title=_TITLES[number % 4].format(_ANIMALS[number % 10]),
        role=_ROLES[number % 6],
        location=_PLACES[number % 5],
        tags=(_TOPICS[number * 3 % 5],),
        deadline=deadline and deadline.isoformat(),
        posted=posted.isoformat(),
        start=_STARTS[number * 2 % 5],
        languages=_LANGUAGES[number % 4],
        fte=_SHARES[number // 2 % 5],
        workplace=(Workplace.REMOTE, Workplace.HYBRID, None)[number % 3],
        status=status,
    )


SHELF = [_posting(number) for number in range(60)]


def is_open(p):
    return p.is_open(NOW)


def due(first=None, last=None):
    """Whose deadline lies on those days; written as month and day of 2027."""

    def test(p):
        return p.deadline is not None and _between(p.deadline.at.date(), first, last)

    return test


def posted(first=None, last=None):
    return lambda p: _between(p.posted, first, last)


def _between(day, first, last):
    text = day.isoformat()
    return (first is None or text >= _iso(first)) and (last is None or text <= _iso(last))


def _iso(day):
    return day if len(day) == 10 else f"2027-{day}"


def role(*names):
    return lambda p: any(str(one) in names for one in p.roles)


def place(*names):
    return lambda p: p.location is not None and any(name in p.location for name in names)


def topic(*names):
    return lambda p: any(name in p.tags for name in names)


def title(*words):
    return lambda p: any(word in p.title.lower() for word in words)


def starts(*texts):
    return lambda p: p.start in texts


def share(least, most=100):
    return lambda p: p.fte is not None and least <= p.fte <= most


def remote(p):
    return p.workplace is Workplace.REMOTE


def speaks(name):
    return lambda p: any(name in language for language in p.languages)


def not_(test):
    return lambda p: not test(p)


OCTOBER = ("2027-10-01", "October 2027")
GERMANY = ("Germany",)

QUESTIONS = [
    ("en", "what is open?", []),
    ("en", "which positions are open today?", []),
    ("en", "PhD positions", [role("phd")]),
    ("en", "postdocs in Rostock", [role("postdoc"), place("Rostock")]),
    ("en", "phd or postdoc in Tübingen", [role("phd", "postdoc"), place("Tübingen")]),
    ("en", "jobs in Rostock or Zürich", [place("Rostock", "Zürich")]),
    ("en", "machine learning or robotics in Germany", [topic("machine learning", "robotics"), place(*GERMANY)]),
    ("en", "theses not in Rostock", [role("thesis"), not_(place("Rostock"))]),
    ("en", "positions without German", [not_(speaks("German"))]),
    ("en", "PhD without German", [role("phd"), not_(speaks("German"))]),
    ("en", "what closes this week?", [due("02-08", "02-14")]),
    ("en", "what closes next week?", [due("02-15", "02-21")]),
    ("en", "PhD deadlines in March", [role("phd"), due("03-01", "03-31")]),
    ("en", "what closes by the end of the month?", [due(None, "02-28")]),
    ("en", "deadlines until April", [due(None, "04-30")]),
    ("en", "deadlines before April", [due(None, "03-31")]),
    ("en", "deadlines after April", [due("05-01")]),
    ("en", "deadlines between 1 March and 15 April", [due("03-01", "04-15")]),
    ("en", "what closes in the next 3 weeks?", [due("02-10", "03-03")]),
    ("en", "what closes within 10 days?", [due("02-10", "02-20")]),
    ("en", "due mid-March", [due("03-11", "03-20")]),
    ("en", "what closes at the end of May?", [due("05-21", "05-31")]),
    ("en", "closing before Easter in Rostock", [due(None, "03-25"), place("Rostock")]),
    ("en", "robotics, deadline in April", [topic("robotics"), due("04-01", "04-30")]),
    ("en", "owls closing in March or April", [title("owls"), due("03-01", "04-30")]),
    ("en", "/deadlines this month", [due("02-01", "02-28")]),
    ("en", "/deadlines 30 phd", [role("phd"), due("02-10", "03-12")]),
    ("en", "/deadlines 4 weeks", [due("02-10", "03-10")]),
    ("en", "positions starting in October", [starts(*OCTOBER)]),
    ("en", "PhDs starting in April", [role("phd"), starts("2027-04-01")]),
    ("en", "starting before June", [starts("2027-04-01")]),
    ("en", "starting in the winter term", [starts(*OCTOBER)]),
    ("en", "available from May", [starts(*OCTOBER)]),
    ("en", "starting in October, deadline in March", [starts(*OCTOBER), due("03-01", "03-31")]),
    ("en", "posted since Monday", [posted("02-08")]),
    ("en", "new this month", [posted("02-01", "02-28")]),
    ("en", "posted in January", [posted("01-01", "01-31")]),
    ("en", "postdocs posted this month", [role("postdoc"), posted("02-01", "02-28")]),
    ("en", "posted since June", [posted("2026-06-01")]),
    ("en", "positions without a deadline", [lambda p: p.deadline is None]),
    ("en", "full-time positions", [share(100)]),
    ("en", "at least 75 %", [share(75)]),
    ("en", "half-time postdoc", [role("postdoc"), share(50, 50)]),
    ("en", "part-time, deadline in March", [share(1, 99), due("03-01", "03-31")]),
    ("en", "remote jobs", [remote]),
    ("en", "homeoffice", [remote]),
    ("en", "remote PhD closing in March", [remote, role("phd"), due("03-01", "03-31")]),
    ("en", "ML positions", [topic("machine learning")]),
    ("en", "open science in Germany", [topic("open science"), place(*GERMANY)]),
    ("en", "robustness", [title("robust")]),
    ("en", "jobs in Vienna", [place("Wien")]),
    ("en", "any positions for students closing soon?", [role("student-assistant", "thesis", "internship")]),
    ("en", "how many PhDs are there in Zürich?", [role("phd"), place("Zürich")]),
    ("en", "show me technician jobs in Rostock please", [role("technician"), place("Rostock")]),
    (
        "en",
        "I would like to start in October, what can I apply for until the end of April?",
        [starts(*OCTOBER), due(None, "04-30")],
    ),
    (
        "en",
        "Which PhD positions in Germany were posted this month?",
        [role("phd"), place(*GERMANY), posted("02-01", "02-28")],
    ),
    (
        "en",
        "anything in ecology or neuroscience closing before May?",
        [topic("ecology", "neuroscience"), due(None, "04-30")],
    ),
    ("en", "internship or thesis in Rostock", [role("internship", "thesis"), place("Rostock")]),
    (
        "en",
        "part-time jobs for students without German",
        [share(1, 99), role("student-assistant", "thesis", "internship"), not_(speaks("German"))],
    ),
    ("en", "remote or hybrid postdocs", [role("postdoc"), lambda p: p.workplace is not None]),
    ("en", "deadline on the first Monday of March", [due("03-01", "03-01")]),
    ("en", "deadlines in week 10", [due("03-08", "03-14")]),
    ("en", "deadlines in Q2", [due("04-01", "06-30")]),
    ("en", "closing 01.03.2027 - 15.03.2027", [due("03-01", "03-15")]),
    ("en", "what closes on 2027-03-15?", [due("03-15", "03-15")]),
    ("en", "deadlines from the 20th of March to the 10th of April", [due("03-20", "04-10")]),
    ("en", "PhD in robotics, not in Germany", [role("phd"), topic("robotics"), not_(place(*GERMANY))]),
    ("de", "Was ist offen?", []),
    (
        "de",
        "Ich möchte im Oktober anfangen, worauf kann ich mich bis Ende April bewerben?",
        [starts(*OCTOBER), due(None, "04-30")],
    ),
    (
        "de",
        "Welche Promotionsstellen in Deutschland sind diesen Monat neu?",
        [role("phd"), place(*GERMANY), posted("02-01", "02-28")],
    ),
    ("de", "Praktikum oder Abschlussarbeit in Rostock", [role("internship", "thesis"), place("Rostock")]),
    ("de", "Teilzeitstellen ohne Deutschkenntnisse", [share(1, 99), not_(speaks("German"))]),
    ("de", "Frist am ersten Montag im März", [due("03-01", "03-01")]),
    ("de", "Fristen im zweiten Quartal", [due("04-01", "06-30")]),
    ("de", "Fristen vom 20. März bis 10. April", [due("03-20", "04-10")]),
    ("de", "Promotion in Robotik, nicht in Deutschland", [role("phd"), topic("robotics"), not_(place(*GERMANY))]),
    ("de", "was endet morgen oder übermorgen?", [due("02-11", "02-12")]),
    ("de", "Doktorandenstellen", [role("phd")]),
    ("de", "Postdoc in Rostock oder Tübingen", [role("postdoc"), place("Rostock", "Tübingen")]),
    ("de", "Stellen in der Schweiz", [place("Switzerland")]),
    ("de", "Stellen in Deutschland", [place(*GERMANY)]),
    ("de", "Masterarbeiten nicht in Rostock", [role("thesis"), not_(place("Rostock"))]),
    ("de", "Stellen ohne Deutsch", [not_(speaks("German"))]),
    ("de", "Was endet diese Woche?", [due("02-08", "02-14")]),
    ("de", "was endet nächste Woche?", [due("02-15", "02-21")]),
    ("de", "Promotion mit Frist im März", [role("phd"), due("03-01", "03-31")]),
    ("de", "Fristen bis Ende April", [due(None, "04-30")]),
    ("de", "Fristen vor April", [due(None, "03-31")]),
    ("de", "Fristen nach April", [due("05-01")]),
    ("de", "Fristen zwischen 1. März und 15. April", [due("03-01", "04-15")]),
    ("de", "was endet in den nächsten drei Wochen?", [due("02-10", "03-03")]),
    ("de", "Bewerbung bis 15.3.", [due(None, "03-15")]),
    ("de", "Frist Mitte März", [due("03-11", "03-20")]),
    ("de", "Frist Ende Mai", [due("05-21", "05-31")]),
    ("de", "Fristen in KW 10", [due("03-08", "03-14")]),
    ("de", "Stellen vor Ostern in Rostock", [due(None, "03-25"), place("Rostock")]),
    ("de", "/deadlines diesen Monat", [due("02-01", "02-28")]),
    ("de", "Stellen, die im Oktober beginnen", [starts(*OCTOBER)]),
    ("de", "Promotion ab Mai", [role("phd"), starts(*OCTOBER)]),
    ("de", "Beginn zum 1. April", [starts("2027-04-01")]),
    ("de", "Stellen zum Wintersemester", [starts(*OCTOBER)]),
    ("de", "Beginn im Oktober, Frist im März", [starts(*OCTOBER), due("03-01", "03-31")]),
    ("de", "neu seit Montag", [posted("02-08")]),
    ("de", "im Januar ausgeschrieben", [posted("01-01", "01-31")]),
    ("de", "Postdocs, die diesen Monat ausgeschrieben wurden", [role("postdoc"), posted("02-01", "02-28")]),
    ("de", "Stellen ohne Frist", [lambda p: p.deadline is None]),
    ("de", "Vollzeitstellen", [share(100)]),
    ("de", "mindestens 75 Prozent", [share(75)]),
    ("de", "halbe Stelle als Postdoc", [role("postdoc"), share(50, 50)]),
    ("de", "Homeoffice", [remote]),
    ("de", "Maschinelles Lernen", [topic("machine learning")]),
    ("de", "Robotik oder Ökologie in Deutschland", [topic("robotics", "ecology"), place(*GERMANY)]),
    ("de", "wie viele Doktorandenstellen gibt es in Zürich?", [role("phd"), place("Zürich")]),
    ("de", "gibt es Praktika in Wien?", [role("internship"), place("Wien")]),
]
OVER = [
    ("en", "what closed in January?", [due("01-01", "01-31")]),
    ("en", "what closed last week?", [due("02-01", "02-07")]),
    ("en", "closed PhDs", [role("phd")]),
    ("de", "was endete im Januar?", [due("01-01", "01-31")]),
    ("de", "abgelaufene Stellen in Rostock", [place("Rostock")]),
]


def _name(value):
    return value if isinstance(value, str) else ""


INDEX = Index(SHELF)


def ask(language, text):
    return answer(context(INDEX, NOW, language), read(text))


@pytest.mark.parametrize(("language", "text", "tests"), QUESTIONS, ids=_name)
def test_what_is_found_is_what_is_meant(language, text, tests):
    meant = sorted(p.id for p in SHELF if is_open(p) and all(test(p) for test in tests))
    assert sorted(ask(language, text).postings) == meant


@pytest.mark.parametrize(("language", "text", "tests"), OVER, ids=_name)
def test_what_is_over_is_found_where_it_is_asked_for(language, text, tests):
    meant = sorted(p.id for p in SHELF if p.is_listed(NOW) and not is_open(p) and all(test(p) for test in tests))
    assert sorted(ask(language, text).postings) == meant


def test_the_questions_have_something_to_find():
    found = [
        len([p for p in SHELF if is_open(p) and all(test(p) for test in tests)]) for *_, tests in QUESTIONS if tests
    ]
    assert sum(map(bool, found)) > 0.7 * len(found)
