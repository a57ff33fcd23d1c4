"""Audiences beside the channels of the config: whoever follows."""

from bot.audiences.followers import Followers

__all__ = ["Followers"]
