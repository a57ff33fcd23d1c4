"""Where persons are reached alone, found out beside the rounds: a platform that does not answer holds up nobody."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.audiences.audience import Audience
from bot.audiences.private import to_person
from bot.domain.person import Person
from bot.domain.schedule import Destination, Schedule
from bot.platforms.base import DeliveryError, Platform

_log = logging.getLogger("callboard")

_AGAIN = 600.0  # seconds: who could not be reached may have written to the bot since
_SOON = 30.0  # seconds: the platform did not answer
_QUICK = 0.2  # seconds that a platform takes


class Persons:
    """Lives in one event loop. `schedule` and `language` are for who has none of their own. `follower`: how somebody,
    written as text, hears what they follow, and with which settings; None for who has none. `wake` is called whenever
    more is known.
    """

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        schedule: Schedule,
        language: str,
        follower: Callable[[str], Audience | None],
        wake: Callable[[], None],
    ) -> None:
        self._platforms, self._follower = platforms, follower
        self._schedule, self._language = schedule, language
        self._wake = wake
        self._places: dict[Person, Destination | None] = {}
        self._until: dict[Person, float] = {}  # before then, who is not reached is not asked for again
        self._looking: dict[Person, asyncio.Task[None]] = {}

    def is_known(self, person: Person) -> bool:
        """Whether it is known where a person is reached, or that they cannot be; else it is found out from now on."""
        if person.platform not in self._platforms or self._places.get(person):
            return True
        if asyncio.get_running_loop().time() < self._until.get(person, 0.0):
            return person in self._places
        if person not in self._looking:
            self._looking[person] = asyncio.create_task(self._look(person), name=f"where {person} is reached")
        return False

    def seconds_left(self, person: Person) -> float:
        """How long it may take until it is known."""
        left = self._until.get(person, 0.0) - asyncio.get_running_loop().time()
        return _QUICK if person in self._looking else max(_QUICK, left)

    def audience(self, person: Person) -> Audience | None:
        """A person of whom that is known, in their own language and zone; None for one who cannot be reached."""
        place = self._places.get(person)
        if place is None:
            return None
        own = self._follower(str(person))
        if own and own.is_person:
            schedule = replace(self._schedule, timezone=own.schedule.timezone)
            return to_person(person, place, schedule, own.language)
        return to_person(person, place, self._schedule, self._language)

    async def _look(self, person: Person) -> None:
        now = asyncio.get_running_loop().time
        try:
            self._places[person] = await self._platforms[person.platform].private_place(person.id)
        except DeliveryError as error:
            is_for_good = error.permanent and not error.whole_token
            if is_for_good:
                self._places[person] = None
            self._until[person] = now() + (_AGAIN if is_for_good else error.retry_after or _SOON)
            _log.warning("%s is not reached in private: %s", person, error)
        except Exception as error:  # noqa: BLE001  # whatever a library raises
            self._until[person] = now() + _SOON
            _log.warning("%s is not reached in private: an unexpected %s", person, type(error).__name__)
            _log.debug("unexpected", exc_info=error)
        finally:
            self._looking.pop(person, None)
            self._wake()

    async def close(self) -> None:
        """Ends what is being found out: nothing waits for it any more."""
        tasks = list(self._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
