"""From nothing to the first announcement through `callboard init`: both platforms are emulated."""

import asyncio
import os
import stat
import sys

import pytest

from benchmarks.newcomer import by_init, gone
from tests.emulators import telegram
from tests.process.lab import SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process


async def run(*words, **environment):
    """`callboard` without a terminal: its exit status, and what it printed."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | environment,
    )
    out, err = await asyncio.wait_for(started.communicate(), 60)
    return started.returncode, out.decode(), err.decode()


def options(lab):
    return [
        *(
            "--yes",
            "--lab",
            "Owl Lab",
            "--place",
            "Rostock, Germany",
            "--timezone",
            "Europe/Berlin",
            "--language",
            "en",
        ),
        *(
            "--telegram-token-env",
            "OUR_TELEGRAM",
            "--telegram-channel",
            "@lab_jobs",
            "--telegram-api-url",
            lab.telegram.url,
        ),
        *("--slack-bot-token-env", "OUR_SLACK", "--slack-app-token-env", "OUR_APP", "--slack-api-url", lab.slack.url),
        *("--slack-channel", SLACK_CHANNEL),
    ]


def tokens(lab):
    return {"OUR_TELEGRAM": lab.telegram.token, "OUR_SLACK": lab.slack.bot_token, "OUR_APP": lab.slack.app_token}


async def test_from_nothing_to_the_first_announcement(tmp_path):
    async with Lab(tmp_path) as lab:
        folder = tmp_path / "our lab"
        code, out, err = await run("init", str(folder), *options(lab), **tokens(lab))
        assert code == 0, err
        assert out == f"callboard run --config '{folder / 'config.yaml'}'\n"
        assert not any(token in out + err for token in tokens(lab).values())
        assert stat.S_IMODE((folder / "tokens.env").stat().st_mode) == 0o600

        config = ("--config", str(folder / "config.yaml"))
        code, out, err = await run("check", *config)
        assert (code, out) == (0, ""), err
        code, out, _ = await run("new", "owls", *config)
        file = folder / "postings" / "owls.yaml"
        assert (code, out) == (0, f"{file}\n")
        file.write_text(file.read_text().replace("status: draft\n", ""))
        code, out, err = await run("tick", *config)
        assert code == 0, err
        assert len(lab.telegram.sent) == len(lab.slack.sent) == 1
        lab.assert_no_problems()

        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        code, _, err = await run("init", str(folder), *options(lab), **tokens(lab))
        assert code == 0
        assert err.count("is there already, and stays as it is") == 3
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


async def test_nothing_is_written_where_an_answer_does_not_hold_up(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.telegram.fail("getMe", *[telegram.unauthorized()] * 5)
        code, out, err = await run("init", str(tmp_path / "our lab"), *options(lab), **tokens(lab))
        assert (code, out) == (2, "")
        assert "platforms.telegram.token: " in err
        assert "BotFather" in err
        assert err.endswith("nothing was written\n")
        assert not (tmp_path / "our lab").exists()

        code, _, err = await run("init", str(tmp_path / "our lab"), *options(lab))
        assert code == 2
        assert "--slack-bot-token-env: OUR_SLACK is not set in the environment" in err
        code, _, err = await run("init", str(tmp_path / "x"), "--yes", "--telegram-channel", "@lab_jobs")
        assert code == 2
        assert "--telegram-channel: say also where the token is, with --telegram-token-env NAME" in err


async def test_a_newcomer_at_a_terminal_needs_no_more_than_is_promised():
    """As many commands and answers as the start page says; the bot is added while `init` looks out for it."""
    taken = await gone("init", by_init, installs=False)
    assert (taken.commands, taken.answers) == (5, 10)
