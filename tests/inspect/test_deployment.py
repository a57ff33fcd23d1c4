"""What `callboard check --deployment` says: what is exposed where, and what to do."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.app.outside import private_addresses
from bot.config import read
from bot.inspect.deployment import accounts, files, survey, surveying
from bot.inspect.deployment.told import is_contained
from bot.platforms.kinds import Endpoint
from bot.platforms.slack import SlackKind

TOKEN = "4711:AAGreatlySecretTokenOfABot"
TELEGRAM = "platforms: {telegram: {token: '${TELEGRAM_BOT_TOKEN}'}}\n"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A folder of a lab, outside of any container and repository, and what is said of a config in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(surveying, "is_contained", lambda: False)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("S3", TOKEN)
    monkeypatch.setenv("S", "xoxb-1-2")
    monkeypatch.setenv("S2", "0" * 32)
    monkeypatch.setattr(accounts, "strangers", lambda _status: frozenset())
    Path("postings").mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    return tmp_path


def told(text: str, mode: int = 0o644) -> list[str]:
    Path("config.yaml").write_text(text)
    Path("config.yaml").chmod(mode)
    config = read(Path("config.yaml"))
    return [str(line) for group in survey(config, private_addresses(config)) for line in group.lines]


def exposed(text: str, mode: int = 0o644) -> list[str]:
    return [line for line in told(text, mode) if ": exposed: " in line]


def private(name: str, text: str = "x", mode: int = 0o600) -> None:
    Path(name).write_text(text)
    Path(name).chmod(mode)


@pytest.mark.parametrize(
    "text",
    [
        "web: {}\n",
        "web: {health: 127.0.0.1:9090, base_url: https://jobs.lab.example}\n",
        "web: {listen: 10.0.0.5:8080, base_url: https://jobs.lab.example}\n",  # the web server is another machine
        "web: {health: 'localhost:9090'}\nplatforms: {web: {}}\n",
        TELEGRAM,
        "platforms: {slack: {bot_token: '${S}', signing_secret: '${S2}', mode: http}}\n",
    ],
)
def test_nothing_is_exposed_where_all_is_on_this_machine(lab, text):
    assert exposed(text) == []


@pytest.mark.parametrize(
    ("text", "line", "what", "todo"),
    [
        ("web:\n  listen: 0.0.0.0:8080\n", 2, "the board", "name its https:// address as web.base_url"),
        ("web:\n  health: 0.0.0.0:9090\n", 2, "no password is asked for", "write 127.0.0.1"),
        ("web:\n  health: '[::]:9090'\n", 2, "whoever reaches this machine", "write 127.0.0.1"),
        ("web:\n  health: 127.0.0.1:8080\n  base_url: https://a.example\n", 2, "the world", "another port"),
        ("web:\n  base_url: http://jobs.lab.example\n", 2, "private addresses of people's calendars", "https://"),
        ("platforms:\n  web:\n    listen: 10.0.0.5:8080\n", 3, "reaches 10.0.0.5", "write 127.0.0.1"),
        (
            "platforms:\n  slack: {bot_token: '${S}', signing_secret: '${S2}', mode: http, listen: '0.0.0.0:3'}\n",
            2,
            "with Slack's signature: whoever reaches this machine comes in",
            "web server with HTTPS",
        ),
        (
            "platforms:\n  telegram:\n    token: ${S3}\n    webhook:\n      secret: ${S2}\n      url: http://a.example/x\n",
            6,
            "webhook.url is http://",
            "write https://",
        ),
        (
            "platforms:\n  telegram:\n    token: ${TELEGRAM_BOT_TOKEN}\n    api_url: http://api.lab.example\n",
            4,
            "can read the token",
            "write https://",
        ),
    ],
)
def test_what_listens_for_others_or_speaks_in_the_open_is_exposed(lab, text, line, what, todo):
    (said,) = exposed(text)
    assert said.startswith(f"config.yaml:{line}: exposed: ")
    assert what in said
    assert todo in said


def test_slack_without_its_secret_hears_nothing_and_so_exposes_nothing(lab):
    lines = told("platforms: {slack: {bot_token: '${S}', mode: http, listen: '0.0.0.0:3000'}}\n")
    assert any("nothing is heard there" in line for line in lines)
    assert not any("exposed" in line for line in lines)


def test_of_a_platform_that_says_nothing_of_guards_all_that_is_open_is_exposed(lab, monkeypatch):
    monkeypatch.setattr(surveying, "is_contained", lambda: True)
    monkeypatch.setattr(SlackKind, "endpoints", lambda *_: (Endpoint("0.0.0.0:3000", "/pigeon", ("listen",)),))
    (said,) = exposed("platforms: {slack: {bot_token: '${S}'}}\n")
    assert "what Slack sends (/pigeon): whoever reaches this container comes in" in said


def test_where_modes_say_nothing_only_git_is_asked(lab, monkeypatch):
    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n", 0o666)
    git("init")
    git("add", "tokens.env")
    monkeypatch.setattr(files, "HAS_MODES", False)
    lines = [line for line in told(TELEGRAM) if line.startswith("tokens.env")]
    assert [line.partition(";")[0] for line in lines] == [
        "tokens.env:1: exposed: git has it, and so has whoever has the repository, for ever"
    ]


def test_in_a_container_signed_requests_may_come_and_the_port_that_is_published_counts(lab, monkeypatch):
    monkeypatch.setattr(surveying, "is_contained", lambda: True)
    slack = "platforms: {slack: {bot_token: '${S}', signing_secret: '${S2}', mode: http, listen: '0.0.0.0:3000'}}\n"
    assert exposed(slack) == []
    assert any("publish it on 127.0.0.1 alone" in line for line in told(slack))
    (said,) = exposed("web: {health: '0.0.0.0:9090'}\n")
    assert "whoever reaches this container comes in" in said
    assert said.endswith("publish its port on 127.0.0.1 alone, or say in a NetworkPolicy who may")


BOARD = "web: {listen: '0.0.0.0:8080'}\n"
COMPOSE = """\
services:
  callboard:
    volumes: ["MOUNT"]
    ports:
      - PORT
