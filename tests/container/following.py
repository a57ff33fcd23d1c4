"""Waits for what a program does, by its log: it is looked whenever there is a new line."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from threading import Timer

import pytest

OUTER_GUARD = 300.0
"""Seconds after which a log that says nothing more ends a test that would hang; nothing is measured by it."""


def until(holds: Callable[[], bool], follow: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Returns when it holds. `follow`: a command that prints the log from its beginning, and goes on with it."""
    lines = []
    with subprocess.Popen(
        follow,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # it may have a child, as nsenter has
    ) as following:
        end = Timer(OUTER_GUARD, os.killpg, (following.pid, signal.SIGKILL))
        end.start()
        try:
            for line in following.stdout or ():
                lines.append(line)
                if holds():
                    return
        finally:
            end.cancel()
            if following.poll() is None:
                os.killpg(following.pid, signal.SIGKILL)
    if not holds():
        pytest.fail(f"it never came to that; the log has: {''.join(lines)}")
