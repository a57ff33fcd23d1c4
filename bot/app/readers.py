"""What somebody hears by themselves: their queries and reminders, written down; and how they are reached in private."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.audiences.follower import Defaults, Follower, Preferences
from bot.audiences.personal import PersonalData
from bot.chat.context import Context
from bot.chat.effects import ABOUT_READERS, Follow, Prefer, RemindMe, Unfollow
from bot.chat.kept import about
from bot.chat.links import payload
from bot.chat.request import Request
from bot.domain.message import Button, Line, Message
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.domain.zones import zone_names
from bot.engine.board import Callboard
from bot.engine.followers import Followers
from bot.platforms.base import CannotAskError, Platform, Reader
from bot.store import Ledger

_log = logging.getLogger("callboard")


class Readers:
    """Used in one event loop. `wake` has another round come at once."""

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        platforms: Mapping[str, Platform],
        followers: Followers,
        wake: Callable[[], None],
    ) -> None:
        self._board, self._store, self._platforms = board, ledger.followers, platforms
        self._personal = ledger.personal
        self._followers, self._wake = followers, wake

    async def known(self, person: Person) -> Follower | None:
        """How somebody follows; None for who does not. Raises `LedgerError`."""
        return await self._store.get(str(person))

    async def heard(self, person: Person, now: datetime) -> None:
        """They wrote to the bot: it may write to them again. Raises `LedgerError`."""
        if self._followers.is_blocked(str(person)):
            await self._change(str(person), lambda known: (known or self._new(person)).back(now))

    async def let_in(self, person: Person, now: datetime) -> None:
        """They let the bot write to them again, as the platform tells. Raises `LedgerError`."""
        follower = await self._store.get(str(person))
        if follower and follower.blocked_at:
            await self._change(str(person), lambda known: (known or self._new(person)).back(now))

    async def shut_out(self, person: Person, now: datetime) -> None:
        """They have blocked the bot, as the platform tells: nothing more is tried. Raises `LedgerError`."""
        if await self._store.get(str(person)):
            await self._store.block([str(person)], now)
            self._followers.ask_again()
            self._wake()

    async def change(self, context: Context, reader: Reader, person: Person, effect: ABOUT_READERS) -> None:
        """Does what somebody asks for. Raises `LedgerError`; `DeliveryError` where they are not reached in private."""
        place = await self._platforms[person.platform].private_place(person.id)

        def changed(known: Follower | None) -> Follower:
            follower = replace(known or self._new(person, self.begun(context, reader)), destination=place)
            match effect:
                case Follow(query):
                    is_known = any(saved.text == query for saved in follower.queries)
                    return follower if is_known else follower.following(query, context.now)
                case Unfollow(queries):
                    return follower.without(queries)
                case Prefer():
                    return replace(follower, preferences=effect.applied(follower.preferences))
                case RemindMe(posting, leads):
                    return follower.reminded(posting, leads, context.now)

        await self._change(str(person), changed)

    async def _change(self, name: str, change: Callable[[Follower | None], Follower]) -> None:
        await self._store.change(name, change)
        self._followers.ask_again()
        self._wake()

    async def erase(self, context: Context, person: Person) -> Message:
        """Erases all that is kept about somebody, and says what that was. Raises `LedgerError`."""
        erased = await self._forget(person)
        _ = context.wording._
        lines = [Line.of(_("Erased, for good:")), *(Line.of("• ", line) for line in about(context, erased))]
        if erased.owned or erased.entries:
            lines.append(Line.of(_("Positions that you handed in stay; the audit calls who did that “forgotten”.")))
        lines.append(Line.of(_("Messages that were sent stay where they are: delete those yourself.")))
        return Message(tuple(lines))

    async def _forget(self, person: Person) -> PersonalData:
        self._board.forget(person)
        erased = await self._personal.forget(person)
        self._followers.ask_again()
        self._wake()
        return erased

    async def left(self, person: Person) -> None:
        """Forgets somebody who has left for good, if they follow anything. Raises `LedgerError`."""
        if await self._store.get(str(person)):
            await self._forget(person)
            _log.info("somebody on %s who has left is forgotten", person.platform)

    async def look_who_has_left(self, pause: float) -> None:
        """Asks each platform for everybody who follows there, with a pause of so many seconds before each, and forgets
        who has left. Raises `LedgerError`.
        """
        for platform in self._platforms.values():
            if type(platform).has_left is Platform.has_left:
                continue
            for name in await self._store.on(platform.name):
                await asyncio.sleep(pause)
                person = Person.parse(name)
                try:
                    if await platform.has_left(person.id):
                        await self.left(person)
                except CannotAskError as error:
                    _log.debug("whether %s has left: %s", person, error)

    def begun(self, context: Context, reader: Reader) -> Preferences:
        """With what somebody begins, beside the config's: the language and the zone of their own client."""
        config, spoken = self._board.config, context.wording.language
        language = spoken if reader.language and spoken != config.language else None
        is_own = reader.timezone in zone_names() and reader.timezone != config.timezone
        return Preferences(language, reader.timezone if is_own else None)

    def defaults(self, context: Context, reader: Reader) -> Defaults:
        """How they hear before they have chosen anything."""
        common, begun = self._board.reader_defaults, self.begun(context, reader)
        return Defaults(common.schedule_with(begun), common.language_with(begun))

    def _new(self, person: Person, begun: Preferences = Preferences()) -> Follower:  # noqa: B008  # it is frozen
        return Follower(str(person), Destination(person.platform, person.id), preferences=begun)

    async def invitation(self, context: Context, request: Request, person: Person) -> Message | None:
        """A button that leads into the private chat and asks for the same there, where a bot may not write first."""
        _ = context.wording._
        platform = self._platforms[person.platform]
        carried = payload(request)
        address = await platform.invitation(carried or request.command)
        if not address:
            return None
        lines = [Line.of(_("Let us do that in private."))]
        if carried is None:
            written = f"{context.syntax.of(request.command, request.command)} {request.argument}"
            lines.append(Line.of(_("Write there: {text}").format(text=written)))
        return Message(tuple(lines), ((Button(_("Open the private chat"), url=address),),), is_beside=True)
