"""All that there is to say of a deployment."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.config import Config
from bot.files.account import account_name
from bot.inspect.deployment.files import file_lines
from bot.inspect.deployment.listening import listening_lines
from bot.inspect.deployment.publishing import compose_file
from bot.inspect.deployment.secrets import secret_lines, written_secrets
from bot.inspect.deployment.told import Deployment, DeploymentGroup, DeploymentLine, is_contained
from bot.platforms.kinds import SEARCH_PATH
from bot.schema import compose, read_text
from bot.schema.secrets import beside


def survey(config: Config, private: Sequence[str]) -> tuple[DeploymentGroup, ...]:
    """What is exposed where. `private`: the addresses at which only this machine comes in. Looks at files and asks git
    of them, but no platform. Raises `InvalidError` when the config has changed meanwhile and does not hold up.
    """
    root, folder = compose(read_text(config.path)), config.path.parent
    deployment = Deployment(config, root, private, is_contained(), compose_file(folder))
    with beside(folder):
        secrets = tuple(written_secrets(deployment))
    groups = (
        ("Where it listens", listening_lines(deployment)),
        ("Files", file_lines(deployment, secrets)),
        ("Tokens, and what whoever has one can do with it", secret_lines(deployment, secrets)),
        ("Whose account", _account(deployment)),
    )
    return tuple(DeploymentGroup(heading, tuple(lines)) for heading, lines in groups)


def _account(deployment: Deployment) -> Iterator[DeploymentLine]:
    where = " in a container" if deployment.is_contained else ""
    if getattr(os, "geteuid", lambda: 1)() == 0:
        text = (
            f"this command runs as root{where}; let the bot run under an account of its own: whoever finds a way into a"
            " bot that is root has all that root has"
        )
    else:
        text = f"this command runs as {account_name()}{where}; whoever has that account has the bot's tokens"
    yield deployment.said(text)
    for folder in filter(None, os.environ.get(SEARCH_PATH, "").split(os.pathsep)):
        is_open = _is_writable_by_all(Path(folder))
        text = f"{SEARCH_PATH}: code from {folder} runs in the bot"
        todo = f", and everybody on this machine can write there; say chmod o-w {folder}"
        yield deployment.said(text + (todo if is_open else ""), is_exposed=is_open)


def _is_writable_by_all(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & 0o002)
    except OSError:
        return False
