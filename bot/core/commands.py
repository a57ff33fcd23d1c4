"""The table of commands: a request in, an answer out, once for all platforms.

A platform hands over what a person wrote (`read`) or which button was pressed (`Request.from_button`) and shows
the answer's message. What can be asked stands in `COMMANDS` alone: Telegram's command menu, Slack's sub-commands
and the help text are made from it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.courtesy import Courtesy, remark
from bot.core.message import BLANK, Button, Line, Message, Span, shortened
from bot.core.query import EVERYTHING, Query, typos_forgiven
from bot.core.question import Question
from bot.core.request import FLOODED, OF_ONE, SLASH_COMMANDS, TOO_OLD, Answer, Desk, Request, Syntax
from bot.core.searching import PAGE, answered, of_one, page, positions, what_is_open, which_one
from bot.core.wording import Wording
from bot.questions.intents import Intent
from bot.questions.spans import Days

DEADLINE_DAYS = 30
LONGEST_TEXT = 4096
"""So much of what a person writes is looked at, on every platform. What is longer than a question may be is told so."""

_LONGEST_ARGUMENT = 500
_MOST_DAYS = 3660
_DAYS = re.compile(
    r"(?:(?:in|within|for|the|next|den|der|nächsten|innerhalb|von)\s+)*([0-9]{1,9})?\s*(?:days?|tage?n?|d)?"
)


@dataclass(frozen=True, slots=True)
class Command:
    """`name` as Telegram has it, `word` as Slack's sub-command; `also`: other words that mean it, as first word."""

    name: str
    word: str
    also: tuple[str, ...]
    usage: Callable[[Wording], str]
    summary: Callable[[Wording], str]
    answer: Callable[[Desk, Wording, Request, Syntax], Answer]

    def written(self, syntax: Syntax, wording: Wording) -> str:
        """How a person writes it, with what may follow."""
        return f"{syntax.of(self.name, self.word)} {self.usage(wording)}".strip()


# --- Reading what a person wrote


def read(text: str) -> Request:
    """A request from a command (`/positions phd`, `/position@bot ID`) or from free words (`any PhD positions?`)."""
    text = " ".join(text[:LONGEST_TEXT].split())[: _LONGEST_ARGUMENT + 1]
    if not text.startswith("/"):
        return read_words(text)
    name, _, rest = text[1:].partition(" ")
    name = name.partition("@")[0].casefold()
    if name in {"start", "help"}:
        return Request("help")
    if name == "positions":
        return read_words(rest) if rest else Request("positions")
    if name in COMMANDS:
        return Request(name, rest)
    return Request("unknown", f"/{name} {rest}".rstrip())


def read_words(text: str) -> Request:
    """A request from words without a slash: a command's word and its argument, or else a query."""
    text = " ".join(text[:LONGEST_TEXT].split())[: _LONGEST_ARGUMENT + 1].lstrip("/")
    if said := remark(text):
        return Request(said.courtesy, "" if said.courtesy is Courtesy.HELP else text)
    first, _, rest = text.partition(" ")
    for command in COMMANDS.values():
        if first.casefold() in {command.name, command.word, *command.also} and _fits(command, rest):
            return Request(command.name, rest)
    return Request("positions", text)


def _fits(command: Command, rest: str) -> bool:
    # "position in Rostock?" and "deadlines for postdocs" are questions, not commands with an argument.
    if command.name == "position":
        return " " not in rest
    if command.name == "deadlines":
        return " " not in rest or _DAYS.fullmatch(rest.casefold()) is not None  # "deadlines in the next 14 days"
    return command.name != "help" or not rest


def language_of(request: Request) -> str | None:
    """The language in which a courtesy is returned, whatever the reader's is; None for theirs."""
    said = remark(request.argument) if request.command in _COURTESIES else None
    return said.language if said else None


def answer(desk: Desk, wording: Wording, request: Request, syntax: Syntax = SLASH_COMMANDS) -> Answer:
    """The answer to a request. Never fails, never stays silent."""
    if request.command == "which":
        return which_one(desk, wording, request)
    if len(request.argument) > _LONGEST_ARGUMENT:
        return _said(wording._("That is too long for me; a few words are enough."))
    if courtesy := _COURTESIES.get(request.command):
        return _said(courtesy(wording).format(help=COMMANDS["help"].written(syntax, wording)))
    if request.command in OF_ONE and (posting := desk.index.get(request.argument)) and posting.is_listed(desk.now):
        return of_one(desk, wording, Intent(request.command), posting)
    command = COMMANDS.get("position" if request.command in OF_ONE else request.command)
    return command.answer(desk, wording, request, syntax) if command else _unknown(wording, request, syntax)


