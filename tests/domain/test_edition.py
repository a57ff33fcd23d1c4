"""What is published, and how often it has changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.edition import Edition, by_name, revised
from bot.domain.posting import Contact, Status
from bot.domain.version import Standing
from tests.domain.build import instant, posting

NOON = instant("2027-05-02 12:00")
LATER = NOON + timedelta(hours=1)


def after(known, postings, now):
    return known | {one.name: one for one in revised(known, postings, now)}


def first(*postings, now=NOON):
    return after({}, postings, now)


def test_what_is_new_is_published_now_or_on_the_day_on_which_it_opened():
    known = first(posting("owls"), posting("mice", posted="2027-04-01"), posting("bats", posted="2027-06-01"))
    assert known["owls"] == Edition("owls", posting("owls"), 0, NOON, NOON)
    assert known["mice"].published_at == instant("2027-04-01 00:00", "Europe/Berlin")
    assert "bats" not in known, "its day has not come"
    over = first(posting("newts", deadline="2021-05-02"))["newts"]
    assert over.changed_at(NOON) == over.published_at == instant("2021-05-02 23:59:59", "Europe/Berlin")
    assert not first(posting("drafts", status=Status.DRAFT))


def test_what_has_not_changed_is_the_same():
    known = first(posting("owls", deadline="2027-06-01"))
    assert revised(known, [posting("owls", deadline="2027-06-01")], LATER) == []


def test_a_change_is_counted_and_dated():
    known = first(posting("owls", deadline="2027-06-01"))
    changed = posting("owls", deadline="2027-07-01")
    assert revised(known, [changed], LATER) == [Edition("owls", changed, 1, NOON, LATER)]


WHOLE = {
    "contact": Contact("Ada", "ada@lab.example"),
    "supervisors": ("Boris",),
    "apply": "ada@lab.example",
    "summary": "With Boris.",
    "description": "Write to Ada, ADA@lab.example.",
    "group": "Owl Lab",
}


@pytest.mark.parametrize("status", [Status.CLOSED, Status.FILLED, Status.WITHDRAWN, Status.DRAFT])
def test_of_what_is_over_nobody_is_named_and_its_reading_again_is_no_change(status):
    known = first(posting("owls", **WHOLE))
    assert known["owls"].posting.contact
    over = posting("owls", **WHOLE, status=status)
    known = after(known, [over], LATER)
    assert known["owls"].posting == posting("owls", group="Owl Lab", status=status)
    assert known["owls"].sequence == 1
    loaded = {name: replace(one, source=[]) for name, one in known.items()}
    assert revised(loaded, [posting("owls", **WHOLE, status=status)], LATER) == []
    assert revised(loaded, [posting("owls", **{**WHOLE, "summary": "Another"}, status=status)], LATER) == []
    [renamed] = revised(loaded, [posting("night-owls", **WHOLE, status=status)], LATER)
    assert (renamed.name, renamed.sequence, renamed.posting.id) == ("owls", 1, "night-owls")
    [back] = revised(loaded, [posting("owls", **WHOLE)], LATER)
    assert (back.sequence, back.posting) == (2, posting("owls", **WHOLE))


def test_of_what_is_gone_nobody_is_named_and_it_is_known_when_it_is_back_under_another_name():
    known = after(first(posting("owls", **WHOLE)), [], LATER)
    assert known["owls"].posting == posting("owls", group="Owl Lab")
    [back] = revised(known, [posting("night-owls", **WHOLE)], LATER)
    assert (back.name, back.posting.contact, back.gone_at) == ("owls", WHOLE["contact"], None)
    found = {one.name for one in revised(known, [posting("bats", **{**WHOLE, "summary": "Bats"})], LATER)}
    assert found == {"bats"}, "of the same title, but another"


def test_of_what_was_erased_nobody_is_named_though_it_is_open():
    known = first(posting("owls", **WHOLE))
    erased = frozenset({"owls"})
    [less] = revised(known, [posting("owls", **WHOLE)], LATER, erased=erased)
    assert less.sequence == 0
    assert less.posting == posting("owls", group="Owl Lab", summary="With ….", description="Write to …, ….")
    assert revised({"owls": less}, [posting("owls", **WHOLE)], LATER, erased=erased) == []
    [new] = revised({}, [posting("owls", **WHOLE)], LATER, erased=erased)
    assert not new.posting.contact


def test_what_is_withdrawn_is_gone_once_and_nothing_else_is_a_new_edition_of_it():
    known = first(posting("owls", aliases=("birds",)))
    for names in ({"owls"}, {"birds"}):
        [gone] = revised(known, [], LATER, frozenset(names))
        assert gone == Edition("owls", posting("owls", aliases=("birds",)), 1, NOON, LATER, gone_at=LATER)
        assert revised({"owls": gone}, [], LATER + timedelta(hours=1), frozenset(names)) == []
    copy = posting("copy-of-owls")
    found = {one.name: one for one in revised(known, [copy], LATER, frozenset({"owls"}))}
    assert found["copy-of-owls"] == Edition("copy-of-owls", copy, 0, LATER, LATER)
    assert found["owls"].gone_at == LATER
    [back] = revised({"owls": gone}, [posting("owls", aliases=("birds",))], LATER)
    assert (back.sequence, back.gone_at) == (2, None)


def test_what_is_gone_stays_and_may_come_back():
    known = first(posting("owls"))
    gone = after(known, [], LATER)
    assert gone["owls"] == Edition("owls", posting("owls"), 1, NOON, LATER, gone_at=LATER)
    assert gone["owls"].standing(LATER) is Standing.GONE
    assert revised(gone, [], LATER + timedelta(days=1)) == []
    back = after(gone, [posting("owls")], LATER + timedelta(days=1))
    assert (back["owls"].sequence, back["owls"].gone_at) == (2, None)
    assert back["owls"].standing(LATER) is Standing.OPEN


def test_a_renamed_file_is_the_same_edition():
    known = first(posting("owls", title="Owls"))
    by_content = after(known, [posting("owls-2027", title="Owls")], LATER)
    assert by_content["owls"] == replace(known["owls"], posting=posting("owls-2027", title="Owls"))
    by_alias = after(by_content, [posting("birds", title="Birds", aliases=("owls-2027",))], LATER)
    assert list(by_alias) == ["owls"]
    assert (by_alias["owls"].posting.id, by_alias["owls"].sequence) == ("birds", 1)
    names = dict(by_name(by_alias.values()))
    assert names["owls"] is names["owls-2027"] is names["birds"]


def test_two_alike_are_two():
    known = first(posting("owls", title="A"), posting("mice", title="A"))
    assert revised(known, [posting("owls", title="A"), posting("mice", title="A")], LATER) == []
    assert len(known) == 2


def test_a_new_file_does_not_take_the_edition_of_one_that_is_there():
    known = first(posting("owls"))
    both = after(known, [posting("mice", aliases=("owls",)), posting("owls")], LATER)
    assert {name: one.posting.id for name, one in both.items()} == {"owls": "owls", "mice": "mice"}


def test_what_is_withdrawn_from_view_is_gone_for_readers():
    known = first(posting("owls"))
    draft = after(known, [posting("owls", status=Status.DRAFT)], LATER)["owls"]
    assert (draft.sequence, draft.standing(LATER)) == (1, Standing.GONE)


def test_a_deadline_that_passes_is_a_change_for_readers():
    edition = first(posting("owls", deadline="2027-05-10"))["owls"]
    assert edition.changed_at(NOON) == NOON
    passed = instant("2027-05-10 23:59:59", "Europe/Berlin")
    assert edition.changed_at(passed + timedelta(days=3)) == passed
    assert edition.standing(passed + timedelta(days=3)) is Standing.PASSED


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["X", "Y"]), max_size=3), max_size=8))
def test_no_edition_is_lost_and_numbers_only_grow(rounds):
    known: dict[str, Edition] = {}
    now = NOON
    for titles in rounds:
        now += timedelta(hours=1)
        postings = [posting(name, title=title) for name, title in titles.items()]
        new = after(known, postings, now)
        assert known.keys() <= new.keys()
        for name, before in known.items():
            grown = new[name].sequence - before.sequence
            assert grown in {0, 1}
            assert (new[name].updated_at == now) == (grown == 1)
        shown = [one.posting for one in new.values() if not one.gone_at]
        assert sorted(one.id for one in shown) == sorted(titles), "each file has one edition"
        assert {one.id: one.title for one in shown} == titles
        assert revised(new, postings, now) == []
        known = new
