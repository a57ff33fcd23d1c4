"""Asks the platforms whether a config works there: tokens, scopes, membership and rights. Nothing is sent."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.config import Config
from bot.inspect.reviewers import examine_reviewers
from bot.platforms.base import Finding, Platform
from bot.schema import Note, Problem


@dataclass(frozen=True, slots=True)
class ExaminationReport:
    """What the platforms said. `unasked`: by the platform's name, what it does not tell."""

    problems: list[Problem]
    notes: list[Note]
    unasked: dict[str, str]


async def examine(config: Config, platforms: Mapping[str, Platform]) -> ExaminationReport:
    """Asks all of them at once. Never fails."""
    places = defaultdict(list)
    for channel in config.channels:
        places[channel.destination].append(channel.name)

    async def examined(name: str, platform: Platform) -> list[Finding]:
        try:
            return await platform.examine([at for at in places if at.platform == name])
        except Exception as error:  # noqa: BLE001  # an answer that nobody thought of; the others have theirs
            return [Finding(f"could not be verified: {error!r}")]

    findings_by_platform = await asyncio.gather(*(examined(*item) for item in platforms.items()))
    problems: list[Problem] = []
    notes: list[Note] = []
    for name, findings in zip(platforms, findings_by_platform, strict=True):
        for finding in findings:
            placed = _told(config, name, finding, places[finding.at] if finding.at else [])
            if finding.is_note:
                notes += [Note(str(config.path), line, text) for line, text in placed]
            else:
                problems += [Problem(str(config.path), line, text) for line, text in placed]
    if any(platform.unasked for platform in platforms.values()):
        more_problems, more_notes = await examine_reviewers(config, platforms)
        problems, notes = problems + more_problems, notes + more_notes
    unasked = {name: platform.unasked for name, platform in platforms.items() if platform.unasked}
    return ExaminationReport(sorted(problems, key=_line), sorted(notes, key=_line), unasked)


def _told(config: Config, platform: str, finding: Finding, channels: list[str]) -> Iterator[tuple[int, str]]:
    """A finding with its line in the config: for each channel there, or for the platform."""
    for section, label in (
        [(f"channels.{name}", f"channels: {name}: ") for name in channels]
        if finding.at
        else [(f"platforms.{platform}", f"platforms.{platform}{f'.{finding.key}' if finding.key else ''}: ")]
    ):
        line = config.lines.get(f"{section}.{finding.key}") or config.lines.get(section, 1)
        text = " ".join(finding.text.split())  # a platform's own words may have several lines
        yield line, f"{label}{text}"


def _line(finding: Problem | Note) -> int:
    return finding.line
