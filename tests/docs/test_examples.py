"""Every example in the documentation: a config is read as a config, a posting as a posting, a command line as one, what
is written to the bot by what reads that; and what stands behind a `$` is run.
"""

import re
import shlex
import shutil
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path

import click
import pytest
import yaml

from bot.audiences.follower import Defaults, Follower
from bot.chat.answering import answer
from bot.chat.context import Context
from bot.chat.facts import Facts
from bot.chat.reading import read as read_request
from bot.cli import callboard, setting_up
from bot.config import read as read_config
from bot.config.keys import CONFIG
from bot.domain.person import Person, Rank, Rights
from bot.domain.schedule import Destination, Lead, Schedule
from bot.questions.index import Index
from bot.sources.files import Registry
from bot.sources.files.fields import FIELDS
from bot.wording.catalogue import wording
from tests.docs.pages import HISTORY, PAGES, ROOT, blocks, commands, inline_code
from tests.domain.build import posting
from tests.test_cli import callboard as run

callboard.read_all()

CURRENT = [page for page in PAGES if page != HISTORY]
SESSIONS = [page for page in CURRENT if any(block.kind == "console" for block in blocks(page))]
SAMPLES = "docs/guide.md"
"""The page that looks at the samples, as who has cloned the repository."""
TOKENS = {
    "TELEGRAM_BOT_TOKEN": "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "PHYSICS_BOT_TOKEN": "123457:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-some-length",
    "SLACK_BOT_TOKEN": "xoxb-example",
    "SLACK_APP_TOKEN": "xapp-example",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "CHEMISTRY_BOT_TOKEN": "xoxb-other",
    "CHEMISTRY_APP_TOKEN": "xapp-other",
    "DATABASE_URL": "postgres://callboard:example@db.lab.example/callboard?sslmode=require",
    "PORT": "8000",
}
REST = {
    "platforms": "{console: {}, web: {}, telegram: {token: '${TELEGRAM_BOT_TOKEN}'}, "
    "slack: {bot_token: '${SLACK_BOT_TOKEN}', app_token: '${SLACK_APP_TOKEN}'}}",
    "channels": "[{name: lab-admins, platform: console}]",
}
"""What a config has to have, where an example shows a part of one."""

OTHERS = {"apiVersion", "services", "jobs", "stages"}
"""What tells a file for another program: for Kubernetes, Compose, GitHub, GitLab. Their own judges look at those."""


def yaml_blocks():
    """What claims to be YAML, but for what a session on the same page writes into a file and looks at."""
    for page in CURRENT:
        for block in blocks(page):
            if block.kind == "yaml" and not (block.file and page in SESSIONS and page != SAMPLES):
                yield pytest.param(block, id=str(block))


def registry_of(folder, name, text):
    (folder / "postings").mkdir(exist_ok=True)
    (folder / "postings" / name).write_text(text)
    return Registry(folder / "postings", "Europe/Berlin").read()


@pytest.mark.parametrize("block", list(yaml_blocks()))
def test_a_config_is_read_as_a_config_and_a_posting_as_a_posting(block, tmp_path, monkeypatch):
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    keys = yaml.safe_load(block.text).keys()
    if keys & OTHERS:
        return
    if keys <= FIELDS.keys():
        read = registry_of(tmp_path, "example.yaml", block.text)
        assert ([str(problem) for problem in read.problems], len(read.changed)) == ([], 1)
    else:
        assert keys <= CONFIG.keys.keys()
        (tmp_path / "postings").mkdir()
        rest = "".join(f"{key}: {value}\n" for key, value in REST.items() if key not in keys)
        (tmp_path / "config.yaml").write_text(block.text + rest)
        read_config(tmp_path / "config.yaml")


def test_a_posting_with_a_description_below_it_is_read(tmp_path):
    [block] = [block for block in blocks("postings/README.md") if block.text.startswith("---\n")]
    read = registry_of(tmp_path, "example.md", block.text)
    assert ([str(problem) for problem in read.problems], len(read.changed)) == ([], 1)


# --- Command lines


def is_left_open(words):
    """Whether a command line is a pattern: with words in capitals, in brackets, or left out."""
    return any(re.search(r"[\[\]…]|^[A-Z][A-Z-]+$", word) for word in words)


def known_options(command):
    return {name for parameter in (*command.params, *callboard.params) for name in parameter.opts} | {"--help"}


