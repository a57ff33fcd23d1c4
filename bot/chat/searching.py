"""Questions in plain words, answered: a list, one posting, how many, which one is meant, or that nothing matches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.chat import offering
from bot.chat.context import Answer, Context
from bot.chat.replies import reply
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.posting import Posting
from bot.domain.version import told_deadline
from bot.questions.grammar import MOST_TERMS
from bot.questions.intents import WHETHER, Intent
from bot.questions.query import Query, Scope, words
from bot.questions.question import Question
from bot.wording.parts import Part, without_each
from bot.wording.wording import Wording

PAGE = 8
"""Postings on a page: as many as Telegram has room for number buttons in a row."""

_MOST_PARTS = 6  # that can be taken away by buttons
_MOST_TRIED = 3  # parts without which a question may find something


def positions(context: Context, request: Request) -> Answer:
    """What a question in plain words asks for."""
    wording = context.wording
    question = context.read_question(request.argument)
    if question.intent is Intent.FOLLOW and nobody_to_write_to(context) is None:
        return replace(offering.to_follow(context, question), question=question)
    if question.intent in _LATER and (question.intent is not Intent.REMIND or nobody_to_write_to(context) is not None):
        instead = _LATER[question.intent](wording)
        if question.intent is Intent.CALENDAR:
            query_text = "" if question.query.is_all else context.text_of_query(question.query) or ""
            instead = replace(instead, buttons=((offering.calendar(wording, query_text),),))
        return Answer(instead, question=question)
    if question.intent not in {Intent.LIST, Intent.COUNT, Intent.NEWEST, Intent.LATEST}:
        return _replied(context, request, question)
    heading = _heading(wording, question.query.scope)
    if question.intent is Intent.NEWEST:
        heading = wording._("{heading}, newest first").format(heading=heading)
    if question.intent is Intent.LATEST:
        heading = wording._("{heading}, latest deadline first").format(heading=heading)
    answer = answered(context, request, question, heading)
    if question.intent is Intent.COUNT and answer.matches:
        count = len(answer.matches)
        count_text = wording.ngettext("{n} position matches.", "{n} positions match.", count).format(n=count)
        message = replace(answer.message, lines=(Line.of(Span(count_text, bold=True)), BLANK, *answer.message.lines))
        return replace(answer, message=message)
    return answer


def _replied(context: Context, request: Request, question: Question) -> Answer:
    """What is asked of one posting; of several, which one, or how many of them are open."""
    wording = context.wording
    intent, query = question.intent, question.query
    is_status = intent in {Intent.IS_OPEN, Intent.IS_OVER}
    every = context.find(replace(query, scope=Scope.ALL))
    open_ones = [posting for posting in every if posting.is_open(context.now)]
    postings = every if is_status or not open_ones else open_ones
    if intent is Intent.DEADLINE and query.is_all:  # "when is the next deadline?"
        postings = postings[:1]
    if intent in WHETHER and len(postings) != 1:  # "are the postdocs in Berlin remote?"
        plain = context.understood(request.argument)
        return answered(context, request, plain, _heading(wording, plain.query.scope))
    if not postings:
        answer = _nothing(context, question)
    elif len(postings) == 1:
        if intent is Intent.SHOW:
            return replace(_with_doubts(_in_full(context, query, postings[0]), wording, question), question=question)
        answer = of_one(context, intent, postings[0], question.language)
    else:
        answer = page(context, request, _which(wording, question, postings, len(open_ones)), postings)
    return replace(_with_doubts(answer, wording, question), question=question)


def of_one(context: Context, intent: Intent, posting: Posting, language: str | None = None) -> Answer:
    """What is asked of a posting; where that cannot be done, what can, and the posting's deadline. `language`: of which
    it is asked whether it is needed, folded.
    """
    wording = context.wording
    details = Button(wording._("In full"), request=Request("position", posting.id).text)
    if (
        intent in {Intent.REMIND, Intent.FOLLOW}
        and nobody_to_write_to(context) is None
        and posting.is_open(context.now)
    ):
        message = reply(Intent.DEADLINE, posting, wording, context.now, context.timezone, details)
        return Answer(replace(message, buttons=((offering.reminder(wording, posting),), *message.buttons)), (posting,))
    if intent not in _LATER:
        message = reply(intent, posting, wording, context.now, context.timezone, details, language)
        return Answer(message, (posting,))
    instead = _LATER[intent](wording)
    message = reply(Intent.DEADLINE, posting, wording, context.now, context.timezone, details)
    more = ((offering.calendar(wording, posting.id),),) if intent is Intent.CALENDAR and told_deadline(posting) else ()
    lines = (*instead.lines, BLANK, *message.lines) if instead.lines else message.lines
    return Answer(replace(message, lines=lines, buttons=(*more, *message.buttons)), (posting,))


def which_one(context: Context, request: Request) -> Answer:
    """Asks which of the postings named in a request is meant (see `request.which`)."""
    wording = context.wording
    named = (context.index.get(name) for name in request.argument.split()[1:])
    postings = [posting for posting in named if posting and posting.is_listed(context.now)]
    lines = wording.listing(wording._("Which one do you mean?"), postings, context.now, context.timezone, request.page)
    return Answer(Message(tuple(lines), (number_buttons(postings, request.page),)), postings)


def _which(wording: Wording, question: Question, postings: Sequence[Posting], open_ones: int) -> str:
    _ = wording._
    match question.intent:
        case Intent.IS_OPEN | Intent.IS_OVER:
            is_yes = (open_ones > 0) is (question.intent is Intent.IS_OPEN)
            template = _("Yes: {open} of {all} are open") if is_yes else _("No: {open} of {all} are open")
            return template.format(open=open_ones, all=len(postings))
        case Intent.DEADLINE:
            return _("Deadlines: {n}").format(n=len(postings))
    return _("{n} match. Which one do you mean?").format(n=len(postings))


def answered(context: Context, request: Request, question: Question, heading: str) -> Answer:
    """The postings that a question looks for, below a heading; or the one there is, in full."""
    wording = context.wording
    query = question.query
    if question.doubts and query.is_all:  # nothing else was asked: everything would be no answer
        return _with_doubts(Answer(Message(()), question=question), wording, question)
    postings, unknown = context.find(query), context.index.unknown(query)
    if not postings and question.intent is not Intent.COUNT and (rest := context.without_unknown(query)):
        query = rest  # what is unknown is named, and the rest is answered
        postings = context.find(rest)
    if question.intent is Intent.NEWEST:
        postings.sort(key=lambda posting: posting.posted or date.min, reverse=True)
    if question.intent is Intent.LATEST:
        postings.sort(key=lambda posting: posting.closes_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    if len(postings) == 1 and not query.is_all:
        answer = _in_full(context, query, postings[0])
    elif postings:
        asked_for = context.parts(query)
        heading_text = " · ".join((heading, *(part.label for part in asked_for)))
        answer = page(context, request, f"{heading_text}: {len(postings)}", postings)
        answer = _with_buttons(answer, _without_parts(context, query, asked_for))
    else:
        answer = _nothing(context, question)
    if postings and unknown:
        answer = _naming_unknown(answer, wording, unknown, request.argument)
    answer = _with_doubts(_naming_what_was_left_out(answer, wording, query), wording, question)
    return replace(answer, question=question)


def _naming_unknown(answer: Answer, wording: Wording, unknown: Sequence[str], question_text: str) -> Answer:
    """The answer below the words that no position has, and without which it is."""
    named = shortened(
        ", ".join(wording._("“{word}”").format(word=_as_written(word, question_text)) for word in unknown), 100
    )
    without_unknown = wording._("No position has {words}. This is without it:").format(words=named)
    lines = (Line.of(Span(without_unknown, bold=True)), BLANK, *answer.message.lines)
    return replace(answer, message=replace(answer.message, lines=lines))


def _as_written(word: str, question_text: str) -> str:
    """A folded word as it stands in what was asked, where it does."""
    return next(
        (word_written.strip(".,;:!?()") for word_written in question_text.split() if words(word_written) == [word]),
        word,
    )


def _in_full(context: Context, query: Query, posting: Posting) -> Answer:
    """One posting, below what it was found by."""
    wording = context.wording
    asked_for = context.parts(query)
    message = wording.posting(posting, context.now, context.timezone)
    if asked_for:
        reading = Line.of(Span(_understood(wording, query, asked_for), italic=True))
        message = replace(message, lines=(reading, BLANK, *message.lines))
    return _with_buttons(Answer(message, (posting,)), _without_parts(context, query, asked_for))


def _understood(wording: Wording, query: Query, asked_for: Sequence[Part]) -> str:
    """What is looked for, in a line."""
    scope = [] if query.scope is Scope.OPEN else [_heading(wording, query.scope)]
    text = " · ".join([*scope, *(part.label for part in asked_for)])
    return text[:1].upper() + text[1:]


def _without_parts(context: Context, query: Query, asked_for: Sequence[Part]) -> list[tuple[Button, ...]]:
    """Rows of buttons that each take a part of a question away."""
    some = asked_for[:_MOST_PARTS]
    buttons = [
        Button(f"✕ {shortened(part.label, 30)}", request=Request("positions", text).text)
        for part, text in zip(
            some, without_each(query, some, lambda text: context.read_question(text).query), strict=True
        )
        if text is not None
    ]
    return [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]


def _with_buttons(answer: Answer, rows: Sequence[tuple[Button, ...]]) -> Answer:
    return replace(answer, message=replace(answer.message, buttons=(*answer.message.buttons, *rows)))


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
        buttons.append((what_is_open(wording),))
    message = replace(
        answer.message, lines=(*lines, *answer.message.lines), buttons=(*answer.message.buttons, *buttons)
    )
    return replace(answer, message=message)


def _naming_what_was_left_out(answer: Answer, wording: Wording, query: Query) -> Answer:
    if not query.left_out:
        return answer
    left_out = wording._("I looked for {n} words only, and left out: {words}").format(
        n=MOST_TERMS, words=shortened(", ".join(query.left_out), 300)
    )
    return replace(answer, message=replace(answer.message, lines=(*answer.message.lines, BLANK, Line.of(left_out))))


def _heading(wording: Wording, scope: Scope) -> str:
    _ = wording._
    return {Scope.OPEN: _("Open positions"), Scope.CLOSED: _("Past positions"), Scope.ALL: _("All positions")}[scope]


def _nothing(context: Context, question: Question) -> Answer:
    """One line, and up to three buttons that lead on; or, when nothing is open, the lab's own words."""
    wording = context.wording
    _ = wording._
    query = question.query
    asked_for = context.parts(query)
    plain = shortened(question.plain, 200)
    sentences: list[str] = []
    buttons: list[Button] = []
    if not query.is_all:
        looked_for = _understood(wording, query, asked_for)
        sentences.append(_("Nothing matches: {query}.").format(query=shortened(looked_for, 200)))
        asks_for_more = len(query.terms) > 1 or query.roles or query.either or query.has_days
        if asks_for_more and (unknown := context.index.unknown(query)):
            named = ", ".join(_("“{word}”").format(word=word) for word in unknown)
            sentences.append(_("No position has {words}.").format(words=shortened(named, 100)))
    elif query.scope is Scope.CLOSED:
        sentences.append(_("There are no past positions."))
    buttons += _nearest(context, asked_for)
    if query.scope is Scope.OPEN and not query.is_all:
        past = len(context.find(replace(query, scope=Scope.CLOSED)))
        if past:
            text = wording.ngettext("{n} past position matches: {command}", "{n} past positions match: {command}", past)
            sentences.append(text.format(n=past, command=f"/positions closed {plain}"))
            label = wording.ngettext("{n} past position", "{n} past positions", past).format(n=past)
            buttons.append(Button(label, request=Request("positions", f"closed {plain}").text))
    if context.index.count_open(context.now):
        buttons.append(what_is_open(wording))
        return Answer(Message((Line.of(" ".join(sentences)),), tuple((button,) for button in buttons)))
    lines = [Line.of(" ".join(sentences)), BLANK] if sentences else []
    return Answer(Message((*lines, Line.of(context.when_empty)), tuple((button,) for button in buttons)))


