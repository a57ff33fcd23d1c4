"""What is asked of one posting with yes or no: what its advert says comes first, or that it does not say."""

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.domain.posting import Workplace
from tests.chat.build import context
from tests.domain.build import BERLIN, instant, posting

NOW = instant("2027-03-10 12:00", BERLIN)
OWLS = posting("owls", title="PhD in Owls", languages=("German", "English"), workplace=Workplace.REMOTE, fte=100)
BATS = posting("bats", title="PhD in Bats", languages=("English",), workplace=Workplace.ON_SITE, fte=65, pay="E13")
NEWTS = posting("newts", title="PhD in Newts", languages=(), workplace=Workplace.HYBRID, pay=None)
EELS = posting("eels", title="PhD in Eels", languages=(), workplace=None, pay=None)


def first_line(text, language="en"):
    return answer(context([OWLS, BATS, NEWTS, EELS], NOW, language), read(text)).message.text.splitlines()[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Is the owls PhD remote?", "Yes: remote."),
        ("is the bats phd fully remote", "No: on site."),
        ("is newts remote??", "In part: hybrid."),
        ("can I do the eels phd remotely?", "The advert does not say."),
        ("Does the owls PhD require German?", "Yes: German, English."),
        ("do i need good german for the bats phd", "No: English."),
        ("is German required for the newts PhD?", "The advert does not say."),
        ("is the bats phd paid?", "Yes: E13 · 65 %."),
        ("is the newts phd paid?", "The advert does not say."),
        ("is the owls PhD full-time?", "Yes: 100 % of full time."),
        ("is the bats PhD full time", "No: 65 % of full time."),
        ("is the eels PhD full time", "The advert does not say."),
    ],
)
def test_a_straight_answer_comes_first(asked, said):
    assert first_line(asked) == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Ist die Promotion zu Owls remote?", "Ja: im Homeoffice (remote)."),
        ("kann ich bats von zu hause aus machen", "Nein: vor Ort."),
        ("braucht man deutsch für owls", "Ja: German, English."),
        ("ist englisch pflicht bei newts", "Die Ausschreibung sagt es nicht."),
        ("wird bats bezahlt", "Ja: E13 · 65 %."),
        ("ist bats vollzeit", "Nein: 65 % der vollen Arbeitszeit."),
    ],
)
def test_and_in_german(asked, said):
    assert first_line(asked, "de") == said


def test_of_several_those_are_looked_for_that_are_so():
    given = answer(context([OWLS, BATS, NEWTS, EELS], NOW), read("are the phds remote?"))
    assert list(given.postings) == ["owls"]
