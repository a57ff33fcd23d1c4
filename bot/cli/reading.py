"""Commands that change nothing: ask, timeline, preview, and what is printed for others to read."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot.audiences.audience import Audience
from bot.chat.reading import read as read_request
from bot.cli.common import (
    INSTANT,
    at_option,
    callboard,
    config_option,
    hear_administrators,
    html_option,
    json_option,
    peeked,
    read_board,
    rfc3339,
    say,
    show_json,
    show_rows,
)
from bot.cli.completing import platform_names, posting_ids
from bot.domain.notice import Kind, Notice
from bot.domain.posting import Posting, Status
from bot.domain.version import Standing, standing_of
from bot.domain.zones import zone
from bot.engine.board import Callboard, real_clock
from bot.engine.building import payload, place_for
from bot.language import SOURCE, languages
from bot.planning.digest import ahead as digests_ahead
from bot.planning.wanted import DIGEST_ABOVE, timeline
from bot.platforms.text import plain
from bot.questions.understood import understood
from bot.schema import nearest
from bot.sources.files import schema as posting_schema
from bot.wording.catalogue import wording

_NAMED = 3  # positions in the row of a digest


class _Words(click.Command):
    """Takes what begins with one hyphen for words, if it is no option: `ask -5`, `ask "- phd"`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name: isinstance(option, click.Option) and not option.is_flag
            for option in self.get_params(ctx)
            for name in option.opts
        }
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            name, has_value, _ = arg.partition("=")
            if arg == "--":
                words += left
            elif name in takes_value or re.fullmatch(r"--[a-z]\S*", arg):  # what is no option may be a slip
                options.append(arg)
                if takes_value.get(name) and not has_value:
                    value = next(left, None)
                    if value is None:
                        return super().parse_args(ctx, options)
                    options.append(value)
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


@callboard.command(cls=_Words)
@config_option
@at_option
@click.option("--language", type=click.Choice(languages()), help="The language of the answer.")
@json_option
@click.argument("text", nargs=-1, required=True)
def ask(path: Path, at: datetime | None, language: str | None, as_json: bool, text: tuple[str, ...]) -> None:
    """Print the answer that chat would give to TEXT: a command such as `/positions phd`, or free words."""
    board = read_board(path, (lambda: at) if at else real_clock)
    _hide(board)
    board.confirmed = _confirmed(board)
    request = read_request(" ".join(text))
    answer = board.ask(request, language)
    shown = plain(answer.message)
    if not as_json:
        click.echo(shown)
        return
    content = {
        "postings": answer.postings,
        "text": shown,
        "understood": understood(request.command, answer.question, board.index.facets),
    }
    show_json(content)


def _hide(board: Callboard) -> None:
    """Lets it know what was withdrawn, and of what people were erased, as the database has it, if there is one."""
    from bot.store import peek_at_erased, peek_at_withdrawn

    board.hide(peeked(board.config, peek_at_withdrawn, frozenset(), "what was withdrawn"))
    board.erase(peeked(board.config, peek_at_erased, frozenset(), "of which postings people were erased"))


def _confirmed(board: Callboard) -> Mapping[str, datetime]:
    """When (UTC) postings without a deadline were last confirmed, by the database, if there is one."""

    async def look(database: str) -> Mapping[str, datetime]:
        from bot.engine.confirming import last_confirmed
        from bot.store import peek_at_owners

        async with peek_at_owners(database) as owners:
            return await last_confirmed(board.index, owners, board.clock()) if owners else {}

    return peeked(board.config, look, {}, "what was last confirmed")


@callboard.command(name="timeline")
@config_option
@click.option("--from", "start", type=INSTANT, metavar="INSTANT", help="The span's start (default: now).")
@click.option("--to", "end", type=INSTANT, metavar="INSTANT", help="The span's end (default: 30 days after its start).")
@json_option
@html_option
def timeline_command(
    path: Path, start: datetime | None, end: datetime | None, as_json: bool, picture: Path | None
) -> None:
    """List every notice that would go out in a span of time, in order.

    Beside UTC stands the channel's own time. What is due at once stands at the span's start; more than five notices
    due at once to one channel are one digest, and so is all that stands in a digest at its instant. What was sent
    already plays no part. In the picture it does: it shows what the ledger has of the past, and only the rest as to
    come.
    """
    if as_json and picture:
        raise click.UsageError("--json and --html are two forms of the same; choose one")
    board = read_board(path)
    start = start or datetime.now(UTC).replace(microsecond=0)
    end = end or start + timedelta(days=30)
    if end < start:
        raise click.UsageError("--to lies before --from")
    hear_administrators(board)
    if picture:
        _draw(board, start, end, picture)
        return
    channels = {channel.name: channel for channel in board.channels.every()}
    planned = timeline(board.index, board.channels.every(), start, end)
    alone = [_Planned(at, [notice]) for at, notice in planned if not notice.occasion.digest]
    ahead = digests_ahead(planned, board.index, channels.values(), start, end)
    digests = [_Planned(at, some, is_digest=True) for at, _, some in ahead]
    place = {name: number for number, name in enumerate(channels)}
    messages = sorted((*alone, *digests), key=lambda message: (message.at, place[message.channel]))
    if as_json:
        for message in messages:
            show_json(_as_json(message, channels[message.channel]))
        return
    together = Counter((message.at, message.channel) for message in alone)
    width = max((len(channel.schedule.timezone) for channel in channels.values()), default=0)
    rows = [
        _as_row(message, channels[message.channel], together[message.at, message.channel], width)
        for message in messages
    ]
    show_rows(rows, f"nothing falls due from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC")


