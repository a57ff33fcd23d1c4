"""`/deadlines [days]`: what closes in the next days, or in what span a question names."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.chat.command import Command
from bot.chat.context import Answer, Context, short_answer
from bot.chat.request import Request
from bot.chat.searching import answered, page
from bot.domain.message import BLANK, Line, Message, shortened
from bot.language import languages, phrases, read
from bot.questions.query import Query
from bot.questions.question import Question
from bot.questions.spans import Days

DEADLINE_DAYS = 30
_MOST_DAYS = 3660


def _answer(context: Context, request: Request) -> Answer:
    argument = request.argument.strip().casefold()
    if (match := _number_of_days().fullmatch(argument)) is not None:
        wanted = int(match[1] or DEADLINE_DAYS)
        today = context.here.date()
        ahead = Days(today, today + timedelta(days=min(wanted, _MOST_DAYS)))
        answer = _deadlines_within(context, request, wanted)
        return replace(answer, question=Question(Query(deadline=ahead), request.argument))
    question = _deadline_question(context, request.argument.strip())
    query = question.query
    is_words = request.argument.strip()[:1].isalpha()
    if not question.doubts and not query.has_days and not (is_words and not query.is_all):
        _ = context.wording._
        usage = COMMAND.written(context.syntax, context.wording)
        return short_answer(
            _("“{asked}” is no number of days. Write {usage}, for example {example}.").format(
                asked=shortened(request.argument, 60), usage=usage, example=usage.rpartition(" ")[0] + " 14"
            )
        )
    return answered(context, request, question, context.wording._("Deadlines"))


@cache
def _number_of_days() -> re.Pattern[str]:
    """A number of days, or none for the usual one, as somebody writes it in any language."""
    before, unit = ("|".join(map(re.escape, _in_all_languages(name))) for name in ("before", "unit"))
    return re.compile(rf"(?:(?:{before})\s+)*([0-9]{{1,9}})?\s*(?:{unit})?")


def _in_all_languages(name: str) -> Iterator[str]:
    for language in languages():
        yield from phrases(language, read(language, "commands")["days"][name])


def _deadline_question(context: Context, argument: str) -> Question:
    """What is asked of deadlines: "this week", "7 phd", "2 weeks postdoc", "phd" (for as many days as are usual)."""
    count, _, rest = argument.partition(" ")
    text = f"deadlines {argument}"
    if count.isascii() and count.isdecimal() and len(count) < 10:
        text = f"deadlines in {argument}"
        if context.understood(text).query.deadline is None:
            text = f"deadlines in {min(int(count), _MOST_DAYS)} days {rest}"
    question = context.understood(text)
    if argument[:1].isalpha() and not question.query.has_days and not question.doubts and not question.query.is_all:
        question = context.understood(f"deadlines in {DEADLINE_DAYS} days, {argument}")
    return question


def _deadlines_within(context: Context, request: Request, wanted: int) -> Answer:
    _ = context.wording._
    days = min(wanted, _MOST_DAYS)
    limit = _("I look at most {n} days ahead.").format(n=_MOST_DAYS) if wanted > days else ""
    postings = context.index.due_within(days, context.now, context.here)
    if postings:
        within = context.wording.ngettext(
            "Deadlines within {n} day", "Deadlines within the next {n} days", days
        ).format(n=days)
        heading = within if days else _("Deadlines today")
        shown = page(context, request, f"{heading}: {len(postings)}", postings)
        if not limit:
            return shown
        return replace(shown, message=replace(shown.message, lines=(*shown.message.lines, BLANK, Line.of(limit))))
    none = context.wording.ngettext(
        "No deadline within {n} day.", "No deadline within the next {n} days.", days
    ).format(n=days)
    text = f"{none} {limit}".strip() if days else _("No deadline today.")
    count = context.index.count_open(context.now)
    if count:
        text += " " + context.wording.ngettext(
            "{n} position is open: {list}", "{n} positions are open: {list}", count
        ).format(n=count, list="/positions")
        return short_answer(text)
    return Answer(Message((Line.of(text), BLANK, Line.of(context.when_empty))))


def _takes(rest: str) -> bool:
    # "deadlines for postdocs" is a question, "deadlines in the next 14 days" is none.
    return " " not in rest or _number_of_days().fullmatch(rest.casefold()) is not None


COMMAND = Command(
    name="deadlines",
    word="deadlines",
    place=20,
    usage=lambda w: w._("[days]"),
    summary=lambda w: w._("what closes in the next days (default 30)"),
    takes=_takes,
    answer=_answer,
)
