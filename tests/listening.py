"""Waiting for a server that a test has started."""

import asyncio


async def listening(address):
    """Waits until somebody listens at `HOST:PORT`."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except ConnectionError:
                await asyncio.sleep(0.005)
                continue
            writer.close()
            return
