"""`callboard people`: how many follow, by platform; taken in from lines, and written out."""

import json

import pytest
from click.testing import CliRunner

from bot.cli import callboard


@pytest.fixture
def run(tmp_path):
    (tmp_path / "postings").mkdir()
    platforms = "platforms: {lab: {kind: console}, chat: {kind: telegram, token: '1234567:TEST-TOKEN'}}\n"
    platforms += "channels: [{name: a, platform: lab}]\n"
    (tmp_path / "config.yaml").write_text(f"registry: postings\n{platforms}")

    def call(*arguments, lines=None):
        if lines is not None:
            written = (line if isinstance(line, str) else f"{json.dumps(line)}\n" for line in lines)
            (tmp_path / "follows").write_text("".join(written))
            arguments = (*arguments, "--import", str(tmp_path / "follows"))
        return CliRunner().invoke(callboard, ["people", "--config", str(tmp_path / "config.yaml"), *arguments])

    return call


LINES = [
    {"person": "lab:ada", "follow": "phd"},
    {"person": "lab:ada", "follow": ""},
    {"person": "lab:eve", "remind": "owls", "leads": "3d 2h"},
]


def test_what_is_taken_in_is_counted_and_written_as_it_was(run):
    assert run(lines=LINES).output == "3 of 3 taken in\n"
    assert json.loads(run("--json").output) == {"lab": {"followers": 1, "reminders": 1, "blocked": 0}}
    assert run().output == "lab: 1 followers, 1 reminders, 0 blocked\n"
    assert [json.loads(line) for line in run("--export").output.splitlines()] == LINES
    assert run(lines=LINES).output == "0 of 3 taken in; the others were there\n"
    assert [json.loads(line) for line in run("--export").output.splitlines()] == LINES


def test_nobody_is_nothing(run):
    assert json.loads(run("--json").output) == {}
    assert run("--export").output == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no json\n", "is no line of follows"),
        ({"person": "lab:ada"}, 'has to have "follow"'),
        ({"person": "ada", "follow": "phd"}, "is no person"),
        ({"person": "slack:U1", "follow": "phd"}, '"slack" is no platform of the config; known are chat, lab'),
        ({"person": "chat:@ada", "follow": "phd"}, 'person: "@ada" is nobody\'s id in Telegram'),
        ({"person": "lab:ada", "follow": "everything"}, "follow: "),
        ({"person": "lab:ada", "remind": "owls", "leads": "soon"}, '"soon" is no lead time'),
        ({"person": "lab:ada", "follow": 7}, "is no line of follows"),
    ],
)
def test_one_line_that_does_not_hold_up_keeps_all_out_and_is_named(run, line, why):
    result = run(lines=[LINES[0], line])
    assert result.exit_code == 1
    assert "follows:2: " in result.output
    assert why in result.output
    assert run("--export").output == ""
