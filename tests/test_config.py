"""config.yaml -> Config: what each key means, and what is said when one is wrong. No secret ever shows."""

import re
import sys
from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.audiences.audience import Audience, Mention
from bot.audiences.follower import Defaults, Preferences
from bot.config import Config, PlatformConfig, Secret, Web, read
from bot.config.settings import TakenFrom
from bot.domain.person import People, Person
from bot.domain.posting import Role
from bot.domain.rhythm import DigestTimes, QuietHours
from bot.domain.schedule import EVERYTHING_ANNOUNCED, Destination, Lead, Schedule
from bot.platforms.slack import Mode
from bot.questions.grammar import parse
from bot.schema import InvalidError

TOKEN = "123456:AAE-t0p-s3cret"
FULL = """\
registry: positions
database: sqlite:///data.db
timezone: Europe/Berlin
language: de
reminders: [3d, 36h]
remind_at: "12:30"
when_empty: "Nothing: write to us"
platforms:
  console: {}
  telegram:
    token: ${TELEGRAM_BOT_TOKEN}
    api_url: http://127.0.0.1:8081
  slack:
    bot_token: ${SLACK_BOT_TOKEN}
    app_token: ${SLACK_APP_TOKEN}
    signing_secret: ${SLACK_SIGNING_SECRET}
    mode: http
    listen: 0.0.0.0:3000
    api_url: https://slack.example/api/
channels:
  - name: lab-telegram
    platform: telegram
    address: "@lab_jobs"
    thread: 17
    filter: phd postdoc
    reminders: [7d, 1d]
    remind_at: "08:00"
    language: en
    timezone: America/New_York
    silent: true
  - name: lab-slack
    platform: slack
    address: "#jobs"
  - name: terminal
    platform: console
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "UNSET", "EMPTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMPTY", " ")
    monkeypatch.setenv("HIDDEN", TOKEN)


@pytest.fixture
def tokens(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")


@pytest.fixture
def config(tmp_path):
    """Reads a text as a config file beside the folders `postings` and `positions`."""
    for name in ("postings", "positions"):
        (tmp_path / name).mkdir()

    def of(text):
        path = tmp_path / "config.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path)

    return of


@pytest.fixture
def problems(config):
    def of(text):
        with pytest.raises(InvalidError) as caught:
            config(text)
        return [str(problem) for problem in caught.value.problems("config.yaml")]

    return of


def test_everything_has_a_default(config, tmp_path):
    found, schedule = config("{}"), Schedule("UTC", time(9), (Lead(14, "d"), Lead(7, "d"), Lead(1, "d")))
    assert found == Config(
        path=tmp_path / "config.yaml",
        registry=tmp_path / "postings",
        database=f"sqlite:///{tmp_path / 'callboard.db'}",
        timezone="UTC",
        language="en",
        when_empty=None,
        platforms=(),
        channels=(),
        schedule=schedule,
        usual=Audience("", Destination("", ""), schedule),
        nudges=(Lead(7, "d"), Lead(1, "d"), Lead(-1, "d")),
        confirm_rolling=Lead(90, "d"),
    )


def test_when_owners_are_asked_may_be_before_and_after_a_deadline_and_never(config, problems):
    asked = config("nudges: [36h, -2d]\nconfirm_rolling: 30d")
    assert asked.nudges == (Lead(36, "h"), Lead(-2, "d"))
    assert asked.confirm_rolling == Lead(30, "d")
    assert config("nudges: []\nconfirm_rolling: 0d").nudges == ()
    [problem] = problems("nudges: [soon]")
    assert problem.endswith(
        '"soon" is no lead time; write days or hours, such as 7d or 36h, or -1d for after the deadline'
    )
    assert problems("confirm_rolling: 36h") == [
        'config.yaml:1: confirm_rolling: "36h" is no number of days; write 90d, or 0d for never'
    ]
    assert "no lead time" in problems("reminders: [-1d]")[0]


@pytest.mark.parametrize(
    ("written", "seconds"), [("60s", 60), ("0s", 0), ("90", 90), ("2m", 120), ("1h", 3600), ("24h", 86400), ("'5s'", 5)]
)
def test_how_long_a_new_file_rests_may_be_written_in_seconds_minutes_or_hours(config, written, seconds):
    assert config(f"settle: {written}").settle == seconds
    assert config("{}").settle == 60


def test_a_channel_has_the_defaults_of_the_contract(config):
    (channel,) = config("channels: [{name: a, platform: console}]").channels
    assert channel.schedule.timezone == "UTC"
    assert channel.schedule.remind_at == time(9)
    assert channel.schedule.reminders == (Lead(14, "d"), Lead(7, "d"), Lead(1, "d"))
    assert (channel.language, channel.silent) == ("en", False)
    assert channel.filter.is_all


@pytest.mark.usefixtures("tokens")
def test_every_key_is_read(config, tmp_path):
    found = config(FULL)
    assert found.registry == tmp_path / "positions"
    assert found.database == f"sqlite:///{tmp_path / 'data.db'}"
    assert (found.timezone, found.language, found.when_empty) == ("Europe/Berlin", "de", "Nothing: write to us")
    console, telegram, slack = found.platforms
    assert console == PlatformConfig("console", "console", {})
    assert (telegram.name, telegram.settings["token"].reveal()) == ("telegram", TOKEN)
    assert telegram.settings["api_url"] == "http://127.0.0.1:8081"
    assert slack.settings["bot_token"].reveal() == "xoxb-1"
    assert slack.settings["app_token"].reveal() == "xapp-1"
    assert "signing_secret" not in slack.settings  # its variable is not set
    assert (slack.settings["mode"], slack.settings["listen"]) == (Mode.HTTP, "0.0.0.0:3000")
    assert slack.settings["api_url"] == "https://slack.example/api/"


@pytest.mark.usefixtures("tokens")
def test_a_channel_overrides_the_defaults_and_inherits_the_rest(config):
    telegram, slack, console = config(FULL).channels
    assert telegram.name == "lab-telegram"
    assert (telegram.destination.platform, telegram.destination.address) == ("telegram", "@lab_jobs")
    assert telegram.destination.thread == 17
    assert telegram.filter.roles == {Role.PHD, Role.POSTDOC}
    assert telegram.schedule.reminders == (Lead(7, "d"), Lead(1, "d"))
    assert (telegram.schedule.remind_at, telegram.schedule.timezone) == (time(8), "America/New_York")
    assert (telegram.language, telegram.silent) == ("en", True)
    assert (slack.destination.address, slack.destination.thread) == ("#jobs", None)
    assert slack.schedule.reminders == (Lead(3, "d"), Lead(36, "h"))
    assert (slack.schedule.remind_at, slack.schedule.timezone) == (time(12, 30), "Europe/Berlin")
    assert (slack.language, slack.silent) == ("de", False)
    assert (console.destination.platform, console.destination.address) == ("console", "terminal")


def test_the_example_of_the_contract_runs_without_a_token_once_its_channels_are_the_console(config):
    above_channels, _, _ = FULL.partition("channels:")
    assert [platform.name for platform in config(above_channels).platforms] == ["console"]


@pytest.mark.parametrize("value", ["${UNSET}", "${EMPTY}", "x${UNSET}"])
def test_a_platform_without_token_and_channel_is_left_out(config, value):
    assert config(f"platforms: {{telegram: {{token: '{value}'}}}}").platforms == ()


def test_a_platform_with_a_token_but_no_channel_is_kept(config):
    (platform,) = config("platforms: {telegram: {token: '${HIDDEN}'}}").platforms
    assert platform.settings["token"].reveal() == TOKEN


def test_a_platform_that_only_a_channel_names_is_there(config):
    assert config("channels: [{name: a, platform: console}]").platforms == (PlatformConfig("console", "console", {}),)


def test_numbers_may_be_addresses(config):
    text = (
        "platforms: {telegram: {token: '1:a'}}\nchannels:\n- {name: a, platform: telegram, address: -1001234567890}\n"
    )
    assert config(text).channels[0].destination.address == "-1001234567890"


def test_variables_stand_in_any_value(config, monkeypatch):
    for name, value in {
        "DIR": "positions",
        "ZONE": "Asia/Tokyo",
        "AT": "12:30",
        "URL": "http://x",
        "N": "5",
        "PART": "a-b",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QUIET", "true")
    found = config(
        "registry: ${DIR}\ntimezone: ${ZONE}\nremind_at: ${AT}\n"
        "platforms: {telegram: {token: '1:${PART}', api_url: '${URL}/bot'}}\n"
        "channels: [{name: a, platform: telegram, address: '@lab_${N}', thread: '${N}', silent: '${QUIET}'}]\n"
    )
    assert (found.registry.name, found.timezone) == ("positions", "Asia/Tokyo")
    assert found.platforms[0].settings["api_url"] == "http://x/bot"
    assert found.platforms[0].settings["token"].reveal() == "1:a-b"
    channel = found.channels[0]
    assert (channel.destination.address, channel.destination.thread, channel.silent) == ("@lab_5", 5, True)
    assert channel.schedule.remind_at == time(12, 30)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///callboard.db", "sqlite:///{folder}/callboard.db"),
        ("sqlite:///data/my board.db", "sqlite:///{folder}/data/my board.db"),
        ("sqlite:////var/lib/callboard.db", "sqlite:////var/lib/callboard.db"),
        ("postgresql://user@host/name", "postgresql://user@host/name"),
        ("postgresql+asyncpg://user:p%40ss@host:5432/name", "postgresql+asyncpg://user:p%40ss@host:5432/name"),
        ("postgres://user@host/name?sslmode=require", "postgresql://user@host/name?sslmode=require"),
        ("postgresql://user:${HIDDEN}@host/name", f"postgresql://user:{TOKEN}@host/name"),
    ],
)
def test_a_database_is_a_file_beside_the_config_or_a_server(config, tmp_path, written, meant):
    assert config(f"database: {written}").database == meant.format(folder=tmp_path)


WRONG = {
    "registry: nowhere": "1: registry: there is no folder {folder}/nowhere; make it or name another",
    f"registry: {'long' * 70}": f"1: registry: there is no folder {{folder}}/{'long' * 70}; make it or name another",
    "language: en\nregistry: config.yaml": (
        "2: registry: there is no folder {folder}/config.yaml; make it or name another"
    ),
    "databse: x": '1: "databse" is no key I know; did you mean "database"?',
    "xyz: x": '1: "xyz" is no key I know; delete it',
    "language: fr": '1: language: "fr" is no language that I speak; write en or de',
    "language: NO": '1: language: "NO" is no language that I speak; write en or de',
    "timezone: Berlin": '1: timezone: "Berlin" is no time zone; did you mean "Europe/Berlin"?',
    **{
        f"settle: {written}": f'1: settle: "{written}" is no span of time; write seconds, minutes or hours, at most a '
        "day, such as 60s, 2m or 1h"
        for written in ("soon", "1.5m", "-1s", "2d", "25h", "60 s")
    },
    "language: en\nlanguage: de": "2: language: stands twice; keep this or line 1",
    "remind_at: 12:30": '1: remind_at: "12:30" is no time of day; write "12:30" in quotes',
    "remind_at: 9:00": '1: remind_at: "9:00" is no time of day; write HH:MM in quotes, such as "09:00"',
    "remind_at: '24:00'": '1: remind_at: "24:00" is no time of day; write HH:MM in quotes, such as "09:00"',
    "remind_at: '0٩:00'": '1: remind_at: "0٩:00" is no time of day; write HH:MM in quotes, such as "09:00"',
    "remind_at: noon": '1: remind_at: "noon" is no time of day; write HH:MM in quotes, such as "09:00"',
    "reminders: 7d": "1: reminders: is no list; write [7d]",
    "reminders: [7d, 2w]": '1: reminders: "2w" is no lead time; write days or hours, such as 7d or 36h',
    "reminders: [7]": '1: reminders: "7" is no lead time; write days or hours, such as 7d or 36h',
    "reminders: [-1d]": '1: reminders: "-1d" is no lead time; write days or hours, such as 7d or 36h',
    "when_empty:": "1: when_empty: is empty; give a value (in quotes if it begins with #) or delete the line",
    "database: mysql://me@host/x": (
        "1: database: is no database; write sqlite:///callboard.db or postgresql://user@host/name"
    ),
    "database: callboard.db": "1: database: is no database; write sqlite:///callboard.db or postgresql://user@host/name",
    "registry: ${UNSET}": "1: registry: UNSET is not set in the environment",
    "registry: ${UNSET}${EMPTY}": "1: registry: UNSET, EMPTY is not set in the environment",
    "registry: ${UNSET:-postings}": (
        '1: registry: holds "${{" without a name and "}}" after it; write ${{NAME}}, or ${{file:PATH}}'
    ),
    "platforms:\n  telegrm: {}": (
        '2: platforms: "telegrm" is no platform; did you mean "telegram"? '
        "A name of your own needs a kind: console, web, slack or telegram"
    ),
    "platforms:\n  irc: {}": (
        '2: platforms: "irc" is no platform; a name of your own needs a kind: console, web, slack or telegram'
    ),
    "platforms:\n  ours: {kind: telegrm}": (
        '2: platforms.ours.kind: "telegrm" is no kind of platform; did you mean "telegram"?'
    ),
    "platforms:\n  slack: {kind: telegram}": (
        "2: platforms.slack.kind: is telegram, but the name says slack; give it another name"
    ),
    "platforms:\n  a b: {kind: telegram}": '2: platforms: "a b" is no name; write letters, digits and hyphens',
    "platforms:\n  17: {kind: telegram}": '2: platforms: YAML takes 17 for the number 17; write "17" in quotes',
    "platforms:\n  ours: {kind: telegram, tokn: x}": (
        '2: "platforms.ours.tokn" is no key I know; did you mean "token"?'
    ),
    "platforms:\n  telegram: {token: 1:a}\n  physics: {kind: telegram, token: 1:a}": (
        "3: platforms.physics.token: is that of platforms.telegram, too; "
        "give each a bot of its own, or delete one of them"
    ),
    "platforms:\n  slack: {bot_token: xoxb-a, app_token: xapp-c}\n  ours:\n    kind: slack\n    app_token: xapp-c": (
        "5: platforms.ours.app_token: is that of platforms.slack, too; "
        "give each a bot of its own, or delete one of them"
    ),
    "announce_closing: perhaps": '1: announce_closing: "perhaps" is neither true nor false; write one of them',
    "announce: [opened, deadline-moved]": (
        '1: announce: "deadline-moved" is not one of opened, moved, closed, reminders; did you mean "moved"?'
    ),
    "announce: [reminder]": (
        '1: announce: "reminder" is not one of opened, moved, closed, reminders; did you mean "reminders"?'
    ),
    "announce: true": '1: announce: "true" is not one of opened, moved, closed, reminders',
    "quiet: at night": '1: quiet: "at night" are no quiet hours; write them as 22:00-08:00; or off',
    "quiet: 08:00-08:00": (
        '1: quiet: "08:00-08:00" begin and end at the same time; write them as 22:00-08:00; or off'
    ),
    "digest: weekly": (
        '1: digest: "weekly" is no time for digests; write daily 09:00, or weekly mon 09:00; or off'
    ),
    "working_days: mon-fri": '1: working_days: "mon-fri" is neither true nor false; write one of them',
    "mention: '@channel'": '1: mention: "@channel" is not one of here; write here',
    "pin: newest": '1: pin: "newest" is neither true nor false; write one of them',
    "locked: admins": '1: locked: "admins" is neither true nor false; write one of them',
    "in_doubt: dorp": '1: in_doubt: "dorp" is not one of resend, drop; did you mean "drop"?',
    "in_doubt: [drop]": "1: in_doubt: must be keys with values; write lines such as key: value",
    "in_doubt: {reminders: drop}": '1: "in_doubt.reminders" is no key I know; did you mean "reminder"?',
    "in_doubt:\n  closed: no": '2: in_doubt.closed: "no" is not one of resend, drop',
    "platforms:\n  console:": "2: platforms.console: is empty; write keys and values below it, or {{}}",
    "platforms:\n  console: {}\n  console: {}": "3: platforms.console: stands twice; keep one of them",
    "platforms: console": "1: platforms: must be keys with values; write lines such as key: value",
    "platforms:\n  telegram:\n    tokn: x": '3: "platforms.telegram.tokn" is no key I know; did you mean "token"?',
    "platforms:\n  telegram: {token:x}": '2: "platforms.telegram.token:" needs a space after the colon',
    "platforms:\n  telegram:\n    token:": (
        "3: platforms.telegram.token: is empty; give a value (in quotes if it begins with #) or delete the line"
    ),
    "platforms:\n  telegram:\n    token: a b": (
        "3: platforms.telegram.token: is no token, for it holds spaces or odd characters; copy it again"
    ),
    "platforms:\n  slack:\n    token: x": (
        '3: "platforms.slack.token" is no key I know; '
        "known are bot_token, app_token, signing_secret, mode, listen, api_url, kind"
    ),
    "platforms:\n  slack:\n    mode: sockt": (
        '3: platforms.slack.mode: "sockt" is not one of socket, http; did you mean "socket"?'
    ),
    "platforms:\n  slack:\n    listen: 127.0.0.1:99999": (
        '3: platforms.slack.listen: "127.0.0.1:99999" is no address to listen on; write 127.0.0.1:3000'
    ),
    "platforms:\n  slack:\n    api_url: slack.com": (
        '3: platforms.slack.api_url: "slack.com" is no web address; write https://…'
    ),
    "channels: lab": "1: channels: is no list; write [lab]",
    "channels: [lab]": "1: channels: must be keys with values; write lines such as key: value",
    "channels:\n- platform: console": "2: channels.name: is missing; add it",
    "channels:\n- name: a": "2: channels.platform: is missing; add it",
    "channels:\n- name: a\n  platform: telegrm": (
        '3: channels: platform: "telegrm" is no platform; did you mean "telegram"?'
    ),
    "channels:\n- name: a b\n  platform: console": (
        '2: channels.name: "a b" is no name; write letters, digits and hyphens'
    ),
    "channels:\n- name: 17\n  platform: console": (
        '2: channels.name: YAML takes 17 for the number 17; write "17" in quotes'
    ),
    "channels:\n- name: a\n  platform: console\n- name: a\n  platform: console": (
        '4: channels: name: "a" stands twice; give each its own, for the ledger knows them by it'
    ),
    "channels:\n- name: a\n  platform: console\n  thread: 17": (
        "4: channels: thread: only Telegram has forum topics; delete the line"
    ),
    "channels:\n- name: a\n  platform: console\n  thread: 0": (
        "4: channels.thread: 0 is no whole number from 1 to 2147483647"
    ),
    "channels:\n- name: a\n  platform: console\n  silent: maybe": (
        '4: channels.silent: "maybe" is neither true nor false; write one of them'
    ),
    "channels:\n- name: a\n  platform: console\n  remind_at: 12:30": (
        '4: channels.remind_at: "12:30" is no time of day; write "12:30" in quotes'
    ),
    "channels:\n- name: a\n  platform: console\n  address: a b": (
        '4: channels.address: "a b" is no address; write it without spaces'
    ),
    "": "1: is empty; write lines such as key: value",
    "- a": "1: must be keys with values; write lines such as key: value",
    "a": "1: must be keys with values; write lines such as key: value",
    "language: en\n\tregistry: x": "2: a tab stands where spaces are needed; indent with spaces",
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=[text[:50] for text in WRONG])
def test_a_wrong_line_is_named_with_what_to_write_instead(problems, tmp_path, text, message):
    assert problems(text) == [f"config.yaml:{message.format(folder=tmp_path)}"]


def channel(settings, platforms="{telegram: {token: '1:a'}, slack: {bot_token: xoxb-1}}"):
    return f"platforms: {platforms}\nchannels:\n- name: a\n  " + settings.replace("; ", "\n  ")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("platform: telegram", '3: channels: address: is missing in "a"; say where it is on telegram'),
        ("platform: slack", '3: channels: address: is missing in "a"; say where it is on slack'),
        (
            "platform: slack; address: C1; thread: 5",
            "6: channels: thread: only Telegram has forum topics; delete the line",
        ),
        (
            "platform: telegram; address: lab_jobs",
            '5: channels: address: is no Telegram address; write "@name" or a numeric chat id',
        ),
        ("platform: telegram; address: @lab", '5: a value cannot begin with @; write "@…" in quotes'),
        (
            "platform: slack; address: #jobs",
            "5: channels.address: is empty; give a value (in quotes if it begins with #) or delete the line",
        ),
        ("platform: telegram; address: ${UNSET}", "5: channels.address: UNSET is not set in the environment"),
    ],
)
def test_a_channel_that_does_not_fit_its_platform(problems, settings, message):
    assert problems(channel(settings)) == [f"config.yaml:{message}"]


@pytest.mark.parametrize(
    ("platforms", "message"),
    [
        (
            "{}",
            "4: platforms.telegram.token: is missing; write token: ${NAME_OF_A_VARIABLE}; a channel needs it",
        ),
        (
            "\n  telegram:\n    api_url: http://x",
            "3: platforms.telegram.token: is missing; write token: ${NAME_OF_A_VARIABLE}; a channel needs it",
        ),
        (
            "\n  telegram:\n    token: ${UNSET}",
            "3: platforms.telegram.token: UNSET is not set in the environment; a channel needs it",
        ),
        (
            "\n  telegram:\n    token: ${HIDDEN}:${EMPTY}",
            "3: platforms.telegram.token: EMPTY is not set in the environment; a channel needs it",
        ),
    ],
)
def test_a_channel_whose_platform_has_no_token_names_the_line_the_key_and_the_variable(problems, platforms, message):
    assert problems(channel("platform: telegram; address: 1", platforms)) == [f"config.yaml:{message}"]


def test_a_missing_token_is_not_blamed_on_a_platform_that_is_wrong_otherwise(problems):
    text = channel("platform: telegram; address: 1", "{telegram: {token: '${HIDDEN}', api_url: x}}")
    (problem,) = problems(text)
    assert "api_url" in problem


def test_all_that_is_wrong_is_told_at_once_in_order_of_lines(problems):
    above_channels = "language: fr\nregistry: nowhere\nplatforms: {irc: {}, slack: {mode: x}}\n"
    text = f"{above_channels}channels:\n- name: a\n- name: b\n  x: 1\n"
    lines = [int(problem.split(":")[1]) for problem in problems(text)]
    assert lines == [1, 2, 3, 3, 5, 6, 7]


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(InvalidError, match="cannot be read: No such file or directory"):
        read(tmp_path / "config.yaml")
    with pytest.raises(InvalidError, match="cannot be read: Is a directory"):
        read(tmp_path)


# --- Secrets


def test_a_secret_shows_itself_only_when_asked():
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == TOKEN


@pytest.mark.usefixtures("tokens")
def test_no_secret_is_in_the_configs_repr(config):
    found = config(FULL.replace("sqlite:///data.db", "postgresql://user:hunter2@host/name"))
    assert "hunter2" in found.database
    for text in (repr(found), str(found), repr(found.platforms)):
        assert not [secret for secret in (TOKEN, "xoxb-1", "xapp-1", "hunter2") if secret in text]


@pytest.mark.parametrize(
    "line",
    [
        "database: mysql://user:{}@host/x",
        "database: '{}'",
        "database: postgresql://user:{} x@host/x",
        "database: ['{}']",
        "platforms: {{telegram: {{token: '{} x'}}}}",
        "platforms: {{telegram: {{token: ['{}']}}}}",
        "platforms: {{telegram: {{token:{}}}}}",
        "platforms: {{telegram: token:{}}}",
        "platforms:\n  telegram:\n    token: *{}",
        "platforms:\n  telegram:\n    token: &{}",
        "platforms:\n  telegram:\n    token: !{} x",
        "platforms:\n  telegram:\n    token: @{}",
        "platforms:\n  telegram:\n    token: '{}",
        "platforms:\n  telegram:\n    token:{}\n    api_url: x",
        'platforms:\n  telegram:\n    token: "{}\\q"',
        "platforms:\n  telegram:\n    token: '{}'\n    token: '{}'",
    ],
)  # fmt: skip
def test_a_secret_in_a_line_that_is_wrong_is_not_shown(problems, line):
    for secret in (TOKEN, "hunter2"):
        assert not [problem for problem in problems(line.format(secret, secret)) if secret in problem]


@pytest.mark.parametrize(
    "line",
    ["database", "timezone", "language", "remind_at", "when_empty", "reminders", "channels", "platforms"]
    + [f"channels:\n- name: a\n  platform: slack\n  {key}" for key in ("address", "thread", "filter", "silent")]
    + [f"platforms:\n  slack:\n    {key}" for key in ("mode", "listen", "api_url")],
)
def test_a_secret_in_a_variable_is_not_shown_wherever_it_was_put(config, monkeypatch, line):
    for secret in (TOKEN, "\x07" + TOKEN, f"sp ace {TOKEN}"):
        monkeypatch.setenv("HIDDEN", secret)
        found = errors_of(config, f"{line}: ${{HIDDEN}}")
        assert not [said for _, said in found if TOKEN in said]


def test_what_a_variable_must_look_like_is_said_by_its_name(problems):
    assert problems("platforms: {slack: {api_url: '${HIDDEN}'}}") == [
        'config.yaml:1: platforms.slack.api_url: "${HIDDEN}" is no web address; write https://…'
    ]


WORDS = """registry: | database: | platforms: | telegram: | slack: | token: | channels: | name: | address: | reminders:
    | - | { | } | [ | ] | , | ' | " | # | & | * | ! | @ | ${ | ${A} | 12:30 | 7d | console | a | sqlite:/// | x
    | postgresql:// | : | > | % | ? | \\ | --- | ~""".split(" | ")
