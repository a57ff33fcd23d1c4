"""Whose account this process runs under."""

import getpass


def account_name() -> str:
    """The login name; a container's user may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
