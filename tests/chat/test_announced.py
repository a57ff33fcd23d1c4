"""What is answered to who points at a message: pure; what the message told of is a fact."""

import pytest

from bot.audiences.follower import Defaults, Follower
from bot.chat.answering import answer
from bot.chat.commands import announced
from bot.chat.effects import RemindMe
from bot.chat.facts import Facts
from bot.chat.request import SUBCOMMANDS, Request
from bot.domain.form import FormErrors, Submission
from bot.domain.person import Person, Rank, Rights
from bot.domain.posting import Status
from bot.domain.schedule import Destination
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting

NOW = instant("2027-05-02 12:00")
KNOWN = Rights(Rank.READER, frozenset((Person("slack", "U0ADA"),)))
LONG = "a-very-long-name-of-a-position-that-no-button-would-have-room-for"
POSTINGS = [
    posting("owls", title="Owls", deadline="2027-05-20", aliases=("night-owls",)),
    posting("bats", title="Bats", deadline="2027-05-21"),
    posting(LONG, title="Long", deadline="2027-05-22"),
    posting("mice", title="Mice", status=Status.FILLED),
    posting("rats", title="Rats", status=Status.CLOSED),
    posting("secret", title="Secret", status=Status.DRAFT),
]


def asked(*names, rights=KNOWN, shows_forms=True, follower=None):
    facts = Facts(
        announced=names,
        shows_forms=shows_forms,
        follower=follower,
        as_others=Defaults(channel(reminders="7d 1d").schedule),
    )
    return context(POSTINGS, NOW, syntax=SUBCOMMANDS, rights=rights, facts=facts)


def says(*names, **how):
    return answer(asked(*names, **how), Request("announced", "C0JOBS/1.5"))


def test_of_one_that_is_open_it_reminds_at_the_persons_own_lead_times():
    assert says("owls").effects == (RemindMe("owls", leads("7d 1d")),)
    assert says("night-owls", "owls").effects == (RemindMe("owls", leads("7d 1d")),)  # it was renamed
    assert says("owls", "mice", "secret").effects == (RemindMe("owls", leads("7d 1d")),)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "I know nothing of that message."),
        (("gone",), "What that message told of is no longer on the board."),
        (("secret",), "What that message told of is no longer on the board."),
        (("mice",), "Mice is not open any more."),
        (("mice", "rats"), "Nothing that this message told of is open any more."),
    ],
)
def test_where_there_is_nothing_to_remind_of_it_says_what_there_is(names, told):
    found = says(*names)
    assert found.message.text.startswith(told)
    assert not found.effects


def test_of_several_it_asks_by_a_form_or_by_buttons():
    found = says("owls", LONG, "mice", "bats")
    assert not found.effects
    which, when = found.message.form.fields
    assert [option.label for option in which.options] == ["Owls", "Long", "Bats"]
    assert all(len(option.value) <= 150 for option in which.options)
    assert when.value == "7d 1d"
    [numbers] = found.message.buttons
    assert [button.label for button in numbers] == ["1", "2", "3"]
    assert says("owls", "bats", shows_forms=False).message.form is None


def filled(follower=None, **values):
    return announced.filled_in(asked(follower=follower), Submission(announced.FORM, values))


def test_the_form_sets_a_reminder_or_says_at_its_field_what_does_not_hold_up():
    assert filled(posting="bats", leads="3d, 2h").effects == (RemindMe("bats", leads("3d 2h")),)
    long = next(option.value for option in says("owls", LONG).message.form.fields[0].options if option.label == "Long")
    assert filled(posting=long, leads="3d").effects == (RemindMe(LONG, leads("3d")),)
    own = Follower("slack:U0ADA", Destination("slack", "D1")).reminded("owls", leads("5d"), NOW)
    assert filled(own, posting="bats").effects == (RemindMe("bats", leads("7d 1d")),)
    assert set(filled(posting="bats", leads="soon").texts) == {"leads"}
    assert isinstance(filled(posting="bats", leads=" ".join(f"{n}d" for n in range(1, 12))), FormErrors)


@pytest.mark.parametrize("name", ["gone", "secret", "", "bats off"])
def test_an_option_that_none_was_offered_reminds_of_nothing(name):
    found = filled(posting=name, leads="")
    assert not isinstance(found, FormErrors)
    assert all(effect == RemindMe("bats", None) for effect in found.effects)


def test_who_is_not_known_is_told_so():
    assert not says("owls", rights=Rights(Rank.READER)).effects
