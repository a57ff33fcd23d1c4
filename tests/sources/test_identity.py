"""Which position a found one is, and what follows: for boards at random, whatever is moved, corrected, or left out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.base import FoundPosting, Reading
from bot.sources.following import BELIEVED_AFTER, Known, follow
from bot.sources.identity import Candidate, Others, Sighting, is_same_title, matched, plain_address
from bot.sources.items import SourceItem, traces
from bot.sources.settings import SourceSettings

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
BOARD = SourceSettings(name="board", kind="board", at="https://board.lab.example/jobs.yml", trust=True)
TITLES = [
    "PhD position in optics",
    "Postdoc in lasers",
    "PhD 1",
    "PhD 2",
    "Software Engineer I",
    "Software Engineer II",
]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("PhD position in robust imaging", "PhD position in robust imagign", True),
        ("PhD position in robust imaging (m/f/d)", "PhD Position in Robust Imaging", True),
        ("PhD position 1 in robust imaging", "PhD position 2 in robust imaging", False),
        ("Assistant Professor of Biology", "Associate Professor of Biology", False),
        ("Software Engineer I", "Software Engineer II", False),
        ("Postdoc in optics", "Senior postdoc in optics", False),
    ],
)
def test_a_slip_leaves_a_title_the_same_and_a_number_does_not(one, other, is_same):
    assert is_same_title(one, other) is is_same


@pytest.mark.parametrize(
    "address",
    [
        "https://www.lab.example/jobs/1/",
        "http://lab.example/jobs/1?utm_source=x",
        "https://LAB.example/jobs/1",
    ],
)
def test_an_address_is_the_same_however_it_is_written(address):
    assert plain_address(address) == plain_address("https://lab.example/jobs/1")


def found(title, number, deadline="2027-05-02", place="Rostock"):
    url = f"https://jobs.lab.example/{number}"
    fields = {"title": title, "role": ["phd"], "url": url, "location": place, "deadline": deadline}
    return FoundPosting(fields, source_id=url, url=url)


positions = st.lists(
    st.builds(found, st.sampled_from(TITLES), st.integers(1, 30), place=st.sampled_from(["Rostock", "Berlin"])),
    max_size=8,
    unique_by=lambda posting: posting.url,
)


class World:
    """What is remembered, and the files: what the runner does, in memory."""

    def __init__(self):
        self.items, self.files = {}, {}

    def reads(self, postings, now, incomplete=None):
        known = Known(list(self.items.values()), list, frozenset(), self.files.get)
        steps = follow(BOARD, Reading(tuple(postings), incomplete), known, now, "UTC")
        for step in steps:
            item = step.item
            if step.creates:
                name = f"p{len(self.files)}"
                self.files[name] = dict(step.creates)
                item = replace(item, posting=name)
            elif step.changes and not step.needs_approval:
                file = self.files[item.posting]
                for key, value in step.changes.items():
                    file.pop(key, None)
                    if value is not None:
                        file[key] = value
                item = replace(item, written={**item.written, **traces({k: v for k, v in step.changes.items() if v})})
            self.items[item.key] = item
        return steps

    @property
    def is_closed(self):
        return {name for name, file in self.files.items() if file.get("status") == "closed"}


@given(positions, st.randoms())
def test_the_same_board_in_any_order_makes_each_position_one_file_and_nothing_new(postings, random):
    world = World()
    world.reads(postings, NOON)
    assert len(world.files) == len(postings)
    before = json.dumps(world.files, sort_keys=True)
    for hour in range(1, 4):
        random.shuffle(postings)
        steps = world.reads(postings, NOON + timedelta(hours=hour))
        assert {str(step.action) for step in steps} <= {"same"}
    assert json.dumps(world.files, sort_keys=True) == before


@given(positions, st.lists(st.tuples(st.sets(st.integers(0, 7)), st.booleans(), st.integers(1, 180)), max_size=8))
def test_nothing_is_closed_but_by_two_whole_readings_an_hour_apart_that_lack_it(postings, readings):
    world, now = World(), NOON
    world.reads(postings, now)
    missed = {}
    for absent, is_broken, minutes in readings:
        now += timedelta(minutes=minutes)
        there = [posting for number, posting in enumerate(postings) if number not in absent]
        world.reads(there, now, "it broke off" if is_broken else None)
        for posting in postings:
            if posting in there:
                missed.pop(posting.url, None)
            elif not is_broken:
                missed.setdefault(posting.url, now)
        may_be_closed = {url for url, since in missed.items() if now - since >= BELIEVED_AFTER}
        closed = {world.files[name]["url"] for name in world.is_closed}
        assert closed <= may_be_closed
        assert closed.isdisjoint(posting.url for posting in there)
    assert len(world.files) == len(postings)


@given(positions, st.integers(0, 7), st.sampled_from(["2027-06-30", "2027-05-09"]))
def test_what_a_person_wrote_stays_whatever_the_source_says(postings, which, theirs):
    world = World()
    world.reads(postings, NOON)
    for file in world.files.values():
        file["deadline"] = theirs
    moved = [
        replace(posting, fields={**posting.fields, "deadline": f"2027-07-{day:02d}", "location": "Kiel"})
        for day, posting in enumerate(postings, 1)
    ]
    steps = world.reads(moved, NOON + timedelta(hours=6))
    assert all(file["deadline"] == theirs and file["location"] == "Kiel" for file in world.files.values())
    assert all(step.asks == {"deadline": step.fields["deadline"]} for step in steps)


@given(positions)
def test_new_addresses_alone_make_no_new_posting_where_titles_and_places_are_known_apart(postings):
    apart = list({(one.fields["title"], one.fields["location"]): one for one in postings}.values())
    world = World()
    world.reads(apart, NOON)
    moved = [found(one.fields["title"], f"new/{n}", place=one.fields["location"]) for n, one in enumerate(apart)]
    world.reads(moved, NOON + timedelta(hours=6))
    assert len(world.files) == len(apart)
    assert {file["url"] for file in world.files.values()} == {one.url for one in moved}


@given(positions, positions)
def test_no_item_is_two_positions_and_no_candidate_either(before, after):
    items = [
        SourceItem(source="board", key=str(n), url=one.url, source_id=one.source_id, said=one.fields, seen_at=NOON)
        for n, one in enumerate(before)
    ]
    sightings = [Sighting(one, one.fields, {}, one.url) for one in after]
    keys = [item.key for item in matched(sightings, items, NOON) if item]
    assert len(keys) == len(set(keys))
    same = {item.url for item in items} & {one.url for one in after}
    pairs = zip(sightings, matched(sightings, items, NOON), strict=True)
    assert all(item is not None for sighting, item in pairs if sighting.url in same)
    others = Others([Candidate(str(n), None, one.fields) for n, one in enumerate(before)], "page")
    taken = [candidate.posting for sighting in sightings if (candidate := others.take(sighting))]
    assert len(taken) == len(set(taken))


FUNGI = {"title": "PhD student in fungal networks", "role": ["phd"]}
BY = {"deadline": "2027-01-31"}
AT = {"location": "Rostock"}


@pytest.mark.parametrize(
    ("said", "known", "by_hand", "is_one"),
    [
        (BY, BY, False, True),  # a lab's own page names neither organisation nor place
        (BY, {"deadline": "2027-02-28"}, False, False),
        (BY, {**BY, **AT}, False, True),
        ({**BY, "location": "Kiel"}, {**BY, **AT}, False, False),
        ({}, {}, False, False),  # "PhD student", open until filled: there are many
        ({}, {}, True, True),
        ({}, BY, True, False),
        (AT, AT, False, True),
        (AT, {}, False, False),
        ({**BY, "url": "https://a.lab.example/1"}, {**BY, "url": "https://b.lab.example/7"}, False, False),
        ({**BY, "url": "https://a.lab.example/1"}, BY, False, True),
    ],
)
def test_of_one_title_what_neither_names_parts_nobody_where_the_deadline_agrees(said, known, by_hand, is_one):
    others = Others([Candidate("fungi", None, {**FUNGI, **known}, by_hand=by_hand)], "page")
    found = FoundPosting({**FUNGI, **said}, url=said.get("url"))
    taken = others.take(Sighting(found, found.fields, {}, found.url))
    assert (taken is not None) == is_one
