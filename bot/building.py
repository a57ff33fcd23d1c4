"""Config -> platforms. The libraries of those not in use stay unread: they are large."""

import hashlib
from collections.abc import Callable

from bot.board import real_clock
from bot.config import LISTEN, SLACK_LISTEN, Config, Secret
from bot.config import Platform as PlatformConfig
from bot.locales import wording
from bot.platforms.base import Platform


def build_platforms(config: Config, leave: Callable[[], None] = lambda: None) -> dict[str, Platform]:
    """The platforms in use, by name."""
    return {platform.name: build_platform(config, platform, leave) for platform in config.platforms}


def build_platform(config: Config, platform: PlatformConfig, leave: Callable[[], None] = lambda: None) -> Platform:
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

            channels = [one.destination for one in config.channels if one.destination.platform == platform.name]
            file = config.database_file
            return Web(
                [one.address for one in channels],
                settings.get("listen", LISTEN),
                real_clock,
                file and file.with_name(f"{file.name}.{platform.name}.jsonl"),
                platform.name,
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
