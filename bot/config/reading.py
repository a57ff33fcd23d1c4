"""config.yaml -> Config: every key on its own, then what must fit together."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import time
from os.path import isdir
from pathlib import Path
from typing import Any

from bot.audiences.audience import Audience
from bot.config.announcing import announced, unheeded
from bot.config.keys import CONFIG, kind_of
from bot.config.settings import OVERHEARD, Config, InDoubt, PlatformConfig, SubmissionSettings, TakenFrom, Web
from bot.config.sources import read_sources
from bot.config.synonyms import read_synonyms
from bot.domain.person import People
from bot.domain.schedule import Destination, Lead, Schedule
from bot.domain.site import LISTEN
from bot.domain.zone_hints import fixed_clock
from bot.language import SOURCE
from bot.platforms.kinds import PlatformKind, kinds
from bot.questions.filters import read_filter
from bot.questions.query import EVERYTHING
from bot.questions.widening import Synonyms, widened
from bot.schema import InvalidError, Node, Note, compose, entries, line_of, nearest, read_text, shown, value_of
from bot.schema.secrets import Secret, beside, expanded, open_to_all

SETTLE = 60.0
_DEFAULT_NUDGES = (Lead(7, "d"), Lead(1, "d"), Lead(-1, "d"))
_DEFAULT_CONFIRMING = Lead(90, "d")
_DEFAULT_REMINDERS = (Lead(14, "d"), Lead(7, "d"), Lead(1, "d"))


def read(path: Path) -> Config:
    """The configuration in a file. Raises `InvalidError` with every problem and its line."""
    with beside(path.parent):
        return _read(path)


def _read(path: Path) -> Config:
    root = compose(read_text(path))
    values, problems = CONFIG.read_what_holds(root)
    synonyms, synonym_problems = read_synonyms(value_of(root, "synonyms"), values.get("synonyms", {}))
    channels, channel_problems = _channels(root, values, synonyms)
    review, review_problems = _review(root, values, channels)
    folder = path.parent
    given_sources = values.get("sources", ())
    sources, source_problems = read_sources(value_of(root, "sources"), given_sources, folder, synonyms)
    problems += synonym_problems + channel_problems + review_problems + source_problems
    problems += _unknown_people(root, values) + _unreachable(root, values)
    registry = folder / values.get("registry", "postings")
    if not isdir(registry):  # noqa: PTH112  # pathlib raises where a name is too long
        problems.append(
            (line_of(root, "registry"), f"registry: there is no folder {registry}; make it or name another")
        )
    if problems:
        raise InvalidError(*sorted(problems))
    submissions = values.get("submissions", {})
    database = str(values.get("database", "sqlite:///callboard.db"))
    if database.startswith("sqlite:///"):
        database = f"sqlite:///{folder / database.removeprefix('sqlite:///')}"
    return Config(
        path=path,
        registry=registry,
        database=database,
        timezone=values.get("timezone", "UTC"),
        language=values.get("language", SOURCE),
        when_empty=values.get("when_empty"),
        platforms=_platforms(values.get("platforms", {}), channels, _board_listens(values)),
        channels=tuple(channel for channel in channels if channel is not review or _announces(values, review)),
        people=_people(values.get("people", {})),
        submissions=SubmissionSettings(
            from_=submissions.get("from", TakenFrom.NOBODY),
            review=review,
            git=submissions.get("git", False),
            push=submissions.get("push", False),
            defaults=submissions.get("defaults", {}),
        ),
        schedule=_schedule(values),
        usual=_usual(values, synonyms),
        sources=sources,
        nudges=tuple(values.get("nudges", _DEFAULT_NUDGES)),
        confirm_rolling=values.get("confirm_rolling", _DEFAULT_CONFIRMING),
        synonyms=synonyms,
        web=Web(**values["web"]) if "web" in values else None,
        settle=values.get("settle", SETTLE),
        follow_links=values.get("follow_links", False),
        lines=_lines(root, [channel.name for channel in channels]),
        notes=tuple(
            Note(str(path), line, text)
            for line, text in sorted(
                (*_rarely_meant(root, values), *_odd_people(root, values), *open_to_all(root, folder))
            )
        ),
    )


def _people(values: Mapping[str, Any]) -> People:
    admins, editors = (frozenset(values.get(key, ())) for key in ("admins", "editors"))
    return People(admins, editors, tuple(map(frozenset, values.get("same", ()))))


def _unknown_people(root: Node, values: dict[str, Any]) -> list[tuple[int, str]]:
    """Persons on platforms that the config does not have."""
    people, section, named = values.get("people", {}), value_of(root, "people"), _named_kinds(root)
    lists = {"admins": people.get("admins", ()), "editors": people.get("editors", ())}
    problems = []
    for key, persons in {**lists, "same": [person for group in people.get("same", ()) for person in group]}.items():
        for person in persons:
            if section and person.platform not in named:
                hint = nearest(person.platform, named) or f"; known are {', '.join(named)}"
                text = f'people.{key}: "{shown(person.platform)}" is no platform{hint}'
                problems.append((line_of(section, key), text))
    return problems


def _review(
    root: Node, values: dict[str, Any], channels: Sequence[Audience]
) -> tuple[Audience | None, list[tuple[int, str]]]:
    """The channel where drafts are shown, and what is wrong with its name."""
    name = values.get("submissions", {}).get("review")
    channel = next((channel for channel in channels if channel.name == name), None)
    if name is None or channel or any(settings["name"] == name for settings in values.get("channels", ())):
        return channel, []
    names = [settings["name"] for settings in values.get("channels", ())]
    hint = nearest(name, names) or "; name one of those under channels"
    section = value_of(root, "submissions")
    return None, [(line_of(section or root, "review"), f'submissions.review: "{shown(name)}" is no channel{hint}')]


def _announces(values: dict[str, Any], channel: Audience | None) -> bool:
    """Whether announcements go to the review channel, too: where it says so, or says which ones."""
    settings = next(settings for settings in values.get("channels", ()) if channel and settings["name"] == channel.name)
    return settings["announce"] is not False if "announce" in settings else "filter" in settings


def _rarely_meant(root: Node, values: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """What is allowed, but rarely meant: a line and why."""
    zones = [(root, "", values)]
    channels = value_of(root, "channels")
    zones += [
        (item, f"channels: {settings['name']}: ", settings)
        for item, settings in zip(channels.value if channels else (), values.get("channels", ()), strict=True)
    ]
    for node, where, settings in zones:
        if text := fixed_clock(settings.get("timezone", "")):
            yield line_of(node, "timezone"), f"{where}timezone: {text}"
        heeded = {**values, **settings}
        if node is root:
            heeded["working_days"] = any(section.get("working_days") for _, _, section in zones)
        for key, text in unheeded(settings, heeded):
            yield line_of(node, key), f"{where}{key}: {text}"
    for name, settings in values.get("platforms", {}).items():
        section, kind = value_of(value_of(root, "platforms"), name), kinds()[settings["kind"]]
        server = kind.overheard(settings)
        for key, text in (*kind.notes(settings), *([(server, OVERHEARD)] if server else [])):
            if section:
                yield line_of(section, key), f"platforms.{name}.{key}: {text}"
    channels = value_of(root, "channels")
    for item, settings in zip(channels.value if channels else (), values.get("channels", ()), strict=False):
        for text in read_filter(settings["filter"]).notes if "filter" in settings else ():
            yield line_of(item, "filter"), f"channels: filter: {text}"
        if settings.get("pin") and not {**values, **settings}.get("digest"):
            text = "only digests are pinned, and the channel has none; write digest: weekly mon 09:00"
            yield line_of(item, "pin"), f"channels: {settings['name']}: pin: {text}"


def _odd_people(root: Node, values: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Persons of whom a platform has none such: a name in place of an id, for instance."""
    section, named = value_of(root, "people"), _named_kinds(root)
    for key in ("admins", "editors"):
        for person in values.get("people", {}).get(key, ()):
            kind = named.get(person.platform)
            if section and kind and (fault := kind.person_fault(person.id)):
                yield line_of(section, key), f'people.{key}: "{shown(person.id)}" {fault}'


