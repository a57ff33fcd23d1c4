"""Servers that tests start: one of raw connections, and waiting for one that somebody else has started."""

import asyncio
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def raw_server(take, **given):
    """Takes connections by `take(reader, writer)` on a port that it gives; all of them end with it."""
    connections = set()

    async def taking(reader, writer):
        connections.add(asyncio.current_task())
        try:
            await take(reader, writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        finally:
            writer.transport.abort()
            connections.discard(asyncio.current_task())

    server = await asyncio.start_server(taking, "127.0.0.1", 0, **given)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)  # what was accepted just now begins
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # what was broken off is closed


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
