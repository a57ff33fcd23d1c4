"""Who follows: how many, by platform; taken in from a file, and written out."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.audiences.follower import Follower
from bot.cli.common import UNUSABLE, callboard, config_option, json_option, load, say, show, show_json, show_rows
from bot.cli.running import with_database
from bot.config.settings import PlatformConfig
from bot.domain.person import Person
from bot.domain.schedule import Destination, Lead
from bot.engine.board import real_clock
from bot.questions.filters import read_filter

if TYPE_CHECKING:
    from bot.store import FollowerStore


@callboard.command()
@config_option
@json_option
@click.option(
    "--import",
    "given",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help='Take in follows, one a line: {"person": "telegram:4711", "follow": "phd"}.',
)
@click.option("--export", "writes", is_flag=True, help="Write all follows and reminders, as --import reads them.")
def people(path: Path, given: Path | None, *, as_json: bool, writes: bool) -> None:
    """Count who follows, by platform; nobody is named.

    With --import, either all lines of the file are taken in, or none: exit status 1, and each is named that does not
    hold up. What is there already stays as it is.
    """
    config = load(path)
    if given:
        orders = _read(given, {platform.name: platform for platform in config.platforms})
        count = _with_store(config.database, lambda store: _take_in(store, orders, real_clock()))
        others = "; the others were there" if count < len(orders) else ""
        show(f"{count} of {len(orders)} taken in{others}")
        return
    every = _with_store(config.database, lambda store: store.every())
    if writes:
        for follower in every:
            for order in _orders(follower):
                show_json(order)
        return
    counts = _counted(every)
    if as_json:
        show_json(counts)
        return
    rows = [
        f"{platform}: " + ", ".join(f"{number} {what}" for what, number in numbers.items())
        for platform, numbers in counts.items()
    ]
    show_rows(rows, "nobody follows or is reminded yet")


def _counted(every: Iterable[Follower]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for follower in every:
        numbers = counts.setdefault(follower.destination.platform, {"followers": 0, "reminders": 0, "blocked": 0})
        if follower.blocked_at:
            numbers["blocked"] += 1
            continue
        numbers["followers"] += bool(follower.queries)
        numbers["reminders"] += sum(bool(own.leads) for own in follower.reminders.values())
    return dict(sorted(counts.items()))


# --- As lines


@dataclass(frozen=True, slots=True)
class _Order:
    """One line: who follows which query, or is reminded of which posting at which lead times."""

    person: Person
    follow: str | None = None
    remind: str | None = None
    leads: tuple[Lead, ...] = ()

    def applied(self, follower: Follower, now: datetime) -> Follower:
        if self.follow is not None:
            is_there = any(saved.text == self.follow for saved in follower.queries)
            return follower if is_there else follower.following(self.follow, now)
        assert self.remind is not None  # noqa: S101  # it is one of the two
        own = follower.reminders.get(self.remind)
        return follower if own and own.leads == self.leads else follower.reminded(self.remind, self.leads, now)


def _orders(follower: Follower) -> Iterator[dict[str, str]]:
    for saved in follower.queries:
        yield {"person": follower.name, "follow": saved.text}
    for posting, own in sorted(follower.reminders.items()):
        yield {"person": follower.name, "remind": posting, "leads": " ".join(map(str, own.leads))}


def _read(path: Path, platforms: Mapping[str, PlatformConfig]) -> list[_Order]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        say(f"{path}: cannot be read: {error}")
        sys.exit(UNUSABLE)
    orders, is_wrong = [], False
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                orders.append(_order(line, platforms))
            except ValueError as error:
                say(f"{path}:{number}: {error}")
                is_wrong = True
    if is_wrong:
        sys.exit(1)
    return orders


def _order(line: str, platforms: Mapping[str, PlatformConfig]) -> _Order:
    """Raises `ValueError`, which says what is wrong."""
    try:
        order = json.loads(line)
    except (ValueError, RecursionError):
        order = None
    if not isinstance(order, dict) or not all(isinstance(value, str) for value in order.values()):
        raise ValueError('is no line of follows; write {"person": "telegram:4711", "follow": "phd"}')
    person = Person.parse(order.get("person", ""))
    if person.platform not in platforms:
        known = ", ".join(sorted(platforms)) or "none"
        raise ValueError(f'person: "{person.platform}" is no platform of the config; known are {known}')
    if fault := platforms[person.platform].described.person_fault(person.id):
        raise ValueError(f'person: "{person.id}" {fault}')
    keys = order.keys() - {"person"}
    if keys == {"follow"}:
        text = " ".join(order["follow"].split())
        if problems := _problems(text):
            raise ValueError(f"follow: {problems[0]}")
        return _Order(person, follow=text)
    if keys == {"remind", "leads"} and order["remind"].strip():
        return _Order(person, remind=order["remind"].strip(), leads=tuple(map(Lead.parse, order["leads"].split())))
    raise ValueError('has to have "follow"; or "remind", an id, and "leads" such as "3d 2h"')


@cache
def _problems(text: str) -> tuple[str, ...]:
    """What keeps a text from being a filter; many follow the same."""
    return read_filter(text).problems if text else ()


async def _take_in(store: "FollowerStore", orders: Iterable[_Order], now: datetime) -> int:
    """How many were not there yet."""
    by_person: dict[str, list[_Order]] = defaultdict(list)
    for order in orders:
        by_person[str(order.person)].append(order)
    new = 0

    def applied(name: str, known: Follower | None) -> Follower:
        nonlocal new
        person = by_person[name][0].person
        follower = known or Follower(name, Destination(person.platform, person.id))
        for order in by_person[name]:
            changed = order.applied(follower, now)
            new += changed != follower
            follower = changed
        return follower

    await store.change_each(by_person, applied)
    return new


def _with_store(database: str, work: Callable[["FollowerStore"], Any]) -> Any:
    from bot.store import Ledger

    async def with_followers() -> Any:
        ledger = await Ledger.open(database)
        try:
            return await work(ledger.followers)
        finally:
            await ledger.close()

    return with_database(with_followers())
