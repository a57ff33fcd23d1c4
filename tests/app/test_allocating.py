"""What threads have freed is used again by all."""

import ctypes
import subprocess
import sys

import pytest

from bot.app.allocating import share_one_arena

GLIBC = """
import ctypes, re, tempfile, threading
from bot.app.allocating import share_one_arena
assert {before} or share_one_arena()
takes = threading.Barrier(4)
def take():
    kept = [bytes(2_000) for _ in range(500)]
    takes.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as file:
    stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(re.findall("<heap nr", open(file.name).read())))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="no glibc"
)
def test_all_threads_share_one_arena():
    assert arenas(GLIBC.format(before=False)) == 1
    assert arenas(GLIBC.format(before=True)) > 1


def arenas(code):
    """How many a process has that runs it."""
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def test_another_c_library_does_as_it_likes(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert share_one_arena() is False
