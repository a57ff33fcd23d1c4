"""What the ledger keeps of a posting and of what was said, as text and back."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from string import hexdigits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import snapshot
from bot.domain.posting import Contact, Deadline, DeadlineKind, Posting, Role, Status, Workplace
from bot.domain.version import Detail, Standing, Version, deadline_of, written
from bot.domain.zones import offset_name, zone, zone_names
from tests.domain.build import deadline, posting
from tests.domain.test_zones import HARD_ZONES

texts = st.text(min_size=1, max_size=20)
words = st.lists(texts, max_size=3).map(tuple)
moments = st.integers(10**8, 38 * 10**8).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # 1973 to 2090
named = st.sampled_from(["AoE", "UTC", *HARD_ZONES])
minutes = st.integers(-14 * 60, 14 * 60).filter(bool)


@st.composite
def deadlines(draw):
    """In a named zone, or with an offset of its own, as the registry makes them."""
    at = draw(moments)
    if draw(st.booleans()):
        name = draw(named)
        return Deadline(at.astimezone(zone(name)), name)
    local = at.astimezone(timezone(timedelta(minutes=draw(minutes))))
    return Deadline(local, offset_name(local))


def same(one, other):
    """Equal, and in the same offset: 02:30 and the second 02:30 of a night are equal to Python."""
    return one == other and (one is None or one.at.utcoffset() == other.at.utcoffset())


TEXTS = "organization group location start duration pay call url apply summary description".split()
LISTS = "degree languages skills supervisors project funder tags aliases".split()
OTHERS = {
    "id": st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
    "title": texts,
    "roles": st.lists(st.sampled_from(Role), min_size=1, max_size=3, unique=True).map(tuple),
    "timezone": named,
    "status": st.sampled_from(Status),
    "workplace": st.none() | st.sampled_from(Workplace),
    "posted": st.none() | st.dates(date(1980, 1, 1), date(2090, 1, 1)),
    "deadline": st.none() | deadlines(),
    "deadline_kind": st.sampled_from(DeadlineKind),
    "fte": st.none() | st.floats(0.5, 100),
    "openings": st.none() | st.integers(1, 99),
    "contact": st.none() | st.builds(Contact, st.none() | texts, st.none() | texts, st.none() | texts),
}
postings = st.builds(Posting, **OTHERS, **dict.fromkeys(TEXTS, st.none() | texts), **dict.fromkeys(LISTS, words))


def test_every_field_is_tried_here():
    tried = set(TEXTS) | set(LISTS) | set(OTHERS)
    assert {one.name for one in fields(Posting) if one.init} == tried


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(postings)
def test_a_posting_is_read_back_as_it_was(one):
    found = snapshot.load(snapshot.dump(one))
    assert found == one
    assert same(found.deadline, one.deadline)
    assert (found.opens_at, found.closes_at) == (one.opens_at, one.closes_at)
    assert snapshot.dump(found) == snapshot.dump(one)
    assert {type(value) for value in found.roles} == {Role}


@given(postings, texts, words)
def test_the_content_is_the_same_under_another_name_and_only_then(one, name, aliases):
    assert snapshot.content(replace(one, id=name, aliases=aliases)) == snapshot.content(one)
    assert snapshot.content(replace(one, title=f"{one.title}!")) != snapshot.content(one)


def test_what_is_absent_is_left_out():
    assert json.loads(snapshot.dump(posting())) == {
        "id": "phd-owls",
        "title": "Owls at night",
        "roles": ["phd"],
        "timezone": "Europe/Berlin",
        "status": "open",
        "deadline_kind": "rolling",
    }


def test_a_key_that_an_older_callboard_does_not_know_is_left_out():
    text = json.dumps({**json.loads(snapshot.dump(posting())), "salary_in_owls": 3})
    assert snapshot.load(text) == posting()


# --- What is kept of people


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to Prof. Ada Beispiel.", "Write to …."),
        ("Dr Beispiel leads it, with A. Beispiel's and BEISPIELS group.", "Dr … leads it, with A. …'s and … group."),
        ("ada.beispiel [at] lab.example", "ada.… [at] lab.example"),
        ("Muster and Doe, Boris", "… and …, …"),
        ("Beispielhaft, and by way of a Musterung.", "Beispielhaft, and by way of a Musterung."),
    ],
)
def test_a_text_of_what_was_erased_names_nobody_by_family_name_either(text, left):
    whole = posting(
        contact=Contact("Prof. Ada Beispiel", "ada.beispiel@lab.example"),
        supervisors=("Boris Muster and Doe, Boris (Lab A)",),
        summary=text,
        description=text,
    )
    less = snapshot.lasting(whole, is_erased=True)
    assert (less.summary, less.description) == (left, left)


def test_where_to_apply_is_not_kept_where_it_names_somebody_by_family_name():
    whole = posting(contact=Contact("Ada Beispiel"), apply="Letters to Frau Beispiel, please")
    assert snapshot.lasting(whole, is_erased=True).apply is None


# --- What a message says


def test_a_deadline_is_written_as_rfc_9557_writes_it():
    assert written(None) == "-"
    assert written(deadline("2027-05-02")) == "2027-05-02T23:59:59+02:00[Europe/Berlin]"
    assert written(deadline("2027-05-02", "AoE")) == "2027-05-02T23:59:59-12:00[AoE]"
    assert written(deadline("2027-05-02 12:00+05:45")) == "2027-05-02T12:00:00+05:45[UTC+5:45]"


@settings(max_examples=300, deadline=None)
@given(st.none() | deadlines())
def test_a_deadline_is_read_back_as_it_was(one):
    found = deadline_of(written(one))
    assert same(found, one)
    assert written(found) == written(one)


@pytest.mark.parametrize("name", sorted(zone_names())[::17])
@pytest.mark.parametrize("at", ["2027-03-28 01:30", "2027-10-31 00:30", "2027-10-31 01:30", "1950-01-01 00:00"])
def test_in_every_zone_before_and_after_a_change_of_the_clocks(name, at):
    one = Deadline(datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(zone(name)), name)
    assert same(deadline_of(written(one)), one)


def test_a_zone_that_is_no_more_keeps_its_instant():
    found = deadline_of("2027-05-02T12:00:00+02:00[Europe/Atlantis]")
    assert (found.at.isoformat(), found.zone) == ("2027-05-02T12:00:00+02:00", "Europe/Atlantis")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Standing), st.none() | deadlines(), st.text(hexdigits, min_size=12, max_size=12))
def test_what_a_message_says_is_read_back_as_it_was(standing, ends, facts):
    one = Version(standing, ends, facts)
    found = Version.parse(one.text)
    assert found == one
    assert same(found.deadline, one.deadline)
    assert found.text == one.text
    assert found.gist == one.gist


@settings(max_examples=100, deadline=None)
@given(postings, st.sampled_from(Detail))
def test_a_posting_that_was_kept_says_the_same(one, form):
    kept = snapshot.load(snapshot.dump(one))
    assert Version.of(kept, Standing.OPEN, form).text == Version.of(one, Standing.OPEN, form).text


@pytest.mark.parametrize(
    ("detail", "digest"),
    [
        (Detail.FULL, "6d2ed79e29f3db877f2b436b"),
        (Detail.BRIEF, "c7631b3c6338db877f2b436b"),
        (Detail.SHORT, "3a3ada473befdb877f2b436b"),
        (Detail.ITEM, "4acd1b71db7dea46ba8957c5"),
    ],
)
def test_no_release_changes_the_digest_of_what_stands_in_messages(detail, digest):
    """Else every message that the ledger knows would be edited at the next start."""
    one = posting(deadline="2027-05-02", summary="At night", apply="jobs@lab.example")
    assert Version.of(one, Standing.OPEN, detail).text.endswith(f" {digest}")
