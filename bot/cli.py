"""The commands of `callboard`, each a few lines over the parts."""

import asyncio
import io
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from bot import logs
from bot.app import Bot, Callboard, build_platform, real_clock, rehearsal_clock
from bot.app import tick as one_round
from bot.config import Config, Secret, SlackMode
from bot.config import Platform as PlatformConfig
from bot.config import read as read_config
from bot.core.channel import Channel, Destination, Pattern
from bot.core.commands import read as read_request
from bot.core.notice import Notice
from bot.core.planning import announcement, timeline
from bot.core.posting import Posting
from bot.core.wording import LANGUAGES
from bot.document import InvalidError, nearest
from bot.ledger import Ledger, LedgerError, Record
from bot.locales import wording
from bot.platforms.console import plain
from bot.registry import schema as posting_schema

_UNUSABLE = 2
_LEFT = 3
_PLATFORMS = ("console", "telegram", "slack")


class _Instant(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(str(value).strip())
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            at = None
        if at is None or not 1970 <= at.year < 3000:
            self.fail(
                f"{value!r} is no instant; write 2027-05-02, 2027-05-02T12:00 or 2027-05-02T12:00+02:00", param, ctx
            )
        return at


_INSTANT = _Instant()
_config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default="config.yaml",
    show_default=True,
    metavar="FILE",
    help="The configuration.",
)
_at_option = click.option(
    "--at", type=_INSTANT, metavar="INSTANT", help="As of this instant (ISO 8601; UTC unless it says)."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def main() -> None:
    """The program. No traceback ever reaches a user, unless CALLBOARD_DEBUG asks for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter shows another in its place
            stream.reconfigure(errors="replace")
    try:
        sys.exit(callboard(prog_name="callboard", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("CALLBOARD_DEBUG"):
            raise
        click.echo(
            f"callboard: unexpected: {error!r}; set CALLBOARD_DEBUG=1 to see where, and please report it", err=True
        )
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("callboard"), prog_name="callboard")
@click.option("-v", "--verbose", is_flag=True, help="Log everything.")
def callboard(verbose: bool) -> None:
    """Announces a research group's open positions and their deadlines in Telegram and Slack, and answers questions.

    Positions are files in the folder `postings`, one each; everything else is in the config file. Begin with
    `callboard check`, look at `callboard timeline`, then start `callboard run`.
    """
    logs.set_up(logging.DEBUG if verbose else logging.INFO)


def _load(path: Path) -> Config:
    """The config, or exit 2 with every problem in it."""
    if not path.is_file():
        raise click.UsageError(f"there is no config file {path}; name one with --config, or copy config.example.yaml")
    try:
        config = read_config(path)
    except InvalidError as error:
        for problem in error.problems(path):
            click.echo(str(problem), err=True)
        sys.exit(_UNUSABLE)
    secrets = [
        value.reveal() for one in config.platforms for value in one.settings.values() if isinstance(value, Secret)
    ]
    logs.set_up(logging.getLogger().level, secrets)
    return config


def _board(path: Path, clock: Callable[[], datetime] = real_clock) -> Callboard:
    board = Callboard(_load(path), clock)
    board.read()
    return board


@callboard.command()
@_config_option
def run(path: Path) -> None:
    """Run the bot: read, watch, announce, remind and answer, until it is stopped."""
    _with_database(_start(_load(path)))


async def _start(config: Config) -> None:
    await Bot(config).run()  # made inside the loop that it lives in


@callboard.command()
@_config_option
@_at_option
def tick(path: Path, at: datetime | None) -> None:
    """Do one round (read, plan, deliver) and exit: for cron and CI.

    With --at, what was due by that instant is really sent, and settled: rehearse with a config of its own. To see
    what would be said without saying it, use `callboard timeline`.

    Exit status 0: all that was due is settled. 3: something is left to retry; run it again.
    """
    config = _load(path)
    left = _with_database(one_round(config, rehearsal_clock(at) if at else real_clock))
    if left:
        click.echo(f"{left} notices are left to retry; run the same again", err=True)
        sys.exit(_LEFT)


def _with_database(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except LedgerError as error:
        click.echo(f"callboard: {error}", err=True)
        sys.exit(_UNUSABLE)


@callboard.command()
@_config_option
def check(path: Path) -> None:
    """Check the config and every posting; print one line per problem.

    Exit status 0: all is well. 1: there are problems.
    """
    if not path.is_file():
        raise click.UsageError(f"there is no config file {path}; name one with --config, or copy config.example.yaml")
    logging.getLogger("callboard").setLevel(logging.ERROR)  # the problems are printed below
    try:
        board = Callboard(read_config(path))
    except InvalidError as error:
        problems = error.problems(path)
    else:
        board.read()
        problems = board.problems
        if not problems:
            click.echo(f"postings: {len(board.index)}, channels: {len(board.config.channels)}: all is well", err=True)
    for problem in problems:
        click.echo(str(problem))
    sys.exit(1 if problems else 0)


@callboard.command()
@_config_option
@_at_option
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the answer.")
@_json_option
@click.argument("text", nargs=-1, required=True)
def ask(path: Path, at: datetime | None, language: str | None, as_json: bool, text: tuple[str, ...]) -> None:
    """Print the answer that chat would give to TEXT: a command such as `/positions phd`, or free words."""
    board = _board(path, (lambda: at) if at else real_clock)
    answer = board.ask(read_request(" ".join(text)), language)
    shown = plain(answer.message)
    click.echo(json.dumps({"postings": answer.postings, "text": shown}, ensure_ascii=False) if as_json else shown)


@callboard.command(name="timeline")
@_config_option
@click.option("--from", "start", type=_INSTANT, metavar="INSTANT", help="The span's start (default: now).")
@click.option(
    "--to", "end", type=_INSTANT, metavar="INSTANT", help="The span's end (default: 30 days after its start)."
)
@_json_option
def timeline_command(path: Path, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """List every notice that would go out in a span of time, in order.

    What is due at once stands at the span's start; what was sent already plays no part.
    """
    board = _board(path)
    start = start or datetime.now(UTC).replace(microsecond=0)
    end = end or start + timedelta(days=30)
    if end < start:
        raise click.UsageError("--to lies before --from")
    for at, notice in timeline(board.index, board.config.channels, start, end):
        click.echo(_as_json(at, notice) if as_json else _as_row(at, notice))


def _as_json(at: datetime, notice: Notice) -> str:
    return json.dumps(
        {
            "at": _z(at),
            "channel": notice.channel.name,
            "platform": notice.channel.destination.platform,
            "kind": str(notice.occasion.kind),
            "posting": notice.occasion.posting.id,
            "lead": str(notice.occasion.lead) if notice.occasion.lead else None,
        },
        ensure_ascii=False,
    )


def _as_row(at: datetime, notice: Notice) -> str:
    occasion = notice.occasion
    kind = f"{occasion.kind} {occasion.lead or ''}"
    return f"{at:%a %Y-%m-%d %H:%M} UTC  {notice.channel.name:<16}  {kind:<14}  {occasion.posting.id}"


def _z(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


@callboard.command()
@_config_option
@_at_option
@click.option(
    "--platform", type=click.Choice(_PLATFORMS), help="As this platform gets it (default: the first channel's)."
)
@click.argument("name", metavar="ID")
def preview(path: Path, at: datetime | None, platform: str | None, name: str) -> None:
    """Print exactly what would be sent to announce the posting ID: the platform's own JSON, or terminal text."""
    board = _board(path, (lambda: at) if at else real_clock)
    posting = board.index.get(name)
    if posting is None:
        hint = nearest(name, (one.id for one in board.index)) or "; `callboard check` lists the problems"
        raise click.UsageError(f'there is no good posting "{name}"{hint}')
    channel = _channel_for(board.config, platform, posting)
    kind = channel.destination.platform
    settings = next((one for one in board.config.platforms if one.name == kind), PlatformConfig(kind, {}))
    notice = Notice(announcement(posting, channel.pattern), channel)
    message = wording(channel.language).notice([notice], board.clock())

    async def payload() -> dict[str, Any] | str:
        one = build_platform(settings)
        try:
            return one.payload(channel.destination, message, notice.key)
        finally:
            await one.close()

    shown = asyncio.run(payload())
    click.echo(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, indent=2))


