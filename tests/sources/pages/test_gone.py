"""Whether a sentence says that a position is gone, or that something else is."""

import pytest

from bot.sources.pages.status import is_closed


@pytest.mark.parametrize(
    "text",
    [
        "All rooms of the new building are occupied.",
        "These are the tasks assigned.",
        "We describe the measures taken.",
        "Our old office is closed.",
        "All contracts were terminated.",
        "For applications: our office is closed in August.",
        "Our office is closed, applications go to the secretary.",
        "Il corso è a numero chiuso.",
        "La posizione è in un corso a numero chiuso.",
        "Un circuito ad anello chiuso.",
        "Le poste est ouvert, pourvu que le projet vous plaise.",
        "Un poste pourvu d'un bureau.",
        "Closed ecosystems and their owls",
        "The project studies closed systems.",
        "The projects are in closed forests.",
        "Applications of closed-loop control",
        "The topics of the course were taken from a book.",
    ],
)
def test_something_else_is_gone(text: str) -> None:
    assert not is_closed(text)


@pytest.mark.parametrize(
    "text",
    [
        "The position, which was advertised in May, has been filled.",
        "We have now filled the position.",
        "All PhD positions have been filled up at the moment.",
        "We are no longer accepting applications.",
        "The postdoc has been filled.",
        "It has been filled.",
        "Sorry, this is closed.",
        "[Closed] PhD in optics",
        "PhD in optics - already taken",
        "Owls at night (filled)",
        "Status: filled",
        "Closed on 1 March 2026.",
        "Data scientist: closed 1 April 2026",
        "1 June 2026 - close",
        "Thema vergeben",
        "Le poste est pourvu.",
        "Il bando è chiuso.",
        "La plaza está cubierta.",
        "Convocatoria cerrada",
    ],
)
def test_a_position_is_gone(text: str) -> None:
    assert is_closed(text)