# --- The answers


def _position(desk: Desk, wording: Wording, request: Request, syntax: Syntax) -> Answer:
    _ = wording._
    name = request.argument.strip().strip("`<>").casefold()
    if not name:
        usage = COMMANDS["position"].written(syntax, wording)
        return _said(_("Which one? Write {usage}; {list} shows what is open.").format(usage=usage, list="/positions"))
    posting = desk.index.get(name)
    if posting and posting.is_listed(desk.now):
        return Answer(wording.posting(posting, desk.now, desk.timezone), (posting,))
    query = desk.index.parse(request.argument)
    if not query.terms and not query.either and query != EVERYTHING:  # "show all", "show phd": no id, but clear enough
        return positions(desk, wording, Request("positions", request.argument))
    near = desk.index.near(name, desk.now)
    said = _("There is no position called “{name}”.").format(name=shortened(name, 80))
    buttons = tuple((Button(shortened(one, 40), request=Request("position", one).text),) for one in near)
    if near:
        said += " " + _("Did you mean {names}?").format(names=", ".join(near))
    else:
        said += " " + _("{list} shows what is open.").format(list="/positions")
    return Answer(Message((Line.of(said),), buttons))


def _deadlines(desk: Desk, wording: Wording, request: Request, syntax: Syntax) -> Answer:
    argument = request.argument.strip().casefold()
    if (asked := _DAYS.fullmatch(argument)) is not None:
        wanted = int(asked[1] or DEADLINE_DAYS)
        today = desk.here.date()
        ahead = Days(today, today + timedelta(days=min(wanted, _MOST_DAYS)))
        found = _deadlines_within(desk, wording, request, wanted)
        return replace(found, question=Question(Query(deadline=ahead), request.argument))
    question = _deadline_question(desk, wording, request.argument.strip())
    query = question.query
    is_words = request.argument.strip()[:1].isalpha()
    if not question.doubts and not query.has_days and not (is_words and not query.is_all):
        _ = wording._
        usage = COMMANDS["deadlines"].written(syntax, wording)
        return _said(
            _("“{asked}” is no number of days. Write {usage}, for example {example}.").format(
                asked=shortened(request.argument, 60), usage=usage, example=usage.rpartition(" ")[0] + " 14"
            )
        )
    return answered(desk, wording, request, question, wording._("Deadlines"))


def _deadline_question(desk: Desk, wording: Wording, argument: str) -> Question:
    """What is asked of deadlines: "this week", "7 phd", "2 weeks postdoc", "phd" (for as many days as are usual)."""
    count, _, rest = argument.partition(" ")
    asked = f"deadlines {argument}"
    if count.isascii() and count.isdecimal() and len(count) < 10:
        asked = f"deadlines in {argument}"
        if desk.understood(asked, wording).query.deadline is None:
            asked = f"deadlines in {min(int(count), _MOST_DAYS)} days {rest}"
    question = desk.understood(asked, wording)
    if argument[:1].isalpha() and not question.query.has_days and not question.doubts and not question.query.is_all:
        question = desk.understood(f"deadlines in {DEADLINE_DAYS} days, {argument}", wording)
    return question


def _deadlines_within(desk: Desk, wording: Wording, request: Request, wanted: int) -> Answer:
    _ = wording._
    days = min(wanted, _MOST_DAYS)
    limit = _("I look at most {n} days ahead.").format(n=_MOST_DAYS) if wanted > days else ""
    found = desk.index.due_within(days, desk.now, desk.here)
    if found:
        within = wording.ngettext("Deadlines within {n} day", "Deadlines within the next {n} days", days).format(n=days)
        heading = within if days else _("Deadlines today")
        shown = page(desk, wording, request, f"{heading}: {len(found)}", found)
        if not limit:
            return shown
        return replace(shown, message=replace(shown.message, lines=(*shown.message.lines, BLANK, Line.of(limit))))
    none = wording.ngettext("No deadline within {n} day.", "No deadline within the next {n} days.", days).format(n=days)
    said = f"{none} {limit}".strip() if days else _("No deadline today.")
    count = desk.index.count_open(desk.now)
    if count:
        said += " " + wording.ngettext("{n} position is open: {list}", "{n} positions are open: {list}", count).format(
            n=count, list="/positions"
        )
        return _said(said)
    return Answer(Message((Line.of(said), BLANK, Line.of(desk.when_empty))))