def _channel_for(config: Config, platform: str | None, posting: Posting) -> Channel:
    """The first channel on that platform, those that would hear of the posting first; or one as it could be."""
    there = [channel for channel in config.channels if platform in {None, channel.destination.platform}]
    heard = {notice.channel.name for _, notice in timeline([posting], there, real_clock(), real_clock())}
    if there:
        return min(there, key=lambda channel: channel.name not in heard)
    name = platform or "console"
    address = {"telegram": "@your_channel", "slack": "#your-channel"}.get(name, name)
    return Channel(name, Destination(name, address), Pattern(config.timezone, time(9), ()), config.language)


@callboard.command()
@_config_option
@_json_option
def ledger(path: Path, as_json: bool) -> None:
    """List what was delivered, refused or is in doubt: when, where, and the platform's reference."""
    config = _load(path)

    async def records() -> list[Record]:
        book = await Ledger.open(config.database)
        try:
            return await book.records()
        finally:
            await book.close()

    for record in _with_database(records()):
        click.echo(_record_as_json(record) if as_json else _record_as_row(record))


def _record_as_json(record: Record) -> str:
    return json.dumps(
        {
            "at": _z(record.at),
            "channel": record.channel,
            "platform": record.platform,
            "kind": record.kind,
            "posting": record.posting,
            "lead": record.lead,
            "state": str(record.state),
            "reference": record.reference,
            "reason": record.reason,
            "attempts": record.attempts,
            "due_again_at": _z(record.due_again_at) if record.due_again_at else None,
            "key": record.key,
        },
        ensure_ascii=False,
    )


def _record_as_row(record: Record) -> str:
    what = f"{record.kind} {record.lead or ''}"
    more = record.reference or record.reason or ""
    at = f"{record.at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{at}  {record.state:<11}  {record.channel:<16}  {what:<14}  {record.posting}  {more}".rstrip()


@callboard.command()
def schema() -> None:
    """Print the JSON Schema of a posting file, for editors and CI."""
    click.echo(json.dumps(posting_schema(), ensure_ascii=False, indent=2))


@callboard.command(name="slack-manifest")
@click.option("--url", metavar="URL", help="For HTTP mode: the public address that ends in /slack/events.")
def slack_manifest(url: str | None) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, and the app is as Callboard needs it."""
    from bot.platforms.slack import manifest  # noqa: PLC0415  # a large library, for this command alone

    mode = SlackMode.HTTP if url else SlackMode.SOCKET
    click.echo(json.dumps(manifest(wording("en"), mode=mode, url=url), ensure_ascii=False, indent=2))
