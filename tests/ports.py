"""Ports that a test may hand to a program that it starts.

A port that the system picks (`bind` to 0) and that is then given up may be handed out again at once, to any
connection of any process: with several tests at work, the program that should listen there finds it taken. So these
come from below the range of which the system picks, and each worker of a run has its own share of them.
"""

import itertools
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_FIRST = 10_240  # above what Debian's services use
_SYSTEM_PICKS_FROM = Path("/proc/sys/net/ipv4/ip_local_port_range")  # Linux: see ip(7)


def _candidates() -> Iterator[int]:
    """This worker's share of the ports, in an order of its own: each is offered again only when all were."""
    end = int(_SYSTEM_PICKS_FROM.read_text().split()[0]) if _SYSTEM_PICKS_FROM.exists() else 32_768
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER", "gw0"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    ports = list(range(_FIRST + int(worker.removeprefix("gw")), max(end, _FIRST + 1_000), int(workers)))
    random.SystemRandom().shuffle(ports)  # runs beside this one begin elsewhere
    return itertools.cycle(ports)


_next = _candidates()


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens, and that the system gives to no connection."""
    for port in _next:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("unreachable: the ports go round")


def free_address() -> str:
    return f"127.0.0.1:{free_port()}"
