"""`callboard completion`, and what the shell is offered where a posting, a channel or a source is to be named."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from bot.cli.common import callboard
from bot.config import Config
from bot.config import read as read_config
from bot.domain.zones import zone_names
from bot.platforms.kinds import kinds
from bot.schema import InvalidError
from bot.sources.files.folder import Look
from bot.sources.files.names import id_of

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_CALLBOARD_COMPLETE"
"""By which the script that a shell has asks for what to offer; click reads it before any command is run."""


def _config(context: click.Context) -> Config | None:
    """The config that the command line names so far; None where there is none that holds up: then nothing is offered,
    for nobody reads a problem in the midst of typing.
    """
    with suppress(InvalidError, OSError):
        return read_config(Path(context.params.get("path") or "config.yaml"))
    return None


def _beginning(names: Iterable[str], typed: str) -> list[CompletionItem[str]]:
    return [CompletionItem(name) for name in sorted(names) if name.startswith(typed)]


def posting_ids(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """The ids that files have. By their names alone: with 10,000 of them, to read them all takes seconds."""
    config, names = _config(context), []
    for path in Look(str(config.registry), config.follow_links).files if config else ():
        with suppress(InvalidError):
            names.append(id_of(path))
    return _beginning(names, typed)


def channel_names(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """The channels of the config that is named in the command line, which begin so."""
    config = _config(context)
    return _beginning((channel.name for channel in config.channels) if config else (), typed)


def source_names(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """The sources of the config; files where `--kind` says that one is read of which the config knows nothing."""
    if context.params.get("kind"):
        return [CompletionItem(typed, type="file")]
    config = _config(context)
    return _beginning((source.name for source in config.sources) if config else (), typed)


def platform_names(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """The platforms of the config that is named in the command line, which begin so."""
    config = _config(context)
    named = (platform.name for platform in config.platforms) if config else ()
    return _beginning({*kinds(), *named}, typed)


def zones(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """The time zones that begin so."""
    return _beginning(zone_names(), typed)


@callboard.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, options, and the names of postings and channels.

    In bash, write `eval "$(callboard completion bash)"` at the end of ~/.bashrc; in zsh, `eval "$(callboard completion
    zsh)"` at the end of ~/.zshrc, below `autoload -U compinit; compinit`; in fish, run `callboard completion fish >
    ~/.config/fish/completions/callboard.fish` once. It holds from the next shell on.
    """
    completion: Any = get_completion_class(shell)  # typed as may be none; these three are there
    click.echo(completion(callboard, {}, "callboard", _VARIABLE).source())