def _draw(board: Callboard, start: datetime, end: datetime, file: Path) -> None:
    from bot.cli.running import with_database
    from bot.engine.followers import Followers
    from bot.inspect.showing import gathered
    from bot.inspect.timeline import TimelineSpan, page
    from bot.store import Ledger

    async def look() -> TimelineSpan:
        ledger = await Ledger.open(board.config.database)
        try:
            names = [platform.name for platform in board.config.platforms]
            await Followers(board, ledger, names).take_in(board.clock(), writes=False)
            return await gathered(board, ledger, start, end)
        finally:
            await ledger.close()

    span = with_database(look())
    _write(file, page(span).html)
    say(f"{file}: {len(span.marks)} messages, {len(span.deadlines)} deadlines")


def _write(file: Path, html: str) -> None:
    try:
        file.write_text(html, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--html: {file} cannot be written: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class _Planned:
    """A notice that goes out by itself, or those that stand in a digest."""

    at: datetime
    notices: Sequence[Notice]
    is_digest: bool = False

    @property
    def channel(self) -> str:
        return self.notices[0].audience

    @property
    def postings(self) -> list[str]:
        return [notice.occasion.posting.id for notice in self.notices]


def _as_json(planned: _Planned, channel: Audience) -> dict[str, Any]:
    occasion = planned.notices[0].occasion
    where = {"at": rfc3339(planned.at), "channel": channel.name, "platform": channel.destination.platform}
    if planned.is_digest:
        return {**where, "kind": str(Kind.DIGEST), "posting": None, "lead": None, "postings": planned.postings}
    lead = str(occasion.lead) if occasion.lead else None
    return {**where, "kind": str(occasion.kind), "posting": occasion.posting.id, "lead": lead}


def _as_row(planned: _Planned, channel: Audience, together: int, width: int) -> str:
    """One message, of so many notices that the channel is due then by themselves; its time in UTC, and as the channel's
    clock shows it. Names of zones are at most `width` long.
    """
    at, occasion, timezone = planned.at, planned.notices[0].occasion, channel.schedule.timezone
    local_time = f"{at.astimezone(zone(timezone)):%a %H:%M} {timezone:<{width}}"
    if planned.is_digest:
        kind, more = str(Kind.DIGEST), len(planned.postings) - _NAMED
        name = ", ".join(planned.postings[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    else:
        kind = f"{occasion.kind} {occasion.lead or ''}"
        name = occasion.posting.id + (f"  (one digest of {together})" if together > DIGEST_ABOVE else "")
    return f"{at:%a %Y-%m-%d %H:%M} UTC  {local_time}  {channel.name:<16}  {kind:<14}  {name}"


@callboard.command()
@config_option
@at_option
@click.option(
    "--platform",
    metavar="NAME",
    help="As this platform of the config, or kind of platform, gets it (default: the first channel's).",
    shell_complete=platform_names,
)
@html_option
@click.argument("name", metavar="ID", shell_complete=posting_ids)
def preview(path: Path, at: datetime | None, platform: str | None, picture: Path | None, name: str) -> None:
    """Print exactly what would be sent to announce the posting ID: the platform's own JSON, or terminal text.

    With --html, draw instead how that will look, side by side on all platforms.
    """
    if picture and platform:
        raise click.UsageError("--html shows all platforms; leave --platform out")
    board = read_board(path, (lambda: at) if at else real_clock)
    hear_administrators(board)
    posting = board.index.get(name)
    if posting is None:
        hint = nearest(name, (known.id for known in board.index)) or "; `callboard check` lists the problems"
        raise click.UsageError(f'there is no good posting "{name}"{hint}')
    if reason := _why_nobody_hears(posting, board.clock()):
        say(f'"{posting.id}" {reason}; this is how its announcement would look')
    if picture:
        from bot.inspect.showing import previewed

        _write(picture, asyncio.run(previewed(board, posting)).html)
        return
    try:
        settings, channel = place_for(board.config, board.channels.every(), platform, posting)
    except LookupError as error:
        raise click.UsageError(f"--platform: {error}") from None
    words = board.wording(channel.language)
    shown = asyncio.run(payload(settings, words, channel, posting, board.clock()))
    if isinstance(shown, str):
        click.echo(shown)
    else:
        show_json(shown, indent=2)


def _why_nobody_hears(posting: Posting, now: datetime) -> str | None:
    """Why a posting is not announced at that instant; None of one that is open."""
    if posting.status is Status.DRAFT:
        return "is a draft"
    standing = standing_of(posting, now)
    if standing is Standing.PASSED and posting.deadline:
        return f"is not open: its deadline passed {wording(SOURCE).when(posting.deadline)}"
    if standing is not Standing.OPEN:
        return f"is not open: its status is {posting.status}"
    if not posting.is_listed(now):
        return f"is not open yet: it is to be posted on {posting.posted}"
    return None


@callboard.command()
def schema() -> None:
    """Print the JSON Schema of a posting file, for editors and CI."""
    show_json(posting_schema(), indent=2)
