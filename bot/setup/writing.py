"""The end of setting up: all is looked at once more, and written."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.observe import logs
from bot.schema.secrets import TOKENS
from bot.setup.containers import COMPOSE, Builder, compose, composed_by
from bot.setup.lab import CONFIG, IGNORED, Lab, files
from bot.setup.pages import InstalledFrom, UnfitError, address_to_do, fit, pages, published_by, to_do
from bot.setup.placing import ignore, lacking, look_ahead, place
from bot.setup.present import not_taken, unreached
from bot.setup.supervision import UNIT, Machine, UnnameableError, installed_by, unit
from bot.setup.verifying import problems
from bot.wording.catalogue import wording
from bot.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class SetupOutcome:
    """What became of it. `problems`: what does not hold up; then nothing was written. `placed`: each file, by its path
    in the folder, and whether it was written: not where one was there already. `trouble`: what kept the others from
    being written, with its path; where `placed` has none that was, nothing was written. `command` starts the bot;
    `to_do` is what a person has to do before, in order.
    """

    command: str
    problems: Sequence[str] = ()
    placed: Mapping[str, bool] = field(default_factory=dict)
    trouble: str = ""
    to_do: Sequence[str] = ()

    @property
    def is_good(self) -> bool:
        """Whether the lab held up, and nothing kept its files from being written."""
        return not self.problems and not self.trouble


async def write(folder: Path, lab: Lab, today: date) -> SetupOutcome:
    """Writes the files of the lab, if it holds up."""
    try:
        texts, command = planned(folder, lab, today)
    except (UnnameableError, UnfitError) as error:
        return SetupOutcome("", [str(error)])
    if wrong := await problems(lab):
        return SetupOutcome(command, [logs.sealed(problem) for problem in wrong])
    placed: dict[str, bool] = {}
    try:
        look_ahead(folder, texts)
        if ignore(folder):  # before there is a file that git is to leave out
            placed[IGNORED] = True
        placed.update(place(folder, texts))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return SetupOutcome(command, (), placed, f"{error.filename}: {why}" if error.filename else why)
    words = wording(lab.language)
    by_hand = (
        *_to_add(folder, lab, placed, words),
        *address_to_do(folder, lab, words),
        *to_do(lab, InstalledFrom.here(), words),
    )
    return SetupOutcome(command, (), placed, to_do=by_hand)


def _to_add(folder: Path, lab: Lab, placed: Mapping[str, bool], words: Wording) -> Iterator[str]:
    """What a config or a file of tokens lacks that was there already."""
    if not placed[CONFIG]:
        yield from not_taken(folder, lab, words)
        yield from unreached(folder, lab, words)
    elif not placed.get(TOKENS, True) and (names := lacking(folder, lab)):
        text = words._("{file} was there already, so you have to add what the config names: {names}")
        yield text.format(file=folder / TOKENS, names=", ".join(names))


def planned(folder: Path, lab: Lab, today: date) -> tuple[dict[str, str], str]:
    """The texts of all files, by path in the folder, but for what git has to leave out; and the command that starts the
    bot, or hands all to the server. Raises `UnnameableError` and `UnfitError`.
    """
    fit(folder, lab)
    secrets = [Path(secret.file) for platform in lab.platforms for secret in platform.secrets if secret.file]
    texts = {**files(lab, today), **pages(lab, InstalledFrom.here())}
    if lab.service == "systemd":
        absolute, machine = folder.resolve(), Machine.here()
        return {**texts, UNIT: unit(absolute, machine, secrets)}, installed_by(absolute, machine)
    if lab.service == "compose":
        builder = Builder.here()
        return {**texts, COMPOSE: compose(builder, secrets)}, composed_by(folder, builder)
    if lab.pages != "none":
        return texts, published_by(folder, lab)
    return texts, f"callboard run --config {shlex.quote(str(folder / CONFIG))}"