pieces = st.sampled_from([*WORDS, "\n", "\n  ", "\n    ", "\n- ", "\t", " ", "|", "é", "\x07"])
any_text = st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(max_size=60))
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def errors_of(config, text):
    try:
        config(text)
    except InvalidError as error:
        return error.faults
    return ()


@quick
@given(text=any_text)
def test_no_text_does_more_than_make_problems(config, text):
    for line, said in errors_of(config, text):
        assert line >= 1
        assert said
        assert "\n" not in said


openings = st.sampled_from(
    ["", "'", '"', "[", "*", "&", "!", "|", " ", "${", "x ", "{a: ", "- ", "%", "@", ">\n      "]
)


@quick
@given(before=openings, after=any_text)
def test_what_stands_in_a_tokens_place_is_in_no_error(config, before, after):
    secret = "s3cr3t-t0k3n"
    found = errors_of(config, f"platforms:\n  telegram:\n    token: {before}{secret}{after}")
    assert not [said for _, said in found if secret in said]


def test_what_a_channel_says_when_nothing_is_open_can_be_its_own(tmp_path):
    (tmp_path / "postings").mkdir()
    path = tmp_path / "config.yaml"
    path.write_text(
        "when_empty: Nothing\nchannels:\n"
        "  - {name: one, platform: console, when_empty: Nichts}\n  - {name: two, platform: console}\n"
    )
    assert [channel.when_empty for channel in read(path).channels] == ["Nichts", "Nothing"]


