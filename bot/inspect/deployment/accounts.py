"""Whose a file is, and who else is in its group. On systems without such accounts nobody is known."""

import os
from contextlib import suppress

try:
    import grp
    import pwd
except ImportError:  # Windows
    grp = pwd = None  # type: ignore[assignment]


def owner_name(status: os.stat_result) -> str:
    """The owner's login name, or its number where it has none, as in a container."""
    with suppress(KeyError, AttributeError):
        return pwd.getpwuid(status.st_uid).pw_name
    return str(status.st_uid)


def group_name(status: os.stat_result) -> str:
    """The group's name, or its number where it has none."""
    with suppress(KeyError, AttributeError):
        return grp.getgrgid(status.st_gid).gr_name
    return str(status.st_gid)


def strangers(status: os.stat_result) -> frozenset[str]:
    """The accounts of a file's group beside its owner and root. A directory server may know of more than it lists."""
    with suppress(KeyError, AttributeError):
        members = {account.pw_name for account in pwd.getpwall() if account.pw_gid == status.st_gid}
        return frozenset(members | {*grp.getgrgid(status.st_gid).gr_mem}) - {owner_name(status), "root"}
    return frozenset()


def is_shared(status: os.stat_result) -> bool:
    """Whether strangers have a file by its group. Of a file that root has made, one may be the bot's own account."""
    return len(strangers(status)) > (1 if status.st_uid == 0 else 0)
