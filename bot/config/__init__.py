"""config.yaml -> Config. Secrets come from the environment and stay sealed."""

from bot.config.keys import KINDS
from bot.config.reading import read
from bot.config.settings import LISTEN, OVERHEARD, SLACK_LISTEN, Config, Platform, Secret, SlackMode, Web

__all__ = ["KINDS", "LISTEN", "OVERHEARD", "SLACK_LISTEN", "Config", "Platform", "Secret", "SlackMode", "Web", "read"]