# --- Several of one kind


SEVERAL = """\
platforms:
  telegram: {token: '1:a'}
  telegram-physics: {kind: telegram, token: '2:b', api_url: http://x}
  lab-slack: {kind: slack, bot_token: xoxb-1}
  screen: {kind: console}
  idle: {kind: telegram, token: '${UNSET}'}
channels:
- {name: a, platform: telegram-physics, address: '@physics', thread: 3}
- {name: b, platform: lab-slack, address: '#jobs'}
- {name: c, platform: screen}
"""


def test_a_platform_has_a_name_of_its_own_beside_its_kind(config):
    found = config(SEVERAL)
    assert [(platform.name, platform.kind) for platform in found.platforms] == [
        ("telegram", "telegram"),
        ("telegram-physics", "telegram"),
        ("lab-slack", "slack"),
        ("screen", "console"),
    ]
    assert [channel.destination.platform for channel in found.channels] == ["telegram-physics", "lab-slack", "screen"]
    assert "kind" not in found.platforms[1].settings
    assert found.secrets == {"1:a", "2:b", "xoxb-1"}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("'@physics'", "physics", '8: channels: address: is no Telegram address; write "@name" or a numeric chat id'),
        (
            "address: '#jobs'",
            "thread: 3",
            '9: channels: address: is missing in "b"; say where it is on lab-slack',
        ),
        ("'2:b'", "'${UNSET}'", "3: platforms.telegram-physics.token: UNSET is not set in the environment; "),
        ("platform: screen", "platform: scren", '10: channels: platform: "scren" is no platform; did you mean "scr'),
        ("{kind: slack,", "{", '4: platforms: "lab-slack" is no platform; a name of your own'),
    ],
)
def test_a_channel_is_held_to_the_kind_of_its_platform(problems, before, after, message):
    found = problems(SEVERAL.replace(before, after))
    assert found[0].startswith(f"config.yaml:{message}")
    assert len(found) == 1 + (after == "thread: 3")


