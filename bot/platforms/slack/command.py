"""The command that prints the manifest."""

import json
import re

import click

from bot.domain.letters import printable_json
from bot.language import SOURCE
from bot.platforms.slack import Mode
from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording


@click.command(name="slack-manifest")
@click.option("--url", metavar="URL", help="For HTTP mode: the public address that ends in /slack/events.")
def slack_manifest(url: str | None) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, and the app is as Callboard needs it."""
    if url is not None and not re.fullmatch(r"https://[^\s/?#@]+/(?:[^\s?#]*/)?slack/(?:[^\s/?#]+/)?events", url):
        hint = "write https://YOUR-HOST/slack/events, or …/slack/NAME/events for a platform of another name"
        raise click.UsageError(f"--url: {url!r} is no address for Slack; {hint}")
    made = manifest(wording(SOURCE), mode=Mode.HTTP if url else Mode.SOCKET, url=url)
    click.echo(printable_json(json.dumps(made, ensure_ascii=False, indent=2)))
