"""Text -> the spans of days that it names, each with what it is said of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache

from bot.language import languages, own_first, time_words
from bot.questions.spans.calendar import Days, Unit
from bot.questions.spans.lexicon import Lexicon, lexicon
from bot.questions.spans.meaning import Ahead, Expression, Moment, Range
from bot.questions.spans.parsing import Stretch, stretches
from bot.questions.spans.tokens import Token, fold, tokens

_LONGEST = 4000  # characters that are read


class About(StrEnum):
    """What a span is said of."""

    DEADLINE = "deadline"
    START = "start"
    POSTING = "posting"
    OPEN = "open"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Days that a text names, from its character `start` to `end` (exclusive).

    `readings`: the days meant; several where the text can be read in several ways, none where it was understood only
    in part. `about`: what they are said of, if the text says so; `words`: where it does, as (start, end). `past`:
    whether it says that it is over. `unit`: what the days are one of, such as a month or a season.
    """

    start: int
    end: int
    readings: tuple[Days, ...]
    about: About | None = None
    past: bool = False
    words: tuple[tuple[int, int], ...] = ()
    unit: Unit | None = None

    @property
    def days(self) -> Days | None:
        """The days, where there is one reading."""
        return self.readings[0] if len(self.readings) == 1 else None


@dataclass(frozen=True, slots=True)
class _Mention:
    """A word that says what is told of, by its tokens. `hint`: a preposition that does so by the way."""

    start: int
    end: int
    about: About
    past: bool
    hint: bool


def spans(text: str, language: str, now: datetime) -> list[TimeSpan]:
    """The spans that a text names, in order. `now`: the instant of the question, in the reader's own zone."""
    text_tokens, mentions, covered = _parsed(text[:_LONGEST], language)
    return [_span(stretch, spoken, text_tokens, mentions, covered, now) for stretch, spoken in covered]


@lru_cache(maxsize=16)  # one question is looked at several times: with its share of full time, its facts, its intent
def _parsed(text: str, language: str) -> tuple[list[Token], list[_Mention], list[tuple[Stretch, str]]]:
    """What of a text does not depend on when it is read; nobody changes these lists."""
    text_tokens = tokens(text)
    mentions = _mentions(text_tokens, language)
    return text_tokens, mentions, _covering(text_tokens, language, mentions) if text_tokens else []


def _covering(text_tokens: list[Token], language: str, mentions: list[_Mention]) -> list[tuple[Stretch, str]]:
    """The expressions in the text's language, and those in another where they say more, with their language."""

    def is_supported(start: int, end: int) -> bool:
        return _is_supported(start, end, text_tokens, mentions)

    chosen = [(stretch, language) for stretch in stretches(text_tokens, language, is_supported)]
    for spoken in languages():
        if spoken == language:
            continue
        for stretch in stretches(text_tokens, spoken, lambda _start, _end: False):
            rivals = [own for own in chosen if own[0].start < stretch.end and stretch.start < own[0].end]
            if all(stretch.end - stretch.start > own[0].end - own[0].start for own in rivals):
                chosen = [own for own in chosen if own not in rivals]
                chosen.append((stretch, spoken))
    return sorted(chosen, key=lambda own: own[0].start)


def _is_supported(start: int, end: int, text_tokens: list[Token], mentions: list[_Mention]) -> bool:
    """Whether what is only perhaps time stands alone, or right after what tells of time."""
    rest = [token for token in [*text_tokens[:start], *text_tokens[end:]] if token.kind != "sign"]
    if not rest:
        return True
    follower = text_tokens[end] if end < len(text_tokens) else None
    if end == start + 1 and follower and follower.kind == "word":  # "endet so bald", "deadlines fall in June"
        return False
    before = start
    while before > 0 and text_tokens[before - 1].text in _links():
        before -= 1
    return any(mention.end == before and not mention.hint for mention in mentions)


@cache
def _links() -> frozenset[str]:
    """What may stand between what is told of and its days."""
    return frozenset(":,-(") | _of_all("links")