def _nearest(context: Context, asked_for: Sequence[Part]) -> list[Button]:
    """A button for what is nearest to a question that finds nothing: all of it but one of its last parts, of those that
    find something the one that finds least; or else the roles alone.
    """
    wording = context.wording
    rests = [part.rest for part in asked_for[-_MOST_TRIED:]]
    if asked_for:
        rests.append(Query(asked_for[-1].rest.roles))
    counted = [(len(context.find(rest)), rest) for rest in rests if not rest.is_all]
    for count, rest in sorted((near for near in counted if near[0]), key=lambda near: near[0]):
        if (text := context.text_of_query(rest)) is not None:
            label = _understood(wording, rest, context.parts(rest))
            return [Button(f"{shortened(label, 40)}: {count}", request=Request("positions", text).text)]
    return []


def what_is_open(wording: Wording) -> Button:
    """Leads to all that is open."""
    return Button(wording._("What is open?"), request=Request("positions").text)


_LATER: dict[Intent, Callable[[Wording], Message]] = {
    Intent.REMIND: lambda w: _instead(
        w, w._("I remind single persons on platforms where I know them; channels are reminded.")
    ),
    Intent.FOLLOW: lambda w: _instead(
        w, w._("Single persons can follow on platforms where I know them; new positions come to the channels.")
    ),
    Intent.CALENDAR: lambda w: _instead(w, "") if w.site else Message((Line.of(w._("Deadlines for your calendar:")),)),
}


