"""What is said of the answer before, and for how long it is remembered."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.answering import answer
from bot.chat.conversation import LASTS, NOTHING, Conversations, Shown, merged, remembered, resolved
from bot.chat.reading import pressed, read
from bot.chat.request import Request
from bot.domain.posting import Role
from bot.questions.index import Index
from bot.questions.intents import OF_ONE, Intent
from bot.questions.query import Exclusion, Query
from bot.questions.referring import Addition, Manner, PageTurn, Reference, referred
from bot.questions.spans import Days
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")
SHELF = [
    posting("owl", deadline="2027-06-12", title="Owls", location="Tübingen", tags=("robotics",)),
    posting("bat", deadline="2027-06-14", role="postdoc", title="Bats", location="Rostock", tags=("vision",)),
    posting("mouse", deadline="2027-06-30", title="Mice", location="Rostock", languages=("German",)),
    posting("crow", title="Crows", location="Tübingen", role="postdoc"),
]
MANY = [posting(f"p{number:02}", deadline=f"2027-05-{number:02}", title=f"Swifts {number}") for number in range(1, 21)]


class Talk:
    """A conversation in one chat. `request` is the last one as it was meant."""

    def __init__(self, language="en", postings=SHELF):
        self.context = context(postings, NOW, language)
        self.shown, self.request = NOTHING, None

    def says(self, text):
        request = read(text) if isinstance(text, str) else text
        self.request = resolved(
            request,
            self.shown,
            self.context.wording.language,
            self.context.read_question,
            self.context.index,
        )
        found = answer(self.context, self.request)
        self.shown = remembered(self.shown, self.request, found)
        return found

    def line(self, text):
        return self.says(text).message.lines[0].text


def requests(*texts, language="en", postings=SHELF):
    talk = Talk(language, postings)
    for text in texts:
        talk.says(text)
    return talk.request.text


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["phd", "and in Rostock?"], "positions.1 phd, rostock"),
        (["phd in Tübingen", "and in Rostock?"], "positions.1 phd, rostock"),
        (["phd in Tübingen", "what about postdocs?"], "positions.1 postdoc, tubingen"),
        (["positions in Rostock", "only PhDs"], "positions.1 phd, rostock"),
        (["phd in Rostock", "without German"], "positions.1 phd, rostock, -german"),
        (["phd without German", "and with German"], "positions.1 phd, german"),
        (["phd", "or postdocs"], "positions.1 phd, postdoc"),
        (["phd or postdoc", "no postdocs"], "positions.1 phd, -postdoc"),
        (["phd in Rostock", "or in Tübingen?"], "positions.1 phd, rostock or tubingen"),
        (["Rostock or Tübingen", "only in Rostock"], "positions.1 rostock"),
        (["robotics", "what about vision?"], "positions.1 vision"),
        (["robotics", "only vision"], "positions.1 robotics, vision"),
        (["phd", "and in June?"], "positions.1 phd, deadline 2027-06-01 to 2027-06-30"),
        (["/deadlines 7", "only PhDs"], "positions.1 phd, deadline 2027-02-10 to 2027-02-17"),
        (["paid phd", "and in Rostock?"], "positions.1 phd, rostock, paid"),
        (["phd, English only", "and in Rostock?"], "positions.1 phd, rostock, english only"),
        (["phd", "closed ones only"], "positions.1 closed, phd"),
        (["phd", "postdoc in Rostock"], "positions.1 postdoc in Rostock"),
        (["phd", "what is open?"], "positions.1 what is open?"),
        (["phd", "thanks", "and in Rostock?"], "positions.1 phd, rostock"),
        (["phd", "how do I apply for the postdoc?"], "positions.1 how do I apply for the postdoc?"),
        (["phd", "and who is the contact for bats?"], "positions.1 and who is the contact for bats?"),
        (["positions", "the second one"], "position.1 bat"),
        (["positions", "3"], "position.1 mouse"),
        (["positions", "the last one"], "position.1 crow"),
        (["positions", "the second one", "how do I apply for that?"], "apply.1 bat"),
        (["positions", "the second one", "what does it pay?"], "pay.1 bat"),
        (["positions", "the second one", "is it still open?"], "is_open.1 bat"),
        (["positions", "the second one", "remind me of that"], "remind.1 bat"),
        (["positions", "the second one", "and the first?"], "position.1 owl"),
        (["positions", "the second one", "only PhDs"], "positions.1 only PhDs"),
        (["positions", "how do I apply for the second one?"], "apply.1 bat"),
        (["postdoc in Rostock", "when does it close?"], "deadline.1 bat"),
        (["postdoc in Rostock", "who is the contact?"], "contact.1 bat"),
        (["postdoc in Rostock", "when is the next deadline?"], "positions.1 when is the next deadline?"),
        (["postdoc", "how do I apply for that?", "the second one"], "apply.1 crow"),
    ],
)  # fmt: skip
def test_what_is_said_builds_on_the_answer_before(texts, meant):
    assert requests(*texts) == meant


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["Promotion", "und in Rostock?"], "positions.1 phd, rostock"),
        (["Promotion in Rostock", "und ohne Deutsch?"], "positions.1 phd, rostock, -deutsch"),
        (["Rostock", "nur Postdocs"], "positions.1 postdoc, rostock"),
        (["Rostock", "wie sieht es aus mit Tübingen?"], "positions.1 tubingen"),
        (["Postdoc in Rostock", "oder in Tübingen?"], "positions.1 postdoc, rostock or tubingen"),
        (["Stellen", "die zweite"], "position.1 bat"),
        (["Stellen", "die zweite", "wie bewerbe ich mich darauf?"], "apply.1 bat"),
        (["Stellen", "die zweite", "erinnere mich daran"], "remind.1 bat"),
        (["Stellen", "die zweite", "ist die noch offen?"], "is_open.1 bat"),
        (["Stellen", "wie bewerbe ich mich auf die letzte?"], "apply.1 crow"),
        (["Stellen", "zeig mir die dritte"], "position.1 mouse"),
        (["Stellen", "Promotion in Rostock"], "positions.1 Promotion in Rostock"),
        (["Stellen", "welche Stellen gibt es?"], "positions.1 welche Stellen gibt es?"),
    ],
)
def test_so_it_is_in_german(texts, meant):
    assert requests(*texts, language="de") == meant


def test_more_is_the_next_page_and_the_numbers_are_those_that_stand_there():
    talk = Talk(postings=MANY)
    assert talk.line("phd") == "Open positions · PhD: 20"
    talk.says("more")
    assert talk.request == Request("positions", "phd", 2)
    assert talk.says("the 9th one").postings == ("p09",)
    assert talk.says("10").postings == ("p10",)
    talk.says("next")
    talk.says("17")
    assert talk.request.text == "position.1 p17"
    assert talk.line("weiter") == "That is all there is."
    talk.says("back")
    assert talk.request == Request("positions", "phd", 2)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (["positions"], "how do I apply for that?"),
        (["positions"], "is it still open?"),
        (["positions"], "the ninth one"),
        (["positions"], "the first two"),
        (["positions", "the first one"], "the next one"),
        (["positions", "the first one"], "die andere"),
        (["positions", "the first one", "phd or postdoc"], "what does it pay?"),
    ],
)
def test_where_it_is_not_clear_which_one_is_meant_it_is_asked(before, text):
    talk = Talk()
    for said in before:
        talk.says(said)
    found = talk.says(text)
    assert found.message.lines[0].text == "Which one do you mean?"
    assert [button.request for button in found.message.buttons[0]] == [
        "position.1 owl",
        "position.1 bat",
        "position.1 mouse",
        "position.1 crow",
    ]


def test_on_a_later_page_the_second_or_the_last_one_is_asked_back():
    talk = Talk(postings=MANY)
    for text in ("the second one", "the last one"):
        talk.says(Request("positions", "", 2))
        assert talk.line(text) == "Which one do you mean?"
        assert talk.says("the tenth").postings == ("p10",)


@pytest.mark.parametrize(
    "text", ["the second one", "more", "is it still open?", "how do I apply for that?", "die zweite"]
)
def test_what_speaks_of_nothing_is_told_so(text):
    assert Talk().line(text).startswith("I do not know what you refer to.")


def test_without_anything_before_an_addition_is_a_question():
    assert Talk().line("and in Rostock?") == "Open positions · Rostock: 2"
    assert Talk().line("only PhDs") == "Open positions · PhD: 2"


def test_what_finds_nothing_can_be_gone_on_from():
    talk = Talk()
    assert talk.line("professor in Rostock").startswith("Nothing matches")
    assert talk.line("what about postdocs?") == "Postdoc · Rostock"


def test_a_posting_that_is_gone_meanwhile_is_not_taken_for_another():
    talk = Talk()
    talk.says("positions")
    talk.context.index.change([], ["bat"])
    assert talk.line("how do I apply for the second one?").startswith("There is no position called “bat”.")


def test_what_can_be_read_in_two_ways_is_asked_with_all_that_is_known():
    found = Talk()
    found.says("phd in Rostock")
    told = found.says("and before 05/06/2027?")
    assert told.message.lines[0].text.startswith("“before 05/06/2027” can be")
    assert all("phd, rostock" in row[0].request for row in told.message.buttons[-2:])


def test_a_button_says_of_itself_all_that_it_means():
    talk = Talk()
    talk.says("postdoc")
    talk.says(pressed("positions.1 only PhDs"))
    assert talk.request.text == "positions.1 only PhDs"


def test_it_in_capitals_is_a_field():
    assert referred("IT", "en") is None
    assert referred("it", "en") == Reference(Intent.LIST)
    assert referred("more", "en") is PageTurn.MORE
    assert referred("und ohne Deutsch?", "de") == Addition("ohne Deutsch?", Manner.WITHIN)


@pytest.mark.parametrize("intent", sorted(set(Intent) - {Intent.LIST}))
def test_whatever_can_be_asked_of_one_is_answered_of_it(intent):
    talk = Talk()
    talk.says("positions")
    request = Request(intent, "bat")
    assert answer(talk.context, request).postings == ("bat",) or intent not in OF_ONE


def test_days_take_the_place_of_days():
    june, may = Days(date(2027, 6, 1), date(2027, 6, 30)), Days(date(2027, 5, 1), date(2027, 5, 31))
    facets = Index(SHELF).facets
    before = Query(frozenset([Role.PHD]), ("rostock",), deadline=may, without=(Exclusion(terms=("german",)),))
    after = merged(before, Query(deadline=june), Manner.WITHIN, facets)
    assert after == Query(frozenset([Role.PHD]), ("rostock",), deadline=june, without=before.without)
    assert merged(before, Query(terms=("german",)), Manner.WITHIN, facets).without == ()


# --- How long


def test_it_is_remembered_for_half_an_hour_since_the_last_answer():
    kept, shown = Conversations(), Shown(spoken_of="owl")
    kept.keep("ada", shown, NOW)
    assert kept.shown("ada", NOW + LASTS - timedelta(seconds=1)) == shown
    assert kept.shown("emmy", NOW) == NOTHING
    assert kept.shown("ada", NOW + LASTS) == NOTHING
    assert len(kept) == 0


def test_no_more_conversations_are_remembered_than_need_be(monkeypatch):
    monkeypatch.setattr("bot.chat.conversation._MANY", 3)
    kept = Conversations()
    for person in "abcde":
        kept.keep(person, Shown(spoken_of=person), NOW)
    assert len(kept) == 3
    assert kept.shown("a", NOW) == NOTHING
    assert kept.shown("e", NOW) == Shown(spoken_of="e")


def test_nothing_that_was_written_is_kept_but_what_was_looked_for():
    talk = Talk()
    talk.says("only for me, ada@lab.example: how do I apply for that?")
    talk.says("the second one please")
    assert talk.shown == NOTHING


SAID = "phd|more|back|the second one|that|and in Rostock?|without German|or postdocs|how do I apply for it?|2|the last"


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(SAID.split("|"))), max_size=6))
def test_nobody_can_say_what_ends_a_conversation(texts):
    talk = Talk()
    for text in texts:
        assert talk.says(text).message.lines