def test_two_configs_that_say_the_same_are_equal(config):
    assert config(SEVERAL) == config("# the same\n" + SEVERAL)
    assert config(SEVERAL) != config(SEVERAL.replace("2:b", "3:b"))


# --- What is said beside announcements and reminders, and what is dropped


def test_whether_closing_is_said_is_for_all_channels_or_for_one(config):
    text = "channels:\n- {name: a, platform: console}\n- {name: b, platform: console, announce_closing: %s}\n"
    assert [one.announce_closing for one in config(text % "true").channels] == [False, True]
    text = "announce_closing: true\n" + text
    assert [one.announce_closing for one in config(text % "false").channels] == [True, False]


TWO_CHANNELS = "channels:\n- {name: a, platform: console}\n- {name: b, platform: console%s}\n"


@pytest.mark.parametrize(
    ("above", "own", "of_both"),
    [
        ("", "", ("opened moved reminders", "opened moved reminders")),
        ("", ", announce: [moved, closed]", ("opened moved reminders", "moved closed")),
        ("", ", announce: opened", ("opened moved reminders", "opened")),
        ("", ", announce: []", ("opened moved reminders", "")),
        ("announce: [closed]\n", "", ("closed", "closed")),
        ("announce: [closed]\n", ", announce: [opened]", ("closed", "opened")),
        ("announce: [closed]\n", ", announce_closing: false", ("closed", "")),
        ("announce: [opened]\n", ", announce_closing: true", ("opened", "opened closed")),
        ("announce_closing: true\n", "", ("opened moved closed reminders", "opened moved closed reminders")),
        ("announce_closing: true\n", ", announce: [opened]", ("opened moved closed reminders", "opened")),
        ("", ", announce: [opened], announce_closing: true", ("opened moved reminders", "opened")),
        ("", ", announce: true", ("opened moved reminders", "opened moved reminders")),
    ],
)
def test_what_goes_out_by_itself_is_listed_for_all_or_for_one_channel(config, above, own, of_both):
    channels = config(above + TWO_CHANNELS % own).channels
    assert tuple(one.schedule.announce for one in channels) == tuple(frozenset(kinds.split()) for kinds in of_both)


