"""What is counted as it comes and goes."""

from bot.questions.occurrences import Occurrences


def test_what_has_gone_as_often_as_it_came_is_not_there():
    occurrences = Occurrences()
    occurrences.add(["owl", "owl", "lynx"])
    occurrences.remove(["owl", "lynx"])
    assert "owl" in occurrences
    assert "lynx" not in occurrences
    assert list(occurrences) == ["owl"]
