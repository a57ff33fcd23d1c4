"""Whether anybody hears of what is handed in from chat. Nothing is sent."""

import asyncio
from collections.abc import Mapping

from bot.config import Config
from bot.config.settings import TakenFrom
from bot.domain.person import Person
from bot.platforms.base import DeliveryError, Platform
from bot.platforms.examining import SECONDS
from bot.schema import Note, Problem

_HELP = "or name a channel under submissions: review"


async def examine_reviewers(config: Config, platforms: Mapping[str, Platform]) -> tuple[list[Problem], list[Note]]:
    """A problem when no admin can be reached, who would have to approve; a note for each of several who cannot."""
    submissions, admins = config.submissions, sorted(config.people.admins)
    if submissions.from_ in {TakenFrom.NOBODY, TakenFrom.EDITORS} or submissions.review:
        return [], []
    path = str(config.path)
    line = next((config.lines[key] for key in ("people.admins", "people", "submissions") if key in config.lines), 1)
    if not admins:
        text = f"people.admins: nobody is named, so nobody hears of what is handed in; name admins, {_HELP}"
        return [Problem(path, line, text)], []
    reasons = await asyncio.gather(*(_unreached(person, platforms) for person in admins))
    failed = [f"{person}: {why}" for person, why in zip(admins, reasons, strict=True) if why]
    if len(failed) < len(admins):
        return [], [Note(path, line, f"people.admins: is not reached: {failure}") for failure in failed]
    what = "none can be reached, so nobody hears of what is handed in"
    text = f"people.admins: {what}; have one of them write to the bot, {_HELP} ({'; '.join(failed)})"
    return [Problem(path, line, text)], []


async def _unreached(person: Person, platforms: Mapping[str, Platform]) -> str | None:
    """Why a person is not reached in private; None where nothing speaks against it."""
    platform = platforms.get(person.platform)
    if platform is None:
        return f"{person.platform} is not in use"
    try:
        async with asyncio.timeout(SECONDS):
            await platform.private_place(person.id)
    except DeliveryError as error:
        return " ".join(str(error).split())
    except TimeoutError:
        return "no answer in time"
    return None