def test_quiet_hours_digests_and_working_days_hold_for_all_or_for_one_channel(config):
    text = "quiet: 22:00-08:00\ndigest: weekly mon 09:00\nworking_days: true\nlocked: true\n"
    own = ", quiet: off, digest: daily 7:30, working_days: false, locked: false"
    first, second = config(text + TWO_CHANNELS % own).channels
    night, monday = QuietHours(time(22), time(8)), DigestTimes(time(9), 0)
    assert (first.schedule.quiet, first.schedule.digest, first.schedule.working_days) == (night, monday, "")
    assert (first.locked, second.locked) == (True, False)
    assert (second.schedule.quiet, second.schedule.digest) == (None, DigestTimes(time(7, 30)))
    assert second.schedule.working_days is None


_THREE = """
platforms: {telegram: {token: "1:a"}, slack: {bot_token: xoxb-a, app_token: xapp-a}}
channels:
  - {name: terminal, platform: console}
  - {name: chat, platform: telegram, address: "@lab_jobs"%s}
  - {name: work, platform: slack, address: C0123456789%s}
"""


def test_what_holds_for_all_is_pinned_and_called_where_the_platform_can(config):
    terminal, chat, work = config("pin: true\nmention: here\n" + _THREE % ("", ", pin: false")).channels
    assert [channel.pin for channel in (terminal, chat, work)] == [False, True, False]
    assert [channel.mention for channel in (terminal, chat, work)] == [None, None, Mention.HERE]


def test_who_pins_and_has_no_digest_is_told_so(config):
    assert [note.text for note in config(_THREE % (", pin: true", "")).notes] == [
        "channels: chat: pin: only digests are pinned, and the channel has none; write digest: weekly mon 09:00"
    ]
    assert config("digest: daily 09:00\n" + _THREE % (", pin: true", "")).notes == ()


def test_a_channel_that_cannot_call_anybody_or_pin_is_a_problem_with_its_line(config):
    with pytest.raises(InvalidError) as caught:
        config("channels:\n  - name: a\n    platform: console\n    pin: true\n    mention: here\n")
    assert [str(problem) for problem in caught.value.problems("c")] == [
        "c:4: channels: pin: only Slack and Telegram can pin messages; delete the line",
        "c:5: channels: mention: only Slack can call who is there; delete the line",
    ]
    with pytest.raises(InvalidError, match="channels: mention: only Slack can call who is there"):
        config(_THREE % (", mention: here", ""))


def test_holidays_are_those_of_a_country_or_a_part_of_it(config, problems):
    pytest.importorskip("holidays")
    text = "working_days: true\nholidays: DE-BY\n" + TWO_CHANNELS % ", holidays: none"
    assert [one.schedule.working_days for one in config(text).channels] == ["DE-BY", ""]
    assert config("working_days: true\nholidays: NO\n").schedule.working_days == "NO"  # Norway, and no flag
    [problem] = problems("holidays: Germany")
    text = "is no country whose holidays I know; write its code, such as DE, or DE-BY for a part of it"
    assert problem == f'config.yaml:1: holidays: "Germany" {text}'
    [problem] = problems("language: en\nholidays: DE-XX")
    assert problem.startswith(
        'config.yaml:2: holidays: "DE-XX" is no part of DE whose holidays I know; known are DE-BB'
    )


def test_without_the_library_of_holidays_it_says_how_to_get_it(problems, monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert problems("holidays: DE") == [
        'config.yaml:1: holidays: needs the library holidays; install it with: pip install "callboard[holidays]"'
    ]


def test_what_of_the_times_is_not_heeded_is_noted(config):
    assert [note.text for note in config("announce: [opened]\nannounce_closing: true\n").notes] == [
        "announce_closing: is not heeded beside announce; delete it, and name closed there if it is to be said"
    ]
    assert config("announce: [opened, closed]\nannounce_closing: true\n").notes == ()
    pytest.importorskip("holidays")
    assert config("holidays: DE\n" + TWO_CHANNELS % ", working_days: true").notes == ()
    assert [note.text for note in config("holidays: DE\n" + TWO_CHANNELS % "").notes] == [
        "holidays: counts only with working_days: true; write that as well, or delete the line"
    ]


def test_people_who_have_said_nothing_hear_as_the_config_says_and_of_everything(config):
    defaults = Defaults(config("quiet: 22:00-08:00\nworking_days: true\nannounce: [closed]\n").schedule)
    schedule = defaults.schedule_with(Preferences(timezone="Asia/Tokyo"))
    assert (schedule.quiet, schedule.working_days) == (QuietHours(time(22), time(8)), "")
    assert (schedule.timezone, schedule.announce) == ("Asia/Tokyo", EVERYTHING_ANNOUNCED)


def test_of_quiet_hours_nothing_is_changed_where_nobody_speaks_of_them(config):
    [channel] = config("channels: [{name: a, platform: console}]").channels
    schedule = channel.schedule
    assert (schedule.quiet, schedule.digest, schedule.working_days) == (None, None, None)
    assert (channel.pin, channel.mention, channel.locked) == (False, None, False)


EVERY_KIND = {"announcement", "reminder", "deadline-moved", "reopened", "closed", "digest"}


@pytest.mark.parametrize(
    ("above", "own", "dropped"),
    [
        ("", "", set()),
        ("in_doubt: drop\n", "", EVERY_KIND),
        ("in_doubt: drop\n", ", in_doubt: resend", set()),
        ("", ", in_doubt: drop", EVERY_KIND),
        ("in_doubt: {reminder: drop, closed: drop}\n", "", {"reminder", "closed"}),
        ("in_doubt: {reminder: drop, closed: drop}\n", ", in_doubt: {closed: resend}", {"reminder"}),
        ("in_doubt: drop\n", ", in_doubt: {announcement: resend}", EVERY_KIND - {"announcement"}),
    ],
)
def test_what_is_dropped_in_doubt_is_for_all_notices_or_by_kind(config, above, own, dropped):
    (channel,) = config(f"{above}channels: [{{name: a, platform: console{own}}}]\n").channels
    assert channel.drop_in_doubt == dropped
    assert hash(channel)


# ---------------------------------------------------------------------------- what is reached by HTTP

WEBHOOK = """
platforms:
  telegram:
    token: ${TELEGRAM_BOT_TOKEN}
    webhook:
      url: https://lab.example/telegram/lab
      secret: ${HOOK}
"""


def test_without_web_nothing_is_served(config):
    assert config("{}").web is None


@pytest.mark.parametrize(
    ("text", "web"),
    [
        ("web: {}", Web("127.0.0.1:8080")),
        (
            "web: {listen: '[::1]:9000', base_url: 'https://lab.example/jobs', title: Join us}",
            Web("[::1]:9000", "https://lab.example/jobs", "Join us"),
        ),
        ("web: {health: '127.0.0.1:9090', metrics: false}", Web(health="127.0.0.1:9090", metrics=False)),
    ],
)
def test_the_board_health_and_metrics(config, text, web):
    assert config(text).web == web


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("platforms: {web: {}}", "127.0.0.1:8080"),
        ("platforms: {web: {}}\nweb: {}", "127.0.0.1:8080"),
        ("platforms: {web: {}}\nweb: {listen: 127.0.0.1:9000}", "127.0.0.1:9000"),
        ("platforms: {web: {}}\nweb: {listen: '[::1]:9000', base_url: https://lab.example}", "[::1]:9000"),
        ("web: {listen: localhost:9000}\nchannels: [{name: here, platform: web}]", "localhost:9000"),
        ("platforms: {here: {kind: web}}\nweb: {listen: 127.0.0.1:9000}", "127.0.0.1:9000"),
        ("platforms: {web: {listen: 127.0.0.1:7000}}\nweb: {listen: 127.0.0.1:9000}", "127.0.0.1:7000"),
        ("platforms: {web: {}}\nweb: {listen: 0.0.0.0:9000}", "127.0.0.1:8080"),
        ("platforms: {web: {}}\nweb: {listen: 10.1.2.3:80}", "127.0.0.1:8080"),
    ],
)
def test_a_chat_in_the_browser_is_where_the_board_is_if_that_is_for_this_machine_alone(config, text, listen):
    [chat] = [platform for platform in config(text).platforms if platform.kind == "web"]
    assert chat.settings["listen"] == listen


