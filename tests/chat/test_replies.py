"""Questions about one posting: is it open, how to apply, what it pays, whom to ask."""

import pytest

from bot.chat.answering import answer
from bot.chat.reading import read
from bot.chat.replies import reply
from bot.domain.message import Button
from bot.domain.posting import Contact, Status
from bot.domain.site import Site
from bot.questions.facets import Facets
from bot.questions.intents import Intent
from bot.questions.understood import understood
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import BERLIN, instant, posting

NOW = instant("2027-02-10 12:00")
SHELF = [
    posting(
        "owl",
        title="Robust owls",
        deadline="2027-02-12",
        pay="TV-L E13",
        fte=65,
        apply="https://lab.example/apply",
        contact=Contact("Ada Example", "ada@lab.example"),
        degree=("MSc in biology",),
        languages=("English",),
    ),
    posting("bat", title="Quiet bats", role="postdoc", deadline="2027-03-01", apply="By e-mail to the group"),
    posting("raven", title="Old ravens", role="technician", status=Status.FILLED, deadline="2027-03-01"),
    posting("heron", title="Tall herons", role="technician", deadline="2027-02-01"),
    posting("crow", title="Clever crows", role="postdoc", fte=50),
]


def ask(text, language="en", site=None):
    return answer(context(SHELF, NOW, language, site=site), read(text))


def lines(text, language="en", site=None):
    return ask(text, language, site).message.text.splitlines()


UNTIL = "Apply by Friday, 12 February 2027, 23:59 (Europe/Berlin, UTC+1)"


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("Is the robustness PhD still open?", "en", "Yes: open."),
        ("is the ravens job still open?", "en", "No: filled."),
        ("is the heron job still open?", "en", "No: deadline passed."),
        ("is the robust PhD filled?", "en", "No: open."),
        ("is the job with ravens filled?", "en", "Yes: filled."),
        ("is the heron job filled?", "en", "No longer open: deadline passed."),
        ("Ist die Stelle mit robust owls noch frei?", "de", "Ja: offen."),
        ("Ist die Stelle old ravens schon besetzt?", "de", "Ja: besetzt."),
        ("are the postdocs still open?", "en", "Yes: 2 of 2 are open"),
        ("are the technician jobs still open?", "en", "No: 0 of 2 are open"),
    ],
)
def test_whether_it_is_open_is_said_with_yes_or_no_first(text, language, first):
    assert lines(text, language)[0] == first


def test_a_yes_has_the_date_below_it():
    assert UNTIL in lines("Is the robustness PhD still open?")[1]


@pytest.mark.parametrize(
    ("text", "told", "untold"),
    [
        (
            "How do I apply for the PhD?",
            ["Apply: https://lab.example/apply", "Degree: MSc in biology", UNTIL],
            ["TV-L"],
        ),
        ("how to apply for the quiet bats?", ["Apply: By e-mail to the group"], []),
        ("how do I apply for the herons?", ["This position is closed."], ["Apply: "]),
        ("what does the PhD pay?", ["Pay: TV-L E13 · 65 %"], ["Apply"]),
        ("what do the clever crows pay?", ["The advert does not say.", "50 % of full time"], []),
        ("who is the contact for the PhD?", ["Contact: Ada Example, ada@lab.example"], ["TV-L"]),
        ("contact for quiet bats", ["The advert does not say."], []),
        ("what are the requirements for the PhD?", ["Degree: MSc in biology", "Languages: English"], ["TV-L"]),
        ("when is the deadline for the PhD?", [UNTIL], ["TV-L"]),
        ("when is the next deadline?", ["Robust owls", UNTIL], ["bats"]),
    ],
)
def test_what_is_asked_of_one_posting_is_told_of_it_alone(text, told, untold):
    text = ask(text).message.text
    for one in told:
        assert one in text
    for one in untold:
        assert one not in text


def test_of_several_postings_it_is_asked_which():
    found = ask("how do I apply for a postdoc?")
    assert found.postings == ("bat", "crow")
    assert found.message.text.splitlines()[0] == "2 match. Which one do you mean?"
    assert [button.request for button in found.message.buttons[0]] == ["position.1 bat", "position.1 crow"]


def test_how_many_is_said_first():
    assert lines("how many postdocs are there?")[0] == "2 positions match."
    assert lines("wie viele Doktorandenstellen gibt es?", "de")[0] == "1 Stelle passt."
    assert lines("how many internships are there?")[0] == "Nothing matches: Internship."


def test_what_nothing_is_known_of_is_not_answered_with_something_else():
    asked = "is the xylophone PhD still open?"
    assert lines(asked)[0] == "Nothing matches: PhD · “xylophone”. No position has “xylophone”."


def test_what_cannot_be_done_yet_is_told_with_what_can():
    board = Site("https://lab.example/jobs")
    calendar = "All deadlines as a calendar: https://lab.example/jobs/calendar.ics"
    told = f"I remind single persons on platforms where I know them; channels are reminded. {calendar}"
    assert lines("remind me of the PhD", site=board)[0] == told
    assert lines("add the deadlines to my calendar", site=board) == [calendar]
    (told,) = lines("subscribe")
    assert told.startswith(
        "Single persons can follow on platforms where I know them; new positions come to the channels. "
    )
    assert told.endswith("There is no calendar to take the deadlines from; /deadlines shows them.")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is the PhD open?", "status"),
        ("is the PhD filled?", "status"),
        ("how many PhDs?", "count"),
        ("how do I apply for the PhD?", "apply"),
        ("remind me", "remind"),
        ("phd", "list"),
        ("/position owl", "show"),
        ("hello", "greeting"),
    ],
)
def test_programs_are_told_what_was_asked_for(text, intent):
    request = read(text)
    assert understood(request.command, ask(text).question, Facets(SHELF))["intent"] == intent


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"apply": "https://lab.example/a or jobs@lab.example"}, ["Apply: https://lab.example/a or jobs@lab.example"]),
        ({"apply": "mailto:jobs@lab.example?subject=Owls"}, ["Apply: jobs@lab.example"]),
        ({"apply": "By post", "url": "https://lab.example/advert"}, ["Apply: By post"]),
        ({"url": "https://lab.example/advert"}, ["Apply: https://lab.example/advert"]),
        ({"apply": "jobs@lab.example", "status": Status.FILLED}, []),
        ({"url": "https://lab.example/advert", "contact": Contact("Ada"), "deadline": "2027-01-01"}, []),
    ],
)
def test_how_to_apply_is_told_once_and_only_for_what_is_open(given, told):
    one = posting("swift", title="Swift swifts", **given)
    found = reply(Intent.APPLY, one, wording("en"), NOW, BERLIN, Button("In full", request="position.1 swift"))
    text = [line.text for line in found.lines]
    assert [line for line in text if line.startswith(("Apply: ", "Contact: "))] == told
    assert bool(told) is (not any(line.startswith("This position is") for line in text))
    assert found.lines[0].spans[0].strike is (not told)
