"""`callboard init` at a terminal that somebody leaves, and options that are no answer."""

import logging
import signal
import sys

import click
import pytest

from tests.test_cli import callboard


class _Keyboard:
    """Standard input that is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _heard():
    """Ctrl-C is heard, also where the tests run behind a shell that ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def presses_ctrl_c(_prompt):
    signal.raise_signal(signal.SIGINT)
    return "what is typed next"


def presses_ctrl_d(_prompt):
    raise EOFError


@pytest.mark.parametrize("presses", [presses_ctrl_c, presses_ctrl_d])
@pytest.mark.parametrize(("language", "nothing"), [("en", "nothing was written"), ("de", "nichts wurde geschrieben")])
def test_the_first_key_that_breaks_off_ends_it_and_it_is_said_that_nothing_was_written(
    presses, language, nothing, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "stdin", _Keyboard())
    questions = []
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda prompt: questions.append(prompt) or presses(prompt))
    ended = callboard("init", str(tmp_path / "lab"), "--language", language)
    assert (ended.code, len(questions)) == (130, 1)
    assert ended.err == f"\n{nothing}\n"
    assert not (tmp_path / "lab").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("option", "token", "variable"),
    [
        ("--telegram-token-env", "8123456789:of-nobody", "TELEGRAM_BOT_TOKEN"),
        ("--slack-bot-token-env", "xoxb-of-nobody", "SLACK_BOT_TOKEN"),
        ("--slack-app-token-env", "xapp-of-nobody", "SLACK_APP_TOKEN"),
    ],
)
def test_a_token_in_the_place_of_a_variables_name_is_not_repeated(option, token, variable, tmp_path):
    ended = callboard("init", str(tmp_path / "lab"), "--yes", option, token)
    assert ended.code == 2
    assert f"{option}: that is no name of a variable" in ended.err
    assert variable in ended.err
    assert "must not stand on a command line" in ended.err
    assert "of-nobody" not in ended.out + ended.err


def test_who_names_one_token_of_two_is_told_the_option_for_the_other(tmp_path, monkeypatch):
    monkeypatch.setenv("OUR_APP", "xapp-of-nobody")
    ended = callboard("init", str(tmp_path / "lab"), "--yes", "--slack-app-token-env", "OUR_APP")
    assert ended.code == 2
    assert "--slack-app-token-env: give Slack's bot token as well, with --slack-bot-token-env NAME" in ended.err


def test_no_line_of_the_log_stands_among_the_questions(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", _Keyboard())

    def presses(_prompt):
        logging.getLogger("callboard").info("joined the channel")
        raise EOFError

    monkeypatch.setattr(click.termui, "visible_prompt_func", presses)
    assert "joined" not in callboard("init", str(tmp_path / "lab")).err
    assert "joined" in callboard("--verbose", "init", str(tmp_path / "lab")).err
    assert logging.getLogger("callboard").level == logging.NOTSET


def test_at_the_end_it_is_said_how_a_position_is_made(tmp_path):
    ended = callboard("init", str(tmp_path / "our lab"), "--yes", "--language", "de")
    assert ended.code == 0
    new = f"callboard new NAME --config '{tmp_path / 'our lab' / 'config.yaml'}'"
    assert f"Jede Stelle ist eine Datei in {tmp_path / 'our lab' / 'postings'}; eine neue macht: {new}" in ended.err
