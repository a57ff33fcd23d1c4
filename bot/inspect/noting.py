"""What is allowed in the files but rarely meant: what `callboard check` notes beside the problems.

A check is a function of the board, and of now. It gives remarks: the id of a posting, one of its keys, and what to say
of it; the line is looked up for it. What concerns the config alone is noted when that is read (`Config.notes`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.posting import Posting, Status
from bot.domain.zone_hints import fixed_clock
from bot.engine.board import Callboard
from bot.planning.wanted import announcement
from bot.publish.formats.jsonld import lack
from bot.schema import Note

Remark = tuple[str, str, str]
Check = Callable[[Callboard, datetime], Iterable[Remark]]


def notes(board: Callboard) -> tuple[Note, ...]:
    """The notes of the config and of every posting in force, by file and line. Reads the files that are noted."""
    now = board.clock()
    remarks = (remark for check in _CHECKS for remark in check(board, now))
    return (*board.config.notes, *placed(board, remarks))


def placed(board: Callboard, remarks: Iterable[Remark]) -> list[Note]:
    """Remarks as notes, by file and line."""
    of_postings = [Note(*board.registry.line_of(name, key), text) for name, key, text in remarks]
    return sorted(of_postings, key=lambda note: (note.path, note.line))


def _may_open(board: Callboard) -> Iterator[Posting]:
    """What is open, or would be, going by its status alone."""
    return (posting for posting in board.index if posting.status in {Status.OPEN, Status.DRAFT})


def _far_ahead(board: Callboard, now: datetime) -> Iterator[Remark]:
    for posting in _may_open(board):
        if posting.deadline and (posting.deadline.at - now).days > _FAR_DAYS:
            text = f"deadline: {posting.deadline.at:%Y-%m-%d} is more than two years ahead; check the year"
            yield posting.id, "deadline", text


_FAR_DAYS = 2 * 365 + 1


def _passed(board: Callboard, now: datetime) -> Iterator[Remark]:
    """What is new and over already. Whether it was ever announced is in the ledger, which no check opens: so what was
    last written after its deadline is taken for new.
    """
    passed = [
        posting
        for posting in _may_open(board)
        if posting.closes_at and posting.closes_at < min(now, board.registry.written_at(posting.id))
    ]
    # Where a registry was copied or checked out, every file is as if it had been written just now.
    left = len(passed) - _MOST_PASSED
    for number, posting in enumerate(passed[:_MOST_PASSED], 1):
        more = f" (so it is in {left} more files)" if number == _MOST_PASSED and left > 0 else ""
        yield posting.id, "deadline", f"deadline: had passed when the file was last written; check the year{more}"


_MOST_PASSED = 5


def _unheard(board: Callboard, now: datetime) -> Iterator[Remark]:
    """What closes on the day on which it opens, before any channel hears of it."""
    channels = board.config.channels
    for posting in _may_open(board):
        if channels and posting.posted and posting.closes_at and posting.closes_at > now:
            times = [announcement(posting, channel.schedule).at for channel in channels]
            if all(at and at > posting.closes_at for at in times):
                yield posting.id, "posted", f"posted: no channel hears of it before its deadline; {_UNHEARD}"


_UNHEARD = "it is announced at remind_at of that day: name an earlier day, or delete the line"


def _equal(board: Callboard, _: datetime) -> Iterator[Remark]:
    same: dict[Posting, list[str]] = {}
    for posting in _may_open(board):
        same.setdefault(replace(posting, id="", aliases=()), []).append(posting.id)
    for names in same.values():
        for name in names if len(names) > 1 else ():
            others = " and ".join(other for other in names if other != name)
            yield name, "title", f"says the same as {others}; change what differs, or delete one of them"


def _unfit_for_search(board: Callboard, now: datetime) -> Iterator[Remark]:
    """What the board shows and search engines will not take: a lab would learn of it weeks later."""
    return without_job_posting(board, now) if board.config.web else iter(())


def without_job_posting(board: Callboard, now: datetime) -> Iterator[Remark]:
    """What is open, or will be, and gives no schema.org JobPosting, with the reason."""
    for posting in _may_open(board):
        if (not posting.closes_at or posting.closes_at >= now) and (lacking := lack(posting)):
            key, why = lacking
            yield posting.id, key, f"search engines get no JobPosting: {why}"


def _fixed_clocks(board: Callboard, _: datetime) -> Iterator[Remark]:
    for posting in _may_open(board):
        if posting.timezone != board.config.timezone:  # that is noted of the config
            at = posting.deadline.at if posting.deadline else posting.opens_at
            if text := fixed_clock(posting.timezone, at):
                yield posting.id, "timezone", f"timezone: {text}"


_CHECKS: tuple[Check, ...] = (_far_ahead, _passed, _unheard, _equal, _fixed_clocks, _unfit_for_search)