def _search(desk: Desk, wording: Wording, request: Request, syntax: Syntax) -> Answer:
    if request.argument.strip():
        return positions(desk, wording, request)
    usage = COMMANDS["search"].written(syntax, wording)
    return _said(wording._("What shall I look for? Write {usage}.").format(usage=usage))


def _help(desk: Desk, wording: Wording, _request: Request, syntax: Syntax) -> Answer:
    _ = wording._
    count = desk.index.count_open(desk.now)
    lines = [
        Line.of(_("I know this group's open positions. Ask me:")),
        BLANK,
        *(
            Line.of(Span(command.written(syntax, wording), code=True), " – ", command.summary(wording))
            for command in COMMANDS.values()
        ),
        BLANK,
        Line.of(
            _(
                "Or just ask: “PhD in machine learning”, “what closes this week?”, “is the HiWi job still open?”. "
                "With “closed” or “all” I look at past positions too."
            )
        ),
        BLANK,
        Line.of(
            wording.ngettext("{n} position is open right now.", "{n} positions are open right now.", count).format(
                n=count
            )
            if count
            else desk.when_empty
        ),
    ]
    return Answer(Message(tuple(lines), ((what_is_open(wording),),)))


def _unknown(wording: Wording, request: Request, syntax: Syntax) -> Answer:
    _ = wording._
    name = request.argument.partition(" ")[0]
    near = process.extractOne(
        name.lstrip("/"), list(COMMANDS), scorer=OSA.distance, score_cutoff=max(1, typos_forgiven(name))
    )
    said = _("I do not know {command}.").format(command=shortened(name, 40))
    if near:
        said += " " + _("Did you mean {names}?").format(names=COMMANDS[near[0]].written(syntax, wording))
    said += " " + _("{help} shows what can be asked.").format(help=COMMANDS["help"].written(syntax, wording))
    return _said(said)


def _said(text: str) -> Answer:
    return Answer(Message((Line.of(text),)))


# --- The table

_COURTESIES: dict[str, Callable[[Wording], str]] = {
    Courtesy.ABOUT: lambda w: w._("I am a bot that knows this group's open positions. {help} shows what can be asked."),
    Courtesy.THANKS: lambda w: w._("You are welcome."),
    Courtesy.GOODBYE: lambda w: w._("Goodbye, and good luck!"),
    Courtesy.GREETING: lambda w: w._("Hello! Just write what you look for; {help} shows what can be asked."),
    Courtesy.AGREED: lambda w: w._("All right."),
    "old": Wording.too_old,
    "unclear": lambda w: w._("I do not know what you refer to. Name it, or ask me for positions first."),
    "whole": lambda w: w._("That is all there is."),
    "flooded": lambda w: w._("Those were many questions at once. I am silent for a minute, and then glad to answer."),
}


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "positions",
            "",
            ("stellen",),
            lambda w: w._("[query]"),
            lambda w: w._("what is open, soonest deadline first"),
            lambda desk, wording, request, _syntax: positions(desk, wording, request),
        ),
        Command(
            "position", "show", ("stelle", "zeige"), lambda _: "ID", lambda w: w._("one position in full"), _position
        ),
        Command(
            "deadlines",
            "deadlines",
            ("fristen",),
            lambda w: w._("[days]"),
            lambda w: w._("what closes in the next days (default 30)"),
            _deadlines,
        ),
        Command(
            "search",
            "search",
            ("suche",),
            lambda w: w._("words"),
            lambda w: w._("search titles, groups, tags and descriptions"),
            _search,
        ),
        Command("help", "help", ("hilfe", "start", "?"), lambda _: "", lambda w: w._("what can be asked"), _help),
    )
}

__all__ = [
    "COMMANDS",
    "DEADLINE_DAYS",
    "FLOODED",
    "LONGEST_TEXT",
    "PAGE",
    "TOO_OLD",
    "Answer",
    "Command",
    "Desk",
    "Request",
    "answer",
    "language_of",
    "read",
    "read_words",
]
