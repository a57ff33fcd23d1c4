"""The end of setting up: all is looked at once more, and written."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.observe import logs
from bot.setup.lab import CONFIG, IGNORED, Lab, files
from bot.setup.placing import ignore, place
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
    command = f"callboard run --config {shlex.quote(str(folder / CONFIG))}"
    if wrong := await problems(lab):
        return Outcome(command, [logs.sealed(problem) for problem in wrong])
    placed: dict[str, bool] = {}
    try:
        placed.update(place(folder, files(lab, today)))
        if ignore(folder):
            placed[IGNORED] = True
    except OSError as error:
        return Outcome(command, (), placed, error.strerror or type(error).__name__)
    return Outcome(command, (), placed)
