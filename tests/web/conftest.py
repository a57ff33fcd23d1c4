import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest


@pytest.fixture
def listen():
    """An address that is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
async def client(listen):
    async with aiohttp.ClientSession(f"http://{listen}", timeout=aiohttp.ClientTimeout(10)) as client:
        yield client


@pytest.fixture
def raw(listen):
    """A connection on which anything can be said."""
    import asyncio

    @asynccontextmanager
    async def raw():
        host, port = listen.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield reader, writer
        finally:
            writer.close()

    return raw
