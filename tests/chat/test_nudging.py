"""What owners are asked and answer: buttons, the question for a date, confirmation, and who may."""

import pytest

from bot.chat.answering import answer
from bot.chat.effects import ChangePosting, Claim, Confirm, Forget, Remember
from bot.chat.extending import filled_in
from bot.chat.naming import in_full, short
from bot.chat.nudging import question_about_many, question_about_one, whether_it_holds
from bot.chat.reading import pressed
from bot.chat.request import Request
from bot.domain.draft import Action
from bot.domain.form import FormErrors
from bot.domain.notice import Kind, Occasion
from bot.domain.person import Rank, Rights
from bot.domain.posting import Status
from bot.platforms.telegram.rendering import MAX_DATA
from tests.chat.build import context
from tests.chat.test_handing_in import BOB, NOW, Talk
from tests.domain.build import posting

OWLS = posting("owl", deadline="2027-05-02")
FILE = {"title": "Owls", "role": ["phd"], "deadline": "2027-05-02"}
OWNER = Rights(Rank.READER, frozenset({BOB}))
STRANGER = Rights(Rank.READER, frozenset())


def owner(**given):
    return Talk(OWNER, postings=[OWLS], fields=FILE, owners=frozenset({BOB}), **given)


def test_after_extend_the_date_is_asked_for_and_said_back_or_left():
    talk = owner()
    assert "Until when can one apply?" in talk.says("/extend owl")
    assert "I do not understand “whenever”" in talk.says("whenever")
    assert talk.state is not None
    assert "Which one do you mean?" in talk.says("2 June")
    talk.says("2 June 2027")
    claim, change = talk.effects
    assert isinstance(claim, Claim)
    assert change == ChangePosting("owl", {"deadline": "2027-06-02"}, Action.EXTENDED, at_once=True)
    talk.says("/extend owl")
    assert talk.says("Leave it as it is") == "It stays as it is."
    assert talk.state is None


def test_where_others_read_along_a_reply_is_asked_for():
    talk = owner(is_private=False)
    message = answer(talk.here, pressed("extend.1 owl")).message
    assert (message.asks, message.buttons) == ("Until when?", ())


def test_a_day_that_is_pressed_answers_the_question_too():
    talk = owner()
    talk.says("/extend owl")
    talk.says("2 June")
    day = next(label for label in talk.buttons if "2027" in label)
    talk.says(day)
    forget, change = talk.effects
    assert isinstance(forget, Forget)
    assert change.changes == {"deadline": "2027-06-02"}


def test_who_owns_it_no_more_when_the_date_comes_moves_nothing():
    talk = owner()
    talk.says("/extend owl")
    talk.given["owners"] = frozenset()
    assert "Only its owner" in talk.says("2 June 2027")
    talk.given["fields"] = None
    assert "no such position" in talk.says("2 June 2027")


def test_where_there_are_forms_the_date_is_asked_for_by_one():
    talk = owner(shows_forms=True)
    found = answer(talk.here, pressed("extend.1 owl"))
    assert found.effects == ()
    assert [(field.key, field.value) for field in found.message.form.fields] == [
        ("deadline", "2027-05-02"),
        ("deadline_time", ""),
    ]
    done = filled_in(talk.here, "owl", {"deadline": "2027-06-02", "deadline_time": "12:00"})
    assert done.effects[0].changes == {"deadline": "2027-06-02 12:00"}
    passed = filled_in(talk.here, "owl", {"deadline": "2027-01-01"})
    assert isinstance(passed, FormErrors)
    assert "has passed" in passed.texts["deadline"]
    earlier = filled_in(talk.here, "owl", {"deadline": "2027-04-01"})
    assert "Shall it be moved there?" in earlier.message.text
    talk.given["owners"] = frozenset()
    assert "Only its owner" in filled_in(talk.here, "owl", {"deadline": "2027-06-02"}).texts["deadline"]


@pytest.mark.parametrize("command", ["confirm", "holds", "extend", "close", "edit"])
@pytest.mark.parametrize("rights", [STRANGER, Rights(Rank.MEMBER, frozenset())])
def test_buttons_count_for_owner_editors_and_admins_alone(command, rights):
    talk = Talk(rights, postings=[OWLS], fields=FILE, owners=frozenset({BOB}))
    found = answer(talk.here, pressed(f"{command}.1 owl"))
    assert "Only its owner, editors and admins" in found.message.text
    assert found.effects == ()


def test_all_is_well_is_written_down_for_what_is_open():
    assert answer(owner().here, pressed("confirm.1 owl")).effects == (Confirm("owl"),)
    closed = Talk(
        OWNER,
        postings=[posting("bat", status=Status.FILLED)],
        fields=FILE | {"status": "filled"},
        owners=frozenset({BOB}),
    )
    for name, said in (("bat", "is not open any more"), ("nothing", "There is no position called")):
        for command in ("confirm", "holds"):
            found = answer(closed.here, pressed(f"{command}.1 {name}"))
            assert said in found.message.text
            assert found.effects == ()


def test_of_many_each_can_be_looked_at():
    some = [posting(f"p{number}", deadline="2027-02-12", title=f"Owls {number}") for number in range(25)]
    here = context(some, NOW)
    message = question_about_many(here, [Occasion(one, Kind.NUDGE, NOW) for one in some])
    assert "Do these 25 positions still hold?" in message.text
    assert "20. Owls 19 · 2 days left" in message.text
    assert "… and 5 more" in message.text
    assert [len(row) for row in message.buttons] == [5, 5, 5, 5]
    look = owner()
    found = answer(look.here, pressed("holds.1 owl"))
    assert found.message.buttons == whether_it_holds(look.here, OWLS).buttons
    assert found.message.is_beside


@pytest.mark.parametrize(
    ("language", "before", "after", "rolling"),
    [
        ("en", "Does this still hold?", "The deadline has passed.", "Is this position still open?"),
        ("de", "Stimmt das noch?", "Die Frist ist abgelaufen.", "Ist diese Stelle noch offen?"),
    ],
)
def test_what_is_asked_in_both_languages(language, before, after, rolling):
    for one, said in ((OWLS, before), (posting(deadline="2027-02-01"), after), (posting(), rolling)):
        assert said in question_about_one(context([one], NOW, language), Occasion(one, Kind.NUDGE, NOW)).text


def test_a_long_id_fits_into_a_button_and_is_understood_after_a_restart():
    name = "phd-in-the-long-term-dynamics-of-very-small-owls-in-tuebingen"
    owls = posting(name, deadline="2027-05-02")
    for row in question_about_one(context([owls], NOW), Occasion(owls, Kind.NUDGE, NOW)).buttons:
        for button in row:
            assert len(button.request.encode()) <= MAX_DATA
            assert in_full(pressed(button.request), ["owl", name]).argument.split()[0] == name
    assert in_full(Request("close", f"{short(name)} filled"), [name]).argument == f"{short(name)} filled"  # typed
    assert in_full(pressed("close.1 =nothing filled"), [name]).argument == "=nothing filled"
    talk = owner()
    talk.says("/extend owl")
    assert isinstance(talk.effects[0], Remember)
