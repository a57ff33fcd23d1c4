"""The end of setting up: all is looked at once more, and written."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.observe import logs
from bot.setup.lab import CONFIG, IGNORED, Lab, files
from bot.setup.placing import ignore, place
from bot.setup.supervision import UNIT, Machine, UnnameableError, installed_by, unit
from bot.setup.verifying import problems


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. `problems`: what does not hold up; then nothing was written. `placed`: each file, by its path
    in the folder, and whether it was written: not where one was there already. `trouble`: what kept the others from
    being written. `command` starts the bot.
    """

    command: str
    problems: Sequence[str] = ()
    placed: Mapping[str, bool] = field(default_factory=dict)
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return not self.problems and not self.trouble


async def write(folder: Path, lab: Lab, today: date) -> Outcome:
    """Writes the files of the lab, if it holds up."""
    try:
        more, command = _service(folder, lab)
    except UnnameableError as error:
        return Outcome("", [str(error)])
    if wrong := await problems(lab):
        return Outcome(command, [logs.sealed(problem) for problem in wrong])
    placed: dict[str, bool] = {}
    try:
        placed.update(place(folder, {**files(lab, today), **more}))
        if ignore(folder):
            placed[IGNORED] = True
    except OSError as error:
        return Outcome(command, (), placed, error.strerror or type(error).__name__)
    return Outcome(command, (), placed)


def _service(folder: Path, lab: Lab) -> tuple[dict[str, str], str]:
    """The file by which the bot is kept running, if one is wanted, and the command that starts it."""
    if lab.service == "systemd":
        there, machine = folder.resolve(), Machine.here()
        secrets = [Path(secret.file) for platform in lab.platforms for secret in platform.secrets if secret.file]
        return {UNIT: unit(there, machine, secrets)}, installed_by(there, machine)
    return {}, f"callboard run --config {shlex.quote(str(folder / CONFIG))}"
