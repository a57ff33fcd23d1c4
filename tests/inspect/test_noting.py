"""What `callboard check` notes: allowed, but rarely meant."""

import os
from datetime import UTC, datetime

import pytest

from bot.config import read
from bot.engine.board import Callboard
from bot.inspect.noting import notes

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CONFIG = "timezone: Europe/Berlin\n"


@pytest.fixture
def noted(tmp_path):
    """What is noted of a config and posting files by name, at noon of 1 December 2026; all were written at NOW unless
    `written` says when.
    """

    def noted(files=(), *, config=CONFIG, written=()):
        folder = tmp_path / "postings"
        folder.mkdir(exist_ok=True)
        (tmp_path / "config.yaml").write_text(config)
        for name, text in dict(files).items():
            (folder / name).write_text(text)
            at = dict(written).get(name, NOW).timestamp()
            os.utime(folder / name, (at, at))
        board = Callboard(read(tmp_path / "config.yaml"), lambda: NOW)
        board.read()
        assert not board.problems
        return [str(note).replace(f"{tmp_path}{os.sep}", "") for note in notes(board)]

    return noted


def posting(title="PhD in Robotics", **keys):
    return "".join(f"{key}: {value}\n" for key, value in {"title": title, "role": "phd", **keys}.items())


def test_a_plain_registry_has_no_notes(noted):
    files = {"a.yaml": posting("A", deadline="2027-05-02"), "b.md": f"---\n{posting('B')}---\nText\n"}
    assert noted(files) == []


@pytest.mark.parametrize("deadline", ["2028-12-03", "2036-05-02", "2029-05-02 12:00", "2072-01-31T10:00Z"])
def test_a_deadline_more_than_two_years_ahead(noted, deadline):
    day = deadline[:10]
    wanted = f"postings/a.yaml:3: note: deadline: {day} is more than two years ahead; check the year"
    assert noted({"a.yaml": posting(deadline=deadline)}) == [wanted]
    assert noted({"a.yaml": posting(deadline=deadline, status="filled")}) == []


def test_two_years_ahead_are_not_more(noted):
    assert noted({"a.yaml": posting(deadline="2028-12-01 12:00")}) == []


def test_a_new_posting_whose_deadline_has_passed(noted):
    text = "note: deadline: had passed when the file was last written; check the year"
    assert noted({"a.md": f"---\n{posting(deadline='2026-05-02')}---\n"}) == [f"postings/a.md:4: {text}"]
    assert noted({"a.md": f"---\n{posting(deadline='2026-05-02', status='draft')}---\n"}) == [
        f"postings/a.md:4: {text}"
    ]


@pytest.mark.parametrize(
    "keys",
    [{"status": "closed"}, {"deadline_kind": "review-begins"}, {"deadline": "2026-12-01"}, {"deadline": "2026-12-02"}],
)
def test_what_is_over_on_purpose_or_not_over_is_not_noted(noted, keys):
    assert noted({"a.yaml": posting(**{"deadline": "2026-05-02", **keys})}) == []


def test_an_old_file_is_not_noted(noted):
    before = datetime(2026, 4, 1, tzinfo=UTC)
    assert noted({"a.yaml": posting(deadline="2026-05-02")}, written={"a.yaml": before}) == []


def test_a_fresh_copy_of_an_old_registry_is_noted_briefly(noted):
    files = {f"{name}.yaml": posting(name, deadline="2020-05-02") for name in "abcdefgh"}
    found = noted(files)
    assert len(found) == 5
    assert sum("(so it is in 3 more files)" in note for note in found) == 1


CHANNELS = f"{CONFIG}platforms: {{console: {{}}}}\nchannels:\n  - {{name: a, platform: console, remind_at: '10:00'}}\n"


@pytest.mark.parametrize("deadline", ["2027-05-02 00:00", "2027-05-02 09:59", "2027-05-02 07:00Z"])
def test_what_closes_before_any_channel_hears_of_it(noted, deadline):
    text = (
        "no channel hears of it before its deadline; it is announced at remind_at of that day: name an earlier day, or"
    )
    file = {"a.yaml": posting(posted="2027-05-02", deadline=deadline)}
    assert noted(file, config=CHANNELS) == [f"postings/a.yaml:3: note: posted: {text} delete the line"]
    earlier = f"{CHANNELS}  - {{name: b, platform: console, remind_at: '00:00'}}\n"
    assert noted(file, config=earlier) == noted(file) == []  # one that hears of it in time, and none at all


def test_what_channels_hear_of_in_time_is_not_noted(noted):
    file = {"a.yaml": posting(posted="2027-05-02", deadline="2027-05-02 10:00")}
    assert noted(file, config=CHANNELS) == []
    for deadline in ("2027-05-02", "2027-05-02\ndeadline_kind: review-begins"):
        assert noted({"a.yaml": posting(posted="2027-05-02", deadline=deadline)}, config=CHANNELS) == []


