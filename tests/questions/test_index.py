"""The postings as chat looks them up: in which order, by which words, and after changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.posting import DeadlineKind, Role, Status
from bot.domain.zones import zone
from bot.questions.grammar import parse
from bot.questions.index import Index
from bot.questions.matching import matches
from bot.questions.query import EVERYTHING, Exclusion, Query, Scope
from tests.domain.build import BERLIN, deadline, instant, posting

NOW = instant("2027-05-02 12:00")


def found(index, asked="", now=NOW):
    return [one.id for one in index.find(index.parse(asked), now)]


SHELF = [
    posting("rolling-b"),
    posting("rolling-a"),
    posting("rolling-dated", deadline="2027-05-20", deadline_kind="rolling"),
    posting("next-year", deadline="2028-01-01"),
    posting("in-june", deadline="2027-06-01"),
    posting("tomorrow", deadline="2027-05-03"),
    posting("today-aoe", deadline=deadline("2027-05-02", "AoE")),
    posting("today", deadline="2027-05-02"),
    posting("review-in-may", deadline="2027-05-10", deadline_kind="review-begins"),
    posting("review-began-in-april", deadline="2027-04-10", deadline_kind="review-begins"),
    posting("review-began-in-march", deadline="2027-03-10", deadline_kind="review-begins"),
    posting("past-april", deadline="2027-04-30"),
    posting("past-2021", deadline="2021-05-02"),
    posting("filled-early", deadline="2027-05-30", status=Status.FILLED),
    posting("draft", status=Status.DRAFT),
    posting("opens-tomorrow", posted="2027-05-03"),
]
OPEN = [
    "today",
    "today-aoe",
    "tomorrow",
    "review-in-may",
    "in-june",
    "next-year",
    "review-began-in-march",
    "review-began-in-april",
    "rolling-a",
    "rolling-b",
    "rolling-dated",
]
PAST = ["filled-early", "past-april", "past-2021"]


@pytest.mark.parametrize("shelf", [SHELF, SHELF[::-1], sorted(SHELF, key=lambda one: one.id)])
def test_open_postings_come_soonest_deadline_first_then_reviews_that_began_then_rolling_ones(shelf):
    assert found(Index(shelf)) == OPEN


def test_past_postings_come_most_recent_first():
    assert found(Index(SHELF), "closed") == PAST


def test_all_are_the_open_ones_and_then_the_past_ones():
    assert found(Index(SHELF), "all") == OPEN + PAST


def test_drafts_and_what_opens_later_are_never_found():
    for asked in ("", "closed", "all", "draft", "opens tomorrow"):
        assert not {"draft", "opens-tomorrow"} & set(found(Index(SHELF), asked))


def test_an_hour_passes_and_the_order_is_another():
    index = Index(SHELF)
    assert found(index, now=instant("2027-05-02 21:59:59"))[0] == "today"
    assert found(index, now=instant("2027-05-02 22:00:00"))[0] == "today-aoe"
    assert "opens-tomorrow" in found(index, now=instant("2027-05-02 22:00:00"))
    assert found(index, "closed", now=instant("2027-05-02 22:00:00"))[:2] == ["filled-early", "today"]


@pytest.mark.parametrize(
    ("days", "here", "expected"),
    [
        (0, "Europe/Berlin", ["today"]),
        (0, "America/New_York", ["today"]),
        (0, "Pacific/Kiritimati", ["today"]),  # there it is 3 May already, and the next one ends on 4 May
        (0, "AoE", ["today", "today-aoe"]),
        (1, "Europe/Berlin", ["today", "today-aoe", "tomorrow"]),
        (1, "AoE", ["today", "today-aoe", "tomorrow"]),
        (7, "Europe/Berlin", ["today", "today-aoe", "tomorrow"]),
        (8, "Europe/Berlin", ["today", "today-aoe", "tomorrow", "review-in-may"]),
        (30, "Europe/Berlin", ["today", "today-aoe", "tomorrow", "review-in-may", "in-june"]),
        (3660, "Europe/Berlin", ["today", "today-aoe", "tomorrow", "review-in-may", "in-june", "next-year"]),
    ],
)
def test_deadlines_within_days_are_counted_by_the_calendar_of_a_place(days, here, expected):
    assert [one.id for one in Index(SHELF).due_within(days, NOW, NOW.astimezone(zone(here)))] == expected


def test_a_deadline_of_this_very_instant_is_still_one():
    index = Index([posting("now", deadline="2027-05-02 14:00")])
    assert [one.id for one in index.due_within(0, NOW, NOW)] == ["now"]
    assert index.due_within(30, NOW + timedelta(seconds=1), NOW) == []


def test_a_posting_is_got_by_its_id_and_by_its_former_ones():
    index = Index([posting("barn-owl", aliases=("owl", "strix")), posting("mouse", aliases=("barn-owl",))])
    assert index.get("owl") is index.get("strix") is index.get("barn-owl")
    assert index.get("barn-owl").id == "barn-owl"  # an id goes before a former id
    assert index.get("nobody") is index.get("") is None
    index.change([posting("barn-owl", aliases=("strix",))])
    assert index.get("owl") is None
    assert index.get("strix").id == "barn-owl"
    index.change([], ["barn-owl"])
    assert index.get("strix") is None
    assert index.get("barn-owl").id == "mouse"


def test_a_slip_is_forgiven_when_nothing_is_found_as_it_is_written():
    index = Index([posting("a", location="Rostock"), posting("b", location="Tübingen"), posting("c", title="Tubes")])
    assert found(index, "rostok") == ["a"]
    assert found(index, "Rsotock") == ["a"]
    assert found(index, "tubigen phd") == ["b"]
    assert found(index, "Tübignen") == ["b"]
    assert found(index, "rostok tubigen") == []
    assert found(index, "tube") == ["c"]


def test_a_word_as_it_is_written_goes_before_a_slip():
    index = Index([posting("a", title="Robots"), posting("b", title="Robotik")])
    assert found(index, "robotik") == ["b"]
    assert found(index, "robotic") == ["b"]
    assert found(index, "robot") == ["a", "b"]
    assert found(Index([posting("a", title="Mice"), posting("b", title="Mike")]), "mice") == ["a"]


def test_a_word_that_is_gone_does_not_stand_in_a_slips_way():
    index = Index([posting("a", location="Rostock"), posting("b", location="Rostok")])
    assert found(index, "rostock") == ["a"]
    index.change([], ["a"])
    assert found(index, "rostock") == ["b"]


def test_a_word_that_looks_like_a_role_is_a_word_when_a_posting_holds_it():
    assert found(Index([posting("a"), posting("b", title="The promoting of owls")]), "promoting") == ["b"]


def test_a_word_of_two_letters_is_only_itself():
    assert found(Index([posting("a", title="Owls"), posting("b", title="OW")]), "ow") == ["b"]


def test_all_words_must_be_found_in_one_posting():
    index = Index([posting("a", title="Owls"), posting("b", title="Mice"), posting("c", title="Owls and mice")])
    assert found(index, "owls mice") == ["c"]


def test_several_roles_find_any_of_them():
    index = Index(
        [posting("a"), posting("b", role="postdoc"), posting("c", role="thesis phd"), posting("d", role="admin")]
    )
    assert found(index, "phd postdoc") == ["a", "b", "c"]


def test_what_is_not_wanted_is_left_out_and_a_slip_in_it_is_forgiven():
    index = Index([posting("a", location="Rostock"), posting("b", role="postdoc"), posting("c", title="Owls")])
    assert found(index, "-rostock") == ["b", "c"]
    assert found(index, "ohne Rostok") == ["b", "c"]
    assert found(index, "phd -rostock -owls") == []
    assert found(index, "not phd") == ["b"]
    assert found(index, "-penguins") == ["a", "b", "c"]


def test_a_small_word_that_is_a_tag_or_a_place_is_a_word_where_it_stands_for_one():
    shelf = [posting("boston", location="Boston, US"), posting("help", tags=("IT",)), posting("owl", title="Join us")]
    index = Index(shelf)
    for asked in ("us", "jobs in the us", "positions in US", "US", "POSITIONS IN THE US"):
        assert found(index, asked) == ["boston"], asked
    for asked in ("it", "it jobs", "IT", "IT JOBS", "Stellen in der IT"):
        assert found(index, asked) == ["help"], asked
    for asked in ("show us what is open", "tell us", "is it open?", "jobs for us", "IS IT OPEN?", "what is it"):
        assert found(index, asked) == ["boston", "help", "owl"], asked
    index.change([], ["boston", "help"])
    assert found(index, "jobs in the us") == ["owl"]
    assert found(index, "US") == []


def test_a_name_of_several_words_is_left_out_whole():
    index = Index([posting("a", tags=("machine learning",)), posting("b", title="Machine tools"), posting("c")])
    assert found(index, "without machine learning") == ["b", "c"]
    assert found(index, "ohne machine") == ["c"]


def test_a_question_without_sense_is_not_compared_with_everything(monkeypatch):
    compared = []
    monkeypatch.setattr("bot.questions.vocabulary.similar", lambda term, _: compared.append(term) or ["owls"])
    index = Index([posting("a", title="Owls")])
    found(index, " ".join(f"nonsense{number}" for number in range(60)))
    assert len(compared) == 3
    compared.clear()
    monkeypatch.setattr("bot.questions.vocabulary.similar", lambda term, _: compared.append(term) or [])
    assert found(index, "nothing1x such2x thing3x") == []
    assert len(compared) == 1  # nothing was left after it


# --- Properties

NAMES = ["a", "b", "c", "d", "e"]
TITLES = ["owls", "owls mice", "mice bats", "Tübingen", "Tuebingen bats", ""]


@st.composite
def some_postings(draw):
    ends = draw(st.none() | st.sampled_from(["2027-04-01", "2027-05-02", "2027-05-03 12:00", "2027-07-01"]))
    name = draw(st.sampled_from(NAMES))
    return posting(
        name,
        title=draw(st.sampled_from(TITLES)),
        role=draw(st.sampled_from(["phd", "postdoc", "phd postdoc"])),
        status=draw(st.sampled_from([Status.OPEN, Status.OPEN, Status.FILLED, Status.DRAFT])),
        posted=draw(st.sampled_from([None, None, "2027-05-02", "2027-05-03"])),
        deadline=ends,
        deadline_kind=draw(st.sampled_from(DeadlineKind)) if ends else "rolling",
        aliases=tuple(f"{name}-{number}" for number in draw(st.sets(st.integers(0, 2)))),
    )


QUERIES = st.builds(
    Query,
    st.sampled_from([frozenset(), frozenset({Role.PHD}), frozenset({Role.PHD, Role.POSTDOC})]),
    st.lists(st.sampled_from(["owls", "mice", "bats", "tubingen", "tuebingen"]), max_size=2).map(tuple),
    st.sampled_from(Scope),
    st.lists(
        st.builds(
            Exclusion,
            st.sampled_from([frozenset(), frozenset({Role.POSTDOC})]),
            st.lists(st.sampled_from(["owls", "mice", "bats"]), min_size=1, max_size=2).map(tuple),
        )
        | st.just(Exclusion(frozenset({Role.PHD}))),
        max_size=2,
    ).map(tuple),
)


def by_hand(postings, query, now):
    """What `find` finds, by looking at each posting."""
    never = datetime.max.replace(tzinfo=UTC)

    def ends(one):
        return one.deadline.at.astimezone(UTC) if one.deadline and one.deadline_kind != "rolling" else never

    matching = [one for one in postings if matches(query, one)]
    ahead = sorted((ends(one), one.id) for one in matching if one.is_open(now) and now <= ends(one) < never)
    undated = sorted((ends(one), one.id) for one in matching if one.is_open(now) and not now <= ends(one) < never)
    past = sorted((ends(one), one.id) for one in matching if one.is_listed(now) and not one.is_open(now))[::-1]
    shown = {Scope.OPEN: ahead + undated, Scope.CLOSED: past, Scope.ALL: ahead + undated + past}[query.scope]
    return [name for _, name in shown]


NOWS = st.sampled_from([-365, -40, -1, 0, 0.4, 0.5, 1, 30, 60, 400]).map(lambda days: NOW + timedelta(days=days))
CHANGES = st.tuples(st.lists(some_postings(), max_size=2), st.sets(st.sampled_from(NAMES), max_size=1), NOWS)
ASKED = [parse(text) for text in ("all", "closed phd", "phd", "postdoc", "owls", "mcie", "tub", "tuebignen all")]


@settings(max_examples=40, deadline=None)
@given(st.lists(CHANGES, max_size=5))
def test_after_any_changes_and_at_any_instant_an_index_is_like_a_fresh_one(changes):
    index, kept = Index(), {}
    for changed, removed, now in changes:
        index.change(changed, removed)
        for name in removed:
            kept.pop(name, None)
        kept |= {one.id: one for one in changed}
        fresh = Index(kept.values())
        assert len(index) == len(fresh) == len(kept)
        assert {one.id: one for one in index} == kept
        for name in [*NAMES, *(f"{name}-{number}" for name in NAMES for number in range(3))]:
            assert index.get(name) == fresh.get(name)
        for query in (EVERYTHING, *ASKED):
            assert index.find(query, now) == fresh.find(query, now)
        assert index.due_within(1, now, now) == fresh.due_within(1, now, now)
        assert index.count_open(now) == len(index.find(EVERYTHING, now))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(some_postings(), unique_by=lambda one: one.id),
    st.lists(st.tuples(QUERIES, NOWS, st.integers(0, 70), st.sampled_from(["UTC", BERLIN, "AoE"])), max_size=5),
)
def test_what_is_found_is_what_looking_at_each_posting_finds(postings, questions):
    index = Index(postings)
    held = " ".join(one.title for one in postings).casefold().replace("ü", "u").replace("ue", "u")
    for query, now, days, here in questions:
        terms = [*query.terms, *(term for part in query.without for term in part.terms)]
        if all(term.replace("ue", "u") in held for term in terms):  # else it is a slip, which is told above
            assert [one.id for one in index.find(query, now)] == by_hand(postings, query, now)
        today = now.astimezone(zone(here))
        within = [
            one.id
            for one in postings
            if one.is_open(now) and one.deadline and one.deadline_kind != "rolling" and now <= one.deadline.at
            if (one.deadline.at.astimezone(zone(here)).date() - today.date()).days <= days
        ]
        assert sorted(one.id for one in index.due_within(days, now, today)) == sorted(within)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_finds_something_or_nothing(text):
    index = Index(SHELF)
    assert set(found(index, text)) <= {one.id for one in SHELF}


def test_an_empty_index_finds_nothing():
    index = Index()
    assert index.find(EVERYTHING, NOW) == index.find(parse("all owls"), NOW) == index.due_within(30, NOW, NOW) == []
    assert len(index) == 0


def test_what_closes_or_moves_its_deadline_is_not_read_anew(monkeypatch):
    index = Index()
    index.change([posting("owl", deadline="2027-05-31"), posting("mouse", deadline="2027-06-10")])
    index.count_open(instant("2027-05-01"))
    monkeypatch.setattr(index, "_add", None)
    index.change([posting("owl", deadline="2027-06-20"), posting("mouse", deadline="2027-06-10", status=Status.FILLED)])
    found = [one.id for one in index.find(Query(), instant("2027-05-01"))]
    assert found == ["owl"]
    assert [one.id for one in index.find(Query(scope=Scope.CLOSED), instant("2027-05-01"))] == ["mouse"]
    assert [one.id for one in index.find(Query(scope=Scope.CLOSED), instant("2027-06-21"))] == ["owl", "mouse"]


def test_a_share_of_full_time_goes_with_its_posting():
    index = Index([posting("owl", fte=50.0), posting("bat", fte=100.0), posting("cat", title="Half time cats")])

    def halves():
        return sorted(
            one.id for one in index.find(index.read_question("half time", "en", instant("2027-05-01")).query, NOW)
        )

    assert halves() == ["cat", "owl"]
    index.change([posting("owl", fte=100.0), posting("bat", fte=50.0)])
    assert halves() == ["bat", "cat"]
    index.change((), ["bat"])
    assert halves() == ["cat"]