def _lines(root: Node, channels: Sequence[str]) -> dict[str, int]:
    platforms, items = value_of(root, "platforms"), value_of(root, "channels")
    sections = [
        (f"platforms.{key.value}", key, section) for key, section in (entries(platforms, "") if platforms else ())
    ]
    written = items.value if items else ()
    sections += [
        (f"channels.{name}", channel_section, channel_section)
        for name, channel_section in zip(channels, written, strict=True)
    ]
    sections += [
        (key.value, key, section) for key, section in entries(root, "") if key.value in {"people", "submissions"}
    ]
    lines = {}
    for name, start, section in sections:
        lines[name] = start.start_mark.line + 1
        lines |= {f"{name}.{key.value}": key.start_mark.line + 1 for key, _ in entries(section, "")}
    return lines


def _board_listens(values: dict[str, Any]) -> str:
    """Where the board listens, or would."""
    return str(values.get("web", {}).get("listen", LISTEN))


def _unreachable(root: Node, values: dict[str, Any]) -> list[tuple[int, str]]:
    """Platforms that lack a secret for how they are reached, and parts that want the same path at one address."""
    problems: list[tuple[int, str]] = []
    web = values.get("web")
    taken = {(web["health"], path): "web" for path in ("/healthz", "/metrics")} if web and "health" in web else {}
    for name, settings in values.get("platforms", {}).items():
        section, kind = value_of(value_of(root, "platforms"), name), kinds()[settings["kind"]]
        for keys in kind.unset(settings):
            group, secret = _below(section, keys)
            where = f"platforms.{name}.{'.'.join(keys)}"
            unset = expanded(secret, where)[1] if secret else ""
            if group:
                problems.append((line_of(group, keys[-1]), f"{where}: {unset} is not set in the environment"))
        for endpoint in kind.endpoints(name, kind.completed(settings, _board_listens(values))):
            other = taken.setdefault((endpoint.listen, endpoint.path), f"platforms.{name}")
            group, _ = _below(section, endpoint.key)
            if group and other != f"platforms.{name}":
                text = f"{endpoint.path} at {endpoint.listen} is used by {other} already; write another"
                line = line_of(group, endpoint.key[-1])
                problems.append((line, f"platforms.{name}: {text} {endpoint.key[-1]}"))
    return problems


