"""What keeps the bot running in a container: a compose file (https://github.com/compose-spec/compose-spec)."""

import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.setup.filling import filled
from bot.setup.installed import direct_url

COMPOSE, CONTAINERFILE = "compose.yaml", "deploy/Containerfile"

LISTEN = "0.0.0.0:8080"  # within the container; outside it is a loopback address
"""Where the board listens, so that a port of the container leads there."""

OWN_USER = "10001:10001"
"""The account and group of the image, under which it runs where root sets up a lab."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Under whose account the container runs, as `UID:GID`, and from what its image is made: a folder or an address of
    Callboard's repository; empty where neither is known.
    """

    user: str
    origin: str = ""

    @classmethod
    def here(cls) -> "Builder":
        """Whoever asks, and where this Callboard came from."""
        is_root = not hasattr(os, "geteuid") or os.geteuid() == 0
        return cls(OWN_USER if is_root else f"{os.geteuid()}:{os.getegid()}", origin())

    @property
    def is_root(self) -> bool:
        """Whether root sets up the lab, so that the container runs under the image's own account."""
        return self.user == OWN_USER


def origin() -> str:
    """Where this Callboard was installed from, as far as an image can be made from it."""
    return _origin(direct_url())


def _origin(known: dict[str, dict[str, str] | str]) -> str:
    url, versions = str(known.get("url", "")), known.get("vcs_info")
    if isinstance(versions, dict) and versions.get("vcs") == "git" and urlsplit(url).path.endswith(".git"):
        return f"{url}#{versions.get('commit_id', '')}"
    folder = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
    return str(folder) if folder and (folder / CONTAINERFILE).is_file() else ""


def compose(builder: Builder, secrets: Sequence[Path] = (), folder: str = ".") -> str:
    """The compose file for the lab in whose folder it lies, or in another one; `secrets` are files elsewhere that its
    config names by absolute paths.
    """
    build = {"context": builder.origin, "dockerfile": CONTAINERFILE} if builder.origin else None
    mounts = [
        f"- {_json({'type': 'bind', 'source': str(path), 'target': str(path), 'read_only': True})}" for path in secrets
    ]
    return filled(
        COMPOSE,
        {
            "PULL": "" if build else "never",
            "BUILD": _json(build) if build else "",
            "USER": _json(builder.user),
            "FOLDER": _json(folder),
            "SECRETS": "\n      ".join(mounts),
        },
    )


def composed_by(folder: Path, builder: Builder) -> str:
    """The command that starts it; root gives the folder to the account under which it runs."""
    start = f"docker compose -f {shlex.quote(str(folder / COMPOSE))} up -d"
    path = f"./{folder}" if str(folder).startswith("-") else str(folder)  # no option of chown's
    return f"chown -R {OWN_USER} {shlex.quote(path)} && {start}" if builder.is_root else start


def shipped() -> dict[str, str]:
    """What `deploy/` has of it, by name: for a folder and an account that are named when it is started."""
    builder = Builder("${CALLBOARD_USER:-10001:10001}", "..")
    folder = "${CALLBOARD_FOLDER:?name the folder of the lab, which has config.yaml}"
    return {COMPOSE: compose(builder, folder=folder).replace("$$", "$")}


def _json(value: object) -> str:
    """YAML takes JSON for its own; in a compose file, `$` begins a variable."""
    return json.dumps(value, ensure_ascii=False).replace("$", "$$")
