"""Programs that judge what Callboard ships, and that not every machine has."""

import os
import shutil

import pytest


def program(name: str, package: str) -> str:
    """The path of a program. Without it the test is skipped, and says which Debian `package` brings it; in CI it
    fails.
    """
    if path := shutil.which(name):
        return path
    missing = f"{name} is not here: apt-get install {package}"
    if os.environ.get("CI"):  # a laptop may do without; what lands has been judged by it
        pytest.fail(missing)
    pytest.skip(missing)
