"""What can be reached by HTTP: one server an address, on which several parts have their paths. The home of aiohttp's
server and of prometheus_client.
"""

from bot.web.listener import Listener

__all__ = ["Listener"]