"""


@pytest.mark.parametrize(
    ("mount", "port", "is_exposed", "what"),
    [
        (".:/data", '"127.0.0.1:8080:8080"', False, "compose.yaml publishes it for this machine alone"),
        (".:/data", '"[::1]:80:8080/tcp"', False, "compose.yaml publishes it for this machine alone"),
        (".:/data", "{target: 8080, published: 80, host_ip: 127.0.0.1}", False, "for this machine alone"),
        (".:/data", '"127.0.0.1:9090:9090"', False, "compose.yaml does not publish it"),
        (".:/data", '"8080:8080"', True, "compose.yaml, line 5, hands it to whoever reaches this machine"),
        (".:/data", '"8080"', True, 'write "127.0.0.1:8080:8080" there'),
        (".:/data", '"10.0.0.5:8080:8080"', True, "compose.yaml, line 5"),
        (".:/data", "{target: 8080, published: 80}", True, "compose.yaml, line 5"),
        (".:/data", '"8080-9090:8080-9090"', True, "compose.yaml, line 5, hands it to whoever reaches this machine"),
        (".:/data", '"8000-8100"', True, "compose.yaml, line 5, hands it"),
        (".:/data", '"127.0.0.1:8000-8100:8000-8100"', False, "for this machine alone"),
        (".:/data", '"9000-9090:9000-9090"', False, "compose.yaml does not publish it"),
        (".:/data", '"80:${PORT}"', True, "it is not known what compose.yaml, line 5 publishes"),
        (".:/data", '"127.0.0.1:80:${PORT}"', False, "for this machine alone"),
        (".:/data", "{published: 80}", True, "it is not known what compose.yaml, line 5 publishes"),
        (".:/data", '"9090:9090"\n    network_mode: bridge', False, "compose.yaml does not publish it"),
        (".:/data", '"9090:9090"\n    network_mode: host', True, "compose.yaml, line 6 (network_mode: host) gives it"),
        (".:/data", '"9090:9090"\n    network_mode: container:vpn', True, "line 6 (network_mode: container:vpn)"),
        (".:/data", '"9090:9090"\n    network_mode: [host]', True, "line 6 (network_mode: …)"),
        (".:/data", '"9090:9090"\n    network_mode:', False, "compose.yaml does not publish it"),
        (".:/data", '"9090:9090"\n    network_mode: "${MODE}"', True, "line 6 (network_mode: ${MODE})"),
        (".:/data", '"9090:9090"\n    extends: {service: base}', True, "it is not known what compose.yaml, line 6"),
        ("/elsewhere:/data", '"127.0.0.1:8080:8080"', True, "whoever reaches this machine comes in"),
    ],
)
def test_what_a_compose_file_beside_the_config_publishes_counts(lab, mount, port, is_exposed, what):
    Path("compose.yaml").write_text(COMPOSE.replace("MOUNT", mount).replace("PORT", port))
    (said,) = [line for line in told(BOARD) if "the board, which is public" in line]
    assert (": exposed: " in said) is is_exposed
    assert what in said


def test_ports_that_are_no_list_are_not_known(lab):
    Path("compose.yaml").write_text("services: {callboard: {volumes: ['.:/data'], ports: '${PORTS}'}}\n")
    assert "it is not known what compose.yaml, line 1 publishes" in exposed(BOARD)[0]


def test_what_compose_adds_unasked_is_not_known(lab):
    Path("compose.yaml").write_text(COMPOSE.replace("MOUNT", ".:/data").replace("PORT", '"127.0.0.1:8080:8080"'))
    assert exposed(BOARD) == []
    Path("compose.override.yaml").write_text("services: {callboard: {ports: [8080]}}\n")
    (said,) = exposed(BOARD)
    assert "it is not known what compose.override.yaml publishes" in said


def test_of_a_compose_file_that_cannot_be_read_nothing_is_known(lab):
    Path("compose.yaml").write_text("services: {callboard: &it {ports: [8080]}}\n")
    assert len(exposed(BOARD)) == 1


def test_what_init_writes_for_compose_exposes_nothing(lab):
    source = "{type: bind, source: '.', target: /data}"
    Path("compose.yaml").write_text(COMPOSE.replace('"MOUNT"', source).replace("PORT", '"127.0.0.1:8080:8080"'))
    assert exposed(BOARD) == []


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_tokens_that_everybody_can_read_or_change_are_exposed(lab, monkeypatch, mode):
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n", mode)
    (said,) = exposed(TELEGRAM)
    assert said.startswith("tokens.env:1: exposed: tokens and passwords: mode ")
    assert "everybody on this machine" in said
    assert said.endswith("say chmod 600 tokens.env")
    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    assert exposed(TELEGRAM) == []


@pytest.mark.parametrize(
    ("owner", "group", "is_exposed"),
    [
        (0, {"callboard"}, False),  # the bot's own account, for which root has made the file
        (0, {"ada", "bob"}, True),
        (4711, set(), False),
        (4711, {"bob"}, True),
    ],
)
def test_who_else_is_in_a_files_group_is_a_stranger(lab, monkeypatch, owner, group, is_exposed):
    status = Path.stat

    def owned(path, **options):
        known = status(path, **options)
        return os.stat_result((*known[:4], owner, *known[5:10]))

    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n", 0o640)
    monkeypatch.setattr(Path, "stat", owned)
    monkeypatch.setattr(accounts, "strangers", lambda _status: frozenset(group))
    assert ["tokens.env:1" in line for line in exposed(TELEGRAM)] == [True] * is_exposed
    Path("tokens.env").chmod(0o600)
    assert ["config.yaml:1" in line for line in exposed(TELEGRAM, 0o660)] == [True] * is_exposed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("callboard.db", "SQLite format 3\0"),
        ("callboard.db-wal", "x"),
        ("callboard.db.web.jsonl", "{}"),
        ("last-week.backup", "SQLite format 3\0 and more"),
        ("last-week.dump", "PGDMP and more"),
        ("people.jsonl", '{"person": "telegram:4711", "follow": "phd"}\n'),
    ],
)
def test_database_backups_and_exports_of_people_are_for_the_bot_alone(lab, name, text):
    private(name, text)
    assert exposed("{}\n") == []
    private(name, text, 0o644)
    assert [line.split(": mode")[0].split(":")[0] for line in exposed("{}\n")] == [name]


def test_a_secret_in_the_config_makes_it_a_secret_file_and_is_not_shown(lab):
    text = f"platforms: {{telegram: {{token: '{TOKEN}'}}}}\n"
    assert exposed(text, 0o600) == []
    assert any("from the config itself; write ${NAME} there" in line for line in told(text, 0o600))
    (said,) = exposed(text)
    assert said.startswith("config.yaml:1: exposed: the config, with platforms.telegram.token written in it")
    assert not any(TOKEN.partition(":")[2] in line for line in told(text))


@pytest.mark.parametrize(
    "url",
    [
        "https://calendar.example/ical/x/private-0123456789abcdef0123/basic.ics",
        "https://ada:letmein@lab.example/jobs.ics",
        "https://lab.example/jobs.ics?token=letmein",
    ],
)
def test_the_private_address_of_a_calendar_counts_as_a_secret_and_is_not_shown(lab, url):
    text = f"sources:\n  - name: calendar\n    kind: ics\n    url: {url}\n"
    (said,) = exposed(text)
    assert "sources.calendar.url written in it" in said
    assert not any("letmein" in line or "0123456789abcdef" in line for line in told(text))
    assert exposed("sources: [{name: a, kind: page, url: 'https://lab.example/jobs?page=2'}]\n") == []


def test_it_says_from_where_each_token_comes_and_what_it_may(lab):
    private("tokens.env", "SLACK_BOT_TOKEN=xoxb-1-2\n")
    private("app", "xapp-1-2\n")
    lines = told(
        "platforms:\n  telegram: {token: '${TELEGRAM_BOT_TOKEN}'}\n"
        "  slack: {bot_token: '${SLACK_BOT_TOKEN}', app_token: '${file:app}'}\n"
        "database: postgresql://bot:${TELEGRAM_BOT_TOKEN}@localhost/callboard\n"
    )
    assert "config.yaml:2: platforms.telegram.token: from the environment (TELEGRAM_BOT_TOKEN)" in lines
    assert "config.yaml:3: platforms.slack.bot_token: from tokens.env (SLACK_BOT_TOKEN)" in lines
    assert "config.yaml:3: platforms.slack.app_token: from the file app" in lines
    assert "config.yaml:4: database: from the environment (TELEGRAM_BOT_TOKEN)" in lines
    assert "config.yaml:3: platforms.slack.bot_token: scope chat:write: announces and answers" in lines
    assert any("platforms.telegram.token: whoever has it speaks as the bot" in line for line in lines)
    assert not any("xoxb-1-2" in line or "xapp-1-2" in line for line in lines)


@pytest.mark.parametrize(
    ("database", "what", "is_exposed"),
    [
        ("postgresql://bot@db.lab.example/board?sslmode=disable", "is not encrypted", True),
        ("postgresql://bot@db.lab.example/board", "is encrypted if it offers that", False),
        ("postgresql://bot@db.lab.example/board?sslmode=require", None, False),
        ("postgresql://bot@localhost/board?sslmode=disable", None, False),
        ("postgresql:///board", None, False),
        ("sqlite:///board.db", None, False),
    ],
)
def test_what_goes_to_a_database_elsewhere_is_to_be_encrypted(lab, database, what, is_exposed):
    lines = [line for line in told(f"database: {database}\n") if "encrypted" in line]
    assert [what in line for line in lines] == [True] * bool(what)
    assert any("exposed" in line for line in lines) is is_exposed


def test_a_secret_handed_into_a_container_has_the_mode_that_it_has_there(lab, monkeypatch):
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    handed_in = lab / "run"
    handed_in.mkdir()
    private("run/telegram", TOKEN, 0o444)
    private("telegram", TOKEN, 0o444)
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) in {handed_in, lab})
    config = "platforms: {{telegram: {{token: '${{file:{0}}}'}}}}\n"
    assert len(exposed(config.format("run/telegram"))) == 1
    monkeypatch.setattr(surveying, "is_contained", lambda: True)
    assert exposed(config.format("run/telegram")) == []
    assert len(exposed(config.format("telegram"))) == 1  # in the bot's own folder


def test_a_folder_that_is_named_in_two_ways_is_looked_at_once(lab):
    lab.chmod(0o777)
    (line,) = exposed(f"database: sqlite:///../{lab.name}/callboard.db\n")
    assert "in the place of one of these" in line


def test_a_folder_in_which_everybody_writes_is_exposed(lab):
    Path("postings").chmod(0o777)
    (said,) = exposed("{}\n")
    assert said.startswith("postings:1: exposed: a folder; the posting files: whoever writes there announces")
    assert said.endswith("say chmod o-w postings")
    Path("postings").chmod(0o755)
    lab.chmod(0o1777)  # as /tmp is: nobody replaces another's file there
    assert exposed("{}\n") == []


def git(*command: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@lab.example"]
    subprocess.run(["git", *who, *command], check=True, capture_output=True)


def test_what_git_has_or_had_is_exposed_and_what_it_would_take_in_is_said(lab):
    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    git("init")
    lines = told(TELEGRAM)
    assert (
        "tokens.env:1: git does not have it, but the next git add . takes it in; add tokens.env to .gitignore" in lines
    )
    assert not any("exposed" in line for line in lines)
    git("add", "tokens.env")
    git("commit", "-m", "too much")
    (said,) = exposed(TELEGRAM)
    assert said.startswith("tokens.env:1: exposed: git has it")
    assert "say git rm --cached tokens.env" in said
    git("rm", "--cached", "tokens.env")
    git("commit", "-m", "less")
    Path(".gitignore").write_text("tokens.env\n")
    (said,) = exposed(TELEGRAM)
    assert said.startswith("tokens.env:1: exposed: git's history has it")


def test_what_git_leaves_out_needs_no_word(lab):
    private("tokens.env", f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    git("init")
    Path(".gitignore").write_text("tokens.env\n")
    assert not any(" git " in line for line in told(TELEGRAM))


@pytest.mark.parametrize(
    ("environ", "mark", "is_one"),
    [
        ({}, None, False),
        ({"container": "podman"}, None, True),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, None, True),
        ({}, "run/.containerenv", True),
        ({}, ".dockerenv", True),
    ],
)
def test_a_container_is_known_by_its_marks(tmp_path, environ, mark, is_one):
    if mark:
        (tmp_path / mark).parent.mkdir(exist_ok=True)
        (tmp_path / mark).touch()
    assert is_contained(environ, tmp_path) is is_one


def test_a_backup_that_git_has_is_exposed(lab):
    private("lab.backup", "SQLite format 3\0 and more")
    git("init")
    git("add", "lab.backup")
    (said,) = exposed("{}\n")
    assert said.startswith("lab.backup:1: exposed: git has it")
