"""Sets up a lab with somebody at a terminal: each answer is looked at before the next question."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.chat.setting import near_zone
from bot.domain.message import Line, Message
from bot.domain.schedule import Destination
from bot.domain.zones import zone_names
from bot.platforms.base import DeliveryError, KnownChannel, Platform
from bot.platforms.kinds import PlatformKind, kinds
from bot.setup import verifying
from bot.setup.lab import Lab, PlatformAsked, SecretAt
from bot.wording.wording import Wording

LOOKED_EVERY, LOOKED_FOR = 1.0, 300.0
"""Seconds: how often, and for how long, it is looked whether the bot was added somewhere."""

_KEY = "setup"


class Terminal(Protocol):
    """Somebody who answers."""

    def ask(self, question: str, *, default: str = "", is_secret: bool = False) -> str:
        """What they answer, without white space around it; the default for nothing."""

    def confirms(self, question: str, *, default: bool = False) -> bool:
        """Yes or no."""

    def tell(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Setup:
    """`settings`: by kind of platform, what its section of the config has beside secrets."""

    terminal: Terminal
    wording: Wording
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    async def ask(self, lab: Lab) -> Lab:
        """The lab with all that is asked beside what is known."""
        _, ask = self.wording._, self.terminal.ask
        name = lab.name or ask(_("What is the lab called? (Enter leaves it out)")) or None
        place = lab.place or ask(_("Where is it? Town and country, such as Tübingen, Germany")) or None
        lab = replace(lab, name=name, place=place, timezone=self._timezone(lab.timezone))
        known = {platform.kind for platform in lab.platforms}
        for kind in kinds().values():
            if kind.asked_for and kind.name not in known:
                question = _("Does it announce in {platform}?").format(platform=kind.title)
                if self.terminal.confirms(question) and (asked := await self._platform(lab, kind)):
                    lab = replace(lab, platforms=(*lab.platforms, asked))
        return lab

    def _timezone(self, usual: str) -> str:
        _ = self.wording._
        while True:
            written = self.terminal.ask(_("In which time zone?"), default=usual)
            names = {name.casefold(): name for name in zone_names()}
            if name := names.get(written.casefold().replace(" ", "_")):
                return name
            near = near_zone(written) or "Europe/Berlin"
            text = _("I know no time zone “{text}”. Write its name, such as {zone}.")
            self.terminal.tell(text.format(text=written, zone=near))

    async def _platform(self, lab: Lab, kind: PlatformKind) -> PlatformAsked | None:
        """A platform whose secrets are good, and a channel there; None for somebody who leaves it out."""
        asked = PlatformAsked(kind.name, settings=self.settings.get(kind.name, {}))
        for key, where in kind.asked_for.items():
            self.terminal.tell(where(self.wording))
            secret = await self._secret(lab, asked, key, kind.variables[key])
            if secret is None:
                return None
            asked = replace(asked, secrets=(*asked.secrets, secret))
        while channel := await self._channel(lab, asked):
            chosen = replace(asked, channel=channel)
            if not await self._is_wrong(lab, chosen):
                await self._try_out(lab, chosen)
                return chosen
        return asked

    async def _secret(self, lab: Lab, asked: PlatformAsked, key: str, variable: str) -> SecretAt | None:
        question = self.wording._("{name} (is not shown; Enter leaves the platform out)").format(name=variable)
        while value := self.terminal.ask(question, is_secret=True):
            secret = SecretAt(key, variable, value)
            if not await self._is_wrong(lab, replace(asked, secrets=(*asked.secrets, secret))):
                return secret
        return None

    async def _is_wrong(self, lab: Lab, asked: PlatformAsked) -> bool:
        """Whether it does not hold up: then that was told."""
        problems = await verifying.problems(_alone(lab, asked))
        for problem in problems:
            self.terminal.tell(problem)
        return bool(problems)

    async def _channel(self, lab: Lab, asked: PlatformAsked) -> str | None:
        """The address of a channel: one that the platform tells of, or one that is written."""
        _ = self.wording._
        async with verifying.platform_of(_alone(lab, asked), asked.kind) as platform:
            channels = await self._channels(platform)
        for number, channel in enumerate(channels, 1):
            self.terminal.tell(f"{number}. {channel.title} ({channel.address})")
        question = _("Which channel? A number of the list, or its address (Enter leaves it out)")
        written = self.terminal.ask(question, default="1" if len(channels) == 1 else "")
        if written.isdecimal() and 1 <= int(written) <= len(channels):
            return channels[int(written) - 1].address
        return written or None

    async def _channels(self, platform: Platform) -> Sequence[KnownChannel]:
        """Those where the bot could speak. Waits until there is one."""
        text = self.wording._("Now add the bot to the channel or group, as an administrator. I look out for it …")
        told = False
        for _ in range(int(LOOKED_FOR / LOOKED_EVERY)):
            try:
                if channels := await platform.channels():
                    return channels
            except DeliveryError as error:
                self.terminal.tell(str(error))
                return ()
            if not told:
                self.terminal.tell(text)
                told = True
            await asyncio.sleep(LOOKED_EVERY)
        return ()

    async def _try_out(self, lab: Lab, asked: PlatformAsked) -> None:
        """Sends a message and takes it back, where that is wanted."""
        _ = self.wording._
        if not self.terminal.confirms(_("Send a test message there, and take it back?")):
            return
        message = Message((Line.of(_("This is a test: I can speak here.")),))
        async with verifying.platform_of(_alone(lab, asked), asked.kind) as platform:
            try:
                reference = await platform.send(Destination(asked.kind, asked.channel or ""), message, _KEY)
                await platform.delete(reference)
            except DeliveryError as error:
                self.terminal.tell(str(error))
            else:
                self.terminal.tell(_("It was there, and is taken back."))


def _alone(lab: Lab, asked: PlatformAsked) -> Lab:
    return replace(lab, platforms=(asked,))
