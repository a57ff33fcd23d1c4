"""Memory as the C library gives it to threads."""

import ctypes

_M_ARENA_MAX = -8  # of glibc's malloc.h; see mallopt(3)


def share_one_arena() -> bool:
    """Has all threads take their memory from one place. glibc gives each an arena of its own, which keeps what was
    freed in it: with those for the database that is several megabytes of nothing, and of threads in Python one works at
    a time anyway. To be called before there are any. Whether the C library knows how.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1))
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return False
