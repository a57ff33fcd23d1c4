"""The command that prints the manifest."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import click

from bot.domain.letters import printable_json
from bot.language import SOURCE
from bot.platforms.slack import Mode
from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording

_CONFIG = Path("config.yaml")


@click.command(name="slack-manifest")
@click.option("--url", metavar="URL", help="For HTTP mode: the public address that ends in /slack/events.")
@click.option("--board", metavar="URL", help="The board's public address (default: web.base_url of ./config.yaml).")
@click.pass_obj
def slack_manifest(board_of: Callable[[Path], str | None], url: str | None, board: str | None) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, and the app is as Callboard needs it."""
    if url is not None and not re.fullmatch(r"https://[^\s/?#@]+/(?:[^\s?#]*/)?slack/(?:[^\s/?#]+/)?events", url):
        hint = "write https://YOUR-HOST/slack/events, or …/slack/NAME/events for a platform of another name"
        raise click.UsageError(f"--url: {url!r} is no address for Slack; {hint}")
    if board is not None and not re.fullmatch(r"https?://[^\s/?#@]+[^\s?#]*", board):
        raise click.UsageError(f"--board: {board!r} is no web address; write https://…, as web.base_url in the config")
    mode, board = Mode.HTTP if url else Mode.SOCKET, board or board_of(_CONFIG)
    app_manifest = manifest(wording(SOURCE), mode=mode, url=url, board=board)
    click.echo(printable_json(json.dumps(app_manifest, ensure_ascii=False, indent=2)))
