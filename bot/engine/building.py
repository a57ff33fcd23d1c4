"""Config -> platforms. The libraries of those not in use stay unread: they are large."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from bot.audiences.audience import Audience
from bot.config import Config, PlatformConfig, Secret
from bot.domain.notice import Notice
from bot.domain.posting import Posting
from bot.domain.schedule import Destination, Schedule
from bot.engine.board import real_clock
from bot.planning.wanted import announcement
from bot.platforms.base import Platform
from bot.platforms.kinds import Surroundings, kinds
from bot.schema import nearest
from bot.wording.catalogue import wording
from bot.wording.wording import Wording


def build_platforms(config: Config, leave: Callable[[], None] = lambda: None) -> dict[str, Platform]:
    """The platforms in use, by name."""
    return {platform.name: build_platform(platform, leave, config) for platform in config.platforms}


def build_platform(
    platform: PlatformConfig, leave: Callable[[], None] = lambda: None, config: Config | None = None
) -> Platform:
    """One platform from its settings. The libraries of those not in use stay unread: they are large."""
    destinations = [channel.destination for channel in config.channels] if config else []
    file = config.database_file if config else None
    around = Surroundings(
        name=platform.name,
        clock=real_clock,
        wording=wording,
        leave=leave,
        addresses=[destination.address for destination in destinations if destination.platform == platform.name],
        file=file and file.with_name(f"{file.name}.{platform.name}"),
        board=config.web.listen if config and config.web else None,
        base_url=config.web.base_url if config and config.web else None,
    )
    return platform.described.make(platform.settings, around)


def credentials(config: Config) -> dict[str, str]:
    """By platform, what tells its credential from others, and does not give it away."""
    credential_of = {}
    for platform in config.platforms:
        key = platform.described.sends_with
        secret = platform.settings.get(key) if key else None
        sends_with = secret.reveal() if isinstance(secret, Secret) else platform.name
        credential_of[platform.name] = f"{platform.kind} {hashlib.sha256(sends_with.encode()).hexdigest()}"
    return credential_of


async def payload(
    settings: PlatformConfig, words: Wording, channel: Audience, posting: Posting, now: datetime
) -> dict[str, Any] | str:
    """Exactly what would be sent to announce a posting in a channel, in its language's `words`."""
    notice = Notice(announcement(posting, channel.schedule), channel.name)
    return await payload_of(settings, words, channel, [notice], now)


async def payload_of(
    settings: PlatformConfig, words: Wording, channel: Audience, notices: Sequence[Notice], now: datetime
) -> dict[str, Any] | str:
    """Exactly what would be sent at `now` of notices in a channel: many are a digest."""
    message = words.notice(notices, now, channel)
    platform = build_platform(settings)
    try:
        return platform.payload(channel.destination, message, notices[0].key)
    finally:
        await platform.close()


def place_for(
    config: Config, channels: Sequence[Audience], platform: str | None, posting: Posting
) -> tuple[PlatformConfig, Audience]:
    """That platform, or the first of that kind, and the first channel on it, those that would hear of the posting
    first; or a channel as it could be. Raises `LookupError` when there is no such platform.
    """
    known = {platform_config.name: platform_config for platform_config in config.platforms}
    for kind in kinds():
        first = next(
            (platform_config for platform_config in config.platforms if platform_config.kind == kind),
            PlatformConfig(kind, kind, {}),
        )
        known.setdefault(kind, first)
    if platform and platform not in known:
        hint = nearest(platform, known) or f"; known are {', '.join(known)}"
        raise LookupError(f'"{platform}" is no platform{hint}')
    chosen = [channel for channel in channels if not platform or channel.destination.platform == known[platform].name]
    if chosen:
        channel = min(chosen, key=lambda channel: not channel.hears_of(posting))
        return known[channel.destination.platform], channel
    example = known[platform or next(iter(kinds()))]
    address = example.described.example_address or example.name
    schedule = Schedule(config.timezone, time(9), ())
    return example, Audience(example.name, Destination(example.name, address), schedule, config.language)
