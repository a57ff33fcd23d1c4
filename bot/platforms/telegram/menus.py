"""Whose menu has which commands: https://core.telegram.org/bots/api#botcommandscope

A client shows the narrowest that fits: of one chat, of all private chats or groups, of everybody.
"""

from collections.abc import Iterator, Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.chat.command import Command
from bot.chat.commands import menu
from bot.domain.person import Rank
from bot.wording.wording import Wording


def everybodys() -> Iterator[tuple[BotCommandScope, Sequence[Command]]]:
    """The menus of those who are not named in the config; in groups without what is answered in private alone, but for
    what their administrators set for them.
    """
    yield BotCommandScopeDefault(), menu()
    yield BotCommandScopeAllGroupChats(), [command for command in menu() if not command.is_personal]
    of_administrators = [command for command in menu() if command.is_of_places or not command.is_personal]
    yield BotCommandScopeAllChatAdministrators(), of_administrators


def of(person: str, rank: Rank) -> tuple[BotCommandScope, Sequence[Command]]:
    """The menu in the private chat with somebody who is named."""
    return BotCommandScopeChat(int(person)), menu(rank)


def bot_commands(offers: Sequence[Command], wording: Wording) -> list[BotCommand]:
    """A menu in a language."""
    return [BotCommand(command.name, command.summary(wording)) for command in offers]
