"""How like each other words are; and that nobody who compares none pays for it."""

import subprocess
import sys

from bot.domain.likeness import most_alike, slips_between, within_slips

NAMES = ["owls", "owl", "Owlets", "herons"]


def test_a_letter_other_more_less_or_two_swapped_is_a_slip():
    others = ("owls", "owl", "bowls", "awls", "wols", "herons")
    assert [slips_between("owls", other) for other in others] == [0, 1, 1, 1, 1, 5]
    assert slips_between("owls", "herons", 2) == 3


def test_names_within_so_many_slips_come_the_nearest_first():
    assert within_slips("owl", NAMES, 1) == ["owl", "owls"]
    assert within_slips("heron", NAMES, 0) == []


def test_names_that_are_alike_come_the_most_alike_first():
    assert most_alike("owlet", NAMES, 0.5, limit=2, in_any_case=True) == ["Owlets", "owls"]
    assert most_alike("owlet", NAMES, 0.7) == []
    assert most_alike("owlet", NAMES, 0.6) == ["Owlets"]


def test_the_library_is_read_when_words_are_compared():
    """In a process of its own: here it has been read."""
    code = "import sys, bot.engine.board; print('rapidfuzz' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
