"""config.yaml -> Config. Secrets come from the environment and stay sealed."""

from bot.config.reading import read
from bot.config.settings import OVERHEARD, Config, PlatformConfig, Web
from bot.schema.secrets import Secret

__all__ = ["OVERHEARD", "Config", "PlatformConfig", "Secret", "Web", "read"]
