"""Dispatches -> messages. Many channels hear the same thing at the same time: it is put into words once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.audiences.dispatch import Dispatch
from bot.chat.context import Context
from bot.chat.personal import spoken
from bot.domain.message import Message
from bot.wording.wording import Wording

_MOST = 1000


class Words:
    """Messages of the last minute are kept. `context` gives, by language and zone, what messages to persons
    are made from.
    """

    def __init__(self, wording: Callable[[str], Wording], context: Callable[[str, str], Context] | None = None) -> None:
        self._wording = wording
        self._context = context
        self._minute: datetime | None = None
        self._known: dict[Any, Message] = {}

    def of(self, dispatch: Dispatch, now: datetime) -> Message:
        """What a dispatch says at `now`, or for an edited message, at the instant that it speaks of."""
        at, audience = dispatch.said_at or now, dispatch.audience
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute or len(self._known) >= _MOST:
            self._minute = minute
            self._known.clear()
        occasions = tuple(notice.occasion for notice in dispatch.shown)
        if self._context and occasions[0].is_personal:
            return spoken(self._context(audience.language, audience.schedule.timezone), occasions)
        reader = (audience.language, audience.schedule.timezone, audience.silent, audience.is_person)
        key = (occasions, reader, dispatch.said_at)
        if key not in self._known:
            self._known[key] = self._wording(audience.language).notice(dispatch.shown, at, audience)
        return replace(self._known[key], mention=dispatch.mention) if dispatch.mention else self._known[key]
