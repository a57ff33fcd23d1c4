"""docs/small-hosts.md: what it has for other programs is as those read it, and says of Callboard what is so."""

import configparser
import re
import subprocess

import yaml

from bot.cli.common import LEFT, UNUSABLE
from bot.config import read
from tests.docs.pages import blocks, commands
from tests.tools import program

PAGE = "docs/small-hosts.md"


def of_kind(kind):
    return [block.text for block in blocks(PAGE) if block.kind == kind]


def test_a_procfile_names_processes_and_a_command_each():
    kinds = set()
    for text in of_kind("procfile"):
        for line in text.splitlines():
            # https://devcenter.heroku.com/articles/procfile#procfile-format
            process = re.fullmatch(r"([A-Za-z0-9]+): (callboard run)", line)
            assert process, line
            kinds.add(process[1])
    assert kinds == {"worker", "web"}


def test_the_board_listens_where_the_host_says_and_the_database_is_the_hosts(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("DATABASE_URL", "postgres://lab:secret@db.lab.example/board?sslmode=require")
    (tmp_path / "postings").mkdir()
    keys = {}
    for text in of_kind("yaml"):
        keys |= yaml.safe_load(text)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(keys))
    config = read(tmp_path / "config.yaml")
    assert config.web.listen == "0.0.0.0:5000"
    assert config.web.health is None
    assert config.database.startswith("postgresql://")
    assert config.database_file is None
    assert config.submissions.push
    assert config.notes == ()


def test_lines_of_cron_have_an_instant_and_a_command():
    lines = [line for text in of_kind("crontab") for line in text.splitlines()]
    words = [
        re.fullmatch(r"(@reboot|(?:[\d*/]+ +){4}[\d*/]+) +cd ~/callboard && (\S+) (\w+) 2>>\S+", line) for line in lines
    ]
    assert all(words), lines
    assert [line[3] for line in words] == ["run", "tick", "import"]


def test_supervisor_starts_it_anew_but_where_that_would_not_help():
    parser = configparser.RawConfigParser()
    parser.read_string("\n".join(of_kind("ini")))
    program = parser["program:callboard"]
    codes = {int(code) for code in program["exitcodes"].split(",")}
    assert program["autorestart"] == "unexpected"
    assert codes == {0, UNUSABLE}
    assert program["stopsignal"] == "TERM"
    assert program["command"].endswith("callboard run --config /srv/callboard/config.yaml")


def test_what_a_shell_is_to_do_it_can_read():
    shell = program("sh", "dash")
    for text in of_kind("sh"):
        assert subprocess.run([shell, "-n"], input=text, text=True, check=False).returncode == 0, text


def test_of_every_way_it_says_how_the_bot_is_started():
    started = {words[0] for words in commands(PAGE)}
    assert {"run", "tick", "import", "init", "check", "backup", "restore"} <= started
    assert LEFT == 3  # as the page says of `tick`
