"""The table of commands: a file each. What stands in a module of this package as `COMMAND` is in Telegram's menu, in
Slack's sub-commands and in the help.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from bot.chat.command import Command
from bot.domain.person import Rank


@cache
def commands() -> Mapping[str, Command]:
    """All commands by name, in their places."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    by_place: list[Command] = sorted((module.COMMAND for module in modules), key=lambda command: command.place)
    return MappingProxyType({command.name: command for command in by_place})


def menu(rank: Rank = Rank.READER) -> list[Command]:
    """Those that whoever may so much is offered."""
    return [command for command in commands().values() if command.in_menu_of <= rank and not command.is_hidden]
