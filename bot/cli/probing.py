"""`callboard health`: how the bot that runs on this machine is."""

import asyncio
import sys
from pathlib import Path

from bot.app.probing import ask
from bot.cli.common import callboard, config_option, json_option, say, show, show_json


@callboard.command()
@config_option
@json_option
def health(path: Path, as_json: bool) -> None:
    """Ask the bot that runs with this config, under this account, how it is.

    For whatever looks after a container. It works without any address in the config; the config need not be readable.

    Exit status 0: it is well. 1: something is wrong, or none runs.
    """
    answers = asyncio.run(ask(path))
    if not answers:
        hint = "under systemd it has a /tmp of its own, and `systemctl status callboard` says how it is"
        say(f"no callboard runs here with {path} under this account ({hint})")
        sys.exit(1)
    for known in answers:
        if as_json:
            show_json(known)
        for text in () if as_json else known["wrong"]:
            say(text)
        if not as_json and not known["wrong"]:
            silent = f"; sends nothing: {known['silent_because']}" if "silent_because" in known else ""
            left = f"notices left to send: {known['left']}"
            show(
                f"ok: postings: {known['postings']}, {left}, last round {known['last_tick_seconds']:.0f} s ago{silent}"
            )
    if any(known["wrong"] for known in answers):
        sys.exit(1)
