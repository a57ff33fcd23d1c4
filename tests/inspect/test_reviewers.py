"""Whether anybody hears of what is handed in."""

import pytest

from bot.config import read
from bot.inspect.reviewers import examine_reviewers
from bot.platforms.base import DeliveryError

CONFIG = """platforms:
  lab: {kind: console}
  other: {kind: console}
submissions: {from: members}
"""


class Lab:
    """`ada` is reached, and nobody else."""

    async def private_place(self, person):
        if person != "ada":
            raise DeliveryError(f"{person} has not\nstarted the bot", permanent=True, of_chat=True)


@pytest.fixture
def examined(tmp_path):
    async def examined(text):
        (tmp_path / "postings").mkdir(exist_ok=True)
        (tmp_path / "config.yaml").write_text(text)
        found = await examine_reviewers(read(tmp_path / "config.yaml"), {"lab": Lab()})
        return [[str(one).removeprefix(f"{tmp_path}/config.yaml:") for one in some] for some in found]

    return examined


async def test_that_no_admin_is_reached_is_a_problem_and_says_why(examined):
    problems, notes = await examined(f'{CONFIG}people:\n  admins: ["lab:eve", "other:ada"]\n')
    assert notes == []
    [problem] = problems
    assert problem.startswith("6: people.admins: none can be reached, so nobody hears of what is handed in; have one")
    assert problem.endswith("(lab:eve: eve has not started the bot; other:ada: other is not in use)")


async def test_of_several_who_is_not_reached_is_a_note(examined):
    problems, notes = await examined(f'{CONFIG}people: {{admins: ["lab:ada", "lab:eve"]}}\n')
    assert problems == []
    assert notes == ["5: note: people.admins: is not reached: lab:eve: eve has not started the bot"]
    assert await examined(f'{CONFIG}people: {{admins: ["lab:ada"]}}\n') == [[], []]


async def test_that_nobody_is_named_is_a_problem_where_members_hand_in(examined):
    [[problem], []] = await examined(CONFIG)
    assert "people.admins: nobody is named" in problem


@pytest.mark.parametrize("submissions", ["{from: editors}", "{}", "{from: members, review: room}"])
async def test_where_nothing_waits_for_an_admin_nothing_is_wrong(examined, submissions):
    text = CONFIG.replace("{from: members}", submissions) + "channels: [{name: room, platform: lab}]\n"
    assert await examined(text) == [[], []]