def test_equal_files_are_noted_each(noted):
    same = posting("Owls", deadline="2027-05-02", tags="[a, b]")
    reordered = "# a copy\nrole: [phd]\ntags:\n- a\n- b\ntitle: Owls\ndeadline: 2027-05-02 23:59:59\naliases: [old]\n"
    files = {
        "a.yaml": same,
        "b.yaml": reordered,
        "c.yaml": same.replace("05-02", "05-03"),
        "d.yaml": f"{same}status: draft\n",
    }
    ends = "change what differs, or delete one of them"
    assert noted(files) == [
        f"postings/a.yaml:1: note: says the same as b; {ends}",
        f"postings/b.yaml:6: note: says the same as a; {ends}",
    ]


@pytest.mark.parametrize(
    ("slack", "line", "key"),
    [
        ("{bot_token: xoxb-1-2-a}", 2, "app_token"),
        ("\n    bot_token: xoxb-1-2-a\n    app_token: ${NOT_SET}", 4, "app_token"),
        ("\n    bot_token: xoxb-1-2-a\n    mode: http\n    signing_secret: ${NOT_SET}", 5, "signing_secret"),
        ("{kind: slack, bot_token: xoxb-1-2-a, mode: http, app_token: xapp-1-A-2-b}", 2, "signing_secret"),
    ],
)
def test_slack_that_cannot_answer_is_noted(noted, slack, line, key):
    name = "other" if "kind" in slack else "slack"
    text = "is not set: announcements go out, but nobody is answered in Slack"
    wanted = [f"config.yaml:{line}: note: platforms.{name}.{key}: {text}"]
    assert noted(config=f"platforms:\n  {name}: {slack}\n") == wanted


def test_slack_that_can_answer_or_is_not_in_use_is_not_noted(noted):
    answers = "platforms:\n  slack: {bot_token: xoxb-1-2-a, app_token: xapp-1-A-2-b}\n"
    assert noted(config=answers) == []
    assert noted(config="platforms:\n  slack: {bot_token: '${NOT_SET}', app_token: '${NOT_SET}'}\n") == []


PLACED = posting("Kept", location="Jena, Germany", group="Owls")


def test_on_a_board_it_is_said_why_search_engines_get_no_job_posting(noted):
    files = {
        "a.yaml": posting(group="Owls", location="Atlanta, Georgia"),
        "b.yaml": posting("B", location="Graz, Austria"),
        "c.yaml": posting("C", group="Owls", location="Graz or Wien, Austria"),
        "d.yaml": posting("D", group="Owls", deadline="2026-12-31"),
        "e.yaml": PLACED,
        "f.yaml": posting("F", status="filled"),
    }
    found = noted(files, config=f"{CONFIG}web: {{}}\n")
    begin = "note: search engines get no JobPosting:"
    assert [line.split(f" {begin} ")[0] for line in found] == [
        "postings/a.yaml:4:",
        "postings/b.yaml:1:",
        "postings/c.yaml:4:",
        "postings/d.yaml:1:",
    ]
    assert 'write "Atlanta, Georgia, USA"' in found[0]
    assert "write organization or group" in found[1]
    assert '"Graz" ends with no country' in found[2]
    assert "no place is named" in found[3]
    assert noted(config=CONFIG) == [], "where there is no board, nobody asks"


def test_a_zone_with_one_clock_all_year_is_noted_where_it_is_named(noted):
    files = {
        "a.yaml": posting("A", deadline="2027-07-02 12:00", timezone="EST"),
        "b.yaml": posting("B", deadline="2027-01-31 12:00", timezone="MST"),
        "c.md": f"---\n{posting('C', deadline='2027-05-02', timezone='Etc/GMT+5')}---\n",
        "d.yaml": posting("D", deadline="2027-07-02", timezone="EST", status="closed"),
        "e.yaml": posting("E", deadline="2027-07-02", timezone="HST"),
    }
    channel = "channels:\n  - {name: here, platform: console,\n     timezone: Etc/GMT-2}\n"
    found = noted(files, config=f"language: en\ntimezone: HST\n{channel}")
    assert [note[: note.index(" is UTC")] for note in found] == [
        "config.yaml:2: note: timezone: HST",
        "config.yaml:5: note: channels: here: timezone: Etc/GMT-2",
        "postings/a.yaml:4: note: timezone: EST",
        "postings/b.yaml:4: note: timezone: MST",
        "postings/c.md:5: note: timezone: Etc/GMT+5",
    ]
    assert "its clocks show 13:00 at 12:00 EST; write America/New_York" in found[2]
