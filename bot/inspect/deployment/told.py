"""What is said of a deployment: lines as `check` has them, in groups."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
from bot.domain.letters import printable
from bot.inspect.deployment.publishing import ComposeFile
from bot.schema import Node, written_at


@dataclass(frozen=True, slots=True)
class DeploymentLine:
    """One thing that is so, at its place in a file. `is_exposed`: somebody can read, change or use what is not for
    them, and the text says what to do.
    """

    path: str
    line: int
    text: str
    is_exposed: bool = False

    def __str__(self) -> str:
        return printable(f"{self.path}:{self.line}: {'exposed: ' if self.is_exposed else ''}{self.text}")


@dataclass(frozen=True, slots=True)
class DeploymentGroup:
    """What belongs together, under a heading."""

    heading: str
    lines: Sequence[DeploymentLine]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is looked at: the config, the document that it was read from, where only this machine comes in
    (`private`), whether this command is in a container, where no other account has anything to look for, and the file
    of Compose beside the config (`compose`).
    """

    config: Config
    root: Node
    private: Sequence[str]
    is_contained: bool
    compose: ComposeFile | None = None

    @property
    def folder(self) -> Path:
        """Where the config lies."""
        return self.config.path.parent

    def said(self, text: str, *keys: str, is_exposed: bool = False) -> DeploymentLine:
        """Something said at a key of the config."""
        return DeploymentLine(str(self.config.path), written_at(self.root, keys)[0], text, is_exposed)


def is_contained(environ: Mapping[str, str] = os.environ, at: Path = Path("/")) -> bool:
    """Whether this process is in a container, by the marks that Podman, Docker, Kubernetes and systemd-nspawn leave
    (https://systemd.io/CONTAINER_INTERFACE; podman-run(1), /run/.containerenv).
    """
    marks = ("run/.containerenv", ".dockerenv")
    return "container" in environ or "KUBERNETES_SERVICE_HOST" in environ or any((at / mark).exists() for mark in marks)
