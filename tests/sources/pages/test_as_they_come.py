"""Whether applications are taken as they come, or something else goes on."""

import pytest

from bot.sources.pages.dating import is_rolling


@pytest.mark.parametrize(
    "text",
    [
        "PhD students get a laptop when they arrive.",
        "Students are evaluated on an ongoing basis.",
        "Mentoring takes place on a continuous basis.",
        "You can apply for holidays all year round.",
        "You can apply for travel money at any time.",
        "In our group, there are no strict deadlines.",
        "Your progress is assessed upon arrival.",
        "You solve problems as they come.",
        "Die Messgeräte werden laufend geprüft.",
    ],
)
def test_something_else_goes_on(text: str) -> None:
    assert not is_rolling(text)


@pytest.mark.parametrize(
    "text",
    [
        "Applications are reviewed when they arrive.",
        "Applications are evaluated on an ongoing basis.",
        "Positions are filled on a continuous basis.",
        "Candidates are invited upon receipt of their CV.",
        "Applications are accepted throughout the year.",
        "You can apply all year round.",
        "You can apply at any time.",
        "Apply for a PhD position at any time.",
        "There is no deadline.",
        "No application deadlines",
        "Die Bewerbungen werden laufend geprüft.",
    ],
)
def test_applications_are_taken_as_they_come(text: str) -> None:
    assert is_rolling(text)
