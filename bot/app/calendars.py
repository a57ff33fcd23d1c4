"""Calendars of people: as files that they are handed, and at private addresses to which they subscribe.

An address ends in a token that nobody can guess. It is made from a random salt in the database and the platform's own
secret in the config (HMAC, RFC 2104), so that it can be told again, and neither of the two gives it away; in the
database there is its digest, by which it is known. When that secret is another, addresses that were given out go on,
and whoever asks again gets one anew.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.audiences.audience import Subscription
from bot.audiences.follower import Defaults, Follower
from bot.chat.commands.calendar import with_address, with_file
from bot.chat.context import Context
from bot.chat.effects import HandOutCalendar
from bot.config import Config
from bot.domain.edition import Edition
from bot.domain.message import Document, Message
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.engine.editions import Editions
from bot.planning.alarms import alarms
from bot.publish.own import OwnCalendar
from bot.schema.secrets import Secret
from bot.store import Ledger
from bot.store.calendars import CalendarAddress

_LENGTH = 32
"""Characters of a token: 192 bits."""


class Calendars:
    """Used in one event loop."""

    def __init__(self, board: Callboard, editions: Editions, ledger: Ledger) -> None:
        self._board, self._editions = board, editions
        self._store, self._followers = ledger.calendars, ledger.followers
        self._keys = _keys(board.config)

    async def handed_out(
        self, context: Context, wanted: HandOutCalendar, person: Person | None, message: Message
    ) -> Message:
        """The message with the file, and with the private address where there is one. Raises `LedgerError`."""
        if wanted.alarms:
            message = with_file(context, message, await self._file(context, wanted))
        if not (wanted.is_own and person):
            return message
        before = await self._store.get(str(person))
        address = await self.address(person, is_anew=wanted.is_anew)
        if address is None:
            return message
        is_another = before is not None and await self._store.get(str(person)) != before
        return with_address(context, message, address, is_another=is_another)

    async def _file(self, context: Context, wanted: HandOutCalendar) -> Document:
        """Under the ids and revisions that the board's own calendar gives the deadlines, whether or not there is a
        board.
        """
        from bot.publish.formats import calendar  # noqa: PLC0415  # with all formats, which most bots never need

        await self._editions.take_in(context.now)
        named = self._editions.named
        entries = [(named[name], rings) for name, rings in wanted.alarms.items() if name in named]
        site = replace(self._board.site(), timezone=context.timezone)
        body = await asyncio.to_thread(calendar.own, entries, site, context.wording, context.now, None)
        return Document(wanted.name, calendar.FORMAT.media_type, body, wanted.instead)

    # --- Private addresses

    async def address(self, person: Person, *, is_anew: bool = False) -> str | None:
        """The address of somebody's calendar, which is made when there is none yet, or `is_anew`; None where the world
        finds no board, or the platform has no secret. Raises `LedgerError`.
        """
        web, key = self._board.config.web, self._keys.get(person.platform)
        if not (web and web.base_url and key):
            return None
        known = await self._store.get(str(person))
        if known is None:
            known = await self._store.begin(self._made(person, key))
        if is_anew or _digest(_token(key, person, known.salt)) != known.digest:
            known = self._made(person, key)
            await self._store.put(known)
        return self._board.site().at(f"calendar/{_token(key, person, known.salt)}.ics")

    def _made(self, person: Person, key: bytes) -> CalendarAddress:
        salt = secrets.token_urlsafe(16)
        return CalendarAddress(str(person), salt, _digest(_token(key, person, salt)), self._board.clock())

    async def find(self, token: str) -> OwnCalendar | None:
        """What stands in the calendar at the address that ends in this; None where there is none, or none any more.
        Raises `LedgerError`.
        """
        known = await self._store.of(_digest(token))
        if known is None:
            return None
        board = self._board
        follower = await self._followers.get(known.person)
        common = board.reader_defaults
        schedule = follower.schedule(common) if follower else common.schedule
        words = board.wording(follower.language(common) if follower else common.language)
        key = hashlib.blake2s(repr((follower, common)).encode("utf-8", "surrogatepass")).hexdigest()
        holds = _Holds(follower, common, follower.audience(board.config.synonyms, common)[0].hears if follower else ())
        return OwnCalendar(key, words, schedule.timezone, holds)


class _Holds:
    """Which editions stand in somebody's calendar, and when it rings for each."""

    def __init__(self, follower: Follower | None, common: Defaults, hears: tuple[Subscription, ...]) -> None:
        self._follower, self._common = follower, common
        follows = follower is not None and bool(follower.queries or follower.reminders)
        self._hears = hears if follows else (Subscription(),)

    def __call__(self, edition: Edition) -> tuple[datetime, ...] | None:
        posting = edition.posting
        if not any(subscription.lets_through(posting) for subscription in self._hears):
            return None
        return alarms(posting, self._follower, self._common)


def _keys(config: Config) -> Mapping[str, bytes]:
    """By platform, what its people's addresses are made from; of those that have a secret."""
    keys = {}
    for platform in config.platforms:
        name = platform.described.sends_with
        secret = platform.settings.get(name) if name else None
        if isinstance(secret, Secret):
            keys[platform.name] = hashlib.sha256(b"callboard calendars " + secret.reveal().encode()).digest()
    return keys


def _token(key: bytes, person: Person, salt: str) -> str:
    digest = hmac.digest(key, json.dumps([str(person), salt]).encode(), "sha256")
    return urlsafe_b64encode(digest)[:_LENGTH].decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