def _below(section: Node | None, keys: Sequence[str]) -> tuple[Node | None, Node | None]:
    """The group in which the last of these keys stands, and its value; None for what is not there."""
    for key in keys[:-1]:
        section = value_of(section, key)
    return section, value_of(section, keys[-1])


def _channels(
    root: Node, values: dict[str, Any], synonyms: Synonyms
) -> tuple[tuple[Audience, ...], list[tuple[int, str]]]:
    """The channels, and what is wrong between keys that are right on their own."""
    node = value_of(root, "channels")
    named = _named_kinds(root)
    channels: list[Audience] = []
    names: set[str] = set()
    problems = _shared_tokens(root, values.get("platforms", {}))
    for item, settings in zip(node.value if node else (), values.get("channels", ()), strict=False):
        name, platform = settings["name"], settings["platform"]
        if name in names:
            text = f'name: "{name}" stands twice; give each its own, for the ledger knows them by it'
            problems.append((line_of(item, "name"), f"channels: {text}"))
        problems += [(line_of(item, key), f"channels: {text}") for key, text in _does_not_fit(settings, named)]
        if "filter" in settings:
            why = read_filter(settings["filter"]).problems
            problems += [(line_of(item, "filter"), f"channels: filter: {text}") for text in why]
        if kind := named.get(platform):
            if "platforms" in values or not value_of(root, "platforms"):
                problems += _missing_secrets(root, item, platform, kind, values.get("platforms", {}))
            channels.append(_channel(settings, values, kind, synonyms))
            names.add(name)
    return tuple(channels), problems


def _named_kinds(root: Node) -> dict[str, PlatformKind | None]:
    """The platforms that a channel may name, and their kinds; None for one that does not hold up."""
    named: dict[str, PlatformKind | None] = dict(kinds())
    with suppress(InvalidError):
        section = value_of(root, "platforms")
        for key, settings in entries(section, "") if section else ():
            name = key.value.partition(":")[0]  # `telegram:123`: what follows may be a secret
            named[name] = None
            with suppress(InvalidError):
                named[name] = kind_of(key, settings)
    return named


def _does_not_fit(channel: dict[str, Any], named: Mapping[str, PlatformKind | None]) -> Iterator[tuple[str, str]]:
    """What of a channel's settings does not fit its platform: the key, and what to write."""
    platform, address = channel["platform"], channel.get("address")
    if platform not in named:
        hint = nearest(platform, named) or f"; known are {', '.join(named)}"
        yield "platform", f'platform: "{shown(platform)}" is no platform{hint}'
        return
    kind = named[platform]
    if kind is None:
        return
    if kind.needs_address and not address:
        yield "name", f'address: is missing in "{channel["name"]}"; say where it is on {platform}'
    if address and (fault := kind.address_fault(address)):
        yield "address", f"address: {fault}"
    if not kind.has_threads and "thread" in channel:
        have = _who(lambda kind: kind.has_threads)
        yield "thread", f"thread: only {have} has forum topics; delete the line"
    if channel.get("pin") and not kind.can_pin:
        yield "pin", f"pin: only {_who(lambda kind: kind.can_pin)} can pin messages; delete the line"
    if "mention" in channel and channel["mention"] not in kind.mentions:
        able = _who(lambda kind: bool(kind.mentions))
        yield "mention", f"mention: only {able} can call who is there; delete the line"


