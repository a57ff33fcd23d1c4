"""`callboard run` as systemd starts it."""

import asyncio
import re
import socket

import pytest
import yaml

from tests.ports import free_port
from tests.process.lab import Lab

pytestmark = pytest.mark.process


async def test_systemd_hears_how_the_bot_is_from_its_start_to_its_end(tmp_path):
    async with Lab(tmp_path) as lab:
        port = free_port()
        lab.configure([{"name": "terminal", "platform": "console"}], platforms={}, web={"listen": f"127.0.0.1:{port}"})
        lab.post("robots")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.setblocking(False)
            there.bind(str(tmp_path / "notify"))
            lab.environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "100000"}
            said = []

            async def hears(pattern):
                async with asyncio.timeout(20):
                    while not said or not re.match(pattern, said[-1]):
                        said.append((await asyncio.get_running_loop().sock_recv(there, 4096)).decode())

            bot = await lab.start()
            await hears("READY=1")
            _, writer = await asyncio.open_connection("127.0.0.1", port)  # by then, it listens
            writer.close()
            assert "WATCHDOG=1" not in said
            assert "STATUS=postings: 1, open: 1, notices left to send: " in "\n".join(said)
            await hears("WATCHDOG=1")

            config = yaml.safe_load(lab.config_path.read_text())
            lab.config_path.write_text(yaml.safe_dump(config | {"language": "de"}))
            await hears("RELOADING=1\nMONOTONIC_USEC=")
            await hears("READY=1")
            await hears("WATCHDOG=1")
            assert "STOPPING=1" not in said

            health = await lab.callboard("health")
            assert (health.code, health.err) == (0, "")
            assert health.out.startswith("ok: postings: 1, notices left to send: ")

            leaving = asyncio.create_task(bot.stop())
            await hears("STOPPING=1")
            assert await leaving == 0
            health = await lab.callboard("health")
            assert (health.code, health.out) == (1, "")
            assert "no callboard runs here with " in health.err
