"""What stands beside calls is said of those that it names: not of others, and not where something else has a day."""

from datetime import UTC, datetime

import pytest

from bot.sources.pages import read_page

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAY = "2027-01-15"


def days(owls: str = "", behind: str = "") -> list[str | None]:
    """The deadlines of two calls, with words in the first or behind both."""
    text = f"""<h1>Open positions</h1><h2>PhD position on owls</h2><p>We are looking for a PhD student. {owls}</p>
<h2>PhD position on bats</h2><p>We are looking for a PhD student who is awake at night.</p>{behind}"""
    return _days(text)


def _days(text: str) -> list[str | None]:
    postings = read_page(text, url=None, now=NOW, is_markdown=False).postings
    assert len(postings) == 2
    return [None if (day := posting.fields.get("deadline")) is None else str(day) for posting in postings]


@pytest.mark.parametrize(
    "said",
    [
        "Unlike all other positions, this one closes on 15 January 2027.",
        "If both positions interest you, apply for this one by 15 January 2027.",
        "Not all positions close on 15 January 2027.",
        "Anders als bei allen anderen Stellen endet die Bewerbungsfrist am 15. Januar 2027.",
        "Contrairement à tous les postes, la date limite de candidature est le 15 janvier 2027.",
        "A diferencia de todas las plazas, la fecha límite es el 15 de enero de 2027.",
    ],
)
def test_what_sets_one_position_against_others_is_not_shared(said: str) -> None:
    assert days(said)[1] is None


@pytest.mark.parametrize("mark", ["; this", ". This"])
def test_a_day_of_all_positions_is_not_shared_where_the_next_words_take_one_out(mark: str) -> None:
    assert days(f"All positions close on 15 January 2027{mark} one closes on 1 February 2027.")[1] is None


def test_what_one_call_says_of_both_is_shared() -> None:
    assert days("Both positions close on 15 January 2027.") == [DAY, DAY]


@pytest.mark.parametrize(
    "behind",
    [
        "<h2>Deadlines</h2><p>Bats: 15 January 2027</p>",
        "<h2>Deadlines</h2><ul><li>The bat project: 15 January 2027</li></ul>",
        "<h2>Deadlines</h2><p>For the bat project, apply by 15 January 2027.</p>",
        "<h2>Deadlines</h2><h3>The bat project</h3><p>Apply by 15 January 2027.</p>",
        "<h2>How to apply for the bat position</h2><p>Apply by 15 January 2027.</p>",
        "<h2>How to apply</h2><p>The bat project begins in May; its deadline is 15 January 2027.</p>",
    ],
)
def test_what_names_one_title_is_said_of_that_call_alone(behind: str) -> None:
    assert days(behind=behind)[0] is None


def test_each_call_has_the_day_beside_its_name() -> None:
    behind = "<h2>Deadlines</h2><p>Owls: 15 January 2027. Bats: 15 March 2027.</p>"
    assert days(behind=behind) == [DAY, "2027-03-15"]


@pytest.mark.parametrize(
    "behind",
    [
        "<h2>How to apply</h2><p>Apply by 15 January 2027.</p>",
        "<h2>How to apply</h2><p>Applications for the positions on owls or on bats are due by 15 January 2027.</p>",
        "<h2>How to apply</h2><p>Our owls sing. Applications are due by 15 January 2027.</p>",
        "<h2>How to apply</h2><p>Write to jobs@owls.example until 15 January 2027.</p>",
    ],
)
def test_what_names_none_or_all_is_said_of_all(behind: str) -> None:
    assert days(behind=behind) == [DAY, DAY]


LISTED = "<ul><li>PhD position on owls</li><li>PhD position on bats</li></ul>"


@pytest.mark.parametrize(
    "text",
    [
        f"<h1>Open positions</h1>{LISTED}<p>The deadline for the owl project is 15 January 2027.</p>",
        f"<h1>Open positions</h1><p>The deadline for the owl project is 15 January 2027.</p>{LISTED}",
    ],
)
def test_beside_a_list_too(text: str) -> None:
    assert _days(text) == [DAY, None]


def test_the_name_of_the_group_tells_no_call_from_another() -> None:
    text = f"<h1>Jobs at the Owl Lab</h1>{LISTED}<p>Applications to the owl lab are due by 15 January 2027.</p>"
    assert _days(text) == [DAY, DAY]


@pytest.mark.parametrize("heading", ["How to apply", "Important dates", "Dates"])
@pytest.mark.parametrize(
    "said",
    [
        "Applications for our MSc programme close on 15 January 2027.",
        "Applications for the doctoral school close on 15 January 2027.",
        "The university scholarship: applications close on 15 January 2027.",
        "Please apply to the university for admission by 15 January 2027 once accepted.",
        "Please apply for housing by 15 January 2027.",
        "Visa applications are accepted until 15 January 2027.",
        "Retreat: apply by 15 January 2027.",
        "The next round of the graduate school is open; its deadline is 15 January 2028.",
        "The graduate school is open. Its deadline is 15 January 2027.",
        "Your referees should send their letters by 15 January 2027.",
        "Letters should reach us by 15 January 2027, as applications do.",
        "Applications for the MSc in Biology close on 15 January 2027.",
        "Please apply for a parking space by 15 January 2027.",
        "Bewerbungen für die Graduiertenschule sind bis zum 15. Januar 2027 möglich.",
    ],
)
def test_the_deadline_of_something_else_is_of_no_call(heading: str, said: str) -> None:
    assert days(behind=f"<h2>{heading}</h2><p>{said}</p>") == [None, None]


@pytest.mark.parametrize(
    "said",
    [
        "Send your CV and two letters of recommendation by 15 January 2027.",
        "Send your CV and the names of two referees by 15 January 2027.",
        "Please apply for the position by 15 January 2027.",
        "Applications for the two PhD positions close on 15 January 2027.",
        "Applications for the owls and the bats are due by 15 January 2027.",
        "There is a retreat each year. Applications are due by 15 January 2027.",
    ],
)
def test_what_only_mentions_such_words_is_shared(said: str) -> None:
    assert days(behind=f"<h2>How to apply</h2><p>{said}</p>") == [DAY, DAY]


def test_positions_of_a_school_have_its_deadline() -> None:
    behind = "<p>The doctoral school takes applications until 15 January 2027.</p>"
    text = f"<h1>Positions in the doctoral school</h1>{LISTED}{behind}"
    assert _days(text) == [DAY, DAY]
