"""The lock's session in PostgreSQL."""

import asyncpg
import pytest
from sqlalchemy import text

from bot.store import Ledger, LedgerError, SenderLock
from tests.store.build import CREDENTIALS, NOON, message, notices


async def test_postgresql_notices_soon_that_a_machine_is_gone(postgresql_url):
    """And with it the session and its locks: by the usual settings that takes two hours."""
    lock = SenderLock(postgresql_url, CREDENTIALS)
    assert await lock.take()
    names = ("idle", "interval", "count")
    shown = [await lock._connection.scalar(text(f"SHOW tcp_keepalives_{name}")) for name in names]
    assert shown == ["5", "2", "3"]
    await lock.release()
    assert await lock.take()
    await lock.release()


async def test_a_number_that_another_session_has_now_is_no_lock(postgresql_url):
    """PostgreSQL was started again, and gave the same process number to the session of another process."""
    first, second = SenderLock(postgresql_url, CREDENTIALS), SenderLock(postgresql_url, CREDENTIALS)
    ledger = await Ledger.open(postgresql_url)
    ledger.verify = first.verify
    assert await first.take()
    connection = await asyncpg.connect(postgresql_url)
    assert await connection.fetchval("SELECT pg_terminate_backend($1, 5000)", first._pid)
    await connection.close()
    assert await second.take()
    first._pid = second._pid
    with pytest.raises(LedgerError, match="another callboard may send now"):
        await ledger.begin(message(notices(1)[0]), NOON)
    await first.release()
    await second.release()
    await ledger.close()


async def test_the_address_of_a_database_may_be_as_hosts_hand_it_out(postgresql_url):
    """Such as Heroku's, Render's and Neon's, which are for libpq."""
    url = f"{postgresql_url}{'&' if '?' in postgresql_url else '?'}sslmode=prefer&channel_binding=prefer"
    lock = SenderLock(url, CREDENTIALS)
    assert await lock.take()
    await (await Ledger.open(url)).close()
    await lock.release()
