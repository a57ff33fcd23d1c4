"""A database that cannot be used, in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError


class LedgerError(Exception):
    """The database cannot be used; the text says why, without the password."""


@contextmanager
def as_ledger_errors(url: URL) -> Iterator[None]:
    """Makes whatever the libraries raise a `LedgerError`. They say with `TypeError` and `ValueError` that a URL's
    options are none, and let some of the driver's own errors through.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ArithmeticError, TypeError, ValueError) as error:
        cause = getattr(error, "orig", None) or error
        why = isinstance(cause, OSError) and cause.strerror  # the rest of its text is a number, and the place again
        raise LedgerError(f"the database {where(url)} cannot be used: {why or cause.__cause__ or cause}") from error


def where(url: URL) -> str:
    """Which database it is, without the password."""
    host = (url.host or "").rpartition("@")[2]  # an "@" in a password that is not escaped ends up here
    return f"{url.get_backend_name()} {url.database}" + (f" at {host}" if host else "")
