"""The made-up lab: open positions on whatever day it is written, and no way from it into a real channel."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import callboard
from bot.config import read
from bot.demo import dated, write
from bot.domain.posting import Status
from bot.sources.files import Registry

ROOT = Path(__file__).parent.parent
DAYS = [
    datetime(2026, 11, 30, 12, tzinfo=UTC),
    datetime(2027, 12, 31, 23, 30, tzinfo=UTC),  # in the lab the next year has begun
    datetime(2028, 2, 28, tzinfo=UTC),
    datetime(2031, 3, 29, 1, tzinfo=UTC),  # the night in which the clocks go forward
]


@pytest.fixture
def tokens(monkeypatch):
    tokens = {"TELEGRAM_BOT_TOKEN": "123456:REAL", "SLACK_BOT_TOKEN": "xoxb-REAL", "SLACK_APP_TOKEN": "xapp-REAL"}
    for name, token in tokens.items():
        monkeypatch.setenv(name, token)


@pytest.mark.parametrize("now", DAYS)
def test_on_any_day_it_is_well_and_most_of_it_is_open(tmp_path, now):
    folder = tmp_path / "here/demo"
    count = write(folder, now)
    config = read(folder / "config.yaml")
    reading = Registry(config.registry, config.timezone).read()
    assert (reading.problems, len(reading.changed)) == ((), count)
    still_open = [posting for posting in reading.changed if posting.is_open(now)]
    assert len(still_open) >= 8
    assert {posting.status for posting in reading.changed} == {Status.OPEN, Status.FILLED, Status.DRAFT}
    assert any(posting.deadline and posting.deadline.at < now for posting in reading.changed)  # one has passed
    assert any(posting.posted and posting.posted > now.date() for posting in reading.changed)  # one is still to come
    nearest = min(posting.deadline.at for posting in still_open if posting.deadline)
    assert timedelta(days=1) < nearest - now < timedelta(days=3)


def test_days_are_counted_over_months_and_years():
    assert dated("{today+1} {today-31} {today+0}", date(2027, 12, 31)) == "2028-01-01 2027-11-30 2027-12-31"


def test_it_speaks_on_this_computer_alone_whatever_tokens_are_set(tmp_path, tokens):
    write(tmp_path / "demo", DAYS[0])
    config = read(tmp_path / "demo/config.yaml")
    assert {platform.kind for platform in config.platforms} == {"console", "web"}
    assert not config.secrets
    assert {channel.destination.platform for channel in config.channels} == {"console", "web"}
    listens = yaml.safe_load((tmp_path / "demo/config.yaml").read_text())["web"]
    assert {value.rpartition(":")[0] for key, value in listens.items() if key != "title"} == {"127.0.0.1"}


def test_the_example_config_names_no_channel_but_this_computers(tokens):
    config = read(ROOT / "config.example.yaml")
    assert {channel.destination.platform for channel in config.channels} == {"console", "web"}


def run(*arguments):
    return CliRunner().invoke(callboard, arguments)


def test_the_command_writes_it_checks_and_leaves_what_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = run("demo")
    assert (written.exit_code, written.stdout) == (0, "callboard run --config demo/config.yaml\n")
    assert "with deadlines made from today" in written.stderr
    checked = run("check", "--config", "demo/config.yaml")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert checked.stderr.splitlines() == ["postings: 13, channels: 2: all is well"]  # and no notes
    path = tmp_path / "demo/postings/phd-robust-perception.yaml"
    path.write_text("title: Mine\nrole: phd\n")
    again = run("demo")
    assert again.exit_code == 0
    assert "stays as it is" in again.stderr
    assert path.read_text() == "title: Mine\nrole: phd\n"


def test_a_folder_with_something_else_in_it_is_not_touched(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter-1.tex").write_text("It was a dark night.")
    refused = run("demo", str(tmp_path / "thesis"))
    assert refused.exit_code == 2
    assert "cannot be made" in refused.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["thesis", "chapter-1.tex"]


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "demo").write_text("")
    assert run("demo", str(tmp_path / "demo")).exit_code == 2


def test_the_database_and_the_chat_of_a_run_are_no_change_for_git():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/demo/", "*.db", "*.db.web*.jsonl"} <= set(ignored)
