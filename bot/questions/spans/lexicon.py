"""A language's words for time, and what the tokens of a text may be by them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.language import spellings, time_words
from bot.questions.spans.calendar import Unit
from bot.questions.spans.meaning import Date, Expression, Month, Numeric, Quantity, SpanPart, Week, Which
from bot.questions.spans.tokens import Token, fold, tokens

_SIGNS = {",": "comma", "-": "dash", ".": "dot", "/": "slash", "'": "apostrophe", "&": "and", "(": "comma"}
_MOST_WORDS = 8  # in a phrase

Value = Any
"""What a word stands for: a number, a `Unit`, a `Which` … as its kind has it."""


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One reading of some tokens: its kind, its value, up to which token it goes (exclusive).

    `weak`: is time only where something else says so. `neutral`: an article or a sign, which says nothing either way.
    """

    kind: str
    value: Value
    end: int
    weak: bool = False
    neutral: bool = False


_NEUTRAL = {"the", "a", "of", "comma", "dash", "dot", "slash", "apostrophe", "and", "or", "on", "latest", "clock"}


class Lexicon:
    """The words of one language, by their first token."""

    def __init__(self, language: str) -> None:
        self._language = language
        vocabulary = time_words(language)
        self.month_first: str = vocabulary["month_first"]
        self.sunday_first: bool = vocabulary["week_of_sunday"] == "following"
        self.patterns: dict[str, list[str]] = vocabulary["patterns"]
        self.about: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        """Phrases that say what is told of, with what they say and how (`words`, `past`, `hints`)."""
        self.names = self._single(vocabulary["weak"]["names"])
        self._weak = self._single(vocabulary["weak"]["words"])
        self._numbers = vocabulary["numbers"]
        self._ordinal_signs = self._single(self._numbers["ordinal_signs"])
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, Value]]] = defaultdict(list)
        for kind, values in vocabulary["words"].items():
            for value, phrases in values.items():
                self._add(kind, _value(kind, value), phrases)
        for part, phrases in vocabulary["part_month"].items():  # "Märzende"
            if not phrases:
                continue
            for number, names in vocabulary["words"]["month"].items():
                written = (phrases.format(month=name.strip()) for name in names.split(","))
                self._add("part_month", (SpanPart(part), int(number)), ", ".join(written))
        for number, word in self._counted("ones", "tens", "joined", [""]):
            self._add("number", number, word)
        for number, word in self._counted("ordinal_ones", "ordinal_tens", "ordinal_joined", self._endings):
            self._add("ordinal", number, word)
        for number, word in self._numbers["other"].items():
            self._add("number", int(number), word)
        for about, ways in vocabulary["about"].items():
            for way, phrases in ways.items():
                for phrase in self._spellings(phrases):
                    self.about[phrase].append((about, way))
        self.longest_about = max(map(len, self.about))

    @property
    def _endings(self) -> list[str]:
        return list(self._numbers["ordinal_endings"])

    def _counted(self, ones: str, tens: str, joined: str, endings: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Every number below 100 with its words."""
        numbers = self._numbers
        off = 0 if ones == "ones" else 1
        names = numbers[ones].split(", ")
        all_tens = numbers["tens"].split(", ")
        for ending in endings:
            for number, name in enumerate(names, off):
                yield number, name + ending
            for number, name in enumerate(numbers[tens].split(", "), 2):
                yield number * 10, name + ending
            for ten, ten_name in enumerate(all_tens if off == 0 else all_tens[:2], 2):
                last = numbers[tens].split(", ")[ten - 2] if off else ten_name
                for digit, name in enumerate(names[1 - off : 10 - off], 1):
                    for way in numbers[joined]:
                        # "twenty-first" ends in the small number, "einundzwanzigst" in the large one.
                        if off and not way.endswith("{ones}"):
                            small = numbers["ones"].split(", ")[digit].removesuffix("s" if digit == 1 else "")
                            yield ten * 10 + digit, way.format(ones=small, tens=last) + ending
                        else:
                            yield ten * 10 + digit, way.format(ones=name, tens=ten_name) + ending

    def _add(self, kind: str, value: Value, phrases: str) -> None:
        for phrase in self._spellings(phrases):
            self._phrases[phrase[0]].append((phrase, kind, value))

    def _spellings(self, phrases: str) -> Iterator[tuple[str, ...]]:
        for phrase in phrases.split(","):
            written = phrase.strip()
            for ending in self._endings if written.endswith("~") else [""]:
                word = written.removesuffix("~") + ending
                yield from dict.fromkeys(map(_folded, spellings(self._language, word)))

    def _single(self, words: str) -> frozenset[str]:
        return frozenset(" ".join(phrase) for phrase in self._spellings(words))

    def lexemes(self, text_tokens: list[Token]) -> list[list[Lexeme]]:
        """For each token, what may begin there."""
        lexemes_at: list[list[Lexeme]] = [[] for _ in text_tokens]
        opaque = self._opaque(text_tokens)
        nothing_before = 0
        for at, token in enumerate(text_tokens):
            if opaque[at]:
                continue
            lexemes_at[at] = [*self._of_token(text_tokens, at), *self._of_phrases(text_tokens, at)]
            nothing = [lexeme.end for lexeme in lexemes_at[at] if lexeme.kind == "nothing"]
            if nothing and max(nothing) > nothing_before:
                nothing_before = max(nothing)
            if at < nothing_before:
                lexemes_at[at] = []
            if token.kind == "word" and at > 0 and lexemes_at[at]:
                self._weigh(text_tokens, at, lexemes_at[at])
        for at, token in enumerate(text_tokens):  # a number after these counts something else
            if token.kind == "number" and self._guarded(text_tokens, at):
                lexemes_at[at] = []
        return lexemes_at

    def _of_phrases(self, text_tokens: list[Token], at: int) -> Iterator[Lexeme]:
        for phrase, kind, value in self._phrases.get(text_tokens[at].text, ()):
            end = at + len(phrase)
            if len(phrase) > 1 and (
                end > len(text_tokens) or any(text_tokens[at + n].text != phrase[n] for n in range(len(phrase)))
            ):
                continue
            weak = " ".join(phrase) in self._weak and kind not in {"nothing", "which", "after", "clock"}
            if kind in {"month", "season", "weekday"} and weak and self._is_proper(text_tokens, at, kind):
                weak = False
            yield Lexeme(kind, value, end, weak, kind in _NEUTRAL)
            if (kind == "ordinal" and 1 <= value <= 31) or (kind == "number" and 1 <= value <= 31):
                yield Lexeme("day", value, end)

    def _is_proper(self, text_tokens: list[Token], at: int, kind: str) -> bool:
        """Whether a word that may be another is written as a month is: "May", in the midst of a sentence."""
        token = text_tokens[at]
        if kind != "month" or not token.capital or at == 0 or text_tokens[at - 1].text in {".", "?", "!", ":"}:
            return False
        return self.month_first == "both" and token.text not in {"jan", "mar", "dec"}

    def _weigh(self, text_tokens: list[Token], at: int, lexemes: list[Lexeme]) -> None:
        """Glued to figures, only a unit, a month and the like may stand."""
        if text_tokens[at].glued and text_tokens[at - 1].kind == "number":
            allowed = {"unit", "units", "glued_unit", "month", "clock", "nothing"}
            lexemes[:] = [lexeme for lexeme in lexemes if lexeme.kind in allowed]

    def _of_token(self, text_tokens: list[Token], at: int) -> Iterator[Lexeme]:
        token = text_tokens[at]
        match token.kind:
            case "sign":
                if kind := _SIGNS.get(token.text):
                    yield Lexeme(kind, token.text, at + 1, neutral=True)
                if token.text == "&":
                    yield Lexeme("and", None, at + 1, neutral=True)
            case "clock":
                yield Lexeme("clock", token.text, at + 1, neutral=True)
            case "number":
                yield from self._of_number(text_tokens, at)
            case "dot" if not self._numbers["ordinal_dot"]:
                return  # 1.5 is a number
            case "years" | "dots" | "dot" | "slashes" | "slash" | "ymd" | "ym" | "my" | "isoweek":
                yield from _of_figures(token, at + 1)

    def _of_number(self, text_tokens: list[Token], at: int) -> Iterator[Lexeme]:
        token = text_tokens[at]
        if len(token.text) > 6:
            return
        value = int(token.text)
        follower = text_tokens[at + 1] if at + 1 < len(text_tokens) and text_tokens[at + 1].glued else None
        if follower and follower.kind == "word" and follower.text in self._ordinal_signs and value <= 99:
            yield Lexeme("ordinal", value, at + 2)
            if 1 <= value <= 31:
                yield Lexeme("day", value, at + 2)
                yield Lexeme("day_alone", value, at + 2)
            return
        yield Lexeme("number", value, at + 1)
        if len(token.text) <= 2 and 1 <= value <= 31:
            yield Lexeme("day", value, at + 1)
            if follower and follower.text == "." and self._numbers["ordinal_dot"]:
                yield Lexeme("ordinal", value, at + 2)
                yield Lexeme("day", value, at + 2)
                yield Lexeme("day_alone", value, at + 2)
        if len(token.text) == 4 and 1900 <= value <= 2199:
            yield Lexeme("year", value, at + 1)
        if len(token.text) == 2:
            yield Lexeme("yy", value, at + 1)

    def _opaque(self, text_tokens: list[Token]) -> list[bool]:
        """Which tokens belong to what only looks like time: E13, A4, phd-2027-01."""
        opaque = [token.kind in {"address", "row", "opaque"} for token in text_tokens]
        for at in range(1, len(text_tokens)):
            token, before = text_tokens[at], text_tokens[at - 1]
            if not token.glued:
                continue
            unknown_word = before.kind == "word" and not self._takes_number(before.text)
            if (token.kind == "number" and unknown_word) or (
                token.kind == "word" and before.kind == "number" and not self._follows_number(token.text)
            ):
                opaque[at] = opaque[at - 1] = True
            elif token.kind == "word" and before.text == "-" and at > 1 and self._is_unknown_word(text_tokens, at):
                opaque[at] = True
            elif token.text in "-_" and before.kind in {"word", "number", "opaque"}:
                nxt = text_tokens[at + 1] if at + 1 < len(text_tokens) and text_tokens[at + 1].glued else None
                if nxt and nxt.kind in {"number", "ym", "opaque"} and (unknown_word or opaque[at - 1]):
                    opaque[at - 1] = opaque[at] = opaque[at + 1] = True
        return opaque

    def _is_unknown_word(self, text_tokens: list[Token], at: int) -> bool:
        """Whether a word is joined to one that is none of the grammar's: "rostock-january", not "mid-june"."""
        first, dash = text_tokens[at - 2], text_tokens[at - 1]
        return dash.glued and first.kind == "word" and first.text not in self._phrases

    def _takes_number(self, word: str) -> bool:
        kinds = {kind for phrase, kind, _ in self._phrases.get(word, ()) if len(phrase) == 1}
        return bool(kinds & {"month", "week_number", "quarter_letter", "term", "part"})

    def _follows_number(self, word: str) -> bool:
        kinds = {kind for phrase, kind, _ in self._phrases.get(word, ()) if len(phrase) == 1}
        return bool(kinds & {"unit", "units", "glued_unit", "month", "clock"}) or word in self._ordinal_signs

    def _guarded(self, text_tokens: list[Token], at: int) -> bool:
        for phrase_at in range(max(0, at - 3), at):
            for phrase, kind, _ in self._phrases.get(text_tokens[phrase_at].text, ()):
                end = phrase_at + len(phrase)
                texts = tuple(token.text for token in text_tokens[phrase_at:end])
                if (
                    kind == "guard"
                    and texts == phrase
                    and (end == at or (end == at - 1 and text_tokens[end].text in ".-"))
                ):
                    return True
        return False


def _folded(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase; at once, where it has nothing but words."""
    parts = phrase.split()
    if all(part.isalpha() for part in parts):
        return tuple(map(fold, parts))
    return tuple(token.text for token in tokens(phrase))


def _of_figures(token: Token, end: int) -> Iterator[Lexeme]:
    figures = {name: int(digits) for name, digits in token.groups.items() if digits.isdigit()}
    loose = False
    expression: Expression
    match token.kind:
        case "ymd":
            expression = Date(figures["y"], None, figures["d"], figures["m"])
        case "dots":
            expression = Date(figures.get("dy"), None, figures["dd"], figures["dm"])
        case "dot":
            expression, loose = Date(None, None, figures["pd"], figures["pm"]), True
        case "slashes":
            expression = Numeric(figures["sa"], figures["sb"], figures["sy"])
        case "slash":
            yield Lexeme("slashed", (figures["la"], figures["lb"]), end)
            expression, loose = Numeric(figures["la"], figures["lb"]), True
        case "ym":
            expression = Month(figures["ymy"], None, figures["ymm"])
        case "my":
            yield Lexeme("slashed", (figures["mym"], figures["myy"]), end)  # week 23/2027
            if figures["mym"] > 12:
                return
            expression = Month(figures["myy"], None, figures["mym"])
        case "isoweek":
            expression = Week(figures["wy"], None, figures["ww"])
        case _:
            first, second = figures["y1"], figures["y2"]
            yield Lexeme("slashed", (first, second), end)
            if second % 100 == (first + 1) % 100:
                yield Lexeme("years", first, end)
            if max(first, second) > 99 or not 1 <= min(first, second) <= 12:
                return
            expression, loose = Numeric(first, second), True
    yield Lexeme("loose_figures" if loose else "figures", expression, end)


def _value(kind: str, value: str) -> Value:
    match kind:
        case "month" | "weekday" | "weekdays" | "season" | "anchor":
            return int(value)
        case "unit" | "units" | "glued_unit":
            return None if value == "hour" else Unit(value)
        case "quantity":
            count, unit = value.split()
            return Quantity(int(count), Unit(unit))
        case "term":
            return value == "winter"
        case "which" | "after_next":
            return Which(value)
        case "part" | "part_of" | "half_year":
            return SpanPart(value)
        case "part_this":
            part, unit = value.split()
            return SpanPart(part), Unit(unit)
        case _:
            return value


@cache
def lexicon(language: str) -> Lexicon:
    """The words of that language, read once."""
    return Lexicon(language)