def _who(can: Callable[[PlatformKind], bool]) -> str:
    return " and ".join(kind.title for kind in kinds().values() if can(kind))


def _missing_secrets(
    root: Node, item: Node, platform: str, kind: PlatformKind, platforms: dict[str, Any]
) -> list[tuple[int, str]]:
    problems = []
    section = value_of(value_of(root, "platforms"), platform)
    for key in kind.needed:
        if platforms.get(platform, {}).get(key):
            continue
        name, written = f"platforms.{platform}.{key}", value_of(section, key)
        if section and written:
            line, why = line_of(section, key), f"{expanded(written, name)[1]} is not set in the environment"
        else:
            line, why = line_of(section or item, "platform"), f"is missing; write {key}: ${{NAME_OF_A_VARIABLE}}"
        problems.append((line, f"{name}: {why}; a channel needs it"))
    return problems


def _shared_tokens(root: Node, platforms: dict[str, Any]) -> list[tuple[int, str]]:
    """Platforms that have another's token."""
    problems = []
    seen: dict[tuple[str, Secret], str] = {}
    for platform, settings in platforms.items():
        for key in kinds()[settings["kind"]].unshared:
            token = settings.get(key)
            if token and (first := seen.setdefault((key, token), platform)) != platform:
                section = value_of(value_of(root, "platforms"), platform)
                line = line_of(section, key) if section else 1
                text = f"is that of platforms.{first}, too; give each a bot of its own, or delete one of them"
                problems.append((line, f"platforms.{platform}.{key}: {text}"))
    return problems


def _schedule(*sections: Mapping[str, Any]) -> Schedule:
    """By what several sections say, the later before the earlier."""
    settings: Mapping[str, Any] = ChainMap(*map(dict, reversed(sections)))
    return Schedule(
        timezone=settings.get("timezone", "UTC"),
        remind_at=settings.get("remind_at", time(9)),
        reminders=settings.get("reminders", _DEFAULT_REMINDERS),
        quiet=settings.get("quiet"),
        digest=settings.get("digest"),
        working_days=settings.get("holidays", "") if settings.get("working_days", False) else None,
        announce=announced(*sections),
    )


def _channel(own: dict[str, Any], defaults: dict[str, Any], kind: PlatformKind, synonyms: Synonyms) -> Audience:
    settings = {**defaults, **own}
    in_doubt = {**defaults.get("in_doubt", {}), **own.get("in_doubt", {})}
    return Audience(
        name=own["name"],
        destination=Destination(own["platform"], own.get("address", own["name"]), own.get("thread")),
        schedule=_schedule(defaults, own),
        language=settings.get("language", SOURCE),
        filter=widened(read_filter(own["filter"]).query, synonyms) if "filter" in own else EVERYTHING,
        silent=own.get("silent", False),
        when_empty=settings.get("when_empty"),
        drop_in_doubt=frozenset(kind for kind, what in in_doubt.items() if what is InDoubt.DROP),
        pin=kind.can_pin and settings.get("pin", False),
        mention=mention if (mention := settings.get("mention")) in kind.mentions else None,
        locked=settings.get("locked", False),
    )


def _usual(values: dict[str, Any], synonyms: Synonyms) -> Audience:
    """A channel of which nothing is said. It pins nothing and calls nobody: that is for who runs the bot to say."""
    defaults = {key: value for key, value in values.items() if key not in {"locked", "pin", "mention"}}
    return _channel({"name": "", "platform": ""}, defaults, next(iter(kinds().values())), synonyms)


def _platforms(configured: dict[str, Any], channels: tuple[Audience, ...], board: str) -> tuple[PlatformConfig, ...]:
    """The platforms in use: those that a channel names, and those that could answer in chat."""
    named = {channel.destination.platform for channel in channels}
    platforms = []
    for name, settings in {
        **configured,
        **{name: {"kind": name} for name in sorted(named - configured.keys())},
    }.items():
        kind = kinds()[settings["kind"]]
        known = {key: value for key, value in settings.items() if value is not None and key != "kind"}
        if name in named or all(key in known for key in kind.needed):
            platforms.append(PlatformConfig(name, kind.name, kind.completed(known, board)))
    return tuple(platforms)