@pytest.mark.usefixtures("tokens")
def test_a_webhook_with_its_secret(config, monkeypatch):
    monkeypatch.setenv("HOOK", "s3cret_-S3CRET")
    found = config(WEBHOOK)
    (telegram,) = found.platforms
    webhook = {"url": "https://lab.example/telegram/lab", "secret": Secret("s3cret_-S3CRET")}
    assert telegram.settings["webhook"] == webhook
    assert "s3cret_-S3CRET" in found.secrets
    assert "s3cret_-S3CRET" not in repr(found)


def test_a_webhook_of_a_bot_that_is_left_out_needs_no_secret(config):
    assert config(WEBHOOK).platforms == ()


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (WEBHOOK, 7, "platforms.telegram.webhook.secret: HOOK is not set in the environment"),
        (WEBHOOK.replace("      secret: ${HOOK}\n", ""), 6, "platforms.telegram.webhook.secret: is missing; add it"),
        (WEBHOOK.replace("${HOOK}", "s3cret s3cret"), 7, "is no secret for a webhook; write up to 256 letters, digits"),
        (WEBHOOK.replace("${HOOK}", "s" * 257), 7, "is no secret for a webhook"),
        (WEBHOOK.replace("https://lab", "lab"), 6, "is no address for a webhook; write https://host/path"),
        (WEBHOOK.replace("/telegram/lab", "/a?b=c"), 6, "is no address for a webhook"),
        (WEBHOOK.replace("https://", "https://user:s3cret@"), 6, "is no address for a webhook"),
        ("web: {listen: 8080}", 1, "web.listen: "),
        ("web: {metric: true}", 1, '"web.metric" is no key I know; did you mean "metrics"?'),
    ],
)
def test_what_is_wrong_with_it_is_said(problems, text, line, said):
    found = [problem for problem in problems(text) if said in problem]
    assert found
    assert found[0].startswith(f"config.yaml:{line}: ")
    assert "s3cret" not in found[0]


def test_two_parts_cannot_have_one_path(config, problems):
    tokens = WEBHOOK.replace("${TELEGRAM_BOT_TOKEN}", "1:x").replace("${HOOK}", "x")
    hooked = tokens.replace("/telegram/lab", "{}") + "      listen: {}\n"
    slack = "  slack: {{bot_token: xoxb-1, signing_secret: s, mode: http, listen: {}}}\n"
    both = hooked + slack
    assert config(both.format("/x", "127.0.0.1:1", "127.0.0.1:1") + "web: {listen: '127.0.0.1:1'}").web
    assert config(both.format("/slack/events", "127.0.0.1:1", "127.0.0.1:2"))
    (found,) = problems(both.format("/slack/events", "127.0.0.1:1", "127.0.0.1:1"))
    assert found.startswith("config.yaml:9: platforms.slack: /slack/events at 127.0.0.1:1 is used by platforms.tele")
    assert problems(hooked.format("/metrics", "127.0.0.1:9090") + "web: {health: '127.0.0.1:9090'}") == [
        "config.yaml:6: platforms.telegram: /metrics at 127.0.0.1:9090 is used by web already; write another url"
    ]


def test_the_databases_password_is_a_secret(config):
    found = config("database: postgresql://user:p%40ss-w0rd@db.example/x").secrets
    assert found == {"p%40ss-w0rd", "p@ss-w0rd"}
    assert config("database: postgresql://user@db.example/x").secrets == frozenset()


def test_platforms_channels_and_their_keys_have_lines(config):
    found = config(
        "platforms:\n"
        "  console: {}\n"
        "channels:\n"
        "- name: a\n"
        "  platform: console\n"
        "- {name: b, platform: console,\n"
        "   filter: phd}\n"
    )
    assert found.lines == {
        "platforms.console": 2,
        "channels.a": 4,
        "channels.a.name": 4,
        "channels.a.platform": 5,
        "channels.b": 6,
        "channels.b.name": 6,
        "channels.b.platform": 6,
        "channels.b.filter": 7,
    }
    assert config("channels: []").lines == {}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("it", '"it" would let everything through'),
        ("us", "write US in capitals"),
        ("new group", '"new group" would let everything through'),
        ("offene Stellen", '"offene stellen" would let everything through'),
        ("phd, it", 'the part "it" would let everything through'),
        ("phd -", '"-" stands by itself'),
        ("phd ohne", 'nothing that could be left out follows "ohne"'),
        ("phd not phd", "nothing could ever match"),
        ("phd closing this week", "days are no filter"),
    ],
)
def test_a_filter_that_filters_nothing_is_a_problem_with_its_line(problems, written, told):
    text = f"channels:\n  - name: a\n    platform: console\n    filter: '{written}'\n"
    (problem,) = problems(text)
    assert problem.startswith("config.yaml:4: channels: filter: ")
    assert told in problem


@pytest.mark.parametrize("written", ["IT", "US", "-phd", "!phd", "not phd", "postdoc ohne Deutsch", "–robotics"])
def test_what_a_filter_leaves_out_is_read(config, written):
    (channel,) = config(f"channels:\n  - name: a\n    platform: console\n    filter: '{written}'\n").channels
    assert channel.filter == parse(written)
    assert not channel.filter.is_all


def test_a_filter_that_is_rarely_meant_is_noted(config):
    found = config(
        "channels:\n  - {name: a, platform: console, filter: phd}\n  - name: b\n    platform: console\n"
        "    filter: not machine learning\n"
    )
    (note,) = found.notes
    assert (note.line, note.text.partition(" alone")[0]) == (5, 'channels: filter: "not" is for "machine"')


