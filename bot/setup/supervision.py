"""What keeps the bot running: a unit of systemd, filled in from a template for a lab and a machine. What `deploy/` has
is the same, filled in for a lab in /srv/callboard: `python -m bot.setup.supervision FOLDER` writes it.
"""

import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.files.account import account_name
from bot.setup import containers
from bot.setup.filling import filled

UNIT = "callboard.service"
OWN_ACCOUNT = "callboard"
"""Under which it runs where root sets up a lab."""

_HIDDEN = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))  # noqa: S108  # by the unit
_UNNAMED = re.compile(r"[\x00-\x1f\x7f:]")  # a colon ends a path in BindPaths=


class UnnameableError(Exception):
    """A path that a unit cannot name; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it will run: the program as it is installed, the folders that it reads to run, and the account."""

    program: Path
    libraries: Sequence[Path]
    account: str
    is_root: bool = False

    @classmethod
    def here(cls) -> "Machine":
        """This one."""
        program = Path(sys.prefix, "bin", "callboard")
        package = Path(__file__).resolve().parents[2]
        libraries = dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix), package))
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        return cls(program, tuple(libraries), OWN_ACCOUNT if is_root else account_name(), is_root)


INSTALLED = Machine(Path("/opt/callboard/bin/callboard"), (), OWN_ACCOUNT)
"""As docs/deploy.md installs it."""


def unit(folder: Path, machine: Machine, secrets: Sequence[Path] = ()) -> str:
    """The unit for a lab in `folder`, an absolute path; `secrets` are files elsewhere that its config names. Homes and
    the folders of temporary files are hidden from the bot, so what it needs of them is named. Raises `UnnameableError`.
    """
    read_only = [path for path in (*machine.libraries, *secrets) if not path.is_relative_to(folder)]
    for path in (folder, machine.program, *read_only):
        if _UNNAMED.search(str(path)):
            raise UnnameableError(
                f"systemd's units cannot name {str(path)!r}; take a folder without a colon in its name"
            )
    return filled(
        UNIT,
        {
            "FOLDER": _escaped(folder),
            "PROGRAM": _quoted(machine.program),
            "ACCOUNT": machine.account,
            "QUOTED_FOLDER": _quoted(folder),
            "BOUND": " ".join(map(_quoted, _hidden([folder]))),
            "BOUND_TO_READ": " ".join(map(_quoted, _hidden(read_only))),
        },
    )


def installed_by(folder: Path, machine: Machine) -> str:
    """The command that puts the unit of that folder in place, and starts it."""
    sudo = "" if machine.is_root else "sudo "
    copying = f"{sudo}cp {shlex.quote(str(folder / UNIT))} /etc/systemd/system/{UNIT}"
    start = f"{sudo}systemctl daemon-reload && {sudo}systemctl enable --now {UNIT}"
    if not machine.is_root:
        return f"{copying} && {start}"
    account = f"{{ id -u {OWN_ACCOUNT} > /dev/null 2>&1 || useradd --system --user-group {OWN_ACCOUNT}; }}"
    return f"{account} && chown -R {OWN_ACCOUNT}: {shlex.quote(str(folder))} && {copying} && {start}"


def _hidden(paths: Sequence[Path]) -> Iterator[Path]:
    """Those that the unit hides, without what lies in another of them."""
    hidden = [path for path in paths if any(path.is_relative_to(top) for top in _HIDDEN)]
    for path in dict.fromkeys(hidden):
        if not any(path != other and path.is_relative_to(other) for other in hidden):
            yield path


def _escaped(path: Path) -> str:
    """A path that stands alone: `%` begins a specifier (systemd.unit(5))."""
    return str(path).replace("%", "%%")


def _quoted(path: Path) -> str:
    """A path among others: in quotes where it needs them (systemd.syntax(7))."""
    text = _escaped(path)
    if not re.search(r"[^\w/.@%+=,-]", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def shipped() -> dict[str, str]:
    """What `deploy/` has of what keeps the bot running, by name."""
    return {UNIT: unit(Path("/srv/callboard"), INSTALLED), **containers.shipped()}


if __name__ == "__main__":
    for name, text in shipped().items():
        Path(sys.argv[1], name).write_text(text, "utf-8")
