"""Programs that judge what Callboard ships, and that not every machine has."""

import os
import shutil
from typing import NoReturn

import pytest


def program(name: str, package: str) -> str:
    """The path of a program. Without it the test is skipped, and says which Debian `package` brings it; in CI it
    fails.
    """
    path = shutil.which(name)
    if path is None:
        missing(f"{name} is not here: apt-get install {package}")
    return path


def missing(text: str) -> NoReturn:
    """Skips the test, and says why; in CI it fails."""
    if os.environ.get("CI"):  # a laptop may do without; what lands has been judged by it
        pytest.fail(text)
    pytest.skip(text)
