"""A question as it is understood: a query, and which words for time were not understood for sure.

What is said of days is taken out of the text (`bot.questions.spans`), and the rest is read as a query.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.posting import Role
from bot.questions import facts
from bot.questions.cutting import without
from bot.questions.facts import Fact
from bot.questions.intents import Intent, read_intent
from bot.questions.pieces import negation_at_end
from bot.questions.query import Query, Scope, words
from bot.questions.shares import ShareSpan, share
from bot.questions.small_words import small_words
from bot.questions.spans import About, Days, TimeSpan, Unit, spans

_QUOTED = re.compile(r"[\"“„«»][^\"“”„«»]*[\"“”«»]")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words for time that are not looked for: they can be read in several ways, or (`choices` empty) only in part.

    `choices`: the days that may be meant, each with the question that says so.
    """

    text: str
    choices: tuple[tuple[Days, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is read. `plain`: its text with days in figures (2027-05-31), which means the same on any day.
    `doubts`: words for time that were not understood for sure, and are not in the query. `intent`: what is asked;
    `language`: where it is asked whether one is needed, that one, folded.
    """

    query: Query
    plain: str
    doubts: tuple[Doubt, ...] = ()
    intent: Intent = Intent.LIST
    language: str | None = None


def read_question(
    text: str,
    language: str,
    now: datetime,
    parse: Callable[[str], Query],
    is_name: Callable[[tuple[str, ...]], bool],
) -> Question:
    """A question with its intent; see `understood` for what is given."""
    wanted = read_intent(text, language)
    if len(spans(wanted.rest, language, now)) != len(spans(text, language, now)):  # "what closes first Tuesday?"
        return understood(text, language, now, parse, is_name)
    question = understood(wanted.rest, language, now, parse, is_name)
    match wanted.intent:
        case Intent.UNDATED:
            return replace(question, query=replace(question.query, undated=True))
        case Intent.NEWEST if (of_days := understood(text, language, now, parse, is_name)).query.posted:
            return of_days  # "what is new this week?"
    return replace(question, intent=wanted.intent, language=wanted.language)


def understood(
    text: str,
    language: str,
    now: datetime,
    parse: Callable[[str], Query],
    is_name: Callable[[tuple[str, ...]], bool],
) -> Question:
    """A question's query with its days; its intent is `LIST`. `now`: aware, in the reader's zone. `parse` reads the
    words that are not about days; `is_name` tells whether folded words are a name in the registry, such as a tag (so
    "May" may be one).
    """
    if (named := share_asked(text)) is not None:
        question = understood(without(text, named.start, named.end), language, now, parse, is_name)
        plain = f"{question.plain} {text[named.start : named.end]}"
        return replace(question, query=replace(question.query, share=named.share), plain=plain)
    stated = facts.read_facts(text, language)
    if stated.facts or stated.only:
        return _with_facts(understood(stated.rest, language, now, parse, is_name), stated)
    time_spans = [span for span in spans(text, language, now) if not _is_no_time(text, span, is_name)]
    if not time_spans:
        return Question(parse(text), text)
    negated = {span: _with_negation(text, span) for span in time_spans}
    rest = _cut(text, [*negated.values()])
    days: dict[tuple[About, bool], list[TimeSpan]] = {}
    doubts: list[Doubt] = []
    query = parse(rest)
    for span in time_spans:
        is_negated = negated[span] is not span
        if span.days is None or span.about is About.OTHER or (is_negated and not _can_be_left_out(span)):
            doubts.append(_doubt(text, negated[span]))
        elif (meant := _told(span, query, now.date())) is not None:
            days.setdefault((meant.about or About.DEADLINE, is_negated), []).append(meant)
    for several in [key for key, named in days.items() if len(named) > 1]:
        doubts += [Doubt(text[span.start : span.end]) for span in days.pop(several)]
    for (about, is_negated), (span,) in days.items():
        query = _without_days(query, about, span) if is_negated else _with_days(query, about, span, now.date())
    plain = text
    for span in reversed(time_spans):
        if span.days is not None:
            plain = f"{plain[: span.start]}{_plain(span.days)}{plain[span.end :]}"
    return Question(query, plain, tuple(doubts))


def share_asked(text: str) -> ShareSpan | None:
    """The share of full time that a text asks for, with the negation before it: "not full-time" is part-time."""
    named = share(text)
    negation = None if named is None else negation_at_end(text[: named.start])
    if named is None or negation is None:
        return named
    other = named.share.other
    return None if other is None else ShareSpan(negation, named.end, other)


def _with_facts(question: Question, stated: facts.StatedFacts) -> Question:
    """The question with facts that were taken out of it."""
    query = replace(question.query, facts=question.query.facts | stated.facts, only=stated.only or question.query.only)
    if Fact.FILLED in stated.facts:
        query = replace(query, scope=Scope.CLOSED)
    stated_words = [*sorted(stated.facts), *([f"{stated.only} only"] if stated.only else [])]
    return replace(question, query=query, plain=", ".join([question.plain, *stated_words]))


def _is_no_time(text: str, span: TimeSpan, is_name: Callable[[tuple[str, ...]], bool]) -> bool:
    """Whether it is a name of the registry, or stands in quotes: then it is looked for as it is."""
    return is_quoted(text, span) or is_name(tuple(words(text[span.start : span.end])))


def is_quoted(text: str, span: TimeSpan) -> bool:
    """Whether it stands in quotes."""
    return any(match.start() < span.start and span.end < match.end() for match in _QUOTED.finditer(text))


def _with_negation(text: str, span: TimeSpan) -> TimeSpan:
    """The span with the negation before it, which takes away its reading; the span itself where there is none."""
    for begins in sorted({span.start, *(first for first, _ in span.words if first < span.start)}):
        if (start := negation_at_end(text[:begins])) is not None:  # "not in June", "not starting in June"
            outside = tuple(place for place in span.words if not start <= place[0] < span.end)
            return replace(span, start=start, readings=(), words=outside)
    return span


def _can_be_left_out(span: TimeSpan) -> bool:
    """Whether it is clear what "not" before it leaves out: "not until June" may be from June on."""
    days = span.days
    return days is not None and None not in {days.first, days.last} and span.about is not About.OPEN


def _cut(text: str, time_spans: list[TimeSpan]) -> str:
    """The text without what is said of days. Words that tell that something is over stay: they are read as well."""
    places = [(span.start, span.end) for span in time_spans]
    for span in time_spans:
        is_kept = span.about is About.OPEN
        places += [
            place for place in span.words if not is_kept and text[slice(*place)].casefold() not in small_words().scopes
        ]
    for start, end in sorted(places, reverse=True):
        text = without(text, start, end)
    return text


def _doubt(text: str, span: TimeSpan) -> Doubt:
    choices = ((days, f"{text[: span.start]}{_plain(days)}{text[span.end :]}") for days in span.readings)
    return Doubt(text[span.start : span.end], tuple(choices) if len(span.readings) > 1 else ())


def _plain(days: Days) -> str:
    """Days in words that are read in one way, whatever the language."""
    if days.first == days.last:
        return f"{days.first}"
    if days.first is None:
        return f"until {days.last}"
    return f"from {days.first}" if days.last is None else f"{days.first} to {days.last}"


_IN_SEASON = {Role.INTERNSHIP, Role.THESIS, Role.STUDENT_ASSISTANT}
"""Who asks for one of these and a month means when it is, and not until when to apply."""


def _told(span: TimeSpan, query: Query, today: date) -> TimeSpan | None:
    """What the days are said of, where the text says nothing, or that it is open; None where that means nothing."""
    days = span.days
    if days is None:
        return span
    if span.about is None:
        if days.last is not None and days.last < today:  # "positions from last week"
            return replace(span, about=About.POSTING)
        of_work = bool(query.roles) and query.roles <= _IN_SEASON and span.unit is Unit.MONTH
        return replace(span, about=About.START) if of_work or span.unit in {Unit.SEASON, Unit.TERM} else span
    if span.about is About.START and not span.words and days.first and days.last is None and days.first < today:
        return replace(span, about=About.POSTING)  # "from last week"
    if span.about is not About.OPEN:
        return span
    if days.first is None:
        return replace(span, about=About.DEADLINE)
    if days.last is None and days.first <= today:
        return replace(span, about=About.POSTING)
    if days.first <= today:  # "open today": as everything is that is open
        return None
    return replace(span, about=About.DEADLINE, readings=(Days(days.first, None),))


def _without_days(query: Query, about: About, span: TimeSpan) -> Query:
    match about:
        case About.START:
            return replace(query, not_starts=span.days)
        case About.POSTING:
            return replace(query, not_posted=span.days)
    return replace(query, not_deadline=span.days)


def _with_days(query: Query, about: About, span: TimeSpan, today: date) -> Query:
    days = span.days
    match about:
        case About.START:
            return replace(query, starts=days)
        case About.POSTING:
            return replace(query, posted=days)
    over = span.past or (days is not None and days.last is not None and days.last < today)
    scope = Scope.CLOSED if over and query.scope is Scope.OPEN else query.scope
    return replace(query, deadline=days, scope=scope)
