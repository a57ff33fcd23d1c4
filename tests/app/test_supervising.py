"""What systemd is told: datagrams, as sd_notify(3) describes them."""

import asyncio
import os
import socket

import pytest

from bot.app.bot import _tell
from bot.app.supervising import Supervisor
from bot.observe import logs
from bot.web.health import Health


@pytest.fixture(params=["path", "abstract"])
def there(request, tmp_path):
    """A socket as systemd has it, and how NOTIFY_SOCKET names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.setblocking(False)
        heard.bind(str(tmp_path / "notify") if request.param == "path" else f"\0callboard-{os.getpid()}")
        name = heard.getsockname()
        yield heard, name if isinstance(name, str) else f"@{name[1:].decode()}"


def said(heard):
    messages = []
    while True:
        try:
            messages.append(heard.recv(4096).decode())
        except BlockingIOError:
            return messages


def test_systemd_hears_that_it_is_ready_reloads_and_stops(there):
    heard, address = there
    told = Supervisor.of({"NOTIFY_SOCKET": address}, 1)
    told.ready()
    told.reloading()
    told.stopping()
    ready, reloading, stopping = said(heard)
    assert (ready, stopping) == ("READY=1", "STOPPING=1")
    first, second = reloading.split("\n")
    name, _, microseconds = second.partition("=")
    assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
    assert int(microseconds) > 0


def test_systemd_hears_it_where_a_socket_cannot_be_made_with_that_flag(there, monkeypatch):
    """macOS has none; no program that is started inherits a socket anyhow (PEP 446)."""
    monkeypatch.delattr(socket, "SOCK_CLOEXEC", raising=False)
    heard, address = there
    Supervisor.of({"NOTIFY_SOCKET": address}, 1).ready()
    assert said(heard) == ["READY=1"]


def test_a_sentence_is_told_once_without_secrets_and_never_becomes_a_message_of_its_own(there):
    heard, address = there
    logs.seal({"hunter2"})
    told = Supervisor.of({"NOTIFY_SOCKET": address}, 1)
    told.status("all is well")
    told.status("all is well")
    told.status("no answer from hunter2\nMAINPID=1")
    first, second = said(heard)
    assert first == "STATUS=all is well"
    assert second == "STATUS=no answer from …\\nMAINPID=1"


async def test_it_gives_signs_of_life_as_long_as_there_is_life(there):
    heard, address = there
    told = Supervisor.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "7"}, 7)
    lives = [True, True, False, False, False]
    with pytest.raises(IndexError):
        await told.watch(lambda: lives.pop(0))
    assert said(heard) == ["WATCHDOG=1", "WATCHDOG=1"]


class Outside:
    """A bot whose rounds hang from the third sign of life on: `seconds` is its clock."""

    def __init__(self):
        self.now, self.looks = 0.0, 0
        self.health = Health(self.listening, self.seconds)

    def seconds(self):
        self.looks += 1
        if self.looks > 10:
            raise IndexError
        self.now += 1000.0 if self.looks == 4 else 1.0  # the first is its beginning
        return self.now

    async def listening(self):
        pass


async def test_a_bot_whose_rounds_hang_gives_no_sign_of_life_though_its_loop_goes_on(there):
    heard, address = there
    ready = asyncio.Event()
    ready.set()
    told = Supervisor.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000"}, 7)
    with pytest.raises(IndexError):
        await _tell(told, ready, Outside())
    assert said(heard) == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "often"}, {"WATCHDOG_USEC": "2000", "WATCHDOG_PID": "8"}],
)
async def test_nobody_waits_for_a_sign_of_life_who_did_not_ask_this_process(environment):
    await Supervisor.of(environment, 7).watch(pytest.fail)


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "relative", "@" + "x" * 200])
def test_where_nobody_listens_the_bot_goes_on(address):
    told = Supervisor.of({"NOTIFY_SOCKET": address}, 1)
    told.ready()
    told.status("well")
