"""Config -> platforms. The libraries of those not in use stay unread: they are large."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from bot.board import real_clock
from bot.config import KINDS, LISTEN, SLACK_LISTEN, Config, Secret
from bot.config import Platform as PlatformConfig
from bot.core.channel import Channel, Destination, Pattern
from bot.core.notice import Notice
from bot.core.planning import announcement, timeline
from bot.core.posting import Posting
from bot.core.wording import Wording
from bot.document import nearest
from bot.locales import wording
from bot.platforms.base import Platform


def build_platforms(config: Config, leave: Callable[[], None] = lambda: None) -> dict[str, Platform]:
    """The platforms in use, by name."""
    return {platform.name: build_platform(platform, leave, config) for platform in config.platforms}


def build_platform(
    platform: PlatformConfig, leave: Callable[[], None] = lambda: None, config: Config | None = None
) -> Platform:
    """One platform from its settings. The libraries of those not in use stay unread: they are large."""
    settings = platform.settings
    secrets = {key: value.reveal() for key, value in settings.items() if isinstance(value, Secret)}
    match platform.kind:
        case "telegram":
            from bot.platforms.telegram import Telegram  # noqa: PLC0415

            api_url = settings.get("api_url", "https://api.telegram.org")
            from bot.platforms.telegram.webhook import Webhook  # noqa: PLC0415

            given = settings.get("webhook")
            webhook = given and Webhook(given["url"], given["secret"].reveal(), given.get("listen", LISTEN))
            return Telegram(secrets.get("token", ""), api_url, wording, real_clock, name=platform.name, webhook=webhook)
        case "slack":
            from bot.platforms.slack import Slack  # noqa: PLC0415

            return Slack(
                bot_token=secrets.get("bot_token", ""),
                app_token=secrets.get("app_token"),
                signing_secret=secrets.get("signing_secret"),
                mode=str(settings.get("mode", "socket")),
                listen=settings.get("listen", SLACK_LISTEN),
                api_url=settings.get("api_url", "https://slack.com/api/"),
                name=platform.name,
            )
        case "web":
            from bot.platforms.web import Web  # noqa: PLC0415

            channels = [one.destination for one in config.channels] if config else []
            file = config.database_file if config else None
            listen = settings.get("listen", LISTEN)
            is_where_the_board_is = config and config.web and config.web.listen == listen
            return Web(
                [one.address for one in channels if one.platform == platform.name],
                listen,
                real_clock,
                file and file.with_name(f"{file.name}.{platform.name}.jsonl"),
                platform.name,
                "web.listen" if is_where_the_board_is else None,
            )
        case _:
            from bot.platforms.console import Console  # noqa: PLC0415

            return Console(leave, platform.name)


def credentials(config: Config) -> dict[str, str]:
    """By platform, what tells its credential from others, and does not give it away."""
    found = {}
    for platform in config.platforms:
        secrets = sorted((key, value.reveal()) for key, value in platform.settings.items() if isinstance(value, Secret))
        sends_with = next((value for key, value in secrets if key in {"token", "bot_token"}), platform.name)
        found[platform.name] = f"{platform.kind} {hashlib.sha256(sends_with.encode()).hexdigest()}"
    return found


async def payload(
    settings: PlatformConfig, words: Wording, channel: Channel, posting: Posting, now: datetime
) -> dict[str, Any] | str:
    """Exactly what would be sent to announce a posting in a channel, in its language's `words`."""
    return await payload_of(settings, words, [Notice(announcement(posting, channel.pattern), channel)], now)


async def payload_of(
    settings: PlatformConfig, words: Wording, notices: Sequence[Notice], now: datetime
) -> dict[str, Any] | str:
    """Exactly what would be sent at `now` of notices of one channel: many are a digest."""
    channel = notices[0].channel
    message = words.notice(notices, now)
    one = build_platform(settings)
    try:
        return one.payload(channel.destination, message, notices[0].key)
    finally:
        await one.close()


def place_for(config: Config, platform: str | None, posting: Posting, now: datetime) -> tuple[PlatformConfig, Channel]:
    """That platform, or the first of that kind, and the first channel on it, those that would hear of the posting
    first; or a channel as it could be. Raises `LookupError` when there is no such platform.
    """
    known = {one.name: one for one in config.platforms}
    for kind in KINDS:
        first = next((one for one in config.platforms if one.kind == kind), PlatformConfig(kind, kind, {}))
        known.setdefault(kind, first)
    if platform and platform not in known:
        hint = nearest(platform, known) or f"; known are {', '.join(known)}"
        raise LookupError(f'"{platform}" is no platform{hint}')
    there = [one for one in config.channels if not platform or one.destination.platform == known[platform].name]
    heard = {notice.channel.name for _, notice in timeline([posting], there, now, now)}
    if there:
        channel = min(there, key=lambda channel: channel.name not in heard)
        return known[channel.destination.platform], channel
    one = known[platform or "console"]
    address = {"telegram": "@your_channel", "slack": "#your-channel"}.get(one.kind, one.name)
    pattern = Pattern(config.timezone, time(9), ())
    return one, Channel(one.name, Destination(one.name, address), pattern, config.language)
