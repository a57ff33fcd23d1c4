"""Folders of posting files, and what is wrong with them."""

import os
from contextlib import contextmanager

from bot.sources.files import Registry


def problems_of(folder, files):
    """The problems of a folder with these files, as `callboard check` prints them, seen from the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = Registry(folder, "Europe/Berlin").read()
    return [str(problem).removeprefix(f"{folder}{os.sep}") for problem in reading.problems]


HEAD = "title: PhD in Robotics\nrole: phd\n"


@contextmanager
def chain(folder, length=1500):
    """A chain of folders within each other, longer than any path may be; it is taken down again, for others recurse."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(length):
        os.mkdir("dd", dir_fd=at)
        inner = os.open("dd", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    yield
    for _ in range(length - 1):
        (folder / "dd" / "dd").rename(folder / "rest")
        (folder / "dd").rmdir()
        (folder / "rest").rename(folder / "dd")
    (folder / "dd").rmdir()
