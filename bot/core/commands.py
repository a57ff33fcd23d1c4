"""The table of commands: a request in, an answer out, once for all platforms.

A platform hands over what a person wrote (`read`) or which button was pressed (`Request.from_button`) and shows
the answer's message. What can be asked stands in `COMMANDS` alone: Telegram's command menu, Slack's sub-commands
and the help text are made from it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.courtesy import Courtesy, remark
from bot.core.grammar import MOST_TERMS
from bot.core.index import Index
from bot.core.message import BLANK, Button, Line, Message, Span, shortened
from bot.core.posting import Posting, Role
from bot.core.query import EVERYTHING, Query, Scope, typos_forgiven
from bot.core.question import Question
from bot.core.replies import reply
from bot.core.wording import Wording
from bot.core.zones import zone
from bot.questions.intents import Intent
from bot.questions.spans import Days

PAGE = 8
"""Postings on a page: as many as Telegram has room for number buttons in a row."""

DEADLINE_DAYS = 30
LONGEST_TEXT = 4096
"""So much of what a person writes is looked at, on every platform. What is longer than a question may be is told so."""

_LONGEST_ARGUMENT = 500
_MOST_DAYS = 3660
_DAYS = re.compile(
    r"(?:(?:in|within|for|the|next|den|der|nächsten|innerhalb|von)\s+)*([0-9]{1,9})?\s*(?:days?|tage?n?|d)?"
)


class Dialect(Enum):
    """How commands are written: Telegram (and the console) has many, Slack one with sub-commands."""

    MANY = "/{name}"
    ONE = "/positions {word}"


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader asked: a command of the table, its argument, and which page of the answer (from 1)."""

    command: str
    argument: str = ""
    page: int = 1

    @property
    def text(self) -> str:
        """As a button carries it; `from_button` reads it back."""
        return f"{self.command}.{self.page} {self.argument}".rstrip()

    @classmethod
    def from_button(cls, text: str) -> "Request":
        """Reads `text` back. Anything else asks for help."""
        found = re.fullmatch(r"([a-z]+)\.(\d{1,6})(?: (.*))?", text, re.DOTALL)
        if not found or found[1] not in COMMANDS:
            return Request("help")
        return cls(found[1], found[3] or "", max(1, int(found[2])))


TOO_OLD = Request("old")
"""In the place of a request behind a button that nobody remembers: a note that says so."""

FLOODED = Request("flooded")
"""In the place of a request by somebody who asks too much: a note that says so. Nobody can ask it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, and every posting that matched, on all pages, in order."""

    message: Message
    found: Sequence[Posting] = ()
    question: Question | None = field(default=None, compare=False)
    """What was understood, where something was looked for."""

    @property
    def postings(self) -> tuple[str, ...]:
        """The ids of what matched."""
        return tuple(posting.id for posting in self.found)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an answer is made from: the postings, the instant, and the lab's settings."""

    index: Index
    now: datetime
    timezone: str
    when_empty: str

    @property
    def here(self) -> datetime:
        """Now, by the reader's clock."""
        return self.now.astimezone(zone(self.timezone))

    def understood(self, text: str, wording: Wording) -> Question:
        return self.index.understand(text, wording.language, self.here)

    def asked(self, text: str, wording: Wording) -> Question:
        return self.index.asked(text, wording.language, self.here)

    def find(self, query: Query) -> list[Posting]:
        return self.index.find(query, self.now, zone(self.timezone))


@dataclass(frozen=True, slots=True)
class Command:
    """`name` as Telegram has it, `word` as Slack's sub-command; `also`: other words that mean it, as first word."""

    name: str
    word: str
    also: tuple[str, ...]
    usage: Callable[[Wording], str]
    summary: Callable[[Wording], str]
    answer: Callable[["Desk", Wording, Request, "Dialect"], Answer]

    def written(self, dialect: Dialect, wording: Wording) -> str:
        """How a person writes it, with what may follow."""
        return f"{dialect.value.format(name=self.name, word=self.word)} {self.usage(wording)}".replace(
            "  ", " "
        ).strip()


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


