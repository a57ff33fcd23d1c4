"""The form of a posting: what it shows, and what of it is a change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.effects import ChangePosting, Remember
from bot.chat.facts import Facts
from bot.chat.fields import names
from bot.chat.forms import filled_in, form_with_lines, opened
from bot.chat.handing_in import begun, sent
from bot.domain.form import FormErrors
from bot.domain.person import Person, Rank, Rights
from bot.platforms.slack import forms as slack_forms
from bot.sources.files import fields as keys
from bot.sources.files.field import FormEntry
from bot.sources.files.values import merged
from tests.chat.build import context
from tests.domain.build import instant, posting
from tests.emulators.slack_rules import judge_view

NOW = instant("2027-02-10 12:00")
EDITOR = Rights(Rank.EDITOR, frozenset({Person("slack", "U1")}))


def here(language="en", postings=(), **facts):
    return context(postings, NOW, language, rights=EDITOR, facts=Facts(token="t", shows_forms=True, **facts))


def state_of(answer):
    [remember] = [effect for effect in answer.effects if isinstance(effect, Remember)]
    return remember.state


def shown(form):
    """What comes back of a form in which nobody has touched anything."""
    return {field.key: field.value for field in form.fields if field.value}


line = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=80).map(str.strip)
seen = line.filter(lambda text: any(sign.isalnum() for sign in text))
FIELDS = st.fixed_dictionaries(
    {"title": seen, "role": st.sampled_from(["phd", ["phd", "postdoc"]])},
    optional={
        "deadline": st.sampled_from(
            ["2027-05-02", "2027-05-02 12:00", "2020-01-01T10:00:30Z", "2027-05-02 12:00+02:00"]
        ),
        "timezone": st.just("AoE"),
        "fte": st.sampled_from([65, 62.5]),
        "tags": st.lists(seen, min_size=1, max_size=3),
        "description": st.text("ab \n", min_size=1, max_size=4000).filter(str.strip),
        "pay": seen,
        "status": st.just("closed"),
    },
)


@pytest.mark.slow
@given(FIELDS, st.sampled_from(["en", "de"]))
def test_a_form_is_what_slack_takes_and_untouched_it_changes_nothing(fields, language):
    fields = merged(fields, {})
    first = opened(here(language), begun(here(), name="owl", fields=fields, original=fields))
    form = first.message.form
    assert judge_view(slack_forms.view(form, "C1")) == []
    after = filled_in(here(language), state_of(first), shown(form))
    if isinstance(after, FormErrors):  # what the file says does not hold up by itself
        return
    assert judge_view(slack_forms.view(after.message.form, "C1")) == []
    [_claim, change] = sent(here(), state_of(after)).effects
    assert isinstance(change, ChangePosting)
    assert change.changes == {}


odd = st.one_of(st.text(max_size=20), st.lists(st.text(max_size=9), max_size=3).map(tuple), st.just("x" * 5000))


@given(st.dictionaries(st.sampled_from([*names(here()), "owner", "status", "other"]), odd, max_size=8))
def test_whatever_is_submitted_is_answered_at_fields_that_there_are_and_members_take_nothing_else(values):
    first = opened(here(), begun(here()))
    after = filled_in(here(), state_of(first), values)
    keys = {field.key for field in first.message.form.fields}
    if isinstance(after, FormErrors):
        assert after.texts
        assert set(after.texts) <= keys
        assert all(after.texts.values())
    else:
        assert set(state_of(after)["fields"]) <= keys


def test_hints_name_what_is_in_use():
    postings = [
        posting("owl", location="Tübingen"),
        posting("bat", location="Tübingen"),
        posting("cat", location="Lyon"),
    ]
    form = opened(here(postings=postings), begun(here())).message.form
    [place] = [field for field in form.fields if field.key == "location"]
    assert place.hint == "City and country. In use: Tübingen, Lyon."


def test_what_the_config_says_stands_in_the_form_and_may_be_taken_out():
    first = opened(here(), begun(here(defaults={"location": "Lyon", "fte": 65})))
    values = shown(first.message.form)
    assert values == {"location": "Lyon", "fte": "65"}
    after = filled_in(here(), state_of(first), {"title": "Owls", "role": ("phd",), "fte": "65"})
    assert state_of(after)["fields"] == {"title": "Owls", "role": ["phd"], "fte": 65}


def test_the_preview_names_what_may_be_meant():
    postings = [posting("owl", location="Tübingen", tags=("robotics",))]
    first = opened(here(), begun(here()))
    values = {"title": "Owls", "role": ("phd",), "location": "Tuebingen", "tags": "robotic, owls"}
    about = filled_in(here(postings=postings), state_of(first), values).message.form.about.text
    assert "Place: you may mean “Tübingen” in place of “Tuebingen”." in about
    assert "Tags: you may mean “robotics” in place of “robotic”." in about
    assert "“owls”" not in about


def test_lines_that_are_none_are_answered_in_words():
    answer = form_with_lines(here(), begun(here()), "title Owls")
    assert answer.message.form is None
    assert "has no colon" in answer.message.text


def test_a_deadline_that_had_passed_before_may_stay():
    fields = {"title": "Owls", "role": ["phd"], "deadline": "2027-01-01"}
    first = opened(here(), begun(here(), name="owl", fields=fields, original=fields))
    values = {**shown(first.message.form), "title": "Mice"}
    assert not isinstance(filled_in(here(), state_of(first), values), FormErrors)
    moved = filled_in(here(), state_of(first), {**values, "deadline": "2027-02-09"})
    assert "has passed" in moved.texts["deadline"]


def test_a_key_is_asked_for_once_the_table_of_keys_says_how(monkeypatch):
    state = begun(here(), name="owl", fields={"title": "Owls", "role": ["phd"], "degree": ["Master"]}, original={})
    assert "degree" not in names(here())
    entry = FormEntry(95, "Degree", "City and country.")
    monkeypatch.setitem(keys.FIELDS, "degree", replace(keys.FIELDS["degree"], form=entry))
    form = opened(here("de"), state).message.form
    asked = [field.key for field in form.fields]
    assert asked[asked.index("workplace") : asked.index("pay") + 1] == ["workplace", "degree", "pay"]
    [field] = [field for field in form.fields if field.key == "degree"]
    assert (field.label, field.hint, field.value) == ("Abschluss", "Stadt und Land.", "Master")
    filled = filled_in(here(), state, {**shown(form), "degree": "Master, PhD"})
    assert state_of(filled)["fields"]["degree"] == ["Master", "PhD"]


def test_the_time_of_a_deadline_stands_behind_its_day():
    asked = [*names(here())]
    assert asked[asked.index("deadline") + 1] == "deadline_time"