def _mentions(text_tokens: list[Token], language: str) -> list[_Mention]:
    """Every word that says what is told of, in any language; the longer phrase first, the text's own language too."""
    result: list[_Mention] = []
    for spoken in own_first(language):
        words = lexicon(spoken)
        taken: set[int] = {n for mention in result for n in range(mention.start, mention.end)}
        for at in range(len(text_tokens)):
            for length in range(min(words.longest_about, len(text_tokens) - at), 0, -1):
                if at in taken:
                    break
                phrase = tuple(token.text for token in text_tokens[at : at + length])
                if phrase in words.about:
                    result += [
                        _Mention(at, at + length, About(about), way == "past", way == "hints")
                        for about, way in words.about[phrase]
                    ]
                    taken.update(range(at, at + length))
    return result


@cache
def _breaks() -> frozenset[str]:
    """What stands between two things that are said."""
    return frozenset(",;.!?") | _of_all("breaks")


def _of_all(name: str) -> frozenset[str]:
    return frozenset(fold(word) for language in languages() for word in time_words(language)[name].split())


def _span(
    stretch: Stretch,
    spoken: str,
    text_tokens: list[Token],
    mentions: list[_Mention],
    covered: list[tuple[Stretch, str]],
    now: datetime,
) -> TimeSpan:
    mention = _mention_of(stretch, text_tokens, mentions, covered)
    about = mention.about if mention else None
    past = mention.past if mention else False
    start, end = text_tokens[stretch.start].start, text_tokens[stretch.end - 1].end
    outside = mention is not None and not mention.hint
    words = ((text_tokens[mention.start].start, text_tokens[mention.end - 1].end),) if mention and outside else ()
    readings = _readings(stretch.expression, lexicon(spoken), about, past=past, now=now)
    return TimeSpan(start, end, readings, about, past, words, stretch.expression.unit)


def _mention_of(
    stretch: Stretch, text_tokens: list[Token], mentions: list[_Mention], covered: list[tuple[Stretch, str]]
) -> _Mention | None:
    """The nearest word that says what is told of; before the days rather than after them."""

    def distance(mention: _Mention) -> float:
        if mention.hint:
            leads = mention.start == stretch.start and mention.end < stretch.end
            return 2 if leads and not isinstance(stretch.expression, Range) else 99
        if stretch.start < mention.end and mention.start < stretch.end:
            return 99
        before = mention.end <= stretch.start
        between = range(mention.end, stretch.start) if before else range(stretch.end, mention.start)
        taken = {n for other, _ in covered if other is not stretch for n in range(other.start, other.end)}
        if taken.intersection(range(mention.start, mention.end)):
            return 99
        crossed = sum(3 for n in between if text_tokens[n].text in _breaks()) + 4 * bool(taken.intersection(between))
        # "open until June", "available from June": the preposition says more
        crossed += 3 * (mention.about is About.OPEN)
        return len(between) + crossed + (0 if before else 0.5)

    nearest = min(mentions, key=distance, default=None)
    return nearest if nearest and distance(nearest) < 12 else None


def _readings(
    expression: Expression, words: Lexicon, about: About | None, *, past: bool, now: datetime
) -> tuple[Days, ...]:
    """The days by each order of day and month that is usual in the language; by the other where none is possible."""
    usual = {"both": (False, True), "no": (False,), "yes": (True,)}[words.month_first]
    readings: list[Days] = []
    for orders in (usual, tuple(order for order in (False, True) if order not in usual)):
        for order in orders:
            moment = Moment(now, now.date(), past, order, words.sunday_first, about is About.START, order not in usual)
            try:
                days = expression.days(moment)
                if isinstance(expression, Ahead) and about in {About.START, About.POSTING}:
                    days = expression.point(moment)
            except (ValueError, OverflowError):
                continue
            if days not in readings and _are_likely(days):
                readings.append(days)
        if readings:
            break
    return tuple(readings)


def _are_likely(days: Days) -> bool:
    """Whether they are days of people who live, in their order."""
    known = [day for day in (days.first, days.last) if day is not None]
    return all(1900 <= day.year < 3000 for day in known) and known == sorted(known)