def answer(desk: Desk, wording: Wording, request: Request, dialect: Dialect = Dialect.MANY) -> Answer:
    """The answer to a request. Never fails, never stays silent."""
    if len(request.argument) > _LONGEST_ARGUMENT:
        return _said(wording._("That is too long for me; a few words are enough."))
    if courtesy := _COURTESIES.get(request.command):
        return _said(courtesy(wording).format(help=COMMANDS["help"].written(dialect, wording)))
    command = COMMANDS.get(request.command)
    return command.answer(desk, wording, request, dialect) if command else _unknown(wording, request, dialect)


# --- The answers


def _positions(desk: Desk, wording: Wording, request: Request, _dialect: Dialect) -> Answer:
    question = desk.asked(request.argument, wording)
    if question.intent in _LATER:
        return Answer(_LATER[question.intent](wording), question=question)
    if question.intent not in {Intent.LIST, Intent.COUNT, Intent.NEWEST}:
        return _replied(desk, wording, request, question)
    heading = _heading(wording, question.query, request.argument)
    if question.intent is Intent.NEWEST:
        heading = wording._("{heading}, newest first").format(heading=heading)
    answer = _answered(desk, wording, request, question, heading)
    if question.intent is Intent.COUNT and answer.found:
        count = len(answer.found)
        told = wording.ngettext("{n} position matches.", "{n} positions match.", count).format(n=count)
        message = replace(answer.message, lines=(Line.of(Span(told, bold=True)), BLANK, *answer.message.lines))
        return replace(answer, message=message)
    return answer


def _replied(desk: Desk, wording: Wording, request: Request, question: Question) -> Answer:
    """What is asked of one posting; of several, which one, or how many of them are open."""
    intent, query = question.intent, question.query
    is_status = intent in {Intent.IS_OPEN, Intent.IS_OVER}
    every = desk.find(replace(query, scope=Scope.ALL))
    open_ones = [posting for posting in every if posting.is_open(desk.now)]
    found = every if is_status or not open_ones else open_ones
    if intent is Intent.DEADLINE and query.is_all:  # "when is the next deadline?"
        found = found[:1]
    if not found:
        answer = _nothing(desk, wording, question, request.argument)
    elif len(found) == 1:
        details = Button(wording._("In full"), request=Request("position", found[0].id).text)
        if intent is Intent.SHOW:
            return replace(_with_doubts(_in_full(desk, wording, query, found[0]), wording, question), question=question)
        answer = Answer(reply(intent, found[0], wording, desk.now, desk.timezone, details), found)
    else:
        answer = _page(desk, wording, request, _which(wording, question, found, len(open_ones)), found)
    return replace(_with_doubts(answer, wording, question), question=question)


def _which(wording: Wording, question: Question, found: Sequence[Posting], open_ones: int) -> str:
    _ = wording._
    match question.intent:
        case Intent.IS_OPEN | Intent.IS_OVER:
            is_yes = (open_ones > 0) is (question.intent is Intent.IS_OPEN)
            told = _("Yes: {open} of {all} are open") if is_yes else _("No: {open} of {all} are open")
            return told.format(open=open_ones, all=len(found))
        case Intent.DEADLINE:
            return _("Deadlines: {n}").format(n=len(found))
    return _("{n} match. Which one do you mean?").format(n=len(found))


def _answered(desk: Desk, wording: Wording, request: Request, question: Question, heading: str) -> Answer:
    query = question.query
    if question.doubts and query.is_all:  # nothing else was asked: everything would be no answer
        return _with_doubts(Answer(Message(()), question=question), wording, question)
    found = desk.find(query)
    if question.intent is Intent.NEWEST:
        found.sort(key=lambda posting: posting.posted or date.min, reverse=True)
    if len(found) == 1 and not query.is_all:
        answer = _in_full(desk, wording, query, found[0])
    elif found:
        answer = _page(desk, wording, request, f"{' · '.join((heading, *wording.asked(query)))}: {len(found)}", found)
    else:
        answer = _nothing(desk, wording, question, request.argument)
    answer = _with_doubts(_naming_what_was_left_out(answer, wording, query), wording, question)
    return replace(answer, question=question)


