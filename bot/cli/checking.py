"""`callboard check`: the config and every posting; on request what the platforms say, and what is exposed where."""

import asyncio
import logging
import sys
from pathlib import Path

import click

from bot.cli.common import callboard, config_option, say, show
from bot.config import Config
from bot.config import read as read_config
from bot.engine.board import Callboard
from bot.engine.building import build_platforms
from bot.inspect.examining import ExaminationReport, examine
from bot.inspect.noting import notes as notes_of
from bot.observe import logs
from bot.schema import InvalidError


@callboard.command()
@config_option
@click.option("--online", is_flag=True, help="Also ask the platforms. Nothing is sent.")
@click.option("--deployment", is_flag=True, help="Also say what is exposed where. Nothing is sent or asked.")
def check(path: Path, online: bool, deployment: bool) -> None:
    """Check the config and every posting; print one line per problem.

    What is allowed but rarely meant is noted on standard error. With --online, ask the platforms as well whether
    the tokens and scopes are good, and whether the bot may post in every channel. With --deployment, say as well where
    the bot listens, who can read its files, where its tokens come from and what they may.

    Exit status 0: all is well. 1: there are problems, or something is exposed.
    """
    if not path.is_file():
        raise click.UsageError(
            f"there is no config file {path}; name one with --config, copy config.example.yaml, or run `callboard init`"
        )
    logging.getLogger("callboard").setLevel(logging.ERROR)  # the problems are printed below
    board: Callboard | None = None
    try:
        board = Callboard(read_config(path))
    except InvalidError as error:
        problems = error.problems(path)
    else:
        board.read()
        problems, notes = board.problems, notes_of(board)
        for note in notes:
            say(str(note))
        if not problems:
            summary = "all is well with the files" if online else "all is well"
            say(f"postings: {len(board.index)}, channels: {len(board.config.channels)}: {summary}")
        if online:
            report = _online(board.config)
            problems += tuple(report.problems)
            for note in report.notes:
                if note not in notes:
                    say(str(note))
    for problem in problems:
        show(logs.sealed(str(problem)))
    exposed = _show_deployment(board.config) if deployment and board else 0
    sys.exit(1 if problems or exposed else 0)


def _show_deployment(config: Config) -> int:
    """Says what is exposed where; how much is."""
    from bot.app.outside import private_addresses
    from bot.inspect.deployment import survey

    logs.seal(config.secrets)
    exposed = 0
    for group in survey(config, private_addresses(config)):
        show(f"{group.heading}:")
        for line in group.lines:
            show(logs.sealed(str(line)))
        exposed += sum(line.is_exposed for line in group.lines)
        show("")
    say(
        f"deployment: {exposed} exposed; each such line says what to do"
        if exposed
        else "deployment: nothing is exposed"
    )
    return exposed


def _online(config: Config) -> ExaminationReport:
    """What the platforms told. Says on standard error what was verified, and what they do not tell."""
    logs.seal(config.secrets)

    async def ask() -> ExaminationReport:
        platforms = build_platforms(config)
        try:
            return await examine(config, platforms)
        finally:
            for platform in platforms.values():
                await platform.close()

    report = asyncio.run(ask())
    if not report.unasked:
        say("online: there is nothing to ask; no platform is in use that could be asked")
    elif not report.problems:
        count = sum(channel.destination.platform in report.unasked for channel in config.channels)
        verified = "tokens, scopes, membership, and the rights to post and to edit there"
        say(f"online: {', '.join(report.unasked)}, channels: {count}: all is well with {verified}")
        for name, unasked in report.unasked.items():
            say(f"online: {name} does not tell {unasked}")
    return report
