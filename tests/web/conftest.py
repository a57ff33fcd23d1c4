from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.ports import free_address


@pytest.fixture
def listen():
    """An address that is free."""
    return free_address()


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