@pytest.mark.parametrize("page", [page for page in CURRENT if any(commands(page))])
def test_every_command_line_is_one(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in commands(page):
        own = [word for word in words if word not in {"-v", "--log-json"}]
        if own[0].startswith(("-", "[")) or own[0] == "COMMAND":
            assert {re.sub(r"[\[\]]", "", word) for word in own} <= {*known_options(callboard), "-v", "COMMAND"}, words
            continue
        command = callboard.commands[own[0]]
        if is_left_open(words):
            options = {option for word in own for option in re.findall(r"^\[?(--[a-z-]+)", word)}
            assert options <= known_options(command), words
        elif own[1:]:
            with suppress(click.exceptions.Exit):  # --help
                command.make_context(own[0], own[1:], parent=click.Context(callboard, **callboard.context_settings))


def rows(page, heading):
    """The first cells of the tables below a heading, up to the next of its rank."""
    text = (ROOT / page).read_text().partition(f"\n{heading}\n")[2]
    rank = heading.partition(" ")[0]
    return re.findall(r"^\| (`.*?`) \|", re.split(rf"^{rank} ", text, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE)


@pytest.mark.parametrize(
    ("page", "heading"), [("docs/guide.md", "### On the command line"), ("docs/reference.md", "## Command line")]
)
def test_every_command_has_its_row(page, heading):
    cells = " ".join(rows(page, heading))
    for name in callboard.commands:
        assert re.search(rf"`(?:callboard )?{name}\b", cells), name


def test_the_rows_of_the_reference_name_options_that_there_are():
    for cell in rows("docs/reference.md", "## Command line"):
        for text in re.findall(r"`([a-z-]+ ?[^`]*)`", cell):
            name = text.split(" ")[0]
            if name in callboard.commands:
                assert set(re.findall(r"--[a-z-]+", text)) <= known_options(callboard.commands[name]), text


# --- What is run


def is_run(words):
    """Whether a test may: not what goes on until it is stopped, leaves this machine, or names a place on it."""
    leaves = "--online" in words or words[1:2] == ["import"]
    return words[0] == "callboard" and words[1] != "run" and not leaves and not any(w[0] in "/~" for w in words if w)


def session(page):
    """Each command of the page's console, and what is shown below it."""
    for block in blocks(page):
        if block.file and page != SAMPLES:
            yield block, ""
        elif block.kind == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                yield command, shown


def pattern(shown):
    """What is shown, as a regular expression: `…` is whatever stands there, and any lines where it stands alone. Times
    to the second may be others: a busy machine takes its own.
    """
    lines = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown.splitlines()
    )
    return re.sub(r"\d\d:\d\d:\d\d", r"\\d\\d:\\d\\d:\\d\\d", lines)


@pytest.mark.parametrize("page", SESSIONS)
def test_what_is_shown_is_what_is_printed(page, tmp_path, monkeypatch):
    """Whoever types is in Berlin, and reads English. Commands of others (git, make) are left out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(setting_up, "get_localzone_name", lambda: "Europe/Berlin")
    monkeypatch.setattr(setting_up, "_own_language", lambda: "en")
    if page == SAMPLES:
        shutil.copy(ROOT / "config.example.yaml", "config.yaml")
        shutil.copytree(ROOT / "postings", "postings")
    for command, shown in session(page):
        if not isinstance(command, str):
            Path(command.file).parent.mkdir(parents=True, exist_ok=True)
            Path(command.file).write_text(command.text)
            continue
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            if words[1].startswith(("/", "~")):
                return  # what follows is about a place on somebody's machine
            monkeypatch.chdir(words[1])
        elif is_run(words):
            ended = run(*words[1:])
            assert ended.code in {0, 1}, ended
            printed = {ended.out, ended.err, ended.out + ended.err, ended.err + ended.out}
            if shown and not any(re.fullmatch(pattern(shown), text) for text in printed):
                pytest.fail(f"{page}: $ {command}\nprints\n{ended.out}{ended.err}\nand not\n{shown}")


# --- What is written to the bot

NOT_TO_THE_BOT = {
    "/newbot", "/setinline", "/invite",  # to BotFather, to Slack
    "/data", "/embed", "/etc", "/healthz", "/home", "/metrics", "/sources", "/timeline", "/tmp",  # places
}  # fmt: skip


def chat_lines(page):
    for code in inline_code(page):
        if re.fullmatch(r"/[a-z]+(?: [^/]*)?", code) and code.partition(" ")[0] not in NOT_TO_THE_BOT:
            yield code


@pytest.mark.parametrize("page", [page for page in CURRENT if any(chat_lines(page))])
def test_every_line_for_the_bot_is_a_command(page):
    for line in chat_lines(page):
        assert read_request(line).command != "unknown", line


ADA = Person("telegram", "4711")
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
USUAL = Defaults(Schedule("Europe/Berlin", time(9), (Lead(7, "d"),)), "en")
DONE_BY = {
    "follow": "Follow",
    "remind": "RemindMe",
    "settings": "Prefer",
    "extend": "ChangePosting",
    "close": "ChangePosting",
    "new": "Remember",
    "edit": "Remember",
}


@pytest.mark.parametrize("page", ["docs/howto/pi.md", "docs/howto/reader.md"])
def test_what_a_how_to_has_one_write_does_what_it_says(page):
    index = Index()
    owls = posting("phd-owls", title="PhD Student in Owl Flight", deadline="2027-05-02", location="Tübingen, Germany")
    index.change([owls])
    facts = Facts(
        takes_from="members",
        follower=Follower(str(ADA), Destination("telegram", ADA.id)),
        as_others=USUAL,
        fields={"title": owls.title, "role": ["phd"], "deadline": "2027-05-02"},
        person=ADA,
    )
    rights = Rights(Rank.ADMIN, frozenset((ADA,)))
    context = Context(index, AT, "Europe/Berlin", "", wording("en"), rights=rights, facts=facts)
    lines = [line for line in chat_lines(page) if not line.startswith("/positions ")]
    assert len(lines) > 5
    questions = [code for code in inline_code(page) if re.fullmatch(r"\w[\w ]+\?|phd in \w+", code, re.IGNORECASE)]
    assert questions
    for question in questions:
        asked = answer(context, read_request(question))
        assert asked.question, question
        assert asked.postings == ("phd-owls",) or "phd" not in question.casefold()
    for line in lines:
        request = read_request(line)
        answered = answer(context, request)
        assert answered.message.lines or answered.effects, line
        if request.argument or request.command == "new":
            effects = {type(effect).__name__ for effect in answered.effects}
            expected = DONE_BY.get(request.command)
            assert expected is None or expected in effects, (line, answered)