def _in_full(desk: Desk, wording: Wording, query: Query, posting: Posting) -> Answer:
    """One posting, below the days that it was found by."""
    message = wording.posting(posting, desk.now, desk.timezone)
    if days := wording.asked(query):
        told = Line.of(Span(_capital(" · ".join(days)), italic=True))
        message = replace(message, lines=(told, BLANK, *message.lines))
    return Answer(message, (posting,))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_doubts(answer: Answer, wording: Wording, question: Question) -> Answer:
    """The answer below what was not understood for sure, with a button for each way in which it can be."""
    if not question.doubts:
        return answer
    _ = wording._
    lines: list[Line] = []
    buttons: list[tuple[Button, ...]] = []
    for doubt in question.doubts:
        text = shortened(doubt.text, 60)
        if doubt.choices:
            days = _(" or ").join(wording.days(days) for days, _question in doubt.choices)
            lines.append(
                Line.of(_("“{text}” can be {days}, so I left it out. Which is meant?").format(text=text, days=days))
            )
            buttons += [
                (Button(shortened(wording.days(days), 40), request=Request("positions", plain).text),)
                for days, plain in doubt.choices
            ]
        else:
            lines.append(Line.of(_("I did not understand “{text}” for sure, so I left it out.").format(text=text)))
    if answer.message.lines:
        lines.append(BLANK)
    elif not buttons:
        buttons.append((_what_is_open(wording),))
    message = replace(
        answer.message, lines=(*lines, *answer.message.lines), buttons=(*answer.message.buttons, *buttons)
    )
    return replace(answer, message=message)


def _naming_what_was_left_out(answer: Answer, wording: Wording, query: Query) -> Answer:
    if not query.left_out:
        return answer
    said = wording._("I looked for {n} words only, and left out: {words}").format(
        n=MOST_TERMS, words=shortened(", ".join(query.left_out), 300)
    )
    return replace(answer, message=replace(answer.message, lines=(*answer.message.lines, BLANK, Line.of(said))))


def _heading(wording: Wording, query: Query, asked: str) -> str:
    _ = wording._
    plain, about = {
        Scope.OPEN: (_("Open positions"), _("Open positions for “{query}”")),
        Scope.CLOSED: (_("Past positions"), _("Past positions for “{query}”")),
        Scope.ALL: (_("All positions"), _("All positions for “{query}”")),
    }[query.scope]
    return plain if query.is_all else about.format(query=shortened(asked, 100))


def _nothing(desk: Desk, wording: Wording, question: Question, asked: str) -> Answer:
    """One line, and up to three buttons that lead on; or, when nothing is open, the lab's own words."""
    _ = wording._
    query = question.query
    asked, plain = shortened(asked, 100), shortened(question.plain, 200)
    said: list[str] = []
    buttons: list[Button] = []
    if not query.is_all:
        said.append(_("Nothing matches “{query}”.").format(query=asked))
        asks_for_more = len(query.terms) > 1 or query.roles or query.either or query.has_days
        if asks_for_more and (unknown := desk.index.unknown(query)):
            words = ", ".join(f"“{word}”" for word in unknown)
            said.append(_("No position has {words}.").format(words=shortened(words, 100)))
        if days := wording.asked(query):
            said.append(_("I looked for: {days}.").format(days=", ".join(days)))
    elif query.scope is Scope.CLOSED:
        said.append(_("There are no past positions."))
    if of_role := len(desk.find(Query(query.roles))) if query.roles else 0:
        roles = [role for role in Role if role in query.roles]
        label = f"{' / '.join(map(wording.role, roles))}: {of_role}"
        buttons.append(Button(shortened(label, 40), request=Request("positions", " ".join(roles)).text))
    if query.scope is Scope.OPEN and not query.is_all:
        past = len(desk.find(replace(query, scope=Scope.CLOSED)))
        if past:
            text = wording.ngettext("{n} past position matches: {command}", "{n} past positions match: {command}", past)
            said.append(text.format(n=past, command=f"/positions closed {plain}"))
            label = wording.ngettext("{n} past position", "{n} past positions", past).format(n=past)
            buttons.append(Button(label, request=Request("positions", f"closed {plain}").text))
    if desk.index.count_open(desk.now):
        buttons.append(_what_is_open(wording))
        return Answer(Message((Line.of(" ".join(said)),), tuple((button,) for button in buttons)))
    lines = [Line.of(" ".join(said)), BLANK] if said else []
    return Answer(Message((*lines, Line.of(desk.when_empty)), tuple((button,) for button in buttons)))


