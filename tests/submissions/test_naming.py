"""Ids made from titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.files.names import id_of, is_id
from bot.sources.files.naming import MOST, new_id


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("PhD Student in Robust ML (m/f/d)", "phd-student-in-robust-ml"),
        ("Doktorand:in für Größenverhältnisse", "doktorand-in-fuer-groessenverhaeltnisse"),
        ("U\u0308bungsleiter", "uebungsleiter"),
        ("Stipendium på Ås, Łódź & Æbelø", "stipendium-paa-aas-lodz-and-aebeloe"),
        ("Crème brûlée", "creme-brulee"),
        ("博士研究生", "position"),
        ("Readme", "position-readme"),
        ("C++", "c-plus-plus"),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 80, "x" * 60),
    ],
)
def test_an_id_is_what_one_would_call_it(title, name):
    assert new_id(title, ()) == name


def test_what_is_taken_gets_a_number():
    assert new_id("Owls", {"owls"}) == "owls-2"
    assert new_id("Owls", {"owls", "owls-2", "owls-3"}) == "owls-4"
    assert new_id("x" * 80, {"x" * 60}) == "x" * 58 + "-2"


@given(st.text(), st.sets(st.integers(1, 12)))
def test_every_title_gives_an_id_that_a_file_may_have(title, numbers):
    taken = {new_id(title, ())} | {new_id(title, {new_id(title, ())}).removesuffix("2") + str(one) for one in numbers}
    name = new_id(title, taken)
    assert is_id(name)
    assert len(name) <= MOST
    assert name not in taken
    assert id_of(f"/nowhere/{name}.yaml") == name