@pytest.mark.parametrize(
    ("person", "text"),
    [
        ("telegram:@ada", 'people.editors: "@ada" is nobody\'s id in Telegram; write a number, such as 4711'),
        ("slack:ada", 'people.editors: "ada" is nobody\'s id in Slack; write a member ID, such as U0ADA0001'),
        ("slack:C0123456789", 'people.editors: "C0123456789" is nobody\'s id in Slack; write a member ID'),
    ],
)
def test_a_name_in_place_of_a_persons_id_is_noted(config, person, text):
    found = config(f'people:\n  admins: [slack:U0ADA0001, telegram:4711, slack:W012A3CDE]\n  editors: ["{person}"]\n')
    (note,) = found.notes
    assert note.line == 3
    assert note.text.startswith(text)


def test_a_tilde_is_the_home_folder(config, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "calls").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    found = config("registry: ~/calls\ndatabase: sqlite:///~/callboard.db\n")
    assert (found.registry, found.database) == (home / "calls", f"sqlite:///{home}/callboard.db")
    assert found.database_file == home / "callboard.db"
    assert config("database: sqlite:///a~/b.db").database == f"sqlite:///{tmp_path}/a~/b.db"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("database: sqlite:///~nobody-of-that-name/a.db", "database: begins with ~, and there is no such home folder"),
        ("registry: ~nobody-of-that-name", "registry: begins with ~, and there is no such home folder"),
        ("database: sqlite:///$HOME/a.db", "database: holds a variable as a shell writes it; write ${NAME}, or"),
        ("registry: $PWD/postings", "registry: holds a variable as a shell writes it; write ${NAME}, or"),
    ],
)
def test_what_only_a_shell_fills_in_is_a_problem(problems, text, message):
    [found] = problems(text)
    assert found.startswith(f"config.yaml:1: {message}")


SECRET = "1-2-aBcDeFgHiJkLmNoPqRsTuVwX"  # of no bot
BOTS = f"123456789:{SECRET}"
TOKENS = {
    f"telegram: {{token: {SECRET}}}": "telegram.token: is no token of a bot; copy it again from BotFather",
    f"telegram: {{token: bot{BOTS}}}": "telegram.token: is no token of a bot; copy it again from BotFather",
    f"telegram: {{token: xoxb-{SECRET}}}": (
        "telegram.token: is a bot token of Slack (xoxb-…), which belongs under bot_token"
    ),
    f"slack: {{bot_token: {SECRET}}}": "slack.bot_token: is no bot token; copy the Bot User OAuth Token",
    f"slack: {{bot_token: xoxp-{SECRET}}}": "slack.bot_token: is no bot token; copy the Bot User OAuth Token",
    f"slack: {{bot_token: xapp-{SECRET}}}": (
        "slack.bot_token: is an app-level token of Slack (xapp-…), which belongs under app_token"
    ),
    f"slack: {{bot_token: '{BOTS}'}}": "slack.bot_token: is a bot's token of Telegram, which belongs under token",
    f"slack: {{app_token: xoxb-{SECRET}}}": (
        "slack.app_token: is a bot token of Slack (xoxb-…), which belongs under bot_token"
    ),
    f"slack: {{app_token: {SECRET}}}": "slack.app_token: is no app-level token; make one that begins with xapp-",
    f"slack: {{signing_secret: xapp-{SECRET}}}": (
        "slack.signing_secret: is an app-level token of Slack (xapp-…), which belongs under app_token"
    ),
    f"slack: {{bot_token: xoxb-{SECRET * 50}}}": "slack.bot_token: is no token, for it holds spaces or odd characters",
}


@pytest.mark.parametrize("section", TOKENS)
@pytest.mark.parametrize("by", ["value", "variable"])
def test_a_token_of_another_place_or_shape_is_a_problem_and_not_shown(problems, monkeypatch, section, by):
    if by == "variable":
        kind, key, value = re.fullmatch(r"(\w+): {(\w+): '?(.+?)'?}", section).groups()
        monkeypatch.setenv("ONE", value)
        text = f"platforms:\n  {kind}: {{{key}: '${{ONE}}'}}"
    else:
        text = f"platforms:\n  {section}"
    [found] = problems(text)
    assert found.startswith(f"config.yaml:2: platforms.{TOKENS[section]}")
    assert SECRET[4:] not in found


@pytest.mark.parametrize(
    "section",
    [
        f"telegram: {{token: '{BOTS}'}}",
        "telegram: {token: '1:A'}",
        f"slack: {{bot_token: xoxb-{SECRET}, app_token: xapp-{SECRET}, signing_secret: 8f742231b10e8888yyyzzz85a5}}",
        f"slack: {{bot_token: xoxe.xoxb-{SECRET}}}",
    ],
)
def test_a_token_of_the_right_shape_is_none(config, section):
    assert len(config(f"platforms:\n  {section}").platforms) == 1


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize(
    ("url", "is_noted"),
    [
        ("http://bots.lab.example:8081", True),
        ("http://10.1.2.3", True),
        ("http://localhost.lab.example/", True),
        ("http://0.0.0.0:8081", True),
        ("https://bots.lab.example:8081", False),
        ("http://127.0.0.1:8081", False),
        ("http://localhost:8081/api/", False),
        ("http://[::1]:8081", False),
    ],
)
@pytest.mark.parametrize("kind", ["telegram", "slack"])
def test_a_token_that_others_may_read_on_its_way_is_noted(config, url, is_noted, kind):
    token = {"telegram": "token: '123456:ABC-def'", "slack": "bot_token: xoxb-1, app_token: xapp-1"}[kind]
    read = config(f"platforms:\n  {kind}: {{{token}, api_url: '{url}'}}")
    notes = [(note.line, note.text) for note in read.notes if "api_url" in note.text]
    told = f"platforms.{kind}.api_url: is http:// to another machine: whoever is on the way can read the token"
    assert [(line, text.startswith(told)) for line, text in notes] == ([(2, True)] if is_noted else [])


_OF_ONE = "channels:\n- {name: a, platform: console, filter: 'KI -cogsci'}\n"


def test_a_lab_adds_other_names_of_its_own(config):
    found = config("synonyms:\n  ki: [AI, 'künstliche Intelligenz']\n  cogsci: cognitive science\n" + _OF_ONE)
    assert found.synonyms == (
        (("ki",), ("ai",), ("kunstliche", "intelligenz")),
        (("cogsci",), ("cognitive", "science")),
    )
    wanted = found.channels[0].filter
    assert wanted.either == (found.synonyms[0],)
    assert [part.terms for part in wanted.without] == [("cogsci",), ("cognitive", "science")]
    assert config("synonyms: {}\n").synonyms == ()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("ki: [ki]", '2: synonyms.ki: "ki" stands for itself'),
        ("ki: [ai, AI]", '2: synonyms.ki: "AI" stands for itself, or stands twice'),
        ("ki: [ai]\n  ai: [ki]", '3: synonyms.ai: "ai" stands under ki already'),
        ("ki: [ai]\n  nlp: [ai]", '3: synonyms.nlp: "ai" stands under ki already'),
        ("ki: []", "2: synonyms.ki: is an empty list"),
        ("ki: {a: b}", "2: synonyms.ki: "),
        ("ki: [[ai]]", "2: synonyms.ki: "),
        ("owl: [doctoral student]", '2: synonyms.owl: "doctoral student" is no word to look for, but a role'),
        ("the: [owl]", '2: synonyms.the: "the" is no word to look for'),
        ("owl: [a1 b1 c1 d1 e1 f1]", '2: synonyms.owl: "a1 b1 c1 d1 e1 f1" is long'),
        ("ki: [" + ", ".join(f"w{n}" for n in range(21)) + "]", "2: synonyms.ki: lists 21"),
        ("\n  ".join(f"x{n}: [y{n}]" for n in range(201)), "2: synonyms: are 201; write at most 200"),
    ],
)
def test_other_names_that_do_not_hold_up_are_problems_with_their_line(problems, written, told):
    found = problems(f"synonyms:\n  {written}\n")
    assert found[0].startswith(f"config.yaml:{told}")