def _what_is_open(wording: Wording) -> Button:
    return Button(wording._("What is open?"), request=Request("positions").text)


def _position(desk: Desk, wording: Wording, request: Request, dialect: Dialect) -> Answer:
    _ = wording._
    name = request.argument.strip().strip("`<>").casefold()
    if not name:
        usage = COMMANDS["position"].written(dialect, wording)
        return _said(_("Which one? Write {usage}; {list} shows what is open.").format(usage=usage, list="/positions"))
    posting = desk.index.get(name)
    if posting and posting.is_listed(desk.now):
        return Answer(wording.posting(posting, desk.now, desk.timezone), (posting,))
    query = desk.index.parse(request.argument)
    if not query.terms and not query.either and query != EVERYTHING:  # "show all", "show phd": no id, but clear enough
        return _positions(desk, wording, Request("positions", request.argument), dialect)
    near = desk.index.near(name, desk.now)
    said = _("There is no position called “{name}”.").format(name=shortened(name, 80))
    buttons = tuple((Button(shortened(one, 40), request=Request("position", one).text),) for one in near)
    if near:
        said += " " + _("Did you mean {names}?").format(names=", ".join(near))
    else:
        said += " " + _("{list} shows what is open.").format(list="/positions")
    return Answer(Message((Line.of(said),), buttons))


def _deadlines(desk: Desk, wording: Wording, request: Request, dialect: Dialect) -> Answer:
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
        usage = COMMANDS["deadlines"].written(dialect, wording)
        return _said(
            _("“{asked}” is no number of days. Write {usage}, for example {example}.").format(
                asked=shortened(request.argument, 60), usage=usage, example=usage.rpartition(" ")[0] + " 14"
            )
        )
    heading = wording._("Deadlines for “{query}”").format(query=shortened(request.argument, 100))
    return _answered(desk, wording, request, question, heading)


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
        page = _page(desk, wording, request, f"{heading}: {len(found)}", found)
        if not limit:
            return page
        return replace(page, message=replace(page.message, lines=(*page.message.lines, BLANK, Line.of(limit))))
    none = wording.ngettext("No deadline within {n} day.", "No deadline within the next {n} days.", days).format(n=days)
    said = f"{none} {limit}".strip() if days else _("No deadline today.")
    count = desk.index.count_open(desk.now)
    if count:
        said += " " + wording.ngettext("{n} position is open: {list}", "{n} positions are open: {list}", count).format(
            n=count, list="/positions"
        )
        return _said(said)
    return Answer(Message((Line.of(said), BLANK, Line.of(desk.when_empty))))


def _search(desk: Desk, wording: Wording, request: Request, dialect: Dialect) -> Answer:
    if request.argument.strip():
        return _positions(desk, wording, request, dialect)
    usage = COMMANDS["search"].written(dialect, wording)
    return _said(wording._("What shall I look for? Write {usage}.").format(usage=usage))