def _instead(wording: Wording, refusal: str) -> Message:
    """What cannot be done here, and what can be done instead."""
    _ = wording._
    if wording.site is None:
        sentence = _("There is no calendar to take the deadlines from; {list} shows them.").format(list="/deadlines")
        return Message((Line.of(f"{refusal} {sentence}".strip()),))
    address = wording.site.at("calendar.ics")
    sentence = _("All deadlines as a calendar:")
    return Message((Line.of(f"{refusal} {sentence} ".lstrip(), Span(address, url=address)),))


# --- Pages


def page(context: Context, request: Request, heading: str, postings: Sequence[Posting]) -> Answer:
    """Postings below a heading, as many as stand on a page."""
    wording = context.wording
    pages = -(-len(postings) // PAGE)
    number = min(request.page, pages)
    first = (number - 1) * PAGE
    shown = postings[first : first + PAGE]
    lines = wording.listing(heading, shown, context.now, context.timezone, first + 1)
    rows = [number_buttons(shown, first + 1)]
    if pages > 1:
        lines += [BLANK, Line.of(wording._("Page {page} of {pages}").format(page=number, pages=pages))]
        rows.append(turns(wording, request, number, pages))
    return Answer(Message(tuple(lines), tuple(rows)), postings)


def turns(wording: Wording, request: Request, number: int, pages: int) -> tuple[Button, ...]:
    """What leads from a page to those beside it."""
    beside = [(number - 1, "‹ " + wording._("Previous")), (number + 1, wording._("Next") + " ›")]
    return tuple(
        Button(label, request=replace(request, page=turn).text) for turn, label in beside if 1 <= turn <= pages
    )


def number_buttons(postings: Sequence[Posting], first: int) -> tuple[Button, ...]:
    """What shows each of the postings that are numbered from there."""
    return tuple(
        Button(str(number), request=Request("position", posting.id).text)
        for number, posting in enumerate(postings, first)
    )