def test_other_names_are_a_section(problems):
    assert problems("synonyms: [ki, ai]\n")


def test_other_names_that_change_are_a_config_that_says_something_else(config):
    assert config("synonyms: {ki: [ai]}\n") != config("synonyms: {ki: [ml]}\n")


def test_there_may_be_very_many_channels(config):
    lines = "".join(f"  - {{name: c{number}, platform: console}}\n" for number in range(2000))
    assert len(config("channels:\n" + lines).channels) == 2000


# --- People, and postings from chat

PEOPLE = """
people:
  admins: [slack:U0ADA0001, telegram:4711]
  editors: console:bob
  same: [[slack:U0ADA0001, telegram:4711]]
submissions:
  from: members
  review: lab
  git: true
  defaults: {organization: Example University, languages: English, fte: 65}
channels:
  - {name: lab, platform: console}
  - {name: all, platform: console}
"""
ADA, ADA_TOO, BOB = (Person.parse(text) for text in ("slack:U0ADA0001", "telegram:4711", "console:bob"))


def test_people_and_what_is_taken_from_them(config):
    read_config = config(PEOPLE)
    assert read_config.people == People(frozenset({ADA, ADA_TOO}), frozenset({BOB}), (frozenset({ADA, ADA_TOO}),))
    assert read_config.submissions.from_ is TakenFrom.MEMBERS
    assert read_config.submissions.review.name == "lab"
    assert (read_config.submissions.git, read_config.submissions.push) == (True, False)
    defaults = {"organization": "Example University", "languages": ["English"], "fte": 65}
    assert read_config.submissions.defaults == defaults


def test_without_them_nobody_may_anything(config):
    read_config = config("language: en\n")
    assert read_config.people == People()
    assert read_config.submissions.from_ is TakenFrom.NOBODY
    assert read_config.submissions.review is None


@pytest.mark.parametrize(
    ("more", "announces"),
    [("", False), (", filter: phd", True), (", announce: true", True), (", announce: false", False)],
)
def test_a_channel_of_reviewers_hears_announcements_only_where_it_says_so(config, more, announces):
    read_config = config(PEOPLE.replace("{name: lab, platform: console}", f"{{name: lab, platform: console{more}}}"))
    assert [channel.name for channel in read_config.channels] == (["lab", "all"] if announces else ["all"])
    assert read_config.submissions.review.name == "lab"


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("people: {admins: [ada]}", 1, 'people.admins: "ada" is no person; write PLATFORM:ID'),
        ("people:\n  admins: [slak:U1]", 2, 'people.admins: "slak" is no platform; did you mean "slack"?'),
        ("people: {same: [[slack:U1]]}", 1, "people.same"),
        ("submissions: {from: everybody}", 1, 'submissions.from: "everybody"'),
        ("submissions:\n  defaults:\n    title: Owls", 3, "submissions.defaults.title: is another for each"),
        ("submissions:\n  defaults:\n    workplace: moon", 3, 'submissions.defaults.workplace: "moon" is not one of'),
        ("submissions:\n  defaults: {ort: Lyon}", 2, 'did you mean "location"'),
        ("submissions:\n  review: labb\nchannels: [{name: lab, platform: console}]", 2, '"labb" is no channel'),
    ],
)
def test_what_is_wrong_with_them_is_told(config, text, line, wrong):
    with pytest.raises(InvalidError) as raised:
        config(text + "\n")
    assert (raised.value.faults[0][0], wrong in raised.value.faults[0][1]) == (line, True), raised.value.faults


def test_many_channels_take_as_long_each_as_few(config):
    """Counted in lines that are run, not in seconds: twice as many channels are about twice the work."""

    def steps(count):
        channels = "".join(f"- {{name: c{n}, platform: console}}\n" for n in range(count))
        text = f"channels:\n{channels}"
        taken = 0

        def step(*_):
            nonlocal taken
            taken += 1
            return step

        before = sys.gettrace()
        sys.settrace(lambda frame, *_: step if frame.f_globals["__name__"].startswith("bot.config") else None)
        try:
            config(text)
        finally:
            sys.settrace(before)
        return taken

    steps(10)
    assert steps(600) < 2.5 * steps(300)


def test_sources_say_where_postings_stand_and_how_they_are_followed(config, monkeypatch):
    monkeypatch.setenv("FEED", "s3cret")
    page, feed = config(
        "sources:\n  - {name: page, kind: page, path: ../site/jobs.md, every: 10m, trust: true, filter: phd,\n"
        "     defaults: {organization: Example University, timezone: Europe/Berlin, tags: [ml], languages: English}}\n"
        "  - {name: feed, kind: feed, url: 'https://jobs.lab.example/feed?key=${FEED}'}\n"
    ).sources
    assert page.at.parts[-3:] == ("..", "site", "jobs.md")
    assert (page.every, page.trust, page.filter) == (timedelta(minutes=10), True, parse("phd"))
    assert page.defaults == {
        "organization": "Example University",
        "timezone": "Europe/Berlin",
        "tags": ["ml"],
        "languages": ["English"],
    }
    assert (feed.at, feed.every, feed.trust) == ("https://jobs.lab.example/feed?key=s3cret", timedelta(hours=6), False)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("kind: page", '2: sources: "a" has neither url nor path; say where it stands'),
        ("kind: page, url: 'https://x.example', path: b", '2: sources: "a" has both url and path; keep one of them'),
        ("kind: pages, path: b", '2: sources.kind: "pages" is no kind of source; did you mean "page"?'),
        (
            "kind: page, path: b, every: 9m",
            '2: sources.every: "9m" is not how often a source can be read; write minutes',
        ),
        ("kind: page, path: b, every: 6", '2: sources.every: "6" is not how often a source can be read; write minutes'),
        ("kind: page, url: x.example", '2: sources.url: "x.example" is no web address; write https://'),
        ("kind: page, path: b, api_url: 'https://x.example'", "2: sources: api_url: a page has no server of its own"),
        ("kind: page, path: b, filter: all", '2: sources: filter: "all" filters nothing'),
        ("kind: page, path: b, trusted: true", '2: "sources.trusted" is no key I know; did you mean "trust"?'),
        ("kind: page, path: b, defaults: {title: A}", "2: sources.defaults.title: is another for each posting"),
        ("kind: page, path: b, defaults: {timezone: Berlin}", '2: sources.defaults.timezone: "Berlin" is no time zone'),
        ("kind: page, path: b}\n  - {name: a, kind: page, path: b", '3: sources: name: "a" stands twice'),
    ],
)
def test_what_is_wrong_with_a_source_is_said_with_its_line(config, settings, problem):
    with pytest.raises(InvalidError) as error:
        config(f"sources:\n  - {{name: a, {settings}}}\n")
    assert any(f"{line}: {text}".startswith(problem) for line, text in error.value.faults), error.value.faults


def test_a_place_that_it_does_not_name_has_the_defaults_of_all_channels_and_is_not_locked(config):
    given = config("language: de\nlocked: true\nquiet: 22:00-08:00\npin: true\nmention: here\nannounce: [opened]")
    usual = given.usual
    assert (usual.language, usual.pin, usual.mention, usual.locked) == ("de", False, None, False)
    assert usual.schedule == given.schedule