def _help(desk: Desk, wording: Wording, _request: Request, dialect: Dialect) -> Answer:
    _ = wording._
    count = desk.index.count_open(desk.now)
    lines = [
        Line.of(_("I know this group's open positions. Ask me:")),
        BLANK,
        *(
            Line.of(Span(command.written(dialect, wording), code=True), " – ", command.summary(wording))
            for command in COMMANDS.values()
        ),
        BLANK,
        Line.of(
            _(
                "Or just write what you look for, such as “PhD in machine learning” or “HiWi”. "
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
    return Answer(Message(tuple(lines), ((_what_is_open(wording),),)))


def _unknown(wording: Wording, request: Request, dialect: Dialect) -> Answer:
    _ = wording._
    name = request.argument.partition(" ")[0]
    near = process.extractOne(
        name.lstrip("/"), list(COMMANDS), scorer=OSA.distance, score_cutoff=max(1, typos_forgiven(name))
    )
    said = _("I do not know {command}.").format(command=shortened(name, 40))
    if near:
        said += " " + _("Did you mean {names}?").format(names=COMMANDS[near[0]].written(dialect, wording))
    said += " " + _("{help} shows what can be asked.").format(help=COMMANDS["help"].written(dialect, wording))
    return _said(said)


def _said(text: str) -> Answer:
    return Answer(Message((Line.of(text),)))


# --- Pages


def _page(desk: Desk, wording: Wording, request: Request, heading: str, found: Sequence[Posting]) -> Answer:
    pages = -(-len(found) // PAGE)
    page = min(request.page, pages)
    first = (page - 1) * PAGE
    shown = found[first : first + PAGE]
    lines = wording.listing(heading, shown, desk.now, desk.timezone, first + 1)
    rows = [_number_buttons(shown, first + 1)]
    if pages > 1:
        lines += [BLANK, Line.of(wording._("Page {page} of {pages}").format(page=page, pages=pages))]
        turns = [(page - 1, "‹ " + wording._("Previous")), (page + 1, wording._("Next") + " ›")]
        rows.append(
            tuple(
                Button(label, request=replace(request, page=number).text)
                for number, label in turns
                if 1 <= number <= pages
            )
        )
    return Answer(Message(tuple(lines), tuple(rows)), found)


def _number_buttons(postings: Sequence[Posting], first: int) -> tuple[Button, ...]:
    return tuple(
        Button(str(number), request=Request("position", posting.id).text)
        for number, posting in enumerate(postings, first)
    )


# --- The table

_COURTESIES: dict[str, Callable[[Wording], str]] = {
    Courtesy.ABOUT: lambda w: w._("I am a bot that knows this group's open positions. {help} shows what can be asked."),
    Courtesy.THANKS: lambda w: w._("You are welcome."),
    Courtesy.GOODBYE: lambda w: w._("Goodbye, and good luck!"),
    Courtesy.GREETING: lambda w: w._("Hello! Just write what you look for; {help} shows what can be asked."),
    Courtesy.AGREED: lambda w: w._("All right."),
    "old": Wording.too_old,
    "flooded": lambda w: w._("Those were many questions at once. I am silent for a minute, and then glad to answer."),
}

_LATER: dict[Intent, Callable[[Wording], Message]] = {
    Intent.REMIND: lambda w: _instead(w, w._("I cannot remind a single person yet; channels are reminded.")),
    Intent.FOLLOW: lambda w: _instead(w, w._("Nobody can subscribe here yet; new positions come to the channels.")),
    Intent.CALENDAR: lambda w: _instead(w, ""),
}


def _instead(wording: Wording, told: str) -> Message:
    """What cannot be done here, and what can be done instead."""
    _ = wording._
    if wording.site is None:
        there = _("There is no calendar to take the deadlines from; {list} shows them.").format(list="/deadlines")
        return Message((Line.of(f"{told} {there}".strip()),))
    address = wording.site.at("calendar.ics")
    there = _("All deadlines as a calendar:")
    return Message((Line.of(f"{told} {there} ".lstrip(), Span(address, url=address)),))


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "positions",
            "",
            ("stellen",),
            lambda w: w._("[query]"),
            lambda w: w._("what is open, soonest deadline first"),
            _positions,
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
