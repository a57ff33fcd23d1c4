"""Whether a lab as it would be written holds up: read as a config, and asked of the platforms."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import Config, read
from bot.engine.building import build_platforms
from bot.inspect.examining import examine
from bot.observe import logs
from bot.platforms.base import Platform
from bot.schema import InvalidError
from bot.setup.lab import CONFIG, Lab, files
from bot.setup.placing import place


@contextmanager
def _config(lab: Lab) -> Iterator[Config]:
    """What it says, once it is written. Raises `InvalidError`."""
    with TemporaryDirectory(prefix="callboard-") as name:
        folder = Path(name)
        for _ in place(folder, files(lab, date(2000, 1, 1))):
            pass
        config = read(folder / CONFIG)
        logs.seal(config.secrets)
        yield config


async def problems(lab: Lab) -> list[str]:
    """What does not hold up, and what to press; nothing where all does. Nothing is sent."""
    try:
        with _config(lab) as config:
            platforms = build_platforms(config)
            try:
                report = await examine(config, platforms)
            finally:
                for platform in platforms.values():
                    await platform.close()
    except InvalidError as error:
        return [text for _line, text in error.faults]
    return [problem.text for problem in report.problems]


@asynccontextmanager
async def platform_of(lab: Lab, kind: str) -> AsyncIterator[Platform]:
    """The platform of that kind, as the bot of that lab has it."""
    with _config(lab) as config:
        platforms = build_platforms(config)
        try:
            yield platforms[kind]
        finally:
            for platform in platforms.values():
                await platform.close()
